"""Every text of the source stands in the English catalogue, translated and not fuzzy.

Reads Python files with Babel's extractor and templates through Django's own conversion, so that no gettext
tools are needed. ``--list`` prints the missing texts as a catalogue fragment.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_javascript, extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "louyu"
CATALOGUES = PACKAGE / "locale"
LANGUAGES = ("en",)

KEYWORDS: Any = dict.fromkeys(
    ["_", "gettext_noop"]
    + [f"{kind}gettext{lazy}" for kind in ("", "n", "p", "np") for lazy in ("", "_lazy")]
)

Key = tuple[str, str]
"""Context (empty without one) and text."""


def _keys(function: str, said: Any) -> Iterator[Key]:
    texts = [said] if isinstance(said, str) else [text for text in said if text]
    if not texts:
        return
    if "pgettext" in function:
        yield texts[0], texts[1]
    else:
        yield "", texts[0]


def texts_of_python(source: bytes) -> Iterator[tuple[int, Key]]:
    """Line and key of each marked text in Python source."""
    for line, function, said, _ in extract_python(io.BytesIO(source), KEYWORDS, [], {"encoding": "utf-8"}):
        yield from ((line, key) for key in _keys(function, said))


def texts_of_template(source: str) -> Iterator[tuple[int, Key]]:
    """Line and key of each marked text in a Django template."""
    code = re.sub(r"\bu?(['\"])", r"\1", templatize(source))
    for line, function, said, _ in extract_javascript(io.BytesIO(code.encode()), KEYWORDS, [], {}):
        yield from ((line, key) for key in _keys(function, said))


def texts_of_source() -> dict[Key, str]:
    """Every marked text of the package and where it stands first."""
    found: dict[Key, str] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py" and "tests" not in path.parts:
            texts = list(texts_of_python(path.read_bytes()))
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            texts = list(texts_of_template(path.read_text(encoding="utf-8")))
        else:
            continue
        for line, key in texts:
            found.setdefault(key, f"{path.relative_to(PACKAGE.parent.parent)}:{line}")
    return found


def complete(catalogue: Any, key: Key) -> bool:
    """Whether the catalogue has a translation of this text that a person has looked at."""
    context, text = key
    message = catalogue.get(text, context or None)
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


def gaps(language: str) -> dict[Key, str]:
    """The texts that this language's catalogue lacks, with the place of each."""
    path = CATALOGUES / language / "LC_MESSAGES" / "django.po"
    catalogue = read_po(io.BytesIO(path.read_bytes() if path.exists() else b""), locale=language)
    return {key: place for key, place in texts_of_source().items() if not complete(catalogue, key)}


def main(arguments: list[str]) -> int:
    """Prints each gap; the exit status is 1 when there is one."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    found = {(language, key): place for language in LANGUAGES for key, place in gaps(language).items()}
    for (language, (context, text)), place in found.items():
        if "--list" in arguments:
            quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            print(
                f"#: {place}\n"
                + (f'msgctxt "{context}"\n' if context else "")
                + f'msgid "{quoted}"\nmsgstr ""\n'
            )
        else:
            print(f"{place}: no {language} for 「{text}」")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

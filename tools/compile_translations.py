"""Compile every message catalogue of the package (.po → .mo). Needs no gettext tools on the machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent / "src"


def compile_catalogue(po: Path) -> Path:
    """Write the compiled catalogue beside ``po``; fuzzy messages are left out, as gettext does."""
    mo = po.with_suffix(".mo")
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3], abort_invalid=True)
    with mo.open("wb") as target:
        write_mo(target, catalogue)
    return mo


if __name__ == "__main__":
    for found in sorted(SOURCE.rglob("*.po")):
        compile_catalogue(found)

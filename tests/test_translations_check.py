"""The check of translations sees every way in which a text is marked."""

import io

from babel.messages.pofile import read_po
from django.template import Engine  # noqa: F401 — the conversion of templates needs Django's template language

from tools.check_translations import complete, texts_of_python, texts_of_template


def texts_in(found: object) -> list[tuple[str, str]]:
    return [key for _, key in found]  # type: ignore[attr-defined]


def test_texts_of_python_with_context_and_plural() -> None:
    source = 'a = _("甲")\nb = pgettext_lazy("戊", "乙")\nc = ngettext("一家", "多家", n)\nd = other("丙")\n'
    assert texts_in(texts_of_python(source.encode())) == [("", "甲"), ("戊", "乙"), ("", "一家")]


def test_texts_of_template_with_quotes_blocks_and_context() -> None:
    source = """{% load i18n %}
      <p title="it's">{% translate "甲'乙" %}</p> {% trans "丙" as x %}
      {% blocktranslate trimmed %}
        有 {{ n }} 家企业
      {% endblocktranslate %}{% translate "丁" context "戊" %}"""
    assert texts_in(texts_of_template(source)) == [
        ("", "甲'乙"),
        ("", "丙"),
        ("", "有 %(n)s 家企业"),
        ("戊", "丁"),
    ]


def test_missing_empty_and_fuzzy_translations_are_gaps() -> None:
    catalogue = read_po(
        io.BytesIO(
            'msgid "甲"\nmsgstr "A"\n\nmsgid "乙"\nmsgstr ""\n\n#, fuzzy\nmsgid "丙"\nmsgstr "C"\n'.encode()
        )
    )
    assert [complete(catalogue, ("", text)) for text in "甲乙丙丁"] == [True, False, False, False]

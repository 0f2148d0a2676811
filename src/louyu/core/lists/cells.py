"""How one value of a row is shown."""

import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from louyu.core.lists.declare import Column

MINUS = "−"


def number_words(value: Any, decimals: int = 0) -> str:
    """「1,234.5」, with the true minus sign; fixed to ``decimals`` digits after the point."""
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True).replace("-", MINUS)


def words(column: Column, value: Any) -> str:
    """The value in words; ``absent`` where it is not known."""
    if value is None or value == "":
        return str(column.absent)
    if column.kind == "number":
        return number_words(value, column.decimals)
    if column.kind == "yes":
        return _("是") if value else _("否")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def cell(column: Column, row: Any, *, first: bool = False) -> SafeString:
    """The cell of this column in this row; the first names the row."""
    value = column.of(row)
    text = words(column, value)
    href = column.link(row) if column.link and value is not None else ""
    inner = format_html('<a href="{}">{}</a>', href, text) if href else conditional_escape(text)
    if first:
        return format_html('<th scope="row" class="title">{}</th>', inner)
    hint = format_html(' title="{}"', text) if column.brief else ""
    classes = f"{column.style_classes} {column.tone(row)}".strip() if column.tone else column.style_classes
    return format_html('<td class="{}" data-label="{}"{}>{}</td>', classes, column.label, hint, inner)

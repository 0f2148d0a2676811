"""How one value of a row is shown."""

import datetime
from html import escape
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
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


class Drawn:
    """A column as a page draws it: what is the same in every row is made once. The first column names the row."""

    def __init__(self, column: Column, *, first: bool = False) -> None:
        self.column, self.first = column, first
        self.classes = column.style_classes
        self.label = escape(str(column.label))

    def cell(self, row: Any) -> SafeString:
        """Its cell in this row."""
        column = self.column
        value = column.of(row)
        inner = text = escape(words(column, value))
        if column.link and value is not None and (href := column.link(row)):
            inner = f'<a href="{escape(href)}">{text}</a>'
        if self.first:
            return mark_safe(f'<th scope="row" class="title">{inner}</th>')
        hint = f' title="{text}"' if column.brief else ""
        classes = escape(f"{self.classes} {column.tone(row)}".strip()) if column.tone else self.classes
        return mark_safe(f'<td class="{classes}" data-label="{self.label}"{hint}>{inner}</td>')


def box(row: Any, name: str) -> SafeString:
    """The cell in which a row is chosen; ``name``: what the row is called."""
    label = escape(_("选中 %(name)s") % {"name": name})
    return mark_safe(
        f'<td class="pick"><input type="checkbox" name="row" value="{row.pk.hex}" aria-label="{label}"></td>'
    )

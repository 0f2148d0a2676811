"""A change of the trail in words: which record, what was done to it, each field before and after."""

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts.recorded import Recorded
from louyu.core.lists.cells import number_words

SEALED = {
    "name_sealed": gettext_lazy("姓名"),
    "phone_sealed": gettext_lazy("电话"),
    "identity_sealed": gettext_lazy("身份证号"),
}
SECRET = ("password", "key_sealed", "file_key_sealed")
"""Fields that say nothing to a reader and must not be shown: hashes of passwords, keys."""
LONGEST = 400

NameOf = Callable[[type[models.Model], str], str]
"""The name of a record of this model, by its key as the trail holds it."""


@dataclass(frozen=True)
class Line:
    """One field: its label and its values before and after ("" where there was none)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One record within an entry: what it is, what was done to it (made, changed, removed), field by field."""

    what: str
    done: str
    lines: Sequence[Line]


def step_of(change: Recorded, name_of: NameOf, *, hidden: Collection[str] = ()) -> Step | None:
    """The change in words; None for one that says nothing to a reader. Sealed values are not opened.

    hidden: fields that the page does not tell.
    """
    model: Any = apps.get_model(change.model)
    done = "made" if change.before is None else "removed" if change.after is None else "changed"
    before, after = change.before or {}, change.after or {}
    lines = []
    for field in sorted({*before, *after}, key=_order_in(model)):
        label = "" if field in hidden else _label(model, field)
        if label and (done == "changed" or (before or after).get(field) is not False):
            one, other = (_words(model, field, v.get(field), name_of) for v in (before, after))
            lines.append(Line(label, one, other))
    if not lines and done == "changed":
        return None
    return Step(str(model._meta.verbose_name), done, lines)


def _order_in(model: Any) -> Any:
    order = {f.name: n for n, f in enumerate(model._meta.concrete_fields)}
    return lambda name: order.get(name, len(order))


def _label(model: Any, field: str) -> str:
    """The field's label; empty for what says nothing to a reader (keys, hashes)."""
    if field in SEALED:
        return str(SEALED[field])
    if field in SECRET or field.endswith("digest"):
        return ""
    try:
        column = model._meta.get_field(field)
        named = column.related_model._meta if column.is_relation and column.verbose_name == field else column
        return str(named.verbose_name)
    except FieldDoesNotExist:  # a field of an earlier version
        return field


def _words(model: Any, field: str, value: Any, name_of: NameOf) -> str:
    if value in (None, "", [], {}):
        return ""
    if field.endswith("_sealed"):
        return _("（加密保存）")
    try:
        column = model._meta.get_field(field)
    except FieldDoesNotExist:
        return str(value)
    match column:
        case models.ForeignKey():
            return name_of(column.related_model, str(value))
        case _ if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        case models.BooleanField():
            return _("是") if value else _("否")
        case models.DateTimeField() if moment := parse_datetime(str(value)):
            return f"{localtime(moment):%Y-%m-%d %H:%M}"
        case models.DecimalField():
            return _number(value)
    if field.endswith("_fen"):
        return number_words(Decimal(value) / 100, 2)
    return _text(value)


def _number(value: Any) -> str:
    try:
        return number_words(Decimal(value), 2).removesuffix(".00")
    except InvalidOperation:
        return str(value)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


_NUMBERS = re.compile(r"(?<!\d)(\d{3})\d{4,11}(\d{3}[\dXx])(?!\d)")


def without_numbers(text: str) -> str:
    """The text with what may be somebody's telephone or identity number masked: 「138****2046」."""
    return _NUMBERS.sub(lambda found: f"{found[1]}****{found[2]}", text)

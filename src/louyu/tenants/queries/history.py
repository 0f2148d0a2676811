"""What happened to an enterprise, in words: who, when, what, before and after."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts.models import AuditEntry, User
from louyu.accounts.recorded import Recorded, recorded
from louyu.core.lists.cells import number_words
from louyu.places.models import Unit
from louyu.tenants.models import Contact, Enterprise
from louyu.tenants.queries import enterprises, occupancies
from louyu.workbooks.queries import file_names

SEALED = {
    "name_sealed": gettext_lazy("姓名"),
    "phone_sealed": gettext_lazy("电话"),
    "identity_sealed": gettext_lazy("身份证号"),
}
NEVER_SHOWN = ("origin", "origin_batch", "origin_sheet", "origin_row", "recorded_at", "enterprise", "person")


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


@dataclass(frozen=True)
class Happening:
    """One entry of the trail as the page tells it."""

    at: datetime.datetime
    by: str
    title: str
    reason: str
    steps: Sequence[Step]


def history(enterprise: Enterprise, reader: User) -> list[Happening]:
    """What was done to the enterprise, its occupancies, contacts and their persons, newest first.

    Only of records that the reader sees; a constant number of queries.
    """
    where = occupancies(reader).filter(enterprise=enterprise)
    contacts = Contact.objects.for_reader(reader).filter(enterprise=enterprise)
    people = list(contacts.values_list("pk", "person"))
    subjects = {enterprise.pk, *where.values_list("pk", flat=True), *(key for pair in people for key in pair)}
    changes = recorded(subjects)
    names = _Names(changes, reader)
    files = file_names(c.entry.batch for c in changes if c.entry.batch)
    found = []
    for entry, group in groupby(changes, key=lambda c: c.entry):
        steps = [step for change in group if (step := _step(change, names))]
        if steps:
            title = _title(entry, enterprise, files, steps)
            found.append(Happening(entry.at, str(entry.by or ""), title, entry.reason, steps))
    return found


def _title(entry: AuditEntry, enterprise: Enterprise, files: dict[UUID, str], steps: Sequence[Step]) -> str:
    if entry.undoes_id:
        return _("撤销")
    if entry.batch:
        file = files.get(entry.batch, "")
        if entry.batch == enterprise.origin_batch and enterprise.origin_row is not None:
            return _("导入 %(file)s，第 %(row)s 行") % {"file": file, "row": enterprise.origin_row}
        return _("导入 %(file)s") % {"file": file}
    return {"made": _("登记"), "changed": _("更改"), "removed": _("移除")}[steps[0].done]


class _Names:
    """The names of the units and enterprises that changes mention, those that the reader sees; two queries."""

    def __init__(self, changes: Iterable[Recorded], reader: User) -> None:
        values = [v for c in changes for v in (c.before, c.after) if v]
        units = {v["unit"] for v in values if v.get("unit")}
        others = {v[f] for v in values for f in ("parent", "merged_into") if v.get(f)}
        self.known: dict[str, str] = {}
        for unit in Unit.objects.for_reader(reader).filter(pk__in=units).select_related("building"):
            self.known[unit.pk.hex] = f"{unit.building.name} {unit.number}".strip()
        for key, name in enterprises(reader).filter(pk__in=others).values_list("pk", "name"):
            self.known[key.hex] = name

    def of(self, key: str) -> str:
        """The name; said to be outside of the reader's scope where it is."""
        return self.known.get(key.replace("-", ""), _("（不在您的范围内）"))


def _step(change: Recorded, names: _Names) -> Step | None:
    model: Any = apps.get_model(change.model)
    done = "made" if change.before is None else "removed" if change.after is None else "changed"
    before, after = change.before or {}, change.after or {}
    lines = []
    for field in sorted({*before, *after}, key=_order_in(model)):
        label = _label(model, field)
        if label and (done == "changed" or (before or after).get(field) is not False):
            one, other = (_words(model, field, v.get(field), names) for v in (before, after))
            lines.append(Line(label, one, other))
    if not lines and done == "changed":
        return None
    return Step(str(model._meta.verbose_name), done, lines)


def _order_in(model: Any) -> Any:
    order = {f.name: n for n, f in enumerate(model._meta.concrete_fields)}
    return lambda name: order.get(name, len(order))


def _label(model: Any, field: str) -> str:
    """The field's label; empty for what says nothing to a reader (keys, hashes, origin)."""
    if field in SEALED:
        return str(SEALED[field])
    if field in NEVER_SHOWN or field.endswith("_digest"):
        return ""
    try:
        column = model._meta.get_field(field)
        named = column.related_model._meta if column.is_relation and column.verbose_name == field else column
        return str(named.verbose_name)
    except FieldDoesNotExist:  # a field of an earlier version
        return field


def _words(model: Any, field: str, value: Any, names: _Names) -> str:
    if value in (None, "", []):
        return ""
    if field in SEALED:
        return _("（加密保存）")
    try:
        column = model._meta.get_field(field)
    except FieldDoesNotExist:
        return str(value)
    if isinstance(column, models.ForeignKey):
        return names.of(str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.BooleanField):
        return _("是") if value else _("否")
    if isinstance(column, models.DecimalField):
        return number_words(Decimal(value), 2).removesuffix(".00")
    if field.endswith("_fen"):
        return number_words(Decimal(value) / 100, 2)
    return str(value)

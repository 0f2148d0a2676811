"""What happened to an enterprise, in words: who, when, what, before and after."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.accounts.change_words import Step, step_of
from louyu.accounts.models import AuditEntry, User
from louyu.accounts.recorded import Recorded, recorded
from louyu.places.models import Unit
from louyu.tenants.models import Contact, Enterprise
from louyu.tenants.queries import enterprises, occupancies
from louyu.workbooks.queries import file_names

HIDDEN = ("origin", "origin_batch", "origin_sheet", "origin_row", "recorded_at", "enterprise", "person")


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
        steps = [step for change in group if (step := step_of(change, names.of, hidden=HIDDEN))]
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

    def of(self, _model: Any, key: str) -> str:
        """The name; said to be outside of the reader's scope where it is."""
        return self.known.get(key.replace("-", ""), _("（不在您的范围内）"))

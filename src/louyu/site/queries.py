"""Reads for pages made of several rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.core.words import normalise
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises
from louyu.workbooks.models import ImportBatch
from louyu.workbooks.queries import batches

MOST_FOUND = 20


@dataclass(frozen=True)
class Work:
    """One line of what waits for a reader: what kind, what (with its page), where, since when, what to do about it.

    urgent: overdue, or a gap in who answers; shown in red, with its word.
    """

    label: Any
    text: str
    link: str
    place: str = ""
    since: Any = ""
    action: Any = ""
    urgent: bool = False


def work_for(reader: User) -> list[Work]:
    """What waits for this reader, the urgent first; each room gives its lines."""
    lines = [line for block in WORK for line in block(reader)]
    return sorted(lines, key=lambda line: not line.urgent)


def _imports_to_finish(reader: User) -> list[Work]:
    return [
        Work(
            label=_("待判断") if batch.counts.get("ask") else _("待导入"),
            text=_("「%(file)s」有 %(ask)s 行要您判断")
            % {"file": batch.file_name, "ask": batch.counts["ask"]}
            if batch.counts.get("ask")
            else batch.file_name,
            link=reverse("workbooks:batch", args=[batch.pk]),
            place=_left(batch),
            since=batch.applied_at or batch.made_at,
            action=_("去判断") if batch.counts.get("ask") else _("去处理"),
        )
        for batch in unfinished_imports(reader)
    ]


def _left(batch: ImportBatch) -> str:
    """What is left of an import: rows to mend, or its state."""
    wrong = batch.counts.get("wrong", 0)
    told = [_("需修改 %(rows)s 行") % {"rows": wrong}] if wrong else []
    return "，".join([str(batch.get_state_display()), *told])


WORK: tuple[Callable[[User], list[Work]], ...] = (_imports_to_finish,)
"""What each room has to say: a block per kind of work, each a constant number of queries."""


def unfinished_imports(reader: User) -> "QuerySet[ImportBatch]":
    """Imports that wait for a person: not yet brought in, or with rows left to mend or to decide; the newest ten."""
    waits = Q(state__in=(ImportBatch.State.READY, ImportBatch.State.READING))
    left = Q(state=ImportBatch.State.APPLIED) & (Q(counts__wrong__gt=0) | Q(counts__ask__gt=0))
    return batches(reader).filter(waits | left)[:10]


def found_by(asked: str, reader: User) -> dict[str, list[Any]]:
    """The reader's buildings and enterprises whose search text holds every word asked for."""
    words = [w for w in normalise(asked).casefold().split() if w]
    if not words:
        return {}
    known_buildings: QuerySet[Building] = buildings(reader)
    known_enterprises: QuerySet[Enterprise] = enterprises(reader)
    for word in words:
        known_buildings = known_buildings.filter(search__contains=word)
        known_enterprises = known_enterprises.filter(search__contains=word)
    return {
        "buildings": list(known_buildings.select_related("area__parent").order_by("name")[:MOST_FOUND]),
        "enterprises": list(known_enterprises.order_by("name")[:MOST_FOUND]),
    }

"""Reads for pages made of several rooms."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from louyu.accounts.models import User
from louyu.core.words import normalise
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises, occupancies, occupancies_today
from louyu.workbooks.models import ImportBatch
from louyu.workbooks.queries import batches

MOST_FOUND = 20


@dataclass(frozen=True)
class StartFigures:
    """What is on record for a reader today."""

    buildings: int
    key_buildings: int
    enterprises: int
    moved_in: int
    moved_out: int


def start_figures(reader: User) -> StartFigures:
    """Counts over the very rows that the lists behind them show."""
    known = buildings(reader)
    today = timezone.localdate()
    first = today.replace(day=1)
    own = occupancies_today(reader).filter(enterprise__merged_into__isnull=True)
    moves = own.values("enterprise").distinct()
    return StartFigures(
        buildings=known.count(),
        key_buildings=known.filter(key=True).count(),
        enterprises=moves.count(),
        moved_in=own.filter(since__gte=first).values("enterprise").distinct().count(),
        moved_out=occupancies(reader)
        .filter(until__gte=first, until__lte=today)
        .values("enterprise")
        .distinct()
        .count(),
    )


def unfinished_imports(reader: User) -> "QuerySet[ImportBatch]":
    """Imports that wait for a person: not yet brought in, or with rows to mend or decide."""
    return batches(reader).filter(state__in=(ImportBatch.State.READY, ImportBatch.State.READING))[:10]


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

"""What a figure is on a day, for a reader, in a part of the district, and why it changed between two days.

A figure of a small table is counted over its rows. A figure held by facts is a small sum of tallies wherever the
reader's rows are those of whole buildings; beside them only the reader's own rows are looked at.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from louyu.accounts import policy
from louyu.accounts.models import Grant, User
from louyu.accounts.rules import Role, ScopeKind
from louyu.core import figures
from louyu.core.figures import EVERYWHERE, Day, Indicator, Measure, Place
from louyu.indicators.registry import indicators
from louyu.places.models import Area, Building
from louyu.places.queries import all_buildings, areas

OF_BUILDINGS = (ScopeKind.SUBDISTRICT, ScopeKind.COMMUNITY, ScopeKind.BUILDING)
"""Scopes that are sets of buildings."""


def shown_to(reader: User) -> list[Indicator]:
    """The figures whose records this reader may see at all, in the order of the start page."""
    return [i for i in indicators().values() if reader.may(_seeing(i, reader))]


def told_to(reader: User) -> list[Indicator]:
    """The same without figures that say nothing to this reader: of buildings, to whoever answers for a single one."""
    grants = reader.running_grants
    one = (
        len({(g.scope_kind, g.scope_id) for g in grants}) == 1 and grants[0].scope_kind == ScopeKind.BUILDING
    )
    return [i for i in shown_to(reader) if not one or _rows(i, reader, EVERYWHERE).model is not Building]


def any_ever(wanted: Iterable[Indicator], reader: User) -> bool:
    """Whether a record was ever written that one of these figures may count; up to a query for each."""
    return any(_rows(indicator, reader, EVERYWHERE).exists() for indicator in wanted)


def _seeing(indicator: Indicator, reader: User) -> str:
    """The action that its records ask for: ``cases.see_case``."""
    meta = _rows(indicator, reader, EVERYWHERE).model._meta
    return f"{meta.app_label}.see_{meta.model_name}"


def _rows(indicator: Indicator, reader: User, place: Place) -> "QuerySet[Any]":
    """Its room's records, whatever the day; for a held figure all that may count."""
    if indicator.among is not None:
        return indicator.among(reader, place)
    return indicator.counted(reader, datetime.date.max, place)


# The value


def measures(
    wanted: Sequence[Indicator], reader: User, day: Day, place: Place = EVERYWHERE
) -> dict[str, Measure]:
    """The figures on a day by code; held ones of one and the same set of buildings come out of one query."""
    found: dict[str, Measure] = {}
    together: dict[frozenset[UUID] | None, list[Indicator]] = {}
    whole: dict[str, Any] = {}
    for indicator in wanted:
        if not indicator.held:
            found[indicator.code] = _over_rows(indicator, reader, day, place)
            continue
        action = _seeing(indicator, reader)
        if action not in whole:
            whole[action] = _whole_buildings(action, reader)
        within = whole[action]
        if within is _NOT_WHOLE:
            found[indicator.code] = _over_facts(indicator, reader, day, place)
        else:
            together.setdefault(_both(within, place), []).append(indicator)
    for buildings, held in together.items():
        sums = figures.tallied([i.code for i in held], day, buildings)
        for indicator in held:
            own = _own_beside(indicator, reader, day, place, buildings)
            told = sums[indicator.code] + own
            found[indicator.code] = Measure(told.amount, told.records, told.declared)
    return {i.code: found[i.code] for i in wanted}


def measure(indicator: Indicator, reader: User, day: Day, place: Place = EVERYWHERE) -> Measure:
    """One figure on a day."""
    return measures([indicator], reader, day, place)[indicator.code]


def _over_rows(indicator: Indicator, reader: User, day: Day, place: Place) -> Measure:
    if indicator.measure is not None:
        return indicator.measure(reader, day, place)
    rows = indicator.counted(reader, day, place)
    if indicator.each == "pk":
        number = rows.count()
        return Measure(number, number)
    return Measure(rows.order_by().values(indicator.each).distinct().count(), rows.count())


def _over_facts(indicator: Indicator, reader: User, day: Day, place: Place) -> Measure:
    sums = _sums(indicator, _rows(indicator, reader, place), day)
    return Measure(sums.amount, sums.records, sums.declared)


def _sums(indicator: Indicator, rows: "QuerySet[Any]", day: Day) -> figures.Sums:
    return figures.sums_of(indicator.code, day, rows.order_by().values("pk"))


_NOT_WHOLE: Any = object()


class _Within:
    """Whoever reads the buildings of these grants."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        self.grants = list(grants)

    def visible_rows(self, model: Any) -> Q:
        found = Q(pk__in=[])
        for grant in self.grants:
            for path in model.scope_paths[grant.scope_kind]:
                found |= Q(**{path: grant.scope_id})
        return found


def _whole_buildings(action: str, reader: User) -> Any:
    """The buildings whose every record the reader sees; None: all, _NOT_WHOLE: the scope is no set of buildings."""
    row = policy.declared()[action]
    if policy.everywhere(reader, action):
        return None
    grants = [g for g in reader.running_grants if row.over(Role(g.role), ScopeKind(g.scope_kind))]
    if any(g.scope_kind not in OF_BUILDINGS for g in grants):
        return _NOT_WHOLE
    return frozenset(Building.objects.for_reader(_Within(grants)).values_list("pk", flat=True))


def _both(within: frozenset[UUID] | None, place: Place) -> frozenset[UUID] | None:
    if within is None or place.buildings is None:
        return place.buildings if within is None else within
    return within & place.buildings


def _own_beside(
    indicator: Indicator, reader: User, day: Day, place: Place, buildings: frozenset[UUID] | None
) -> figures.Sums:
    """What counts of the reader's own records outside these buildings (a case they asked for elsewhere)."""
    action = _seeing(indicator, reader)
    own = policy.declared()[action].own
    if not own or buildings is None or policy.everywhere(reader, action):
        return figures.Sums()
    rows = _rows(indicator, reader, place).filter(**{own: reader})
    known = Q(**{f"{indicator.building}__in": buildings}) & Q(**{f"{indicator.building}__isnull": False})
    return _sums(indicator, rows.exclude(known), day)


# Why it changed


@dataclass(frozen=True)
class Moves:
    """The records by which a figure differs between two days. changed: count on both, but not in the same way."""

    came: "QuerySet[Any]"
    went: "QuerySet[Any]"
    changed: "QuerySet[Any]"


def moves(indicator: Indicator, reader: User, first: Day, last: Day, place: Place = EVERYWHERE) -> Moves:
    """What began and what ceased to count; of a ratio, what came into its numerator and what left it."""
    if indicator.among is not None:
        rows = indicator.among(reader, place)
        return Moves(
            figures.arrived(rows, indicator.code, first, last),
            figures.departed(rows, indicator.code, first, last),
            figures.recounted(rows, indicator.code, first, last),
        )
    counting = indicator.part or indicator.counted
    before, after = counting(reader, first, place), counting(reader, last, place)
    each = indicator.each
    return Moves(
        after.exclude(**{f"{each}__in": before.order_by().values(each)}),
        before.exclude(**{f"{each}__in": after.order_by().values(each)}),
        after.none(),
    )


def number_of(indicator: Indicator, rows: "QuerySet[Any]") -> int:
    """How many of these count, each once."""
    if indicator.each == "pk":
        return rows.count()
    return rows.order_by().values(indicator.each).distinct().count()


# Parts of the district


def place_of(reader: User, *, area: Any = None, building: Any = None) -> Place:
    """The part of the district that an area or a building is: their keys, those that the reader sees."""
    if not area and not building:
        return EVERYWHERE
    found = all_buildings(reader)
    if area:
        found = found.filter(Q(area=area) | Q(area__parent=area))
    if building:
        found = found.filter(pk=building)
    return Place(frozenset(found.values_list("pk", flat=True)))


def scope_names(reader: User) -> list[str]:
    """What the reader's figures are about: names of areas and buildings; empty: the whole district, or themselves."""
    wanted: dict[str, set[Any]] = {}
    for grant in reader.running_grants:
        if grant.scope_kind == ScopeKind.DISTRICT:
            return []
        wanted.setdefault(grant.scope_kind, set()).add(grant.scope_id)
    keys: Iterable[Any] = set().union(*(wanted.get(kind, set()) for kind in OF_BUILDINGS))
    if not keys:
        return []
    named: list[Area | Building] = [
        *areas(reader).filter(pk__in=keys),
        *all_buildings(reader).filter(pk__in=keys),
    ]
    return [str(one) for one in named]

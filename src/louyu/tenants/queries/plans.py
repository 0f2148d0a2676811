"""What the stacking plan of a building is told: its floors, units and who sits in them on a day."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from louyu.accounts.models import User
from louyu.core.industries import colour_family, industry_name
from louyu.core.words import short_name
from louyu.places.models import Building, Floor, Unit
from louyu.tenants.models import Occupancy
from louyu.tenants.queries import running
from louyu.tenants.rules.stacking import PlanFloor, PlanTenant, PlanUnit, Rate, occupancy
from louyu.tenants.rules.through_time import together


def plan_floors(
    building: Building, reader: User, day: datetime.date, badges: Mapping[UUID, tuple[int, int]] | None = None
) -> tuple[list[PlanFloor], list[Occupancy]]:
    """The building's floors for the drawing, and the occupancies that no floor is known for. Three queries.

    badges: enterprise → open cases and how many of them are overdue, from whoever knows cases.
    """
    sitting: dict[UUID, list[Occupancy]] = {}
    found = Occupancy.objects.for_reader(reader).filter(running(day), unit__building=building)
    for stay in found.select_related("enterprise").defer("enterprise__search", "enterprise__note"):
        sitting.setdefault(stay.unit_id, []).append(stay)
    units: dict[UUID | None, list[Unit]] = {}
    for unit in Unit.objects.for_reader(reader).filter(building=building):
        units.setdefault(unit.floor_id, []).append(unit)
    floors = [
        PlanFloor(
            floor.number,
            floor.note,
            floor.use == Floor.Use.NOT_LET,
            floor.area,
            [
                _unit(unit, sitting.get(unit.pk, []), badges or {})
                for unit in units.get(floor.pk, [])
                if unit.number or unit.pk in sitting
            ],
        )
        for floor in Floor.objects.for_reader(reader).filter(building=building)
    ]
    unplaced = [o for unit in units.get(None, []) for o in sitting.get(unit.pk, [])]
    return floors, sorted(unplaced, key=lambda o: o.enterprise.name)


def rates_on(building: Building, reader: User, days: Sequence[datetime.date]) -> list[Rate]:
    """The building's occupancy on each of these days, by the same rule as the drawing's of that day. Two queries."""
    stays: dict[UUID, list[tuple[datetime.date | None, datetime.date | None, Decimal | None]]] = {}
    told = Occupancy.objects.for_reader(reader).filter(unit__building=building)
    for key, since, until, area in told.values_list("unit_id", "since", "until", "area"):
        stays.setdefault(key, []).append((since, until, area))
    parts: list[list[Rate]] = [[] for _day in days]
    placed = Unit.objects.for_reader(reader).filter(building=building, floor__isnull=False)
    for unit in placed.select_related("floor"):
        known: dict[tuple[int, ...], Rate] = {}  # who sits there changes seldom
        for n, day in enumerate(days):
            here = stays.get(unit.pk, [])
            now = tuple(
                i
                for i, (since, until, _area) in enumerate(here)
                if (since is None or since <= day) and (until is None or until > day)
            )
            if not (now or unit.number):
                continue
            if now not in known:
                known[now] = _rate(unit, [here[i][2] for i in now])
            parts[n].append(known[now])
    return [together(own) for own in parts]


def _rate(unit: Unit, areas: Sequence[Decimal | None]) -> Rate:
    """One unit's part in the rate while tenants use so much of it."""
    use: Any = unit.use
    floor: Any = unit.floor
    tenants = [PlanTenant("", "", "", "", "other", area=area) for area in areas]
    units = [PlanUnit("", unit.number, unit.area, use, "", tenants)]
    return occupancy([PlanFloor(floor.number, not_let=floor.use == Floor.Use.NOT_LET, units=units)])


def _unit(unit: Unit, sitting: list[Occupancy], badges: Mapping[UUID, tuple[int, int]]) -> PlanUnit:
    use: Any = unit.use
    return PlanUnit(
        unit.pk.hex, unit.number, unit.area, use, unit.note, [_tenant(o, badges) for o in sitting]
    )


def _tenant(occupancy: Occupancy, badges: Mapping[UUID, tuple[int, int]]) -> PlanTenant:
    enterprise = occupancy.enterprise
    language = "en" if get_language() == "en" else "zh"
    code = enterprise.industry_class or enterprise.industry_section
    open_cases, overdue = badges.get(enterprise.pk, (0, 0))
    return PlanTenant(
        id=enterprise.pk.hex,
        name=enterprise.name,
        short_name=short_name(enterprise.name),
        href=reverse("tenants:enterprise", args=[enterprise.pk]),
        industry=colour_family(enterprise.industry_section, enterprise.industry_class) if code else "other",
        section_name=industry_name(enterprise.industry_section, language)
        if enterprise.industry_section
        else "",
        since=occupancy.since,
        staff=enterprise.staff,
        area=occupancy.area,
        badge=open_cases,
        overdue=overdue,
    )

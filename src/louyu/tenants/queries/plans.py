"""What the stacking plan of a building is told: its floors, units and who sits in them on a day."""

import datetime
from collections.abc import Mapping
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
from louyu.tenants.rules.stacking import PlanFloor, PlanTenant, PlanUnit


def plan_floors(
    building: Building, reader: User, day: datetime.date, badges: Mapping[UUID, tuple[int, int]] | None = None
) -> tuple[list[PlanFloor], list[Occupancy]]:
    """The building's floors for the drawing, and the occupancies that no floor is known for. Three queries.

    badges: enterprise → open cases and how many of them are overdue, from whoever knows cases.
    """
    sitting: dict[UUID, list[Occupancy]] = {}
    found = Occupancy.objects.for_reader(reader).filter(running(day), unit__building=building)
    for occupancy in found.select_related("enterprise").defer("enterprise__search", "enterprise__note"):
        sitting.setdefault(occupancy.unit_id, []).append(occupancy)
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

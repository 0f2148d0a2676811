"""Enterprises that last month's register listed and this one does not."""

from datetime import date
from uuid import UUID

from louyu.tenants.models import Occupancy
from louyu.workbooks.declare import Absent, Writes


def absent(subjects: set[UUID]) -> list[Absent]:
    """Those of them that still sit somewhere, with where."""
    sitting = (
        Occupancy.rows_without_a_reader.filter(until__isnull=True, enterprise__merged_into__isnull=True)
        .select_related("enterprise", "unit__building")
        .order_by("enterprise__name", "unit__number")
    )
    found: dict[UUID, Absent] = {}
    for occupancy in sitting.iterator():
        if occupancy.enterprise_id in subjects and occupancy.enterprise_id not in found:
            place = f"{occupancy.unit.building.name} {occupancy.unit.number}".strip()
            found[occupancy.enterprise_id] = Absent(occupancy.enterprise_id, occupancy.enterprise.name, place)
    return list(found.values())


def leave(subjects: set[UUID], day: date, writes: Writes) -> None:
    """They moved out by ``day``: what they still occupy ends then (on its first day, if that came later)."""
    for occupancy in Occupancy.rows_without_a_reader.filter(enterprise__in=subjects, until__isnull=True):
        writes.change(occupancy, until=max(day, occupancy.since or day))

"""Who sits where since when: what a register's rows change in the occupancies on record."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

from louyu.places.models import Unit
from louyu.tenants.models import Enterprise, Occupancy
from louyu.tenants.registers.places import Seat
from louyu.workbooks.declare import Context, Entry, Writes

CENT = Decimal("0.01")


class Seating:
    """The open occupancies of the listed enterprises, compared with the seats that the file names.

    covered: buildings that the file speaks of; an enterprise that was in one of them and is listed elsewhere has
    moved, one that sits in a building the file does not speak of sits in both.
    """

    def __init__(
        self, writes: Writes, context: Context, enterprises: set[UUID], *, covered: set[UUID]
    ) -> None:
        self.writes, self.context, self.covered = writes, context, covered
        self.open: dict[UUID, list[Occupancy]] = {}
        self.units: dict[UUID, tuple[UUID, str]] = {}
        for occupancy in _of(enterprises):
            self.open.setdefault(occupancy.enterprise_id, []).append(occupancy)
        held = {o.unit_id for found in self.open.values() for o in found}
        units = Unit.rows_without_a_reader.values_list("pk", "building_id", "number")
        units = units.filter(pk__in=held) if len(held) <= 500 else units
        for key, building, number in units.iterator(5000):
            if key in held:
                self.units[key] = (building, number)

    def seat(self, enterprise: Enterprise, seats: list[Seat], entry: Entry) -> bool:
        """Queue what changes for one enterprise; whether anything does."""
        changed = False
        since, until = entry.values.get("since"), entry.values.get("until")
        open_here = self.open.get(enterprise.pk, [])
        if not seats:
            return False
        held = {o.unit_id: o for o in open_here}
        same = [held[s.unit.pk] for s in seats if s.unit.pk in held]
        fresh = [s for s in seats if s.unit.pk not in held]
        if fresh:
            fresh, moved = self._more_precise(fresh, open_here, same)
            same += moved
            changed |= bool(moved)
        if fresh and not same:
            changed |= self._leave(open_here, fresh, since)
        areas = _shares(entry.values.get("area"), len(same) + len(fresh))
        for occupancy in same:
            changed |= self._correct(occupancy, areas.pop(0) if areas else None, since, until)
        for seat in fresh:
            self.writes.make(
                Occupancy(
                    enterprise=enterprise,
                    unit=seat.unit,
                    area=areas.pop(0) if areas else None,
                    since=since,
                    until=until,
                    **self.context.origin(entry),
                )
            )
            changed = True
        return changed

    def _more_precise(
        self, fresh: list[Seat], open_here: list[Occupancy], same: list[Occupancy]
    ) -> tuple[list[Seat], list[Occupancy]]:
        """Seats that say no more than is known are dropped; a known "somewhere in it" becomes the door now named."""
        kept, moved = [], []
        vague = {
            o.pk: o
            for o in open_here
            if o.unit_id in self.units and not self.units[o.unit_id][1] and o not in same
        }
        for seat in fresh:
            inside = [o for o in open_here if self.units.get(o.unit_id, (None,))[0] == seat.building.pk]
            if not seat.number and inside:
                same.extend(o for o in inside if o not in same)
                continue
            match = next((o for o in vague.values() if self.units[o.unit_id][0] == seat.building.pk), None)
            if match is not None:
                self.writes.change(match, unit=seat.unit)
                moved.append(vague.pop(match.pk))
                continue
            kept.append(seat)
        return kept, moved

    def _leave(self, open_here: Iterable[Occupancy], fresh: list[Seat], since: Any) -> bool:
        """The enterprise moved: what it held in the buildings of this file ends when the new seat begins."""
        left = False
        for occupancy in open_here:
            if self.units[occupancy.unit_id][0] in self.covered:
                begun = occupancy.since
                day = since if since and (begun is None or since > begun) else self.context.as_of
                self.writes.change(occupancy, until=max(day, begun or day))
                left = True
        return left

    def _correct(self, occupancy: Occupancy, area: Decimal | None, since: Any, until: Any) -> bool:
        values: dict[str, Any] = {}
        if area is not None and occupancy.area != area:
            values["area"] = area
        if since is not None and (until or occupancy.until or since) >= since:
            values["since"] = since
        if until is not None:
            values["until"] = until
        return bool(values) and self.writes.change(occupancy, **values)


def _of(enterprises: set[UUID]) -> Iterable[Occupancy]:
    """Their open occupancies, in the order of the doors' keys."""
    found = Occupancy.rows_without_a_reader.filter(until__isnull=True).order_by("pk")
    if len(enterprises) <= 500:
        return list(found.filter(enterprise__in=enterprises))
    return (o for o in found.iterator(5000) if o.enterprise_id in enterprises)


def _shares(area: Decimal | None, doors: int) -> list[Decimal]:
    """A register gives one area for several doors: split evenly to the cent, the sum stays exact."""
    if area is None or not doors:
        return []
    share = (area / doors).quantize(CENT, ROUND_DOWN)
    return [share] * (doors - 1) + [area - share * (doors - 1)]

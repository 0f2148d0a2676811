"""Where a row says that its enterprise sits: building, floor, doors; and doors behind which nobody sits."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from louyu.core import readings
from louyu.places.models import Building, Floor, Unit
from louyu.places.registers.matching import NamedBuildings
from louyu.workbooks.declare import Context, Entry, Plan


@dataclass(frozen=True)
class Seat:
    """One door (number "" where only the floor or the building is known)."""

    building: Building
    floor: int | None
    number: str
    unit: Unit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seat) and self.unit.pk == other.unit.pk

    def __hash__(self) -> int:
        return hash(self.unit.pk)


class Places:
    """Buildings, floors and units on record, and those that this file adds."""

    def __init__(self, plan: Plan, context: Context, entries: list[Entry]) -> None:
        self.plan, self.context = plan, context
        self.buildings = NamedBuildings(plan, context)
        self.floors: dict[tuple[UUID, int], Floor] = {}
        self.units: dict[tuple[UUID, int | None, str], Unit] = {}
        self.loaded: set[UUID] = set()

    def seats(self, entry: Entry) -> list[Seat]:
        """The doors that a row names; none when it names no building. May let the row wait for an unknown one."""
        building, rest = self._building(entry)
        if building is None:
            return []
        if not self.context.permits(building):
            self.plan.refuse(entry, entry.wrong("outside_scope", "building", "place", "name"), waits=True)
            return []
        self._load(building)
        floor = entry.values.get("floor")
        rooms = entry.values.get("rooms") or self._rooms_beside(entry, rest)
        tower = entry.values.get("tower")
        doors = [(r.floor if r.floor is not None else floor, _door(r, tower)) for r in rooms] or [(floor, "")]
        top, bottom = building.floors_above, building.floors_below
        for number, _said in doors:
            if (
                number is not None
                and top is not None
                and (number > top or number < -(bottom or max(9, -number)))
            ):
                self.plan.refuse(
                    entry,
                    entry.wrong(
                        "floor_above_building",
                        *(("rooms",) if rooms else ("floor",)),
                        "place",
                        "building",
                        top=top,
                    ),
                )
                doors = [(None, "")]
                break
        if building.floor_area is not None and (entry.values.get("area") or 0) > building.floor_area:
            self.plan.refuse(entry, entry.wrong("area_above_building", "area", whole=building.floor_area))
            del entry.values["area"]
        return [self._seat(building, number, door, entry) for number, door in doors]

    def _rooms_beside(self, entry: Entry, rest: str) -> Any:
        """Doors told in the building's cell, or in a column 位置 beside it."""
        if not rest and entry.values.get("building") and entry.values.get("place"):
            place = str(entry.values["place"])
            found, rest, _fitting = self.buildings.recognise(place)
            rest = rest if found is not None else place
        return _rooms_of(rest) if rest else ()

    def note_space(self, entry: Entry, use: str = Unit.Use.LET) -> None:
        """A door behind which no enterprise sits (vacant, not let, a shared space): the unit is on record."""
        building, rest = self._building(entry, ask=False)
        if building is None or not self.context.permits(building):
            return
        self._load(building)
        floor, area = entry.values.get("floor"), entry.values.get("area")
        rooms = entry.values.get("rooms") or self._rooms_beside(entry, rest)
        for room in rooms:
            seat = self._seat(
                building,
                room.floor if room.floor is not None else floor,
                _door(room, entry.values.get("tower")),
                entry,
            )
            if area is not None and seat.unit.area is None and len(rooms) == 1:
                self.plan.writes.change(seat.unit, area=area)
            if use != Unit.Use.LET:
                self.plan.writes.change(seat.unit, use=use, note=str(entry.values.get("name") or "")[:80])

    def _building(self, entry: Entry, *, ask: bool = True) -> tuple[Building | None, str]:
        """The building and what the cell says besides it ("方远广场1504室" → 1504室)."""
        said = self._said(entry)
        return self.buildings.named(entry, said, "building", "place", ask=ask) if said else (None, "")

    def _said(self, entry: Entry) -> str:
        """The words for the place: its own cell, the joint cell, the section above, the sheet, the title."""
        for field in ("building", "place"):
            if entry.values.get(field):
                return str(entry.values[field])
        table = self.context.tables.get(entry.sheet)
        around = [entry.section, entry.sheet, table.title if table else "", self.context.file_name]
        for text in around:
            if text and self.buildings.recognise(text)[0] is not None:
                return text
        return entry.section if _looks_like_a_building(entry.section) else ""

    def _load(self, building: Building) -> None:
        if building.pk in self.loaded:
            return
        self.loaded.add(building.pk)
        if building._state.adding:
            return
        numbers: dict[UUID | None, int | None] = {None: None}
        for floor in Floor.rows_without_a_reader.filter(building=building):
            self.floors[building.pk, floor.number] = floor
            numbers[floor.pk] = floor.number
        for unit in Unit.rows_without_a_reader.filter(building=building):
            self.units[building.pk, numbers[unit.floor_id], unit.number] = unit

    def _seat(self, building: Building, number: int | None, door: str, entry: Entry) -> Seat:
        found = self.units.get((building.pk, number, door))
        if found is None:
            origin = self.context.origin(entry)
            floor = None
            if number is not None:
                floor = self.floors.get((building.pk, number))
                if floor is None:
                    floor = self.plan.writes.make(Floor(building=building, number=number, **origin))
                    self.floors[building.pk, number] = floor
            found = self.plan.writes.make(Unit(building=building, floor=floor, number=door[:30], **origin))
            self.units[building.pk, number, door] = found
        return Seat(building, number, door, found)


def _rooms_of(text: str) -> Any:
    try:
        return readings.read_rooms(text) or ()
    except readings.Unreadable:
        return ()


def _door(room: Any, tower: str | None) -> str:
    """The door's label in its building; a tower told in a column of its own goes before it."""
    door: str = room.door
    return f"{tower}{door}" if tower and not room.tower else door


def _looks_like_a_building(text: str) -> bool:
    return (
        text.split("（")[0]
        .split("(")[0]
        .rstrip("：: ")
        .endswith(("大厦", "广场", "中心", "商务楼", "大楼", "写字楼", "国际", "城", "园"))
    )

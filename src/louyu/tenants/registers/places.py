"""Where a row says that its enterprise sits: building, floor, doors; and doors behind which nobody sits."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.core import readings
from louyu.core.words import building_key, search_text
from louyu.places.models import Building, Floor, Unit
from louyu.places.rules import fitting_names
from louyu.workbooks.declare import Choice, Context, Entry, Plan, Question

MOST_CHOICES = 6


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
        self.buildings: dict[str, Building] = {}
        for building in Building.rows_without_a_reader.all():
            for name in (building.name, *building.other_names):
                self.buildings[building_key(name)] = building
        self.floors: dict[tuple[UUID, int], Floor] = {}
        self.units: dict[tuple[UUID, int | None, str], Unit] = {}
        self.loaded: set[UUID] = set()
        self.recognised: dict[str, tuple[Building | None, str, list[str]]] = {}

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
        rooms = entry.values.get("rooms") or (_rooms_of(rest) if rest else ())
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

    def note_space(self, entry: Entry, use: str = Unit.Use.LET) -> None:
        """A door behind which no enterprise sits (vacant, not let, a shared space): the unit is on record."""
        building, rest = self._building(entry, ask=False)
        if building is None or not self.context.permits(building):
            return
        self._load(building)
        floor, area = entry.values.get("floor"), entry.values.get("area")
        rooms = entry.values.get("rooms") or (_rooms_of(rest) if rest else ())
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
        if not said:
            return None, ""
        if said not in self.recognised:
            self.recognised[said] = self._recognise(said)
        building, rest, fitting = self.recognised[said]
        if building is not None or not ask:
            return building, rest
        return self._asked(entry, said, fitting), ""

    def _said(self, entry: Entry) -> str:
        """The words for the place: its own cell, the joint cell, the section above, the sheet, the title."""
        for field in ("building", "place"):
            if entry.values.get(field):
                return str(entry.values[field])
        table = self.context.tables.get(entry.sheet)
        around = [entry.section, entry.sheet, table.title if table else "", self.context.file_name]
        for text in around:
            if text and self._recognise(text)[0] is not None:
                return text
        return entry.section if _looks_like_a_building(entry.section) else ""

    def _recognise(self, said: str) -> tuple[Building | None, str, list[str]]:
        key = building_key(said)
        if key in self.buildings:
            return self.buildings[key], "", []
        inside = [name for name in self.buildings if len(name) >= 2 and name in key]
        if inside:
            longest = max(inside, key=len)
            at = key.index(longest)
            return self.buildings[longest], key[at + len(longest) :], []
        bare = key.split("(")[0].rstrip("0123456789-、,室层楼f")
        fitting = fitting_names(bare or key, self.buildings)
        one = {self.buildings[n].pk for n in fitting}
        if len(one) == 1:
            return self.buildings[fitting[0]], key[len(bare) :], []
        return None, "", fitting

    def _asked(self, entry: Entry, said: str, fitting: list[str]) -> Building | None:
        """A building that nobody knows is asked about once; its rows wait until then."""
        key = f"building:{building_key(said)}"
        answer = self.context.answer(key)
        if answer == "new":
            building = Building(name=said[:80], search=search_text(said)[:600], **self.context.origin(entry))
            self.buildings[building_key(said)] = self.plan.writes.make(building)
            self.recognised[said] = (building, "", [])
            return building
        for building in self.buildings.values():
            if answer == building.pk.hex:
                return building
        offered = fitting or sorted(n for n in self.buildings if set(n[:2]) & set(said))
        choices = [Choice(self.buildings[n].pk.hex, self.buildings[n].name) for n in offered[:MOST_CHOICES]]
        text = (
            _("「%s」可能是几幢楼，是哪一幢？") % said
            if fitting
            else _("楼宇「%s」还不在登记册里，是新的楼宇吗？") % said
        )
        self.plan.ask(
            entry,
            Question(
                entry.sheet,
                entry.row,
                entry.column("building", "place"),
                key,
                text,
                (*choices, Choice("new", _("新建「%s」") % said), Choice("skip", _("先不导入这些行"))),
            ),
        )
        return None

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

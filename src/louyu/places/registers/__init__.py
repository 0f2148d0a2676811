"""The register of buildings (楼宇台账): its columns, and how its rows meet what is known."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from louyu.core.coordinates import to_wgs84
from louyu.core.words import building_key, search_text
from louyu.places.models import Area, Building, Floor
from louyu.places.registers.columns import COLUMNS, OTHER_THINGS
from louyu.places.rules import is_far, middle
from louyu.workbooks.declare import (
    Absent,
    Context,
    Entry,
    Plan,
    Register,
    Writes,
    Wrong,
)

FIELDS = (
    "address", "floors_above", "floors_below", "floor_area", "lettable_area", "longitude", "latitude",
    "coordinate_system", "built_year", "property_manager", "owner", "key",
)  # fmt: skip


def check(entry: Entry) -> list[Wrong]:
    """Contradictions within a row: let more than built; latitude and longitude are judged together."""
    values = entry.values
    found = []
    built, let = values.get("floor_area"), values.get("lettable_area")
    if built is not None and let is not None and let > built:
        found.append(entry.wrong("lettable_above_built", "lettable_area"))
        del values["lettable_area"]
    if ("longitude" in values) != ("latitude" in values):
        values.pop("longitude", None)
        values.pop("latitude", None)
    return found


def plan(entries: list[Entry], context: Context) -> Plan:
    """Match by name (or another name that the register keeps); a building counts once, later rows are duplicates."""
    plan = Plan(entries)
    known: dict[str, Building] = {}
    for building in Building.rows_without_a_reader.select_related("area__parent"):
        for name in (building.name, *building.other_names):
            known[building_key(name)] = building
    areas = Areas(plan.writes, context)
    floors = _floors_known()
    centre = middle(
        [
            (b.longitude, b.latitude)
            for b in known.values()
            if b.longitude is not None and b.latitude is not None
        ]
        + [(e.values["longitude"], e.values["latitude"]) for e in entries if "longitude" in e.values]
    )
    listed: set[UUID] = set()
    section = ""
    for entry in _against_the_order(entries):
        plan.refuse(entry, entry.wrong("longitude_is_latitude", "longitude"))
    for entry in entries:
        if entry.outcome:
            continue
        if entry.values.keys() == {"name"} and SUBDISTRICT.fullmatch(entry.values["name"]):
            section, entry.outcome = entry.values["name"], "skipped"
            continue
        _in_its_subdistrict(entry, section)
        if "name" not in entry.values:
            if len(entry.values) < 2:
                entry.outcome = "skipped"
            else:
                plan.refuse(entry, entry.wrong("building_name_missing", "name"), waits=True)
            continue
        said = building_key(entry.values["name"])
        building = known.get(said)
        if building is not None and building.pk in listed:
            entry.outcome, entry.subject = "duplicate", building.pk
            continue
        values = _values(entry, context, plan, centre)
        area = areas.find(entry)
        if area is not None:
            values["area"] = area
        if building is None:
            if not context.permits(area):
                plan.refuse(entry, entry.wrong("outside_scope", "name"), waits=True)
                continue
            building = Building(name=entry.values["name"], **values, **context.origin(entry))
            building.search = _search(building)
            plan.writes.make(building)
            known[said] = building
            entry.outcome = "new"
        elif not context.permits(building):
            plan.refuse(entry, entry.wrong("outside_scope", "name"), waits=True)
            continue
        else:
            entry.outcome = "changed" if plan.writes.change(building, **values) else "unchanged"
        entry.subject = building.pk
        listed.add(building.pk)
        _make_floors(
            building, values, floors.setdefault(building.pk, set()), plan.writes, context.origin(entry)
        )
    plan.seen = listed
    return plan


SUBDISTRICT = re.compile(r"\w{1,6}?(?:街道|镇|乡)")


def _in_its_subdistrict(entry: Entry, section: str) -> None:
    """A row that names no subdistrict lies in the one of the row or section above it, or of its sheet."""
    if "subdistrict" in entry.values:
        return
    for text in (entry.section, section, entry.sheet):
        found = SUBDISTRICT.findall(text)
        if found:
            entry.values["subdistrict"] = found[-1]
            return


def _against_the_order(entries: list[Entry]) -> list[Entry]:
    """Rows whose coordinate pair stands the other way round than nearly all others: swapped, not meant.

    Their coordinates are left out.
    """
    pairs = [e for e in entries if "latitude_first" in e.values]
    first = [e for e in pairs if e.values["latitude_first"]]
    fewer = min(first, [e for e in pairs if not e.values["latitude_first"]], key=len)
    if 6 * len(fewer) > len(pairs) or len(pairs) < 4:
        return []
    for entry in fewer:
        del entry.values["longitude"], entry.values["latitude"]
    return fewer


def _values(entry: Entry, context: Context, plan: Plan, centre: tuple[float, float] | None) -> dict[str, Any]:
    said = entry.values
    values = {f: said[f] for f in FIELDS if f in said}
    for fact, stored in (("above", "floors_above"), ("below", "floors_below")):
        if fact in said and stored not in values:
            values[stored] = said[fact]
    if "longitude" in values:
        point = (values.pop("longitude"), values.pop("latitude"))
        if is_far(point, centre):
            plan.refuse(entry, entry.wrong("coordinate_far", "longitude", "point"))
        else:
            system = _coordinate_system(context.tables[entry.sheet].title, context, entry)
            longitude, latitude = to_wgs84(*point, system)
            values |= {
                "longitude": round(longitude, 7),
                "latitude": round(latitude, 7),
                "coordinate_system": system,
            }
    if "key" not in values and _says_key(entry, context):
        values["key"] = True
    return values


def _says_key(entry: Entry, context: Context) -> bool:
    """A register that calls itself one of key buildings (重点楼宇) lists key buildings."""
    table = context.tables[entry.sheet]
    return (
        "重点"
        in f"{context.file_name} {table.title} {entry.sheet} {' '.join(h.text for h in table.headings)}"
    )


def _coordinate_system(title: str, context: Context, entry: Entry) -> str:
    said = " ".join([title, *(h.text for h in context.tables[entry.sheet].headings)]).upper()
    if "百度" in said or "BD09" in said or "BD-09" in said:
        return "BD09"
    if "高德" in said or "腾讯" in said or "GCJ" in said or "火星" in said:
        return "GCJ02"
    return "WGS84"


def _search(building: Building) -> str:
    return search_text(building.name, *building.other_names, building.address)[:600]


def _floors_known() -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = {}
    for building, number in Floor.rows_without_a_reader.values_list("building_id", "number"):
        found.setdefault(building, set()).add(number)
    return found


def _make_floors(
    building: Building, values: dict[str, Any], known: set[int], writes: Writes, origin: dict[str, Any]
) -> None:
    """The storeys that the counts say, where the building has no such floor yet."""
    above, below = values.get("floors_above") or 0, values.get("floors_below") or 0
    for number in (*range(-below, 0), *range(1, above + 1)):
        if number not in known:
            known.add(number)
            writes.make(Floor(building=building, number=number, **origin))


class Areas:
    """The district's areas: found by name, made where a register names one that is not there yet."""

    def __init__(self, writes: Writes, context: Context) -> None:
        self.writes, self.context = writes, context
        self.known: dict[tuple[str, str, Any], Area] = {}
        self.by_name: dict[tuple[str, str], list[Area]] = {}
        for area in Area.rows_without_a_reader.select_related("parent"):
            self._keep(area)

    def _keep(self, area: Area) -> None:
        self.known[area.kind, area.name, area.parent_id] = area
        self.by_name.setdefault((area.kind, area.name), []).append(area)

    def find(self, entry: Entry) -> Area | None:
        """The finest area that the row names; None where it names none."""
        subdistrict = self._area(Area.Kind.SUBDISTRICT, entry.values.get("subdistrict"), None, entry)
        community = self._area(Area.Kind.COMMUNITY, entry.values.get("community"), subdistrict, entry)
        return community or subdistrict

    def _area(self, kind: Area.Kind, name: str | None, parent: Area | None, entry: Entry) -> Area | None:
        if not name:
            return None
        alike = self.by_name.get((kind, name), [])
        if parent is None and len(alike) == 1:
            return alike[0]
        found = self.known.get((kind, name, parent.pk if parent else None))
        if found is None:
            found = Area(kind=kind, name=name[:60], parent=parent, **self.context.origin(entry))
            self.writes.make(found)
            self._keep(found)
        return found


def absent(subjects: set[UUID]) -> list[Absent]:
    """Buildings of last time's list that are still in use and not in this one."""
    found = Building.rows_without_a_reader.filter(pk__in=subjects, active=True).select_related("area")
    return [Absent(b.pk, b.name, str(b.area or "")) for b in found.order_by("name")]


def leave(subjects: set[UUID], day: date, writes: Writes) -> None:
    """A building that is gone is no longer in use; nothing of it is deleted."""
    for building in Building.rows_without_a_reader.filter(pk__in=subjects, active=True):
        writes.change(building, active=False)


REASONS = {
    "building_name_missing": (_("这一行没有楼宇名称。"), _("请补上楼宇名称。")),
    "coordinate_far": (_("这个位置离本区其他楼宇太远。"), _("请核对经度和纬度。")),
    "lettable_above_built": (_("可出租面积大于建筑面积。"), _("请核对这两格，改正写错的一格。")),
}

REGISTERS = (
    Register(
        kind="buildings",
        label=_("楼宇台账"),
        columns=COLUMNS,
        required=("name",),
        action="places.keep_buildings",
        order=(Area, Building, Floor),
        plan=plan,
        check=check,
        absent=absent,
        leave=leave,
        reasons=REASONS,
        other_things=OTHER_THINGS,
    ),
)

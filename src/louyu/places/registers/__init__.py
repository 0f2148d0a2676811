"""The register of buildings (楼宇台账): its columns, and how its rows meet what is known."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from louyu.core import readings
from louyu.core.coordinates import to_wgs84
from louyu.core.words import building_key, search_text
from louyu.places.models import Area, Building, Floor
from louyu.places.rules import is_far, middle
from louyu.workbooks.declare import (
    Absent,
    CellValue,
    Column,
    Context,
    Entry,
    Plan,
    Register,
    Writes,
    Wrong,
    words,
)


class Point(NamedTuple):
    """A coordinate pair, degrees, as the file gives it; whether the cell says the latitude first."""

    longitude: float
    latitude: float
    latitude_first: bool


def fits(read: Callable[..., Any]) -> Callable[[CellValue], bool]:
    """Whether a cell can be read by this reader: the evidence of a column's content."""

    def look(value: CellValue) -> bool:
        try:
            return read(value, "") is not None
        except readings.Unreadable:
            return False

    return look


def looks_like_a_degree(value: CellValue) -> bool:
    """A number that can be a longitude or a latitude in China, in whichever of the two columns it stands."""
    return fits(readings.read_longitude)(value) or fits(readings.read_latitude)(value)


def read_point(value: CellValue, heading: str = "") -> Point | None:
    """A coordinate pair in one cell."""
    pair = readings.read_coordinate_pair(value, heading)
    return None if pair is None else Point(*pair, readings.latitude_comes_first(value))


def _looks_like_building(value: CellValue) -> bool:
    return isinstance(value, str) and value.strip().endswith(
        ("大厦", "广场", "中心", "商务楼", "大楼", "写字楼", "国际", "城", "园", "座", "楼")
    )


def _one_floor_number(value: CellValue, heading: str = "") -> int | None:
    found = readings.read_floors(value, heading)
    return None if found is None else found.above


def _below(value: CellValue, heading: str = "") -> int | None:
    found = readings.read_floors(value, heading)
    if found is None:
        return None
    return found.below if found.below else found.above


COLUMNS = (
    Column(
        "name",
        _("楼宇名称"),
        words(
            "楼宇名称 楼宇 楼名 大楼名称 大厦名称 名称 商务楼宇名称 重点楼宇名称 重点楼宇 "
            "楼栋名称 楼栋 项目名称 商务楼宇 写字楼名称 建筑名称 楼盘名称 载体名称 大楼 大厦"
        ),
        readings.read_text,
        _looks_like_building,
        identity=True,
    ),
    Column("other_name", _("别名"), words("别名 曾用名 简称 俗称"), readings.read_text),
    Column(
        "subdistrict",
        _("所属街道"),
        words("所属街道 街道 街道办 属地街道 所在街道 镇街 所属镇街 乡镇街道 镇(街道) 街道镇 属地 辖区街道"),
        readings.read_text,
        lambda v: isinstance(v, str) and v.strip().endswith(("街道", "镇", "乡")),
    ),
    Column(
        "community",
        _("所属社区"),
        words("所属社区 社区 所在社区 村社 社区名称 属地社区 村社区 所属村社 社区村"),
        readings.read_text,
        lambda v: isinstance(v, str) and v.strip().endswith(("社区", "村", "居委会")),
    ),
    Column(
        "address",
        _("地址"),
        words("地址 详细地址 楼宇地址 坐落 坐落位置 位置 所在地址 门牌号 具体地址 地理位置 楼宇坐落"),
        readings.read_text,
        lambda v: isinstance(v, str) and "号" in v and any(w in v for w in ("路", "街", "道", "巷")),
    ),
    Column(
        "floors",
        _("层数"),
        words(
            "层数 楼层数 总层数 楼层 楼高 楼高层 建筑层数 地上地下层数 总楼层 层高数 层 层数地上地下 共几层"
        ),
        readings.read_floors,
        facts=("above", "below"),
    ),
    Column(
        "floors_above",
        _("地上层数"),
        words("地上层数 地上 地上楼层 地面层数 地上部分层数 层数地上 楼层地上"),
        _one_floor_number,
    ),
    Column(
        "floors_below",
        _("地下层数"),
        words("地下层数 地下 地下室层数 地下楼层 地下室 层数地下 楼层地下"),
        _below,
    ),
    Column(
        "floor_area",
        _("建筑面积"),
        words("建筑面积 总建筑面积 面积 总面积 建面 建筑总面积 楼宇面积 体量 建筑体量"),
        readings.read_area,
    ),
    Column(
        "lettable_area",
        _("可出租面积"),
        words("可出租面积 可租面积 商务面积 出租面积 可招商面积 商业面积 可租赁面积 商务办公面积"),
        readings.read_area,
    ),
    Column(
        "longitude",
        _("经度"),
        words("经度 lng lon longitude 坐标经度 东经 x坐标 X"),
        readings.read_longitude,
        looks_like_a_degree,
    ),
    Column(
        "latitude",
        _("纬度"),
        words("纬度 lat latitude 坐标纬度 北纬 y坐标 Y"),
        readings.read_latitude,
        looks_like_a_degree,
    ),
    Column(
        "point",
        _("坐标"),
        words("坐标 经纬度 地理坐标 位置坐标 GPS 坐标经度纬度 经纬坐标 定位 定位坐标"),
        read_point,
        fits(read_point),
        facts=("longitude", "latitude", "latitude_first"),
    ),
    Column(
        "built_year",
        _("建成年份"),
        words("建成年份 建成时间 竣工时间 竣工年份 投用时间 交付时间 建造年份 启用时间"),
        readings.read_year,
    ),
    Column(
        "property_manager",
        _("物业公司"),
        words("物业公司 物业 物业单位 物业服务企业 物业管理公司 物业管理单位 运营单位 管理单位"),
        readings.read_text,
    ),
    Column(
        "owner",
        _("产权单位"),
        words("产权单位 业主单位 开发商 产权人 业主 建设单位 开发单位"),
        readings.read_text,
    ),
    Column(
        "key",
        _("重点楼宇"),
        words("是否重点楼宇 是否重点 重点 是否为重点楼宇 重点标记"),
        readings.read_yes_no,
    ),
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


OTHER_THINGS = words(
    "物业电话 联系电话 联系人 楼长 楼长姓名 楼管员 管理员 空置率 入驻率 楼宇类型 入驻企业数 企业数 企业总数 从业人数 "
    "税收 纳税额 党员数 党组织 网格员 备注"
)

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

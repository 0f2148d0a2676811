"""The invented enterprises: who sits where since when, and the registers in which the offices write it down."""

import datetime
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any

import xlsxwriter

from louyu.places.commands import draw_areas
from louyu.site.demo.buildings import OUTLINES, TRADES, VACANT_SHARE, Building, Tenancy, Unit
from louyu.site.demo.clock import Event, at
from louyu.site.demo.names import day_between
from louyu.site.demo.world import World
from louyu.workbooks.commands import import_file, keep_look, look, upload

DAY = datetime.timedelta(days=1)
MOVED_IN, LEFT_BEHIND, MOVED_OUT = 0.16, 0.5, 0.45
"""Of those who sit there: moved in within the two years; of those: after somebody else. Of vacant units: left since."""
QUARTERS = (3, 6, 9, 12, 15, 18, 21)
"""How many months after the start a register of changes comes in; a last one does shortly before the end."""
WAITING = "前所街道"
"""The subdistrict whose newest register is there and waits for somebody to bring it in."""

BUILDINGS = (
    "序号", "楼宇名称", "所属街道", "所属社区", "地址", "地上层数", "地下层数", "建筑面积（㎡）", "可出租面积（㎡）",
    "经度", "纬度", "建成年份", "物业公司", "产权单位", "是否重点楼宇",
)  # fmt: skip
ENTERPRISES = (
    "序号", "企业名称", "统一社会信用代码", "所在楼宇", "楼层", "房号", "面积（㎡）", "联系人", "职务", "联系电话",
    "从业人数", "党员数", "注册资本（万元）", "所属行业", "是否分支机构", "入驻时间", "备注",
)  # fmt: skip
CHANGES = (*ENTERPRISES[:-1], "迁出时间", "备注")


# Who sits where


def fill(world: World) -> None:
    """Seat an enterprise in each unit, several in some, nobody in others; and those who came and left before."""
    rng = world.chance("enterprises")
    for building in world.buildings:
        units = [unit for unit in building.units if unit.letter in TRADES]
        empty = rng.sample(range(len(units)), min(len(units) - 1, round(len(units) * VACANT_SHARE)))
        vacant = [units[n] for n in empty]
        taken = [unit for unit in units if unit not in vacant]
        for unit in taken:
            _seat(world, unit, rng)
            if rng.random() < MOVED_IN:
                _was_another_there(world, unit, rng)
        more = building.wanted - len(taken)
        while more > 0:
            unit = rng.choice(taken[: max(1, len(taken) // 6)] if rng.random() < 0.7 else taken)
            for _each in range(min(more, rng.choice((1, 1, 2, 3)))):
                _seat(world, unit, rng, sharing=True)
                more -= 1
        for unit in vacant:
            if rng.random() < MOVED_OUT:
                left = day_between(rng, world.start + 20 * DAY, _last_change(world))
                _sat(world, unit, rng, until=left)


def _seat(world: World, unit: Unit, rng: Random, *, sharing: bool = False) -> None:
    letter = rng.choice(TRADES) if sharing and rng.random() < 0.5 else unit.letter
    each = unit.area / (1 + len(unit.tenancies)) if sharing else unit.area
    enterprise = world.invention.enterprise(letter, min(each, 900))
    first = datetime.date(max(unit.building.built, world.start.year - 9), 3, 1)
    days = (world.start - first).days
    since = first + round(days * rng.random() ** 0.7) * DAY
    unit.tenancies.append(Tenancy(enterprise, unit, since.replace(day=1) if rng.random() < 0.6 else since))


def _was_another_there(world: World, unit: Unit, rng: Random) -> None:
    """The one who sits there came within the two years, perhaps after somebody else."""
    tenancy = unit.tenancies[0]
    tenancy.since = day_between(rng, world.start + 30 * DAY, _last_change(world))
    if rng.random() < LEFT_BEHIND:
        _sat(world, unit, rng, until=max(world.start + 20 * DAY, tenancy.since - rng.randint(5, 120) * DAY))


def _sat(world: World, unit: Unit, rng: Random, *, until: datetime.date) -> None:
    enterprise = world.invention.enterprise(unit.letter, min(unit.area, 900))
    since = max(datetime.date(unit.building.built, 6, 1), world.start - rng.randint(200, 2400) * DAY)
    unit.tenancies.append(Tenancy(enterprise, unit, min(since, world.start - 30 * DAY), until))


def _last_change(world: World) -> datetime.date:
    """The day up to which the last register of changes tells."""
    return world.as_of - 6 * DAY


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The first day of the month that lies so many months after a day's."""
    year, month = divmod(day.month - 1 + months, 12)
    return datetime.date(day.year + year, month + 1, 1)


# The registers


def events(world: World) -> Iterator[Event]:
    """The registers of the beginning, the changes that come in since, and the newest one that waits."""
    rng = world.chance("registers")
    by = "office"
    day, month = world.start, f"{world.start.year}年{world.start.month}月"

    def bring_in(name: str, sheets: "Sheets", kind: str = "enterprises") -> None:
        import_file(workbook(sheets), file_name=name, kind=kind, by=world.user(by))

    def buildings() -> None:
        bring_in(f"楼宇台账（{month}）.xlsx", building_register(world.buildings, month), "buildings")
        draw_areas(json.loads(OUTLINES.read_text(encoding="utf-8")), by=world.user(by))

    yield Event(at(day, 9, 12), buildings)
    by_subdistrict: dict[str, list[Building]] = {}
    for building in world.buildings:
        by_subdistrict.setdefault(building.subdistrict, []).append(building)
    in_turn = sorted(by_subdistrict, key=lambda name: name == WAITING)
    for place, subdistrict in enumerate(in_turn):
        sheets = enterprise_register(by_subdistrict[subdistrict], day, subdistrict)
        name = f"{subdistrict}入驻企业登记表（{month}）.xlsx"
        yield Event(at(day, 10, 4 * place), partial(bring_in, name, sheets))
    before = day
    for until in [*(months_after(day, months) - DAY for months in QUARTERS), _last_change(world)]:
        name = f"楼宇企业变动表（{until.year}年{until.month}月）.xlsx"
        when = world.hours.in_office(until + (2 if until == _last_change(world) else rng.randint(3, 8)) * DAY)
        sheets = change_register(world.buildings, before, until, rng)
        yield Event(when, partial(bring_in, name, sheets))
        before = until
    if world.scale >= 0.2:
        yield waiting_register(world, by_subdistrict[WAITING])


Row = Sequence[Any]
Sheets = Sequence[tuple[str, str, Row, Sequence[Row]]]
"""Of each sheet its name, the title above, the headings, the rows."""


def building_register(buildings: Iterable[Building], month: str) -> Sheets:
    """The register of buildings."""
    rows = [
        (
            n, b.name, b.subdistrict, b.community, b.address, b.floors, b.basement,
            round(b.lettable * 1.28 + b.basement * b.plate), b.lettable, b.longitude, b.latitude, b.built,
            b.manager, b.owner, "是" if b.key else "否",
        )
        for n, b in enumerate(buildings, 1)
    ]  # fmt: skip
    return [("楼宇台账", f"椒江区商务楼宇台账（{month}）", BUILDINGS, rows)]


def enterprise_register(buildings: Iterable[Building], day: datetime.date, subdistrict: str) -> Sheets:
    """A subdistrict's register of enterprises as of a day, vacant units and unlet ones between them."""
    rows: list[Row] = []
    for building in buildings:
        for unit in building.units:
            sitting = [t for t in unit.tenancies if t.runs(day)]
            rows += [_line(t, shares=n > 0) for n, t in enumerate(sitting)] or _empty_lines(unit)
    title = f"{subdistrict}楼宇入驻企业登记表（截至{day.year}年{day.month}月{day.day}日）"
    return [(subdistrict, title, ENTERPRISES, [(n, *row) for n, row in enumerate(rows, 1)])]


def change_register(
    buildings: Iterable[Building], after: datetime.date, until: datetime.date, rng: Random
) -> Sheets:
    """Who moved in and out between two days, the units that are empty now, and some whose staff changed."""
    rows: list[Row] = []
    for building in buildings:
        for unit in building.units:
            for tenancy in unit.tenancies:
                if tenancy.until is not None and after < tenancy.until <= until:
                    rows.append((*_line(tenancy)[:-1], tenancy.until.isoformat(), "迁出"))
                    if not any(t.runs(until) for t in unit.tenancies):
                        rows += [(*line[:-1], "", line[-1]) for line in _empty_lines(unit)]
                elif after < tenancy.since <= until:
                    rows.append((*_line(tenancy)[:-1], "", "新入驻"))
                elif tenancy.runs(after) and tenancy.runs(until) and rng.random() < 0.008:
                    staff = tenancy.enterprise.staff
                    tenancy.enterprise.staff = max(1, staff + rng.randint(-1 - staff // 6, 2 + staff // 5))
                    rows.append((*_line(tenancy)[:-1], "", "人数变化"))
    title = f"椒江区楼宇企业变动表（截至{until.year}年{until.month}月{until.day}日）"
    return [("变动", title, CHANGES, [(n, *row) for n, row in enumerate(rows, 1)])]


def _line(tenancy: Tenancy, *, shares: bool = False) -> list[Any]:
    e, unit = tenancy.enterprise, tenancy.unit
    return [
        e.name, e.code, unit.building.name, unit.floor, "、".join(map(str, unit.doors)), "" if shares else unit.area,
        e.contact.name, e.position, e.contact.phone, e.staff, e.members, e.capital or "", e.trade,
        "是" if e.branch_office else "", tenancy.since.isoformat(), "合用" if shares else "",
    ]  # fmt: skip


_SPACES = {"避": "避难层", "堂": "大堂", "党": "党群共享空间"}


def _empty_lines(unit: Unit) -> list[list[Any]]:
    """A unit where nobody sits: a row for each door, each with its part of the area."""
    name = _SPACES.get(unit.letter, "空置")
    doors = unit.doors if unit.letter in TRADES else unit.doors[:1]
    share = round(unit.area / len(doors))
    return [
        [name, "", unit.building.name, unit.floor, door, share, *[""] * 9, "待租" if name == "空置" else ""]
        for door in doors
    ]


# The one that waits


def waiting_register(world: World, buildings: list[Building]) -> Event:
    """The newest register of a subdistrict, as offices write them: some cells are wrong, some enterprises missing."""
    rng = world.chance("waiting register")
    day = world.as_of - 9 * DAY
    ((sheet, title, headings, rows),) = enterprise_register(buildings, day, WAITING)
    lines = [list(row) for row in rows]
    sitting, empty = [x for x in lines if x[2]], [x for x in lines if x[1] == "空置"]
    for line, change in zip(rng.sample(sitting, len(sitting)), CHANGED, strict=False):
        change(line, rng)
    for line in rng.sample(empty, min(5, len(empty))):
        new = Tenancy(
            world.invention.enterprise(rng.choice(TRADES), 90), buildings[0].units[0], day - 8 * DAY
        )
        line[1:] = [*_line(new)[:2], *line[3:7], *_line(new)[6:]]
    for line in rng.sample(sitting, 4):
        lines.remove(line)
    doubled = rng.choice([x for x in lines if x[2]])
    lines.append([len(lines) + 1, "台州" + doubled[1][-8:], *doubled[2:]])
    data = workbook([(sheet, title, headings, lines)])
    name = f"{WAITING}入驻企业登记表（{day.year}年{day.month}月）.xlsx"

    def arrive() -> None:
        batch = upload(data, file_name=name, by=world.user("office"))
        keep_look(batch, *look(batch))

    return Event(world.hours.in_office(world.hours.working_day(world.as_of, 1)), arrive)


def _wrong_check(line: list[Any], rng: Random) -> None:
    line[2] = line[2][:-1] + ("7" if line[2][-1] != "7" else "8")


def _became_a_number(line: list[Any], rng: Random) -> None:
    line[2] = float(f"9.1331{rng.randrange(10)}E+17")


def _letter_for_digit(line: list[Any], rng: Random) -> None:
    line[2] = line[2].replace("0", "O", 1)


def _short_phone(line: list[Any], rng: Random) -> None:
    line[9] = line[9][:-1]


def _no_such_day(line: list[Any], rng: Random) -> None:
    line[15] = f"{line[15][:4]}-02-30"


def _more_members_than_staff(line: list[Any], rng: Random) -> None:
    line[11] = line[10] + 3


def _negative_area(line: list[Any], rng: Random) -> None:
    line[6] = -(line[6] or 60)


def _another_name(line: list[Any], rng: Random) -> None:
    line[1] = line[1].replace("有限公司", "新材料有限公司")


def _other_staff(line: list[Any], rng: Random) -> None:
    line[10] += rng.randint(1, 4)


CHANGED = (
    *2
    * (
        _wrong_check,
        _became_a_number,
        _letter_for_digit,
        _short_phone,
        _no_such_day,
        _more_members_than_staff,
    ),
    _negative_area,
    *9 * (_other_staff,),
    *3 * (_another_name,),
)
"""What has happened to rows of the register that waits, by mistake or in truth."""


def workbook(sheets: Sheets) -> bytes:
    """An .xlsx with these sheets: the title in row 1, the headings in row 2, data from row 3."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    heading = book.add_format({"bold": True, "bottom": 1})
    for name, title, headings, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title)
        sheet.write_row(1, 0, headings, heading)
        for number, row in enumerate(rows, 2):
            sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()

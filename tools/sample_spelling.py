"""How offices write things down: one fact in many spellings, cells gone wrong, rows entered twice."""

import copy
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sample_district import CODE_ALPHABET, Enterprise, Seat

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Line:
    """A row on its way into a register: who sits where, and what the office writes instead of the truth."""

    seat: Seat
    tenant: Enterprise | None
    shares: bool = False
    """Not the first of several tenants of the unit: its area was said above."""
    written: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    """Field → what is wrong with it."""


@dataclass
class Truth:
    """What a correct reader finds in one file."""

    file: str
    kind: str
    records: int
    bad_cells: list[tuple[str, str, str]] = field(default_factory=list)
    either: list[tuple[str, str, str]] = field(default_factory=list)
    repeated_rows: int = 0
    duplicates: list[str] = field(default_factory=list)
    says: str = ""


def spelled_date(day: date, rng: random.Random) -> Any:
    """A day as one of the spellings found side by side in one column."""
    forms: list[Callable[[], Any]] = [
        lambda: datetime(day.year, day.month, day.day),
        lambda: f"{day.year}/{day.month}/{day.day}",
        lambda: f"{day.year}.{day.month}.{day.day}",
        lambda: f"{day:%Y-%m-%d}",
        lambda: f"{day:%Y%m%d}",
        lambda: f"{day.year}年{day.month}月{day.day}日",
        lambda: (day - date(1899, 12, 30)).days,
        lambda: f"{day.year}年{day.month}月",
    ]
    return rng.choices(forms, (30, 15, 12, 15, 8, 12, 5, 3))[0]()


def spelled_doors(seat: Seat, rng: random.Random) -> str:
    """The doors of a unit: 1301、1302, 1703-1705, １３０１, 1301室."""
    doors = [str(d) for d in seat.doors]
    if len(doors) == 2:
        return rng.choice("、、,/").join(doors)
    if len(doors) > 2:
        return f"{doors[0]}{rng.choice('--~')}{doors[-1]}"
    return rng.choices([doors[0], doors[0] + "室", doors[0].translate(FULL_WIDTH)], (85, 10, 5))[0]


def spelled_area(area: int | None, rng: random.Random) -> Any:
    """An area in m²: a number, 约120㎡, full-width digits; unknown in an office's ways."""
    if area is None:
        return rng.choice(["", "不详", "/"])
    forms = [area, f"约{area}㎡", str(area).translate(FULL_WIDTH), f"{area}平方米", f"{area:,}"]
    return rng.choices(forms, (84, 6, 3, 4, 3))[0]


def spelled_capital(capital: int, rng: random.Random) -> Any:
    """Registered capital under a heading in 万元: a number, 500万, 500万元."""
    if not capital:
        return rng.choice(["", "/", "—"])
    return rng.choices([capital, f"{capital}万", f"{capital}万元"], (90, 5, 5))[0]


def spelled_name(name: str, rng: random.Random) -> str:
    """A name with the blanks and half-width brackets that typing leaves behind."""
    if rng.random() < 0.04:
        return name + rng.choice([" ", "\u3000", "\u200b"])
    if "（" in name and rng.random() < 0.3:
        return name.replace("（", "(").replace("）", ")")
    return name


def written_line(seat: Seat, tenant: Enterprise | None, rng: random.Random, *, shares: bool = False) -> Line:
    """A line with every field that any register may show."""
    floor_word = rng.choice([seat.floor, f"{seat.floor}层", f"{seat.floor}F", f"{seat.floor}楼"])
    doors = spelled_doors(seat, rng)
    cells: dict[str, Any] = {
        "building": seat.building.name,
        "floor": floor_word,
        "doors": doors,
        "building_doors": f"{seat.building.name}{doors}",
        "area": "" if shares else spelled_area(seat.area, rng),
    }
    if tenant is None:
        word = {
            "let": "空置",
            "refuge": "避难层（设备用房，不出租）",
            "lobby": "大堂",
            "party": "党群共享空间",
        }
        cells["name"] = word[seat.use]
        cells["note"] = {"let": rng.choice(["", "待租", "招商中"])}.get(seat.use, "不出租")
        if seat.use == "refuge":
            cells["doors"] = f"{seat.floor}F"
            cells["building_doors"] = f"{seat.building.name}{seat.floor}F"
        return Line(seat, None, written=cells)
    pattern = rng.choices(["{} {}", "{}（{}）", "{}{}", "{}/{}"], (75, 8, 10, 7))[0]
    phone = tenant.phone
    spaced = rng.choices([phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"+86 {phone}"], (94, 4, 2))[0]
    cells |= {
        "name": spelled_name(tenant.name, rng),
        "code": tenant.code if rng.random() > 0.03 else f"{tenant.code[:8]} {tenant.code[8:]}",
        "contact": tenant.contact,
        "phone": spaced,
        "contact_phone": pattern.format(tenant.contact, phone),
        "staff": rng.choices([tenant.staff, f"{tenant.staff}人"], (96, 4))[0],
        "members": tenant.members if tenant.members or rng.random() < 0.6 else rng.choice(["", "无", "0"]),
        "capital": spelled_capital(tenant.capital, rng),
        "since": spelled_date(tenant.since, rng),
        "industry": tenant.industry,
        "branch": "√" if tenant.branch_office else "",
        "note": "",
    }
    return Line(seat, tenant, shares=shares, written=cells)


def written_lines(seats: Iterable[Seat], rng: random.Random) -> list[Line]:
    """All lines of the seats, floor by floor; a vacant or unlet unit is a row without a tenant."""
    lines: list[Line] = []
    for seat in seats:
        if not seat.tenants:
            lines.append(written_line(seat, None, rng))
        lines += [written_line(seat, e, rng, shares=n > 0) for n, e in enumerate(seat.tenants)]
    return lines


def spoil(lines: list[Line], faults: list[str], rng: random.Random) -> None:
    """Make one cell wrong for each fault, in different rows, each in a way that offices do."""
    pool = [line for line in lines if line.tenant and not line.tenant.branch_office and not line.shares]
    pool = [line for line in pool if line.seat.area and line.tenant and line.tenant.staff > 3]
    for fault, line in zip(faults, rng.sample(pool, len(faults)), strict=True):
        tenant, cells = line.tenant, line.written
        assert tenant is not None
        code, phone = tenant.code, tenant.phone
        at = code.rindex("0")
        match fault:
            case "校验位错误":
                cells["code"] = code[:-1] + CODE_ALPHABET[(CODE_ALPHABET.index(code[-1]) + 7) % 31]
            case "代码变成了数字":
                cells["code"] = float(f"9.1331{rng.randrange(10)}E+17")
            case "把0写成了O":
                cells["code"] = code[:at] + "O" + code[at + 1 :]
            case "只有17位":
                cells["code"] = code[:12] + code[13:]
            case "手机号少一位":
                cells["phone"] = phone[:-1]
                cells["contact_phone"] = f"{tenant.contact} {phone[:-1]}"
            case "日期不存在":
                cells["since"] = f"{tenant.since.year}-02-30"
            case "面积是负数":
                cells["area"] = -int(line.seat.area or 0)
            case "党员数大于从业人数":
                cells["members"] = tenant.staff + 3
            case "楼里没有这一层":
                high = line.seat.building.floors + 8
                cells["doors"] = f"{high}{line.seat.doors[0] % 100:02}"
                cells["building_doors"] = f"{line.seat.building.name}{cells['doors']}"
                cells["floor"] = f"{high}层"
        where = {
            "校": "code",
            "代": "code",
            "把": "code",
            "只": "code",
            "手": "phone",
            "日": "since",
            "面": "area",
        }
        line.wrong[where.get(fault[0], "members" if fault[0] == "党" else "doors")] = fault


def repeat(lines: list[Line], how_many: int, rng: random.Random, truth: Truth) -> None:
    """Enter some enterprises a second time further down, under another spelling, as two clerks do."""
    once = [line for line in lines if line.tenant and not line.wrong and not line.shares and line.seat.area]
    for line in rng.sample(once, how_many):
        again = copy.deepcopy(line.written)
        name = line.tenant.name if line.tenant else ""
        spellings = [
            name if "股份" in name else name.replace("有限公司", "有限责任公司"),
            name + " ",
            "浙江省台州市" + name.removeprefix("台州市").removeprefix("台州").removeprefix("浙江"),
        ]
        again["name"] = next((s for s in rng.sample(spellings, 3) if s != name), name + " ")
        again["note"] = ""
        lines.insert(lines.index(line) + rng.randint(1, 4), Line(line.seat, line.tenant, written=again))
        truth.duplicates.append(str(again["name"]))

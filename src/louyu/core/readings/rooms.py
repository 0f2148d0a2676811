"""Reading floors, numbers of storeys, and rooms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache
from typing import Final

from louyu.core.readings.values import (
    CHINESE_NUMERAL,
    CellValue,
    Unreadable,
    chinese_number,
    text_of,
    without_remarks,
)

HIGHEST_FLOOR: Final = 200
LOWEST_FLOOR: Final = -10
DEEPEST_STOREYS: Final = 9
"""Of two numbers side by side (22/2) the second counts storeys below ground only up to here; 22/20 are two towers."""
LONGEST_RANGE: Final = 20
WHOLE_FLOOR: Final = "整层"

_CHINESE = re.compile(f"{CHINESE_NUMERAL}+")


def _with_digits(text: str) -> str:
    """A flat text, upper case, Chinese numerals as digits: 地下二层 is 地下2层."""
    text = text.upper()
    return text if text.isascii() else _CHINESE.sub(lambda found: _numeral(found[0]), text)


def _numeral(text: str) -> str:
    number = chinese_number(text)
    return text if number is None else str(number)


# Floors ------------------------------------------------------------------------------------------------------

_STOREY = r"(?:F|层|楼|楼层|/F|FLOOR)"
_FLOOR = re.compile(rf"(?:第|F|L)?(?P<number>-?\d+(?:\.\d+)?) ?(?:{_STOREY}+|#)?", re.I)
_BELOW = re.compile(rf"(?:B|负|地下室?|-|\bLG)(?:负|第)? ?(?P<number>\d+) ?{_STOREY}*", re.I)
_FLOOR_WORDS: Final = {
    "底层": 1,
    "首层": 1,
    "底楼": 1,
    "一楼大厅": 1,
    "大堂": 1,
    "G": 1,
    "GF": 1,
    "G层": 1,
    "地下室": -1,
    "地下": -1,
    "B": -1,
    "LG": -1,
    "地下车库": -1,
}
_AFTER_FLOOR = re.compile(
    r"\s*(?:整层|全层|整楼|半层|[-~至到、,/&和+ ].*|[A-Z]?\d.*|[^\dA-Z.半].*|[A-Z]?区?)?\Z"
)


def read_floor(value: CellValue, heading: str = "") -> int | None:
    """One floor: 13, "13F", "F13", "十三层", "13楼1301"; -1 for "B1", "负一层", "地下一层".

    Of several floors ("1-3层") the first. Raises Unreadable: ``floor_zero``, ``floor_fraction``, ``floor_absurd``
    (over 200 or under -10), ``floor_text``.
    """
    if value is None:
        return None
    if isinstance(value, (bool, date, time)):
        raise Unreadable("floor_text")
    text = text_of(value)
    return _floor_in(text) if text else None


@lru_cache(maxsize=4096)
def _floor_in(text: str) -> int:
    text = _with_digits(without_remarks(text) or text)
    tower = _TOWER.match(text)
    text = (text[tower.end() :] if tower else "") or text
    if text in _FLOOR_WORDS:
        return _FLOOR_WORDS[text]
    found, sign = _BELOW.match(text), -1
    if not found:
        found, sign = _FLOOR.match(text), 1
    if not found:
        raise Unreadable("floor_text")
    rest = text[found.end() :]
    if "半" in rest and rest.strip() != "半层":
        raise Unreadable("floor_fraction")
    if rest and not _AFTER_FLOOR.match(rest):
        raise Unreadable("floor_text")
    return _floor(found["number"], sign)


def _floor(number: str, sign: int = 1) -> int:
    whole, _, decimals = number.partition(".")
    if decimals.strip("0"):
        raise Unreadable("floor_fraction")
    if len(whole) > 6:
        raise Unreadable("floor_absurd", highest=HIGHEST_FLOOR)
    floor = sign * int(whole)
    if floor == 0:
        raise Unreadable("floor_zero")
    if not LOWEST_FLOOR <= floor <= HIGHEST_FLOOR:
        raise Unreadable("floor_absurd", highest=HIGHEST_FLOOR)
    return floor


# Storeys of a building ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Floors:
    """How many storeys a building has above and below ground, as far as a cell says."""

    above: int | None
    below: int | None


_PLAIN_STOREYS = re.compile(rf"(?:共|总|总共|合计|全楼)?(?P<above>\d+) ?(?:{_STOREY}+)?(?:高)?\Z", re.I)
_STOREYS_BELOW = re.compile(
    rf"(?:地下(?:室|部分)?|负|地面以下|B|(?<![\d{{F层楼])-) ?(?:共|为|:)? ?(?P<below>\d+) ?{_STOREY}*", re.I
)
_BOTH_STOREYS = re.compile(
    rf"(?P<above>\d+) ?{_STOREY}* ?[/+,、 ] ?(?P<mark>-|B)?(?P<below>\d+) ?{_STOREY}*\Z", re.I
)
_FROM_TO = re.compile(
    rf"(?P<mark>-|B|负|地下)?(?P<first>\d+) ?{_STOREY}* ?[-~至到] ?(?P<last>\d+) ?{_STOREY}*\Z", re.I
)
_NUMBER_OF_STOREYS = re.compile(rf"(?P<number>\d+(?:\.\d+)?) ?(?:{_STOREY}|\b|\Z|(?=[^\d号幢栋座#.]))", re.I)
_STOREYS_ABOVE = re.compile(r"(?:地上(?:部分)?|地面以上|地面) ?(?:共|为|:)? ?(?P<above>\d+)")
_STOREYS_MARKED = re.compile(rf"(?P<number>\d+) ?{_STOREY}", re.I)


def read_floors(value: CellValue, heading: str = "") -> Floors | None:
    """The storeys of a building: 22, "22层", "地上22层，地下2层", "22/-2", "22F/B2", "-2~22", "22+2".

    Where towers and podium differ, the highest counts. Under a heading of the storeys below ground a single number
    means those. Raises Unreadable: ``floors_fraction`` (三十层半, 30.5), ``floors_negative``, ``floors_zero``,
    ``floors_absurd`` (over 200), ``floors_text``.
    """
    if value is None:
        return None
    if isinstance(value, (bool, date, time)):
        raise Unreadable("floors_text")
    text = text_of(value)
    only_below = "地下" in heading and "地上" not in heading
    return _floors_in(text, only_below) if text else None


@lru_cache(maxsize=2048)
def _floors_in(text: str, only_below: bool) -> Floors:
    text = _with_digits(text)
    if "半" in text or re.search(r"\d\.0*[1-9]", text):
        raise Unreadable("floors_fraction")
    text = re.sub(r"\.0+(?!\d)", "", text)
    if only_below and (found := re.search(r"\d+", text)):
        return Floors(None, _storeys(found[0], may_be_zero=True))
    if found := _PLAIN_STOREYS.match(text):
        return Floors(_storeys(found["above"]), None)
    if re.match(r"-\d+\Z", text):
        raise Unreadable("floors_negative")
    if found := _FROM_TO.match(text):
        first, last = _storeys(found["first"]), _storeys(found["last"])
        if not found["mark"] and first > last:
            return Floors(first, last)
        return Floors(last, first if found["mark"] else None)
    if found := _BOTH_STOREYS.match(text):
        above, below = _storeys(found["above"]), _storeys(found["below"], may_be_zero=True)
        return Floors(max(above, below), None) if below > DEEPEST_STOREYS else Floors(above, below)
    return _storeys_in_words(text)


def _storeys_in_words(text: str) -> Floors:
    below_found = _STOREYS_BELOW.search(text)
    below = _storeys(below_found["below"], may_be_zero=True) if below_found else None
    if below is None and "地下室" in text:
        below = 1
    above_ground = text[: below_found.start()] + " " + text[below_found.end() :] if below_found else text
    if found := _STOREYS_ABOVE.search(text):
        return Floors(_storeys(found["above"]), below)
    counted = [found["number"] for found in _STOREYS_MARKED.finditer(above_ground)]
    if not counted and (found := re.match(r"\D{0,6}(\d+)\b", above_ground)):
        counted = [found[1]]
    if not counted and below is None:
        raise Unreadable("floors_text")
    return Floors(max(map(_storeys, counted)) if counted else None, below)


def _storeys(digits: str, *, may_be_zero: bool = False) -> int:
    number = int(digits) if len(digits) < 7 else HIGHEST_FLOOR + 1
    if number > HIGHEST_FLOOR:
        raise Unreadable("floors_absurd", highest=HIGHEST_FLOOR)
    if number == 0 and not may_be_zero:
        raise Unreadable("floors_zero")
    return number


# Rooms -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """A door as a register names it.

    number: without the floor's and the tower's marks ("1301", "B101", "整层", "商铺12号").
    floor: from the words beside the number or else from the number itself; None where neither says it.
    tower: "A座", "2号楼", "东塔" where the cell names one.
    last: the last number of a range too long to be spelled out ("101" to "180").
    """

    number: str
    floor: int | None = None
    tower: str | None = None
    last: str | None = None

    @property
    def door(self) -> str:
        """The label of the door in its building, with its tower and its range."""
        return f"{self.tower or ''}{self.number}{'-' + self.last if self.last else ''}"


_DOOR = re.compile(r"(?P<below>B)?(?P<digits>\d{1,4})(?:-?[A-Z]|-\d|[东南西北中前后左右])?\Z")


@lru_cache(maxsize=16_384)
def floor_of_room(number: str) -> int | None:
    """The floor that the number of a room tells: 1301 is on 13, 110 on 1, B101 on -1; None where it does not.

    Three digits: the first is the floor; four: the first two. Fewer or more digits tell nothing certain.
    """
    found = _DOOR.match(number.upper())
    if not found:
        return None
    digits = found["digits"]
    if found["below"]:
        return -int(digits[0]) if len(digits) == 3 and digits[0] != "0" else None
    if len(digits) < 3 or int(digits[:-2]) == 0:
        return None
    return int(digits[:-2])


_WHOLE_WORDS = r"(?:整层|全层|整个?楼层?|全部|整栋|整幢|整楼|全楼|ALL)"
_SEVERAL_FLOORS = re.compile(
    rf"第?(?P<mark>B|负|地下|-)?(?P<first>\d{{1,3}}) ?{_STOREY}? ?[-~至到] ?"
    rf"第?(?P<last>\d{{1,3}}) ?{_STOREY}(?:{_WHOLE_WORDS})?\Z"
)
_FLOOR_LIST = re.compile(
    rf"\d{{1,3}}(?: ?{_STOREY})?(?:[、,/和及&]\d{{1,3}}(?: ?{_STOREY})?)* ?{_STOREY}(?:{_WHOLE_WORDS})?\Z"
)
_FLOOR_BEFORE = re.compile(
    rf"第?(?:(?:B|负|地下|-)第?(?P<deep>\d{{1,2}})(?: ?{_STOREY}|(?=-\d))|(?P<high>\d{{1,3}}) ?{_STOREY})[- ]?"
)
_TOWER = re.compile(
    r"(?P<letter>[A-Z]) ?(?:座|栋|幢|楼|塔楼?|区(?=[- ]?\d)|#楼?)[- ]?"
    r"|(?P<count>\d{1,2}) ?(?:号楼|幢|栋|座|#楼?|号塔)[- ]?"
    r"|(?P<words>[东西南北中主副裙前后左右双](?:塔楼?|楼|座|幢|栋|区|裙楼|附楼|侧))[- ]?"
)
_LETTERED_TOWER = re.compile(r"(?P<letter>[A-Z])-?(?P<number>\d{3,4}[A-Z]?)\Z")
_SPLIT = re.compile(
    r"[、,;/&\n|\\]+|和|及|与|(?<=\d{3})[. ](?=\d{3})|(?<=[室号间铺]) +(?=\S)|(?<=[室号])(?=\d)|(?<=\d{3})\+(?=\d)"
)
_RANGE = re.compile(
    r"(?P<head>[A-Z]?-?)(?P<first>\d{1,4}) ?(?:室|号|号房)? ?(?P<joint>-+|~+|至|到) ?(?:[A-Z]-?)?(?P<last>\d{1,4})\Z"
)
_ROOM_END = re.compile(r"(?:号?(?:室内?|房间?|间|单元)|号|ROOM|RM|(?<=\d{3})(?:号?商铺|号?店面))\Z")
_ROOM_START = re.compile(r"\A(?:房间?号?|室号?|单元|ROOM|RM\.?|NO\.?|#)[: ]*(?=[A-Z]?\d)")
_DOOR_DIGITS = re.compile(r"\d{3}")
_ANY_BRACKET = re.compile(r"[()\[\]【】〔〕]+")
_CHAIN = re.compile(r"\d{3,4}(?:-\d{3,4}){2,}\Z")
_WHOLE_BEFORE = re.compile(rf"\A{_WHOLE_WORDS}[: ]?(?=\d)")
_NUMBER = re.compile(r"[A-Z]{0,2}-?\d{1,5}[A-Z]{0,2}(?:-[A-Z0-9]{1,2})?\Z")
_FLOOR_DASH_ROOM = re.compile(r"(?P<floor>\d{1,2})[-.](?P<room>\d{2}[A-Z]?)\Z")
_BLOCK_DASH_ROOM = re.compile(r"(?P<block>\d{1,2}(?:-\d)?)-(?P<room>\d{3,4}[A-Z]?)\Z")
_INSIDE_ADDRESS = re.compile(r"(?<![\dA-Z-])(?P<room>[A-Z]?-?\d{3,4}[A-Z]?)(?=室|号室|房|号房|单元|$)")
_PLACE = re.compile(
    r"(?:室|厅|铺|店|区|层|楼|座|房|间|库|部|仓|台|堂|号|街|面|柜|位|馆|吧|廊|口|工位|夹层|裙房|中心)\Z"
)


def read_rooms(value: CellValue, heading: str = "") -> tuple[Room, ...] | None:
    """The rooms that a cell names: 402, "1301、1302", "1703-05", "13F 1301室", "A座1301", "13层整层", "1-3层".

    Ranges on one floor are spelled out up to 20 rooms. Raises Unreadable: ``room_date`` (the spreadsheet made a
    date of it), ``room_text`` where nothing is like a room.
    """
    if isinstance(value, float) and not value.is_integer():
        value = text_of(value)
    if value is None or value == "":
        return None
    if isinstance(value, (date, time)):
        raise Unreadable("room_date")
    if isinstance(value, bool):
        raise Unreadable("room_text")
    text = text_of(value)
    return _rooms_in(text) if text else None


@lru_cache(maxsize=32_768)
def _rooms_in(text: str) -> tuple[Room, ...]:
    if len(text) <= 4 and text.isascii() and text.isdigit():
        if not int(text):
            raise Unreadable("room_text")
        return (Room(text, floor_of_room(text)),)
    outside = without_remarks(text)
    if not outside or (_DOOR_DIGITS.search(text) and not _DOOR_DIGITS.search(outside)):
        outside = _ANY_BRACKET.sub(" ", text)
    text = _with_digits(outside).strip(" .。#")
    if _CHAIN.match(text):
        text = text.replace("-", "、")
    text = _WHOLE_BEFORE.sub("", text)
    whole = _whole_floors(text)
    if whole:
        return whole
    rooms = tuple(dict.fromkeys(_rooms_one_by_one(text)))
    if not rooms:
        raise Unreadable("room_text")
    return rooms


def _whole_floors(text: str) -> tuple[Room, ...]:
    if found := _SEVERAL_FLOORS.match(text):
        first = -int(found["first"]) if found["mark"] else int(found["first"])
        last = int(found["last"])
        if first < last <= HIGHEST_FLOOR and last - first <= LONGEST_RANGE and first >= LOWEST_FLOOR:
            return tuple(Room(WHOLE_FLOOR, floor) for floor in range(first, last + 1) if floor)
    if _FLOOR_LIST.match(text):
        floors = [int(digits) for digits in re.findall(r"\d+", text)]
        if all(0 < floor <= HIGHEST_FLOOR for floor in floors):
            return tuple(Room(WHOLE_FLOOR, floor) for floor in floors)
    if re.match(rf"{_WHOLE_WORDS}\Z", text):
        return (Room(WHOLE_FLOOR),)
    return ()


def _rooms_one_by_one(text: str) -> Iterator[Room]:
    """The rooms of a list; a later one inherits tower, floor and, where it is short, the first digits."""
    tower: str | None = None
    floor: int | None = None
    previous: Room | None = None
    for part in _SPLIT.split(text):
        part = part.strip(" .。~:").rstrip("-")
        if not part:
            continue
        part, tower = _tower_of(part, tower)
        part, floor = _floor_before(part, floor)
        part = _ROOM_START.sub("", part)
        part, tower = _tower_of(part, tower)
        if not part or re.match(rf"{_WHOLE_WORDS}\Z", part):
            if floor is not None:
                yield Room(WHOLE_FLOOR, floor, tower)
            elif tower is not None:
                yield Room(WHOLE_FLOOR, None, tower)
            continue
        for room in _one_part(part, floor, tower, previous):
            previous = room
            yield room


def _tower_of(part: str, tower: str | None) -> tuple[str, str | None]:
    found = _TOWER.match(part)
    if not found:
        return part, tower
    if found["letter"]:
        named = f"{found['letter']}座"
    elif found["count"]:
        named = f"{int(found['count'])}号楼"
    else:
        named = found["words"]
    return part[found.end() :], named


def _floor_before(part: str, floor: int | None) -> tuple[str, int | None]:
    found = _FLOOR_BEFORE.match(part)
    if not found:
        return part, floor
    named = -int(found["deep"]) if found["deep"] else int(found["high"])
    return (part[found.end() :], named) if named and LOWEST_FLOOR <= named <= HIGHEST_FLOOR else (part, floor)


def _one_part(part: str, floor: int | None, tower: str | None, previous: Room | None) -> Iterator[Room]:
    bare = _ROOM_END.sub("", part).strip(" .").rstrip("-")
    if (found := _FLOOR_DASH_ROOM.match(bare)) and int(found["floor"]):
        yield _room(f"{int(found['floor'])}{found['room']}", int(found["floor"]), tower)
    elif found := _BLOCK_DASH_ROOM.match(bare):
        on_its_floor = found["block"] == str(floor_of_room(found["room"]))
        yield _room(found["room"], floor, tower if tower or on_its_floor else f"{found['block']}号楼")
    elif (ranged := _RANGE.match(bare)) and _is_range(bare):
        yield from _range(ranged, floor, tower)
    elif bare and _NUMBER.match(bare):
        yield _numbered(bare, floor, tower, previous)
    elif found := next(iter(list(_INSIDE_ADDRESS.finditer(part))[-1:]), None):
        yield _numbered(found["room"], floor, tower, None)
    elif len(part) <= 30 and (_PLACE.search(part) or re.search(r"\d", part) or floor is not None or tower):
        yield _room(part, floor, tower)


def _numbered(number: str, floor: int | None, tower: str | None, previous: Room | None) -> Room:
    if (
        previous
        and number.isdigit()
        and len(number) < 3
        and len(previous.number) >= 3
        and previous.number.isdigit()
    ):
        number = previous.number[: -len(number)] + number
    if number.startswith("-") and number[1:].isdigit():
        number = f"B{number[1:]}"
    if (
        tower is None
        and (found := _LETTERED_TOWER.match(number))
        and (found["letter"] != "B" or len(found["number"]) > 3)
    ):
        tower, number = f"{found['letter']}座", found["number"]
    if floor is not None and number.isdigit() and len(number) == 2:
        number = f"{'B' if floor < 0 else ''}{abs(floor)}{number}"
    elif (
        floor is not None and floor < 0 and number.isdigit() and len(number) == 3 and int(number[0]) == -floor
    ):
        number = f"B{number}"
    return _room(number, floor, tower)


def _room(number: str, floor: int | None, tower: str | None) -> Room:
    return Room(number, floor if floor is not None else floor_of_room(number), tower)


def _is_range(text: str) -> bool:
    found = _RANGE.match(text)
    if not found:
        return False
    first, last = found["first"], found["last"]
    if len(first) > len(last):
        if len(last) == 1 and found["joint"].startswith("-"):
            return False
        last = first[: -len(last)] + last
    return (
        len(first) == len(last)
        and int(first) < int(last)
        and (len(first) >= 3 or not found["joint"].startswith("-"))
    )


def _range(found: re.Match[str], floor: int | None, tower: str | None) -> Iterator[Room]:
    first, last = found["first"], found["last"]
    last = first[: -len(last)] + last if len(last) < len(first) else last
    start = _numbered(found["head"].rstrip("-") + first, floor, tower, None)
    head = start.number.removesuffix(first)
    if int(last) - int(first) > LONGEST_RANGE or first[:-2] != last[:-2]:
        yield replace(start, last=f"{head}{last}")
        return
    for number in range(int(first), int(last) + 1):
        yield replace(start, number=f"{head}{number:0{len(first)}d}")

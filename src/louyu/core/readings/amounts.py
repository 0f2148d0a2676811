"""Reading counts, areas, money, shares, years, yes and no, and industries."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from louyu.core.industries import Industry, find_industry
from louyu.core.readings.dates import date_of_serial
from louyu.core.readings.values import (
    CellValue,
    Unreadable,
    chinese_number,
    flat,
    leading_number,
    text_of,
    without_remarks,
)

_LEAPS: Final = {
    "万": Decimal(10_000),
    "萬": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "億": Decimal(100_000_000),
    "千": Decimal(1000),
    "百": Decimal(100),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "万亿": Decimal(10**12),
    "W": Decimal(10_000),
    "K": Decimal(1000),
}
_LEAP = re.compile(r"(万亿|千万|百万|万|萬|亿|億|千|百|[WK](?![A-Z]))\s*", re.I)
_CENT: Final = Decimal("0.01")
_ONE: Final = Decimal(1)


def _leap(rest: str) -> tuple[Decimal, str]:
    """The 万 or 亿 at the beginning of what follows a number, as a factor, and what follows it."""
    found = _LEAP.match(rest) if rest else None
    return (_LEAPS[found[1].upper()], rest[found.end() :]) if found else (_ONE, rest)


# Counts ------------------------------------------------------------------------------------------------------

LARGEST_COUNT: Final = 1_000_000
_COUNT_LABEL = re.compile(
    r"\A(?:在职|正式|现有|共有|有)?(?:员工|职工|党员|从业人员|人员|人数|总人数)?(?:共|数)?:?\s*(?=[约\d零一二两三四五六七八九十])"
)
_COUNT_UNIT = re.compile(
    r"(?:多|余|几)?(?:人次|人数|人|名|个|家|户|位|辆|部|台|间|套|幢|栋|座|次|场|张|件|条|份|岁|项|小时|平均|员工|党员|正式党员|预备党员|正式|预备|职工|车位|单位|企业|PERSONS?|PEOPLE)*"
    r"(?:左右|上下|以上|以内|余|多|\+)?[.。、]*(?:[,;].*)?\Z",
    re.I,
)


def read_count(value: CellValue, heading: str = "") -> int | None:
    """A number of things or persons: 12, "12人", "约120", "1,000", "十二", "50余人".

    Raises Unreadable: ``count_negative``, ``count_fraction``, ``count_absurd`` (over a million), ``count_text``.
    """
    if isinstance(value, float) and value.is_integer() and 0 <= value <= LARGEST_COUNT:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _count(Decimal(value) if abs(value) < 10**20 else Decimal(10**20).copy_sign(value))
    if value is None:
        return None
    if not isinstance(value, (str, float)):
        raise Unreadable("count_text")
    text = text_of(value)
    return _count_in(text) if text else None


@lru_cache(maxsize=4096)
def _count_in(text: str) -> int | None:
    text = without_remarks(text)
    if text.startswith("没有"):
        return None
    found = leading_number(_COUNT_LABEL.sub("", text))
    if found is None:
        raise Unreadable("count_text")
    factor, unit = _leap(found[1])
    if not _COUNT_UNIT.match(unit):
        raise Unreadable("count_text")
    return _count(found[0] * factor)


def _count(number: Decimal) -> int:
    if number < 0:
        raise Unreadable("count_negative")
    if number > LARGEST_COUNT:
        raise Unreadable("count_absurd", largest=LARGEST_COUNT)
    if number != number.to_integral_value():
        raise Unreadable("count_fraction")
    return int(number)


# Areas -------------------------------------------------------------------------------------------------------

LARGEST_AREA: Final = 5_000_000
_AREA_UNITS: Final = {
    "": _ONE,
    "m2": _ONE,
    "m": _ONE,
    "㎡": _ONE,
    "m^2": _ONE,
    "平": _ONE,
    "平方": _ONE,
    "平米": _ONE,
    "方": _ONE,
    "平方米": _ONE,
    "平方m": _ONE,
    "平方公尺": _ONE,
    "sqm": _ONE,
    "sq.m": _ONE,
    "sq.m.": _ONE,
    "sq m": _ONE,
    "亩": Decimal(2000) / 3,
    "公顷": Decimal(10_000),
    "ha": Decimal(10_000),
    "平方公里": Decimal(1_000_000),
    "km2": Decimal(1_000_000),
}
_HEADING_AREA_UNIT = re.compile(r"(亿|万|千|百)?\s*(平方公里|平方米|平米|平方|平|m2|公顷|亩|km2)", re.I)
_HEADING_LEAP_ALONE = re.compile(r"[(\[:]\s*(?:单位[:]?\s*)?(亿|万|千)\s*[)\]]?\s*\Z")
_AREA_REMARK_AFTER = re.compile(r"[,，。;；、.].*[\u4e00-\u9fff].*\Z")
_AREA_LABEL = re.compile(r"\A(?:建筑面积|使用面积|租赁面积|办公面积|面积)\s*(?:为|是)?[:]?\s*")


def read_area(value: CellValue, heading: str = "") -> Decimal | None:
    """An area in m², two decimals, from the unit in the cell or else in the heading (建筑面积（万㎡）).

    "约120㎡", "8.87万", "1,200平方米", "2亩" and "120㎡+80㎡" are read. Raises Unreadable: ``area_negative``,
    ``area_zero``, ``area_absurd`` (over 5,000,000 m²), ``area_text`` (with the number as suggestion where it is
    written in Chinese numerals).
    """
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = text_of(value)
        return _area(Decimal(text) * _heading_area_factor(heading)) if text else None
    if not isinstance(value, str):
        raise Unreadable("area_text")
    text = text_of(value)
    return _area_in(text, heading) if text else None


@lru_cache(maxsize=8192)
def _area_in(text: str, heading: str) -> Decimal | None:
    text = _AREA_LABEL.sub("", without_remarks(text))
    parts = text.split("+") if "+" in text.rstrip("+ ") else (text,)
    return _area(sum((_one_area(part, heading) for part in parts if part.strip()), Decimal(0)))


def _one_area(text: str, heading: str) -> Decimal:
    found = leading_number(text)
    if found is None:
        raise Unreadable("area_text")
    number, rest = found
    factor, unit = _leap(rest)
    unit = _AREA_REMARK_AFTER.sub("", unit).strip(" .。,;")
    measure = _AREA_UNITS.get(unit.lower())
    if measure is None:
        raise Unreadable("area_text")
    if chinese_number(text) is not None:
        raise Unreadable("area_text", str(number))
    if not unit:
        measure = _heading_area_factor(heading) if factor == 1 else _ONE
    return number * factor * measure


@lru_cache(maxsize=256)
def _heading_area_factor(heading: str) -> Decimal:
    text = flat(heading[-120:])
    if found := _HEADING_AREA_UNIT.search(text):
        return _LEAPS.get(found[1] or "", _ONE) * _AREA_UNITS[found[2].lower()]
    found = _HEADING_LEAP_ALONE.search(text)
    return _LEAPS[found[1]] if found else _ONE


def _area(number: Decimal) -> Decimal:
    if number < 0:
        raise Unreadable("area_negative")
    if number > LARGEST_AREA:
        raise Unreadable("area_absurd", largest=LARGEST_AREA)
    area = number.quantize(_CENT, ROUND_HALF_UP)
    if not area:
        raise Unreadable("area_zero")
    return area


# Money -------------------------------------------------------------------------------------------------------

LARGEST_MONEY: Final = Decimal(10) ** 12
"""In yuan: a thousand billion, beyond every firm and every tax."""

_FOREIGN_MONEY = re.compile(
    r"USD?(?![A-Z])|\$|美元|美金|HKD|港元|港币|EUR|欧元|€|JPY|日元|GBP|英镑|£|CAD|AUD|加元|澳元|新加坡元|SGD|韩元"
    r"|台币|TWD|瑞士法郎",
    re.I,
)
_YUAN = re.compile(r"人民币|RMB|CNY|[¥￥]|整|正\Z", re.I)
_MONEY_LABEL = re.compile(r"\A(?:认缴|实缴|出资|注册资[本金]|资本)(?:额|为)?:?\s*")
_MONEY_UNIT = re.compile(r"(?:元|块|圆)?(?:左右|以上)?[.。,;]*\Z")
_HEADING_MONEY_UNIT = re.compile(r"(万亿|百万|千万|亿|万|千|百)?\s*元")


def read_money(value: CellValue, heading: str = "", *, may_be_negative: bool = False) -> int | None:
    """An amount of money in fen, from the unit in the cell or else in the heading; yuan where neither says one.

    "1000万元人民币", "￥1,000.00", "壹仟万元整" are read. Raises Unreadable: ``money_currency`` (not renminbi),
    ``money_negative`` (refunds are allowed with ``may_be_negative``), ``money_absurd``, ``money_text``.
    """
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = text_of(value)
        return _fen(Decimal(text) * _heading_money_factor(heading), may_be_negative) if text else None
    if not isinstance(value, str):
        raise Unreadable("money_text")
    text = text_of(value)
    return _fen(_yuan_in(text, heading), may_be_negative) if text else None


@lru_cache(maxsize=4096)
def _yuan_in(text: str, heading: str) -> Decimal:
    if _FOREIGN_MONEY.search(text):
        raise Unreadable("money_currency")
    plain = _MONEY_LABEL.sub("", _YUAN.sub("", without_remarks(text)).strip(" :"))
    if plain.startswith("-") and "¥" in text:
        plain = plain.replace(" ", "")
    found = leading_number(plain)
    if found is None:
        raise Unreadable("money_text")
    factor, unit = _leap(found[1])
    if not _MONEY_UNIT.match(unit):
        raise Unreadable("money_text")
    says_no_unit = factor == 1 and not unit and chinese_number(plain) is None
    return found[0] * (_heading_money_factor(heading) if says_no_unit else factor)


@lru_cache(maxsize=256)
def _heading_money_factor(heading: str) -> Decimal:
    text = flat(heading[-120:])
    if _FOREIGN_MONEY.search(text) and "人民币" not in text:
        raise Unreadable("money_currency")
    if found := _HEADING_MONEY_UNIT.search(text):
        return _LEAPS.get(found[1] or "", _ONE)
    found = _HEADING_LEAP_ALONE.search(text)
    return _LEAPS[found[1]] if found else _ONE


def _fen(yuan: Decimal, may_be_negative: bool) -> int:
    if yuan < 0 and not may_be_negative:
        raise Unreadable("money_negative")
    if abs(yuan) > LARGEST_MONEY:
        raise Unreadable("money_absurd")
    return int((yuan * 100).to_integral_value(ROUND_HALF_UP))


# Shares ------------------------------------------------------------------------------------------------------

_CHINESE_SHARE = re.compile(r"百分之(.+)\Z")
_TENTHS = re.compile(r"(.{1,3})成(.?)\Z")


def read_percentage(value: CellValue, heading: str = "") -> Decimal | None:
    """A share as a ratio from 0 to 1: "85.5%", 0.855, 85.5 (over 1, or under a heading with %), 八成五.

    Raises Unreadable: ``percentage_range``, ``percentage_text``.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Unreadable("percentage_text")
    text = text_of(value)
    if not text:
        return None
    ratio = _ratio_in(text, "%" in heading or "％" in heading)
    if not 0 <= ratio <= 1:
        raise Unreadable("percentage_range")
    return ratio


@lru_cache(maxsize=4096)
def _ratio_in(text: str, in_hundredths: bool) -> Decimal:
    text = without_remarks(text)
    if found := _CHINESE_SHARE.match(text):
        text = f"{found[1]}%"
    elif found := _TENTHS.match(text):
        tenths, hundredths = (leading_number(part or "0") for part in found.groups())
        if tenths is None or hundredths is None or tenths[1] or hundredths[1]:
            raise Unreadable("percentage_text")
        return tenths[0] / 10 + hundredths[0] / 100
    number = leading_number(text)
    if number is None or number[1] not in ("", "%", "% "):
        raise Unreadable("percentage_text")
    return number[0] / 100 if number[1] or in_hundredths or number[0] > 1 else number[0]


# Years -------------------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|2100)(?!\d{2}(?!\d)|\d(?!\d))")
_CHINESE_YEAR = re.compile(r"([一二][零〇一二三四五六七八九]{3})年?")
_SHORT_YEAR = re.compile(r"['’]?(\d\d)年")


def read_year(value: CellValue, heading: str = "", *, today: date | None = None) -> int | None:
    """A year, as of a building: 2016, "2016年建成", "2016.7", "16年", a date.

    Raises Unreadable: ``year_range`` (before 1840 or over ten years ahead), ``year_text``.
    """
    if value is None:
        return None
    last = (today or date.today()).year + 10
    if isinstance(value, date):
        year: int | None = value.year
    elif isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Unreadable("year_text")
    else:
        text = text_of(value)
        if not text:
            return None
        year = _year_in(text)
    if year is None:
        raise Unreadable("year_text")
    if not 1840 <= year <= last:
        raise Unreadable("year_range", last=last)
    return year


@lru_cache(maxsize=4096)
def _year_in(text: str) -> int | None:
    if found := _YEAR.search(text):
        return int(found[1])
    if found := _CHINESE_YEAR.search(text):
        return chinese_number(found[1])
    if found := _SHORT_YEAR.match(text):
        year = int(found[1])
        return 2000 + year if year < 50 else 1900 + year
    if text.isdecimal() and len(text) == 5 and 20_000 <= int(text) <= 60_000:
        return date_of_serial(int(text)).year
    return int(text) if text.isdecimal() and len(text) == 4 else None


# Yes and no --------------------------------------------------------------------------------------------------

_YES: Final = frozenset(
    """
    √ ✓ ✔ ☑ ● ■ ★ V Y YES T TRUE 1 是 是的 有 对 已 属于 属 真 O 〇 ○ ◎ 已登记 已注册 已建 已成立
    """.split()
)
_NO: Final = frozenset(
    """
    × ✕ ✗ ✘ ╳ X N NO F FALSE 0 否 不是 非 无 無 没有 没 不 未 不属于 不属 假 □ ☐ 未登记 未注册 未建 未成立 无。
    """.split()
)
_BRANCH_OFFICE: Final = frozenset(
    """
    分公司 分支机构 非法人 非法人分支机构 分所 分店 分部 分行 支行 办事处 营业部 分支 非独立法人 分公司(非法人)
    """.split()
)
_LEGAL_ENTITY: Final = frozenset(
    """
    法人 独立法人 法人企业 总公司 总部 母公司 子公司 非分支机构 非分公司 公司 企业法人 法人单位
    """.split()
)


def read_yes_no(value: CellValue, heading: str = "") -> bool | None:
    """Yes or no, as ticks, words or numbers; under a heading of branch offices also 分公司 and 独立法人.

    无 and × are no; an empty cell, / and — say nothing. Raises Unreadable: ``yes_no_text``.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        if value in (0, 1):
            return bool(value)
        if not text_of(value):
            return None
        raise Unreadable("yes_no_text")
    if not isinstance(value, str):
        raise Unreadable("yes_no_text")
    if len(value) > 60:
        raise Unreadable("yes_no_text")
    return _yes_no_in(value, heading)


@lru_cache(maxsize=2048)
def _yes_no_in(value: str, heading: str) -> bool | None:
    word = flat(value).upper().strip("。.;,")
    plain = without_remarks(word) or word
    for candidate in (word, plain):
        if candidate in _YES:
            return True
        if candidate in _NO:
            return False
    if not plain or not text_of(value):
        return None
    about_legal_entity = "法人" in heading and "非法人" not in heading and "分支" not in heading
    if plain in _BRANCH_OFFICE:
        return not about_legal_entity
    if plain in _LEGAL_ENTITY:
        return about_legal_entity
    if plain.endswith(("分公司", "分支机构", "分所", "支行", "分行", "分店")) and not plain.startswith(
        ("不", "非", "无", "没")
    ):
        return not about_legal_entity
    if plain.endswith("公司") and len(plain) > 3:
        return about_legal_entity
    if plain[0] in "是有√✓✔":
        return True
    if plain[0] in "否无×✕✗✘" or plain.startswith(("不是", "没有")):
        return False
    raise Unreadable("yes_no_text")


# Industries --------------------------------------------------------------------------------------------------


def read_industry(value: CellValue, heading: str = "") -> Industry | None:
    """An industry of GB/T 4754-2017, from its code (I6510, 6510, 65, I) or its name (批发零售, 软件和信息技术服务业).

    Raises Unreadable: ``industry_unknown``.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Unreadable("industry_unknown")
    text = text_of(value)
    return _industry_in(text) if text else None


@lru_cache(maxsize=4096)
def _industry_in(text: str) -> Industry:
    industry = find_industry(text)
    if industry is None:
        raise Unreadable("industry_unknown")
    return industry

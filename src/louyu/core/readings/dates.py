"""Reading dates, as offices write them."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from louyu.core.readings.values import CellValue, Unreadable, chinese_number, text_of, without_remarks

FIRST_YEAR: Final = 1949
YEARS_AHEAD: Final = 2
CHINA: Final = timezone(timedelta(hours=8))

_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(20_000, 60_001)
"""1954 to 2064: the serial numbers of the 1900 date system that a register can mean."""

_YEAR_MONTH_DAY = re.compile(
    r"(\d{4})(?:-|/|\.|年|,|、) ?(\d{1,2})(?:-|/|\.|月|,|、) ?(\d{1,2})(?:日|号|\.)?\Z", re.ASCII
)
_SHORT_YEAR_MONTH_DAY = re.compile(
    r"'?(\d{2})(?:-|/|\.|年) ?(\d{1,2})(?:-|/|\.|月) ?(\d{1,2})(?:日|号)?\Z", re.ASCII
)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\Z", re.ASCII)
_YEAR_MONTH = re.compile(
    r"(\d{4}|'?\d{2}(?=年))(?:-|/|\.|年) ?(\d{1,2})(?:月份?|-|\.)?(初|上旬|中旬|中|下旬|底|末)?\Z", re.ASCII
)
_YEAR = re.compile(r"(\d{4})(?:年度?)?(初|底|末)?\Z", re.ASCII)
_DIGITS = re.compile(r"\d+\Z", re.ASCII)
_TIME_AFTER = re.compile(
    r"(?:日|号)?(?<=[\d日号])(?:[ T]+|(?<=[日号]))(?:上午|下午|晚上?|早上?|中午)?\d{1,2}[:时点]\d{0,2}.*\Z",
    re.ASCII,
)
_SPACED = re.compile(r"\d{4} \d{1,2} \d{1,2}\Z", re.ASCII)
_SERIAL_WITH_POINT = re.compile(r"([2-6]\d{4})\.\d+\Z", re.ASCII)
_WEEKDAY = re.compile(r"\s*(?:星期|周|礼拜)[一二三四五六日天]")
_WITH_ZONE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)\Z", re.ASCII
)
_CHINESE_PART = re.compile(r"[〇零○一二三四五六七八九十廿卅]+(?=[年月日号])")
_PART_OF_MONTH: Final = {"初": 1, "上旬": 1, "中": 15, "中旬": 11, "下旬": 21}
_OPEN_END: Final = frozenset(
    """
    至今 长期 永久 无固定期限 无期限 长期有效 未到期 未办结
    """.split()
)
_ABOUT = re.compile(r"\A(?:大约|约|大概)|(?:左右|前后|建成|成立|入驻|开业|注册|起|以来|开始|至今)\Z")


def read_date(
    value: CellValue, heading: str = "", *, today: date | None = None, first_year: int = FIRST_YEAR
) -> date | None:
    """A day: a date cell, text in any usual order and width, or a serial number of the 1900 date system.

    A month without a day is its first day, a year alone its first of January; two-digit years are of this century
    unless that lies ahead; a time zone is converted to China's. 至今 and 长期 are empty. Raises Unreadable:
    ``date_impossible`` (30 February, serial 60), ``date_ambiguous`` (3/4/2021, or the number 2021.1 that may have
    been 2021.10), ``date_range`` (before ``first_year``, or over two years after ``today``), ``date_text``.
    """
    if value is None:
        return None
    if isinstance(value, date):
        day = _in_china(value).date() if isinstance(value, datetime) else value
    elif isinstance(value, str):
        text = text_of(value)
        if not text:
            return None
        found = _date_in(text)
        if found is None:
            return None
        day = found
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unreadable("date_text")
    else:
        text = text_of(value)
        if not text:
            return None
        day = _date_of_number(value, text)
    last = (today or date.today()).year + YEARS_AHEAD
    if not first_year <= day.year <= last:
        raise Unreadable("date_range", first=first_year, last=last)
    return day


def _in_china(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(CHINA)
    except OverflowError:
        raise Unreadable("date_range", first=FIRST_YEAR, last=date.today().year + YEARS_AHEAD) from None


def date_of_serial(serial: int) -> date:
    """The day of a serial number of the 1900 date system, from 61 on; serial 60 is the 29 February that never was."""
    if serial <= 60:
        raise Unreadable("date_impossible")
    return _SERIAL_ZERO + timedelta(days=serial)


def _date_of_number(value: int | float, text: str) -> date:
    if float(value).is_integer():
        return _date_of_digits(text.lstrip("-") if value >= 0 else text)
    whole, _, decimals = text.partition(".")
    if whole.isdecimal() and int(whole) in _SERIALS:
        return date_of_serial(int(whole))
    if whole.isdecimal() and len(whole) == 4 and decimals.isdecimal() and len(decimals) <= 2:
        if decimals == "1":
            raise Unreadable("date_ambiguous")
        return _day(int(whole), int(decimals), 1)
    raise Unreadable("date_text")


def _date_of_digits(digits: str) -> date:
    """The day that a run of digits means: 20230112, 202301, 230112, 2023, a serial number."""
    if not _DIGITS.match(digits):
        raise Unreadable("date_text")
    length = len(digits)
    if length in (8, 12, 14):
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    if length == 6:
        year, month = int(digits[:4]), int(digits[4:])
        if FIRST_YEAR <= year <= 2100 and 1 <= month <= 12:
            return _day(year, month, 1)
        return _day(_full_year(int(digits[:2])), int(digits[2:4]), int(digits[4:]))
    if length == 4 and 1900 <= int(digits) <= 9999:
        return date(int(digits), 1, 1)
    if length == 5 and int(digits) in _SERIALS:
        return date_of_serial(int(digits))
    if length <= 2 and int(digits) in (0, 60):
        raise Unreadable("date_impossible")
    raise Unreadable("date_text")


@lru_cache(maxsize=16_384)
def _date_in(text: str) -> date | None:
    """The day a flat text means; None for a word that leaves the end open."""
    if found := _YEAR_MONTH_DAY.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if _DIGITS.match(text):
        return _date_of_digits(text)
    if found := _SERIAL_WITH_POINT.match(text):
        return _date_of_digits(found[1])
    if text in _OPEN_END:
        return None
    if _SPACED.match(text):
        text = text.replace(" ", "-")
    if _WITH_ZONE.match(text):
        return _moment_with_zone(text)
    text = _WEEKDAY.sub("", without_remarks(text))
    text = _TIME_AFTER.sub("", text)
    text = _ABOUT.sub("", text.strip())
    text = _CHINESE_PART.sub(lambda found: str(chinese_number(found[0])), text.replace(" ", ""))
    return _date_in_words(text)


def _moment_with_zone(text: str) -> date:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("date_impossible") from None
    return _in_china(moment.replace(tzinfo=moment.tzinfo or UTC)).date()


def _date_in_words(text: str) -> date:
    if found := _YEAR_MONTH_DAY.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _SHORT_YEAR_MONTH_DAY.match(text):
        return _day(_full_year(int(found[1])), int(found[2]), int(found[3]))
    if found := _YEAR_MONTH.match(text):
        year = int(found[1].lstrip("'"))
        year, month = (year if year > 99 else _full_year(year)), int(found[2])
        last_day = found[3] in ("底", "末") and 1 <= month <= 12 and year
        return _day(
            year, month, monthrange(year, month)[1] if last_day else _PART_OF_MONTH.get(found[3] or "", 1)
        )
    if found := _DAY_MONTH_YEAR.match(text):
        return _american_or_european(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR.match(text):
        return _day(int(found[1]), 12, 31) if found[2] in ("底", "末") else _day(int(found[1]), 1, 1)
    if _DIGITS.match(text):
        return _date_of_digits(text)
    raise Unreadable("date_text")


def _american_or_european(first: int, second: int, year: int) -> date:
    if first <= 12 and second <= 12 and first != second:
        raise Unreadable("date_ambiguous")
    return _day(year, second, first) if first > 12 else _day(year, first, second)


def _full_year(two_digits: int) -> int:
    year = 2000 + two_digits
    return year if year <= date.today().year + YEARS_AHEAD else year - 100


def _day(year: int, month: int, day: int) -> date:
    if year == 0:
        raise Unreadable("date_range", first=FIRST_YEAR, last=date.today().year + YEARS_AHEAD)
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("date_impossible") from None

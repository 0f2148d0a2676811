"""What all readers share: the values of cells, plain text, emptiness in meaning, and numbers in words."""

import math
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

CellValue = str | int | float | bool | date | datetime | time | None
"""What a cell holds, as the file stores it."""

LONGEST_TEXT: Final = 500


class Unreadable(Exception):
    """A cell that cannot be understood.

    code: why, a key of ``louyu.core.reasons.REASONS`` and ``MENDS``.
    suggestion: the right value where the mend is certain.
    params: what the texts name in ``%(name)s``.
    """

    def __init__(self, code: str, suggestion: str | None = None, **params: Any) -> None:
        self.code, self.suggestion, self.params = code, suggestion, params
        super().__init__(code)


_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
_COMBINING_FLOOD = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_WIDE: Final = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
"""Full-width digits and letters. Full-width punctuation is how Chinese is written, and stays."""

_DASHES: Final = {ord(dash): "-" for dash in "‐‑‒–—―−﹣－ー─━"} | {ord(wave): "~" for wave in "～〜∼˜"}
_DEGREE_SIGNS: Final = {ord("º"): "°", ord("˚"): "°"}
_PLAIN = re.compile(r"[ -~]*\Z")

_EMPTY: Final = frozenset(
    (
        "",
        "无",
        "無",
        "/",
        "\\",
        "//",
        "-",
        "--",
        "---",
        "----",
        "~",
        "*",
        "**",
        ".",
        "。",
        "…",
        "...",
        "、",
        "?",
        "??",
        "？",
        "N/A",
        "NA",
        "N.A.",
        "N.A",
        "#N/A",
        "NULL",
        "NONE",
        "NAN",
        "NIL",
        "TBD",
        "(空)",
        "空",
        "空白",
        "(空白)",
        "暂无",
        "暂缺",
        "不详",
        "不祥",
        "待定",
        "待补",
        "待补充",
        "待填",
        "待核",
        "待核实",
        "待查",
        "待确认",
        "待测",
        "待测量",
        "未知",
        "不明",
        "未填",
        "未填写",
        "未提供",
        "未登记",
        "没有",
        "无此项",
        "不清楚",
        "不适用",
        "缺",
        "缺失",
        "略",
        "(无)",
        "○",
        "拒绝提供",
        "不愿提供",
        "无法联系",
        "未联系上",
        "联系不上",
    )
)
_CELL_ERRORS: Final = frozenset(
    ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)


def cleaned(text: str) -> str:
    """A text without what cannot be seen, one space between words, digits and letters in their usual width."""
    if text.isascii() and _PLAIN.match(text) and "  " not in text:
        return text.strip()
    text = _INVISIBLE.sub("", text).translate(_WIDE)
    if not text.isascii():
        text = _COMBINING_FLOOD.sub(r"\1", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", text).strip()


def flat(text: str) -> str:
    """A text as readers of numbers want it: NFKC (㎡ is m2), one kind of dash, no invisible signs."""
    if text.isascii() and _PLAIN.match(text):
        return text.strip(" '\"`")
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_DEGREE_SIGNS)).translate(_DASHES)
    return _SPACES.sub(" ", text).strip(" '\"`‘’“”")


def is_empty(text: str) -> bool:
    """Whether a flat text says that there is nothing (无, /, —, 暂无 ...)."""
    return text in _EMPTY or text.upper() in _EMPTY or (len(text) < 40 and not text.strip("-/\\~*_. ()"))


def text_of(value: CellValue) -> str:
    """A cell as flat text, "" where it is empty in meaning. Numbers lose the ".0" that spreadsheets add.

    Raises Unreadable: ``text_too_long``, and ``cell_error`` for a formula that failed (#REF!) or an infinite number.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT and len(value := value.strip()) > LONGEST_TEXT:
            raise Unreadable("text_too_long", length=len(value), longest=LONGEST_TEXT)
        return _flat_or_empty(value)
    return number_as_text(value)


@lru_cache(maxsize=65_536)
def _flat_or_empty(value: str) -> str:
    text = flat(value)
    if len(text) > LONGEST_TEXT:
        raise Unreadable("text_too_long", length=len(text), longest=LONGEST_TEXT)
    if text.startswith("#") and text.upper() in _CELL_ERRORS:
        raise Unreadable("cell_error", value=text)
    return "" if is_empty(text) else text


def number_as_text(value: int | float | bool | date | datetime | time) -> str:
    """What a cell that is no text looks like as text: 1301.0 is "1301", a date its ISO form, True is 是."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        if abs(value) >= 10**40:
            raise Unreadable("cell_error", value="∞")
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if math.isinf(value):
            raise Unreadable("cell_error", value="∞")
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return repr(value)
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if at_midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat()


# Numbers -----------------------------------------------------------------------------------------------------

_CHINESE_DIGITS: Final = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "○": 0,
    "两": 2,
    "俩": 2,
    "貳": 2,
    "參": 3,
    "陸": 6,
    "兩": 2,
}
_CHINESE_STEPS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE_LEAPS: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
CHINESE_NUMERAL: Final = "[" + "".join((*_CHINESE_DIGITS, *_CHINESE_STEPS, *_CHINESE_LEAPS)) + "廿卅]"
"""Regular expression class of the signs of which Chinese numbers are made."""


@lru_cache(maxsize=4096)
def chinese_number(text: str) -> int | None:
    """The whole number that Chinese numerals say: 十二 is 12, 三百二 is 320, 二〇二一 is 2021, 一万二 is 12000.

    None where the text is anything else. Financial numerals (壹贰叁) are read too.
    """
    if not text or len(text) > 24:
        return None
    text = text.replace("廿", "二十").replace("卅", "三十")
    if all(sign in _CHINESE_DIGITS for sign in text):
        return int("".join(str(_CHINESE_DIGITS[sign]) for sign in text))
    total = section = 0
    digit: int | None = None
    last_step = 0
    for sign in text:
        if sign in _CHINESE_DIGITS:
            if digit:
                return None
            digit = _CHINESE_DIGITS[sign]
            if digit == 0:
                last_step = 0
        elif sign in _CHINESE_STEPS:
            last_step = _CHINESE_STEPS[sign]
            if digit is None and last_step != 10:
                return None
            section += (1 if digit is None else digit) * last_step
            digit = None
        elif sign in _CHINESE_LEAPS:
            leap = _CHINESE_LEAPS[sign]
            if digit is None and not section and not total:
                return None
            total = (
                (total + section + (digit or 0)) * leap
                if leap > total
                else total + (section + (digit or 0)) * leap
            )
            section, digit, last_step = 0, None, leap
        else:
            return None
    if digit and last_step > 10:
        digit *= last_step // 10
    return total + section + (digit or 0)


_NUMBER = r"[+-]? ?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+(?!\d)|\d+)?(?:\.\d+)?"
_LEADING_NUMBER = re.compile(
    r"(?:大约|大概|约为|约|近|合计|共计|总计|共|计|超过|超|至少|不少于|[≥>≈~])?[:= ]?\s*"
    rf"(?P<number>[+-]?{CHINESE_NUMERAL}+|{_NUMBER}(?:E[+-]?\d{{1,3}})?)"
    r"\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"(?:左右|上下|以上|以内|以下|不到|有余|多点|[余多+])+\Z")
_VAGUE_START = re.compile(r"[余多+]+")


def leading_number(text: str) -> tuple[Decimal, str] | None:
    """The number at the beginning of a flat text, and what follows it, both without 约, 近, 左右, 余.

    "约1,200㎡左右" is (1200, "m2"). None where the text does not begin with a number. A number beyond 1e60 is given
    as infinity, so that nobody computes with it.
    """
    found = _LEADING_NUMBER.match(text)
    if not found:
        return None
    digits = found["number"].replace(",", "").replace(" ", "")
    rest = _VAGUE_START.sub("", found["rest"].strip(), count=1) if found["rest"] else ""
    rest = _VAGUE.sub("", rest).strip()
    if not digits or digits in "+-":
        return None
    if digits[-1].isascii():
        number = Decimal(digits)
        return (
            number if abs(number.adjusted()) < 60 or not number else Decimal("Infinity").copy_sign(number)
        ), rest
    sign = -1 if digits[0] == "-" else 1
    counted = chinese_number(digits.lstrip("+-"))
    return None if counted is None else (Decimal(sign * counted), rest)


_REMARK = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")


def without_remarks(text: str) -> str:
    """A flat text without what stands in brackets."""
    return (
        _REMARK.sub("", text).strip() if "(" in text or "[" in text or "【" in text or "〔" in text else text
    )

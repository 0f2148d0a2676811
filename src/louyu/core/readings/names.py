"""Reading texts, names, telephone numbers, and the cells that hold a name and a number."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from louyu.core.readings.values import (
    LONGEST_TEXT,
    CellValue,
    Unreadable,
    cleaned,
    is_empty,
    number_as_text,
    text_of,
)

TAIZHOU_AREA_CODE: Final = "0576"
"""Put before a landline number of eight digits that stands without its area code."""


def read_text(value: CellValue, heading: str = "") -> str | None:
    """The text of a cell as a person reads it: nothing invisible, one space between words, no line breaks.

    Full-width digits and letters get their usual width, 1301.0 is "1301"; Chinese punctuation stays. Raises
    Unreadable: ``text_too_long`` beyond 500 characters, ``cell_error`` (#REF!).
    """
    if value is None:
        return None
    if not isinstance(value, str):
        return number_as_text(value) or None
    text = cleaned(value)
    if len(text) > LONGEST_TEXT:
        raise Unreadable("text_too_long", length=len(text), longest=LONGEST_TEXT)
    return text if text_of(value) else None


_BRACKETS: Final = str.maketrans("()[]【】〔〕", "（）（）（）（）")
_SPACE_IN_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_VACANT: Final = frozenset(
    """
    空置 空房 闲置 空置中 待租 待出租 招租 招租中 未出租 未入驻 空关 待招商 装修中 空置房 空置房间 空闲
    """.split()
)
_SERIAL_BEFORE_NAME = re.compile(r"\A\d{1,3}[.、．]\s*(?=[^\d\s])")


def read_enterprise_name(value: CellValue, heading: str = "") -> str | None:
    """The name of an enterprise: as text, no spaces inside Chinese, brackets full-width as on a licence.

    None also for the words by which registers say that nobody is there (空置, 待租). Raises Unreadable:
    ``name_number`` (only digits), ``name_too_long`` (over 120 characters), ``text_too_long``, ``cell_error``.
    """
    text = read_text(value)
    if text is None or text in _VACANT:
        return None
    return _enterprise_name_in(text)


@lru_cache(maxsize=16_384)
def _enterprise_name_in(text: str) -> str | None:
    name = _SPACE_IN_CHINESE.sub("", text.translate(_BRACKETS)).strip("'\"“”‘’`,，。;；:：、")
    name = _SERIAL_BEFORE_NAME.sub("", name)
    if is_empty(name) or name.strip("（）") in _VACANT:
        return None
    if not any(sign.isalpha() for sign in name):
        raise Unreadable("name_number")
    if len(name) > 120:
        raise Unreadable("name_too_long", length=len(name), longest=120)
    return name


# Telephone numbers -------------------------------------------------------------------------------------------

_MOBILE_ALONE = re.compile(r"1[3-9]\d{9}\Z", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)(?:\(?\+?(?:00)?86\)?[ \-]*|0)?(1[3-9](?:[ \-.]?\d){9})(?!\d)", re.ASCII)
_LANDLINE = re.compile(
    r"(?<!\d)(?:\+?(?:00)?86[ \-]*)?\(?(?:0(?P<short>10|2\d)\)?[ \-]*(?P<eight>[2-9]\d{3}[ \-]?\d{4})"
    r"|0(?P<long>[3-9]\d\d)\)?[ \-]*(?P<rest>[2-9]\d{2,3}[ \-]?\d{4}))(?!\d)",
    re.ASCII,
)
_ZERO_LOST = re.compile(r"(?<!\d)576-?([2-9]\d{7})(?!\d)", re.ASCII)
_SERVICE = re.compile(
    r"(?<!\d)(?<!\d[ \-.])(?:[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}|9[56]\d{3,4}|12[13]\d\d)(?![ \-.]?\d)", re.ASCII
)
_LOCAL = re.compile(r"(?<![\d\-])(?<!\d[ .])([2-9]\d{3}[ \-]?\d{4})(?!\d)", re.ASCII)
_FOREIGN = re.compile(r"\+(?!86)[1-9][\d \-()]{6,18}\d", re.ASCII)
_EXPONENT = re.compile(r"\d\.(\d+)E\+?(\d{1,2})\Z", re.I)
_MASKED = re.compile(r"\d{2,}[*×xX#]{2,}\d*|\d[*]+\d")
_SEVERAL = re.compile(r"[/、,;|\n]|或|和|(?<=\d{7}) +(?=\d{7})")
_DIGIT_RUN = re.compile(r"[\dOoIl](?:[ \-.()]{0,2}[\dOoIl])*", re.ASCII)
_NOT_A_DIGIT = re.compile(r"\D", re.ASCII)
_LIKELY_DIGITS: Final = str.maketrans("OoIl", "0011")


def read_phone(value: CellValue, heading: str = "") -> str | None:
    """The digits of the first valid telephone number in a cell.

    A mobile number (1[3-9] and nine digits), a landline with its area code (0576 is added to eight digits), a
    400 or 800 number, or a foreign number with its +. The extension is left out. Raises Unreadable:
    ``phone_short``, ``phone_long``, ``phone_wrong``, ``phone_masked``, ``phone_number`` (1.38E+10).
    """
    if isinstance(value, str):
        if len(value) == 11 and _MOBILE_ALONE.match(value):
            return value
    elif isinstance(value, float):
        if not value.is_integer():
            if text_of(value):
                raise Unreadable("phone_wrong")
            return None
    elif value is None:
        return None
    elif isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable("phone_wrong")
    text = text_of(value)
    if not text:
        return None
    if exponent := _EXPONENT.match(text):
        text = _phone_of_exponent(exponent)
    found = _phone_in(text)
    if found is None:
        raise _phone_refusal(text)
    return found[0]


def _phone_of_exponent(found: re.Match[str]) -> str:
    """The digits of a number that a spreadsheet wrote as 1.38E+10; refused where some of them are lost."""
    if len(found[1]) != int(found[2]):
        raise Unreadable("phone_number")
    return found[0][0] + found[1]


def _phone_in(text: str) -> tuple[str, int, int] | None:
    """The first valid number of a flat text, and where it stands."""
    if "+" in text and (foreign := _foreign_phone_in(text)):
        return foreign
    if found := _MOBILE.search(text):
        return _NOT_A_DIGIT.sub("", found[1]), found.start(), found.end()
    if found := _LANDLINE.search(text):
        area = "0" + (found["short"] or found["long"])
        number = _NOT_A_DIGIT.sub("", found["eight"] or found["rest"])
        if not (area == TAIZHOU_AREA_CODE and len(number) != 8):
            return area + number, found.start(), found.end()
        return None
    if found := _ZERO_LOST.search(text):
        return TAIZHOU_AREA_CODE + found[1], found.start(), found.end()
    if found := _SERVICE.search(text):
        digits = _NOT_A_DIGIT.sub("", found[0])
        if len(digits) in (5, 6, 10):
            return digits, found.start(), found.end()
    if found := _LOCAL.search(text):
        return TAIZHOU_AREA_CODE + _NOT_A_DIGIT.sub("", found[1]), found.start(), found.end()
    return None


def _foreign_phone_in(text: str) -> tuple[str, int, int] | None:
    found = _FOREIGN.search(text)
    if not found:
        return None
    import phonenumbers  # a large table that few files need

    try:
        number = phonenumbers.parse(found[0], None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return f"+{number.country_code}{number.national_number}", found.start(), found.end()


def _phone_refusal(text: str) -> Unreadable:
    """Why the number in a flat text is none."""
    if _MASKED.search(text):
        return Unreadable("phone_masked")
    part = next((part for part in _SEVERAL.split(text) if any(sign.isdigit() for sign in part)), "")
    run = max((found[0] for found in _DIGIT_RUN.finditer(part)), key=len, default="")
    read_as_digits = _NOT_A_DIGIT.sub("", run.translate(_LIKELY_DIGITS))
    digits = _NOT_A_DIGIT.sub("", run)
    if read_as_digits != digits and _MOBILE_ALONE.match(read_as_digits):
        return Unreadable("phone_wrong", read_as_digits, digits=len(digits))
    if not digits:
        return Unreadable("phone_wrong", digits=0)
    if digits.startswith("0"):
        shortest, longest = (12 if digits.startswith(TAIZHOU_AREA_CODE) else 10), 12
    else:
        shortest, longest = 11, 11
    if len(digits) < shortest:
        return Unreadable("phone_short", digits=len(digits))
    if len(digits) > longest:
        return Unreadable("phone_long", digits=len(digits))
    return Unreadable("phone_wrong", digits=len(digits))


# Contacts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contact:
    """Whom to call at an enterprise: a name, a number (digits), or both."""

    name: str | None
    phone: str | None


_CONTACT_ALONE = re.compile(r"([\u4e00-\u9fff]{2,3}) ?(1[3-9]\d{9})\Z", re.ASCII)
_CONTACT_LABEL = re.compile(
    r"(?:联系人|负责人|法人代表|法定代表人|姓名|联系电话|联系方式|手机号码|手机号|手机|电话|TEL|MOBILE|PHONE)\s*[:.]?\s*",
    re.I,
)
_CONTACT_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|[()\[\]【】]")
_BRACKETS_ALONE = re.compile(r"[()\[\]【】]")
_CONTACT_BREAK = re.compile(r"[/、,;:|+&\n]+|\s-+\s|-+\Z|\A-+")
_JOB: Final = (
    "董事长 总经理 副总经理 经理 主任 店长 会计 出纳 法人 法定代表人 负责人 书记 行政 人事 财务 老板 老板娘 主管 助理 "
    "律师 总监 店主 "
    "办公室主任 行政主管 人事主管 人力 文员 前台 合伙人 副主任 主任律师 监事 股东 秘书 联络员 党建联络员 党建负责人"
).split()
_JOB_AFTER_NAME = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?:" + "|".join(sorted(_JOB, key=len, reverse=True)) + r")\Z"
)
_POLITE_AFTER_NAME = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:先生|女士|小姐)\Z")
_OFFICE = re.compile(r"..(?:部门?|室|处|科|办|局|中心|公司)\Z")
_EXTENSION = re.compile(r"\s*(?:转|分机|EXT\.?|X|-)\s*\d{1,6}\b", re.I)


def read_contact(value: CellValue, heading: str = "") -> Contact | None:
    """The person and the number in a cell: 张三 138…, 138…（张三）, 张三/138…, only a name, only a number.

    Of several the first. Raises Unreadable like ``read_phone``; then ``params["partial"]`` is the Contact with
    the name that could be read.
    """
    if isinstance(value, str):
        if plain := _CONTACT_ALONE.match(value):
            return Contact(plain[1], plain[2])
    elif value is not None:
        phone = read_phone(value)
        return Contact(None, phone) if phone else None
    text = text_of(value)
    return _contact_in(text) if text else None


def _contact_in(text: str) -> Contact | None:
    found = _phone_in(text)
    if found:
        phone, begin, end = found
        before, after = text[:begin], _EXTENSION.sub("", text[end:], count=1)
        name = _person_name(before) or _person_name(after)
        return Contact(name or _person_name(_BRACKETS_ALONE.sub(" ", before + after)), phone)
    run = max((found for found in _DIGIT_RUN.finditer(text)), key=lambda found: len(found[0]), default=None)
    if run is None or sum(sign.isdigit() for sign in run[0]) < 3:
        name = _person_name(text)
        return Contact(name, None) if name else None
    refusal = _phone_refusal(text)
    name = _person_name(text[: run.start()]) or _person_name(text[run.end() :])
    refusal.params["partial"] = Contact(name, None)
    raise refusal


def _person_name(text: str) -> str | None:
    """The first name in what stands beside a number; job titles, labels and remarks are left out."""
    text = _CONTACT_REMARK.sub(" ", _CONTACT_LABEL.sub(" ", text)).strip()
    for part in _CONTACT_BREAK.split(text):
        words = [
            word for word in part.split() if not is_empty(word) and word not in _JOB and not word.isdigit()
        ]
        if not words:
            continue
        if len(words) > 1 and _OFFICE.search(words[0]):
            words = words[1:]
        if len(words) > 1 and words[0].isascii():
            name = " ".join(words)
        elif len(words) > 1 and len(words[0]) == 1:
            name = words[0] + words[1]
        else:
            name = words[0]
        name = _POLITE_AFTER_NAME.sub("", _JOB_AFTER_NAME.sub("", name)).strip(" -.:")
        if any(sign.isalpha() for sign in name) and len(name) <= 60:
            return name
    return None

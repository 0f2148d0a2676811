"""Reading unified social credit codes and resident identity numbers."""

import re
from datetime import date
from functools import lru_cache
from typing import Final, NoReturn

from louyu.core.identifiers import (
    CREDIT_CODE_ALPHABET,
    birth_of_identity,
    credit_code_check_character,
    identity_check,
    is_credit_code,
    organisation_code_check,
)
from louyu.core.readings.values import CellValue, Unreadable, text_of, without_remarks

_JOINTS = re.compile(r"[\s\-_.·,'\"`/;:|。、]+")
_LABEL = re.compile(r"\A[^0-9A-Z*]{1,20}(?=[0-9A-Z])")
_EXPONENT = re.compile(r"\A\d(?:\.\d+)?E\+?\d{1,3}\Z")
_LIKELY_DIGITS: Final = str.maketrans("OISZ", "0152")
_NOT_YET: Final = frozenset(
    """
    办理中 正在办理 待办理 未办理 在办 申请中 筹建中 筹备中 注册中 未注册 无证 无执照 无营业执照 三证合一办理中
    未办 待办 个人
    """.split()
)


def read_credit_code(value: CellValue, heading: str = "") -> str | None:
    """The unified social credit code in a cell: 18 characters, upper case, both check characters right.

    Raises Unreadable: ``credit_code_number`` (the cell became a number: digits are lost for good),
    ``credit_code_length``, ``credit_code_old`` (registration number or organisation code of before 2015),
    ``credit_code_letter`` (a sign that no code has; with the suggestion O→0, I→1, S→5, Z→2 where that makes both
    check characters right), ``credit_code_check``. Source: GB 32100-2015, GB 11714-1997.
    """
    if isinstance(value, str):
        if value.isascii() and is_credit_code(value):
            return value
        text = text_of(value).upper()
    elif value is None:
        return None
    else:
        _refuse_number(value, "credit_code", old_lengths=(13, 15))
        return None
    return _credit_code_in(text) if text else None


@lru_cache(maxsize=4096)
def _credit_code_in(text: str) -> str | None:
    if text in _NOT_YET:
        return None
    if _EXPONENT.match(text):
        raise Unreadable("credit_code_number")
    code = _JOINTS.sub("", _LABEL.sub("", without_remarks(text)))
    if not code:
        return None
    if is_credit_code(code):
        return code
    if len(code) != 18:
        _refuse_credit_code_length(code)
    foreign = "".join(sorted({sign for sign in code if sign not in CREDIT_CODE_ALPHABET}))
    if foreign:
        mended = code.translate(_LIKELY_DIGITS)
        raise Unreadable("credit_code_letter", mended if is_credit_code(mended) else None, signs=foreign)
    if code.isdigit() and code.endswith("000"):
        raise Unreadable("credit_code_number")
    part_is_right = organisation_code_check(code[8:16]) == code[16]
    last = credit_code_check_character(code[:17])
    raise Unreadable(
        "credit_code_check",
        place=18 if part_is_right else 17,
        given=code[17] if part_is_right else code[16],
        expected=last if part_is_right else organisation_code_check(code[8:16]),
    )


def _refuse_credit_code_length(code: str) -> NoReturn:
    if not any(sign.isascii() and sign.isalnum() for sign in code):
        raise Unreadable("credit_code_letter", signs=code[:8])
    old_number = code.isdigit() and len(code) in (13, 15)
    old_organisation = len(code) == 9 and _is_organisation_code(code)
    old_taxpayer = len(code) == 15 and code[:6].isdigit() and _is_organisation_code(code[6:])
    if old_number or old_organisation or old_taxpayer:
        raise Unreadable("credit_code_old", length=len(code))
    raise Unreadable("credit_code_length", length=len(code))


def _is_organisation_code(text: str) -> bool:
    try:
        return organisation_code_check(text[:8]) == text[8:]
    except ValueError:
        return False


def _refuse_number(value: CellValue, family: str, *, old_lengths: tuple[int, ...]) -> None:
    """A number where a code belongs: None for NaN, else always unreadable, for its last digits may be lost."""
    text = text_of(value)
    if not text:
        return
    if text.isdigit() and len(text) in old_lengths:
        raise Unreadable(f"{family}_old", length=len(text))
    raise Unreadable(f"{family}_number")


def read_identity_number(value: CellValue, heading: str = "") -> str | None:
    """The resident identity number in a cell: 17 digits and a check sign, with a day of birth that exists.

    Raises Unreadable: ``identity_number`` (the cell became a number), ``identity_length``, ``identity_old`` (15
    digits, of before 1999), ``identity_masked`` (***), ``identity_sign`` (other signs), ``identity_birth``,
    ``identity_check``. Source: GB 11643-1999.
    """
    if isinstance(value, str):
        text = text_of(value).upper()
    elif value is None:
        return None
    else:
        _refuse_number(value, "identity", old_lengths=(15,))
        return None
    return _identity_in(text) if text else None


def _identity_in(text: str) -> str | None:
    # no cache here: identity numbers are not kept in memory longer than their row
    if _EXPONENT.match(text):
        raise Unreadable("identity_number")
    number = _JOINTS.sub("", _LABEL.sub("", without_remarks(text)))
    if not number:
        return None
    if "*" in number:
        raise Unreadable("identity_masked")
    if len(number) == 15 and number.isascii() and number.isdigit():
        raise Unreadable("identity_old", length=15)
    if len(number) != 18:
        raise Unreadable("identity_length", length=len(number))
    digits = number[:17]
    if not (digits.isascii() and digits.isdigit()) or number[17] not in "0123456789X":
        mended = digits.translate(_LIKELY_DIGITS)
        certain = mended.isascii() and mended.isdigit() and identity_check(mended) == number[17]
        raise Unreadable("identity_sign", mended + number[17] if certain else None)
    birth = birth_of_identity(number)
    if identity_check(digits) != number[17]:
        if number.endswith("000"):
            raise Unreadable("identity_number")
        raise Unreadable("identity_check")
    if birth is None or not birth.year >= 1880 or birth > date.today():
        raise Unreadable("identity_birth", birth=number[6:14])
    return number

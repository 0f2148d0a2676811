"""The check rules of the numbers by which enterprises and persons are known. Pure: text in, answer out."""

import re
from datetime import date
from operator import mul
from typing import Final

CREDIT_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 signs of a unified social credit code: no I, O, S, V, Z (GB 32100-2015, table 1)."""

CREDIT_CODE_LENGTH: Final = 18
IDENTITY_LENGTH: Final = 18

_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_VALUES: Final = {sign: value for value, sign in enumerate(CREDIT_CODE_ALPHABET)}
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_VALUES: Final = {
    sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
_IDENTITY_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS: Final = "10X98765432"
_CREDIT_CODE_SHAPE: Final = re.compile(
    rf"[{CREDIT_CODE_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_CODE_ALPHABET}]{{10}}\Z"
)
_DIGITS: Final = frozenset("0123456789")


def credit_code_check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 of a unified social credit code.

    Raises ValueError for another length or a sign outside the alphabet.
    Source: GB 32100-2015, annex A (weights 3^i mod 31, check (31 − sum mod 31) mod 31).
    """
    if len(first_17) != CREDIT_CODE_LENGTH - 1:
        raise ValueError("17 characters are needed")
    try:
        total = sum(map(mul, map(_CREDIT_VALUES.__getitem__, first_17), _CREDIT_WEIGHTS))
    except KeyError as outside:
        raise ValueError("a sign outside the alphabet") from outside
    return CREDIT_CODE_ALPHABET[-total % 31]


def organisation_code_check(first_8: str) -> str:
    """The 9th character that belongs to the first 8 of an organisation code (characters 9 to 16 of a credit code).

    Raises ValueError for another length or a sign outside 0-9, A-Z.
    Source: GB 11714-1997 (11 − sum mod 11; 10 is X, 11 is 0).
    """
    if len(first_8) != len(_ORGANISATION_WEIGHTS):
        raise ValueError("8 characters are needed")
    try:
        total = sum(map(mul, map(_ORGANISATION_VALUES.__getitem__, first_8), _ORGANISATION_WEIGHTS))
    except KeyError as outside:
        raise ValueError("a sign outside the alphabet") from outside
    return "0123456789X"[-total % 11]


def is_credit_code(text: str) -> bool:
    """Whether a text is a unified social credit code: 18 signs, digits as region, both check characters right.

    The region itself is not looked up: codes keep the region of their day, and regions are merged and renamed.
    Source: GB 32100-2015, 4 and annex A.
    """
    if not _CREDIT_CODE_SHAPE.match(text):
        return False
    return (
        organisation_code_check(text[8:16]) == text[16] and credit_code_check_character(text[:17]) == text[17]
    )


def region_of_credit_code(code: str) -> str:
    """The six digits of the registering body's region (GB/T 2260) in a credit code: characters 3 to 8."""
    return code[2:8]


def organisation_part(code: str) -> str:
    """The nine characters of a credit code that are its old organisation code."""
    return code[8:17]


def identity_check(first_17: str) -> str:
    """The 18th character that belongs to the first 17 digits of a resident identity number.

    Raises ValueError for another length or anything but ASCII digits.
    Source: GB 11643-1999, 4.2 (ISO 7064 MOD 11-2).
    """
    if len(first_17) != IDENTITY_LENGTH - 1 or not _DIGITS.issuperset(first_17):
        raise ValueError("17 digits are needed")
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def birth_of_identity(number: str) -> date | None:
    """The day of birth inside an 18-character identity number, or None where that day does not exist."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_identity_number(text: str) -> bool:
    """Whether a text is a resident identity number: 17 digits, an existing day of birth, the right check sign."""
    return (
        len(text) == IDENTITY_LENGTH
        and _DIGITS.issuperset(text[:17])
        and birth_of_identity(text) is not None
        and identity_check(text[:17]) == text[17]
    )


def region_of_identity(number: str) -> str:
    """The six digits of the region (GB/T 2260) where an identity number was first issued."""
    return number[:6]

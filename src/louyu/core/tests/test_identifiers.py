"""Codes of enterprises and persons by their check rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from louyu.core.identifiers import (
    CREDIT_CODE_ALPHABET,
    birth_of_identity,
    credit_code_check_character,
    identity_check,
    is_credit_code,
    is_identity_number,
    organisation_code_check,
    region_of_credit_code,
    region_of_identity,
)

DIGITS = "0123456789"


@some.composite
def credit_codes(draw: some.DrawFn) -> str:
    head = draw(some.text(CREDIT_CODE_ALPHABET, min_size=2, max_size=2)) + draw(
        some.text(DIGITS, min_size=6, max_size=6)
    )
    organisation = draw(some.text(CREDIT_CODE_ALPHABET, min_size=8, max_size=8))
    first_17 = head + organisation + organisation_code_check(organisation)
    return first_17 + credit_code_check_character(first_17)


def test_worked_credit_code_is_right():
    assert is_credit_code("91331002MA2K00017L")
    assert organisation_code_check("MA2K0001") == "7"
    assert credit_code_check_character("91331002MA2K00017") == "L"
    assert region_of_credit_code("91331002MA2K00017L") == "331002"


def test_worked_identity_number_is_right():
    assert is_identity_number("331002199003072511")
    assert identity_check("33100219900307251") == "1"
    assert birth_of_identity("331002199003072511") == date(1990, 3, 7)
    assert region_of_identity("331002199003072511") == "331002"


@given(credit_codes(), some.integers(0, 17), some.sampled_from(CREDIT_CODE_ALPHABET))
def test_one_changed_character_of_a_credit_code_is_found(code: str, place: int, sign: str):
    assert is_credit_code(code)
    changed = code[:place] + sign + code[place + 1 :]
    assert is_credit_code(changed) == (changed == code)


@given(some.text(DIGITS, min_size=17, max_size=17), some.integers(0, 16), some.sampled_from(DIGITS))
def test_one_changed_digit_of_an_identity_number_changes_its_check(digits: str, place: int, digit: str):
    changed = digits[:place] + digit + digits[place + 1 :]
    assert (identity_check(changed) == identity_check(digits)) == (changed == digits)


@pytest.mark.parametrize(
    "text",
    ["", "91331002MA2K00017", "91331002MA2K00017LL", "91331002ma2k00017l", "9133100OMA2K00017L", "９" * 18],
)
def test_what_is_no_credit_code(text: str):
    assert not is_credit_code(text)


@pytest.mark.parametrize(
    "text", ["", "33100219900307251", "331002199002302511", "33100219900307251１", "x" * 18]
)
def test_what_is_no_identity_number(text: str):
    assert not is_identity_number(text)


@pytest.mark.parametrize("rule", [credit_code_check_character, organisation_code_check, identity_check])
def test_check_characters_are_only_given_for_the_right_length_and_signs(rule):
    with pytest.raises(ValueError, match="needed"):
        rule("1")
    with pytest.raises(ValueError, match=r"alphabet|needed"):
        rule("?" * (8 if rule is organisation_code_check else 17))

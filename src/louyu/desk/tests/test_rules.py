"""When somebody may be told, what a note may hold, how a view's address is written."""

import datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louyu.core.calendar import OFFICE_HOURS, seeded
from louyu.desk import rules

moments = st.datetimes(datetime.datetime(2023, 1, 1), datetime.datetime(2024, 12, 31))


@given(made_at=moments)
def test_what_is_not_urgent_is_shown_within_working_hours_and_never_before_it_was_made(
    made_at: datetime.datetime,
) -> None:
    shown = rules.shown_from(made_at, seeded(), urgent=False)
    assert shown >= made_at
    assert seeded().is_working_day(shown.date())
    assert OFFICE_HOURS.begins <= shown.time() < OFFICE_HOURS.ends


@given(made_at=moments)
def test_danger_is_shown_at_once(made_at: datetime.datetime) -> None:
    assert rules.shown_from(made_at, seeded(), urgent=True) == made_at


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        ("2023-09-27 08:30", "2023-09-27 08:30"),
        ("2023-09-27 17:29", "2023-09-27 17:29"),
        ("2023-09-27 17:30", "2023-09-28 08:30"),
        ("2023-09-28 20:00", "2023-10-07 08:30"),  # the autumn holidays, then a worked Saturday
    ],
)
def test_after_hours_it_waits_for_the_next_working_morning(made: str, shown: str) -> None:
    moment = datetime.datetime.fromisoformat
    assert rules.shown_from(moment(made), seeded(), urgent=False) == moment(shown)


@pytest.mark.parametrize(
    "text",
    [
        "打 13812342046",
        "电话138 1234 2046。",
        "138-1234-2046",
        "身份证331002199003072511",
        "33100219900307251X",
    ],
)
def test_what_looks_like_a_personal_number_is_found(text: str) -> None:
    assert rules.personal_in(text)


@pytest.mark.parametrize(
    "text",
    ["", "合同号 202309270012345", "面积 1380 平方米", "0576-88556677", "91331002MA2ABCD123", "3层1302室"],
)
def test_what_is_none_is_not(text: str) -> None:
    assert rules.personal_in(text) == ""


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("", ""),
        ("?state=open&q=", "state=open"),
        ("sort=-deadline&area=1&page=2", "area=1&page=2&sort=-deadline"),
        ("after=abc&size=50&format=xlsx&q=%E4%B8%87%E8%BE%BE", "q=%E4%B8%87%E8%BE%BE"),
        ("q=a&q=b", "q=b"),
    ],
)
def test_a_view_keeps_what_the_list_is_and_not_where_one_stands_in_it(query: str, normal: str) -> None:
    assert rules.normal_query(query) == normal
    assert rules.normal_query(normal) == normal


def test_a_view_moves_one_place_and_stays_at_the_ends() -> None:
    assert rules.moved(["a", "b", "c"], "b", up=True) == ["b", "a", "c"]
    assert rules.moved(["a", "b", "c"], "b", up=False) == ["a", "c", "b"]
    assert rules.moved(["a", "b"], "a", up=True) == ["a", "b"]
    assert rules.moved(["a", "b"], "b", up=False) == ["a", "b"]


def test_nobody_is_told_twice_nor_of_what_they_did_themselves() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    assert rules.of_others([one, two, one, None, three], but={three}) == [one, two]

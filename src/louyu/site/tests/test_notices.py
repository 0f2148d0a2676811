"""The notice of a year, loaded as an administrator types it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from louyu.core.errors import NotPermitted, Refusal
from louyu.site.notices import calendar_lines, days_in, load, spans_in_words
from tests.factories import user_with


def days(text, year=2027):
    return days_in(text, "days_off", year)


def october(*numbers):
    return [datetime.date(2027, 10, n) for n in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "2027-10-01..2027-10-03，2027-10-10",
        "2027-10-01 至 2027-10-03\n2027-10-10",
        "2027年10月1日至3日、2027/10/10",
        "10月1日（周五）至3日（周日），10月10日（星期日）。",
        "10月1日～10月3日；20271010",
        "2027.10.1、2027.10.2\r\n\r\n2027.10.3  2027.10.10",
    ],
)
def test_days_are_listed_one_by_one_or_from_to_as_a_notice_says_them(text):
    assert days(text) == october(1, 2, 3, 10)


def test_nothing_is_no_day():
    assert days(" \n、") == []


def test_a_holiday_reaches_into_the_next_year():
    assert len(days("2027-12-31 至 2028-01-02")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-30",
        "2月30日",
        "2027-02-07..2027-02-05",
        "2027-01-01..2027-12-31",
        "2027-10-01..2027-10-02..2027-10-03",
        "二月五日",
        "2027-10",
        "2027",
        "10月",
        "7日",
        "..2027-10-07",
        "至",
        "3/4/2027",
        "46300",
        "9999-99-99",
        "2027-10-01x",
    ],
)
def test_what_is_no_day_is_refused_with_the_part_and_how_to_write_it(text):
    with pytest.raises(Refusal) as refused:
        days(f"2027-10-10、{text}")
    assert (refused.value.field, refused.value.value) == ("days_off", text)
    assert refused.value.reason
    assert "2027-10-01" in refused.value.mend


@given(some.sets(some.dates(datetime.date(2026, 12, 20), datetime.date(2027, 1, 20))))
def test_days_in_words_are_read_as_the_same_days(chosen):
    said = spans_in_words(chosen)
    try:
        assert days("\n".join(said)) == sorted(chosen)
    except Refusal:
        assert len(chosen) > 31


@given(some.text(max_size=60))
def test_any_text_gives_days_or_a_refusal(text):
    refused = None
    try:
        days(text)
    except Refusal as refusal:
        refused = refusal
    assert refused is None or refused.mend


@pytest.mark.django_db
def test_a_loaded_year_is_shown():
    said = {
        "days_off": "2027-02-05..2027-02-06",
        "make_up_days": "2027-02-14",
        "document": "国办发明电〔2026〕9号",
    }
    assert calendar_lines(2027) == ["2027 年：还没有放假通知，暂按周一至周五"]
    lines = load(2027, **said, by=user_with("system"))
    assert lines == [
        "2027 年：国办发明电〔2026〕9号",
        "2027-02-05 放假",
        "2027-02-06 放假",
        "2027-02-14 上班",
    ]
    with pytest.raises(NotPermitted):
        load(2027, **said, by=user_with("office"))


@pytest.mark.django_db
def test_a_year_of_the_package_is_shown():
    assert f"{datetime.date(2023, 10, 7)} 上班" in calendar_lines(2023)

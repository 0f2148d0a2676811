"""The notice of a year, loaded as an administrator types it."""

import datetime

import pytest

from louyu.core.errors import NotPermitted, Refusal
from louyu.site.notices import calendar_lines, days_in, load
from tests.factories import user_with


def test_days_are_listed_one_by_one_or_from_to():
    assert [d.day for d in days_in("2027-02-05..2027-02-07，2027-04-05", "days_off")] == [5, 6, 7, 5]
    assert days_in(" ", "days_off") == []


@pytest.mark.parametrize(
    "text", ["2027-02-30", "2027-02-07..2027-02-05", "二月五日", "2027-01-01..2027-12-31"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(Refusal) as refused:
        days_in(text, "days_off")
    assert (refused.value.field, refused.value.value) == ("days_off", text)


@pytest.mark.django_db
def test_a_loaded_year_is_shown():
    said = {
        "days_off": "2027-02-05..2027-02-06",
        "make_up_days": "2027-02-14",
        "document": "国办发明电〔2026〕9号",
    }
    assert len(calendar_lines(2027)) == 1
    lines = load(2027, **said, by=user_with("system"))
    assert lines == ["2027-02-05 放假", "2027-02-06 放假", "2027-02-14 上班"]
    with pytest.raises(NotPermitted):
        load(2027, **said, by=user_with("office"))


@pytest.mark.django_db
def test_a_year_of_the_package_is_shown():
    assert f"{datetime.date(2023, 10, 7)} 上班" in calendar_lines(2023)

"""Working days: what the notices say, and what counting them must always hold."""

import datetime
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louyu.core.calendar import OFFICE_HOURS, WorkingDays, seeded
from louyu.core.models import WorkCalendarDay
from louyu.core.queries import working_days

KNOWN = seeded()
DAYS = st.dates(date(2004, 1, 1), date(2040, 12, 31))
NUMBERS = st.integers(0, 260)
CALENDARS = st.builds(
    WorkingDays,
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.booleans(), max_size=40),
    st.just(frozenset({2026})),
)
SPRING = st.dates(date(2025, 12, 1), date(2026, 4, 30))
MOMENTS = st.datetimes(datetime.datetime(2023, 1, 1), datetime.datetime(2025, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2023, 9, 28), True),
        (date(2023, 9, 29), False),  # a Friday, 中秋节
        (date(2023, 10, 6), False),
        (date(2023, 10, 7), True),  # a Saturday, worked for it
        (date(2023, 10, 8), True),  # a Sunday, worked for it
        (date(2023, 10, 14), False),
        (date(2024, 2, 4), True),  # a Sunday, worked for 春节
    ],
)
def test_the_national_day_holiday_of_2023_has_two_make_up_days(day: date, worked: bool) -> None:
    assert KNOWN.is_working_day(day) is worked


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        (date(2023, 9, 28), 1, date(2023, 10, 7)),
        (date(2023, 9, 28), 2, date(2023, 10, 8)),
        (date(2023, 9, 27), 5, date(2023, 10, 10)),
        (date(2023, 10, 6), 1, date(2023, 10, 7)),
        (date(2023, 9, 28), 0, date(2023, 9, 28)),
    ],
)
def test_a_period_over_the_holiday_counts_the_make_up_days(day: date, n: int, reached: date) -> None:
    assert KNOWN.add_working_days(day, n) == (reached, False)


def test_beyond_the_notices_the_plain_week_counts_and_is_provisional() -> None:
    assert KNOWN.last_year == 2026
    assert KNOWN.add_working_days(date(2026, 12, 30), 1) == (date(2026, 12, 31), False)
    assert KNOWN.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 1), True)
    assert KNOWN.add_working_days(date(2099, 10, 1), 1) == (date(2099, 10, 2), True)


@pytest.mark.parametrize("n", [-1, 5001])
def test_a_number_of_days_that_is_a_slip_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match=str(n)):
        KNOWN.add_working_days(date(2026, 1, 5), n)


@given(DAYS, NUMBERS)
def test_so_many_days_are_added_lie_between(day: date, n: int) -> None:
    assert KNOWN.working_days_between(day, KNOWN.add_working_days(day, n).day) == n


@given(CALENDARS, SPRING, NUMBERS)
def test_they_do_under_any_notice(known: WorkingDays, day: date, n: int) -> None:
    reached = known.add_working_days(day, n).day
    assert known.working_days_between(day, reached) == n
    assert n == 0 or known.is_working_day(reached)


@given(CALENDARS, SPRING, SPRING)
def test_days_between_are_those_one_counts_by_hand(known: WorkingDays, first: date, last: date) -> None:
    low, high = sorted((first, last))
    counted = sum(known.is_working_day(low + timedelta(n)) for n in range(1, (high - low).days + 1))
    assert known.working_days_between(first, last) == (counted if first <= last else -counted)


@given(DAYS, DAYS, NUMBERS)
def test_who_begins_later_is_never_due_earlier(first: date, second: date, n: int) -> None:
    low, high = sorted((first, second))
    assert KNOWN.add_working_days(low, n).day <= KNOWN.add_working_days(high, n).day


@given(DAYS, NUMBERS)
def test_one_day_more_is_later(day: date, n: int) -> None:
    assert KNOWN.add_working_days(day, n).day < KNOWN.add_working_days(day, n + 1).day


@given(DAYS, NUMBERS, NUMBERS)
def test_an_extension_counts_on_from_the_deadline(day: date, n: int, more: int) -> None:
    deadline = KNOWN.add_working_days(day, n).day
    assert KNOWN.add_working_days(deadline, more).day == KNOWN.add_working_days(day, n + more).day


@given(MOMENTS)
def test_the_next_working_moment_is_within_office_hours(moment: datetime.datetime) -> None:
    reached = KNOWN.next_working_moment(moment)
    assert reached >= moment
    assert KNOWN.is_working_day(reached.date())
    assert OFFICE_HOURS.begins <= reached.time() < OFFICE_HOURS.ends
    assert KNOWN.next_working_moment(reached) == reached


@given(MOMENTS, st.integers(0, 40), st.integers(0, 40))
def test_working_hours_add_up(moment: datetime.datetime, some: int, more: int) -> None:
    hours = [timedelta(hours=h) for h in (some, more)]
    in_steps = KNOWN.add_working_hours(KNOWN.add_working_hours(moment, hours[0]), hours[1])
    at_once = KNOWN.add_working_hours(moment, sum(hours, timedelta()))
    assert KNOWN.next_working_moment(in_steps) == KNOWN.next_working_moment(at_once)


def test_two_office_hours_late_on_the_eve_of_a_holiday_end_after_it() -> None:
    eve = datetime.datetime(2023, 9, 28, 16, 30)
    assert KNOWN.add_working_hours(eve, timedelta(hours=2)) == datetime.datetime(2023, 10, 7, 9, 30)
    assert KNOWN.add_working_hours(eve, timedelta(hours=1)) == datetime.datetime(2023, 9, 28, 17, 30)


@pytest.mark.django_db
def test_a_loaded_notice_replaces_what_was_known_of_its_year() -> None:
    for day, worked in ((date(2027, 2, 8), False), (date(2027, 2, 6), True), (date(2026, 12, 31), False)):
        WorkCalendarDay(notice_year=2027, day=day, working=worked, document="国办发明电〔2026〕9号").save()
    known = working_days()
    assert known.last_year == 2027
    assert known.add_working_days(date(2027, 2, 5), 1) == (date(2027, 2, 6), False)
    assert known.add_working_days(date(2027, 2, 6), 1) == (date(2027, 2, 9), False)
    assert not known.is_working_day(date(2026, 12, 31))
    assert known.is_working_day(date(2026, 2, 14))  # the notice of 2026 still counts
    assert known.of_year(2027) == [(date(2027, 2, 6), True), (date(2027, 2, 8), False)]

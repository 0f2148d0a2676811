"""The rate month by month below the stacking plan: the same as the plan of that day says."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from louyu.tenants.queries.plans import plan_floors, rates_on
from louyu.tenants.rules.plan import Rate
from louyu.tenants.rules.stacking import occupancy
from louyu.tenants.rules.through_time import month_days, through_time
from tests.factories import BuildingFactory, FloorFactory, OccupancyFactory, UnitFactory, user_with

TODAY = datetime.date(2026, 11, 25)


def rate(percent: int) -> Rate:
    return Rate(Decimal(percent), Decimal(100), 0, 0)


def test_the_days_are_the_first_of_each_month_and_today() -> None:
    assert month_days(TODAY, 3) == [
        datetime.date(2026, 9, 1),
        datetime.date(2026, 10, 1),
        datetime.date(2026, 11, 1),
        TODAY,
    ]
    assert month_days(datetime.date(2026, 1, 1), 2) == [datetime.date(2025, 12, 1), datetime.date(2026, 1, 1)]


def test_the_line_has_steps_and_says_which_point_is_shown() -> None:
    line = through_time(month_days(TODAY, 2), [rate(88), rate(92), rate(92)], datetime.date(2026, 11, 20))
    assert line is not None
    assert (line.low, line.high, line.path) == (85, 95, "M0 28H480V12H960V12")
    assert (line.chosen, line.x, line.at.percent) == (1, 480, 92)


def test_without_two_known_rates_there_is_no_line() -> None:
    unknown = Rate(Decimal(0), Decimal(0), 0, 0)
    assert through_time(month_days(TODAY, 2), [unknown, unknown, rate(50)], TODAY) is None


@pytest.mark.django_db
def test_every_rate_is_that_of_the_plan_of_its_day() -> None:
    building, office = BuildingFactory(), user_with("office")
    floor = FloorFactory(building=building)
    for n in range(6):
        unit = UnitFactory(building=building, floor=floor, area=100 + n if n % 2 else None)
        OccupancyFactory(
            unit=unit,
            area=50 + n,
            since=datetime.date(2026, 1 + n, 3),
            until=datetime.date(2026, 6 + n, 3) if n % 3 else None,
        )
        OccupancyFactory(unit=unit, area=60, since=datetime.date(2026, 8, 1))
    days = month_days(TODAY, 12)
    plan_floors(building, office, TODAY)  # reads the reader's grants
    with CaptureQueriesContext(connection) as queries:
        found = rates_on(building, office, days)
    assert len(queries) == 2
    assert found == [occupancy(plan_floors(building, office, day)[0]) for day in days]
    assert len({one.percent for one in found}) > 2

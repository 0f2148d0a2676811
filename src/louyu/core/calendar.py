"""Working days as the State Council's yearly notices say them: days off, and make-up days (调休) that are worked.

Pure: a ``WorkingDays`` is plain data, and every answer comes from it alone. Years beyond the notices count Monday to
Friday, and a day reached there is provisional: the next notice may move it. ``louyu.core.queries.working_days`` reads
what this deployment knows.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from chinese_calendar import constants

DAY = datetime.timedelta(days=1)
SATURDAY = 5
MOST_DAYS = 5000
"""No deadline is further away than this many working days (20 years): beyond it the number is a slip."""


class Deadline(NamedTuple):
    """A day reached by counting working days; provisional where it lies, or the way to it, beyond the notices."""

    day: datetime.date
    provisional: bool


class WorkingHours(NamedTuple):
    """When an office is open on a working day, local time."""

    begins: datetime.time = datetime.time(8, 30)
    ends: datetime.time = datetime.time(17, 30)

    @property
    def seconds(self) -> float:
        """The length of a working day, in seconds."""
        return (_on(datetime.date.min, self.ends) - _on(datetime.date.min, self.begins)).total_seconds()


OFFICE_HOURS = WorkingHours()


@dataclass(frozen=True)
class WorkingDays:
    """What the notices say: ``overrides`` of the plain week (day → is it worked), and the years they speak of."""

    overrides: Mapping[datetime.date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    @property
    def last_year(self) -> int | None:
        """The last year with a notice; later days are provisional."""
        return max(self.years, default=None)

    def is_working_day(self, day: datetime.date) -> bool:
        """Whether offices work on this day."""
        return self.overrides.get(day, day.weekday() < SATURDAY)

    def is_provisional(self, day: datetime.date) -> bool:
        """Whether no notice speaks of this day's year."""
        return day.year not in self.years

    def add_working_days(self, day: datetime.date, n: int) -> Deadline:
        """The n-th working day after ``day``, which does not count itself; 0 gives ``day``.

        Raises ValueError for a negative number or one above MOST_DAYS.
        Source: Civil Code, art. 201: the day on which a period begins does not count.
        """
        if not 0 <= n <= MOST_DAYS:
            raise ValueError(f"{n} working days")
        reached, provisional = day, n > 0 and self.is_provisional(day)
        while n:
            reached += DAY
            provisional |= self.is_provisional(reached)
            n -= self.is_working_day(reached)
        return Deadline(reached, provisional)

    def working_days_between(self, first: datetime.date, last: datetime.date) -> int:
        """How many working days lie after ``first`` up to and with ``last``; negative where ``last`` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        days = (last - first).days
        weeks, rest = divmod(days, 7)
        plain = weeks * SATURDAY + sum((first + DAY * n).weekday() < SATURDAY for n in range(1, rest + 1))
        moved = (
            worked - (day.weekday() < SATURDAY)
            for day, worked in self.overrides.items()
            if first < day <= last
        )
        return plain + sum(moved)

    def next_working_moment(
        self, moment: datetime.datetime, hours: WorkingHours = OFFICE_HOURS
    ) -> datetime.datetime:
        """The first moment, not before this one, at which offices are open. ``moment`` is local time."""
        day = moment.date()
        if self.is_working_day(day):
            if moment.time() < hours.begins:
                return _on(day, hours.begins, moment.tzinfo)
            if moment.time() < hours.ends:
                return moment
        return _on(self.add_working_days(day, 1).day, hours.begins, moment.tzinfo)

    def add_working_hours(
        self, moment: datetime.datetime, worked: datetime.timedelta, hours: WorkingHours = OFFICE_HOURS
    ) -> datetime.datetime:
        """The moment at which so much office time has passed. ``moment`` is local time.

        Safety matters do not ask for this: their two hours run by the clock, nights and holidays included.
        """
        reached = self.next_working_moment(moment, hours)
        while worked > (left := _on(reached.date(), hours.ends, reached.tzinfo) - reached):
            worked -= left
            reached = _on(self.add_working_days(reached.date(), 1).day, hours.begins, reached.tzinfo)
        return reached + worked

    def with_notice(self, year: int, overrides: Mapping[datetime.date, bool]) -> "WorkingDays":
        """These with a year's notice: what it says replaces what was known of that year."""
        kept = {d: w for d, w in self.overrides.items() if d.year != year}
        return WorkingDays({**kept, **overrides}, self.years | {year})

    def of_year(self, year: int) -> list[tuple[datetime.date, bool]]:
        """The days of a year that differ from the plain week, in order."""
        return sorted((d, w) for d, w in self.overrides.items() if d.year == year)


@cache
def seeded() -> WorkingDays:
    """The notices that are published with the package ``chinesecalendar``: 2004 to its last year."""
    overrides = dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
    return WorkingDays(overrides, frozenset(day.year for day in constants.holidays))


def _on(day: datetime.date, time: datetime.time, zone: datetime.tzinfo | None = None) -> datetime.datetime:
    return datetime.datetime.combine(day, time, zone)

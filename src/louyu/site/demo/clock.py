"""How the demo's time passes: events in order of their moments, each under the moment at which it happened."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

import time_machine
from django.utils import timezone

from louyu.core.calendar import OFFICE_HOURS, WorkingDays

Moment = datetime.datetime
Progress = Callable[[int, int], None]
"""Told how many days of how many have passed."""


@dataclass(frozen=True)
class Event:
    """Something that somebody does at a moment (local time)."""

    at: Moment
    do: Callable[[], object]


def let_happen(events: Iterable[Event], progress: Progress = lambda done, whole: None) -> None:
    """Do all events in their order; clock and calendar of the process stand at each one's moment meanwhile.

    What happens at the same moment happens in the order given.
    """
    in_turn = sorted(events, key=lambda event: event.at)
    first, last = in_turn[0].at.date(), in_turn[-1].at.date()
    whole, shown = (last - first).days, -1
    with time_machine.travel(in_turn[0].at.astimezone(datetime.UTC), tick=False) as traveller:
        for event in in_turn:
            traveller.move_to(event.at.astimezone(datetime.UTC))
            done = (event.at.date() - first).days
            if done != shown:
                progress(done, whole)
                shown = done
            event.do()


class Hours:
    """Moments at which people work, and at which they complain."""

    def __init__(self, days: WorkingDays, rng: Random) -> None:
        self.days, self.rng = days, rng

    def in_office(self, day: datetime.date) -> Moment:
        """A moment of that day's office hours, more often before noon; the next working day where it is none."""
        if not self.days.is_working_day(day):
            day = self.days.add_working_days(day, 1).day
        minute = round(self.rng.triangular(8 * 60 + 35, 17 * 60 + 20, 10 * 60))
        return at(day, minute // 60, minute % 60, self.rng.randrange(60))

    def any_time(self, day: datetime.date) -> Moment:
        """A moment of that day at which a tenant writes: from seven to ten in the evening."""
        minute = round(self.rng.triangular(7 * 60 + 30, 22 * 60, 11 * 60))
        return at(day, minute // 60, minute % 60, self.rng.randrange(60))

    def later(self, moment: Moment, hours: float) -> Moment:
        """The moment after so many hours of office time, and a few minutes."""
        worked = datetime.timedelta(hours=hours, seconds=self.rng.randint(70, 900))
        return self.days.add_working_hours(moment, worked)

    def working_day(self, day: datetime.date, back: int) -> datetime.date:
        """The working day that lies so many working days before a day."""
        while back:
            day -= datetime.timedelta(days=1)
            back -= self.days.is_working_day(day)
        return day

    def end_of(self, day: datetime.date) -> Moment:
        """When offices close on a day."""
        return at(day, OFFICE_HOURS.ends.hour, OFFICE_HOURS.ends.minute)


def at(day: datetime.date, hour: int = 0, minute: int = 0, second: int = 0) -> Moment:
    """A moment of a day, local time."""
    return timezone.make_aware(
        datetime.datetime.combine(day, datetime.time(hour, minute, second)), timezone.get_default_timezone()
    )

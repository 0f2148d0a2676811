"""When a branch's meetings are due (三会一课, theme day)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from louyu.organisations.rules.terms import months_later
from louyu.organisations.rules.thresholds import Thresholds

Day = datetime.date


class Meeting(StrEnum):
    """What a branch holds regularly."""

    ASSEMBLY = "assembly"
    """党员大会."""
    COMMITTEE = "committee"
    """支委会."""
    GROUP = "group"
    """党小组会."""
    LECTURE = "lecture"
    """党课."""
    THEME_DAY = "theme_day"
    """主题党日."""


def every_months(meeting: Meeting, numbers: Thresholds) -> int:
    """How many months may lie between two. Source: Branch Work Regulations (2018), meetings."""
    return {
        Meeting.ASSEMBLY: numbers.assembly_months,
        Meeting.COMMITTEE: numbers.committee_meeting_months,
        Meeting.GROUP: numbers.group_months,
        Meeting.LECTURE: numbers.lecture_months,
        Meeting.THEME_DAY: numbers.theme_day_months,
    }[meeting]


def meetings_of(*, committee: bool, groups: bool) -> tuple[Meeting, ...]:
    """What such a branch holds: no committee and no groups, no meetings of theirs."""
    return (
        Meeting.ASSEMBLY,
        *((Meeting.COMMITTEE,) if committee else ()),
        *((Meeting.GROUP,) if groups else ()),
        Meeting.LECTURE,
        Meeting.THEME_DAY,
    )


@dataclass(frozen=True)
class Overdue:
    """A meeting that should have been held by the end of ``last_day``; ``periods``: how many were missed in a row."""

    meeting: Meeting
    last_day: Day
    periods: int


def due_by(last_held: Day, months: int) -> Day:
    """The last day by which the next has to be held: periods are calendar months or quarters.

    "Once a quarter" is once in each quarter of the calendar, not once in ninety days.
    """
    if 12 % months:  # periods that do not divide the year run from the day itself
        return months_later(last_held, months)
    first = last_held.replace(month=(last_held.month - 1) // months * months + 1, day=1)
    return months_later(first, 2 * months) - datetime.timedelta(days=1)


def overdue(
    meetings: Iterable[Meeting],
    last_held: Mapping[Meeting, Day],
    founded: Day | None,
    day: Day,
    numbers: Thresholds,
) -> list[Overdue]:
    """Which meetings should have been held before this day and were not.

    founded: whoever began in the middle of a period has until the end of the next; None with nothing held: not known,
    which is no finding.
    """
    found = []
    for meeting in meetings:
        begun = last_held.get(meeting, founded)
        if begun is None:
            continue
        months = every_months(meeting, numbers)
        last_day, missed = due_by(begun, months), 0
        end = last_day
        while end < day:
            missed += 1
            end = due_by(end, months)
        if missed:
            found.append(Overdue(meeting, last_day, missed))
    return found

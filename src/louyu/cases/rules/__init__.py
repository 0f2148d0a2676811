"""How long a case may take, who has it, what counts as solved. Pure: plain values in and out.

All moments are local (the district's) and carry their zone.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from louyu.core.calendar import OFFICE_HOURS, WorkingDays

SOLVED_GROUP = "trt"
"""The group of categories 税收、注册、房租等."""
ANSWERS = ("solved", "explained", "not_possible")
"""Outcomes with which a case can be answered; withdrawn and merged have their own ways."""
ASKS_FOR_A_REASON = ("dissatisfied", "very_dissatisfied")
MOST_TEXT = 5_000
"""Characters of a text: longer ones are attachments."""


@dataclass(frozen=True)
class Limit:
    """How long something may take: working days, or hours by the clock (nights and holidays included)."""

    working_days: int | None = None
    hours: int | None = None

    def __post_init__(self) -> None:
        if (self.working_days is None) == (self.hours is None):
            raise ValueError("working days or hours")


class Due(NamedTuple):
    """Until when; provisional where the way there goes beyond the State Council's notices."""

    at: datetime.datetime
    provisional: bool


LIMITS: dict[str, Limit] = {
    "acceptance": Limit(working_days=1),
    "advice": Limit(working_days=2),
    "help": Limit(working_days=5),
    "complaint": Limit(working_days=5),
    "complex": Limit(working_days=15),
    "safety": Limit(hours=2),
}
"""What a district begins with. Source: the practice of the hotlines; a district checks and sets its own."""


def due(start: datetime.datetime, limit: Limit, days: WorkingDays) -> Due:
    """The deadline of what began at ``start``.

    Source: Civil Code, art. 201 (the day on which a period begins does not count) and 203 (where there are office
    hours, the last day ends with them).
    """
    if limit.hours is not None:
        return Due(start + datetime.timedelta(hours=limit.hours), provisional=False)
    day, provisional = days.add_working_days(start.date(), limit.working_days or 0)
    return Due(_closing_time(day, start.tzinfo), provisional)


def due_after_waiting(
    deadline: Due,
    stopped: datetime.datetime,
    resumed: datetime.datetime,
    limit: Limit,
    days: WorkingDays,
) -> Due:
    """The deadline after the clock stood still from ``stopped`` to ``resumed``: later by what was waited.

    Working days where the limit is in working days (a reply on the same day moves nothing), else by the clock.
    Source: waiting for the asker stops the clock (挂起).
    """
    if limit.hours is not None:
        return Due(deadline.at + (resumed - stopped), deadline.provisional)
    waited = days.working_days_between(stopped.date(), resumed.date())
    day, provisional = days.add_working_days(deadline.at.date(), max(0, waited))
    return Due(
        deadline.at.replace(year=day.year, month=day.month, day=day.day), provisional or deadline.provisional
    )


def due_after_extension(deadline: Due, limit: Limit, days: WorkingDays, *, by: int) -> Due:
    """The deadline after an extension by so many working days (hours where the limit is in hours)."""
    if limit.hours is not None:
        return Due(deadline.at + datetime.timedelta(hours=by), deadline.provisional)
    day, provisional = days.add_working_days(deadline.at.date(), by)
    return Due(_closing_time(day, deadline.at.tzinfo), provisional or deadline.provisional)


def due_by_new_notice(
    start: datetime.datetime, deadline: datetime.datetime, before: WorkingDays, known: WorkingDays
) -> Due:
    """The deadline once a notice is published: as many working days behind ``start`` as it was by the plain week.

    start: when the case was raised; what was waited or granted since lies in that number of days.
    """
    counted = before.working_days_between(start.date(), deadline.date())
    day, provisional = known.add_working_days(start.date(), max(0, counted))
    return Due(deadline.replace(year=day.year, month=day.month, day=day.day), provisional)


def why_not_extend(
    *, now: datetime.datetime, deadline: datetime.datetime, extended: bool, by: int, limit: Limit
) -> str:
    """Why a deadline cannot be moved, as a code; "" where it can.

    Source: one extension (延期) of at most the same length, granted before the end.
    """
    if extended:
        return "extended_already"
    if now > deadline:
        return "after_the_end"
    if not 1 <= by <= length(limit):
        return "longer_than_the_first"
    return ""


def length(limit: Limit) -> int:
    """The number of the limit, in its own unit."""
    return limit.hours or limit.working_days or 0


def who_has_it(state: str, *, department: bool, building: bool) -> str:
    """Whose turn it is: administrator, office, department, asker, nobody.

    Source: a case goes to the administrator of its building first, who answers or hands it over (交办); one without
    a building goes to the district office.
    """
    if state == "waiting" or state == "answered":
        return "asker"
    if state in ("assigned", "in_hand") and department:
        return "department"
    if state in ("closed", "withdrawn", "merged"):
        return "nobody"
    return "administrator" if building else "office"


def counts_as_solved(state: str, outcome: str) -> bool:
    """Whether a case counts as solved: closed, with the outcome solved and no other."""
    return state == "closed" and outcome == "solved"


def figures_held(
    *, state: str, outcome: str, open_states: Collection[str], handed_over: bool, group: str
) -> set[str]:
    """The codes of the figures in which a case counts now.

    Source: ``cases.solved``: handed to a department and closed as solved; ``cases.solved_trt``: solved cases of the
    group tax, registration, rent and the like, whoever solved them.
    """
    held = {"cases.open"} if state in open_states else set()
    if counts_as_solved(state, outcome):
        if handed_over:
            held.add("cases.solved")
        if group == SOLVED_GROUP:
            held.add("cases.solved_trt")
    return held


def asks_for_a_reason(satisfaction: str) -> bool:
    """Whether who is so satisfied is asked why (the two lowest steps)."""
    return satisfaction in ASKS_FOR_A_REASON


def text_says_something(text: str) -> bool:
    """Whether a text can be kept: 2 to MOST_TEXT characters, not all of them the same."""
    return 2 <= len(text) <= MOST_TEXT and len(set(text)) > 1


def _closing_time(day: datetime.date, zone: datetime.tzinfo | None) -> datetime.datetime:
    return datetime.datetime.combine(day, OFFICE_HOURS.ends, zone)

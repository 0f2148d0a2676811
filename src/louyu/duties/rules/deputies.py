"""Who does the work of somebody who is away: the deputy, the deputy's deputy, until the last day of the absence.

An absence names one deputy for all the duties of a person. A deputy who is away too is stood in for by theirs. It
ends by its date; nobody has to end it. Source: domain.md R10; the district's rule on A and B posts (AB岗).
"""

import datetime
from collections.abc import Collection, Hashable
from dataclasses import dataclass

Day = datetime.date


@dataclass(frozen=True)
class Away:
    """Somebody is away from ``since`` on, back on ``until``; ``deputy`` None: nobody was named."""

    person: Hashable
    since: Day
    until: Day
    deputy: Hashable | None = None

    def covers(self, day: Day) -> bool:
        """Whether the person is away on this day."""
        return self.since <= day < self.until


@dataclass(frozen=True)
class Acting:
    """Who does the work on a day (None: nobody does), through which absences, and back when."""

    person: Hashable | None
    through: tuple[Away, ...] = ()

    @property
    def until(self) -> Day | None:
        """The day on which the next of them is back; None where nobody is away."""
        return min((away.until for away in self.through), default=None)


@dataclass(frozen=True)
class StandIn:
    """A deputy with the time for which they stand in; ``until`` is the first day on which they do not any more."""

    person: Hashable
    since: Day
    until: Day


def acting(person: Hashable, day: Day, away: Collection[Away]) -> Acting:
    """Who does this person's work on a day."""
    through: tuple[Away, ...] = ()
    now: Hashable | None = person
    passed = set()
    while now is not None:
        passed.add(now)
        absence = next((a for a in away if a.person == now and a.covers(day)), None)
        if absence is None:
            return Acting(now, through)
        through += (absence,)
        now = absence.deputy if absence.deputy not in passed else None
    return Acting(None, through)


def standing_in(
    person: Hashable, since: Day | None, until: Day | None, away: Collection[Away]
) -> list[StandIn]:
    """Everybody who stands in for a person within a time, deputies of deputies too, each with their part of it."""
    found: list[StandIn] = []
    waiting: list[tuple[Hashable, Day, Day]] = [(person, since or Day.min, until or Day.max)]
    while waiting:
        who, first, last = waiting.pop()
        for absence in away:
            start, end = max(first, absence.since), min(last, absence.until)
            if absence.person != who or absence.deputy is None or start >= end:
                continue
            one = StandIn(absence.deputy, start, end)
            if one not in found and absence.deputy != person:
                found.append(one)
                waiting.append((absence.deputy, start, end))
    return found


def circle(new: Away, others: Collection[Away]) -> tuple[Hashable, ...]:
    """The persons of a circle that this absence would close (A for B, B for A at one time); nothing where none."""
    if new.deputy is None:
        return ()
    if new.deputy == new.person:
        return (new.person,)
    waiting: list[tuple[tuple[Hashable, ...], Day, Day]] = [((new.person, new.deputy), new.since, new.until)]
    while waiting:
        chain, first, last = waiting.pop()
        for other in others:
            start, end = max(first, other.since), min(last, other.until)
            if other.person != chain[-1] or other.deputy is None or start >= end:
                continue
            if other.deputy == new.person:
                return chain
            if other.deputy not in chain:
                waiting.append(((*chain, other.deputy), start, end))
    return ()

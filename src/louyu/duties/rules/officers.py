"""Who may hold which duty, what makes a full set, and what is missing in a building.

Source of all: domain.md R10 (一长两员): the chief comes from the subdistrict's leadership, administrators from the
subdistrict's resident staff, service specialists from market supervision, tax and other departments.
Rules answer with findings; people decide, and say why.
"""

import datetime
import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from louyu.accounts.rules import Role
from louyu.duties.rules.departments import SUBDISTRICT
from louyu.duties.rules.deputies import Away, acting

FULL_SET = (Role.CHIEF, Role.ADMINISTRATOR, Role.SPECIALIST)
"""A building has a full set with at least one of each. Source: R10."""

_LEADERSHIP = re.compile(
    r"党工委|党委|人大|纪工委|纪委|政协|武装部|街道(?:办事处|办)?副?(?:主任|书记)|街道领导|领导班子|班子成员"
    r"|办事处副?主任|副?镇长|镇党|区委|副?区长|区领导|三级调研员|四级调研员|调研员"
)
_BELOW = re.compile(r"社区|村|支部|科员|科长|网格|专职|办公室(?!主任)")


class Finding(StrEnum):
    """What does not fit about somebody in a duty."""

    CHIEF_FROM_ELSEWHERE = "chief_from_elsewhere"
    CHIEF_NOT_LEADING = "chief_not_leading"
    ADMINISTRATOR_FROM_ELSEWHERE = "administrator_from_elsewhere"
    SPECIALIST_WITHOUT_DEPARTMENT = "specialist_without_department"
    SPECIALIST_FROM_SUBDISTRICT = "specialist_from_subdistrict"
    SPECIALIST_FROM_OUTSIDE = "specialist_from_outside"
    SECOND_ROLE = "second_role"


def may_hold(
    role: Role,
    *,
    position: str,
    department: str | None,
    outside: bool = False,
    other_roles: Collection[Role] = (),
) -> list[Finding]:
    """What does not fit about a person in this duty; nothing where all is as R10 says.

    position: as the register words it (「街道党工委委员」); an empty one is not known, which is no finding.
    department: its code, None where none is named. outside: it is no part of the government.
    other_roles: what the person already is in the same building; one person there has one role.
    """
    found = []
    elsewhere = department is not None and department != SUBDISTRICT
    if role == Role.CHIEF:
        if elsewhere:
            found.append(Finding.CHIEF_FROM_ELSEWHERE)
        elif position and not is_leadership(position):
            found.append(Finding.CHIEF_NOT_LEADING)
    elif role == Role.ADMINISTRATOR and elsewhere:
        found.append(Finding.ADMINISTRATOR_FROM_ELSEWHERE)
    elif role == Role.SPECIALIST:
        if department is None:
            found.append(Finding.SPECIALIST_WITHOUT_DEPARTMENT)
        elif department == SUBDISTRICT:
            found.append(Finding.SPECIALIST_FROM_SUBDISTRICT)
        elif outside:
            found.append(Finding.SPECIALIST_FROM_OUTSIDE)
    if any(other != role for other in other_roles):
        found.append(Finding.SECOND_ROLE)
    return found


def is_leadership(position: str) -> bool:
    """Whether a position is one of a subdistrict's or district's leadership, by its words."""
    return bool(_LEADERSHIP.search(position)) and not _BELOW.search(position)


@dataclass(frozen=True)
class Held:
    """One duty in one building; ``since`` None: from before anyone knows, ``until`` None: still."""

    key: Hashable
    person: Hashable
    role: Role
    department: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    findings: tuple[Finding, ...] = ()

    def runs(self, day: datetime.date) -> bool:
        """Whether it is held on this day."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until > day)


class GapKind(StrEnum):
    """What is missing, gravest first."""

    NO_CHIEF = "no_chief"
    NO_ADMINISTRATOR = "no_administrator"
    NO_SPECIALIST = "no_specialist"
    ABSENCE_WITHOUT_DEPUTY = "absence_without_deputy"
    WITHOUT_SUCCESSOR = "without_successor"
    DOUBTFUL = "doubtful"


MISSING = {
    Role.CHIEF: GapKind.NO_CHIEF,
    Role.ADMINISTRATOR: GapKind.NO_ADMINISTRATOR,
    Role.SPECIALIST: GapKind.NO_SPECIALIST,
}
LOOK_BACK = datetime.timedelta(days=183)
"""A post that nobody has followed in for half a year is taken as given up."""


@dataclass(frozen=True)
class Gap:
    """One thing to mend in a building. duty: the duty meant, None where nobody ever held it."""

    kind: GapKind
    role: Role
    duty: Held | None = None


def missing_roles(roles: Iterable[Role]) -> tuple[Role, ...]:
    """What of a full set is not there. Source: R10."""
    there = set(roles)
    return tuple(role for role in FULL_SET if role not in there)


def gaps(held: Iterable[Held], away: Collection[Away], day: datetime.date) -> list[Gap]:
    """What is missing in one building on a day, from all duties ever held there and everybody's absences."""
    held = list(held)
    running = [h for h in held if h.runs(day)]
    missing = missing_roles(h.role for h in running)
    found = [Gap(MISSING[role], role, _last(held, role, day)) for role in missing]
    found += [
        Gap(GapKind.ABSENCE_WITHOUT_DEPUTY, h.role, h)
        for h in running
        if acting(h.person, day, away).person is None
    ]
    filled = {(h.role, h.department) for h in running}
    ended = [h for h in held if h.until is not None and day - LOOK_BACK <= h.until <= day]
    found += [
        Gap(GapKind.WITHOUT_SUCCESSOR, h.role, h)
        for h in _latest(ended)
        if h.role not in missing and (h.role, h.department) not in filled
    ]
    found += [Gap(GapKind.DOUBTFUL, h.role, h) for h in running if h.findings]
    return found


def _last(held: list[Held], role: Role, day: datetime.date) -> Held | None:
    """Who held it last before this day."""
    before = [h for h in held if h.role == role and h.until is not None and h.until <= day]
    return max(before, key=lambda h: h.until or day, default=None)


def _latest(ended: list[Held]) -> list[Held]:
    """Of several who held one post one after another, the last."""
    last: dict[tuple[Role, str | None], Held] = {}
    for one in sorted(ended, key=lambda h: h.until or datetime.date.min):
        last[one.role, one.department] = one
    return list(last.values())

"""What is to be done about organisations on a day: findings, gravest first, each with its source.

A finding names its subject and the numbers it rests on; pages put it into words. People decide.
"""

import datetime
from collections.abc import Container, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from louyu.organisations.rules.founding import committee_size, kind_for, may_found_branch
from louyu.organisations.rules.kinds import BRANCHES, HOLDS_MEMBERS, PARTY, Kind
from louyu.organisations.rules.meetings import Meeting, meetings_of, overdue
from louyu.organisations.rules.terms import election_is_due, may_be_full
from louyu.organisations.rules.thresholds import Source, Thresholds

Day = datetime.date


FEW = 3
"""Numbers of persons below this are told to nobody outside the organisation line."""


class Severity(StrEnum):
    """How pressing a finding is."""

    URGENT = "urgent"
    """Against a rule today."""
    DUE = "due"
    """To be done soon."""
    NOTE = "note"
    """Worth a look."""


class Code(StrEnum):
    """What is found, gravest first."""

    NO_SECRETARY = "no_secretary"
    TOO_FEW_MEMBERS = "too_few_members"
    MEMBERS_WITHOUT_BRANCH = "members_without_branch"
    UNIT_WITHOUT_BRANCH = "unit_without_branch"
    UNITS_WITHOUT_BRANCH = "units_without_branch"
    """The same, by area, for those who are not told which units they are."""
    TERM_OVER = "term_over"
    TOO_MANY_UNITS = "too_many_units"
    NO_UNITS = "no_units"
    NO_COMMITTEE = "no_committee"
    COMMITTEE_TOO_LARGE = "committee_too_large"
    NO_SUPERIOR = "no_superior"
    NO_VENUE = "no_venue"
    MEETING_OVERDUE = "meeting_overdue"
    LETTER_RUN_OUT = "letter_run_out"
    TOO_MANY_MEMBERS = "too_many_members"
    UNIT_COULD_FOUND = "unit_could_found"
    COVERED_TWICE = "covered_twice"
    ELECTION_DUE = "election_due"
    PROBATION_OVER = "probation_over"
    TERM_UNKNOWN = "term_unknown"
    COMMITTEE_LARGE = "committee_large"


RULES: dict[Code, tuple[Severity, Source]] = {
    Code.NO_SECRETARY: (Severity.URGENT, Source.BRANCH_COMMITTEES),
    Code.TOO_FEW_MEMBERS: (Severity.URGENT, Source.BRANCH_5),
    Code.MEMBERS_WITHOUT_BRANCH: (Severity.URGENT, Source.MEMBERS_2019),
    Code.UNIT_WITHOUT_BRANCH: (Severity.URGENT, Source.BRANCH_5),
    Code.UNITS_WITHOUT_BRANCH: (Severity.URGENT, Source.BRANCH_5),
    Code.TERM_OVER: (Severity.URGENT, Source.BRANCH_COMMITTEES),
    Code.TOO_MANY_UNITS: (Severity.DUE, Source.BRANCH_5),
    Code.NO_UNITS: (Severity.DUE, Source.BRANCH_5),
    Code.NO_COMMITTEE: (Severity.DUE, Source.BRANCH_COMMITTEES),
    Code.COMMITTEE_TOO_LARGE: (Severity.DUE, Source.BRANCH_COMMITTEES),
    Code.NO_SUPERIOR: (Severity.DUE, Source.PRACTICE),
    Code.NO_VENUE: (Severity.DUE, Source.PRACTICE),
    Code.MEETING_OVERDUE: (Severity.DUE, Source.BRANCH_LIFE),
    Code.LETTER_RUN_OUT: (Severity.DUE, Source.MEMBERS_2019),
    Code.TOO_MANY_MEMBERS: (Severity.DUE, Source.ELECTIONS_AT_THE_BASE),
    Code.UNIT_COULD_FOUND: (Severity.DUE, Source.BRANCH_4),
    Code.COVERED_TWICE: (Severity.DUE, Source.PRACTICE),
    Code.ELECTION_DUE: (Severity.DUE, Source.BRANCH_COMMITTEES),
    Code.PROBATION_OVER: (Severity.DUE, Source.CONSTITUTION_MEMBERS),
    Code.TERM_UNKNOWN: (Severity.NOTE, Source.BRANCH_COMMITTEES),
    Code.COMMITTEE_LARGE: (Severity.NOTE, Source.BRANCH_COMMITTEES),
}
"""How pressing each is, and the rule behind it."""
_ORDER = {code: place for place, code in enumerate(Code)}


@dataclass(frozen=True)
class Finding:
    """One thing to be done. subject: the organisation, unit or area; values: what it rests on, by name.

    persons: how many persons it is about where it is about persons; below 3 nobody outside the organisation line is
    told the number. rule: the rule behind it where it is another than usual.
    """

    code: Code
    subject: Hashable
    values: tuple[tuple[str, int | str | Day], ...] = ()
    persons: int | None = None
    rule: Source | None = None

    @property
    def severity(self) -> Severity:
        """How pressing it is."""
        return RULES[self.code][0]

    @property
    def source(self) -> Source:
        """The rule behind it."""
        return self.rule or RULES[self.code][1]

    @property
    def place(self) -> int:
        """Where it stands among others: gravest first."""
        return _ORDER[self.code]

    def value(self, name: str) -> int | str | Day:
        """One of the values. Raises KeyError."""
        return dict(self.values)[name]


@dataclass(frozen=True)
class Standing:
    """One organisation on a day, in plain values.

    full, probationary: members attached. committee: how many persons hold an office of its committee, the secretary
    among them. term_end: when the running term ends, None where nobody said. units: full members known of each unit
    it covers, None where not known. venue: whether it has a place to meet, None where not known. held: when each
    meeting was held last, None where nobody keeps it. probation_over: probationary members whose probation is over.
    """

    key: Hashable
    kind: Kind
    full: int = 0
    probationary: int = 0
    secretaries: int = 0
    committee: int = 0
    term_end: Day | None = None
    units: Mapping[Any, int | None] = field(default_factory=dict)
    covered_twice: int = 0
    superior: bool = True
    venue: bool | None = None
    founded: Day | None = None
    groups: bool = False
    held: Mapping[Meeting, Day] | None = None
    probation_over: int = 0
    letters_run_out: int = 0

    @property
    def members(self) -> int:
        """All members attached; probationary ones count as members served, without a vote."""
        return self.full + self.probationary


def findings(of: Standing, day: Day, numbers: Thresholds) -> list[Finding]:
    """What is to be done about one organisation on a day, gravest first."""
    found = [*_leading(of, day, numbers)]
    if of.kind in HOLDS_MEMBERS:
        found += [*_size(of, numbers), *_persons(of)]
    if of.kind in BRANCHES:
        found += [*_committee(of, numbers), *_units(of, numbers), *_life(of, day, numbers)]
    return sorted(found, key=lambda f: f.place)


def _leading(of: Standing, day: Day, numbers: Thresholds) -> Iterator[Finding]:
    """Who leads it, and for how long; unions and others have rules of their own, the party's are for the party."""
    rule = None if of.kind in PARTY else Source.PRACTICE
    if of.secretaries == 0:
        yield Finding(Code.NO_SECRETARY, of.key, rule=rule)
    if of.kind in PARTY and of.kind != Kind.COMMUNITY_COMMITTEE and not of.superior:
        yield Finding(Code.NO_SUPERIOR, of.key)
    if of.term_end is None:
        if of.kind in PARTY and of.committee > 0:
            yield Finding(Code.TERM_UNKNOWN, of.key)
    elif of.term_end <= day:
        yield Finding(Code.TERM_OVER, of.key, (("term_end", of.term_end),), rule=rule)
    elif election_is_due(of.term_end, day, numbers):
        yield Finding(Code.ELECTION_DUE, of.key, (("term_end", of.term_end),), rule=rule)


def _size(of: Standing, numbers: Thresholds) -> Iterator[Finding]:
    if of.kind in BRANCHES and not may_found_branch(of.full, numbers).holds:
        told = (("full", of.full), ("needed", numbers.founding_members))
        yield Finding(Code.TOO_FEW_MEMBERS, of.key, told, persons=of.full)
    fitting = kind_for(of.members, numbers)
    order = (Kind.BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE)
    own = Kind.BRANCH if of.kind in BRANCHES else of.kind
    if order.index(fitting) > order.index(own):
        yield Finding(Code.TOO_MANY_MEMBERS, of.key, (("members", of.members), ("fitting", fitting.value)))


def _persons(of: Standing) -> Iterator[Finding]:
    if of.probation_over:
        yield Finding(Code.PROBATION_OVER, of.key, persons=of.probation_over)
    if of.letters_run_out:
        yield Finding(Code.LETTER_RUN_OUT, of.key, persons=of.letters_run_out)


def _committee(of: Standing, numbers: Thresholds) -> Iterator[Finding]:
    size = committee_size(of.full, numbers)
    told = (("full", of.full), ("seated", of.committee))
    if size.elected and of.committee < size.least:
        yield Finding(Code.NO_COMMITTEE, of.key, (*told, ("least", size.least), ("usual", size.usual)))
    elif size.elected and of.committee > size.most:
        yield Finding(Code.COMMITTEE_TOO_LARGE, of.key, (*told, ("most", size.most)))
    elif size.elected and of.committee > size.usual:
        yield Finding(Code.COMMITTEE_LARGE, of.key, (*told, ("usual", size.usual)))


def _units(of: Standing, numbers: Thresholds) -> Iterator[Finding]:
    if of.covered_twice:
        yield Finding(Code.COVERED_TWICE, of.key, (("units", of.covered_twice),))
    if of.kind != Kind.JOINT_BRANCH:
        return
    if len(of.units) > numbers.joint_units:
        yield Finding(Code.TOO_MANY_UNITS, of.key, (("units", len(of.units)), ("most", numbers.joint_units)))
    if len(of.units) < 2:
        yield Finding(Code.NO_UNITS, of.key, (("units", len(of.units)),))
    large = [m for m in of.units.values() if m is not None and may_found_branch(m, numbers).holds]
    if large:
        yield Finding(Code.UNIT_COULD_FOUND, of.key, (("units", len(large)),))


def _life(of: Standing, day: Day, numbers: Thresholds) -> Iterator[Finding]:
    if of.venue is False:
        yield Finding(Code.NO_VENUE, of.key)
    if of.held is None:
        return
    held = meetings_of(committee=committee_size(of.full, numbers).elected, groups=of.groups)
    for late in overdue(held, of.held, of.founded, day, numbers):
        told = (("meeting", late.meeting.value), ("last_day", late.last_day), ("periods", late.periods))
        yield Finding(Code.MEETING_OVERDUE, of.key, told)


def units_without_branch(full_members: Mapping[Any, int], covered: Container[Any]) -> list[Finding]:
    """Units with full members that no branch and no joint branch covers, those with the most first."""
    return [
        Finding(Code.UNIT_WITHOUT_BRANCH, unit, persons=members)
        for unit, members in sorted(full_members.items(), key=lambda item: -item[1])
        if members > 0 and unit not in covered
    ]


def members_without_branch(unattached: Mapping[Any, int]) -> list[Finding]:
    """Where members are whose relation is with no organisation: by area, counted."""
    return [
        Finding(Code.MEMBERS_WITHOUT_BRANCH, area, persons=number)
        for area, number in unattached.items()
        if number
    ]


def probation_is_over(joined: Day | None, day: Day, numbers: Thresholds) -> bool:
    """Whether a probationary member is due to become a full one; not where nobody knows since when."""
    return joined is not None and may_be_full(joined, day, numbers)

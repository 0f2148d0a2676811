"""The numbers that the rules go by, each with its source: what a district begins with, and may set otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum


class Source(StrEnum):
    """Where a rule is written."""

    CONSTITUTION_30 = "constitution_30"
    """Party Constitution, art. 30."""
    BRANCH_4 = "branch_4"
    """Branch Work Regulations (支部工作条例（试行）, 2018), art. 4."""
    BRANCH_5 = "branch_5"
    """The same, art. 5."""
    BRANCH_COMMITTEES = "branch_committees"
    """The same, rules on branch committees."""
    BRANCH_LIFE = "branch_life"
    """The same, rules on meetings (三会一课、主题党日)."""
    CONSTITUTION_MEMBERS = "constitution_members"
    """Party Constitution, rules on members: probation is one year."""
    MEMBERS_2019 = "members_2019"
    """Member Education and Management Regulations (党员教育管理工作条例, 2019)."""
    ELECTIONS_AT_THE_BASE = "elections_at_the_base"
    """Rules on elections at the base, and on organisations of state-owned enterprises; for private firms a setting."""
    PRACTICE = "practice"
    """The district's own practice."""


@dataclass(frozen=True)
class Thresholds:
    """All numbers, as a district has set them; the defaults are those of the sources."""

    founding_members: int = 3
    """Full members with whom a unit founds a branch. Source: Party Constitution art. 30, Branch Regulations art. 4."""
    branch_most: int = 50
    """Members that a branch has at most in general. Source: Branch Regulations art. 4."""
    committee_from: int = 100
    """Members from which on a committee is founded. Source: rules on elections at the base; to be checked."""
    joint_units: int = 5
    """Units that a joint branch covers at most in general. Source: Branch Regulations art. 5."""
    elects_committee_from: int = 7
    """Full members from which on a branch elects a committee. Source: Branch Regulations, branch committees."""
    committee_least: int = 3
    """Members of a branch committee at least. Source: the same."""
    committee_usual: int = 5
    """Members of a branch committee in general at most. Source: the same."""
    committee_most: int = 7
    """Members of a branch committee at most. Source: the same."""
    community_term_years: int = 5
    """Term of a community's committee. Source: the same."""
    term_years: int = 3
    """Term of every other committee at the base, in general. Source: the same."""
    election_notice_days: int = 180
    """So long before the end of a term its election is prepared. Source: the district's practice."""
    probation_months: int = 12
    """Probation takes at least so long. Source: Party Constitution, rules on members."""
    letter_days: int = 90
    """A letter of introduction is valid so long at most. Source: Member Regulations 2019; to be checked."""
    settled_months: int = 6
    """Who works elsewhere in a settled place so long should transfer. Source: Member Regulations 2019."""
    near_metres: int = 500
    """Buildings so near each other count as neighbours. Source: the district's practice."""
    assembly_months: int = 3
    """A branch assembly is held every so many months. Source: Branch Regulations, meetings."""
    committee_meeting_months: int = 1
    """A branch committee meets every so many months. Source: the same."""
    group_months: int = 1
    """Groups meet every so many months. Source: the same."""
    lecture_months: int = 3
    """A lecture is held every so many months (定期). Source: the same; how often is a setting."""
    theme_day_months: int = 1
    """A theme day is held every so many months. Source: the same."""


DEFAULTS = Thresholds()
CODES = tuple(field.name for field in fields(Thresholds))
RANGES: dict[str, tuple[int, int]] = {
    "election_notice_days": (1, 730),
    "letter_days": (1, 365),
    "near_metres": (50, 10_000),
    "branch_most": (3, 500),
    "committee_from": (3, 1_000),
}
"""Least and greatest value where it is not from 1 to 100."""


def thresholds(stored: Mapping[str, int]) -> Thresholds:
    """The district's numbers; what is not stored stands as in the sources."""
    return Thresholds(**{code: value for code, value in stored.items() if code in CODES})


def can_be(code: str, value: int) -> bool:
    """Whether a threshold can have this value."""
    least, greatest = RANGES.get(code, (1, 100))
    return least <= value <= greatest


def contradiction(numbers: Thresholds) -> str | None:
    """The code of a number that does not fit the others; None where all fit."""
    if not numbers.committee_least <= numbers.committee_usual <= numbers.committee_most:
        return "committee_usual"
    if numbers.committee_from < numbers.branch_most:
        return "committee_from"
    if numbers.branch_most < numbers.founding_members:
        return "branch_most"
    return None

"""What a unit may found, and how large an organisation and its committee are."""

from dataclasses import dataclass

from louyu.organisations.rules.kinds import Kind
from louyu.organisations.rules.thresholds import Source, Thresholds


@dataclass(frozen=True)
class Decision:
    """Whether something is as a rule says, and which rule says so."""

    holds: bool
    source: Source


def may_found_branch(full_members: int, numbers: Thresholds) -> Decision:
    """Whether a unit may found its own branch.

    full_members: full members only; probationary members do not count. Source: Party Constitution, art. 30; Branch
    Work Regulations (2018), art. 4.
    """
    return Decision(full_members >= numbers.founding_members, Source.BRANCH_4)


def may_found_joint_branch(units: "list[int]", numbers: Thresholds) -> Decision:
    """Whether these units may found a joint branch: each with its number of full members.

    Two units or more that cannot found a branch of their own, together enough for one, and not more units than
    are easy to run. Source: Branch Work Regulations (2018), art. 5.
    """
    small = all(not may_found_branch(members, numbers).holds for members in units)
    enough = may_found_branch(sum(units), numbers).holds
    fits = 2 <= len(units) <= numbers.joint_units and sum(units) <= numbers.branch_most
    return Decision(small and enough and fits, Source.BRANCH_5)


def kind_for(members: int, numbers: Thresholds) -> Kind:
    """What an organisation of so many members is: a branch, beyond it a general branch, then a committee.

    Source: Branch Work Regulations (2018), art. 4 (a branch has at most 50 in general); rules on elections at the
    base (100 and more: a committee), to be checked by the district.
    """
    if members >= numbers.committee_from:
        return Kind.COMMITTEE
    return Kind.GENERAL_BRANCH if members > numbers.branch_most else Kind.BRANCH


@dataclass(frozen=True)
class CommitteeSize:
    """How many sit on a branch's committee: at least, in general at most, at most; none: one secretary instead."""

    least: int
    usual: int
    most: int

    @property
    def elected(self) -> bool:
        """Whether there is a committee at all."""
        return self.least > 0


def committee_size(full_members: int, numbers: Thresholds) -> CommitteeSize:
    """How large a branch's committee is.

    7 or more full members elect one of 3 to 5, at most 7; fewer have one secretary and a deputy where needed.
    Source: Branch Work Regulations (2018), branch committees.
    """
    if full_members < numbers.elects_committee_from:
        return CommitteeSize(0, 0, 0)
    return CommitteeSize(numbers.committee_least, numbers.committee_usual, numbers.committee_most)

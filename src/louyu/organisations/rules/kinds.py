"""The kinds of organisations, and which may stand under which."""

from enum import StrEnum


class Kind(StrEnum):
    """What an organisation is."""

    COMMUNITY_COMMITTEE = "community_committee"
    """社区大党委."""
    BUILDING_COMMITTEE = "building_committee"
    """楼宇综合党委."""
    COMMITTEE = "committee"
    """党委: of a unit with many members."""
    GENERAL_BRANCH = "general_branch"
    """党总支."""
    BRANCH = "branch"
    """楼企党支部."""
    JOINT_BRANCH = "joint_branch"
    """联合党支部."""
    UNION = "union"
    YOUTH_LEAGUE = "youth_league"
    WOMEN = "women"
    SOCIAL = "social"


class Office(StrEnum):
    """What a person is in an organisation."""

    SECRETARY = "secretary"
    """书记; the head of any organisation."""
    DEPUTY = "deputy"
    ORGANISER = "organiser"
    """组织委员."""
    PUBLICITY = "publicity"
    """宣传委员."""
    DISCIPLINE = "discipline"
    """纪检委员."""
    MEMBER = "member"
    """委员."""


BRANCHES = (Kind.BRANCH, Kind.JOINT_BRANCH)
PARTY = (
    Kind.COMMUNITY_COMMITTEE,
    Kind.BUILDING_COMMITTEE,
    Kind.COMMITTEE,
    Kind.GENERAL_BRANCH,
    *BRANCHES,
)
"""Organisations of the party, from the top of the tree down."""
HOLDS_MEMBERS = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, *BRANCHES)
"""What a member's relation can be with: 社区大党委 and 楼宇综合党委 lead, their members are organisations and units."""

DEEPEST = 6
"""Levels of the tree: one for each kind of the party; others stand beside a branch."""


def may_stand_under(kind: Kind, superior: Kind | None) -> bool:
    """Whether an organisation of this kind may stand directly under one of that kind (None: under nothing).

    A community committee is the top of its tree and a building committee is led by one; a branch may stand under
    anything above it. Source: domain.md, §2; R5.
    """
    if kind == Kind.COMMUNITY_COMMITTEE:
        return superior is None
    if superior is None:
        return True
    if superior not in PARTY:
        return False
    if kind not in PARTY:
        return True
    return superior not in BRANCHES and PARTY.index(superior) < PARTY.index(kind)

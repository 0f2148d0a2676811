"""The rules against a plain second reading of their sources, over random units, sizes and days."""

import calendar
import datetime
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from louyu.organisations.rules import findings as finding_rules
from louyu.organisations.rules.findings import RULES, Code, Severity, Standing, findings
from louyu.organisations.rules.founding import (
    committee_size,
    kind_for,
    may_found_branch,
    may_found_joint_branch,
)
from louyu.organisations.rules.joint import Joint, Trade, Unit, alike, proposals
from louyu.organisations.rules.kinds import BRANCHES, DEEPEST, PARTY, Kind, may_stand_under
from louyu.organisations.rules.meetings import Meeting, due_by, meetings_of, overdue
from louyu.organisations.rules.terms import (
    election_is_due,
    letter_valid_until,
    may_be_full,
    months_later,
    probation_ends,
    should_transfer,
    term_ends,
)
from louyu.organisations.rules.thresholds import (
    CODES,
    DEFAULTS,
    Source,
    Thresholds,
    can_be,
    contradiction,
    thresholds,
)

DAY = datetime.date
DAYS = st.dates(DAY(1990, 1, 1), DAY(2035, 12, 31))


# Founding and sizes


@given(st.integers(0, 200))
def test_three_full_members_found_a_branch(members):
    """正式党员 3 人以上的，都应当成立党支部."""
    assert may_found_branch(members, DEFAULTS).holds == (members >= 3)


@given(st.integers(0, 300))
def test_a_branch_has_at_most_fifty_then_a_general_branch_then_a_committee(members):
    expected = Kind.BRANCH if members <= 50 else Kind.GENERAL_BRANCH if members < 100 else Kind.COMMITTEE
    assert kind_for(members, DEFAULTS) == expected


@given(st.integers(0, 200))
def test_seven_full_members_elect_a_committee_of_three_to_five_at_most_seven(full):
    size = committee_size(full, DEFAULTS)
    assert (size.least, size.usual, size.most) == ((3, 5, 7) if full >= 7 else (0, 0, 0))
    assert size.elected == (full >= 7)


@given(st.lists(st.integers(0, 5), max_size=8))
def test_a_joint_branch_is_of_two_to_five_small_units_with_three_members_together(units):
    """正式党员不足 3 人的单位……联合党支部覆盖单位一般不超过 5 个."""
    expected = 1 < len(units) <= 5 and all(u < 3 for u in units) and sum(units) >= 3
    assert may_found_joint_branch(units, DEFAULTS).holds == expected


# Which stands under which


def test_every_kind_has_a_place_and_the_tree_is_no_deeper_than_its_scope_reaches():
    def depth(kind: Kind) -> int:
        below = [k for k in Kind if may_stand_under(k, kind)]
        return 1 + max((depth(k) for k in below), default=0)

    assert max(depth(kind) for kind in Kind if may_stand_under(kind, None)) == DEEPEST


@given(st.sampled_from(Kind), st.sampled_from([None, *Kind]))
def test_nothing_of_the_party_stands_under_a_branch_or_beside_the_party(kind, superior):
    allowed = may_stand_under(kind, superior)
    if superior is not None and superior not in PARTY:
        assert not allowed
    if superior in BRANCHES:
        assert allowed == (kind not in PARTY)
    if kind == Kind.COMMUNITY_COMMITTEE:
        assert allowed == (superior is None)
    if superior == kind:
        assert not allowed


# Terms, probation, letters


@given(DAYS, st.integers(-600, 600))
def test_months_later_keeps_the_day_or_takes_the_months_last(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(DAYS, st.sampled_from(Kind))
def test_a_term_is_five_years_for_a_community_and_three_for_others(elected, kind):
    """村、社区党支部委员会每届任期 5 年，其他基层单位一般 3 年."""
    end = term_ends(elected, kind, DEFAULTS)
    years = 5 if kind == Kind.COMMUNITY_COMMITTEE else 3
    assert (end.year, end.month) == (elected.year + years, elected.month)
    assert end.day == elected.day or (elected.month, elected.day, end.day) == (2, 29, 28)


@given(DAYS, st.integers(-400, 400))
def test_an_election_is_due_in_the_half_year_before_the_end_of_the_term(day, away):
    end = day + datetime.timedelta(days=away)
    assert election_is_due(end, day, DEFAULTS) == (0 < away <= 180)


@given(DAYS, st.integers(0, 800))
def test_probation_takes_a_year(joined, days):
    day = joined + datetime.timedelta(days=days)
    anniversary = DAY(joined.year + 1, joined.month, min(joined.day, 28) if joined.month == 2 else joined.day)
    if (joined.month, joined.day) != (2, 29):
        assert probation_ends(joined, DEFAULTS) == anniversary
    assert may_be_full(joined, day, DEFAULTS) == (day >= probation_ends(joined, DEFAULTS))
    assert days < 366 or may_be_full(joined, day, DEFAULTS)
    assert days > 364 or not may_be_full(joined, day, DEFAULTS)


@given(DAYS)
def test_a_letter_is_valid_for_ninety_days(issued):
    assert (letter_valid_until(issued, DEFAULTS) - issued).days == 90


@given(DAYS, st.integers(0, 400))
def test_who_works_there_for_over_six_months_should_transfer(since, days):
    day = since + datetime.timedelta(days=days)
    if days > 184:
        assert should_transfer(since, day, DEFAULTS)
    if days < 181:
        assert not should_transfer(since, day, DEFAULTS)


# Meetings


@given(DAYS, st.sampled_from([1, 3]))
def test_the_next_meeting_is_due_at_the_end_of_the_next_month_or_quarter(held, months):
    def period(day: DAY) -> int:
        return (day.year * 12 + day.month - 1) // months

    last = due_by(held, months)
    assert period(last) == period(held) + 1
    assert period(last + datetime.timedelta(days=1)) == period(held) + 2


@given(DAYS, st.integers(0, 500), st.sampled_from(Meeting))
def test_missed_meetings_are_the_whole_periods_without_one(held, days, meeting):
    day = held + datetime.timedelta(days=days)
    months = 3 if meeting in (Meeting.ASSEMBLY, Meeting.LECTURE) else 1
    found = overdue([meeting], {meeting: held}, None, day, DEFAULTS)

    def period(one: DAY) -> int:
        return (one.year * 12 + one.month - 1) // months

    missed = max(0, period(day) - period(held) - 1)
    assert [o.periods for o in found] == ([missed] if missed else [])


def test_nothing_is_overdue_where_nobody_knows_since_when():
    assert overdue([Meeting.ASSEMBLY], {}, None, DAY(2025, 5, 1), DEFAULTS) == []
    (late,) = overdue([Meeting.ASSEMBLY], {}, DAY(2024, 11, 30), DAY(2025, 5, 1), DEFAULTS)
    assert (late.last_day, late.periods) == (DAY(2025, 3, 31), 1)


def test_a_branch_without_a_committee_and_groups_holds_no_meetings_of_theirs():
    assert Meeting.COMMITTEE not in meetings_of(committee=False, groups=False)
    assert set(meetings_of(committee=True, groups=True)) == set(Meeting)


# Joint branches

BUILDINGS = ("一座", "二座", "三座", "四座")
METRES = {
    frozenset(("一座", "二座")): 120.0,
    frozenset(("一座", "三座")): 420.0,
    frozenset(("二座", "三座")): 480.0,
}
TRADES = ("I6510", "I6440", "F5110", "L7231", "")


def metres(one, other):
    return METRES.get(frozenset((one, other)))


@st.composite
def units(draw, size=7):
    number = draw(st.integers(1, size))
    return [
        Unit(n, draw(st.sampled_from(BUILDINGS)), draw(st.integers(0, 4)), draw(st.sampled_from(TRADES)))
        for n in range(number)
    ]


@st.composite
def districts(draw):
    own, *others = draw(units())
    joints = []
    for n in range(draw(st.integers(0, 2))):
        members = [
            Unit((n, u.key), u.building, min(u.full_members, 2), u.trade)
            for u in draw(units(5))
            if u.full_members
        ]
        joints.append(Joint(f"联合{n}", tuple(members)))
    return own, others, joints


def near(own, other):
    return other.building == own.building or (
        (apart := metres(own.building, other.building)) is not None and apart <= 500
    )


def allowed(group):
    """地域相邻、规模适当: a plain second reading of art. 5 for units that are near each other."""
    members = [u.full_members for u in group]
    return 2 <= len(group) <= 5 and all(m < 3 for m in members) and 3 <= sum(members) <= 50


def every_way(own, others, joints):
    """All groups that art. 5 allows, and all joint branches that it may join."""
    could = [o for o in others if near(own, o) and 0 < o.full_members < 3]
    for size in range(1, 5):
        for group in combinations(could, size):
            if allowed((own, *group)):
                yield group
    for joint in joints:
        if all(near(own, u) for u in joint.units) and allowed((own, *joint.units)):
            yield joint.units


@given(districts())
def test_every_proposal_is_allowed_by_the_rules(district):
    own, others, joints = district
    for one in proposals(own, others, joints, metres, DEFAULTS):
        group = (own, *one.partners)
        assert allowed(group)
        assert may_found_joint_branch([u.full_members for u in group], DEFAULTS).holds
        assert all(near(own, u) for u in one.partners)
        assert (one.full_members, one.units) == (sum(u.full_members for u in group), len(group))


@given(districts())
def test_a_way_is_found_wherever_there_is_one_and_the_own_building_comes_first(district):
    own, others, joints = district
    assume(own.full_members < 3)
    found = proposals(own, others, joints, metres, DEFAULTS)
    ways = list(every_way(own, others, joints))
    assert bool(found) == bool(ways)
    if any(all(u.building == own.building for u in way) for way in ways):
        assert found[0].same_building
    assert [p.cost for p in found] == sorted(p.cost for p in found)
    assert len({frozenset(u.key for u in p.partners) for p in found}) == len(found)


@given(districts())
def test_a_unit_that_can_found_a_branch_gets_no_proposal(district):
    own, others, joints = district
    assume(own.full_members >= 3)
    assert proposals(own, others, joints, metres, DEFAULTS) == []


def test_like_trades_come_before_others_and_nobody_is_left_behind():
    own = Unit("云杉软件", "一座", 1, "I6510")
    software, trader, lawyer = (
        Unit("软", "一座", 2, "I6513"),
        Unit("贸", "一座", 2, "F5110"),
        Unit("律", "二座", 2, "I65"),
    )
    best, *_others = proposals(own, [trader, software, lawyer], [], metres, DEFAULTS)
    assert {p.key for p in best.partners} == {"贸", "软"}
    assert best.left_behind == 0
    best, *_others = proposals(own, [software, lawyer], [], metres, DEFAULTS)
    assert [p.key for p in best.partners] == ["软"]
    assert (best.alike, best.unlike, best.same_building) == (1, 0, True)


def test_a_joint_branch_that_is_there_is_joined_before_a_new_one():
    own = Unit("云杉软件", "一座", 1, "I6510")
    running = Joint("联合", (Unit("甲", "一座", 2, "I6510"), Unit("乙", "一座", 1, "I6510")))
    best, *_others = proposals(own, [Unit("丙", "一座", 2, "I6510")], [running], metres, DEFAULTS)
    assert best.joins is None  # or the unit beside it would be left alone
    best, *_others = proposals(own, [], [running], metres, DEFAULTS)
    assert best.joins == "联合"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("I6510", "I6540", Trade.SAME_DIVISION),
        ("I65", "I651", Trade.SAME_DIVISION),
        ("I6510", "I6440", Trade.SAME_SECTION),
        ("I", "I6510", Trade.SAME_SECTION),
        ("I6510", "F5110", Trade.OTHER),
        ("", "", Trade.OTHER),
    ],
)
def test_trades_are_alike_by_section_and_division(one, other, expected):
    assert alike(one, other) == alike(other, one) == expected


# Findings


@st.composite
def standings(draw):
    kind = draw(st.sampled_from(Kind))
    return Standing(
        "o",
        kind,
        full=draw(st.integers(0, 120)),
        probationary=draw(st.integers(0, 5)),
        secretaries=draw(st.integers(0, 1)),
        committee=draw(st.integers(0, 9)),
        term_end=draw(st.one_of(st.none(), st.dates(DAY(2024, 1, 1), DAY(2027, 1, 1)))),
        units={n: draw(st.one_of(st.none(), st.integers(0, 5))) for n in range(draw(st.integers(0, 7)))},
        superior=draw(st.booleans()),
        venue=draw(st.sampled_from([None, True, False])),
    )


def by_hand(of: Standing, day: DAY) -> set[Code]:
    """A plain second reading, rule by rule."""
    branch = of.kind in (Kind.BRANCH, Kind.JOINT_BRANCH)
    members = of.full + of.probationary
    holds = branch or of.kind in (Kind.GENERAL_BRANCH, Kind.COMMITTEE)
    large = members >= 100 if of.kind in (Kind.GENERAL_BRANCH,) else members > 50
    joint = of.kind == Kind.JOINT_BRANCH
    told = {
        Code.NO_SECRETARY: of.secretaries == 0,
        Code.NO_SUPERIOR: of.kind in PARTY and of.kind != Kind.COMMUNITY_COMMITTEE and not of.superior,
        Code.TERM_UNKNOWN: of.kind in PARTY and of.committee > 0 and of.term_end is None,
        Code.TERM_OVER: of.term_end is not None and of.term_end <= day,
        Code.ELECTION_DUE: of.term_end is not None and 0 < (of.term_end - day).days <= 180,
        Code.TOO_FEW_MEMBERS: branch and of.full < 3,
        Code.TOO_MANY_MEMBERS: holds and of.kind != Kind.COMMITTEE and large,
        Code.NO_COMMITTEE: branch and of.full >= 7 and of.committee < 3,
        Code.COMMITTEE_TOO_LARGE: branch and of.full >= 7 and of.committee > 7,
        Code.COMMITTEE_LARGE: branch and of.full >= 7 and 5 < of.committee <= 7,
        Code.TOO_MANY_UNITS: joint and len(of.units) > 5,
        Code.NO_UNITS: joint and len(of.units) < 2,
        Code.UNIT_COULD_FOUND: joint and any(m is not None and m >= 3 for m in of.units.values()),
        Code.NO_VENUE: branch and of.venue is False,
    }
    return {code for code, holds in told.items() if holds}


@given(standings(), st.dates(DAY(2025, 1, 1), DAY(2026, 1, 1)))
def test_findings_are_those_of_a_plain_second_reading(of, day):
    found = findings(of, day, DEFAULTS)
    assert {f.code for f in found} == by_hand(of, day)
    assert [f.place for f in found] == sorted(f.place for f in found)


def test_every_finding_has_its_severity_and_source():
    assert set(RULES) == set(Code)
    assert all(isinstance(s, Severity) and isinstance(source, Source) for s, source in RULES.values())


def test_units_and_members_without_a_branch_are_found_with_their_number():
    found = finding_rules.units_without_branch({"a": 1, "b": 0, "c": 2, "d": 4}, {"d"})
    assert [(f.subject, f.persons) for f in found] == [("c", 2), ("a", 1)]
    assert [f.persons for f in finding_rules.members_without_branch({"云港": 4, "明珠": 0})] == [4]


# The district's own numbers


@given(st.dictionaries(st.sampled_from(CODES), st.integers(1, 60)))
def test_a_number_that_is_set_counts_and_others_stay(stored):
    numbers = thresholds(stored | {"no_such_number": 1})
    for code in CODES:
        assert getattr(numbers, code) == stored.get(code, getattr(DEFAULTS, code))


@given(st.integers(1, 100), st.integers(0, 120))
def test_the_district_may_set_how_many_members_found_a_branch(needed, members):
    assert may_found_branch(members, Thresholds(founding_members=needed)).holds == (members >= needed)


def test_numbers_that_contradict_each_other_are_named():
    assert contradiction(DEFAULTS) is None
    assert contradiction(Thresholds(committee_least=6)) == "committee_usual"
    assert contradiction(Thresholds(branch_most=2)) == "branch_most"
    assert contradiction(Thresholds(committee_from=40)) == "committee_from"
    assert all(can_be(code, getattr(DEFAULTS, code)) for code in CODES)
    assert not can_be("founding_members", 0)

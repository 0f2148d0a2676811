"""Who may hold a duty, what is missing, who stands in: as the rules say, and for any absences whatever."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louyu.accounts.rules import Role
from louyu.duties.rules.departments import USUAL, first_for, usual_department
from louyu.duties.rules.deputies import Away, acting, circle, standing_in
from louyu.duties.rules.officers import (
    FULL_SET,
    MISSING,
    Finding,
    GapKind,
    Held,
    gaps,
    is_leadership,
    may_hold,
    missing_roles,
)

TODAY = date(2026, 11, 24)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


# Who may hold what


@pytest.mark.parametrize(
    ("role", "position", "department", "found"),
    [
        (Role.CHIEF, "街道党工委委员", None, []),
        (Role.CHIEF, "", None, []),
        (Role.CHIEF, "副科长", "tax", [Finding.CHIEF_FROM_ELSEWHERE]),
        (Role.CHIEF, "社区书记", None, [Finding.CHIEF_NOT_LEADING]),
        (Role.ADMINISTRATOR, "驻楼干部", None, []),
        (Role.ADMINISTRATOR, "", "subdistrict", []),
        (Role.ADMINISTRATOR, "", "market", [Finding.ADMINISTRATOR_FROM_ELSEWHERE]),
        (Role.SPECIALIST, "", "tax", []),
        (Role.SPECIALIST, "", None, [Finding.SPECIALIST_WITHOUT_DEPARTMENT]),
        (Role.SPECIALIST, "", "subdistrict", [Finding.SPECIALIST_FROM_SUBDISTRICT]),
    ],
)
def test_who_may_hold_which_duty(
    role: Role, position: str, department: str | None, found: list[Finding]
) -> None:
    assert may_hold(role, position=position, department=department) == found


def test_a_property_company_sends_no_specialist() -> None:
    found = may_hold(Role.SPECIALIST, position="", department="property_company", outside=True)
    assert found == [Finding.SPECIALIST_FROM_OUTSIDE]


def test_one_person_has_one_role_in_a_building() -> None:
    found = may_hold(Role.ADMINISTRATOR, position="", department=None, other_roles=[Role.CHIEF])
    assert found == [Finding.SECOND_ROLE]


@pytest.mark.parametrize(
    "position", ["街道党工委书记", "办事处副主任", "街道主任", "人大工委主任", "镇长", "区委常委"]
)
def test_leadership_is_told_by_its_words(position: str) -> None:
    assert is_leadership(position)


@pytest.mark.parametrize("position", ["科员", "社区党委书记", "党支部书记", "网格员", "党政办公室职员"])
def test_others_are_not_leadership(position: str) -> None:
    assert not is_leadership(position)


# What is missing


@given(st.lists(st.sampled_from(FULL_SET)))
def test_a_set_is_full_with_one_of_each(roles: list[Role]) -> None:
    assert (missing_roles(roles) == ()) is (set(roles) == set(FULL_SET))


SPANS = st.tuples(st.none() | st.integers(-400, 30).map(day), st.none() | st.integers(-400, 30).map(day))
HELD = st.lists(
    st.builds(
        lambda n, role, department, span: Held(n, f"person {n}", role, department, *span),
        st.integers(0, 5),
        st.sampled_from(FULL_SET),
        st.sampled_from([None, "tax", "market"]),
        SPANS,
    ),
    max_size=8,
)


@given(HELD)
def test_a_role_is_missing_exactly_where_nobody_runs_in_it(held: list[Held]) -> None:
    found = {g.kind for g in gaps(held, [], TODAY)}
    for role in FULL_SET:
        assert (MISSING[role] in found) is not any(h.role == role and h.runs(TODAY) for h in held)


def test_a_department_that_lost_its_only_specialist_shows_although_others_are_there() -> None:
    tax = Held(1, "甲", Role.SPECIALIST, "tax", until=day(-3))
    market = Held(2, "乙", Role.SPECIALIST, "market")
    rest = [Held(3, "丙", Role.CHIEF), Held(4, "丁", Role.ADMINISTRATOR)]
    assert [(g.kind, g.duty) for g in gaps([tax, market, *rest], [], TODAY)] == [
        (GapKind.WITHOUT_SUCCESSOR, tax)
    ]
    followed = Held(5, "戊", Role.SPECIALIST, "tax", since=day(-3))
    assert gaps([tax, market, followed, *rest], [], TODAY) == []


def test_who_held_an_empty_post_last_is_named() -> None:
    first = Held(1, "甲", Role.CHIEF, until=day(-90))
    second = Held(2, "乙", Role.CHIEF, since=day(-90), until=day(-2))
    found = [g for g in gaps([first, second], [], TODAY) if g.kind is GapKind.NO_CHIEF]
    assert [g.duty for g in found] == [second]


def test_an_absence_is_a_gap_only_while_nobody_acts() -> None:
    held = [Held(n, who, role) for n, (who, role) in enumerate(zip("甲乙丙", FULL_SET, strict=True))]
    assert gaps(held, [Away("甲", day(-1), day(3), "乙")], TODAY) == []
    kinds = [g.kind for g in gaps(held, [Away("甲", day(-1), day(3))], TODAY)]
    assert kinds == [GapKind.ABSENCE_WITHOUT_DEPUTY]
    both = [Away("甲", day(-1), day(3), "丁"), Away("丁", day(0), day(1))]
    assert [g.kind for g in gaps(held, both, TODAY)] == [GapKind.ABSENCE_WITHOUT_DEPUTY]
    assert gaps(held, both, day(1)) == []


# Who stands in

PERSONS = "甲乙丙丁"


@st.composite
def absences(draw: st.DrawFn) -> list[Away]:
    """Absences as the commands let them be: no two of one person at a time, no circle."""
    kept: list[Away] = []
    for _ in range(draw(st.integers(0, 7))):
        start = draw(st.integers(0, 12))
        new = Away(
            draw(st.sampled_from(PERSONS)),
            day(start),
            day(start + draw(st.integers(1, 6))),
            draw(st.none() | st.sampled_from(PERSONS)),
        )
        twice = any(o.person == new.person and o.since < new.until and new.since < o.until for o in kept)
        if not twice and not circle(new, kept):
            kept.append(new)
    return kept


DAYS = st.integers(-1, 20).map(day)
WHO = st.sampled_from(PERSONS)


@given(absences(), WHO, DAYS)
def test_who_acts_is_there(away: list[Away], person: str, on: date) -> None:
    found = acting(person, on, away)
    assert found.person is None or not any(a.person == found.person and a.covers(on) for a in away)


@given(absences(), WHO, DAYS)
def test_without_an_absence_one_acts_oneself(away: list[Away], person: str, on: date) -> None:
    own = any(a.person == person and a.covers(on) for a in away)
    assert own or (acting(person, on, away).person == person and acting(person, on, away).until is None)


@given(absences(), WHO, DAYS)
def test_nobody_acts_only_where_a_chain_ends_without_a_name(away: list[Away], person: str, on: date) -> None:
    found = acting(person, on, away)
    if found.person is None:
        assert found.through[-1].deputy is None


@given(absences(), WHO, DAYS)
def test_who_acts_has_the_rights_that_day(away: list[Away], person: str, on: date) -> None:
    found = acting(person, on, away)
    if found.through and found.person is not None:
        spans = standing_in(person, None, None, away)
        assert any(s.person == found.person and s.since <= on < s.until for s in spans)


@given(absences(), WHO, DAYS)
def test_rights_of_a_deputy_lie_within_an_absence(away: list[Away], person: str, on: date) -> None:
    if any(s.since <= on < s.until for s in standing_in(person, None, None, away)):
        assert any(a.person == person and a.covers(on) for a in away)


@given(absences(), WHO, WHO, st.integers(0, 12), st.integers(1, 6))
def test_a_circle_is_found_exactly_where_a_day_would_lead_back(
    away: list[Away], person: str, deputy: str, start: int, length: int
) -> None:
    new = Away(person, day(start), day(start + length), deputy)
    others = [a for a in away if a.person != person]
    leads_back = False
    for n in range(start, start + length):
        now: object = deputy
        for _ in PERSONS:
            if now == person:
                leads_back = True
                break
            now = next((a.deputy for a in others if a.person == now and a.covers(day(n))), None)
    assert bool(circle(new, others)) is leads_back


def test_an_absence_ends_by_its_date() -> None:
    away = [Away("甲", day(0), day(3), "乙")]
    assert [acting("甲", day(n), away).person for n in (-1, 0, 2, 3)] == ["甲", "乙", "乙", "甲"]


def test_the_deputy_of_a_deputy_acts_only_while_both_are_away() -> None:
    away = [Away("甲", day(0), day(10), "乙"), Away("乙", day(3), day(5), "丙")]
    assert [acting("甲", day(n), away).person for n in (2, 3, 4, 5)] == ["乙", "丙", "丙", "乙"]
    assert acting("甲", day(3), away).until == day(5)


# Departments


def test_usual_departments_are_known_by_their_names() -> None:
    said = ("税务局", "区人社局", "椒江区市场监督管理局", "市监局")
    assert [s.code for w in said if (s := usual_department(w))] == ["tax", "labour", "market", "market"]
    assert usual_department("文旅局") is None


def test_every_category_of_case_has_a_department() -> None:
    known = [(seed.code, seed.categories) for seed in USUAL]
    assert first_for("parking", known) == ["enforcement", "police", "property_company"]
    assert first_for("property", known) == ["property_company", "construction"]
    assert first_for("unheard_of", known) == []

"""What is decided for many at once: as for each by itself, all or nobody, one entry of the trail."""

import datetime

import pytest

from louyu.accounts.models import AuditEntry
from louyu.accounts.queries import trail_faults
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.organisations import commands
from louyu.organisations.commands.bulk import Elected, attach_all, elect
from louyu.organisations.models import Appointment, Membership
from tests.factories import AreaFactory, PersonFactory, user_with

pytestmark = pytest.mark.django_db

DAY = datetime.date
THEN, LATER = DAY(2024, 3, 1), DAY(2025, 3, 1)


@pytest.fixture
def area():
    return AreaFactory(name="云港社区")


@pytest.fixture
def secretary(area):
    return user_with("secretary", area)


@pytest.fixture
def branch(area, secretary):
    return commands.found(area, kind="branch", name="海之星党支部", since=THEN, by=secretary)


@pytest.fixture
def lost(area, secretary):
    """Three members who are with no organisation."""
    return [
        commands.register_member(
            area, person=PersonFactory(), since=THEN, joined_on=DAY(2015, 7, 1), by=secretary
        )
        for _each in range(3)
    ]


def rows(person):
    wanted = ("organisation", "area", "status", "stage", "since", "until", "basis", "homed")
    return list(Membership.rows_without_a_reader.filter(person=person).order_by("since").values_list(*wanted))


def test_a_list_comes_home_as_each_would_by_itself(branch, lost, secretary):
    commands.attach(lost[0], organisation=branch, since=LATER, by=secretary)
    before = AuditEntry.rows_without_a_reader.count()
    made = attach_all(branch, memberships=lost[1:], since=LATER, by=secretary)
    assert rows(lost[1].person) == rows(lost[2].person) == rows(lost[0].person)
    assert [m.joined_on for m in made] == [DAY(2015, 7, 1)] * 2
    entry = AuditEntry.rows_without_a_reader.latest("sequence")
    assert (AuditEntry.rows_without_a_reader.count(), entry.changes.count()) == (before + 1, 4)
    assert list(trail_faults()) == []


def test_who_comes_home_again_is_not_homed_again(area, branch, lost, secretary):
    attach_all(branch, memberships=lost, since=THEN, by=secretary)
    home = Membership.rows_without_a_reader.get(person=lost[0].person, until=None)
    commands.end_membership(home, until=LATER, reason="转出", by=secretary)
    again = commands.register_member(area, person=lost[0].person, since=LATER, by=secretary)
    (second,) = attach_all(branch, memberships=[again], since=LATER, by=secretary)
    assert not second.homed


def test_nobody_comes_home_where_one_cannot(branch, lost, secretary):
    commands.ask_transfer(lost[1], to=branch, asked_on=LATER, by=secretary)
    with pytest.raises(Conflict) as refused:
        attach_all(branch, memberships=[lost[0], lost[2], refetched(lost[1])], since=LATER, by=secretary)
    assert refused.value.mend
    assert not Membership.rows_without_a_reader.filter(status="attached").exists()


def refetched(membership):
    """What runs of the same person now."""
    return Membership.rows_without_a_reader.get(person=membership.person, until=None)


def test_a_list_with_anothers_member_is_refused(branch, lost, secretary):
    elsewhere = AreaFactory(name="明珠社区")
    other = user_with("secretary", elsewhere)
    foreign = commands.register_member(elsewhere, person=PersonFactory(), since=THEN, by=other)
    with pytest.raises(NotPermitted):
        attach_all(branch, memberships=[*lost, foreign], since=LATER, by=secretary)
    with pytest.raises(NotPermitted):
        attach_all(branch, memberships=lost, since=LATER, by=other)


def test_nobody_comes_home_twice_or_before_they_registered(branch, lost, secretary):
    with pytest.raises(Refusal):
        attach_all(branch, memberships=lost, since=DAY(2024, 2, 1), by=secretary)
    attach_all(branch, memberships=lost, since=LATER, by=secretary)
    with pytest.raises(Conflict):
        attach_all(branch, memberships=lost, since=LATER, by=secretary)


def test_a_committee_is_elected_for_one_term(branch, secretary):
    person = PersonFactory()
    elected = [
        Elected("secretary", person),
        Elected("organiser", name="沈雨晴", phone="19900000001"),
        Elected("publicity", name="项海波", phone="19900000002"),
    ]
    before = AuditEntry.rows_without_a_reader.count()
    made = elect(branch, elected=elected, since=LATER, document="云党〔2025〕3号", by=secretary)
    assert {a.term_end for a in made} == {DAY(2028, 3, 1)}
    assert [a.person.name_masked for a in made[1:]] == ["沈**", "项**"]
    assert AuditEntry.rows_without_a_reader.count() == before + 1
    assert list(trail_faults()) == []


def test_a_second_secretary_or_a_day_that_cannot_be_elects_nobody(branch, secretary):
    two = [Elected("secretary", name="沈雨晴"), Elected("secretary", name="项海波")]
    with pytest.raises(Conflict):
        elect(branch, elected=two, since=LATER, by=secretary)
    with pytest.raises(Refusal) as refused:
        elect(branch, elected=two[:1], since=DAY(2023, 1, 1), by=secretary)
    assert refused.value.field == "since"
    assert not Appointment.rows_without_a_reader.exists()

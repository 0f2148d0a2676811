"""What commands on organisations do and refuse; the tree as it was; offices held again."""

import datetime

import pytest
from django.utils import timezone

from louyu.accounts.models import AuditEntry
from louyu.accounts.queries import trail_faults
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.organisations import commands, queries
from louyu.organisations.models import Appointment, Kind, Membership, Organisation, Period
from louyu.tenants.models import DeclaredCount
from tests.factories import (
    AppointmentFactory,
    AreaFactory,
    BuildingFactory,
    EnterpriseFactory,
    MembershipFactory,
    PersonFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date
THEN = DAY(2024, 3, 1)
LATER = DAY(2025, 3, 1)


@pytest.fixture
def office():
    return user_with("office")


@pytest.fixture
def area():
    return AreaFactory(name="云港社区")


@pytest.fixture
def community(area, office):
    return commands.found(
        area,
        kind="community_committee",
        name="云港社区大党委",
        since=DAY(2023, 1, 5),
        document="白委〔2023〕1号",
        by=office,
    )


@pytest.fixture
def committee(community, office):
    return commands.found(
        community, kind="building_committee", name="华伟楼宇综合党委", since=DAY(2023, 6, 1), by=office
    )


def branch(committee, office, name="海之星党支部", since=THEN, **values):
    return commands.found(committee, kind="branch", name=name, since=since, by=office, **values)


def declared(enterprise, members):
    DeclaredCount.rows_without_a_reader.create(enterprise=enterprise, members=members, as_of=DAY(2025, 1, 1))
    return enterprise


def refused(call, field, **values):
    with pytest.raises(Refusal) as refusal:
        call(**values)
    assert refusal.value.field == field, refusal.value
    assert refusal.value.mend
    return refusal.value


# Founding


def test_a_founding_is_dated_numbered_and_on_record(community, office, area):
    assert (community.area, community.parent, community.founding_document) == (area, None, "白委〔2023〕1号")
    entry = AuditEntry.rows_without_a_reader.get()
    assert (entry.action, entry.by) == ("organisations.keep_organisations", office)
    (period,) = Period.rows_without_a_reader.filter(organisation=community)
    assert (period.began, period.since, period.until) == ("founded", DAY(2023, 1, 5), None)


def test_an_organisation_sits_where_its_superior_does_unless_said(committee, office, area):
    building, enterprises = BuildingFactory(area=area), [EnterpriseFactory(), EnterpriseFactory()]
    made = branch(committee, office, buildings=[building], enterprises=enterprises)
    assert made.area == area
    assert [s.building for s in queries.seats_of(made, office, THEN)] == [building]
    assert {c.enterprise for c in queries.coverages_of(made, office, THEN)} == set(enterprises)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "党" * 81}, "name"),
        ({"since": DAY(2199, 1, 1)}, "since"),
        ({"since": DAY(2020, 1, 1)}, "since"),
        ({"kind": "community_committee"}, "parent"),
    ],
)
def test_a_founding_that_cannot_be_names_what_is_wrong(committee, office, values, field):
    given = {"kind": "branch", "name": "海之星党支部", "since": THEN} | values
    refused(lambda **more: commands.found(committee, by=office, **more), field, **given)


def test_a_name_is_taken_only_as_long_as_it_is_used(committee, office):
    first = branch(committee, office)
    with pytest.raises(Conflict):
        branch(committee, office)
    commands.dissolve(first, since=LATER, by=office)
    assert branch(committee, office, since=LATER).name == first.name


def test_nothing_stands_under_a_dissolved_organisation(committee, office):
    commands.dissolve(committee, since=LATER, by=office)
    with pytest.raises(Refusal):
        branch(Organisation.rows_without_a_reader.get(pk=committee.pk), office, since=LATER)


def test_a_unit_with_too_few_full_members_founds_no_branch_unless_somebody_says_why(committee, office):
    small = declared(EnterpriseFactory(), 2)
    refusal = refused(lambda: branch(committee, office, enterprises=[small]), "enterprises")
    assert refusal.code == "too_few_members"
    made = branch(committee, office, enterprises=[small], despite="上级党组织已批准")
    assert made.despite == "上级党组织已批准"
    assert branch(committee, office, name="云帆党支部", enterprises=[declared(EnterpriseFactory(), 3)])


def test_a_roster_that_knows_more_than_the_declared_number_counts(committee, office):
    enterprise = declared(EnterpriseFactory(), 1)
    MembershipFactory.create_batch(3, organisation=None, enterprise=enterprise)
    assert branch(committee, office, enterprises=[enterprise])


@pytest.mark.parametrize("members", [[2], [1, 1], [2, 3], [1, 1, 1, 1, 1, 1]])
def test_a_joint_branch_that_the_rule_does_not_allow_is_refused(committee, office, members):
    units = [declared(EnterpriseFactory(), number) for number in members]

    def together():
        commands.found(
            committee, kind="joint_branch", name="联合党支部", since=THEN, enterprises=units, by=office
        )

    assert refused(together, "enterprises").code == "joint_branch_does_not_fit"


def test_a_joint_branch_of_fitting_units_is_founded(committee, office):
    units = [declared(EnterpriseFactory(), number) for number in (2, 1, 1)]
    made = commands.found(
        committee, kind="joint_branch", name="联合党支部", since=THEN, enterprises=units, by=office
    )
    assert len(queries.coverages_of(made, office, THEN)) == 3


# The tree as it was


def test_the_tree_is_as_it_was_on_any_day(community, committee, office, area):
    other = commands.found(
        community, kind="building_committee", name="万达楼宇综合党委", since=DAY(2023, 6, 1), by=office
    )
    made = branch(committee, office)
    commands.rename(made, name="海之星科技党支部", since=DAY(2024, 9, 1), by=office)
    commands.move(made, parent=other, area=area, buildings=[], since=DAY(2024, 12, 1), by=office)
    commands.dissolve(made, since=LATER, by=office)

    def under(organisation, day):
        return [node.name for node in queries.below(organisation, office, day)]

    assert under(committee, DAY(2024, 2, 29)) == []
    assert under(committee, THEN) == ["海之星党支部"]
    assert under(committee, DAY(2024, 10, 1)) == ["海之星科技党支部"]
    assert (under(committee, DAY(2024, 12, 1)), under(other, DAY(2024, 12, 1))) == ([], ["海之星科技党支部"])
    assert under(other, LATER) == []
    began = [p.began for p in reversed(queries.history_of(made, office))]
    assert began == ["founded", "renamed", "moved"]


def test_a_change_before_the_last_one_is_refused(committee, office):
    made = branch(committee, office)
    refused(lambda: commands.rename(made, name="云帆党支部", since=THEN, by=office), "since")
    refused(lambda: commands.dissolve(made, since=DAY(2024, 1, 1), by=office), "since")
    refused(lambda: commands.rename(made, name=made.name, since=LATER, by=office), "name")


def test_a_branch_becomes_a_general_branch_only_where_one_may_stand(committee, office):
    made = branch(committee, office)
    commands.rename(made, name="海之星党总支", kind="general_branch", since=LATER, by=office)
    made.refresh_from_db()
    assert made.kind == Kind.GENERAL_BRANCH
    assert queries.period_on(made, office, THEN).kind == Kind.BRANCH
    branch(made, office, name="第一党支部", since=LATER)
    today = timezone.localdate()
    with pytest.raises(Refusal):  # something stands under it that cannot stand under a branch
        commands.rename(made, name="海之星党支部", kind="branch", since=today, by=office)


def test_nothing_stands_under_itself(community, committee, office, area):
    whole = commands.found(committee, kind="general_branch", name="海之星党总支", since=THEN, by=office)
    for parent in (whole, branch(whole, office, since=THEN)):
        refused(
            lambda parent=parent: commands.move(
                whole, parent=parent, area=area, buildings=[], since=LATER, by=office
            ),
            "parent",
        )


def test_a_merged_organisation_hands_over_members_enterprises_and_what_stands_below(committee, office):
    covered, guest = EnterpriseFactory(), PersonFactory()
    made = branch(committee, office, enterprises=[covered])
    into = branch(committee, office, name="云帆党支部")
    moving = MembershipFactory(organisation=made, since=THEN)
    MembershipFactory(organisation=made, person=guest, status="guest", since=THEN)
    MembershipFactory(organisation=into, person=guest, since=THEN)
    AppointmentFactory(organisation=made, since=THEN)
    commands.merge(made, into=into, since=LATER, document="合〔2025〕1号", by=office)
    made.refresh_from_db()
    assert (made.dissolved, made.merged_into) == (LATER, into)
    here = Membership.rows_without_a_reader.filter(organisation=into, until__isnull=True)
    assert {m.person for m in here} == {moving.person, guest}
    assert [c.enterprise for c in queries.coverages_of(into, office, LATER)] == [covered]
    assert not queries.officers_of(made, office, LATER)[0]
    assert list(trail_faults()) == []


def test_an_organisation_is_not_merged_into_itself_or_what_stands_below_it(community, committee, office):
    refused(lambda: commands.merge(committee, into=committee, since=LATER, by=office), "into")
    refused(lambda: commands.merge(community, into=committee, since=LATER, by=office), "into")


def test_an_organisation_with_members_or_others_below_is_not_dissolved(community, committee, office):
    refused(lambda: commands.dissolve(community, since=LATER, by=office), "organisation")
    made = branch(committee, office)
    MembershipFactory(organisation=made, since=THEN)
    refused(lambda: commands.dissolve(made, since=LATER, by=office), "organisation")


def test_enterprises_come_and_go(committee, office):
    stays, goes, comes = EnterpriseFactory(), EnterpriseFactory(), EnterpriseFactory()
    made = branch(committee, office, enterprises=[stays, goes])
    commands.change_coverage(made, add=[comes, stays], leave=[goes], since=LATER, by=office)
    assert {c.enterprise for c in queries.coverages_of(made, office, THEN)} == {stays, goes}
    assert {c.enterprise for c in queries.coverages_of(made, office, LATER)} == {stays, comes}
    refused(lambda: commands.change_coverage(made, leave=[goes], since=LATER, by=office), "leave")


# Offices


def test_an_elected_officer_has_the_rules_term(community, committee, office):
    elected = commands.appoint(
        branch(committee, office), office="secretary", name="林晓", since=THEN, by=office
    )
    assert elected.term_end == DAY(2027, 3, 1)
    leading = commands.appoint(community, office="secretary", name="何云", since=THEN, by=office)
    assert leading.term_end == DAY(2029, 3, 1)
    named = commands.appoint(
        committee, office="secretary", name="陈明", since=THEN, manner="appointed", by=office
    )
    assert named.term_end is None


def test_there_is_one_secretary_at_a_time(committee, office):
    made = branch(committee, office)
    first = commands.appoint(made, office="secretary", name="林晓", since=THEN, by=office)
    with pytest.raises(Conflict):
        commands.appoint(made, office="secretary", name="陈明", since=LATER, by=office)
    commands.appoint(made, office="secretary", name="陈明", since=LATER, follows=first, by=office)
    now, before = queries.officers_of(made, office, LATER)
    assert ([a.person.name_masked for a in now], [a.pk for a in before]) == (["陈*"], [first.pk])


def test_a_person_may_hold_the_same_office_again(committee, office):
    made = branch(committee, office)
    first = commands.appoint(made, office="secretary", name="林晓", since=THEN, by=office)
    commands.end_appointment(first, until=DAY(2024, 9, 1), by=office)
    again = commands.appoint(made, office="secretary", person=first.person, since=LATER, by=office)
    assert again.person == first.person
    with pytest.raises(Conflict):
        commands.end_appointment(first, until=LATER, by=office)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"since": DAY(2024, 2, 28)}, "since"),
        ({"since": DAY(2199, 1, 1)}, "since"),
        ({"term_end": THEN}, "term_end"),
        ({"name": " "}, "name"),
    ],
)
def test_an_election_that_cannot_be_names_what_is_wrong(committee, office, values, field):
    given = {"office": "secretary", "name": "林晓", "since": THEN} | values
    made = branch(committee, office)
    refused(lambda **more: commands.appoint(made, by=office, **more), field, **given)
    assert not Appointment.rows_without_a_reader.exists()


def test_a_term_is_set_or_prolonged_with_its_approval(committee, office):
    held = commands.appoint(
        branch(committee, office), office="secretary", name="林晓", since=THEN, manner="appointed", by=office
    )
    commands.set_term(held, term_end=DAY(2027, 9, 1), document="白委〔2027〕2号", by=office)
    held.refresh_from_db()
    assert held.term_end == DAY(2027, 9, 1)
    refused(lambda: commands.set_term(held, term_end=THEN, by=office), "term_end")
    commands.end_appointment(held, until=LATER, by=office)
    refused(lambda: commands.set_term(held, term_end=DAY(2028, 9, 1), by=office), "term_end")


# Members


def test_somebody_without_an_organisation_finds_one_and_counts_once(committee, office, area):
    secretary, made = user_with("secretary", area), branch(committee, office)
    person = PersonFactory()
    lost = commands.register_member(area, person=person, since=THEN, by=secretary)
    assert (lost.status, lost.organisation) == ("unattached", None)
    home = commands.attach(lost, organisation=made, since=LATER, by=secretary)
    assert (home.status, home.homed) == ("attached", True)
    commands.end_membership(home, until=DAY(2025, 6, 1), reason="转出", by=secretary)
    lost_again = commands.register_member(area, person=person, since=DAY(2025, 7, 1), by=secretary)
    again = commands.attach(lost_again, organisation=made, since=DAY(2025, 8, 1), by=secretary)
    assert not again.homed
    with pytest.raises(Conflict):
        commands.attach(lost_again, organisation=made, since=DAY(2025, 8, 2), by=secretary)


def test_nobody_is_attached_twice_but_may_be_a_guest(committee, office, area):
    secretary = user_with("secretary", area)
    here, there = branch(committee, office), branch(committee, office, name="云帆党支部")
    person = PersonFactory()
    commands.enrol(here, person=person, since=THEN, by=secretary)
    with pytest.raises(Conflict) as refusal:
        commands.enrol(there, person=person, since=LATER, by=secretary)
    assert "林" not in str(refusal.value.value)
    assert commands.enrol(there, person=person, since=LATER, guest=True, by=secretary).status == "guest"
    with pytest.raises(Conflict):
        commands.register_member(area, person=person, since=LATER, by=secretary)


def test_a_probation_is_a_year_at_least_and_the_day_of_joining_is_sealed(committee, office, area):
    secretary, made = user_with("secretary", area), branch(committee, office)
    last_month = timezone.localdate() - datetime.timedelta(days=30)

    def enrol(**values):
        return commands.enrol(
            made,
            person=PersonFactory(),
            since=timezone.localdate(),
            joined_on=last_month,
            by=secretary,
            **values,
        )

    refused(enrol, "stage")
    member = enrol(stage="probationary")
    assert member.joined_on == last_month
    assert last_month.isoformat().encode() not in bytes(member.joined_sealed)


def test_a_leading_committee_holds_no_members(committee, area):
    secretary = user_with("secretary", area)
    refused(
        lambda: commands.enrol(committee, person=PersonFactory(), since=THEN, by=secretary), "organisation"
    )


# Who may


def test_a_branch_secretary_sees_the_own_branch_and_what_is_below_but_founds_nothing(committee, office):
    made, other = branch(committee, office), branch(committee, office, name="云帆党支部")
    secretary, leader = (
        user_with("organisation_secretary", made),
        user_with("organisation_secretary", committee),
    )
    assert list(queries.organisations(secretary)) == [made]
    assert set(queries.organisations(leader)) == {committee, made, other}
    for call in (
        lambda: commands.dissolve(made, since=LATER, by=secretary),
        lambda: branch(committee, secretary, name="第三党支部"),
        lambda: commands.appoint(made, office="secretary", name="林晓", since=THEN, by=secretary),
    ):
        with pytest.raises(NotPermitted):
            call()
    assert commands.enrol(made, person=PersonFactory(), since=THEN, by=secretary)
    with pytest.raises(NotPermitted):
        commands.enrol(other, person=PersonFactory(), since=THEN, by=secretary)


def test_the_secretary_of_another_community_changes_nothing(committee, office):
    stranger = user_with("secretary", AreaFactory())
    with pytest.raises(NotPermitted):
        branch(committee, stranger)
    assert not queries.organisations(stranger).exists()


@pytest.mark.parametrize("role", ["office", "subdistrict"])
def test_those_who_lead_see_how_many_members_there_are_and_not_who(committee, office, area, role):
    made = branch(committee, office)
    MembershipFactory.create_batch(3, organisation=made)
    reader = office if role == "office" else user_with(role, area.parent)
    assert Membership.objects.for_reader(reader).count() == 0
    assert queries.members_of(reader, LATER)[made.pk].full == 3
    with pytest.raises(NotPermitted):
        commands.enrol(made, person=PersonFactory(), since=THEN, by=reader)


@pytest.mark.parametrize("role", ["chief", "administrator"])
def test_who_serves_a_building_sees_no_organisation(committee, office, area, role):
    building = BuildingFactory(area=area)
    made = branch(committee, office, buildings=[building])
    MembershipFactory(organisation=made)
    reader = user_with(role, building)
    assert not queries.organisations(reader).exists()
    assert not queries.members_of(reader, LATER)


# The numbers that the rules go by


def test_a_number_that_the_district_sets_counts_from_then_on(committee, office):
    unit = declared(EnterpriseFactory(), 3)
    commands.set_thresholds({"founding_members": 5}, document="区委〔2026〕1号", by=office)
    assert queries.numbers().founding_members == 5
    with pytest.raises(Refusal):
        branch(committee, office, enterprises=[unit])
    entry = AuditEntry.rows_without_a_reader.get(action="organisations.keep_thresholds")
    assert entry.reason == "区委〔2026〕1号"


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"no_such_number": 1}, "code"),
        ({"founding_members": 0}, "founding_members"),
        ({"near_metres": 10_001}, "near_metres"),
        ({"committee_least": 6}, "committee_usual"),
    ],
)
def test_numbers_that_cannot_be_are_refused_and_nothing_is_set(office, numbers, field):
    before = queries.numbers()
    refused(lambda: commands.set_thresholds(numbers, by=office), field)
    assert queries.numbers() == before


def test_only_the_office_sets_numbers(area):
    with pytest.raises(NotPermitted):
        commands.set_thresholds({"founding_members": 5}, by=user_with("secretary", area))

"""Appointing, ending, absences: what is refused and why, and the rights that go with them."""

import datetime

import pytest
from django.utils import timezone

from louyu.accounts.models import AuditEntry, Grant
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.core.queries import working_days
from louyu.duties import commands
from louyu.duties.models import Absence, Duty
from louyu.duties.queries import who_answers
from tests.factories import BuildingFactory, DepartmentFactory, PersonFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db


def day(n):
    return timezone.localdate() + datetime.timedelta(days=n)


@pytest.fixture
def office():
    return user_with("office")


@pytest.fixture
def building():
    return BuildingFactory(name="华伟总部大厦")


def appoint(building, by, role="administrator", **values):
    values.setdefault("since", day(0))
    values.setdefault("person", None if "name" in values else PersonFactory(user=UserFactory()))
    return commands.appoint(building, role=role, by=by, **values)


def rights(person):
    """Role, scope, since and until (in days from today) of what runs or will run."""
    found = Grant.rows_without_a_reader.filter(user=person.user).order_by("since", "scope_kind")
    running = [g for g in found if g.until is None or (g.until > day(0) and g.until > g.since)]
    return [
        (g.role, g.scope_id, (g.since - day(0)).days, g.until and (g.until - day(0)).days) for g in running
    ]


def test_a_new_person_comes_with_the_appointment(office, building):
    duty = appoint(building, office, name="陈洁", phone="13812342046")
    assert (duty.person.name_masked, duty.person.phone_masked) == ("陈*", "138****2046")
    entry = AuditEntry.rows_without_a_reader.latest("sequence")
    assert {c.model for c in entry.changes.all()} == {"people.Person", "duties.Duty"}


def test_whom_the_rule_does_not_expect_needs_a_reason(office, building):
    with pytest.raises(Refusal) as refused:
        appoint(building, office, "chief", position="社区书记")
    assert (refused.value.field, refused.value.value) == ("position", "社区书记")
    assert refused.value.mend
    duty = appoint(building, office, "chief", position="社区书记", despite="街道班子换届，过渡三个月")
    assert duty.despite == "街道班子换届，过渡三个月"


def test_there_is_one_chief_at_a_time(office, building):
    first = appoint(building, office, "chief", position="街道党工委委员")
    with pytest.raises(Conflict, match="已有楼长"):
        appoint(building, office, "chief", position="街道办事处副主任")
    second = appoint(building, office, "chief", position="街道办事处副主任", since=day(3), follows=first)
    first.refresh_from_db()
    assert (first.until, second.since) == (day(3), day(3))
    assert rights(first.person) == [("chief", building.pk, 0, 3)]


def test_the_same_duty_twice_is_refused(office, building):
    duty = appoint(building, office)
    with pytest.raises(Conflict):
        appoint(building, office, person=duty.person)


def test_a_duty_gives_its_rights_and_takes_them_back(office, building):
    tax = DepartmentFactory(name="税务局", code="tax")
    duty = appoint(building, office, "specialist", department=tax)
    assert rights(duty.person) == [("specialist", building.pk, 0, None), ("specialist", tax.pk, 0, None)]
    commands.end_duty(duty, until=day(5), by=office)
    assert {r[3] for r in rights(duty.person)} == {5}
    with pytest.raises(Refusal):
        commands.end_duty(duty, until=day(-5), by=office)
    with pytest.raises(Conflict):
        commands.end_duty(duty, until=day(6), by=office)


def test_a_sign_in_that_comes_later_brings_the_rights(office, building):
    person, user = PersonFactory(), UserFactory()
    appoint(building, office, person=person)
    commands.join_sign_in(user, person=person, by=user_with("security"))
    person.refresh_from_db()
    assert rights(person) == [("administrator", building.pk, 0, None)]


def test_a_deputy_has_work_and_rights_until_the_day_and_no_longer(office, building):
    duty, deputy = appoint(building, office), PersonFactory(name="王芳", user=UserFactory())
    commands.record_absence(duty, since=day(1), until=day(4), deputy=deputy, by=office)
    assert rights(deputy) == [("administrator", building.pk, 1, 4)]
    acting = {n: [a.person for a in who_answers(building, "administrator", day=day(n))] for n in (0, 1, 3, 4)}
    assert acting == {0: [duty.person], 1: [deputy], 3: [deputy], 4: [duty.person]}
    (answer,) = who_answers(building, "administrator", day=day(1))
    assert f"代 {duty.person.opened('name')}，至 {day(3):%m-%d}" in answer.reason
    assert answer.user == deputy.user


def test_the_deputys_deputy_has_them_while_both_are_away(office, building):
    duty, middle = appoint(building, office), appoint(BuildingFactory(), office)
    last = PersonFactory(user=UserFactory())
    commands.record_absence(duty, since=day(0), until=day(9), deputy=middle.person, by=office)
    commands.record_absence(middle, since=day(2), until=day(4), deputy=last, by=office)
    assert ("administrator", building.pk, 2, 4) in rights(last)
    assert ("administrator", middle.building_id, 2, 4) in rights(last)
    assert ("administrator", building.pk, 0, 9) in rights(middle.person)


def test_a_circle_of_deputies_is_refused(office, building):
    one, other = appoint(building, office), appoint(building, office)
    commands.record_absence(one, since=day(0), until=day(5), deputy=other.person, by=office)
    with pytest.raises(Refusal) as refused:
        commands.record_absence(other, since=day(4), until=day(6), deputy=one.person, by=office)
    assert refused.value.field == "deputy"
    commands.record_absence(other, since=day(5), until=day(6), deputy=one.person, by=office)
    with pytest.raises(Refusal):
        commands.record_absence(one, since=day(20), until=day(21), deputy=one.person, by=office)


@pytest.mark.parametrize(("since", "until", "kind"), [(3, 3, Refusal), (0, 400, Refusal), (0, 2, Conflict)])
def test_days_that_cannot_be_are_refused(office, building, since, until, kind):
    duty = appoint(building, office)
    commands.record_absence(duty, since=day(1), until=day(2), deputy=None, by=office)
    with pytest.raises(kind):
        commands.record_absence(duty, since=day(since), until=day(until), deputy=None, by=office)


def test_back_early_the_deputy_has_nothing_more(office, building):
    duty, deputy = appoint(building, office), PersonFactory(user=UserFactory())
    absence = commands.record_absence(duty, since=day(0), until=day(9), deputy=deputy, by=office)
    commands.end_absence(absence, by=office)
    assert rights(deputy) == []
    assert [a.person for a in who_answers(building, "administrator")] == [duty.person]
    with pytest.raises(Conflict):
        commands.end_absence(absence, by=office)


def test_an_absence_that_has_not_begun_is_called_off(office, building):
    duty, deputy = appoint(building, office), PersonFactory(user=UserFactory())
    absence = commands.record_absence(duty, since=day(5), until=day(9), deputy=deputy, by=office)
    commands.end_absence(absence, by=office)
    absence.refresh_from_db()
    assert (absence.since, absence.until) == (day(5), day(5))
    assert rights(deputy) == []


def test_nobody_gives_away_rights_outside_their_scope(office, building):
    here = user_with("subdistrict", building.area.parent)
    duty = appoint(building, here)
    appoint(BuildingFactory(), office, person=duty.person)
    with pytest.raises(NotPermitted):
        commands.record_absence(duty, since=day(0), until=day(2), deputy=PersonFactory(), by=here)
    assert not Absence.rows_without_a_reader.exists()


@pytest.mark.parametrize("role", ["secretary", "chief", "administrator", "specialist", "system", "security"])
def test_nobody_below_names_officers(building, role):
    scope = {"secretary": building.area, "system": None, "security": None}.get(role, building)
    with pytest.raises(NotPermitted):
        appoint(building, user_with(role, scope))
    assert not Duty.rows_without_a_reader.exists()


def test_a_department_says_who_of_its_specialists_is_away(office, building):
    tax, market = DepartmentFactory(name="税务局"), DepartmentFactory(name="市场监管局")
    lead = user_with("department_lead", tax)
    own = appoint(building, office, "specialist", department=tax)
    other = appoint(building, office, "specialist", department=market)
    commands.record_absence(own, since=day(0), until=day(1), deputy=None, by=lead)
    with pytest.raises(NotPermitted):
        commands.record_absence(other, since=day(0), until=day(1), deputy=None, by=lead)


def test_a_matter_finds_the_specialist_of_its_department(office, building):
    tax, market = DepartmentFactory(name="税务局"), DepartmentFactory(name="市场监管局")
    duty = appoint(building, office, "specialist", department=tax)
    assert [a.duty for a in who_answers(building, "specialist", department=tax)] == [duty]
    assert who_answers(building, "specialist", department=market) == []
    assert who_answers(building, "chief") == []


# The calendar of the year

SPRING = {"days_off": [datetime.date(2027, 2, 8)], "make_up_days": [datetime.date(2027, 2, 6)]}


def test_a_notice_is_loaded_and_loaded_again():
    by = user_with("system")
    commands.load_notice(2027, **SPRING, document="国办发明电〔2026〕9号", by=by)
    assert working_days().is_working_day(datetime.date(2027, 2, 6))
    changed = {**SPRING, "make_up_days": [datetime.date(2027, 2, 7)]}
    commands.load_notice(2027, **changed, document="国办发明电〔2026〕9号（更正）", by=by)
    known = working_days()
    assert not known.is_working_day(datetime.date(2027, 2, 6))
    assert known.is_working_day(datetime.date(2027, 2, 7))
    assert not known.add_working_days(datetime.date(2027, 2, 5), 5).provisional


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year": 2099}, "year"),
        ({"days_off": []}, "days_off"),
        ({"days_off": [datetime.date(2026, 2, 8)]}, "days_off"),
        ({"make_up_days": [datetime.date(2027, 2, 9)]}, "make_up_days"),
        ({"days_off": [datetime.date(2027, 2, 6)]}, "make_up_days"),
        ({"document": " "}, "document"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(change, field):
    said = {"year": 2027, **SPRING, "document": "国办发明电〔2026〕9号"} | change
    with pytest.raises(Refusal) as refused:
        commands.load_notice(said.pop("year"), **said, by=user_with("system"))
    assert refused.value.field == field


def test_the_office_does_not_load_notices(office):
    with pytest.raises(NotPermitted):
        commands.load_notice(2027, **SPRING, document="国办发明电〔2026〕9号", by=office)

"""Values in the clear: with a reason, on record, not without end."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from louyu.accounts.models import AuditChange, AuditEntry
from louyu.core.errors import NotPermitted, Refusal
from louyu.people.commands import TooManyReveals, reveal
from louyu.people.models import RevealLog
from louyu.people.rules import HOURLY_REVEALS
from tests.factories import ContactFactory, OccupancyFactory, PersonFactory, user_with

pytestmark = pytest.mark.django_db

REASON = "回访停车问题"


def test_a_reveal_is_logged_with_its_reason_and_leaves_an_audit_entry():
    office, person = user_with("office"), PersonFactory(name="沈雨晴", phone="13812342046")
    assert reveal(person, fields=("name", "phone"), reason=f"  {REASON} ", by=office) == {
        "name": "沈雨晴",
        "phone": "13812342046",
    }
    log = RevealLog.rows_without_a_reader.get()
    assert (log.person, log.by, log.fields, log.reason) == (person, office, "name,phone", REASON)
    entry = AuditEntry.rows_without_a_reader.get()
    assert (entry.action, entry.by, entry.reason) == ("people.reveal", office, REASON)
    assert not any("沈雨晴" in f"{c.before}{c.after}" for c in AuditChange.rows_without_a_reader.all())


@pytest.mark.parametrize("reason", ["", " ", "看", "。。。。", "长" * 201])
def test_a_reason_is_required(reason):
    person = PersonFactory()
    with pytest.raises(Refusal) as refused:
        reveal(person, fields=("phone",), reason=reason, by=user_with("office"))
    assert refused.value.field == "reason"
    assert not RevealLog.rows_without_a_reader.exists()


@pytest.mark.parametrize("fields", [(), ("key_sealed",), ("name", "password")])
def test_only_a_persons_values_can_be_revealed(fields):
    with pytest.raises(Refusal):
        reveal(PersonFactory(), fields=fields, reason=REASON, by=user_with("office"))


def test_the_record_that_names_a_person_decides_the_scope():
    here, elsewhere = OccupancyFactory(), OccupancyFactory()
    contact = ContactFactory(enterprise=here.enterprise)
    near = user_with("administrator", here.unit.building)
    far = user_with("administrator", elsewhere.unit.building)
    assert reveal(contact, fields=("name",), reason=REASON, by=near)["name"]
    with pytest.raises(NotPermitted):
        reveal(contact, fields=("name",), reason=REASON, by=far)
    with pytest.raises(NotPermitted):  # without the record there is no scope that leads to the person
        reveal(contact.person, fields=("name",), reason=REASON, by=near)


@pytest.mark.parametrize("role", ["system", "security", "audit", "member"])
def test_roles_that_serve_no_enterprise_reveal_nothing(role):
    with pytest.raises(NotPermitted):
        reveal(ContactFactory(), fields=("name",), reason=REASON, by=user_with(role))


def test_reveals_are_limited_by_the_hour_and_by_user():
    person, office, other = PersonFactory(), user_with("office"), user_with("office")
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _turn in range(HOURLY_REVEALS):
            reveal(person, fields=("phone",), reason=REASON, by=office)
        with pytest.raises(TooManyReveals) as refused:
            reveal(person, fields=("phone",), reason=REASON, by=office)
        assert refused.value.status == 429
        assert reveal(person, fields=("phone",), reason=REASON, by=other)
    with time_machine.travel(now + datetime.timedelta(hours=1, seconds=1), tick=False):
        assert reveal(person, fields=("phone",), reason=REASON, by=office)


def test_an_erased_value_reveals_nothing():
    person = PersonFactory()
    person.key_sealed = b""
    person.save()
    assert reveal(person, fields=("phone",), reason=REASON, by=user_with("office")) == {"phone": ""}

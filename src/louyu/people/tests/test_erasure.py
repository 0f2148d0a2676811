"""A person who asks for it is forgotten: the key is destroyed, the trail stays whole."""

import datetime

import pytest
from django.conf import settings
from django.db import connection

from louyu.accounts.commands import add_user, set_active
from louyu.accounts.models import AuditChange, AuditEntry, User
from louyu.accounts.queries import trail_faults
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.core.sealing import open_text
from louyu.duties.commands import join_sign_in
from louyu.duties.models import Duty
from louyu.people.commands import erase, look_up
from louyu.people.models import Person
from tests.browser import PHONE
from tests.factories import PASSWORD, BuildingFactory, ContactFactory, PersonFactory, user_with

pytestmark = pytest.mark.django_db
REASON = "本人书面申请"


def test_nothing_opens_the_values_any_more_and_the_trail_is_whole():
    person, office = PersonFactory(name="沈雨晴", phone="13812342046"), user_with("office")
    sealed = bytes(person.name_sealed)
    erase(person, reason=REASON, by=office)
    person.refresh_from_db()
    assert person.erased
    assert (person.opened("name"), person.opened("phone"), str(person)) == ("", "", "（已删除）")
    assert open_text(sealed, person.key_sealed) == ""
    assert list(trail_faults()) == []
    entry = AuditEntry.rows_without_a_reader.get()
    assert (entry.action, entry.reason) == ("people.erase", REASON)
    assert "沈雨晴" not in "".join(f"{c.before}{c.after}" for c in AuditChange.rows_without_a_reader.all())
    assert look_up(name="沈雨晴", phone="", reason=REASON, by=office) == []
    with pytest.raises(Conflict):
        erase(person, reason=REASON, by=office)


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_no_old_copy_of_the_key_is_left_in_the_database_and_its_log():
    person, office = PersonFactory(name="沈雨晴"), user_with("office")
    key = bytes(person.key_sealed)
    files = [f"{settings.DATABASES['default']['NAME']}{end}" for end in ("", "-wal")]

    def there():
        found = False
        for name in files:
            try:
                with open(name, "rb") as file:
                    found |= key in file.read()
            except FileNotFoundError:
                continue
        return found

    assert there()
    erase(person, reason=REASON, by=office)
    assert not there()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")


def test_who_still_serves_is_not_erased():
    person, building = PersonFactory(name="林国平"), BuildingFactory(name="云帆大厦")
    held = Duty(person=person, building=building, role="administrator", since=datetime.date(2026, 1, 1))
    held.save()
    with pytest.raises(Conflict) as refused:
        erase(person, reason=REASON, by=user_with("office"))
    assert "云帆大厦" in str(refused.value.reason)
    held.until = datetime.date(2026, 2, 1)
    held.save()
    erase(person, reason=REASON, by=user_with("office"))


def test_who_can_still_sign_in_is_stopped_first_and_loses_the_name_then():
    person, security = PersonFactory(name="林国平"), user_with("security")
    user = add_user("linguoping", name="林国平", password=PASSWORD, by=security)
    join_sign_in(user, person=person, by=security)
    with pytest.raises(Conflict):
        erase(person, reason=REASON, by=user_with("office"))
    set_active(user, active=False, reason="离职", by=security)
    erase(person, reason=REASON, by=user_with("office"))
    assert User.rows_without_a_reader.get(pk=user.pk).name == "（已删除）"


def test_only_the_office_looks_and_erases_and_always_with_a_reason():
    person = PersonFactory(name="沈雨晴")
    for role in ("security", "system", "audit"):
        with pytest.raises(NotPermitted):
            look_up(name="沈雨晴", phone="", reason=REASON, by=user_with(role))
        with pytest.raises(NotPermitted):
            erase(person, reason=REASON, by=user_with(role))
    for said in ({"name": "", "phone": "", "reason": REASON}, {"name": "沈雨晴", "phone": "", "reason": " "}):
        with pytest.raises(Refusal):
            look_up(**said, by=user_with("office"))
    assert not AuditEntry.rows_without_a_reader.exists()


def test_the_two_steps_of_the_page(client):
    contact = ContactFactory(person=PersonFactory(name="沈雨晴", phone="13812342046"))
    client.force_login(user_with("office"))
    page = client.post("/people/erase/", {"name": "沈雨晴", "phone": "", "reason": REASON}).content.decode()
    address = f"/people/{contact.person_id}/erase/"
    assert address in page
    assert "13812342046" not in page
    assert AuditEntry.rows_without_a_reader.get().reason == REASON
    page = client.get(address).content.decode()
    assert "联络人" in page
    assert client.post(address, {"reason": REASON}).status_code == 422
    assert not Person.rows_without_a_reader.get(pk=contact.person_id).erased
    assert client.post(address, {"reason": REASON, "sure": "on"}).status_code == 302
    assert Person.rows_without_a_reader.get(pk=contact.person_id).erased
    assert "已经删除" in client.get(address).content.decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_accessible(open_page, axe, scheme):
    contact = ContactFactory()
    page = open_page(user_with("office"), size=PHONE, color_scheme=scheme)
    for address in ("/people/erase/", f"/people/{contact.person_id}/erase/"):
        page.goto(address)
        assert axe(page) == [], address

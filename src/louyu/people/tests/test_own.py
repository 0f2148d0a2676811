"""Everybody's own page: everything held on them, who looked, corrected, taken along, withdrawn, deleted."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from louyu.accounts.commands import public_user
from louyu.accounts.models import AuditEntry
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.duties.models import Duty
from louyu.people import copies
from louyu.people.commands import correct_own, forget_me, linked, reveal, withdraw, word_consent
from louyu.people.models import ConsentText, PersonalLink
from louyu.people.queries import Own, held_on, newest_text, own, own_by_link
from tests.factories import (
    BuildingFactory,
    ContactFactory,
    MembershipFactory,
    PersonFactory,
    UserFactory,
    user_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def one():
    user = UserFactory()
    return Own(PersonFactory(name="沈雨晴", phone="13812342046", user=user), user)


def said(one):
    return {held.what: dict(held.said) for held in held_on(one)}


def test_everything_held_is_told_in_the_clear_with_its_source(one):
    MembershipFactory(person=one.person)
    ContactFactory(person=one.person, origin="imported", origin_sheet="花名册", origin_row=7)
    told = {held.what: held for held in held_on(one)}
    assert dict(told["登记信息"].said) == {"姓名": "沈雨晴", "电话": "13812342046"}
    assert {"党员身份", "登记信息"} < set(told)
    assert any(held.source == "导入，表格「花名册」第 7 行" for held in told.values())


def test_who_looked_and_why_stands_on_the_page_and_in_the_copy(one):
    reveal(one.person, fields=("phone",), reason="回访停车问题", by=user_with("office", name="周敏"))
    client = Client()
    client.force_login(one.by)
    assert "回访停车问题" in client.get(reverse("people:own")).content.decode()
    copy = json.loads(client.get(reverse("people:own_copy", args=["json"])).content)
    assert [look["why"] for look in copy["looks"]] == ["回访停车问题"]
    assert copies.as_pdf(one).startswith(b"%PDF-")


def test_nobody_comes_to_somebody_elses_page(one):
    assert own(UserFactory()) is None
    client = Client()
    client.force_login(user_with("office"))
    page = client.get(reverse("people:own")).content.decode()
    assert "13812342046" not in page
    assert client.get(reverse("people:own_copy", args=["json"])).status_code == 404
    assert Client().get(reverse("people:own")).status_code == 302
    assert Client().get(reverse("people:own_by_link", args=["x" * 32])).status_code == 404


def test_a_correction_holds_at_once_and_is_found_again(one):
    correct_own(one, field="phone", value="139 0000 0001", by=one.by)
    one.person.refresh_from_db()
    assert (one.person.opened("phone"), one.person.phone_masked) == ("13900000001", "139****0001")
    entry = AuditEntry.rows_without_a_reader.last()
    assert (entry.action, entry.by) == ("people.keep_own", one.by)


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "139"), ("identity", "331002199003072512"), ("name", " "), ("user", "x")]
)
def test_what_cannot_be_is_no_correction(one, field, value):
    with pytest.raises(Refusal):
        correct_own(one, field=field, value=value, by=one.by)


def test_who_is_needed_by_name_is_not_forgotten_and_told_so():
    person = PersonFactory(name="沈雨晴")
    Duty(person=person, role="administrator", building=BuildingFactory()).save(force_insert=True)
    with pytest.raises(Conflict):
        forget_me(Own(person, public_user()), by=public_user())
    person.refresh_from_db()
    assert person.opened("name") == "沈雨晴"


def test_whoever_is_on_record_on_another_ground_withdraws_and_stays():
    person = PersonFactory(name="沈雨晴")
    ContactFactory(person=person)
    withdraw(Own(person, public_user()), by=public_user())
    person.refresh_from_db()
    assert not person.erased


def test_a_personal_link_ends_when_its_person_is_forgotten():
    person = PersonFactory()
    code = _linked(person)
    one = own_by_link(code, public_user())
    assert one is not None
    forget_me(one, by=public_user())
    assert own_by_link(code, public_user()) is None
    assert PersonalLink.rows_without_a_reader.get().ended_at is not None


def _linked(person):
    from louyu.accounts.commands import command, record

    @command("people.keep_own")
    def link(*, by):
        code, changes = linked(person)
        record(changes)
        return code

    return link(by=public_user())


def test_a_text_worded_anew_is_the_next_version_and_the_old_one_stays():
    office = user_with("office")
    word_consent("register", text="区楼宇办收集您的姓名和电话，只用来联系您，随时可以撤回。", by=office)
    assert newest_text("register").version == 2
    assert ConsentText.rows_without_a_reader.filter(purpose="register").count() == 2
    with pytest.raises(Refusal):
        word_consent("register", text="同意", by=office)
    with pytest.raises(NotPermitted):
        word_consent(
            "register", text="区楼宇办收集您的姓名和电话，只用来联系您。" * 2, by=user_with("secretary")
        )

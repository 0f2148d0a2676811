"""Members register themselves and find a home; their relation goes from one organisation to another, once."""

import datetime
import io

import docx
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from louyu.accounts.commands import console_user, public_user
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.core.figures import EVERYWHERE
from louyu.core.words import name_key
from louyu.organisations.commands import (
    ask_transfer,
    call_off,
    let_go,
    refuse,
    register_oneself,
    renew_letter,
    take_in,
)
from louyu.organisations.commands.registering import HOURLY_FROM_ONE_ADDRESS, TooManyRegistrations
from louyu.organisations.models import Membership, Transfer
from louyu.organisations.queries import homed, managed
from louyu.organisations.queries.members import open_transfers, openly, without_organisation
from louyu.people.commands import show_openly, withdraw
from louyu.people.models import Consent, Person, RevealLog
from louyu.people.queries import own_by_link
from tests.factories import (
    AreaFactory,
    BuildingFactory,
    EnterpriseFactory,
    MembershipFactory,
    OccupancyFactory,
    OrganisationFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
FIRM = "台州海之星软件有限公司"


@pytest.fixture
def area():
    return AreaFactory()


@pytest.fixture
def secretary(area):
    return user_with("secretary", area)


@pytest.fixture
def branch(area):
    building = BuildingFactory(area=area)
    firm = OccupancyFactory(
        enterprise=EnterpriseFactory(name=FIRM, name_key=name_key(FIRM)), unit=UnitFactory(building=building)
    ).enterprise
    return OrganisationFactory(name="海之星党支部", area=area, buildings=[building], enterprises=[firm])


def registered(area, **said):
    """Somebody who registered themselves: their membership and the code of their link."""
    given = {"name": "沈雨晴", "phone": "13912340001", "unit": FIRM, "agreed": True, "address": "10.0.0.1"}
    code = register_oneself(area=area, by=public_user(), **(given | said))
    return Membership.rows_without_a_reader.order_by("pk").last(), code


def asked(membership, to, by, **said):
    return ask_transfer(membership, to=to, asked_on=TODAY, by=by, **said)


def statuses(person):
    found = Membership.rows_without_a_reader.filter(person=person, until=None)
    return sorted(found.values_list("status", flat=True))


# Registering


def test_somebody_registers_themselves_with_the_consent_on_record(area, branch):
    membership, code = registered(area, joined_on=datetime.date(2014, 3, 3))
    assert (membership.status, membership.basis, membership.area) == ("unattached", "own", area)
    assert membership.enterprise.name == FIRM
    consent = Consent.rows_without_a_reader.get(pk=membership.consent)
    assert (consent.person, consent.text.purpose, consent.text.version) == (membership.person, "register", 1)
    assert own_by_link(code, public_user()).person == membership.person
    assert own_by_link(code + "x", public_user()) is None


def test_without_the_consent_nothing_is_kept(area):
    with pytest.raises(Refusal) as refused:
        registered(area, agreed=False)
    assert refused.value.field == "agreed"
    assert not Person.rows_without_a_reader.exists()


def test_a_full_member_whose_probation_was_too_short_is_told_so(area):
    with pytest.raises(Refusal) as refused:
        registered(area, joined_on=TODAY - datetime.timedelta(days=100))
    assert refused.value.field == "stage"


def test_a_stranger_who_knows_a_members_number_gets_nothing_of_theirs(area):
    held = MembershipFactory(person__name="沈雨晴", person__phone="13912340001", area=area)
    membership, code = registered(area)
    assert membership.person != held.person
    assert own_by_link(code, public_user()).person != held.person


def test_one_address_registers_a_few_within_an_hour(area):
    now = timezone.now().replace(minute=10)
    with time_machine.travel(now, tick=False):
        for number in range(HOURLY_FROM_ONE_ADDRESS):
            registered(area, phone=f"1391234000{number}")
        with pytest.raises(TooManyRegistrations):
            registered(area, phone="13912340009")
        registered(area, phone="13912340009", address="10.0.0.2")
    with time_machine.travel(now + datetime.timedelta(hours=1), tick=False):
        registered(area, phone="13912340010")


def test_the_line_sees_who_is_without_a_home_and_the_branch_of_their_enterprise_first(
    area, branch, secretary
):
    joint = OrganisationFactory(name="楼里联合党支部", kind="joint_branch", area=area)
    registered(area)
    (one,) = without_organisation(secretary, TODAY)
    assert [h.organisation for h in one.homes] == [branch, joint]
    assert without_organisation(user_with("secretary", AreaFactory()), TODAY) == []
    assert without_organisation(user_with("office"), TODAY) == []


# From nowhere to a home


def test_from_without_to_attached_by_both_steps_and_counted_once(area, branch, secretary):
    membership, _code = registered(area)
    transfer = asked(membership, branch, secretary)
    assert statuses(membership.person) == ["transfer_pending"]
    let_go(transfer, letter_on=TODAY, letter_number="椒〔2026〕1号", by=secretary)
    attached = take_in(transfer, arrived_on=TODAY, by=secretary)
    assert (attached.organisation, attached.homed, attached.basis) == (branch, True, "own")
    assert statuses(membership.person) == ["attached"]
    reader = console_user()
    assert managed(reader, TODAY, EVERYWHERE).count() == 1
    assert homed(reader, TODAY, EVERYWHERE).count() == 1


def test_a_transfer_sent_back_or_given_up_leaves_them_without_again(area, branch, secretary):
    membership, _code = registered(area)
    refuse(asked(membership, branch, secretary), reason="单位已经搬走", by=secretary)
    assert statuses(membership.person) == ["unattached"]
    again = Membership.rows_without_a_reader.get(person=membership.person, until=None)
    call_off(asked(again, branch, secretary), reason="本人不办了", by=secretary)
    assert statuses(membership.person) == ["unattached"]


def test_a_consent_withdrawn_in_the_middle_calls_the_transfer_off_and_forgets_them(area, branch, secretary):
    membership, code = registered(area)
    transfer = asked(membership, branch, secretary)
    withdraw(own_by_link(code, public_user()), by=public_user())
    transfer.refresh_from_db()
    membership.person.refresh_from_db()
    assert transfer.state == "called_off"
    assert statuses(membership.person) == []
    assert membership.person.erased
    assert own_by_link(code, public_user()) is None
    with pytest.raises(Conflict):
        let_go(transfer, letter_on=TODAY, by=secretary)


def test_somebody_attached_withdraws_and_stays_a_member_of_their_organisation(area, branch, secretary):
    membership, code = registered(area)
    transfer = asked(membership, branch, secretary)
    let_go(transfer, letter_on=TODAY, by=secretary)
    take_in(transfer, arrived_on=TODAY, by=secretary)
    withdraw(own_by_link(code, public_user()), by=public_user())
    membership.person.refresh_from_db()
    assert statuses(membership.person) == ["attached"]
    assert not membership.person.erased


# From one organisation to another


@pytest.fixture
def two(area):
    return OrganisationFactory(area=area), OrganisationFactory(area=AreaFactory())


def test_both_sides_confirm_for_themselves_and_it_is_one_record(two):
    here, there = two
    membership = MembershipFactory(organisation=here)
    giving, taking = user_with("organisation_secretary", here), user_with("organisation_secretary", there)
    transfer = asked(membership, there, giving)
    with pytest.raises(NotPermitted):
        let_go(transfer, letter_on=TODAY, by=taking)
    let_go(transfer, letter_on=TODAY, by=giving)
    with pytest.raises(NotPermitted):
        take_in(transfer, arrived_on=TODAY, by=giving)
    take_in(transfer, arrived_on=TODAY, by=taking)
    membership.refresh_from_db()
    assert membership.until == TODAY
    now = Membership.rows_without_a_reader.get(person=membership.person, until=None)
    assert (now.organisation, now.status, now.homed) == (there, "attached", False)
    assert Transfer.rows_without_a_reader.count() == 1


def test_a_relation_that_leaves_the_district_ends_when_it_arrived(two):
    membership = MembershipFactory(organisation=two[0])
    by = user_with("organisation_secretary", two[0])
    transfer = ask_transfer(membership, to_outside="杭州某支部", asked_on=TODAY, by=by)
    let_go(transfer, letter_on=TODAY, by=by)
    assert take_in(transfer, arrived_on=TODAY, by=by) is None
    assert statuses(membership.person) == []


def test_a_guest_who_is_taken_in_is_a_guest_no_more(two):
    here, there = two
    membership = MembershipFactory(organisation=here)
    MembershipFactory(organisation=there, person=membership.person, status="guest")
    transfer = asked(membership, there, user_with("organisation_secretary", here))
    let_go(transfer, letter_on=TODAY, by=user_with("organisation_secretary", here))
    take_in(transfer, arrived_on=TODAY, by=user_with("organisation_secretary", there))
    assert statuses(membership.person) == ["attached"]


@pytest.mark.parametrize("problem", ["oneself", "nowhere", "both", "committee", "future", "twice", "guest"])
def test_a_transfer_that_cannot_be_is_refused(problem, two, area):
    here, there = two
    membership = MembershipFactory(organisation=here, status="guest" if problem == "guest" else "attached")
    by = user_with("organisation_secretary", here)
    leading = OrganisationFactory(kind="building_committee", area=area)
    given = {
        "oneself": {"to": here},
        "nowhere": {},
        "both": {"to": there, "to_outside": "杭州某支部"},
        "committee": {"to": leading},
        "future": {"to": there, "asked_on": TODAY + datetime.timedelta(days=1)},
    }.get(problem, {"to": there})
    if problem == "twice":
        asked(membership, there, by)
    with pytest.raises(Refusal):
        ask_transfer(membership, **({"asked_on": TODAY} | given), by=by)


def test_a_letter_that_ran_out_is_written_anew(two):
    here, there = two
    membership = MembershipFactory(organisation=here, since=datetime.date(2024, 1, 1))
    giving, taking = user_with("organisation_secretary", here), user_with("organisation_secretary", there)
    day = TODAY - datetime.timedelta(days=100)
    transfer = ask_transfer(membership, to=there, asked_on=day, by=giving)
    let_go(transfer, letter_on=day, by=giving)
    assert [one.overdue for one in open_transfers(taking, TODAY)] == [True]
    with pytest.raises(Refusal) as refused:
        take_in(transfer, arrived_on=TODAY, by=taking)
    assert refused.value.field == "arrived_on"
    renew_letter(transfer, letter_on=TODAY, reason="原信已过期", by=giving)
    take_in(transfer, arrived_on=TODAY, by=taking)
    assert open_transfers(taking, TODAY) == []


# Pages


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_public_page_says_what_is_wrong_at_the_field_and_keeps_nothing(area):
    page = reverse("organisations:join", args=[area.pk])
    sent = Client().post(page, {"name": "沈雨晴", "phone": "139", "stage": "full"})
    assert sent.status_code == 422
    text = sent.content.decode()
    assert "电话号码位数不够" in text
    assert "同意后才能登记" in text
    assert not Person.rows_without_a_reader.exists()
    assert Client().get(reverse("organisations:join", args=[area.parent_id or area.pk])).status_code in (
        200,
        404,
    )


def test_the_letter_names_the_member_and_is_logged_and_shown_to_them(area, branch, secretary):
    membership, code = registered(area)
    transfer = asked(membership, branch, secretary)
    let_go(transfer, letter_on=TODAY, letter_number="椒〔2026〕1号", by=secretary)
    client = signed_in(secretary)
    sent = client.post(reverse("organisations:letter", args=[transfer.pk]))
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(sent.content)).paragraphs)
    assert "沈雨晴同志" in text
    assert "{{" not in text
    assert "有效期 90 天" in text
    assert RevealLog.rows_without_a_reader.get().person == membership.person
    own = Client().get(reverse("people:own_by_link", args=[code])).content.decode()
    assert "开具组织关系介绍信" in own


def test_pages_of_members_ask_a_constant_number_of_queries(
    area, branch, secretary, django_assert_max_num_queries
):
    client = signed_in(secretary)
    for number in range(6):
        registered(area, phone=f"1391234000{number}", address=f"10.0.0.{number}")
        MembershipFactory(organisation=branch)
    client.get(reverse("organisations:members"))
    with django_assert_max_num_queries(22):
        page = client.get(reverse("organisations:members")).content.decode()
    assert page.count("139****000") >= 6
    assert "13912340001" not in page
    with django_assert_max_num_queries(14):
        client.get(reverse("organisations:roster", args=[branch.pk]))


def test_a_member_shows_their_membership_openly_and_takes_it_back(area, branch):
    membership, code = registered(area)
    Membership.rows_without_a_reader.filter(pk=membership.pk).update(organisation=branch, status="attached")
    one = own_by_link(code, public_user())
    assert openly(branch) == []
    show_openly(one, shown=True, by=public_user())
    assert openly(branch) == ["沈雨晴"]
    show_openly(one, shown=False, by=public_user())
    assert openly(branch) == []

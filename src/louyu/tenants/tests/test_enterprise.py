"""The page of an enterprise: for whom it exists, what it says, what it hides, what happened."""

import datetime
import uuid

import pytest
from django.urls import reverse

from louyu.accounts.commands import command, made, record, save_changed
from louyu.people.models import RevealLog
from louyu.tenants.models import Contact, DeclaredCount
from louyu.tenants.queries import declared_members, near_duplicates
from louyu.tenants.queries.history import history
from tests.factories import (
    BuildingFactory,
    ContactFactory,
    EnterpriseFactory,
    OccupancyFactory,
    PersonFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

REASON = "回访停车问题"


def address(enterprise):
    return reverse("tenants:enterprise", args=[enterprise.pk])


@pytest.fixture
def see(client):
    def page(user, enterprise, query=""):
        client.force_login(user)
        return client.get(address(enterprise) + query)

    return page


@pytest.fixture
def sitting():
    """An enterprise with a contact in a unit of a building."""
    contact = ContactFactory(person=PersonFactory(name="沈雨晴", phone="13812342046"))
    return OccupancyFactory(enterprise=contact.enterprise, enterprise__name="台州云杉软件有限公司")


# For whom it exists


def test_it_exists_within_the_scope_only(see, sitting):
    building = sitting.unit.building
    elsewhere = BuildingFactory()
    for user, status in (
        (user_with("office"), 200),
        (user_with("subdistrict", building.area.parent), 200),
        (user_with("secretary", building.area), 200),
        (user_with("chief", building), 200),
        (user_with("administrator", building), 200),
        (user_with("liaison", sitting.enterprise), 200),
        (user_with("administrator", elsewhere), 404),
        (user_with("subdistrict", elsewhere.area.parent), 404),
        (user_with("liaison", EnterpriseFactory()), 404),
        (user_with("system"), 404),
        (user_with("security"), 404),
        (user_with("audit"), 404),
        (user_with("member"), 404),
    ):
        assert see(user, sitting.enterprise).status_code == status
        assert see(user, sitting.enterprise, "?panel=1").status_code == status


def test_ids_of_nothing_and_of_other_things_do_not_exist(client, sitting):
    client.force_login(user_with("office"))
    for key in (uuid.uuid4(), sitting.unit.building.pk):
        assert client.get(reverse("tenants:enterprise", args=[key])).status_code == 404
    assert client.get("/enterprises/1/").status_code == 404


# What it says


def test_facts_and_places(see, sitting):
    gone = UnitFactory(building=sitting.unit.building, floor=sitting.unit.floor, number="808")
    OccupancyFactory(
        enterprise=sitting.enterprise,
        unit=gone,
        since=datetime.date(2019, 1, 1),
        until=datetime.date(2020, 5, 1),
    )
    text = see(user_with("office"), sitting.enterprise).content.decode()
    for words in (
        sitting.enterprise.credit_code,
        "2022-03-01",
        "120 m²",
        sitting.unit.number,
        "808",
        "2020-05-01",
    ):
        assert words in text


def test_the_panel_is_a_fragment(see, sitting):
    text = see(user_with("office"), sitting.enterprise, "?panel=1").content.decode()
    assert "<html" not in text
    assert sitting.enterprise.name in text
    assert sitting.unit.number in text
    assert "沈**" in text


def test_an_unknown_area_is_said_to_be_unknown(see):
    occupancy = OccupancyFactory(area=None)
    assert "面积不详" in see(user_with("office"), occupancy.enterprise).content.decode()


def test_branch_offices_and_parent_lead_to_each_other(see):
    parent = EnterpriseFactory(name="总公司")
    office = EnterpriseFactory(name="分公司", parent=parent, branch_office=True)
    user = user_with("office")
    assert address(office) in see(user, parent).content.decode()
    assert address(parent) in see(user, office).content.decode()


def test_likely_duplicates_share_a_bare_name_or_a_phone():
    reader = user_with("office")
    one = EnterpriseFactory(name_key="云杉软件")
    same_name = EnterpriseFactory(name_key="云杉软件")
    same_phone = EnterpriseFactory(name_key="云杉信息")
    branch = EnterpriseFactory(name_key="云杉软件", parent=one)
    EnterpriseFactory(name_key="云杉软件", merged_into=one)
    EnterpriseFactory(name_key="")
    for enterprise in (one, same_phone):
        ContactFactory(enterprise=enterprise, person=PersonFactory(phone="13812342046"))
    assert set(near_duplicates(one, reader)) == {same_name, same_phone}
    assert branch not in near_duplicates(one, reader)
    assert near_duplicates(EnterpriseFactory(name_key=""), reader) == []


def test_queries_do_not_grow_with_what_there_is_to_say(client, sitting, django_assert_max_num_queries):
    client.force_login(user_with("office"))
    for n in range(12):
        OccupancyFactory(
            enterprise=sitting.enterprise, unit=UnitFactory(floor=sitting.unit.floor, number=f"x{n}")
        )
        ContactFactory(enterprise=sitting.enterprise)
        EnterpriseFactory(parent=sitting.enterprise)
    client.get(address(sitting.enterprise))
    with django_assert_max_num_queries(18):
        client.get(address(sitting.enterprise))


# Declared numbers of members


@pytest.mark.parametrize(
    ("members", "seen_by"), [(2, {"secretary"}), (3, {"secretary", "office"}), (40, {"secretary", "office"})]
)
def test_a_declared_number_is_for_the_organisation_line_and_small_ones_for_nobody_else(
    see, sitting, members, seen_by
):
    DeclaredCount(enterprise=sitting.enterprise, members=members, as_of=datetime.date(2026, 10, 31)).save()
    building = sitting.unit.building
    readers = {
        "office": user_with("office"),
        "secretary": user_with("secretary", building.area),
        "subdistrict": user_with("subdistrict", building.area.parent),
        "administrator": user_with("administrator", building),
        "chief": user_with("chief", building),
        "liaison": user_with("liaison", sitting.enterprise),
    }
    assert {role for role, user in readers.items() if declared_members(sitting.enterprise, user)} == seen_by
    for role, user in readers.items():
        assert ("（申报，截至 2026-10-31）" in see(user, sitting.enterprise).content.decode()) == (
            role in seen_by
        )


def test_a_new_small_number_does_not_bring_back_the_old_one(sitting):
    for members, year in ((9, 2025), (2, 2026)):
        DeclaredCount(
            enterprise=sitting.enterprise, members=members, as_of=datetime.date(year, 10, 31)
        ).save()
    assert declared_members(sitting.enterprise, user_with("office")) is None


# Values in the clear


def reveal_address(enterprise):
    contact = Contact.rows_without_a_reader.get(enterprise=enterprise)
    return reverse("tenants:reveal_contact", args=[enterprise.pk, contact.pk])


def test_contacts_are_masked_until_shown_with_a_reason(client, see, sitting):
    user = user_with("administrator", sitting.unit.building)
    answer = see(user, sitting.enterprise)
    assert "沈**" in answer.content.decode()
    assert "13812342046" not in answer.content.decode()
    shown = client.post(reveal_address(sitting.enterprise), {"reason": REASON})
    assert "沈雨晴" in shown.content.decode()
    assert "13812342046" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert RevealLog.rows_without_a_reader.get().by == user
    assert "13812342046" not in see(user, sitting.enterprise).content.decode()


def test_shown_in_place_it_is_a_fragment(client, sitting):
    client.force_login(user_with("office"))
    shown = client.post(reveal_address(sitting.enterprise), {"reason": REASON}, HTTP_HX_REQUEST="true")
    assert "<html" not in shown.content.decode()
    assert "13812342046" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]


def test_without_a_reason_nothing_is_shown(client, sitting):
    client.force_login(user_with("office"))
    answer = client.post(reveal_address(sitting.enterprise), {"reason": " "})
    assert answer.status_code == 422
    assert "13812342046" not in answer.content.decode()
    assert not RevealLog.rows_without_a_reader.exists()


def test_what_is_out_of_scope_cannot_be_shown(client, sitting):
    other = OccupancyFactory()
    client.force_login(user_with("administrator", other.unit.building))
    assert client.post(reveal_address(sitting.enterprise), {"reason": REASON}).status_code == 404
    contact = Contact.rows_without_a_reader.get()
    through_another = reverse("tenants:reveal_contact", args=[other.enterprise.pk, contact.pk])
    assert client.post(through_another, {"reason": REASON}).status_code == 404
    client.force_login(user_with("office"))
    assert client.get(reveal_address(sitting.enterprise)).status_code == 405


def test_a_liaison_sees_the_contact_masked_and_cannot_have_it_shown(client, see, sitting):
    user = user_with("liaison", sitting.enterprise)
    assert "显示姓名和电话" not in see(user, sitting.enterprise).content.decode()
    assert client.post(reveal_address(sitting.enterprise), {"reason": REASON}).status_code == 403


# What happened


@command("tenants.keep_enterprises")
def keep(*records, by, **values):
    """Any change of these records, as commands make them."""
    if not values:
        record(made(*records), reason="")
    else:
        record([c for r in records for c in save_changed(r, **values)], reason="更正")


def test_history_says_who_did_what_with_labels_and_words(see, sitting):
    user = user_with("office", name="周敏")
    keep(sitting.enterprise, by=user)
    keep(sitting, by=user)
    keep(sitting.enterprise, by=user, staff=86, legal_form="firm")
    newest, moved_in, registered = history(sitting.enterprise, user)
    assert (newest.by, newest.title, newest.reason) == ("周敏", "更改", "更正")
    assert {(x.label, x.before, x.after) for x in newest.steps[0].lines} == {
        ("企业类型", "公司", "事务所"),
        ("从业人数", "", "86"),
    }
    assert moved_in.title == registered.title == "登记"
    place = {x.label: x.after for x in moved_in.steps[0].lines}
    assert f"{sitting.unit.building.name} {sitting.unit.number}" in place.values()
    assert place["入驻日期"] == "2022-03-01"
    text = see(user, sitting.enterprise).content.decode()
    assert "公司 → 事务所" in text


def test_history_keeps_personal_values_to_itself(see, sitting):
    user = user_with("office")
    contact = Contact.rows_without_a_reader.get()
    keep(contact.person, by=user)
    keep(contact, by=user)
    (step,) = history(sitting.enterprise, user)[1].steps
    assert ("姓名", "", "（加密保存）") in {(x.label, x.before, x.after) for x in step.lines}
    text = see(user, sitting.enterprise).content.decode()
    assert "沈雨晴" not in text
    assert "_digest" not in text


def test_history_leaves_out_the_places_of_other_scopes(sitting):
    office, elsewhere = user_with("office"), OccupancyFactory(enterprise=sitting.enterprise)
    keep(elsewhere, by=office)
    assert len(history(sitting.enterprise, office)) == 1
    assert history(sitting.enterprise, user_with("administrator", sitting.unit.building)) == []

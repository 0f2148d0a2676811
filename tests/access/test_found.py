"""Leaks that were found once, each by its story."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from louyu.accounts.rules import Role
from louyu.cases.models import Attachment, CaseEvent
from tests import factories
from tests.factories import user_with

pytestmark = pytest.mark.django_db


def browser_of(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def page(user: Any, address: str) -> str:
    answer = browser_of(user).get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_file_does_not_go_to_the_asker_with_a_note_among_staff() -> None:
    case = factories.CaseFactory(state="in_hand")
    browser = browser_of(user_with(Role.ADMINISTRATOR, case.building))
    address = reverse("cases:do", args=[case.pk, "note"])
    sent = {"text": "内部意见", "attached": SimpleUploadedFile("内部.pdf", b"%PDF-1.4 x")}
    assert "反映人也会看到" in browser.post(address, sent).content.decode()
    assert not Attachment.rows_without_a_reader.exists()
    assert not CaseEvent.rows_without_a_reader.exists()
    sent["attached"] = SimpleUploadedFile("公开.pdf", b"%PDF-1.4 x")
    assert browser.post(address, {**sent, "visible": "on"}).status_code == 302
    told = page(user_with(Role.LIAISON, case.enterprise), reverse("cases:case", args=[case.pk]))
    assert "公开.pdf" in told
    assert "内部.pdf" not in told


def test_whose_building_an_enterprise_left_reaches_its_people_no_more() -> None:
    contact = factories.ContactFactory(position="总经理助理")
    moved = factories.OccupancyFactory(enterprise=contact.enterprise, until=timezone.localdate())
    now = factories.OccupancyFactory(enterprise=contact.enterprise)
    address = reverse("tenants:enterprise", args=[contact.enterprise_id])
    reveal = reverse("tenants:reveal_contact", args=[contact.enterprise_id, contact.pk])
    for occupancy, status in ((moved, 404), (now, 200)):
        chief = user_with(Role.CHIEF, occupancy.unit.building)
        assert contact.enterprise.name in page(chief, address)
        assert ("总经理助理" in page(chief, address)) == (status == 200)
        assert browser_of(chief).post(reveal, {"reason": "回访停车问题"}).status_code == status


def test_a_chair_sees_the_building_and_no_figures_of_tenants_that_they_do_not_see() -> None:
    occupancy = factories.OccupancyFactory()
    building = occupancy.unit.building
    case = factories.CaseFactory(building=building, text="邻居的办件")
    chair = user_with(Role.CHAIR, building)
    told = page(chair, reverse("site:building", args=[building.pk]))
    assert building.name in told
    for word in ("入驻率", "空置", "剖面图", occupancy.enterprise.name):
        assert word not in told
    assert case.text not in page(chair, reverse("cases:case_list"))
    assert browser_of(chair).get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_a_duty_at_a_building_answers_nothing_that_was_not_handed_over() -> None:
    case = factories.CaseFactory(state="accepted")
    specialist = browser_of(user_with(Role.SPECIALIST, case.building))
    assert specialist.get(reverse("cases:case", args=[case.pk])).status_code == 200
    sent = {"outcome": "solved", "text": "已经协调好"}
    assert specialist.post(reverse("cases:do", args=[case.pk, "answer"]), sent).status_code == 403

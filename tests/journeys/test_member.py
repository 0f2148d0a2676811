"""A member registers in the lobby, finds a home, takes their data along, and is forgotten."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from louyu.accounts.commands import console_user
from louyu.core.figures import EVERYWHERE
from louyu.core.words import name_key
from louyu.organisations.models import Membership
from louyu.organisations.queries import homed, managed
from louyu.people.models import Person
from tests import factories
from tests.browser import PHONE, AxeFindings, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRM = "台州云杉软件有限公司"


@pytest.fixture
def branch() -> Any:
    building = factories.BuildingFactory(name="云帆大厦")
    firm = factories.EnterpriseFactory(name=FIRM, name_key=name_key(FIRM))
    factories.OccupancyFactory(enterprise=firm, unit=factories.UnitFactory(building=building))
    return factories.OrganisationFactory(
        name="云杉软件党支部", area=building.area, buildings=[building], enterprises=[firm]
    )


def register(page: Page, area: Any) -> None:
    """What somebody types who scanned the code: a name, a number, where they work; and that they agree."""
    page.goto(f"/join/{area.pk}/")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("请填写姓名。").first).to_be_visible()
    page.get_by_label("姓名").fill("沈雨晴")
    page.get_by_label("手机").fill("139 1234 0001")
    page.get_by_label("工作单位").fill(FIRM)
    page.get_by_label("我已看过上面的告知").check()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name="我的个人信息")).to_be_visible()


def test_from_the_lobbys_code_to_a_home_and_out_again(
    open_page: OpenPage, axe: AxeFindings, branch: Any, tmp_path: Path
) -> None:
    own = open_page(size=PHONE)
    own.goto(f"/join/{branch.area.pk}/")
    assert axe(own) == []
    register(own, branch.area)
    assert axe(own) == []
    address = own.url

    desk = open_page(factories.user_with("secretary", branch.area, name="周书记"))
    desk.goto("/organisations/members/")
    line = desk.locator("#homeless li").filter(has_text="139****0001")
    expect(line).to_contain_text("建议 云杉软件党支部")
    assert "沈雨晴" not in desk.content()
    assert axe(desk) == []
    line.get_by_role("link").click()
    assert axe(desk) == []
    desk.get_by_role("button", name="发起转接").click()
    desk.get_by_label("介绍信编号").fill("椒组转〔2026〕12号")
    desk.get_by_role("button", name="同意转出").click()
    assert axe(desk) == []
    with desk.expect_download() as letter:
        desk.get_by_role("button", name="下载 Word 介绍信").click()
    assert Path(letter.value.path()).read_bytes()[:2] == b"PK"
    desk.get_by_role("button", name="确认接收").click()
    expect(desk.locator(".page-note")).to_contain_text("已接收")
    membership = Membership.rows_without_a_reader.get(until=None)
    assert (membership.organisation, membership.status, membership.homed) == (branch, "attached", True)

    own.goto(address)
    expect(own.locator("main")).to_contain_text("云杉软件党支部")
    expect(own.locator("#looks")).to_contain_text("开具组织关系介绍信")
    with own.expect_download() as copy:
        own.get_by_role("link", name="下载 JSON").click()
    held = json.loads(Path(copy.value.path()).read_text())
    assert held["records"][0]["says"] == {"姓名": "沈雨晴", "电话": "13912340001"}
    assert [look["why"] for look in held["looks"]] == ["开具组织关系介绍信"]
    with own.expect_download() as copy:
        own.get_by_role("link", name="下载 PDF").click()
    assert Path(copy.value.path()).read_bytes()[:5] == b"%PDF-"
    own.get_by_role("button", name="我愿意亮出身份").click()
    expect(own.get_by_role("button", name="收回")).to_be_visible()
    desk.goto(f"/organisations/{branch.pk}/")
    expect(desk.locator("#openly")).to_contain_text("沈雨晴")
    own.get_by_role("button", name="收回").click()
    expect(own.get_by_role("button", name="我愿意亮出身份")).to_be_visible()
    desk.reload()
    expect(desk.locator("#openly")).to_have_count(0)

    own.get_by_role("button", name="删除我的信息").click()
    expect(own.get_by_role("heading", name="已经办好")).to_be_visible()
    assert Person.rows_without_a_reader.get().erased
    reader, day = console_user(), membership.since
    assert managed(reader, day, EVERYWHERE).count() == homed(reader, day, EVERYWHERE).count() == 1
    assert own.goto(address).status == 404  # type: ignore[union-attr]

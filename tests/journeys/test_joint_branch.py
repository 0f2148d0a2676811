"""Two enterprises too small for branches of their own: a joint branch proposed, chosen and founded in a browser."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from louyu.tenants.models import DeclaredCount
from tests import factories
from tests.browser import AxeFindings, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_joint_branch_is_proposed_chosen_and_founded(open_page: OpenPage, axe: AxeFindings) -> None:
    area = factories.AreaFactory(name="云港社区")
    factories.OrganisationFactory(
        kind="community_committee", name="云港社区大党委", area=area, founded=datetime.date(2023, 1, 5)
    )
    building = factories.BuildingFactory(name="云帆大厦", area=area)
    for name, members in (("台州云杉软件有限公司", 1), ("台州蓝鲸数据有限公司", 2)):
        enterprise = factories.EnterpriseFactory(name=name)
        factories.OccupancyFactory(enterprise=enterprise, unit=factories.UnitFactory(building=building))
        DeclaredCount.rows_without_a_reader.create(
            enterprise=enterprise, members=members, as_of=timezone.localdate()
        )
    page = open_page(factories.user_with("secretary", area))

    page.goto("/organisations/work/")
    page.get_by_role("link", name="台州云杉软件有限公司").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("台州云杉软件有限公司")
    expect(page.get_by_text("在同一幢楼").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="选这个，去登记").first.click()
    expect(page.get_by_label("上级组织").locator("option:checked")).to_have_text("云港社区大党委")
    expect(page.get_by_label("所在楼宇").locator("option:checked")).to_have_text("云帆大厦")
    page.get_by_label("组织名称").fill("云帆大厦联合党支部")
    assert axe(page) == []
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("云帆大厦联合党支部")
    expect(page.locator("main")).to_contain_text("台州蓝鲸数据有限公司")
    page.goto("/organisations/")
    page.locator("main summary", has_text="云港社区大党委").last.click()
    expect(page.locator("main")).to_contain_text("云帆大厦联合党支部")
    page.goto("/organisations/work/?kind=too_few_members")
    expect(page.locator("main")).not_to_contain_text("台州云杉软件有限公司")

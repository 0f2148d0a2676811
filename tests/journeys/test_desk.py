"""The desk in a real browser: the bell, a view kept, Monday done in place; accessible, in the dark and on a phone."""

import datetime

import pytest
from django.utils import timezone

from louyu.cases import commands as cases
from louyu.cases.models import Category
from louyu.desk import commands
from tests.browser import PHONE, AxeFindings, OpenPage
from tests.factories import (
    BuildingFactory,
    CaseFactory,
    EnterpriseFactory,
    OccupancyFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "options", [{}, {"size": PHONE, "color_scheme": "dark"}], ids=["pc", "phone in the dark"]
)
def test_an_administrators_monday(open_page: OpenPage, axe: AxeFindings, options: dict[str, object]) -> None:
    building, enterprise = BuildingFactory(name="云帆大厦"), EnterpriseFactory(name="台州云杉软件有限公司")
    OccupancyFactory(enterprise=enterprise, unit=UnitFactory(building=building))
    administrator, liaison = user_with("administrator", building), user_with("liaison", enterprise)
    case = cases.open_case(
        category=Category.rows_without_a_reader.get(code="parking"),
        text="访客车位不够，请协调",
        kind="safety",
        building=building,
        enterprise=enterprise,
        by=liaison,
    )
    CaseFactory(building=building, raised_at=timezone.now() - datetime.timedelta(days=20))
    commands.write_note(about=building, text="大堂的灯坏了", by=administrator)
    page = open_page(administrator, **options)

    page.goto("/desk/")
    assert page.locator(".bell").inner_text().strip().startswith("1")
    assert axe(page) == []
    page.get_by_role("link", name="新办件，请受理").click()
    assert page.url.endswith(f"/cases/{case.pk}/")
    page.get_by_role("button", name="关注").click()
    assert axe(page) == []
    page.goto("/desk/following/")
    assert axe(page) == []

    page.goto("/cases/?state=accepted")
    page.get_by_text("保存为视图").click()
    page.locator(".named-views").get_by_label("名称").fill("受理中")
    page.locator(".named-views").get_by_role("button", name="保存").click()
    assert page.locator(".named-views [aria-current]").inner_text() == "受理中"
    assert axe(page) == []
    page.goto("/")
    assert page.locator(".counted-views").inner_text().split()[:2] == ["受理中", "2"]
    assert axe(page) == []
    page.goto("/desk/views/")
    assert axe(page) == []

    page.goto("/monday/")
    assert axe(page) == []
    page.get_by_role("button", name="承办 访客车位不够，请协调").first.click()
    assert page.url.endswith("/monday/")
    page.goto(f"/buildings/{building.pk}/#notes")
    page.get_by_text("写备注").click()
    assert axe(page) == []

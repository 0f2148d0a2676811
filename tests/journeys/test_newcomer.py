"""A newcomer's district: empty, three workbooks, the first case solved, and its figure."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser import AxeFindings, OpenPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("jobs_at_once"),
]

SAMPLES = Path(__file__).resolve().parents[2] / "src" / "louyu" / "site" / "samples"
WORKBOOKS = ("重点楼宇台账.xlsx", "入驻企业登记表.xlsx", "一长两员名单.xlsx")
MATTER = "电子发票额度不够，当月如何临时提额"


def bring_in(page: Page, name: str) -> None:
    """Drop a workbook where the step that waits asks for it, and bring in what is right."""
    page.set_input_files("[aria-current=step] input[type=file]", SAMPLES / name)
    page.get_by_role("button", name="读取").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator(".action-footer .primary").click()
    expect(page.get_by_text("已导入").first).to_be_visible()


def step(page: Page, label: str) -> None:
    page.locator("[data-steps]").get_by_text(label, exact=True).click()
    expect(page.locator("#step-title")).to_have_text(label)


def send(page: Page) -> None:
    page.locator("#step form button").click()
    expect(page.locator(".done-bar")).to_be_visible()


def test_from_nothing_to_a_figure_that_can_be_proved(open_page: OpenPage, axe: AxeFindings) -> None:
    page = open_page(factories.user_with("office"))
    page.goto("/")
    page.get_by_role("link", name="从这里开始").first.click()
    assert axe(page) == []
    for name in WORKBOOKS:
        page.goto("/begin/")
        bring_in(page, name)
    page.goto("/begin/")
    expect(page.locator("ol.begin > li.done")).to_have_count(
        4
    )  # all but the first users, which security makes

    page.goto("/cases/new/")
    page.get_by_label("哪里需要帮忙").fill(MATTER)
    page.get_by_label("类别").select_option(label="税务")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MATTER)
    step(page, "交办")
    page.get_by_label("交给哪个部门").select_option(label="税务局")
    send(page)
    step(page, "答复")
    page.get_by_label("已解决").check()
    page.get_by_label("答复内容").fill("已办理临时提额，明天起可以开票。")
    send(page)
    step(page, "确认")
    page.get_by_label("非常满意").check()
    send(page)

    page.goto("/")
    figure = page.locator(".figure").filter(has=page.locator('a[href*="cases.solved/"]')).first
    expect(figure.locator(".figure-value")).to_have_text("1")
    figure.locator(".figure-name").click()
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    expect(page.locator("table.list tbody tr")).to_contain_text(MATTER)

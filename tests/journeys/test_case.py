"""A problem handed over, returned, handed over again, answered and confirmed: and the figure that proves it."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from louyu.cases import commands
from louyu.cases.models import Case, Category
from tests import factories
from tests.browser import PHONE, AxeFindings, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MATTER = "电子发票额度不够，当月如何临时提额"


class District:
    """A building with its administrator, an enterprise with its liaison, the tax office with a specialist."""

    def __init__(self) -> None:
        self.building: Any = factories.BuildingFactory(name="云帆大厦")
        self.enterprise: Any = factories.EnterpriseFactory(name="台州云杉软件有限公司")
        unit = factories.UnitFactory(floor=factories.FloorFactory(building=self.building, number=17))
        factories.OccupancyFactory(enterprise=self.enterprise, unit=unit)
        self.tax: Any = factories.DepartmentFactory(name="区税务局", categories=["tax"])
        self.market: Any = factories.DepartmentFactory(name="区市场监督管理局", categories=["registration"])
        self.administrator: Any = factories.user_with("administrator", self.building, name="陈晓燕")
        self.specialist: Any = factories.user_with("specialist", self.tax, name="徐立")
        factories.user_with("specialist", self.market, name="郑敏")
        self.liaison: Any = factories.user_with("liaison", self.enterprise, name="沈雨晴")
        self.office: Any = factories.user_with("office", name="周敏")

    def case(self, **values: Any) -> Case:
        """A tax case of the enterprise, opened by the administrator."""
        category = Category.rows_without_a_reader.get(code="tax")
        told = {"text": MATTER, "building": self.building, "enterprise": self.enterprise} | values
        return commands.open_case(category=category, by=self.administrator, **told)

    def case_with_tax(self, **values: Any) -> Case:
        """Such a case, handed to the tax office."""
        return commands.hand_over(self.case(**values), to=self.tax, by=self.administrator)


@pytest.fixture
def district() -> District:
    return District()


def sign_in(page: Page, user: Any) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".who")).to_contain_text(user.name)


def step(page: Page, label: str) -> None:
    """Open the form of a step by its button at the foot."""
    page.locator("[data-steps]").get_by_text(label, exact=True).click()
    expect(page.locator("#step-title")).to_have_text(label)


def send(page: Page) -> None:
    page.locator("#step form button").click()
    expect(page.locator(".done-bar")).to_be_visible()


def figure(page: Page, code: str) -> int:
    """The figure on the start page; 0 where its group is not shown, as nothing was ever counted in it."""
    page.goto("/")
    row = page.locator(".figure").filter(has=page.locator(f'a[href*="{code}/"]')).first
    if not row.count():
        return 0
    return int(row.locator(".figure-value").inner_text().replace(",", ""))


def test_a_problem_from_the_tenant_to_the_figure(
    open_page: OpenPage, axe: AxeFindings, district: District
) -> None:
    office = open_page(district.office)
    before = figure(office, "cases.solved")

    # The administrator opens a case from the enterprise's page and hands it to the tax office.
    page = open_page()
    sign_in(page, district.administrator)
    page.goto(f"/enterprises/{district.enterprise.pk}/")
    page.get_by_role("link", name="新办件").click()
    expect(page.get_by_label("楼宇", exact=True)).to_have_value(str(district.building.pk))
    page.get_by_label("哪里需要帮忙").fill(MATTER)
    page.get_by_label("类别").select_option(label="税务")
    expect(page.locator("#promise")).to_contain_text("前答复")
    assert axe(page) == []
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MATTER)
    address = page.url
    step(page, "交办")
    expect(page.get_by_label("交给哪个部门")).to_have_value(str(district.tax.pk))
    page.get_by_label("服务专员").select_option(label="徐立")
    send(page)

    # The specialist returns it with a reason and a proposal.
    desk = open_page()
    sign_in(desk, district.specialist)
    desk.goto("/cases/")
    desk.get_by_role("link", name=MATTER).click()
    step(desk, "退回")
    desk.get_by_label("为什么退回").fill("企业正在变更登记，要先办变更")
    desk.locator("#step form button").click()
    expect(desk.get_by_text("请写明应由哪个部门办理")).to_be_visible()
    expect(desk.get_by_label("为什么退回")).to_have_value("企业正在变更登记，要先办变更")
    desk.get_by_label("应由谁办理").fill("区市场监督管理局")
    send(desk)

    # It comes back: the register says that the change is done.
    page.goto(address)
    expect(page.get_by_text("建议由区市场监督管理局办理")).to_be_visible()
    step(page, "交办")
    page.get_by_label("交给哪个部门").select_option(label="区税务局")
    page.get_by_label("交办说明").fill("变更登记已经办好")
    send(page)
    desk.goto(address)
    step(desk, "答复")
    desk.get_by_label("已解决").check()
    desk.get_by_label("答复内容").fill("已办理临时提额，明天起可以开票。")
    send(desk)
    assert axe(desk) == []

    # The tenant's liaison confirms on the phone.
    phone = open_page(district.liaison, size=PHONE)
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("已答复：已解决")
    step(phone, "确认")
    phone.get_by_label("非常满意").check()
    assert axe(phone) == []
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("已办结：已解决")

    # The office sees the figure go up by one, the list with that case, and why it changed.
    assert figure(office, "cases.solved") == before + 1
    office.locator(".figure").filter(has=office.locator('a[href*="cases.solved/"]')).first.locator(
        ".figure-name"
    ).click()
    expect(office.locator("table.list tbody tr")).to_have_count(before + 1)
    expect(office.locator("dl.equation")).to_be_visible()
    office.locator("dl.equation a").first.click()
    expect(office.locator("table.list tbody tr")).to_have_count(1)
    office.goto(f"/cases/?q={MATTER}")
    expect(office.locator("table.list tbody tr")).to_contain_text("已解决")
    office.get_by_role("link", name=MATTER).click()
    told = office.locator(".time-line > li .what").all_inner_texts()
    assert [line.split("，")[0] for line in told] == [
        "沈雨晴确认办结",
        "徐立答复：已解决",
        "陈晓燕交给区税务局办理",
        "区税务局的徐立退回",
        "陈晓燕交给区税务局的徐立办理",
        "陈晓燕提出",
    ]


def test_the_keyboard_goes_through_the_work_list(open_page: OpenPage, district: District) -> None:
    first = district.case_with_tax()
    second = district.case_with_tax(text="研发费用加计扣除怎样一次办清")
    late = timezone.now() - datetime.timedelta(days=1)
    Case.rows_without_a_reader.filter(pk__in=(first.pk, second.pk)).update(deadline=late)
    page = open_page(district.specialist)
    page.goto("/cases/")
    page.locator(".work-switch").get_by_text("超期").click()
    expect(page.locator("td.overdue")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text(MATTER)
    expect(page.locator("#step-title")).to_have_text("答复")
    page.get_by_label("已解释").check()
    page.get_by_label("答复内容").fill("已电话说明提额办法")
    send(page)
    expect(page.get_by_role("link", name="下一件")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("研发费用加计扣除怎样一次办清")
    page.keyboard.press("h")
    expect(page.locator("#step-title")).to_have_text("转交同事")
    page.keyboard.press("Escape")


def test_what_was_typed_outlives_a_faster_colleague_and_a_closed_form(
    open_page: OpenPage, district: District
) -> None:
    case = district.case_with_tax()
    page = open_page(district.specialist)
    page.goto(f"/cases/{case.pk}/")
    step(page, "答复")
    page.get_by_label("答复内容").fill("我这边已经办好了")
    page.reload()
    expect(page.get_by_label("答复内容")).to_have_value("我这边已经办好了")
    page.get_by_label("已解决").check()
    colleague = factories.user_with("specialist", district.tax, name="郑洁")
    commands.extend(case, reason="要等省局批复", by=colleague)
    page.locator("#step form button").click()
    expect(page.locator(".meanwhile")).to_contain_text("要等省局批复")
    expect(page.get_by_label("答复内容")).to_have_value("我这边已经办好了")
    send(page)
    case.refresh_from_db()
    assert case.state == "answered"


def test_a_double_click_makes_one_case(open_page: OpenPage, district: District) -> None:
    page = open_page(district.administrator)
    page.goto(f"/cases/new/?building={district.building.pk}")
    page.get_by_label("哪里需要帮忙").fill("访客车位不够")
    page.get_by_label("类别").select_option(label="停车")
    page.get_by_role("button", name="提交").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("访客车位不够")
    assert Case.rows_without_a_reader.count() == 1


def test_the_pages_fit_a_phone_with_large_targets(
    open_page: OpenPage, axe: AxeFindings, district: District
) -> None:
    case = district.case_with_tax(text="研发费用加计扣除与高企认定先后顺序怎样安排，材料要准备哪些，" * 4)
    page = open_page(district.specialist, size=PHONE, color_scheme="dark")
    for path in ("/cases/", "/cases/new/", f"/cases/{case.pk}/", f"/cases/{case.pk}/?do=return_case"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert axe(page) == [], path
        small = page.evaluate(
            """[...document.querySelectorAll("main .form .button, main .form select, [data-steps] .button, "
              + "[data-steps] summary, .field label:has(input)")]
              .filter(e => e.offsetParent && e.getBoundingClientRect().height < 48).map(e => e.textContent)"""
        )
        assert small == [], path


def test_the_steps_work_without_script(open_page: OpenPage, district: District) -> None:
    case = district.case()
    page = open_page(district.administrator, java_script_enabled=False)
    page.goto(f"/cases/{case.pk}/")
    page.locator("[data-steps]").get_by_text("答复", exact=True).click()
    page.get_by_label("无法解决").check()
    page.get_by_label("答复内容").fill("政策没有这一项")
    page.locator("#step form button").click()
    expect(page.locator(".promise-first")).to_have_text("已答复：无法解决")
    page.goto(f"/cases/of-enterprise/{district.enterprise.pk}/")
    expect(page.get_by_role("link", name=MATTER)).to_be_visible()

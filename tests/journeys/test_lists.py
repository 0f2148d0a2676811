"""Living in a list: by keyboard alone, many rows at once, what was copied from a sheet, all of it without script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from louyu.cases import commands
from louyu.cases.models import Case, CaseEvent, Category
from tests import factories
from tests.browser import PC, PHONE, AxeFindings, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CASES = 30


class Desk:
    """An administrator with a desk full of cases, and the tax office."""

    def __init__(self) -> None:
        self.building: Any = factories.BuildingFactory(name="云帆大厦")
        self.tax: Any = factories.DepartmentFactory(name="区税务局", categories=["tax"])
        self.administrator: Any = factories.user_with("administrator", self.building, name="陈晓燕")
        self.specialist: Any = factories.user_with("specialist", self.tax, name="徐立")
        category = Category.rows_without_a_reader.get(code="tax")
        self.cases = [
            commands.open_case(
                category=category,
                text=f"发票额度不够，第{n}家",
                building=self.building,
                by=self.administrator,
            )
            for n in range(CASES)
        ]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def list_of_cases(page: Page, query: str = "") -> None:
    """Open the list and wait until it listens to keys."""
    page.goto(f"/cases/{query}")
    expect(page.locator("[data-list]")).to_have_attribute("aria-keyshortcuts", "J K X Shift+X")


def states() -> list[str]:
    return sorted(Case.rows_without_a_reader.values_list("state", flat=True))


def chosen(page: Page) -> Any:
    return page.locator('tbody input[name="row"]:checked')


def hand_over(page: Page) -> None:
    page.locator(".bulk-bar").get_by_role("button", name="交办").click()
    page.get_by_label("交给哪个部门").select_option(label="区税务局")
    page.get_by_label("交办说明").fill("请一并答复")


def test_twenty_are_chosen_handed_over_and_taken_back_by_keyboard(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator)
    list_of_cases(page)
    for key in ("j", "x", *["j"] * 19, "Shift+X"):
        page.keyboard.press(key)
    expect(chosen(page)).to_have_count(20)
    expect(page.locator(".bulk-count")).to_have_text("选中 20 条")
    hand_over(page)
    page.get_by_role("button", name="交办 20 件").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("已交办 20 件")
    assert states() == ["accepted"] * 10 + ["assigned"] * 20
    commands.take(
        Case.rows_without_a_reader.filter(state="assigned").order_by("pk").first(), by=desk.specialist
    )
    page.reload()
    page.get_by_role("button", name="撤销这 19 件").press("Enter")
    expect(page.locator(".notice")).to_contain_text("其中 19 件已撤销")
    assert states() == ["accepted"] * 29 + ["in_hand"]


def test_keys_are_shown_and_leave_fields_alone(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator)
    list_of_cases(page)
    page.keyboard.press("?")
    expect(page.locator("details[data-keys]")).to_have_attribute("open", "")
    expect(page.locator("[data-keys] dl")).to_contain_text("从上次选中的行选到这一行")
    page.keyboard.press("Escape")
    expect(page.locator("details[data-keys]")).not_to_have_attribute("open", "")
    page.keyboard.press("/")
    page.keyboard.type("jxk?")
    expect(page.locator(".top-bar .search input").first).to_have_value("jxk?")
    expect(chosen(page)).to_have_count(0)


def test_the_page_of_a_case_says_its_keys(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator)
    page.goto(f"/cases/{desk.cases[0].pk}/")
    page.keyboard.press("?")
    expect(page.locator("[data-keys] dl")).to_contain_text("交办或转交")
    page.keyboard.press("?")
    expect(page.locator("[data-keys] dl")).to_be_hidden()


def test_a_row_is_opened_and_the_back_button_leads_to_the_list_as_it_was(
    open_page: OpenPage, desk: Desk
) -> None:
    page = open_page(desk.administrator)
    list_of_cases(page, "?sort=number")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    first = page.locator("tbody tr .title").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("发票额度不够")
    page.go_back()
    expect(page.locator("tbody tr .title").first).to_have_text(first)


def test_the_way_back_leads_through_every_page(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator)
    list_of_cases(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    hand_over(page)
    page.get_by_role("button", name="交办 1 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已交办 1 件")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("交办 1 件")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("办件")


def test_a_double_click_hands_over_once(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator)
    list_of_cases(page)
    page.get_by_label("选中这一页的全部").check()
    hand_over(page)
    page.get_by_role("button", name="交办 25 件").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("已交办 25 件")
    assert CaseEvent.rows_without_a_reader.filter(transition="hand_over").count() == 25


def test_all_that_match_are_handed_over_without_script(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator, java_script_enabled=False)
    page.goto("/cases/?state=accepted")
    page.locator("tbody .pick input").first.check()
    page.get_by_label(f"符合条件的全部 {CASES} 条").check()
    hand_over(page)
    page.get_by_role("button", name=f"交办 {CASES} 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"已交办 {CASES} 件")
    page.get_by_role("button", name=f"撤销这 {CASES} 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"已撤销「交办」，{CASES} 件")
    assert states() == ["accepted"] * CASES


def test_what_was_copied_from_a_sheet_is_found_and_what_is_missing_is_named(
    open_page: OpenPage, desk: Desk
) -> None:
    names = [case.number for case in desk.cases[:3]]
    page = open_page(desk.administrator)
    list_of_cases(page)
    page.locator("input.words").focus()
    text = "\n".join([*names, "2020-000001"])
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            );
        }""",
        text,
    )
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".missing")).to_have_text("粘贴了 4 个，找到 3 个，1 个没找到：2020-000001")
    assert "any=" in page.url
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(3)


@pytest.mark.parametrize("size", [PC, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody(
    open_page: OpenPage, axe: AxeFindings, desk: Desk, size: tuple[int, int], scheme: str
) -> None:
    commands.answer(desk.cases[-1], outcome="solved", text="已经解决", by=desk.administrator)
    page = open_page(desk.administrator, size=size, color_scheme=scheme)
    page.goto("/cases/")
    page.locator("tbody .pick input").nth(0).check()
    page.locator("tbody .pick input").nth(1).check()
    assert axe(page) == []
    hand_over(page)
    assert axe(page) == []
    page.get_by_role("button", name="交办 1 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已交办 1 件")
    assert axe(page) == []


def test_the_last_column_is_whole_on_a_wide_screen(open_page: OpenPage, desk: Desk) -> None:
    Case.rows_without_a_reader.update(
        enterprise_name="台州市椒江区云杉软件技术服务有限公司", number="椒楼〔2026〕001", origin="imported"
    )
    page = open_page(desk.administrator, size=(1440, 900))
    page.goto("/cases/")
    cut = page.evaluate(
        "(() => { const t = document.querySelector('.table-wrap'); return t.scrollWidth - t.clientWidth; })()"
    )
    assert cut <= 0


def test_printed_it_is_the_list_alone(open_page: OpenPage, desk: Desk) -> None:
    page = open_page(desk.administrator)
    page.goto("/cases/")
    page.emulate_media(media="print")
    for gone in (".pick", ".pager", ".filters", ".top-bar"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("tbody tr").first).to_be_visible()

"""A long list taken along, in a real browser: asked for, watched, fetched, found again in the log."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from louyu.core.jobs import start
from louyu.core.jobs.runner import run_next
from louyu.core.models import Job
from louyu.desk import jobs
from tests import factories
from tests.browser import PC, PHONE, AxeFindings, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three buildings, which count as many."""
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for n in range(3):
        factories.BuildingFactory(name=f"云帆{n}号楼")


def fetched(page: Page, name: str) -> Any:
    with page.expect_download() as started:
        page.get_by_role("link", name=name).click()
    return openpyxl.load_workbook(io.BytesIO(Path(started.value.path()).read_bytes()))


@pytest.mark.usefixtures("long_list")
def test_a_long_list_from_the_link_to_the_file(open_page: OpenPage, axe: AxeFindings) -> None:
    page = open_page(factories.user_with("office"))
    page.goto("/buildings/")
    page.get_by_role("link", name="导出 Excel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("楼宇")
    expect(page.get_by_role("status").filter(has_text="排队中")).to_be_visible()
    assert axe(page) == []
    Job.rows_without_a_reader.update(progress={"stage": "rows", "done": 1, "total": 3})
    expect(page.get_by_text("已办 1 行，共 3 行")).to_be_visible()
    assert run_next()
    expect(page.get_by_text("3 行", exact=True)).to_be_visible()
    assert axe(page) == []
    sheet = fetched(page, "下载").worksheets[0]
    assert [cell.value for cell in sheet["A"]][1:] == ["楼宇名称", "云帆0号楼", "云帆1号楼", "云帆2号楼"]
    page.goto("/desk/exports/")
    expect(page.get_by_role("row").filter(has_text="楼宇")).to_contain_text("3")


@pytest.mark.usefixtures("long_list")
def test_what_is_being_done_gives_way_to_what_was(open_page: OpenPage) -> None:
    page = open_page(factories.user_with("office"))
    page.goto("/buildings/?format=xlsx")
    page.goto("/desk/jobs/")
    expect(page.get_by_role("heading", name="正在办")).to_be_visible()
    assert run_next()
    expect(page.get_by_role("heading", name="正在办")).to_be_hidden()
    expect(page.get_by_role("row").filter(has_text="已办完")).to_be_visible()


@pytest.mark.usefixtures("long_list")
def test_it_works_without_script(open_page: OpenPage) -> None:
    page = open_page(factories.user_with("office"), java_script_enabled=False)
    page.goto("/buildings/?format=xlsx")
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_text("按您的要求停止了")).to_be_visible()
    page.goto("/buildings/?format=xlsx")
    assert run_next()
    page.reload()
    assert fetched(page, "下载").worksheets[0].max_row == 5


@pytest.mark.parametrize(("size", "scheme"), [(PC, "light"), (PHONE, "dark")])
@pytest.mark.usefixtures("long_list")
def test_pages_of_work_are_clean_and_fit(
    open_page: OpenPage, axe: AxeFindings, size: tuple[int, int], scheme: str
) -> None:
    office = factories.user_with("office")
    page = open_page(office, size=size, color_scheme=scheme)
    page.goto("/buildings/?format=xlsx")
    assert run_next()
    start("desk.export", by=office.pk, title="企业", address="/enterprises/", narrowed=[])
    Job.rows_without_a_reader.create(
        kind="workbooks.look",
        title="一个很长很长很长很长很长很长很长很长的文件名.xlsx",
        by_id=office.pk,
        language="zh-hans",
        state="failed",
        refusal={"reason": "没有认出表头。", "field": "file", "value": "a.xlsx", "mend": "请改。"},
    )
    for address in ("/desk/jobs/", "/desk/exports/", *(f"/desk/jobs/{j.pk}/" for j in own(office))):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert axe(page) == []


def own(user: Any) -> list[Job]:
    return list(Job.rows_without_a_reader.filter(by_id=user.pk))

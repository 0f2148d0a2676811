"""A workbook as offices keep it, in a real browser: understood, corrected, decided, applied, mended, undone."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from louyu.core.models import Job
from louyu.tenants.models import Enterprise, Occupancy
from louyu.workbooks.models import ImportBatch
from tests import factories
from tests.browser import PHONE, AxeFindings, OpenPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("jobs_at_once"),
]

TITLE = "枫南街道入驻企业台账（2026年11月）"
HEADINGS = ("序号", "户名", "执照代码", "楼栋", "门牌", "大小", "经办人", "手机号码", "何时搬来")
WRONG = {3: {"执照代码": 9.1331002e17}, 5: {"手机号码": "1385764204"}, 7: {"何时搬来": "2023-02-30"}}
MENDED = {
    3: {"执照代码": factories.credit_code(3)},
    5: {"手机号码": "13857642045"},
    7: {"何时搬来": "2023-02-28"},
}


def register(path: Path, differing: dict[int, dict[str, Any]]) -> Path:
    """A register of 12 enterprises, two of them in a building that nobody knows."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "11月底"
    sheet.append([TITLE])
    sheet.merge_cells("A1:I1")
    sheet.append(HEADINGS)
    for number in range(1, 13):
        building = "星河广场" if number > 10 else "云帆大厦"
        values: dict[str, Any] = {
            "序号": number,
            "户名": f"台州海蓝{number}号科技有限公司",
            "执照代码": factories.credit_code(number),
            "楼栋": building,
            "门牌": f"{number + 2}0{number % 5 + 1}室",
            "大小": 100 + number,
            "经办人": "沈雨晴",
            "手机号码": f"138{number:08d}",
            "何时搬来": "2023.4.1",
        }
        sheet.append(list((values | differing.get(number, {})).values()))
    book.save(path)
    return path


def send(page: Page, path: Path) -> None:
    page.goto("/imports/")
    page.set_input_files("input[type=file]", path)
    expect(page.locator("[data-chosen]")).to_have_text(path.name)
    page.get_by_role("button", name="读取").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(path.name)


def nothing_overflows(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_messy_register_from_the_drop_to_the_undo(
    open_page: OpenPage, axe: AxeFindings, tmp_path: Path
) -> None:
    factories.BuildingFactory(name="云帆大厦", floors_above=20)
    page = open_page(factories.user_with("office"))
    send(page, register(tmp_path / "11月企业台账.xlsx", WRONG))
    expect(page.get_by_text("还没有写入任何数据。")).to_be_visible()
    assert axe(page) == []

    # A column that nobody understood is corrected in place, and the focus stays on it.
    meaning = page.get_by_label("F 列「大小」理解为")
    expect(meaning).to_have_value("")
    meaning.focus()
    meaning.select_option(label="使用面积")
    expect(page.locator("tr.evidence td").nth(5)).to_have_text("已更正")
    assert page.evaluate("document.activeElement.id") == meaning.get_attribute("id")
    assert "沈雨晴" not in page.locator("table.sheet").inner_text()

    page.get_by_role("link", name="2 还要处理什么").click()
    expect(page.locator("table.mend tbody tr")).to_have_count(3)
    expect(page.locator("table.mend mark").nth(2)).to_have_text("2023-02-30")
    assert axe(page) == []
    page.get_by_role("button", name="新建「星河广场」").click()
    expect(page.get_by_text("先导入正确的 11 行")).to_be_visible()  # the row whose code is lost waits
    page.get_by_role("button", name="先导入正确的 11 行").click()
    expect(page.get_by_text("已导入 11 行")).to_be_visible()
    assert axe(page) == []
    assert sorted(o.area for o in Occupancy.rows_without_a_reader.all()) == [
        n for n in range(101, 113) if n != 103
    ]

    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注好的表格").click()
    marked: Any = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))["11月底"]
    assert [cell.coordinate for row in marked.iter_rows() for cell in row if cell.comment] == [
        "C5",
        "H7",
        "I9",
    ]

    # The mended file shows only what is left: nothing is asked again.
    send(page, register(tmp_path / "11月企业台账（改好）.xlsx", MENDED))
    expect(page.get_by_text("导入这 12 行")).to_be_visible()
    assert page.locator(".fact-figure .one").all_inner_texts()[:3] == ["1 新增", "2 更新", "9 未变"]
    page.get_by_role("link", name="2 还要处理什么").click()
    expect(page.get_by_role("heading", name="都处理好了")).to_be_visible()
    page.get_by_role("button", name="导入这 12 行").click()
    expect(page.get_by_text("已导入 12 行")).to_be_visible()
    assert Enterprise.rows_without_a_reader.count() == 12

    # The stacking plan shows who sits where, the two mended ones among them; then the batch is taken back.
    batch = page.url
    page.goto("/buildings/")
    page.get_by_role("link", name="云帆大厦").click()
    expect(page.locator("svg.plan-blocks a")).to_have_count(10)
    expect(page.locator("svg.plan-blocks").get_by_role("link", name="海蓝3号")).to_have_count(1)
    page.goto(batch)

    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_role("button", name="整批撤销").click()
    expect(page.get_by_role("heading", name="这次导入已整批撤销")).to_be_visible()
    assert Enterprise.rows_without_a_reader.count() == 11


def test_a_file_can_be_dropped(open_page: OpenPage, tmp_path: Path) -> None:
    factories.BuildingFactory(name="云帆大厦")
    page = open_page(factories.user_with("office"))
    page.goto("/imports/")
    expect(page.locator(".drop-here")).to_be_visible()
    content = list(register(tmp_path / "x.xlsx", {}).read_bytes())
    page.evaluate(
        """content => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(content)], "拖来的.xlsx"));
            document.querySelector("[data-import]").dispatchEvent(
                new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        content,
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("拖来的.xlsx")


def test_a_file_above_the_limit_is_refused_before_it_is_sent(
    open_page: OpenPage, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    page = open_page(factories.user_with("office"))
    page.goto("/imports/")
    page.set_input_files("input[type=file]", register(tmp_path / "太大.xlsx", {}))
    expect(page.get_by_role("alert").filter(has_text="太大.xlsx")).to_be_visible()
    page.get_by_role("button", name="读取").click()
    assert not ImportBatch.rows_without_a_reader.exists()


def test_progress_shows_rows_read_and_gives_way_to_the_page(open_page: OpenPage, tmp_path: Path) -> None:
    factories.BuildingFactory(name="云帆大厦")
    page = open_page(factories.user_with("office"))
    send(page, register(tmp_path / "台账.xlsx", {}))
    job = Job.rows_without_a_reader
    job.update(state="running", progress={"stage": "understanding", "done": 5, "total": 12})
    page.reload()
    expect(page.get_by_text("已读 5 行，共 12 行")).to_be_visible()
    job.update(progress={"stage": "understanding", "done": 9, "total": 12})
    expect(page.get_by_text("已读 9 行，共 12 行")).to_be_visible()
    job.update(state="done", progress={})
    expect(page.get_by_text("列是这样理解的")).to_be_visible()


def test_every_state_fits_a_phone_and_is_clean(open_page: OpenPage, axe: AxeFindings, tmp_path: Path) -> None:
    factories.BuildingFactory(name="云帆大厦")
    page = open_page(factories.user_with("office"), size=PHONE, color_scheme="dark")
    page.goto("/imports/")
    nothing_overflows(page)
    send(page, register(tmp_path / "台账.xlsx", WRONG))
    address = page.url
    for path in (address, f"{address}?step=left"):
        page.goto(path)
        nothing_overflows(page)
        assert axe(page) == []
    page.get_by_role("button", name="先导入正确的").click()
    expect(page.get_by_text("还在等的 3 行")).to_be_visible()
    nothing_overflows(page)
    page.goto(f"{address}undo/")
    nothing_overflows(page)
    assert axe(page) == []


def test_the_page_works_without_script(open_page: OpenPage, tmp_path: Path) -> None:
    factories.BuildingFactory(name="云帆大厦")
    page = open_page(factories.user_with("office"), java_script_enabled=False)
    page.goto("/imports/")
    page.set_input_files("input[type=file]", register(tmp_path / "台账.xlsx", {}))
    page.get_by_role("button", name="读取").click()
    page.get_by_label("F 列「大小」理解为").select_option(label="使用面积")
    page.locator(".meaning").nth(5).get_by_role("button", name="改").click()
    expect(page.locator("tr.evidence td").nth(5)).to_have_text("已更正")

import io
import time

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from louyu.workbooks.marking import Mark, excel_cell, marked_copy
from louyu.workbooks.tests.workbooks import CODE, saved, xls, xlsx

ROWS = [
    ["楼宇名册", None, None],
    ["企业名称", "信用代码", "房号"],
    ["海信", CODE, "0402"],
    ["启和", "9133", "403"],
]
MARK = Mark("表", "B4", "代码只有4位。", "请填写18位统一社会信用代码。")


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def marked(sheet) -> dict[str, str]:
    """The cells that are coloured and commented, with their comments."""
    cells = {c.coordinate: c.comment.text for row in sheet for c in row if c.comment}
    coloured = {c.coordinate for row in sheet for c in row if c.fill.fgColor.rgb in ("00FBE9B0", "FFFBE9B0")}
    assert coloured == set(cells)
    return cells


def test_wrong_cells_are_coloured_and_say_how_to_mend_them():
    sheet = opened(marked_copy(xlsx(("表", ROWS)), "a.xlsx", [MARK]))["表"]
    assert marked(sheet) == {"B4": "代码只有4位。\n请填写18位统一社会信用代码。"}
    assert sheet["B4"].value == "9133"
    assert sheet["B4"].comment.author == "楼宇"


def test_the_users_formats_widths_merges_and_hidden_things_are_kept():
    book = opened(xlsx(("表", ROWS), ("底稿", ROWS), merged=["A1:C1"]))
    sheet = book["表"]
    sheet["A2"].font = Font(bold=True)
    sheet["B4"].number_format = "@"
    sheet.column_dimensions["A"].width = 33
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet["C3"] = "=1+1"
    book["底稿"].sheet_state = "hidden"
    after = opened(marked_copy(saved(book), "a.xlsx", [MARK]))
    sheet = after["表"]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet["A2"].font.bold
    assert sheet["B4"].number_format == "@"
    assert sheet.column_dimensions["A"].width == 33
    assert sheet.column_dimensions["C"].hidden
    assert sheet.row_dimensions[3].hidden
    assert sheet["C3"].value == "=1+1"
    assert after["底稿"].sheet_state == "hidden"


def test_a_wrong_cell_inside_a_merged_area_is_marked_where_the_area_shows():
    data = xlsx(("表", ROWS), merged=["B3:B4"])
    assert set(marked(opened(marked_copy(data, "a.xlsx", [MARK]))["表"])) == {"B3"}
    old = marked_copy(xls(ROWS, merged=[(2, 3, 1, 1)]), "a.xls", [Mark("Sheet1", "B4", "错", "改")])
    assert set(marked(opened(old)["Sheet1"])) == {"B3"}


def test_the_users_own_comment_stays():
    book = opened(xlsx(("表", ROWS)))
    book["表"]["B4"].comment = Comment("等对方补", "小王")
    text = opened(marked_copy(saved(book), "a.xlsx", [MARK]))["表"]["B4"].comment.text
    assert text.startswith("等对方补\n代码只有4位。")


def test_two_things_wrong_in_one_cell_are_both_said_once():
    second = Mark("表", "B4", "与第3行重复。", "请核对。")
    text = marked(opened(marked_copy(xlsx(("表", ROWS)), "a.xlsx", [MARK, second, MARK]))["表"])["B4"]
    assert text.count("代码只有4位。") == 1
    assert "与第3行重复。" in text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_a_text_file_becomes_a_workbook_whose_cells_are_texts(encoding):
    data = f"企业名称,信用代码,电话\n=1+1,{CODE},013004311432\n@海信,9133,http://a.cn\n".encode(encoding)
    sheet = opened(marked_copy(data, "名单.csv", [Mark("名单", "B3", "错", "改")]))["名单"]
    assert set(marked(sheet)) == {"B3"}
    cells = [[cell.value for cell in row] for row in sheet]
    assert cells[1:] == [["=1+1", CODE, "013004311432"], ["@海信", "9133", "http://a.cn"]]
    assert all(cell.data_type == "s" and not cell.hyperlink for row in sheet for cell in row)


def test_an_old_workbook_keeps_its_values_and_sheets():
    sheet = opened(marked_copy(xls(ROWS), "a.xls", [Mark("Sheet1", "A4", "错", "改")]))["Sheet1"]
    assert set(marked(sheet)) == {"A4"}
    assert [cell.value for cell in sheet[3]] == ["海信", CODE, "0402"]


def test_a_mark_for_a_cell_or_sheet_that_is_not_there_does_no_harm():
    marks = [Mark("没有", "A1", "错", "改"), Mark("表", "F99", "缺", "补")]
    assert set(marked(opened(marked_copy(xlsx(("表", ROWS)), "a.xlsx", marks))["表"])) == {"F99"}


def test_twenty_thousand_rows_are_marked_in_a_few_seconds():
    data = xlsx(("表", [["企业名称", "信用代码", "房号"], *[["海信", CODE, "402"]] * 20_000]))
    began = time.process_time()
    assert len(marked_copy(data, "a.xlsx", [Mark("表", f"B{n}", "错", "改") for n in range(2, 500)])) > 1000
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    ("row", "column", "cell"), [(15, 2, "C15"), (1, 25, "Z1"), (9, 26, "AA9"), (1, 16383, "XFD1")]
)
def test_cells_are_named_as_excel_names_them(row, column, cell):
    assert excel_cell(row, column) == cell

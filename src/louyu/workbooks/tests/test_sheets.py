import io
import struct
import zipfile
from datetime import date

import openpyxl
import pytest

from louyu.core.errors import Refusal
from louyu.workbooks import guards
from louyu.workbooks.sheets import read_book, text_encoding
from louyu.workbooks.tests.workbooks import CODE, saved, xls, xlsx

ROWS = [["企业名称", "房号"], ["台州海信有限公司", "402"]]
CSV = "企业名称,信用代码,房号\n台州海信有限公司,091331002199001018,0402\n"


def refused(data: bytes, file_name: str = "名册.xlsx") -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read_book(data, file_name)
    assert refusal.value.field == "file"
    assert refusal.value.value == file_name
    assert refusal.value.mend
    return refusal.value


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def with_sheet_data(cells: bytes) -> bytes:
    """A workbook whose only sheet has this XML as its rows."""
    head = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    sheet = head + b"<sheetData>" + cells + b"</sheetData></worksheet>"
    return with_part(xlsx(("表", ROWS)), "xl/worksheets/sheet1.xml", sheet)


# What is read


def test_cells_keep_their_place_when_the_first_rows_and_columns_are_empty():
    book = openpyxl.Workbook()
    book.active["C4"] = "企业名称"
    sheet = read_book(saved(book), "a.xlsx").sheets[0]
    assert sheet.cells[3][2] == "企业名称"


def test_dates_codes_and_numbers_come_as_the_file_stores_them():
    sheet = read_book(xlsx(("表", [[date(2023, 5, 1), "0402", 60.5, CODE]])), "a.xlsx").sheets[0]
    assert sheet.cells[0] == [date(2023, 5, 1), "0402", 60.5, CODE]


def test_old_workbooks_are_read_with_dates_and_merged_cells():
    book = read_book(xls([["企业名称", "入驻"], ["甲", date(2023, 5, 1)]], merged=[(0, 0, 2, 4)]), "a.xls")
    assert book.format == "xls"
    assert book.sheets[0].cells[1][1] == date(2023, 5, 1)
    assert book.sheets[0].merged == [(0, 2, 0, 4)]


def test_hidden_sheets_rows_and_columns_are_read():
    book = openpyxl.Workbook()
    book.active.append(["看得见"])
    hidden = book.create_sheet("底稿")
    hidden.append(["甲", "乙"])
    hidden.append(["丙", "丁"])
    hidden.sheet_state = "veryHidden"
    hidden.row_dimensions[2].hidden = True
    hidden.column_dimensions["B"].hidden = True
    visible, kept = read_book(saved(book), "a.xlsx").sheets
    assert (visible.state, kept.state) == ("visible", "hidden")
    assert kept.cells == [["甲", "乙"], ["丙", "丁"]]


def test_a_formula_reads_as_its_last_value_and_one_without_is_noted():
    cached = with_sheet_data(b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>1</v></c></row>')
    book = read_book(cached, "a.xlsx")
    assert book.sheets[0].cells[0] == [2, 1]
    assert book.notes == []
    blank = read_book(xlsx(("表", [["合计", "=SUM(A2:A9)"]])), "a.xlsx")
    assert blank.sheets[0].cells[0] == ["合计"]
    assert blank.notes == ["formulas_without_values"]


def test_an_excel_error_reads_as_its_text():
    data = with_sheet_data(b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row>')
    assert read_book(data, "a.xlsx").sheets[0].cells[0] == ["#REF!", 1]


def test_hours_beyond_a_day_read_as_text():
    book = openpyxl.Workbook()
    book.active["A1"] = 1.25
    book.active["A1"].number_format = "[h]:mm"
    assert read_book(saved(book), "a.xlsx").sheets[0].cells[0] == ["30:00"]


def test_macros_and_external_links_are_left_alone_and_noted():
    data = with_part(xlsx(("表", ROWS)), "xl/vbaProject.bin", b"Sub Auto_Open()")
    data = with_part(data, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    book = read_book(data, "a.xlsm")
    assert book.notes == ["macro", "external_links"]
    assert book.sheets[0].cells == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_the_encodings_of_offices(encoding):
    book = read_book(CSV.encode(encoding), "企业名单（系统导出）.csv")
    assert book.format == "csv"
    assert book.sheets[0].name == "企业名单（系统导出）"
    assert book.sheets[0].cells[1] == ["台州海信有限公司", "091331002199001018", "0402"]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", ","])
def test_text_files_are_read_with_the_delimiter_they_use(delimiter):
    text = "2023年名单\n" + CSV.replace(",", delimiter)
    assert len(read_book(text.encode(), "名单.txt").sheets[0].cells[2]) == 3


def test_an_encoding_is_never_judged_by_the_beginning_alone():
    late = ("a,b\n" * 200_000 + "台州,海信\n").encode("gb18030")
    assert text_encoding(late) == "gb18030"
    assert read_book(late, "a.csv").sheets[0].cells[-1] == ["台州", "海信"]


def test_a_few_broken_bytes_do_not_change_the_encoding_and_their_cells_are_told():
    for encoding, broken in (("gb18030", b"\xff"), ("utf-8", b"\xff")):
        data = (CSV * 20).encode(encoding) + "坏".encode(encoding) + broken + b",1,2\n"
        book = read_book(data, "a.csv")
        assert book.sheets[0].cells[0][0] == "企业名称"
        assert book.bad_cells == [("a", 41, 0)]
        assert book.sheets[0].cells[40][1:] == ["1", "2"]


def test_an_unclosed_quotation_mark_does_not_swallow_the_rest_of_the_file():
    data = 'name,room\n"海信,402\n启和,403\n弘海,404\n'.encode()
    assert [row[1] for row in read_book(data, "a.csv").sheets[0].cells] == ["room", "402", "403", "404"]


def test_a_quoted_cell_keeps_its_commas_and_line_breaks():
    data = 'name,room\n"海信,\n总部",402\n启和,403\n'.encode()
    assert read_book(data, "a.csv").sheets[0].cells[1] == ["海信,\n总部", "402"]


def test_a_text_table_is_read_even_under_a_workbooks_name():
    assert read_book(CSV.encode("gb18030"), "名册.xlsx").format == "csv"


def test_a_workbook_is_read_even_under_a_text_files_name():
    assert read_book(xlsx(("表", ROWS)), "名册.csv").format == "xlsx"


def test_progress_is_told_sheet_by_sheet():
    told = []
    read_book(
        xlsx(("一", ROWS), ("二", ROWS)), "a.xlsx", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]


# What is refused


@pytest.mark.parametrize("data", [b"", b"  \r\n\r\n", b"\0" * 4096])
def test_an_empty_file_is_refused(data):
    assert refused(data).code == "empty"


def test_a_workbook_without_any_cell_is_refused():
    assert refused(xlsx(("表", []))).code == "no_data"
    assert refused(b",,,\n,,,\n", "a.csv").code == "no_data"


def ole(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 1016
        + "\0".join(streams).encode("utf-16-le")
        + b"\0" * 512
    )


def test_an_encrypted_workbook_is_refused():
    assert refused(ole("EncryptionInfo", "EncryptedPackage")).code == "encrypted"


def test_an_encrypted_old_workbook_is_refused():
    # Record 0x2F (FilePass) in place of INTERFACEHDR: what a password leaves in an .xls.
    data = xls(ROWS).replace(b"\xe1\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\x00\x00", 1)
    assert refused(data, "名册.xls").code == "encrypted"


def test_an_encrypted_zip_is_refused():
    data = bytearray(xlsx(("表", ROWS)))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data)).code == "encrypted"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4 \xe2\xe3", "PDF"),
        (b"\xff\xd8\xff\xe0\0\0JFIF", "JPEG"),
        (b"MZ\x90\0\x03\0", "EXE"),
        (ole("WordDocument"), "Word"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\x01\x02\0\x03binary", "二进制"),
        ("这是一封信。\n没有表格。\n".encode(), "文字"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_by_its_content(data, kind):
    refusal = refused(data)
    assert refusal.code == "wrong_type"
    assert kind in str(refusal.reason)


def test_a_letter_named_as_a_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    refusal = refused(out.getvalue())
    assert refusal.code == "wrong_type"
    assert "Word" in str(refusal.reason)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_file_that_breaks_off_is_refused(kept):
    data = xlsx(("表", [[f"甲{i}", i * 7919 % 1000] for i in range(500)]))
    assert refused(data[: int(len(data) * kept)]).code == "damaged"
    old = xls([[f"甲{i}", i] for i in range(500)])
    assert refused(old[: int(len(old) * kept)], "a.xls").code == "damaged"


def test_a_zip_that_lies_about_its_size_is_refused():
    data = bytearray(with_sheet_data(b" " * 5_000_000))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    at = data.rfind(struct.pack("<I", size))
    data[at : at + 4] = struct.pack("<I", 1000)
    assert refused(bytes(data)).code == "zip_bomb"


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    assert refused(with_sheet_data(b" " * (guards.RATIO_FROM + 1))).code == "zip_bomb"


def test_a_long_text_shared_by_very_many_cells_is_refused():
    text = "长" * 30_000
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5001)).encode()
    shared = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'
    )
    data = with_part(with_sheet_data(rows), "xl/sharedStrings.xml", shared.encode())
    assert refused(data).code == "zip_bomb"


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1"><c s="0" r="A1"><v>1</v></c><c s="0" r="XFD999999"><v>1</v></c></row>',
        b'<row r="900000"><c><v>1</v></c></row><row r="1">' + b"<c><v>1</v></c>" * 200 + b"</row>",
    ],
)
def test_a_sheet_that_reaches_to_the_end_of_the_world_is_refused_before_it_is_parsed(cells):
    assert refused(with_sheet_data(cells)).code == "too_large"


def test_a_sheet_of_16384_columns_is_read_and_one_more_is_refused():
    assert len(read_book(xlsx(("表", [["甲"] * 16_384])), "a.xlsx").sheets[0].cells[0]) == 16_384
    assert refused(with_sheet_data(b'<row r="1"><c r="XFE1"><v>1</v></c></row>')).code == "too_large"
    assert refused(b"," * 16_384, "a.csv").code in ("too_large", "no_data")


def test_a_wide_sheet_and_a_long_one_are_read():
    wide = read_book(xlsx(("表", [["甲"] * 300] * 40)), "a.xlsx").sheets[0]
    assert (len(wide.cells), len(wide.cells[0])) == (40, 300)
    stray = with_sheet_data(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r="B200000"/></row>')
    assert read_book(stray, "a.xlsx").sheets[0].cells[0][0] == 1


def test_more_cells_than_memory_holds_are_refused(monkeypatch):
    monkeypatch.setattr(guards, "CELL_LIMIT", 3)
    monkeypatch.setattr(guards, "TEXT_CELL_LIMIT", 3)
    assert refused(xlsx(("表", ROWS))).code == "too_large"
    assert refused(CSV.encode(), "a.csv").code == "too_large"


def test_more_rows_than_a_sheet_can_have_are_refused(monkeypatch):
    monkeypatch.setattr(guards, "ROW_LIMIT", 5)
    assert refused(CSV.encode() * 3, "a.csv").code == "too_large"
    assert refused(xlsx(("一", ROWS * 2), ("二", ROWS))).code == "too_large"


def test_too_many_sheets_are_refused(monkeypatch):
    monkeypatch.setattr(guards, "SHEET_LIMIT", 2)
    assert refused(xlsx(("一", ROWS), ("二", ROWS), ("三", ROWS))).code == "too_large"

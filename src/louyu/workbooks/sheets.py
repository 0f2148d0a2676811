"""Bytes to cells: .xlsx, .xls and .csv as offices keep them, known by content and guarded before parsing."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import PurePath
from typing import Any, cast

import python_calamine
from django.utils.translation import gettext as _
from openpyxl.utils.cell import coordinate_to_tuple

from louyu.workbooks import guards
from louyu.workbooks.declare import Book, CellValue, Sheet

__all__ = ["Book", "Sheet", "read_book"]

TEXT_FILE_LIMIT = 192 * guards.MEBIBYTE
DELIMITERS = ",\t;|，"
REPLACED = "\ufffd"

Progress = Callable[[int, int], None]


def read_book(data: bytes, file_name: str, *, progress: Progress | None = None) -> Book:
    """The cells of every sheet, as the file stores them; formulas by their last value, macros left alone.

    progress: called with sheets done and sheets in all; what it raises passes through.
    Raises Refusal (field "file") where the file is empty, encrypted, damaged, too large, or no table file;
    codes: empty, no_data, encrypted, damaged, too_large, zip_bomb, wrong_type.
    """
    kind = guards.recognise(data, file_name)
    if kind == "text":
        book = _read_text(data, file_name)
    else:
        contents = guards.check_xlsx(data, file_name) if kind == "xlsx" else guards.Contents(durations=True)
        book = Book(kind, [], notes=contents.notes)
        book.sheets = _read_workbook(data, file_name, contents, progress)
    if not any(cell != "" for sheet in book.sheets for row in sheet.cells for cell in row):
        raise guards.refusal(
            "no_data",
            file_name,
            _("文件里没有任何内容。"),
            _("请检查是否选错了文件，或数据是否在另一个文件里。"),
        )
    return book


def _read_workbook(
    data: bytes, file_name: str, contents: guards.Contents, progress: Progress | None
) -> list[Sheet]:
    try:
        return list(_parsed_sheets(data, file_name, contents, progress))
    except python_calamine.PasswordError as error:
        raise guards.encrypted(file_name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise guards.damaged(file_name) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise guards.damaged(file_name) from error
        raise


def _parsed_sheets(
    data: bytes, file_name: str, contents: guards.Contents, progress: Progress | None
) -> Iterator[Sheet]:
    workbook = python_calamine.load_workbook(io.BytesIO(data))
    sheets = workbook.sheets_metadata
    if len(sheets) > guards.SHEET_LIMIT:
        raise guards.too_large(file_name, _("工作表超过 %(count)s 张") % {"count": guards.SHEET_LIMIT})
    room, rows = guards.AREA_LIMIT, 0
    for done, about in enumerate(sheets):
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        parsed = workbook.get_sheet_by_name(about.name)
        room -= (parsed.total_height + 1) * (parsed.total_width + 1)
        rows += parsed.total_height + 1
        if rows > guards.ROW_LIMIT:
            raise guards.too_large(file_name, _("行数超过 %(count)s") % {"count": guards.ROW_LIMIT})
        if room < 0:
            raise guards.too_large(file_name, _("单元格超过 %(count)s 个") % {"count": guards.AREA_LIMIT})
        cells = cast(list[list[CellValue]], parsed.to_python(skip_empty_area=False))
        if contents.durations:
            _write_out_durations(cells)
        _put_in_errors(cells, contents.errors.get(about.name, ()))
        merged = [(*first, *last) for first, last in parsed.merged_cell_ranges or ()]
        visible = about.visible is python_calamine.SheetVisibleEnum.Visible
        yield Sheet(about.name, cells, merged, "visible" if visible else "hidden")
        if progress:
            progress(done + 1, len(sheets))


def _write_out_durations(cells: list[list[Any]]) -> None:
    """Hours beyond a day (26:30) as text: nobody downstream expects a duration."""
    for row in cells:
        for column, cell in enumerate(row):
            if isinstance(cell, timedelta):
                minutes = round(cell.total_seconds() / 60)
                row[column] = f"{minutes // 60}:{minutes % 60:02d}"


def _put_in_errors(cells: list[list[CellValue]], errors: Iterable[tuple[str, str]]) -> None:
    """Error values (#REF!) as text: what stands there is wrong, not absent."""
    for address, text in errors:
        row, column = coordinate_to_tuple(address)
        cells.extend([] for _missing in range(len(cells), row))
        cells[row - 1].extend([""] * (column - len(cells[row - 1])))
        cells[row - 1][column - 1] = text


def _read_text(data: bytes, file_name: str) -> Book:
    if len(data) > TEXT_FILE_LIMIT:
        raise guards.too_large(file_name, f"{len(data) >> 20} MB")
    encoding = text_encoding(data)
    beginning = codecs.getincrementaldecoder(encoding)("replace").decode(data[: 64 * 1024])
    delimiter = _delimiter(beginning)
    named_as_text = PurePath(file_name).suffix.lower() in (".csv", ".txt", ".tsv", ".tab", "")
    if delimiter is None and not named_as_text:
        raise guards.wrong_type(file_name, _("文字"))
    rows = _rows(data, encoding, delimiter or ",", file_name)
    name = sheet_name(file_name)
    book = Book("csv", [Sheet(name, cast(list[list[CellValue]], rows))])
    if _has_replaced(data, encoding):
        book.notes.append("bad_bytes")
        book.bad_cells = [
            (name, number, column)
            for number, row in enumerate(rows, 1)
            for column, cell in enumerate(row)
            if REPLACED in cell
        ]
    return book


def sheet_name(file_name: str) -> str:
    """The name of a text file's only sheet: the file's own name, as far as Excel allows it as a sheet's."""
    stem = PurePath(file_name.replace("\\", "/")).stem
    return re.sub(r"[\[\]:*?/\\']", "", stem)[:31].strip() or "Sheet1"


def text_encoding(data: bytes) -> str:
    """UTF-8, UTF-16 (with its mark) or GB18030, judged by the whole file.

    A few broken bytes do not turn a UTF-8 file into a GB18030 one: what counts is how many characters fail.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    good = bad = 0
    for text in _decoded(data, "utf-8"):
        broken = text.count(REPLACED)
        bad += broken
        good += len(text.encode("utf-8")) - len(text) - 2 * broken
    return "utf-8" if bad * 20 <= good or not bad else "gb18030"


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for at in range(0, len(data), guards.MEBIBYTE):
        yield decoder.decode(data[at : at + guards.MEBIBYTE], final=at + guards.MEBIBYTE >= len(data))


def _has_replaced(data: bytes, encoding: str) -> bool:
    return any(REPLACED in text for text in _decoded(data, encoding))


def _delimiter(beginning: str) -> str | None:
    """The delimiter that makes most of the first rows equally wide, and wide; None where there is none.

    Rows are read as CSV before they are counted: a cell in quotation marks may hold commas and line breaks.
    """
    best: tuple[float, str] | None = None
    for delimiter in DELIMITERS:
        rows = list(islice(csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter), 61))
        widths = Counter(len(row) for row in rows[:60] if any(row))
        total = sum(widths.values())
        del widths[1]
        if not widths:
            continue
        width, agreeing = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        score = agreeing / total * min(width, 12)
        if agreeing >= max(min(2, total), total / 3) and (best is None or score > best[0]):
            best = score, delimiter
    return best[1] if best else None


def _rows(data: bytes, encoding: str, delimiter: str, file_name: str) -> list[list[str]]:
    try:
        rows = _parsed_rows(data, encoding, delimiter, csv.QUOTE_MINIMAL, file_name)
        if not any("\n" in cell and delimiter in cell for cell in (rows[-1] if rows else ())):
            return rows
    except csv.Error:
        pass
    # A quotation mark that nobody closed swallows the lines after it: then it is a mark like any other.
    return _parsed_rows(data, encoding, delimiter, csv.QUOTE_NONE, file_name)


def _parsed_rows(data: bytes, encoding: str, delimiter: str, quoting: Any, file_name: str) -> list[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=quoting):
            cells += len(row)
            rows.append(row)
            if len(rows) > guards.ROW_LIMIT:
                raise guards.too_large(file_name, _("行数超过 %(count)s") % {"count": guards.ROW_LIMIT})
            if cells > guards.TEXT_CELL_LIMIT:
                raise guards.too_large(
                    file_name, _("单元格超过 %(count)s 个") % {"count": guards.TEXT_CELL_LIMIT}
                )
            if len(row) > guards.COLUMN_LIMIT:
                raise guards.too_large(file_name, _("列数超过 %(count)s") % {"count": guards.COLUMN_LIMIT})
    except csv.Error:
        if quoting == csv.QUOTE_NONE:
            raise guards.damaged(file_name) from None
        raise
    return rows

"""The marked copy: the user's own file with its wrong cells coloured, and the mend beside each as a comment."""

import io
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from louyu.workbooks import guards
from louyu.workbooks.declare import Book, CellValue, Sheet, excel_cell
from louyu.workbooks.sheets import read_book

__all__ = ["Mark", "excel_cell", "marked_copy", "marked_name"]

FILL = "#FBE9B0"
AUTHOR = "楼宇"
COMMENT_LIMIT = 2_000
"""Characters of a comment; Excel shows no more without scrolling for ever."""


@dataclass(frozen=True)
class Mark:
    """A wrong cell ("C15") and what to write beside it; ``reason`` and ``mend`` are translated sentences."""

    sheet: str
    cell: str
    reason: str
    mend: str


def marked_copy(data: bytes, file_name: str, wrong: Sequence[Mark]) -> bytes:
    """The file as .xlsx with its wrong cells marked.

    An .xlsx keeps its formats, widths, merged cells, hidden things and macros (pictures and charts may be lost);
    an .xls or .csv becomes a new .xlsx with all its sheets. A cell inside a merged area is marked at the area's
    top left, where Excel shows it. Raises Refusal as ``read_book`` does.
    """
    notes = _by_sheet(wrong)
    if guards.recognise(data, file_name) == "xlsx":
        guards.check_xlsx(data, file_name)
        return _marked_workbook(data, file_name, notes)
    return _fresh_workbook(read_book(data, file_name), notes)


def marked_name(file_name: str) -> str:
    """What the marked copy of a file is called: 「台账（标注）.xlsx」."""
    name = PurePath(file_name)
    suffix = ".xlsm" if name.suffix.lower() == ".xlsm" else ".xlsx"
    return _("%(name)s（标注）") % {"name": name.stem} + suffix


def _by_sheet(wrong: Iterable[Mark]) -> dict[str, dict[tuple[int, int], list[str]]]:
    """Sheet → (row, column), both from 1 → the sentences to show there."""
    notes: dict[str, dict[tuple[int, int], list[str]]] = {}
    for mark in wrong:
        place = coordinate_to_tuple(mark.cell)
        text = f"{mark.reason}\n{mark.mend}".strip()
        lines = notes.setdefault(mark.sheet, {}).setdefault(place, [])
        if text not in lines:
            lines.append(text)
    return notes


def _marked_workbook(
    data: bytes, file_name: str, notes: dict[str, dict[tuple[int, int], list[str]]]
) -> bytes:
    macros = PurePath(file_name).suffix.lower() == ".xlsm"
    book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=macros)
    for name, cells in notes.items():
        if name in book.sheetnames and isinstance(book[name], Worksheet):
            _mark_sheet(book[name], cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark_sheet(sheet: Worksheet, notes: dict[tuple[int, int], list[str]]) -> None:
    fill = PatternFill("solid", fgColor=FILL.removeprefix("#"))
    places: dict[tuple[int, int], list[str]] = {}
    for place, texts in notes.items():
        places.setdefault(_visible_place(sheet, *place), []).extend(texts)
    for (row, column), texts in places.items():
        cell = sheet.cell(row, column)
        if not isinstance(cell, Cell):
            continue
        # The user's own comment stays above ours.
        before = [cell.comment.text] if cell.comment else []
        cell.fill = copy(fill)
        cell.comment = _comment("\n".join([*before, *texts]))


def _visible_place(sheet: Worksheet, row: int, column: int) -> tuple[int, int]:
    """The cell that shows for this one: itself, or the top left of the merged area it lies in."""
    if isinstance(sheet.cell(row, column), MergedCell):
        for area in sheet.merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                return area.min_row, area.min_col
    return row, column


def _comment(text: str) -> Comment:
    comment = Comment(text[:COMMENT_LIMIT], AUTHOR)
    comment.width, comment.height = 320, 40 + 22 * (text.count("\n") + 1 + len(text) // 24)
    return comment


def _fresh_workbook(book: Book, notes: dict[str, dict[tuple[int, int], list[str]]]) -> bytes:
    out = io.BytesIO()
    # Nothing that a cell says may become a formula, a link or a number: codes and phones stay as they are.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    workbook = xlsxwriter.Workbook(out, options)
    yellow = workbook.add_format({"bg_color": FILL})
    yellow_day = workbook.add_format({"bg_color": FILL, "num_format": "yyyy-mm-dd"})
    for sheet in book.sheets:
        target = workbook.add_worksheet(sheet.name)
        if sheet.state == "hidden" and len(book.sheets) > 1:
            target.hide()
        _write_sheet(target, sheet, notes.get(sheet.name, {}), yellow, yellow_day)
    first = next((i for i, sheet in enumerate(book.sheets) if sheet.state != "hidden"), 0)
    workbook.get_worksheet_by_name(book.sheets[first].name).activate()
    workbook.close()
    return out.getvalue()


def _write_sheet(
    target: Any, sheet: Sheet, notes: dict[tuple[int, int], list[str]], yellow: Any, yellow_day: Any
) -> None:
    places: dict[tuple[int, int], list[str]] = {}
    for (row, column), texts in notes.items():
        places.setdefault(_top_left(sheet, row - 1, column - 1), []).extend(texts)
    for number, values in enumerate(sheet.cells):
        for index, value in enumerate(values):
            if value != "":
                _write(target, number, index, value, None)
    for first_row, first, last_row, last in sheet.merged:
        if (first_row, first) != (last_row, last):
            value = _at(sheet, first_row, first)
            form = _format_of(value, yellow, yellow_day) if (first_row, first) in places else None
            target.merge_range(first_row, first, last_row, last, "", form)
            _write(target, first_row, first, value, form)
    for (number, column), texts in places.items():
        value = _at(sheet, number, column)
        _write(target, number, column, value, _format_of(value, yellow, yellow_day))
        text = "\n".join(texts)[:COMMENT_LIMIT]
        target.write_comment(number, column, text, {"author": AUTHOR, "x_scale": 2.5})
    for column, width in enumerate(_widths(sheet)):
        target.set_column(column, column, width)


def _top_left(sheet: Sheet, row: int, column: int) -> tuple[int, int]:
    for first_row, first, last_row, last in sheet.merged:
        if first_row <= row <= last_row and first <= column <= last:
            return first_row, first
    return row, column


def _at(sheet: Sheet, row: int, column: int) -> CellValue:
    cells = sheet.cells[row] if row < len(sheet.cells) else []
    return cells[column] if column < len(cells) else ""


def _format_of(value: CellValue, yellow: Any, yellow_day: Any) -> Any:
    return yellow_day if isinstance(value, date | datetime) else yellow


def _write(target: Any, row: int, column: int, value: CellValue, form: Any) -> None:
    if value is None or value == "":
        target.write_blank(row, column, None, form)
    elif isinstance(value, str):
        target.write_string(row, column, value[:32_767], form)
    elif isinstance(value, bool):
        target.write_boolean(row, column, value, form)
    elif isinstance(value, date | datetime | time):
        target.write_datetime(row, column, value, form)
    else:
        target.write_number(row, column, value, form)


def _widths(sheet: Sheet) -> list[float]:
    """Widths in characters that show what most cells hold, from the first rows."""
    widths: dict[int, float] = {}
    for row in sheet.cells[:200]:
        if sum(1 for cell in row if cell != "") < 2:
            continue
        for column, cell in enumerate(row):
            text = str(cell)
            widths[column] = max(widths.get(column, 8.0), min(40.0, 2 + sum(1 + (ch > "ÿ") for ch in text)))
    return [widths.get(column, 8.43) for column in range(max(widths, default=-1) + 1)]

"""Excel files that are handed out: formulas harmless, whose file it is on every screen and page, and a second sheet
that says what the file is.
"""

import datetime
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Literal

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST_TEXT = 32_767
"""Characters that a cell can hold."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings that a spreadsheet may take for a formula when the cell is edited."""
FIRST_YEAR = 1900
"""Excel knows no day before."""

MARK = "#7A8187"
"""Grey that is read on white, and does not shout."""
A4 = 9

Kind = Literal["text", "number", "date", "yes"]
Note = tuple[str, str]


@dataclass(frozen=True)
class ExportColumn:
    """A column of the file: its heading, what it holds, digits after the point, width in characters."""

    heading: str
    kind: Kind = "text"
    decimals: int = 0
    width: float = 14


def write_workbook(
    title: str,
    columns: Sequence[ExportColumn],
    rows: Iterable[Sequence[Any]],
    note: Callable[[int], Iterable[Note]],
    *,
    mark: str = "",
) -> IO[bytes]:
    """An .xlsx file, open and at its start; memory stays small whatever the number of rows.

    note: what the second sheet says, label and text, given the number of rows written.
    mark: who took the file from where and when. It stands above the headings, stays there when the sheet is scrolled,
    and is printed on every page; an import takes it for the table's title.
    """
    stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 — whoever sends it closes it
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    count = _write_rows(book, title, columns, rows, mark)
    _write_note(book, note(count))
    book.close()
    stream.seek(0)
    return stream


def sheet_name(title: str) -> str:
    """A title as Excel takes it for a sheet: no signs of formulas or paths, 31 characters."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31]


def _write_rows(
    book: Any, title: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[Any]], mark: str
) -> int:
    sheet = book.add_worksheet(sheet_name(title))
    head = book.add_format({"bold": True, "bottom": 2})
    quoted = book.add_format({"quote_prefix": True})
    formats = [_format(book, column) for column in columns]
    top = 1 if mark else 0
    if mark:
        _write_mark(book, sheet, mark)
    _set_pages(sheet, top, mark)
    for n, column in enumerate(columns):
        sheet.set_column(n, n, column.width)
        sheet.write_string(top, n, column.heading, head)
    count = 0
    for row in rows:
        count += 1
        for n, value in enumerate(row):
            write_value(sheet, top + count, n, value, columns[n].kind, formats[n], quoted)
    if count:
        sheet.autofilter(top, 0, top + count, len(columns) - 1)
    return count


def _write_mark(book: Any, sheet: Any, mark: str) -> None:
    sheet.write_string(
        0,
        0,
        mark,
        book.add_format({"font_color": MARK, "italic": True, "quote_prefix": mark.startswith(RISKY)}),
    )


def _set_pages(sheet: Any, top: int, mark: str) -> None:
    """Headings stay in sight and come on every printed page, as wide as the table is."""
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(0, top)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&8{mark.replace('&', '&&')[:200]}&R&8&P / &N")


def _format(book: Any, column: ExportColumn) -> Any:
    if column.kind == "number":
        return book.add_format(
            {"num_format": "#,##0" + ("." + "0" * column.decimals if column.decimals else "")}
        )
    return book.add_format({"num_format": "yyyy-mm-dd"}) if column.kind == "date" else None


def write_value(sheet: Any, row: int, column: int, value: Any, kind: Kind, form: Any, quoted: Any) -> None:
    """One cell: numbers as numbers, days as days, everything else as text that never becomes a formula."""
    match value:
        case None | "":
            return
        case bool():
            text = _("是") if value else _("否")
        case int() | float() | Decimal() if kind == "number":
            sheet.write_number(row, column, float(value), form)
            return
        case datetime.datetime():
            sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), form)
            return
        case datetime.date() if value.year >= FIRST_YEAR:
            sheet.write_datetime(row, column, value, form)
            return
        case _:
            text = str(value)
    sheet.write_string(row, column, text[:LONGEST_TEXT], quoted if text.startswith(RISKY) else None)


def _write_note(book: Any, lines: Iterable[Note]) -> None:
    sheet = book.add_worksheet(_("说明"))
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 80)
    bold = book.add_format({"bold": True})
    for n, (label, text) in enumerate(lines):
        sheet.write_string(n, 0, label, bold)
        sheet.write_string(n, 1, text[:LONGEST_TEXT])

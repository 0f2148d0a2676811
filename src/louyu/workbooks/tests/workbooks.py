"""Workbooks and columns that the tests of this room make up."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
import xlwt

from louyu.workbooks.declare import Column, Sheet

CODE = "91331002MAMYCWFKXR"


def xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]], merged: Iterable[str] = ()) -> bytes:
    """A workbook of sheets given as rows; ``merged`` areas belong to the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for area in merged:
        book.worksheets[0].merge_cells(area)
    return saved(book)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Sequence[Sequence[Any]], merged: Iterable[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xls; merged areas as (first row, last row, first column, last column, from 0)."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value, *([day] if isinstance(value, date) else []))
    for area in merged:
        sheet.merge(*area)
    return saved(book)


def sheet(*rows: Sequence[Any], merged: Sequence[tuple[int, int, int, int]] = (), name: str = "表") -> Sheet:
    """A sheet as the reader gives it: all rows equally long, blanks as ""."""
    width = max(len(row) for row in rows)
    cells = [["" if cell is None else cell for cell in row] + [""] * (width - len(row)) for row in rows]
    return Sheet(name, cells, list(merged))


def _like(pattern: str) -> Any:
    return lambda value: re.fullmatch(pattern, str(value).strip()) is not None


def _number(value: Any) -> bool:
    return re.fullmatch(r"约?\d+(\.\d+)?[㎡人个]?", str(value)) is not None


def _day(value: Any) -> bool:
    return isinstance(value, date) or re.match(r"(19|20)\d\d\D?\d\d?\D?\d\d?", str(value)) is not None


def column(field: str, headings: str, fits: Any = None, **more: Any) -> Column:
    looks = {"fits": fits} if fits else {}
    return Column(field, field, tuple(headings.split()), lambda value, heading: value, **looks, **more)


ENTERPRISES = (
    column("name", "企业名称 单位名称 公司名称", _like(r".{2,}(公司|事务所|银行|店)"), identity=True),
    column("credit_code", "统一社会信用代码 信用代码 纳税人识别号", _like(r"[0-9A-Z]{18}"), identity=True),
    column("building", "所在楼宇 楼宇名称 楼宇", _like(r".{2,}(大厦|广场|中心|楼)"), fill_down=True),
    column("floor", "楼层 所在楼层", _like(r"\d{1,2}(F|层|楼)"), fill_down=True),
    column("room", "房号 室号 房间号", _like(r"[A-Z]?\d{3,4}([、,]\d{3,4})*")),
    column("area", "面积 租赁面积 使用面积", _number),
    column("contact", "联系人 负责人", _like(r"[张王李赵陈][\u4e00-\u9fff]{1,2}")),
    column("phone", "联系电话 电话 手机号码", _like(r"1[3-9]\d{9}")),
    column("staff", "从业人数 员工人数", _number),
    column("moved_in", "入驻时间 入驻日期", _day),
)

BUILDINGS = (
    column("name", "楼宇名称 大厦名称", _like(r".{2,}(大厦|广场|中心|楼)"), identity=True),
    column("subdistrict", "所属街道 街道", _like(r".{2,}街道")),
    column("floors", "层数 总层数", _number),
    column("area", "建筑面积 总建筑面积", _number),
    column("longitude", "经度", lambda value: isinstance(value, float) and 73 < value < 136),
    column("latitude", "纬度", lambda value: isinstance(value, float) and 18 < value < 54),
)

"""Small workbooks for tests, as offices write them: a title, a header, rows."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from louyu.accounts.commands import console_user
from louyu.workbooks.commands import import_file
from louyu.workbooks.models import ImportBatch
from tests.factories import credit_code

BUILDINGS = ("序号", "楼宇名称", "所属街道", "所属社区", "地址", "层数", "建筑面积（万㎡）", "经度", "纬度")
ENTERPRISES = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所在楼宇",
    "房号",
    "面积（㎡）",
    "联系人及电话",
    "从业人数",
    "党员数",
    "入驻时间",
)
TITLE = "楼宇入驻企业花名册（数据截至2026年10月31日）"


def workbook(
    header: Sequence[str], rows: Iterable[Sequence[Any]], title: str = TITLE, sheet: str = "花名册"
) -> bytes:
    """An .xlsx with one sheet: the title in row 1, the header in row 2, data from row 3."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in ((title,), header, *rows):
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def buildings(*rows: Sequence[Any]) -> bytes:
    """A register of key buildings."""
    return workbook(BUILDINGS, rows, "椒江区重点楼宇台账（2026年10月）", "楼宇台账")


def building(
    name: str, floors: Any = 20, area: Any = 3.5, lon: Any = 121.42, lat: Any = 28.66
) -> tuple[Any, ...]:
    return (1, name, "白云街道", "云港社区", f"{name}路1号", floors, area, lon, lat)


def enterprises(*rows: Sequence[Any]) -> bytes:
    """A register of enterprises."""
    return workbook(ENTERPRISES, rows)


def enterprise(number: int, room: Any = "1301", **said: Any) -> tuple[Any, ...]:
    """A row of the register; ``said`` changes what a column says."""
    row = {
        "name": f"台州第{number}软件有限公司",
        "code": credit_code(number),
        "building": "云帆大厦",
        "room": room,
        "area": 120,
        "contact": f"沈雨晴 1381234{number:04d}",
        "staff": 12,
        "members": 3,
        "since": "2021-03-01",
    } | said
    return (number, *row.values())


def bring_in(
    data: bytes, name: str = "花名册.xlsx", kind: str | None = None
) -> tuple[dict[str, Any], ImportBatch | None]:
    """Import as the command line does."""
    return import_file(data, file_name=name, kind=kind, by=console_user())


def cells(report: dict[str, Any]) -> set[tuple[str, str]]:
    """Wrong cells with their reason codes."""
    return {(w["cell"], w["code"]) for w in report["wrong"]}

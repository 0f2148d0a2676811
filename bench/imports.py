"""How long it takes to import a large register, beside what the same rows cost without any understanding.

Bare: parse the file with calamine, and insert in bulk the very rows that the import made into an empty database.
Second import: parse the file, and look up every record that it names.
"""

import io
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from python_calamine import CalamineWorkbook

from bench.figures import Clock, figure
from tools.serving import run_louyu

ROWS = int(os.environ.get("BENCH_ROWS", 100_000))
TENANTS_OF_A_BUILDING = 500
CHUNK = 1000

_clock = Clock()


def workbook(head: list[str], rows: Any) -> bytes:
    """An .xlsx file with one sheet."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False}) as book:
        sheet = book.add_worksheet("登记表")
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def buildings_file(count: int) -> bytes:
    """A register of so many towers of 60 storeys."""
    head = ["楼宇名称", "所属街道", "地址", "地上层数", "地下层数", "建筑面积（㎡）"]
    return workbook(
        head, ([f"量度{n:03d}号大厦", "白云街道", f"市府大道{n}号", 60, 2, 120000] for n in range(count))
    )


def enterprises_file(count: int, *, of_a_building: int = TENANTS_OF_A_BUILDING) -> bytes:
    """A register of so many enterprises, each in a unit of its own, with a liaison and a telephone number."""
    from tests.factories import credit_code

    head = [
        "企业名称",
        "统一社会信用代码",
        "所在楼宇",
        "房号",
        "面积（㎡）",
        "联系人",
        "联系电话",
        "入驻时间",
        "从业人数",
    ]
    rows = []
    for n in range(count):
        building, place = divmod(n, of_a_building)
        floor, door = divmod(place, 10)
        rows.append(
            [
                f"台州量度{n:06d}科技有限公司",
                credit_code(n),
                f"量度{building:03d}号大厦",
                f"{floor + 1}{door + 1:02d}",
                60 + n % 200,
                f"沈雨{chr(0x4E00 + n % 5000)}",
                f"138{n:08d}",
                f"20{10 + n % 14}-0{1 + n % 9}-15",
                5 + n % 90,
            ]
        )
    return workbook(head, rows)


def parse(data: bytes) -> list[list[Any]]:
    """All cells of the file, as calamine gives them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def insert_bare(batch: Any) -> None:
    """Insert the rows that a batch made into an empty database beside this one, in one transaction."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections, transaction

    from louyu.workbooks.understanding import registers

    beside = {**settings.DATABASES["default"], "NAME": str(settings.HOME / "bare.sqlite3")}
    connections.databases["bare"] = {**connections.databases["default"], **beside}
    call_command("migrate", database="bare", verbosity=0)
    with connections["bare"].cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")  # the buildings are in the other database
    made = {
        model: list(model.rows_without_a_reader.filter(origin_batch=batch.pk))
        for model in registers()["enterprises"].order
    }
    with _clock.measure(f"bare insert of {sum(map(len, made.values()))} records"), transaction.atomic("bare"):
        for model, found in made.items():
            model.rows_without_a_reader.using("bare").bulk_create(found, batch_size=CHUNK)


def look_up(rows: list[list[Any]]) -> int:
    """Read every enterprise that the rows name, with its occupancies and contacts; how many there are."""
    from louyu.tenants.models import Contact, Enterprise, Occupancy

    found = 0
    codes = [row[1] for row in rows[1:]]
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        enterprises = {e.pk: e for e in Enterprise.rows_without_a_reader.filter(credit_code__in=part)}
        occupancies = Occupancy.rows_without_a_reader.filter(enterprise__credit_code__in=part)
        contacts = Contact.rows_without_a_reader.filter(enterprise__credit_code__in=part)
        list(occupancies.select_related("unit__floor", "unit__building"))
        list(contacts.select_related("person"))
        found += len(enterprises)
    return found


def _memory_of_import(towers: bytes, tenants: bytes) -> float:
    """MiB that ``louyu import`` takes at most for the same files, in a process and a home of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name, data in (("楼宇台账.xlsx", towers), ("登记表.xlsx", tenants)):
            (home / name).write_bytes(data)
            run_louyu(home, "import", str(home / name), "--apply", "--json").check_returncode()
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> int:
    """The exit status is 1 when an aim is missed."""
    django.setup()
    from django.core.management import call_command

    from louyu.accounts.commands import console_user
    from louyu.workbooks.commands import import_file

    call_command("migrate", verbosity=0)
    by = console_user()
    print(f"import of {ROWS} rows")
    towers, tenants = buildings_file(-(-ROWS // TENANTS_OF_A_BUILDING)), enterprises_file(ROWS)
    import_file(towers, file_name="楼宇台账.xlsx", kind=None, by=by)

    with _clock.measure("parse"):
        rows = parse(tenants)
    with _clock.measure("import"):
        report, batch = import_file(tenants, file_name="登记表.xlsx", kind=None, by=by)
    if batch is None or report["counts"]["new"] != ROWS:
        print(f"MISS the import took {report['counts']}")
        return 1
    insert_bare(batch)
    with _clock.measure("look-up"):
        found = look_up(rows)
    with _clock.measure("second import"):
        report, again = import_file(tenants, file_name="登记表.xlsx", kind=None, by=by)
    if found != ROWS or again is not None or report["counts"]["unchanged"] != ROWS:
        print(f"MISS {found} found, the second import took {report['counts']}")
        return 1

    seconds = _clock.seconds
    (bare,) = (value for name, value in seconds.items() if name.startswith("bare insert"))
    holds = [
        figure("import / (parse + bare insert)", seconds["import"] / (seconds["parse"] + bare), 5),
        figure(
            "second import / (parse + look-up)",
            seconds["second import"] / (seconds["parse"] + seconds["look-up"]),
            2,
        ),
        figure("memory of louyu import", _memory_of_import(towers, tenants), 1024, " MiB"),
    ]
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The small invented district to look around in: the project's own sample registers, brought in as any office would."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from louyu import places
from louyu.accounts.commands import console_user
from louyu.core.errors import Conflict
from louyu.places.commands import draw_areas
from louyu.places.models import Building
from louyu.site.sign_ins import add_sign_in
from louyu.workbooks.commands import import_file

OUTLINES = Path(places.__file__).parent / "outlines.json"
SAMPLES = Path(__file__).parent / "samples"
PASSWORD = "louyu-demo-2026"
SIGN_INS = (
    ("office", "office", None),
    ("security", "security", None),
    ("audit", "audit", None),
    ("subdistrict", "subdistrict", "白云街道"),
    ("secretary", "secretary", "云港社区"),
    ("chief", "chief", "华伟总部大厦"),
    ("administrator", "administrator", "华伟总部大厦"),
)


def load_demo() -> Iterator[str]:
    """Import the samples and make one sign-in per role; lines to print.

    Raises Conflict in a district that is in use.
    """
    by = console_user()
    if Building.objects.for_reader(by).exists():
        raise Conflict(
            _("这里已经有楼宇了，示例只能装进空的数据库。"),
            field="database",
            mend=_("请换一个空的 LOUYU_HOME。"),
        )
    for file in registers_in_order():
        report, _batch = import_file(file.read_bytes(), file_name=file.name, kind=None, by=by)
        found = report["counts"]
        yield (
            f"{file.name}: {found['new']} new, {found['changed']} changed, "
            f"{found['wrong']} wrong cells, {found['ask']} to decide"
        )
    draw_areas(json.loads(OUTLINES.read_text(encoding="utf-8")), by=by)
    for name, role, scope in SIGN_INS:
        add_sign_in(name, role=role, scope=scope, password=PASSWORD)
    yield ""
    yield "Sign-ins (password " + PASSWORD + "):"
    for name, role, scope in SIGN_INS:
        yield f"  {name:14} {role}{' · ' + scope if scope else ''}"


def registers_in_order() -> list[Path]:
    """The sample registers: buildings first, then this month's enterprises."""
    found = sorted(
        p for p in SAMPLES.iterdir() if p.suffix in (".xlsx", ".xls", ".csv") and "12月" not in p.name
    )
    return sorted(found, key=lambda p: "楼宇台账" not in p.name)

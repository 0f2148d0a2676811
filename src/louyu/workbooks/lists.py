"""What lists of any room can show of imports: where each record came from."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core.lists import Column
from louyu.core.models import OriginKind, Sourced
from louyu.core.scoping import Reader
from louyu.workbooks.queries import file_names


def origin_words(record: Sourced, files: dict[Any, str]) -> str:
    """「导入 2026-10 企业台账.xlsx，第 318 行」, or how else the record came in."""
    if record.origin != OriginKind.IMPORTED:
        return str(OriginKind(record.origin).label)
    file = files.get(record.origin_batch, "")
    if record.origin_row is None:
        return _("导入 %(file)s") % {"file": file}
    return _("导入 %(file)s，第 %(row)s 行") % {"file": file, "row": record.origin_row}


def say_origin(records: Sequence[Any], reader: Reader | None = None) -> None:
    """Hang ``origin_words`` on each record; one query for all of them."""
    files = file_names(r.origin_batch for r in records if r.origin_batch)
    for record in records:
        record.origin_words = origin_words(record, files)


ORIGIN = Column(
    "origin",
    gettext_lazy("来源"),
    "origin_words",
    prepare=say_origin,
    style="origin",
    priority=3,
    width=40,
)

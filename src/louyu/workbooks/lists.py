"""What lists of any room can show of imports: where each record came from."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core.lists import Choice, Column, List, Option
from louyu.core.models import OriginKind, Sourced
from louyu.core.scoping import Reader
from louyu.workbooks.models import ImportBatch
from louyu.workbooks.queries import batches, file_names
from louyu.workbooks.understanding import registers


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
    brief=True,
    priority=3,
    width=40,
)


def _kind(batch: ImportBatch) -> str | None:
    register = registers().get(batch.kind)
    return str(register.label) if register else None


def _brought(batch: ImportBatch) -> str | None:
    """What its rows would do or did; None where nobody knows yet."""
    if not batch.counts or batch.state not in (ImportBatch.State.READY, ImportBatch.State.APPLIED):
        return None
    return str(_("新增 %(new)s，更新 %(changed)s，未变 %(unchanged)s") % batch.counts)


def _left(batch: ImportBatch) -> int | None:
    if not batch.counts or batch.state not in (ImportBatch.State.READY, ImportBatch.State.APPLIED):
        return None
    return int(batch.counts["wrong"]) + int(batch.counts["ask"])


def _seen_by(reader: Any) -> Any:
    return batches(reader)


BATCHES = List(
    name="imports",
    title=gettext_lazy("导入"),
    counted=gettext_lazy("共 %(count)s 次"),
    rows=_seen_by,
    columns=(
        Column(
            "file",
            gettext_lazy("文件"),
            "file_name",
            sort="file_name",
            nullable=False,
            link=lambda batch: reverse("workbooks:batch", args=[batch.pk]),
            width=36,
        ),
        Column("kind", gettext_lazy("类型"), _kind, sort="kind", nullable=False, priority=2, width=18),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda batch: str(batch.get_state_display()),
            sort="state",
            nullable=False,
        ),
        Column("brought", gettext_lazy("行"), _brought, priority=2, width=32),
        Column("left", gettext_lazy("还要处理"), _left, "number", unit=gettext_lazy("处")),
        Column(
            "by",
            gettext_lazy("上传人"),
            lambda batch: str(batch.by),
            sort="by__name",
            nullable=False,
            priority=3,
        ),
        Column(
            "made_at",
            gettext_lazy("上传时间"),
            lambda batch: f"{timezone.localtime(batch.made_at):%Y-%m-%d %H:%M}",
            sort="made_at",
            nullable=False,
            style="quiet",
            width=18,
        ),
    ),
    filters=(
        Choice(
            "state",
            gettext_lazy("状态"),
            "state",
            tuple(Option(value, label) for value, label in ImportBatch.State.choices),
        ),
    ),
    default_sort="-made_at",
    definition=gettext_lazy("上传过的表格，以读者的范围为限；每次导入可以整批撤销。"),
    empty=gettext_lazy("还没有导入过表格"),
    empty_mend=gettext_lazy("把楼宇台账或企业台账放到上面，先看读懂了什么，再决定导不导入。"),
)

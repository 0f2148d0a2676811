"""Long work on workbooks, done by the job runner: reading a file, bringing it in, taking it back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from louyu.accounts.models import User
from louyu.core.jobs import Finish, Run, job
from louyu.core.models import Job
from louyu.core.statistics import count_for_the_planner
from louyu.workbooks import commands, queries, reports
from louyu.workbooks.marking import marked_copy, marked_name
from louyu.workbooks.models import ImportBatch

STAGES = {
    "reading": _("正在打开文件"),
    "understanding": _("正在逐行读取"),
    "comparing": _("正在与登记册比对"),
    "writing": _("正在写入登记册"),
    "undoing": _("正在撤销"),
    "marking": _("正在标注"),
}


def batch_page(job: Job) -> str:
    """Where a job on an import is shown: on the import's own page."""
    return reverse("workbooks:batch", args=[job.subject])


def _not_looked(job: Job) -> None:
    """What becomes of a file that was not read: dropped where nobody wants it, else failed, with the reason.

    One that had been read before stays as it was.
    """
    batch, by = _asked(job)
    if batch.state != ImportBatch.State.READING:
        return
    if job.state == Job.State.CANCELLED:
        commands.drop(batch, by=by)
    else:
        commands.keep_refusal(batch, job.refusal)


@job("workbooks.look", _("读取表格"), stages=STAGES, page=batch_page, otherwise=_not_looked)
def look(run: Run) -> Finish:
    """Read an uploaded file and keep the report on it."""
    batch, _by = _asked(run.job)
    understood, plan = commands.look(batch, progress=run.tell)
    return lambda: commands.keep_look(batch, understood, plan)


@job("workbooks.bring_in", _("导入表格"), stages=STAGES, page=batch_page)
def bring_in(run: Run) -> Finish:
    """Bring in what is right in a file, as the user who said so."""
    batch, by = _asked(run.job)
    understood = commands.read(batch, progress=run.tell)
    run.tell("writing", 0, 0)

    def write() -> dict[str, Any]:
        commands.apply(batch, understood=understood, by=by)
        transaction.on_commit(count_for_the_planner)
        return {"counts": batch.counts}

    return write


@job("workbooks.undo", _("撤销导入"), stages=STAGES, page=batch_page)
def undo(run: Run) -> Finish:
    """Take a whole import back."""
    batch, by = _asked(run.job)
    run.tell("undoing", 0, 0)
    return lambda: commands.undo(batch, by=by)


def _asked(job: Job) -> tuple[ImportBatch, User]:
    """The import that a job is about, and who asked for it."""
    batches, users = ImportBatch.rows_without_a_reader, User.rows_without_a_reader
    return batches.select_related("by").get(pk=job.subject), users.get(pk=job.by_id)


@job("workbooks.mark", _("标注表格"), stages=STAGES)
def mark(run: Run, *, batch: str) -> Finish:
    """Mark the wrong cells in a copy of the user's own workbook."""
    found = ImportBatch.rows_without_a_reader.get(pk=UUID(batch))
    run.tell("marking", 0, 0)
    marks = reports.marks(queries.report(found))
    run.keep(marked_copy(queries.upload(found), found.file_name, marks), marked_name(found.file_name))
    return lambda: None

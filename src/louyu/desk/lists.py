"""The lists of the desk: one's own jobs, and the log of exports."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from louyu.accounts.models import User
from louyu.core.jobs import kinds
from louyu.core.lists import Choice, Column, DateRange, List, Option
from louyu.core.models import Job
from louyu.core.queries import jobs
from louyu.core.scoping import Reader
from louyu.desk.jobs import EXPORT


def job_link(job: Job) -> str:
    """Where a job is shown: on the page of its kind, or its own."""
    kind = kinds().get(job.kind)
    return kind.page(job) if kind and kind.page else reverse("desk:job", args=[job.pk])


def kind_words(job: Job) -> str:
    """What is done, in words."""
    kind = kinds().get(job.kind)
    return str(kind.label) if kind else job.kind


def came_of(job: Job) -> str | None:
    """What came of it, in words; None where there is nothing to say (yet)."""
    if job.state == Job.State.FAILED:
        return str(job.refusal.get("reason", ""))
    rows = job.result.get("rows")
    return None if rows is None else _("%(rows)s 行") % {"rows": f"{rows:,}"}


def moment(value: datetime.datetime | None) -> str | None:
    """「2026-11-24 09:30」"""
    return None if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


def _own(reader: Any) -> "QuerySet[Job]":
    return jobs(reader).filter(by_id=reader.pk)


JOBS = List(
    name="jobs",
    title=gettext_lazy("我的任务"),
    counted=gettext_lazy("共 %(count)s 项"),
    rows=_own,
    columns=(
        Column("title", gettext_lazy("内容"), "title", link=job_link, width=36),
        Column("kind", gettext_lazy("任务"), kind_words, sort="kind", nullable=False, width=14),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda job: str(job.get_state_display()),
            sort="state",
            nullable=False,
            tone=lambda job: "overdue" if job.state == Job.State.FAILED else "",
        ),
        Column("came_of", gettext_lazy("结果"), came_of, brief=True, priority=2, width=30),
        Column(
            "made_at",
            gettext_lazy("提交时间"),
            lambda job: moment(job.made_at),
            sort="made_at",
            nullable=False,
            style="quiet",
            width=18,
        ),
        Column(
            "ended_at",
            gettext_lazy("结束时间"),
            lambda job: moment(job.ended_at),
            sort="ended_at",
            style="quiet",
            priority=3,
            width=18,
        ),
    ),
    filters=(
        Choice(
            "state",
            gettext_lazy("状态"),
            "state",
            tuple(Option(value, label) for value, label in Job.State.choices),
        ),
    ),
    default_sort="-made_at",
    definition=gettext_lazy("读者自己交办的导入、导出等较长的任务。"),
    empty=gettext_lazy("还没有任务"),
    empty_mend=gettext_lazy("导入表格、导出较长的列表时，进度和结果会出现在这里。"),
)


def _exports(reader: Any) -> "QuerySet[Job]":
    return jobs(reader).filter(kind=EXPORT, state=Job.State.DONE)


def user_names(keys: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these users; one query."""
    return {user.pk: str(user) for user in User.rows_without_a_reader.filter(pk__in=set(keys))}


def _say_who(rows: Sequence[Any], reader: Reader) -> None:
    """Hang ``who`` on each job: the name of whoever asked; one query."""
    names = user_names(job.by_id for job in rows)
    for job in rows:
        job.who = names.get(job.by_id, "")


def _narrowed(job: Job) -> str | None:
    return "；".join(f"{label} {words}" for label, words in job.arguments.get("narrowed", ())) or None


def _as_of(job: Job) -> str | None:
    told = job.result.get("as_of")
    return moment(datetime.datetime.fromisoformat(told)) if told else None


EXPORTS = List(
    name="exports",
    title=gettext_lazy("导出记录"),
    counted=pgettext_lazy("exports", "共 %(count)s 次"),
    rows=_exports,
    columns=(
        Column(
            "title",
            gettext_lazy("列表"),
            "title",
            link=lambda job: reverse("desk:job", args=[job.pk]),
            width=20,
        ),
        Column(
            "narrowed", gettext_lazy("条件"), _narrowed, absent=gettext_lazy("全部"), brief=True, width=40
        ),
        Column("rows", gettext_lazy("行数"), lambda job: job.result.get("rows"), "number"),
        Column("who", gettext_lazy("导出人"), "who", prepare=_say_who, width=14),
        Column("as_of", gettext_lazy("截至"), _as_of, priority=2, style="quiet", width=18),
        Column(
            "ended_at",
            gettext_lazy("导出时间"),
            lambda job: moment(job.ended_at),
            sort="ended_at",
            style="quiet",
            width=18,
        ),
    ),
    filters=(DateRange("ended", gettext_lazy("导出日期"), "ended_at__date"),),
    default_sort="-ended_at",
    definition=gettext_lazy("每一次把列表导出为 Excel：本人的；审计员可见全部。"),
    empty=gettext_lazy("还没有导出过"),
    empty_mend=gettext_lazy("在任何列表上点「导出 Excel」，谁、什么时候、导出了哪些行，都会记在这里。"),
)

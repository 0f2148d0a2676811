"""Asking for a job, and taking the wish back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from louyu.core import commands
from louyu.core.errors import Conflict
from louyu.core.jobs.declare import kinds
from louyu.core.jobs.doing import do, otherwise, runner_name
from louyu.core.models import Job


def start(kind: str, *, by: UUID, title: str = "", subject: UUID | None = None, **arguments: Any) -> Job:
    """Ask for a job of this kind; a runner takes it up once the caller's transaction is committed.

    by: key of the user who asks, as whom it is done. title: what it is about, in words. subject: the record that it
    works on, which has one open job at a time: where there is one, that one is returned and none is made.
    arguments: plain values, as JSON holds them. Raises KeyError for a kind that no room declares.
    """
    job, _fresh = commands.queue_job(
        kinds()[kind].name, by=by, title=title, subject=subject, arguments=arguments
    )
    return job


def at_once(kind: str, *, by: UUID, title: str = "", subject: UUID | None = None, **arguments: Any) -> Job:
    """Do a job here and now, where it is short, with the same record of it; the job as it ended.

    Raises Refusal when it is refused, Conflict when the subject has an open job.
    """
    job, fresh = commands.queue_job(
        kinds()[kind].name,
        by=by,
        title=title,
        subject=subject,
        arguments=arguments,
        runner=runner_name(),
    )
    if not fresh:
        raise Conflict(
            _("这件事正在办。"), field="job", value=job.title, mend=_("请等它办完再试。"), code="busy"
        )
    refusal = do(job)
    if refusal is not None:
        raise refusal
    job.refresh_from_db()
    return job


def cancel(job: Job) -> None:
    """Do without a job: one that waits ends now, one that is being done ends at its next word."""
    with transaction.atomic():
        waiting = commands.ask_to_cancel(job)
        if waiting is not None:
            commands.end_job(waiting, Job.State.CANCELLED)
            otherwise(waiting)

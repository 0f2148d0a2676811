"""Writes of the queue of jobs. They are the machinery's own: what a job does to records is in its room's commands."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from louyu.core.files import drop_file
from louyu.core.models import Job

LEASE = datetime.timedelta(seconds=30)
"""A runner that is not heard of for so long is taken for dead."""
LEASE_AT_ONCE = datetime.timedelta(minutes=10)
"""A page that does a job itself renews nothing."""
State = Job.State


def queue_job(
    kind: str,
    *,
    by: UUID,
    title: str,
    subject: UUID | None,
    arguments: Mapping[str, Any],
    runner: str = "",
) -> tuple[Job, bool]:
    """Put a job into the queue, or, with a ``runner`` named, into its hands at once; the job, and whether it is new.

    Where the subject has an open job already, that one: a second click finds the first one's.
    """
    job = Job(
        kind=kind,
        by_id=by,
        title=title[:200],
        subject=subject,
        arguments=dict(arguments),
        language=get_language() or "zh-hans",
    )
    if runner:
        _take(job, runner, LEASE_AT_ONCE)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        return Job.rows_without_a_reader.get(subject=subject, state__in=Job.OPEN), False
    return job, True


def take_job(runner: str) -> Job | None:
    """The next job that waits, or whose runner is dead, now in this runner's hands; None when there is none.

    Several runners may ask: on PostgreSQL each skips what another is taking, on SQLite they take turns.
    """
    if not _due().exists():
        return None  # no lock for nothing
    with transaction.atomic():
        job = _due().select_for_update(skip_locked=True).order_by("id").first()
        if job is not None:
            _take(job, runner, LEASE)
            job.save()
        return job


def _due() -> "QuerySet[Job]":
    found: QuerySet[Job] = Job.rows_without_a_reader.filter(
        Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=timezone.now())
    )
    return found


def _take(job: Job, runner: str, lease: datetime.timedelta) -> None:
    now = timezone.now()
    job.state, job.runner, job.attempts = State.RUNNING, runner, job.attempts + 1
    job.lease_until, job.started_at, job.progress = now + lease, job.started_at or now, {}


def renew(job: Job, **told: Any) -> Job | None:
    """Say that the job's runner is alive, and how far it is; the job as it stands, None when another runner has it."""
    held = _held(job)
    if not held.update(lease_until=timezone.now() + LEASE, **told):
        return None
    return held.first()


def hold(job: Job) -> Job | None:
    """The job, locked until the transaction ends; None when it is not this attempt's any more."""
    return _held(job).select_for_update().first()


def _held(job: Job) -> "QuerySet[Job]":
    found: QuerySet[Job] = Job.rows_without_a_reader.filter(
        pk=job.pk, state=State.RUNNING, attempts=job.attempts
    )
    return found.order_by()


def end_job(job: Job, state: Job.State, **values: Any) -> None:
    """Let a job that this transaction holds end in this state."""
    job.state, job.ended_at, job.progress, job.lease_until = state, timezone.now(), {}, None
    for name, value in values.items():
        setattr(job, name, value)
    job.save()


def give_back(job: Job) -> None:
    """Let the job wait again for a runner. Being asked to end is no failed attempt."""
    _held(job).update(
        state=State.QUEUED, runner="", lease_until=None, progress={}, attempts=max(job.attempts - 1, 0)
    )


def let_go(job: Job) -> None:
    """Let the job be taken up again at once by whoever comes; the attempt counts."""
    _held(job).update(lease_until=timezone.now())


def ask_to_cancel(job: Job) -> Job | None:
    """Note that nobody wants the job any more; if none has it yet, the job, to be ended by this transaction."""
    open_ones = Job.rows_without_a_reader.filter(pk=job.pk, state__in=Job.OPEN)
    open_ones.update(cancel_asked=True)
    return open_ones.filter(state=State.QUEUED).select_for_update().order_by().first()


def release(runners: Iterable[str]) -> int:
    """Take the jobs out of the hands of these runners, which are dead; how many there were."""
    lost = Job.rows_without_a_reader.filter(state=State.RUNNING, runner__in=list(runners))
    return lost.update(lease_until=timezone.now())


def drop_old_files() -> int:
    """Take away files that were kept for long enough; the jobs stay. How many there were."""
    old = list(Job.rows_without_a_reader.filter(file_until__lt=timezone.now()))
    for job in old:
        drop_files(job)
        job.file_key_sealed, job.file_until = b"", None
        job.save(update_fields=["file_key_sealed", "file_until"])
    return len(old)


def drop_files(job: Job, *, but: str = "") -> None:
    """Take away what the attempts at a job kept, but the one part."""
    for attempt in range(1, job.attempts + 1):
        if (part := file_part(attempt)) != but:
            drop_file(job.pk, part)


def file_part(attempt: int) -> str:
    """The name under which an attempt keeps its file: two that know nothing of each other do not write over it."""
    return f"file-{attempt}"

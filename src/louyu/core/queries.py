"""What every room may read, for nobody in particular: the working calendar is published by the State Council."""

import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from louyu.core.calendar import WorkingDays, seeded
from louyu.core.commands import file_part
from louyu.core.files import kept_file
from louyu.core.models import Job, WorkCalendarDay
from louyu.core.prepared import prepared
from louyu.core.scoping import Reader


def working_days() -> WorkingDays:
    """The working days this deployment knows: those of the package, and those of notices loaded since. One query."""
    known = seeded()
    notices: dict[int, dict[datetime.date, bool]] = {}
    for year, day, working in _loaded_days():
        notices.setdefault(year, {})[day] = working
    for year, overrides in notices.items():
        known = known.with_notice(year, overrides)
    return known


@prepared
def _loaded_days() -> "QuerySet[Any]":
    days = WorkCalendarDay.rows_without_a_reader.values_list("notice_year", "day", "working")
    return days.order_by("notice_year")


def notice_document(year: int) -> str:
    """The number of the notice that was loaded for a year; empty where none was."""
    loaded = WorkCalendarDay.rows_without_a_reader.filter(notice_year=year)
    return loaded.values_list("document", flat=True).first() or ""


def jobs(reader: Reader) -> "QuerySet[Job]":
    """The jobs that exist for this reader, newest first."""
    return Job.objects.for_reader(reader)


def job_on(subject: UUID) -> Job | None:
    """The newest job on a record that was read for its reader."""
    found: Job | None = Job.rows_without_a_reader.filter(subject=subject).order_by("-id").first()
    return found


def file_of(job: Job) -> bytes:
    """The file that came of a job. Raises FileNotFoundError when there is none, or not any more."""
    if not job.file_key_sealed:
        raise FileNotFoundError(job.pk)
    return kept_file(job.pk, sealed_key=job.file_key_sealed, part=file_part(job.attempts))


def runners_at_work() -> list[str]:
    """The names of the processes that have a job in hand, or had one when they died."""
    running = Job.rows_without_a_reader.filter(state=Job.State.RUNNING).order_by()
    return list(running.values_list("runner", flat=True).distinct())

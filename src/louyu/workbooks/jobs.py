"""Long work on workbooks, done by the job runner: reading a file, bringing it in."""

from uuid import UUID

from django_tasks import task

from louyu.core.errors import Refusal
from louyu.core.statistics import count_for_the_planner
from louyu.workbooks import commands
from louyu.workbooks.models import ImportBatch


@task()
def look_at(batch: str) -> None:
    """Read an uploaded file and keep the report on it."""
    commands.look(ImportBatch.rows_without_a_reader.select_related("by").get(pk=UUID(batch)))


@task()
def bring_in(batch: str) -> None:
    """Bring in what is right in a file, as the user who uploaded it."""
    found = ImportBatch.rows_without_a_reader.select_related("by").get(pk=UUID(batch))
    try:
        commands.apply(found, by=found.by)
    except Refusal as refusal:
        commands.failed(found, refusal)
    else:
        count_for_the_planner()

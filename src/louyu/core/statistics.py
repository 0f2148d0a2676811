"""What the planner knows of how rows are spread. PostgreSQL counts by itself what is committed."""

from contextlib import suppress

from django.db import OperationalError, connection

MOST_ROWS = 1000
"""So many rows of an index are looked at: the answer is rough, and takes milliseconds however large the table is."""


def count_for_the_planner(*, uncommitted: bool = False) -> None:
    """Let SQLite count, where serving begins and where an import has brought many rows.

    uncommitted: in the midst of a transaction that has written many rows and goes on reading them; then PostgreSQL
    too, which otherwise takes their tables for empty.

    ``PRAGMA optimize`` would do less than it promises: before SQLite 3.46 it only looks at tables that this same
    connection has asked before, which at the start of serving are none.
    """
    if connection.vendor != "sqlite":
        if uncommitted:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        return
    with (
        suppress(OperationalError),
        connection.cursor() as cursor,
    ):  # somebody writes: it is not worth failing for
        cursor.execute(f"PRAGMA analysis_limit = {MOST_ROWS}")
        cursor.execute("ANALYZE")

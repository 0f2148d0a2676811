"""What ``louyu check`` looks at: settings, keys, database, constraints, trail, stored files, built front end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.models import BaseConstraint
from django.utils import timezone

from louyu.accounts.queries import trail_faults
from louyu.cases.models import Attachment
from louyu.core.commands import file_part
from louyu.core.constraints import NoOverlap
from louyu.core.figures import differences
from louyu.core.files import kept_file
from louyu.core.models import Job
from louyu.core.sealing import CannotOpen, Sealed, key_fields, key_number, open_key
from louyu.core.tallies import Tallied
from louyu.workbooks.models import ImportBatch

Finding = tuple[str, str]
"""Level (error, warning, note) and what was found."""


def findings() -> Iterator[Finding]:
    """Everything that is not as it should be, and what is missing."""
    yield from _settings()
    yield from _database()
    yield from _constraints()
    for fault in trail_faults():
        yield "error", f"audit trail: {fault}"
    yield from _figures()
    yield from _lost_keys()
    yield from _files()
    if not Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).exists():
        yield "warning", "the front end is not built: run make setup"
    yield "note", f"{connection.vendor} database, home {settings.HOME}"


def _settings() -> Iterator[Finding]:
    for message in checks.run_checks():
        if message.id != "django_vite.W001":
            yield ("error" if message.level >= checks.ERROR else "warning"), f"{message.id}: {message.msg}"
    keys = Path(settings.HOME) / "keys"
    for key in keys.glob("*"):
        if key.stat().st_mode & 0o077:
            yield "error", f"key {key.name} can be read by others: chmod 600"


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check")
            for (line,) in cursor.fetchall():
                if line != "ok":
                    yield "error", f"database: {line}"
            cursor.execute("PRAGMA foreign_key_check")
            for table, row, parent, _index in cursor.fetchall():
                yield "error", f"database: row {row} of {table} refers to a {parent} that is not there"
            for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
                cursor.execute(f"PRAGMA {pragma}")
                (value,) = cursor.fetchone()
                if value != wanted:
                    yield "error", f"database: {pragma} is {value}, must be {wanted}"


def _constraints() -> Iterator[Finding]:
    """Every constraint that the models declare is in the database."""
    for model in apps.get_models():
        if not model.__module__.startswith("louyu."):
            continue
        there = _in_database(model._meta.db_table)
        for constraint in model._meta.constraints:
            for name in _names(constraint):
                if name not in there:
                    yield (
                        "error",
                        f"constraint {name} of {model._meta.db_table} is not in the database: louyu manage migrate",
                    )


def _names(constraint: BaseConstraint) -> tuple[str, ...]:
    if isinstance(constraint, Tallied):
        return constraint.names()
    if connection.vendor == "sqlite" and isinstance(constraint, NoOverlap):
        return f"{constraint.name}_insert", f"{constraint.name}_update"
    return (constraint.name,)


def _in_database(table: str) -> set[str]:
    with connection.cursor() as cursor:
        found: set[Any] = set(connection.introspection.get_constraints(cursor, table))
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name = %s AND type = 'trigger'", [table])
            found |= {name for (name,) in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass"
                " UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass",
                [table, table],
            )
            found |= {name for (name,) in cursor.fetchall()}
    return found


def _figures() -> Iterator[Finding]:
    """Every tally is what a recount of the facts comes to."""
    for found in differences():
        code, span, start, building = found.key
        yield (
            "error",
            f"figure {code}: the tally of {span} {start}, building {building} says {found.tally.records} records"
            f" and {found.tally.amount}, the facts {found.facts.records} and {found.facts.amount}",
        )


def _lost_keys() -> Iterator[Finding]:
    """Every sealing key that something is sealed by is on this machine, and is the one it was sealed by."""
    for model, field in key_fields():
        held: dict[int, list[Sealed]] = {}
        found = model.rows_without_a_reader.exclude(**{field: b""}).values_list(field, flat=True)
        for sealed in found.iterator():
            held.setdefault(key_number(sealed), []).append(sealed)
        for number, keys in sorted(held.items()):
            try:
                open_key(keys[0])
            except CannotOpen:
                what = f"{len(keys)} {model._meta.label} cannot be opened; put its file back"
                yield "error", f"key seal-{number} in {settings.HOME}/keys is missing or another: {what}"


def _files() -> Iterator[Finding]:
    """Every file is where it should be, and its key and bytes open: of imports, of cases, what came of jobs."""
    kept = ImportBatch.rows_without_a_reader.exclude(state=ImportBatch.State.DROPPED)
    for key, sealed in kept.values_list("pk", "file_key_sealed").iterator():
        yield from _file(f"the file of import {key}", key, sealed)
    attached = Attachment.rows_without_a_reader.values_list("pk", "case__number", "key_sealed")
    for key, case, sealed in attached.iterator():
        yield from _file(f"attachment {key} of case {case}", key, sealed)
    for job in Job.rows_without_a_reader.filter(file_until__gt=timezone.now()).iterator():
        part = file_part(job.attempts)
        yield from _file(f"the file of job {job.pk}", job.pk, job.file_key_sealed, part)


def _file(what: str, key: UUID, sealed_key: Sealed, part: str = "file") -> Iterator[Finding]:
    try:
        kept_file(key, sealed_key=sealed_key, part=part)
    except FileNotFoundError:
        yield "error", f"{what} is missing"
    except CannotOpen as error:
        yield "error", f"{what} cannot be opened: {error}"

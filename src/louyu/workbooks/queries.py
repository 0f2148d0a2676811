"""Reads of imports: the list, one batch with its report, what was remembered and decided."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from louyu.accounts.models import User
from louyu.core.files import kept_file
from louyu.core.sealing import keyed_digest
from louyu.workbooks.models import ColumnMemory, Decision, ImportBatch
from louyu.workbooks.understanding import registers


def batches(reader: User) -> "QuerySet[ImportBatch]":
    """The imports that exist for this reader, newest first.

    One of a kind that the reader may not bring in (a roster of members) is seen by its importer alone: it quotes
    its file.
    """
    found: QuerySet[ImportBatch] = ImportBatch.objects.for_reader(reader).select_related("by")
    closed = [kind for kind, register in registers().items() if not reader.may(register.action)]
    return found.exclude(~Q(by=reader), kind__in=closed) if closed else found


def report(batch: ImportBatch) -> dict[str, Any]:
    """What was found in the batch's file when it was last looked at (see ``workbooks.reports``)."""
    try:
        found: dict[str, Any] = json.loads(
            kept_file(batch.pk, sealed_key=batch.file_key_sealed, part="report")
        )
    except FileNotFoundError:
        return {}
    return found


def upload(batch: ImportBatch) -> bytes:
    """The file as it was brought in."""
    return kept_file(batch.pk, sealed_key=batch.file_key_sealed)


def remembered_headings() -> dict[str, dict[str, str]]:
    """kind → heading → field, as people corrected them."""
    found: dict[str, dict[str, str]] = {}
    for kind, heading, field in ColumnMemory.rows_without_a_reader.values_list("kind", "heading", "field"):
        found.setdefault(kind, {})[heading] = field
    return found


def question_digest(kind: str, key: str) -> str:
    """Under what a question is remembered: a keyed hash, so that no personal value stands in the table."""
    return keyed_digest(f"decision {kind}", key).hex()


def decisions(kind: str) -> dict[str, str]:
    """What people decided for this kind of register: question digest → choice."""
    return dict(Decision.rows_without_a_reader.filter(kind=kind).values_list("question", "choice"))


def earlier_lists(kind: str, *, but: UUID | None = None, newest: int = 12) -> list[set[UUID]]:
    """What the last applied imports of this kind listed, newest first, as sets of record keys."""
    applied = ImportBatch.rows_without_a_reader.filter(kind=kind, state=ImportBatch.State.APPLIED)
    packed = applied.exclude(pk=but).order_by("-applied_at").values_list("seen", flat=True)[:newest]
    return [{UUID(bytes=bytes(seen[i : i + 16])) for i in range(0, len(seen), 16)} for seen in packed]


def file_names(batches: Iterable[UUID]) -> dict[UUID, str]:
    """The names of the files that these batches brought in: whoever sees a record may know which file it is from."""
    found = ImportBatch.rows_without_a_reader.filter(pk__in=set(batches))
    return dict(found.values_list("pk", "file_name"))


def under_way(kind: str, reader: User) -> ImportBatch | None:
    """The newest file of this kind that is being read or waits to be brought in; None where there is none."""
    waiting = (ImportBatch.State.READING, ImportBatch.State.READY)
    return batches(reader).filter(kind=kind, state__in=waiting).order_by("-made_at").first()

"""What was done to a record, as its own page tells it: a read of the audit trail."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from louyu.accounts.models import AuditChange, AuditEntry


@dataclass(frozen=True)
class Recorded:
    """One change of one record: its entry, the model's label, values before and after (None: was not there)."""

    entry: AuditEntry
    model: str
    subject: UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def recorded(subjects: Iterable[UUID], *, most: int = 200) -> list[Recorded]:
    """What was done to these records, newest first; one query.

    The caller names records that it has read for its reader: who sees a record may know what was done to it. The
    whole trail is for those who audit.
    """
    found = AuditChange.rows_without_a_reader.filter(subject__in=list(subjects)).select_related("entry__by")
    return [read(change) for change in found.order_by("-entry", "position")[:most]]


def read(change: AuditChange) -> Recorded:
    """The change with its values read."""
    return Recorded(change.entry, change.model, change.subject, _values(change.before), _values(change.after))


def _values(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)

"""The audit trail's canonical form and its chain of keyed hashes (HMAC-SM3, key outside the database)."""

import base64
import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from louyu.core.sealing import keyed_digest, keyed_digest_of_parts

if TYPE_CHECKING:
    from louyu.accounts.models import AuditChange, AuditEntry

Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One record before and after; None: it was not there."""

    model: str
    subject: UUID
    before: Values | None
    after: Values | None


def plain(value: Any) -> Any:
    """A field's value as canonical JSON holds it: ISO dates, moments in UTC, fractions and keys as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case UUID():
            return value.hex
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case datetime.datetime() if value.tzinfo is not None:
            return value.astimezone(datetime.UTC).isoformat()
        case datetime.datetime() | datetime.date():
            return value.isoformat()
        case Decimal() | float():
            return format(Decimal(str(value)).normalize(), "f")
    return json.loads(json.dumps(value, default=str))


def snapshot(instance: models.Model, fields: Iterable[str] | None = None) -> Values:
    """The record's stored values by field; only ``fields`` if named. Empty values and the key are left out.

    A model may name fields that never enter the trail in ``not_in_the_trail`` (keys, masks, search columns).
    """
    wanted = None if fields is None else set(fields)
    never = getattr(instance, "not_in_the_trail", ())
    return {
        f.name: plain(value)
        for f in instance._meta.concrete_fields
        if not f.primary_key
        and f.name not in never
        and (wanted is None or f.name in wanted or f.attname in wanted)
        and ((value := getattr(instance, f.attname)) not in (None, "", b"") or wanted is not None)
    }


def stored_value(field: Any, value: Any) -> Any:
    """The field's value from its canonical form: what ``plain`` wrote, read back."""
    if value is None:
        return None
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    return field.to_python(value)


def change_text(values: Values | None) -> str | None:
    """Canonical JSON: sorted keys, no spaces."""
    if values is None:
        return None
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def changes_digest(changes: Iterable["AuditChange"]) -> bytes:
    """One digest over all changes of an entry, in order."""
    lines = (f"{c.position}\0{c.model}\0{c.subject.hex}\0{c.before}\0{c.after}\n".encode() for c in changes)
    return keyed_digest_of_parts("audit changes", lines)


def entry_digest(entry: "AuditEntry", previous: bytes) -> bytes:
    """An entry's digest: over its own values and the digest of the entry before it."""
    at = entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    text = json.dumps(
        [
            entry.sequence,
            at,
            entry.by_id.hex if entry.by_id else None,
            entry.action,
            entry.reason,
            entry.batch.hex if entry.batch else None,
            entry.undoes_id,
        ],
        ensure_ascii=False,
    )
    return keyed_digest("audit entry", previous + bytes(entry.changes_digest) + text.encode())

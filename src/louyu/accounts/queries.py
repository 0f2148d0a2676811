"""Reads of users and of the trail; whether the trail is whole."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from louyu.accounts.chain import changes_digest, entry_digest
from louyu.accounts.models import AuditChange, AuditEntry, AuditHead

MOST_FINDINGS = 20


def trail_faults() -> Iterator[str]:
    """What is wrong with the audit trail, in words; nothing when it is whole.

    Found: a changed entry or change, one taken out, one put in, two swapped, the newest ones cut off.
    """
    previous, expected = bytes(32), 1
    changes = groupby(
        AuditChange.rows_without_a_reader.order_by("entry_id", "position").iterator(5000),
        key=lambda c: c.entry_id,
    )
    waiting: tuple[int, list[Any]] | None = None

    def changes_of(sequence: int) -> tuple[list[Any], list[int]]:
        nonlocal waiting
        strays: list[int] = []
        while True:
            if waiting is None:
                key, group = next(changes, (None, None))
                if key is None:
                    return [], strays
                waiting = (key, list(group or ()))
            if waiting[0] > sequence:
                return [], strays
            key, rows = waiting
            waiting = None
            if key == sequence:
                return rows, strays
            strays.append(key)

    for entry in AuditEntry.rows_without_a_reader.order_by("sequence").iterator(2000):
        if entry.sequence != expected:
            yield f"entries {expected} to {entry.sequence - 1} are missing"
            expected = entry.sequence
        rows, strays = changes_of(entry.sequence)
        for stray in strays:
            yield f"changes of an entry {stray} that is not there"
        if changes_digest(rows) != bytes(entry.changes_digest):
            yield f"entry {entry.sequence}: its changes are not those that were written"
        if entry_digest(entry, previous) != bytes(entry.digest):
            yield f"entry {entry.sequence}: altered, or not in its place"
        previous, expected = bytes(entry.digest), entry.sequence + 1
    if waiting is not None or next(changes, None) is not None:
        yield "changes of entries that are not there"
    head = AuditHead.rows_without_a_reader.filter(pk=1).first()
    told = (head.sequence, bytes(head.digest)) if head else (0, bytes(32))
    if told != (expected - 1, previous):
        yield f"the newest entry should be {told[0]}, found {expected - 1}"

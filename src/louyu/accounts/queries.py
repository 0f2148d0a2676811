"""Reads of users and of the trail; whether the trail is whole."""

import sys
from collections.abc import Iterator
from itertools import groupby

from louyu.accounts.chain import changes_digest, entry_digest
from louyu.accounts.models import AuditChange, AuditEntry, AuditHead


def head_digest() -> bytes | None:
    """The digest of the newest entry of the trail: another one after every command. None before the first."""
    found = AuditHead.rows_without_a_reader.filter(pk=1).values_list("digest", flat=True)
    return next((bytes(digest) for digest in found), None)


def trail_faults() -> Iterator[str]:
    """What is wrong with the audit trail, in words; nothing when it is whole.

    Found: a changed entry or change, one taken out, one put in, two swapped, the newest ones cut off. Entries and
    their changes are read side by side, so that a long trail needs no more memory than a short one.
    """
    previous, expected = bytes(32), 1
    told = _digests_of_changes()
    key, digest = next(told, NONE_LEFT)
    for entry in AuditEntry.rows_without_a_reader.order_by("sequence").iterator(2000):
        if entry.sequence != expected:
            yield f"entries {expected} to {entry.sequence - 1} are missing"
        while key < entry.sequence:
            yield f"changes of an entry {key} that is not there"
            key, digest = next(told, NONE_LEFT)
        found = changes_digest(())
        if key == entry.sequence:
            found = digest
            key, digest = next(told, NONE_LEFT)
        if found != bytes(entry.changes_digest):
            yield f"entry {entry.sequence}: its changes are not those that were written"
        if entry_digest(entry, previous) != bytes(entry.digest):
            yield f"entry {entry.sequence}: altered, or not in its place"
        previous, expected = bytes(entry.digest), entry.sequence + 1
    if (key, digest) != NONE_LEFT:
        yield "changes of entries that are not there"
    head = AuditHead.rows_without_a_reader.filter(pk=1).first()
    newest = (head.sequence, bytes(head.digest)) if head else (0, bytes(32))
    if newest != (expected - 1, previous):
        yield f"the newest entry should be {newest[0]}, found {expected - 1}"


NONE_LEFT = (sys.maxsize, b"")


def _digests_of_changes() -> Iterator[tuple[int, bytes]]:
    """Sequence of each entry that has changes, with the digest over them as they stand."""
    changes = AuditChange.rows_without_a_reader.order_by("entry_id", "position").iterator(5000)
    for sequence, group in groupby(changes, key=lambda change: change.entry_id):
        yield sequence, changes_digest(group)

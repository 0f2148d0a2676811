"""Reads of users and of the trail; whether the trail is whole."""

import datetime
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from louyu.accounts import scopes
from louyu.accounts.chain import changes_digest, entry_digest
from louyu.accounts.change_words import Step, step_of, without_numbers
from louyu.accounts.models import AuditChange, AuditEntry, AuditHead, Grant, User
from louyu.accounts.recorded import Recorded, read
from louyu.core.scoping import Reader


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


# Users


def users(reader: Reader) -> "QuerySet[User]":
    """The users that this reader may know of, with what lists look in (``found_by``) and ask for."""
    found: QuerySet[User] = User.objects.for_reader(reader)
    return found.annotate(found_by=Lower(Concat("username", Value(" "), "name")))


def running(day: datetime.date) -> Q:
    """Grants that run on a day or will run."""
    return Q(until__isnull=True) | Q(until__gt=day)


def grants_of(people: Iterable[User], reader: Reader) -> dict[UUID, list[Grant]]:
    """The grants of these users that run or will run, by the user's key; one query."""
    found: QuerySet[Grant] = Grant.objects.for_reader(reader)
    by_user: dict[UUID, list[Grant]] = defaultdict(list)
    for one in found.filter(running(timezone.localdate()), user__in=list(people)).order_by("since", "role"):
        by_user[one.user_id].append(one)
    return by_user


def all_grants_of(user: User, reader: Reader) -> list[Grant]:
    """Every grant that the user has or had, the newest first."""
    found: QuerySet[Grant] = Grant.objects.for_reader(reader)
    return list(found.filter(user=user).order_by("-since", "-id"))


def holding(role: str, reader: Reader) -> Q:
    """Users with this role today or later; "": without any."""
    held: QuerySet[Grant] = Grant.objects.for_reader(reader)
    held = held.filter(running(timezone.localdate()), user=OuterRef("pk"))
    return Q(Exists(held.filter(role=role))) if role else ~Q(Exists(held))


def with_second_step() -> Any:
    """Whether a user signs in by two steps, for a query of users."""
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP))


def has_second_step(user: User) -> bool:
    """Whether this user signs in by two steps."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def signed_in_devices(user: User) -> int:
    """On how many devices this user is signed in."""
    return int(UserSession.objects.filter(user=user).count())


# The trail


NOTHING = Q(pk__in=[])


def entries(reader: User) -> "QuerySet[AuditEntry]":
    """The entries of the trail, for those who audit; nobody else has any. ``last``: position of its last change."""
    found: QuerySet[AuditEntry] = AuditEntry.rows_without_a_reader.filter(
        Q() if reader.may("accounts.see_trail") else NOTHING
    )
    changes = AuditChange.rows_without_a_reader.filter(entry=OuterRef("pk"))
    return found.annotate(last=Subquery(changes.order_by("-position").values("position")[:1]))


def about(subject: UUID) -> Q:
    """The entries that changed this record."""
    return Q(pk__in=AuditChange.rows_without_a_reader.filter(subject=subject).values("entry"))


def between(first: datetime.datetime | None, last: datetime.datetime | None) -> Q:
    """The entries from one moment until before another. Moments only grow with the number, so that it is a range."""
    fits = Q()
    if first is not None:
        fits &= Q(at__gte=first)
    if last is not None:
        fits &= Q(at__lt=last)
    return fits


@dataclass(frozen=True)
class Told:
    """A change as the trail's page tells it: the record's key, its name where it has one, and the step in words."""

    subject: UUID
    name: str
    step: Step | None


FIRST_CHANGES = 100


def told(entries: Iterable[AuditEntry], *, most: int = FIRST_CHANGES) -> dict[int, list[Told]]:
    """The first changes of each of these entries, in words, by the entry's number.

    Sealed values stay sealed, what looks like somebody's number is masked. Two queries, and one for each kind of
    record that is named.
    """
    found = AuditChange.rows_without_a_reader.filter(entry__in=[e.pk for e in entries], position__lt=most)
    changes = [(c.entry_id, read(c)) for c in found.select_related("entry").order_by("entry_id", "position")]
    names = _Names([change for _entry, change in changes])
    by_entry: dict[int, list[Told]] = defaultdict(list)
    for entry, change in changes:
        step = step_of(change, names.of, hidden=NOT_TOLD)
        name = without_numbers(names.of_subject(change))
        by_entry[entry].append(Told(change.subject, name, _masked(step)))
    return by_entry


NOT_TOLD = ("scope_id", "origin_batch", "origin_sheet", "origin_row", "recorded_at", "search", "digest")


def _masked(step: Step | None) -> Step | None:
    if step is None:
        return None
    lines = [
        type(line)(line.label, without_numbers(line.before), without_numbers(line.after))
        for line in step.lines
    ]
    return Step(step.what, step.done, lines)


NAMED_BY = ("name", "username", "number", "name_zh", "file_name")
"""Fields by which a record is called; persons have none of these: they stay nameless here."""


class _Names:
    """The names of the records that changes are about or mention; one query for each kind."""

    def __init__(self, changes: Collection[Recorded]) -> None:
        wanted: dict[Any, set[UUID]] = defaultdict(set)
        for change in changes:
            model = apps.get_model(change.model)
            wanted[model].add(change.subject)
            for values in (change.before or {}, change.after or {}):
                for field in model._meta.concrete_fields:
                    if field.is_relation and (key := values.get(field.name)):
                        wanted[field.related_model].add(_key(key))
        self.known: dict[tuple[Any, UUID], str] = {}
        for model, keys in wanted.items():
            fields = {f.name for f in model._meta.concrete_fields}
            by = next((name for name in NAMED_BY if name in fields), None)
            if by is not None:
                rows = model.rows_without_a_reader.filter(pk__in=keys).values_list("pk", by)
                self.known |= {(model, _key(key)): str(name) for key, name in rows}
        granted = Grant.rows_without_a_reader.filter(pk__in=wanted.get(Grant, ()))
        self.known |= {(Grant, key): name for key, name in scopes.names_of(granted).items()}

    def of(self, model: Any, key: str) -> str:
        """The name; the end of its key for what has none or is gone."""
        return self.known.get((model, _key(key))) or f"…{str(key)[-6:]}"

    def of_subject(self, change: Recorded) -> str:
        """The name of the record that a change is about."""
        return self.of(apps.get_model(change.model), change.subject.hex)


def _key(key: Any) -> Any:
    try:
        return key if isinstance(key, UUID) else UUID(str(key))
    except ValueError:
        return key


def newest_entry() -> int:
    """The number of the newest entry: how long the trail is."""
    return AuditEntry.rows_without_a_reader.aggregate(newest=Max("sequence"))["newest"] or 0

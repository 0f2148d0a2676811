"""The wrapper that makes a function a command, the audit trail it writes, and taking an entry back."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from itertools import groupby, islice
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts import policy
from louyu.accounts.chain import Change, change_text, changes_digest, entry_digest, snapshot, stored_value
from louyu.accounts.models import AuditChange, AuditEntry, AuditHead, User
from louyu.core.errors import Conflict
from louyu.core.prepared import prepared

P = ParamSpec("P")
R = TypeVar("R")

CHUNK = 2000
FEW = 8
"""Up to so many rows are written sooner by SQL that is ready than by a statement built for them."""


@dataclass
class _Running:
    action: str
    by: User
    entries: list[AuditEntry] = field(default_factory=list)
    head: AuditHead | None = None
    """The head as ``alone`` locked it, until an entry is appended."""


_running: ContextVar[_Running | None] = ContextVar("running_command", default=None)
_batch: ContextVar[UUID | None] = ContextVar("running_batch", default=None)


@contextmanager
def one_batch(batch: UUID) -> Iterator[None]:
    """Let every entry written meanwhile belong to this batch: several commands done at once, found together."""
    token = _batch.set(batch)
    try:
        yield
    finally:
        _batch.reset(token)


@contextmanager
def _as(running: _Running) -> Iterator[_Running]:
    """Let this be the running command; the one around it reads the head anew, which this one has moved."""
    outer = _running.get()
    token = _running.set(running)
    try:
        yield running
    finally:
        _running.reset(token)
        if outer is not None:
            outer.head = None


def command(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a command: one transaction, permission on its first argument (if a record), an audit entry.

    The function takes ``by`` (the user) by keyword and says what it changed with ``record``; a command that ends
    without an audit entry is an error, and nothing of it is kept.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by: Any = kwargs["by"]
            first = args[0] if args and isinstance(args[0], models.Model) else None
            with transaction.atomic():
                policy.require(by, action, first if first is not None and not first._state.adding else None)
                with _as(_Running(action, by)) as running:
                    result = function(*args, **kwargs)
                    if not running.entries:
                        raise RuntimeError(f"{action} left no audit entry")
            return result

        run.action = action  # type: ignore[attr-defined]
        return run

    return wrap


def record(
    changes: Iterable[Change],
    *,
    reason: str = "",
    batch: UUID | None = None,
    undoes: AuditEntry | None = None,
) -> AuditEntry:
    """Append the audit entry of the running command: one entry, with all the records it changed.

    Raises RuntimeError outside a command.
    """
    running = _running.get()
    if running is None:
        raise RuntimeError("only a command writes the trail")
    head, running.head = running.head or _locked_head(), None
    rows = (
        AuditChange(
            entry_id=head.sequence + 1,
            position=n,
            model=c.model,
            subject=c.subject,
            before=change_text(c.before),
            after=change_text(c.after),
        )
        for n, c in enumerate(changes)
    )
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=timezone.now(),
        by=running.by,
        action=running.action,
        reason=reason,
        batch=batch or _batch.get(),
        undoes=undoes,
        changes_digest=changes_digest(_written(rows)),
    )
    entry.digest = entry_digest(entry, bytes(head.digest))
    entry.save(force_insert=True)
    _move(head, entry)
    running.entries.append(entry)
    return entry


def _locked_head() -> AuditHead:
    """The newest entry's sequence and digest, locked until the transaction ends; made where there is none yet."""
    if not (found := _head()):
        AuditHead.rows_without_a_reader.get_or_create(pk=1)
        found = _head()
    return found[0]


@prepared
def _head() -> "models.QuerySet[AuditHead]":
    return AuditHead.rows_without_a_reader.select_for_update().filter(pk=1).order_by()


def _move(head: AuditHead, entry: AuditEntry) -> None:
    """Let the entry be the newest. Raises RuntimeError when the head is not as this command read it."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_audithead SET sequence = %s, digest = %s"
            " WHERE id = 1 AND sequence = %s AND digest = %s",
            [entry.sequence, entry.digest, head.sequence, bytes(head.digest)],
        )
        if cursor.rowcount != 1:
            raise RuntimeError("the head of the trail is not as this command read it")


def _written(rows: Iterator[AuditChange]) -> Iterator[AuditChange]:
    """The same rows, each written before the next chunk is made: a batch of half a million fits in memory."""
    while chunk := list(islice(rows, CHUNK)):
        if len(chunk) > FEW:
            AuditChange.rows_without_a_reader.bulk_create(chunk)
        else:
            _write_few(chunk)
        yield from chunk


def _write_few(changes: list[AuditChange]) -> None:
    connection: Any = transaction.get_connection()
    subject = AuditChange._meta.get_field("subject")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO accounts_auditchange (entry_id, position, model, subject, before, after)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (
                    c.entry_id,
                    c.position,
                    c.model,
                    subject.get_db_prep_save(c.subject, connection),
                    c.before,
                    c.after,
                )
                for c in changes
            ],
        )


def made(*instances: models.Model) -> list[Change]:
    """Changes that say: these records were made."""
    return [Change(i._meta.label, i.pk, None, snapshot(i)) for i in instances]


def save_changed(instance: models.Model, **values: Any) -> list[Change]:
    """Set these fields, save, and give the change; nothing when they all had these values already."""
    before = snapshot(instance, values)
    for name, value in values.items():
        setattr(instance, name, value)
    after = snapshot(instance, values)
    if before == after:
        return []
    instance.save(update_fields=list(values))
    return [Change(instance._meta.label, instance.pk, before, after)]


def alone() -> None:
    """Let no other command end before this one: what is read now is still so when it is written."""
    running = _running.get()
    if running is None:
        _locked_head()
    elif running.head is None:
        running.head = _locked_head()


def revert(
    entry: AuditEntry, *, batch: UUID | None = None, only: frozenset[str] | None = None
) -> AuditEntry | None:
    """Take an entry's changes back, newest first, as part of the running command.

    only: labels of the models to take back; others in the entry stay. Raises Conflict when one of the records
    was changed since, or when something made later refers to it. Nothing to take back: None.
    """
    alone()
    changes = [c for c in entry.changes.order_by("-position") if only is None or c.model in only]
    back: list[Change] = []
    for label, group in groupby(changes, key=lambda c: c.model):
        model: Any = apps.get_model(label)
        told = list(group)
        stored = model.rows_without_a_reader.in_bulk([c.subject for c in told])
        made_then, altered, gone = [], [], []
        for change in told:
            instance = stored.get(change.subject)
            before = json.loads(change.before) if change.before is not None else None
            after = json.loads(change.after) if change.after is not None else None
            if after is None and instance is None and before is not None:
                back.append(Change(label, change.subject, None, before))
                gone.append(_restored(model, change.subject, before))
                continue
            now = snapshot(instance, after if before is not None else None) if instance is not None else None
            if instance is None or after is None or now != after:
                raise Conflict(
                    _("后来的改动依赖这批数据，不能整批撤销。"),
                    field=str(model._meta.verbose_name),
                    value=str(instance or ""),
                    mend=_("请先处理后来的改动。"),
                )
            back.append(Change(label, change.subject, after, before))
            if before is None:
                made_then.append(change.subject)
            else:
                for name, value in before.items():
                    field = model._meta.get_field(name)
                    setattr(instance, field.attname, stored_value(field, value))
                altered.append((tuple(before), instance))
        for fields, same in groupby(sorted(altered, key=lambda a: a[0]), key=lambda a: a[0]):
            model.rows_without_a_reader.bulk_update([i for _f, i in same], list(fields), batch_size=CHUNK)
        _take_away(model, made_then)
        model.rows_without_a_reader.bulk_create(gone, batch_size=CHUNK)
    return record(back, batch=batch, undoes=entry) if back else None


def _restored(model: Any, subject: UUID, values: dict[str, Any]) -> Any:
    """A record that was taken away, as the trail holds it."""
    instance = model(pk=subject)
    for name, value in values.items():
        field = model._meta.get_field(name)
        setattr(instance, field.attname, stored_value(field, value))
    return instance


def _take_away(model: Any, subjects: list[UUID]) -> None:
    try:
        for start in range(0, len(subjects), CHUNK):
            model.rows_without_a_reader.filter(pk__in=subjects[start : start + CHUNK]).delete()
    except models.ProtectedError as error:
        later = next(iter(error.protected_objects))
        raise Conflict(
            _("后来的记录依赖这批数据，不能整批撤销。"),
            field=str(later._meta.verbose_name),
            value=str(later),
            mend=_("请先处理后来的记录。"),
        ) from error

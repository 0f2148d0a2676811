"""The same thing done with many cases at once, and taken back: every case by the command that does it with one."""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.commands import alone, command, made, one_batch, record, revert, save_changed
from louyu.accounts.models import AuditEntry, User
from louyu.cases import commands
from louyu.cases.models import Case, CaseEvent
from louyu.cases.states import CASES
from louyu.core.errors import Conflict, Refusal
from louyu.core.lists import NotAll
from louyu.core.models import Fact

MANY = ("hand_over", "pass_on", "take", "extend", "close", "note")
"""What can be done with many cases at once; all but a note can be taken back."""
ACTIONS = {CASES.transition(code).action: code for code in MANY}
TAKEN_BACK = frozenset({Case._meta.label, Fact._meta.label})
"""What goes back; the lines of the time line stay, and another one says that it was taken back."""


def do_with_many(seen: Mapping[UUID, int | None], code: str, *, by: User, batch: UUID, **given: Any) -> int:
    """Do this with all these cases, or with none of them: permission, state and rule of each are asked as for one.

    seen: key of each case → the version that the caller saw (None: whatever it is now). batch: a key made for this
    piece of work; with one that was used before nothing is done. Gives how many cases it was done with.
    Raises NotAll, naming each case with which it cannot be done and why; Refusal where what was said will not do
    for any of them.
    """
    with transaction.atomic(), one_batch(batch):
        alone()
        if AuditEntry.rows_without_a_reader.filter(batch=batch).exists():
            return 0
        try:
            _each(seen, lambda case: commands.transition(case, code, by=by, version=seen[case.pk], **given))
        except NotAll as refusal:
            if len(refusal.left) == len(seen) and {r.field for r in refusal.left.values()} <= set(given):
                raise next(iter(refusal.left.values())) from refusal
            raise
    return len(seen)


def _each(keys: Iterable[UUID], act: Callable[[Case], Any]) -> None:
    """Do it with every case; raises NotAll with every refusal there was, so that nothing stays."""
    wanted = list(keys)
    related = ("category", "department", "enterprise", "building", "handler")
    found = Case.rows_without_a_reader.select_related(*related).in_bulk(wanted)
    left: dict[UUID, Refusal] = {}
    for key in wanted:
        try:
            if key not in found:
                raise Refusal(
                    _("没有这个办件。"), field="row", value=str(key), mend=_("请回到列表重新勾选。")
                )
            act(found[key])
        except Refusal as refusal:
            left[key] = refusal
    if left:
        raise NotAll(left)


@dataclass(frozen=True)
class Done:
    """One case of a piece of work: the entry that says it, and whether it was taken back."""

    entry: AuditEntry
    case: UUID
    version: int | None
    """The case's version when it was done; None where the case itself did not change (a note)."""
    undone: bool


@dataclass(frozen=True)
class Batch:
    """What somebody did with many cases at once."""

    key: UUID
    by: User
    code: str
    at: datetime.datetime
    done: tuple[Done, ...]

    @cached_property
    def may_go_back(self) -> bool:
        """Whether it can still be taken back: on the day it was done; a note stays."""
        today = timezone.localdate()
        return timezone.localdate(self.at) == today and any(
            d.version is not None and not d.undone for d in self.done
        )


def batch_of(key: UUID, by: User) -> Batch | None:
    """What this user did with many cases under this key; None where there is no such thing of theirs."""
    entries = list(
        AuditEntry.rows_without_a_reader.filter(batch=key, by=by, action__in=ACTIONS)
        .prefetch_related("changes")
        .order_by("sequence")
    )
    undone = {e.undoes_id for e in entries if e.undoes_id}
    did = [e for e in entries if not e.undoes_id]
    if not did:
        return None
    return Batch(
        key, by, ACTIONS[did[0].action], did[0].at, tuple(_done(e, undone=e.pk in undone) for e in did)
    )


def _done(entry: AuditEntry, *, undone: bool) -> Done:
    changed = {change.model: change for change in entry.changes.all()}
    case, event = changed.get(Case._meta.label), changed[CaseEvent._meta.label]
    if case is None:
        return Done(entry, UUID(json.loads(event.after or "{}")["case"]), None, undone)
    return Done(entry, case.subject, json.loads(case.after or "{}").get("version"), undone)


def take_back(key: UUID, cases: Iterable[UUID], *, by: User) -> int:
    """Take back what was done with these cases of a piece of work; gives with how many.

    Only whoever did it, on the same day, and only where nothing was done with the case since. The time line keeps
    what was done and says that it was taken back. Raises NotAll (nothing is taken back then), Conflict on another
    day, Refusal where there is no such piece of work.
    """
    with transaction.atomic(), one_batch(key):
        alone()
        batch = batch_of(key, by)
        if batch is None:
            raise Refusal(_("没有这一批。"), field="batch", value=str(key), mend=_("请回到列表。"))
        if timezone.localdate(batch.at) != timezone.localdate():
            raise Conflict(
                _("只能在当天整批撤销。"),
                field="batch",
                value=f"{timezone.localtime(batch.at):%Y-%m-%d %H:%M}",
                mend=_("请逐件办理：重新交办，或要求重办。"),
            )
        standing = {d.case: d for d in batch.done if d.version is not None and not d.undone}
        wanted = [k for k in cases if k in standing]
        _each(wanted, lambda case: _back(case, standing[case.pk], by=by))
    return len(wanted)


def _back(case: Case, done: Done, *, by: User) -> None:
    """Take one case back to what it was; its version goes on, so that a page opened meanwhile notices."""

    @command(done.entry.action)
    def back(case: Case, *, by: User) -> None:
        now, version, was = timezone.localtime(), case.version, case.state
        if version != done.version:
            raise Conflict(
                _("后来又办理过，不能撤销。"),
                field="state",
                value=str(case),
                mend=_("请打开这个办件逐件处理。"),
            )
        revert(done.entry, only=TAKEN_BACK)
        case.refresh_from_db()
        event = CaseEvent(
            case=case,
            at=now,
            by=by,
            transition="note",
            from_state=was,
            to_state=case.state,
            said={"undone": ACTIONS[done.entry.action]},
        )
        event.save(force_insert=True)
        record([*save_changed(case, version=version + 1), *made(event)], undoes=done.entry)

    back(case, by=by)

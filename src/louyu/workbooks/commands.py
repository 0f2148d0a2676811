"""Bringing workbooks in: look, correct, decide, apply in one transaction, undo as one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from louyu.accounts import policy
from louyu.accounts.chain import Change, snapshot
from louyu.accounts.commands import alone, command, made, record, revert, save_changed
from louyu.accounts.models import AuditEntry, User
from louyu.core.errors import Conflict, Refusal
from louyu.core.files import drop_file, keep_file
from louyu.core.jobs import Tell, no_progress
from louyu.core.models import OriginKind
from louyu.core.sealing import keyed_digest, new_sealed_key
from louyu.desk.commands import Telling, notify, tell_followers
from louyu.workbooks import queries
from louyu.workbooks.declare import Context, Plan, Register, Writes
from louyu.workbooks.models import ColumnMemory, Decision, ImportBatch
from louyu.workbooks.reports import report
from louyu.workbooks.understanding import (
    Understood,
    counts,
    counts_together,
    plan_import,
    registers,
    understand,
)

CHUNK = 1000
State = ImportBatch.State


@command("workbooks.bring_in")
def upload(data: bytes, *, file_name: str, kind: str = "", by: User) -> ImportBatch:
    """Keep a file, encrypted, to be looked at. Nothing of it is in the registers yet."""
    batch = ImportBatch(
        by=by,
        file_name=file_name[-200:],
        file_digest=keyed_digest("upload", data),
        file_key_sealed=new_sealed_key(),
        kind=kind,
    )
    keep_file(batch.pk, data, sealed_key=batch.file_key_sealed)
    batch.save(force_insert=True)
    record(made(batch), batch=batch.pk)
    return batch


def look(batch: ImportBatch, *, progress: Tell = no_progress) -> tuple[Understood, Plan]:
    """Read the batch's file and compare it with what is known; nothing is written, see ``keep_look``.

    Raises Refusal when the file cannot be read.
    """
    understood = read(batch, progress=progress)
    progress("comparing", 0, 0)
    return understood, _plan(understood, batch)


def keep_look(batch: ImportBatch, understood: Understood, plan: Plan) -> None:
    """Keep what was found in a batch's file; nothing of it goes into the registers."""
    _keep_report(batch, report(understood, plan))
    if batch.state != State.APPLIED:
        _set(batch, state=State.READY, kind=understood.register.kind, counts=counts(plan))
    if plan.questions:
        _tell_importer(batch, "import_asks", gettext_noop("表格里有 %(n)s 处要您判断"), n=len(plan.questions))
    else:
        _tell_importer(batch, "import_read", gettext_noop("表格读完了，可以导入"))


def keep_refusal(batch: ImportBatch, refusal: Mapping[str, str]) -> None:
    """Keep why a file could not be read: ``code``, ``field``, ``value``, ``reason``, ``mend``."""
    _keep_report(batch, {"refused": dict(refusal)})
    _set(batch, state=State.FAILED)
    _tell_importer(batch, "import_failed", gettext_noop("表格没能读出来"))


def read_again(batch: ImportBatch) -> None:
    """Let a batch whose reading was cut off be read anew."""
    _set(batch, state=State.READING)


@command("workbooks.bring_in")
def correct_column(
    batch: ImportBatch, *, sheet: str, letter: str, heading: str, field: str, by: User
) -> None:
    """Say what a column means ("" for nothing); remembered for the next file with this heading."""
    known = {c.field for c in registers()[batch.kind].columns}
    if field and field not in known:
        raise Refusal(_("没有这个字段。"), field="field", value=field, mend=_("请从列表中选择。"))
    layout = dict(batch.layout)
    layout[sheet] = {**layout.get(sheet, {}), letter: field}
    memory, _new = ColumnMemory.rows_without_a_reader.update_or_create(
        kind=batch.kind, heading=heading[:120], defaults={"field": field}
    )
    _set(batch, layout=layout)
    record(made(memory), batch=batch.pk)


@command("workbooks.bring_in")
def decide(batch: ImportBatch, *, keys: Iterable[str], choice: str, by: User) -> None:
    """Answer questions of a batch, one or several alike; the answers are remembered."""
    answers = []
    for key in keys:
        answer, _new = Decision.rows_without_a_reader.update_or_create(
            kind=batch.kind,
            question=queries.question_digest(batch.kind, key),
            defaults={"choice": choice[:80], "by": by, "batch": batch},
        )
        answers.append(answer)
    record(made(*answers), batch=batch.pk)


@command("workbooks.bring_in")
def apply(batch: ImportBatch, *, by: User, understood: Understood | None = None) -> Plan:
    """Bring in what is right in the batch's file, in one transaction. Rows that wait stay out.

    understood: the file as it was read, where that was done before (it takes long and needs no lock). It is compared
    again with what is known at this moment, alone: two imports at once cannot double.
    Raises Conflict when the batch was undone or dropped.
    """
    understood = understood or read(batch)
    alone()
    batch.refresh_from_db()
    if batch.state not in (State.READY, State.APPLIED):
        raise Conflict(
            _("这次导入已经结束。"), field="batch", value=batch.file_name, mend=_("请重新上传文件。")
        )
    plan = _plan(understood, batch)
    _write(understood.register, plan, batch, by)
    _keep_report(batch, report(understood, plan))
    left = batch.counts.get("wrong", 0) + batch.counts.get("ask", 0)
    text = gettext_noop("已导入，还有 %(left)s 处要处理") if left else gettext_noop("已导入")
    _tell_importer(batch, "imported", text, left=left)
    return plan


@command("workbooks.bring_in")
def import_file(
    data: bytes, *, file_name: str, kind: str | None, by: User, progress: Tell = no_progress
) -> tuple[dict[str, Any], ImportBatch | None]:
    """Look at a file and bring in what is right, at once; the report, and the batch if anything was written."""
    understood = understand(
        data,
        file_name,
        kind=kind,
        remembered=queries.remembered_headings(),
        today=timezone.localdate(),
        progress=progress,
    )
    batch = ImportBatch(
        by=by,
        file_name=file_name[-200:],
        file_digest=keyed_digest("upload", data),
        file_key_sealed=new_sealed_key(),
        kind=understood.register.kind,
        state=State.READY,
    )
    alone()
    plan = _plan(understood, batch)
    found = report(understood, plan)
    if not (plan.writes.made or plan.writes.changed or plan.questions or plan.wrong):
        record([], reason=_("没有变化"))
        return found, None
    if not (plan.writes.made or plan.writes.changed) and _already_told(batch, found):
        record([], reason=_("没有变化"))
        return found, None
    batch.save(force_insert=True)
    keep_file(batch.pk, data, sealed_key=batch.file_key_sealed)
    _keep_report(batch, found)
    record(made(batch), batch=batch.pk)
    _write(understood.register, plan, batch, by)
    return found, batch


def preview_file(data: bytes, *, file_name: str, kind: str | None, by: User) -> dict[str, Any]:
    """The report on a file; nothing at all is written."""
    understood = understand(
        data, file_name, kind=kind, remembered=queries.remembered_headings(), today=timezone.localdate()
    )
    batch = ImportBatch(by=by, file_name=file_name[-200:], kind=understood.register.kind)
    return report(understood, _plan(understood, batch))


@command("workbooks.bring_in")
def settle_absent(batch: ImportBatch, *, subjects: Iterable[UUID], left: bool, by: User) -> None:
    """Say of records that last month's file listed and this one does not: gone since its day, or still here."""
    subjects = list(subjects)
    register = registers()[batch.kind]
    if left:
        writes = Writes()
        day = queries.report(batch).get("as_of")
        register.leave(
            set(subjects),
            date.fromisoformat(day) if day else timezone.localdate(),
            writes,
        )
        record(_carry_out(register, writes), batch=batch.pk)
        return
    answers = []
    for subject in subjects:
        answer, _new = Decision.rows_without_a_reader.update_or_create(
            kind=batch.kind,
            question=queries.question_digest(batch.kind, f"absent:{subject.hex}"),
            defaults={"choice": "here", "by": by, "batch": batch},
        )
        answers.append(answer)
    record(made(*answers), batch=batch.pk)


@command("workbooks.bring_in")
def undo(batch: ImportBatch, *, by: User) -> None:
    """Take a whole batch back. Raises Conflict, naming records, when something later depends on it."""
    if batch.state != State.APPLIED:
        raise Conflict(_("只有已导入的批次可以撤销。"), field="batch", value=batch.file_name)
    entries = AuditEntry.rows_without_a_reader.filter(batch=batch.pk, action__in=_WRITING).order_by(
        "-sequence"
    )
    for entry in entries:
        revert(entry, batch=batch.pk, only=_register_models(batch.kind))
    record(save_changed(batch, state=State.UNDONE), batch=batch.pk)


_WRITING = ("workbooks.bring_in",)


@command("workbooks.bring_in")
def drop(batch: ImportBatch, *, by: User) -> None:
    """Give an import up before it was applied; its file is taken away."""
    if batch.state == State.APPLIED:
        raise Conflict(
            _("已导入的批次不能放弃。"), field="batch", value=batch.file_name, mend=_("可以整批撤销。")
        )
    record(save_changed(batch, state=State.DROPPED), batch=batch.pk)
    drop_file(batch.pk)
    drop_file(batch.pk, "report")


def _tell_importer(batch: ImportBatch, kind: str, text: str, **said: int) -> None:
    notify(Telling([batch.by_id], kind, text, batch, said))


def _touched(writes: Writes) -> Iterator[UUID | None]:
    """The records that an import makes or changes, and those they refer to: an occupancy's enterprise and building."""
    referring: dict[type[models.Model], list[models.ForeignKey[Any, Any]]] = {}
    for instance in chain(writes.made, (changed for changed, _values in writes.changed.values())):
        yield instance.pk
        yield from _referred(instance, referring, deep=True)


def _referred(instance: models.Model, known: dict[Any, list[Any]], *, deep: bool) -> Iterator[UUID | None]:
    kind = type(instance)
    if kind not in known:
        known[kind] = [f for f in kind._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    for field in known[kind]:
        yield getattr(instance, field.attname)
        if deep and field.is_cached(instance) and (other := getattr(instance, field.name)) is not None:
            yield from _referred(other, known, deep=False)


def read(batch: ImportBatch, *, progress: Tell = no_progress) -> Understood:
    """The batch's file, understood. Raises Refusal when it cannot be read."""
    return understand(
        queries.upload(batch),
        batch.file_name,
        kind=batch.kind or None,
        layout=batch.layout,
        remembered=queries.remembered_headings(),
        today=timezone.localdate(batch.made_at),
        progress=progress,
    )


def _plan(understood: Understood, batch: ImportBatch) -> Plan:
    register, by = understood.register, batch.by
    if not by.may(register.action):
        policy.require(by, register.action)
    answers = queries.decisions(register.kind)
    context = Context(
        file_name=batch.file_name,
        tables={t.sheet: t for t in reversed(understood.tables)},
        as_of=understood.as_of,
        answer=lambda key: answers.get(queries.question_digest(register.kind, key)) if answers else None,
        permits=_permits(by, register.action),
        mark={"origin": OriginKind.IMPORTED, "origin_batch": batch.pk},
    )
    return plan_import(understood, context, queries.earlier_lists(register.kind, but=batch.pk))


def _permits(by: User, action: str) -> Any:
    if policy.everywhere(by, action):
        return lambda instance: True
    known: dict[Any, bool] = {}

    def permits(instance: models.Model | None) -> bool:
        if instance is None or instance._state.adding:
            return False  # new ground: only for those who may everywhere
        if instance.pk not in known:
            known[instance.pk] = policy.may(by, action, instance)
        return known[instance.pk]

    return permits


def _write(register: Register, plan: Plan, batch: ImportBatch, by: User) -> None:
    record(_carry_out(register, plan.writes), batch=batch.pk)
    now = counts(plan)
    batch.counts = counts_together(batch.counts, now) if batch.state == State.APPLIED else now
    batch.state = State.APPLIED
    batch.applied_at = batch.applied_at or timezone.now()
    batch.seen = b"".join(sorted(s.bytes for s in plan.seen))
    batch.save()
    tell_followers(_touched(plan.writes), "imported_here", gettext_noop("导入改动了这里"), by=by)


def _carry_out(register: Register, writes: Writes) -> Iterator[Change]:
    """Write what was planned, in bulk; the changes for the trail. Raises Conflict when the database refuses.

    What ends goes before what begins in its place (a chief before the next one); only changes that name a new
    record come after it. Undoing goes the same way backwards.
    """
    changed = list(writes.changed.values())
    fresh = [i for model in register.order for i in writes.made if type(i) is model]
    resting = [_rests_on_new(values) for _instance, values in changed]
    before = [one for one, rests in zip(changed, resting, strict=True) if not rests]
    after = [one for one, rests in zip(changed, resting, strict=True) if rests]
    try:
        told = _change(register, before)
        model: Any
        for model, group in groupby(fresh, key=type):
            model.rows_without_a_reader.bulk_create(list(group), batch_size=CHUNK)
        told_after = _change(register, after)
    except IntegrityError as error:
        raise Conflict(
            _("数据库拒绝了这次写入，没有写入任何数据。"),
            field="file",
            value=str(error)[:200],
            mend=_("请再试一次。"),
        ) from error
    return chain(told, (change for instance in fresh for change in made(instance)), told_after)


def _rests_on_new(values: Mapping[str, Any]) -> bool:
    """Whether a change names a record that is made by the same import."""
    return any(isinstance(value, models.Model) and value._state.adding for value in values.values())


def _change(register: Register, changed: Iterable[tuple[Any, dict[str, Any]]]) -> list[Change]:
    """Set the new values, in bulk; the changes for the trail."""
    changed, changes = list(changed), []
    for model in register.order:
        groups: dict[tuple[str, ...], list[Any]] = {}
        for instance, values in changed:
            if type(instance) is model:
                before = snapshot(instance, values)
                for name, value in values.items():
                    setattr(instance, name, value)
                changes.append(Change(model._meta.label, instance.pk, before, snapshot(instance, values)))
                groups.setdefault(tuple(sorted(values)), []).append(instance)
        for fields, instances in groups.items():
            model.rows_without_a_reader.bulk_update(instances, fields, batch_size=CHUNK)
    return changes


def _register_models(kind: str) -> frozenset[str]:
    return frozenset(m._meta.label for m in registers()[kind].order)


def _keep_report(batch: ImportBatch, found: Mapping[str, Any]) -> None:
    plain = json.dumps(found, ensure_ascii=False).encode()
    keep_file(batch.pk, plain, sealed_key=batch.file_key_sealed, part="report")


def _already_told(batch: ImportBatch, found: Mapping[str, Any]) -> bool:
    """Whether the same file was applied before and left the same rows waiting."""
    earlier = ImportBatch.rows_without_a_reader.filter(
        file_digest=batch.file_digest, kind=batch.kind, state=State.APPLIED
    ).first()
    return earlier is not None and earlier.counts.get("ask") == found["counts"]["ask"]


def _set(batch: ImportBatch, **values: Any) -> None:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))

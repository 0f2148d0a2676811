"""The wrapper that makes a function a command, the audit trail it writes, and the commands on users."""

import datetime
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from itertools import groupby, islice
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as unlock
from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts import policy
from louyu.accounts.chain import Change, change_text, changes_digest, entry_digest, snapshot, stored_value
from louyu.accounts.models import ROLE_NAMES, AuditChange, AuditEntry, AuditHead, Grant, User
from louyu.accounts.rules import Role, ScopeKind, may_be_held_with, scope_fits_role, username_can_be_typed
from louyu.accounts.scopes import sources_of
from louyu.core.errors import Conflict, Refusal
from louyu.core.keys import add_sealing_key, has_sealing_key
from louyu.core.prepared import prepared
from louyu.core.sealing import key_fields, key_number, rewrapped

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


@command("accounts.keep_users")
def add_user(username: str, *, name: str, password: str | None, given: bool = False, by: User) -> User:
    """Make a user who can sign in. Raises Refusal when the name is taken.

    password: None: nobody can sign in as them before they are given one. given: the holder chooses a password of
    their own at the first sign-in.
    """
    if not username_can_be_typed(username):
        raise Refusal(
            _("用户名要有 2 到 60 个字，不能有空格和符号。"),
            field="username",
            value=username[:60],
            mend=_("例如姓名的拼音：linguoping。"),
        )
    if User.rows_without_a_reader.filter(username__iexact=username).exists():
        raise Refusal(
            _("这个用户名已有人使用。"), field="username", value=username, mend=_("请换一个用户名。")
        )
    user = User(username=username, name=name.strip()[:60], password_given=given)
    user.set_password(password)
    user.save(force_insert=True)
    record(made(user))
    return user


@command("accounts.keep_users")
def grant(
    user: User,
    *,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: UUID | None,
    until: datetime.date | None = None,
    by: User,
) -> Grant:
    """Give a user a role over a scope, from today; ``until`` is the first day without it.

    Raises Refusal when the role cannot be held over that kind, beside what the user holds, or by oneself; Conflict
    when the user has it already.
    """
    _refuse_own(user, by)
    if not scope_fits_role(role, scope_kind):
        raise Refusal(
            _("这个角色不能授予这种范围。"), field="scope", value=scope_kind, mend=_("请按角色表选择范围。")
        )
    alone()
    today = timezone.localdate()
    if until is not None and until <= today:
        raise Refusal(
            _("截止日期已经过了。"), field="until", value=str(until), mend=_("请写以后的日期，或不填。")
        )
    held = list(
        Grant.rows_without_a_reader.filter(user=user).filter(Q(until__isnull=True) | Q(until__gt=today))
    )
    if not may_be_held_with(role, [Role(g.role) for g in held]):
        raise Refusal(
            _("系统管理员、安全管理员、审计员不能兼任别的角色。"),
            field="role",
            value=str(ROLE_NAMES[role]),
            mend=_("请为这个角色另建一个用户。"),
        )
    if any((g.role, g.scope_kind, g.scope_id) == (role, scope_kind, scope_id) for g in held):
        raise Conflict(
            _("这个用户已有这项授权。"),
            field="role",
            value=str(ROLE_NAMES[role]),
            mend=_("要改截止日期，请先收回再授予。"),
        )
    given = Grant(user=user, role=role, scope_kind=scope_kind, scope_id=scope_id, since=today, until=until)
    given.save(force_insert=True)
    record(made(given))
    return given


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


CONSOLE = "console"


def console_user() -> User:
    """The user as whom the command line acts; made, with its grants, on first use.

    Whoever has the machine has its data, so the command line may do everything, bring in a roster of members, too.
    """
    found: User | None = User.rows_without_a_reader.filter(username=CONSOLE).first()
    if found is not None and not _never_given(found):
        return found
    with transaction.atomic():
        alone()
        user: User
        user, fresh = User.rows_without_a_reader.get_or_create(
            username=CONSOLE, defaults={"name": _("命令行"), "password": "!"}
        )
        if missing := _never_given(user):
            with _as(_Running("accounts.keep_users", user)):
                grants = [
                    Grant(user=user, role=role, scope_kind=ScopeKind.DISTRICT, since=timezone.localdate())
                    for role in missing
                ]
                Grant.rows_without_a_reader.bulk_create(grants)
                record(made(*([user] if fresh else []), *grants))
    return user


CONSOLE_ROLES = (Role.OFFICE, Role.SECURITY, Role.SYSTEM, Role.ORGANISATION_SECRETARY)


def _never_given(console: User) -> list[Role]:
    """Roles that the command line never had; one that was taken from it stays away."""
    had = set(Grant.rows_without_a_reader.filter(user=console).values_list("role", flat=True))
    return [role for role in CONSOLE_ROLES if role not in had]


PUBLIC = "public"


def public_user() -> User:
    """The user as whom somebody acts who did not sign in (a public page); holds no role, and nobody signs in as it."""
    found: User | None = User.rows_without_a_reader.filter(username=PUBLIC).first()
    if found is not None:
        return found
    with transaction.atomic():
        alone()
        user: User
        user, fresh = User.rows_without_a_reader.get_or_create(
            username=PUBLIC, defaults={"name": _("公开页面"), "password": "!"}
        )
        if fresh:
            with _as(_Running("accounts.keep_users", user)):
                record(made(user))
    return user


# Keeping users


def _refuse_own(user: User, by: User) -> None:
    """Nobody decides about themselves. Source: GB/T 22239-2019, separate duties of administrators."""
    if user.pk == by.pk:
        raise Refusal(
            _("不能改自己的授权和登录。"),
            field="user",
            value=user.username,
            mend=_("请另一位安全管理员来改。"),
            code="own_grants",
        )
    if user.username == CONSOLE:
        raise Refusal(
            _("命令行用户由服务器管理。"),
            field="user",
            value=user.username,
            mend=_("谁能登录服务器，谁就能用命令行；请在服务器上管。"),
        )


def _refuse_last_security(user: User) -> None:
    """Somebody has to be able to sign in who can give roles."""
    today = timezone.localdate()
    running = Grant.rows_without_a_reader.filter(
        Q(until__isnull=True) | Q(until__gt=today),
        role=Role.SECURITY,
        since__lte=today,
        user__is_active=True,
    ).exclude(user__username=CONSOLE)
    if {g.user_id for g in running} == {user.pk}:
        raise Conflict(
            _("这是最后一位安全管理员。"),
            field="user",
            value=user.username,
            mend=_("请先让另一个人担任安全管理员。"),
            code="last_security",
        )


@command("accounts.keep_users")
def end_grant(given: Grant, *, by: User) -> None:
    """Take a role back from today on.

    Raises Refusal for one's own and for one that follows from a duty, Conflict for the last security administrator
    and for one that has ended.
    """
    alone()
    given.refresh_from_db()
    user, today = given.user, timezone.localdate()
    _refuse_own(user, by)
    if source := sources_of([given.pk]).get(given.pk):
        raise Refusal(
            _("这项授权跟着职责走：%s。") % source.words,
            field="role",
            value=str(given.get_role_display()),
            mend=_("请在职责里改。"),
        )
    if given.until is not None and given.until <= today:
        raise Conflict(_("这项授权已经结束。"), field="role", mend=_("请刷新页面再看。"))
    if given.role == Role.SECURITY:
        _refuse_last_security(user)
    record(save_changed(given, until=max(given.since, today)))


@command("accounts.keep_users")
def set_active(user: User, *, active: bool, reason: str = "", by: User) -> None:
    """Let somebody sign in, or no more: then their sessions end at once.

    Raises Refusal for oneself, Conflict for the last security administrator.
    """
    alone()
    user.refresh_from_db()
    _refuse_own(user, by)
    if not active:
        _refuse_last_security(user)
        _end_sessions(user)
    record(save_changed(user, is_active=active), reason=reason.strip()[:200])


@command("accounts.keep_users")
def rename_user(user: User, *, name: str, by: User) -> None:
    """Change how a user is called on pages."""
    _refuse_own(user, by)
    record(save_changed(user, name=" ".join(name.split())[:60]))


@command("accounts.keep_users")
def reset_password(user: User, *, by: User) -> str:
    """Give a user a new password, to be handed over; the next sign-in begins with choosing another. It is returned.

    What the user is signed in with ends, and a lock after wrong passwords too. Raises Refusal for oneself.
    """
    _refuse_own(user, by)
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_sessions(user)
    unlock(username=user.username)
    record(
        save_changed(user, password_given=True) or [Change(user._meta.label, user.pk, {}, {})],
        reason=_("重设密码"),
    )
    return password


@command("accounts.choose_password")
def choose_password(user: User, *, password: str, by: User) -> None:
    """Choose one's own password. Raises Refusal for another's."""
    if user.pk != by.pk:
        raise Refusal(_("只能改自己的密码。"), field="user", value=user.username)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        save_changed(user, password_given=False) or [Change(user._meta.label, user.pk, {}, {})],
        reason=_("修改密码"),
    )


@command("accounts.keep_users")
def drop_second_step(user: User, *, by: User) -> None:
    """Forget a user's second step (the telephone was lost): the next sign-in needs the password alone.

    Raises Refusal for oneself.
    """
    _refuse_own(user, by)
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    record([Change(user._meta.label, user.pk, {}, {})], reason=_("停用两步登录"))


@command("accounts.keep_users")
def end_sessions(user: User, *, by: User) -> None:
    """End whatever a user is signed in with."""
    _end_sessions(user)
    record([Change(user._meta.label, user.pk, {}, {})], reason=_("结束全部登录"))


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()


def new_password() -> str:
    """A password to hand over: three groups of four signs that cannot be mistaken for each other (59 bits)."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _group in range(3))


SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


@command("accounts.rotate_keys")
def rotate_keys(*, by: User) -> tuple[int, int]:
    """Make the deployment's next sealing key and seal every key anew with it; its number, and how many keys.

    The values stay sealed by the same inner keys, so nothing else is written. Older keys stay where they are:
    backups from before need them. A key whose own is not on this machine stays as it is (``louyu check`` names it).
    """
    alone()
    number, sealed = add_sealing_key(), 0
    for model, name in key_fields():
        waiting: list[Any] = []
        rows = model.rows_without_a_reader.exclude(**{name: b""}).only("pk", name)
        for row in rows.iterator(KEYS_AT_ONCE):
            if has_sealing_key(key_number(getattr(row, name))):
                setattr(row, name, rewrapped(getattr(row, name)))
                waiting.append(row)
            if len(waiting) == KEYS_AT_ONCE:
                model.rows_without_a_reader.bulk_update(waiting, [name])
                sealed, waiting = sealed + len(waiting), []
        model.rows_without_a_reader.bulk_update(waiting, [name])
        sealed += len(waiting)
    record([], reason=_("第 %(number)s 号密钥") % {"number": number})
    return number, sealed


KEYS_AT_ONCE = 500

"""Users and what they may do: made, granted, ended; those as whom the machine itself acts."""

import datetime
import secrets
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as unlock
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands.trail import _as, _Running, alone, command, made, record, save_changed
from louyu.accounts.models import ROLE_NAMES, Grant, User
from louyu.accounts.rules import Role, ScopeKind, may_be_held_with, scope_fits_role, username_can_be_typed
from louyu.accounts.scopes import sources_of
from louyu.core.errors import Conflict, Refusal


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

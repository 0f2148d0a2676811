"""Users, what they were granted, and the audit trail."""

import datetime
from collections.abc import Hashable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from louyu.accounts import policy
from louyu.accounts.rules import Role, ScopeKind
from louyu.core.models import Record
from louyu.core.prepared import Inserted, prepared

ROLE_NAMES = {
    Role.SYSTEM: _("系统管理员"),
    Role.SECURITY: _("安全管理员"),
    Role.AUDIT: _("审计员"),
    Role.OFFICE: _("区楼宇办"),
    Role.SUBDISTRICT: _("街道干部"),
    Role.SECRETARY: _("社区书记"),
    Role.CHIEF: _("楼长"),
    Role.ADMINISTRATOR: _("楼企管理员"),
    Role.SPECIALIST: _("服务专员"),
    Role.DEPARTMENT_LEAD: _("部门负责人"),
    Role.ORGANISATION_SECRETARY: _("党组织书记"),
    Role.LIAISON: _("企业联络员"),
    Role.CHAIR: _("轮值主席"),
    Role.MEMBER: _("党员、志愿者"),
    Role.API: _("接口"),
}
SCOPE_NAMES = {
    ScopeKind.DISTRICT: _("全区"),
    ScopeKind.SUBDISTRICT: _("街道"),
    ScopeKind.COMMUNITY: _("社区"),
    ScopeKind.BUILDING: _("楼宇"),
    ScopeKind.ORGANISATION: _("组织"),
    ScopeKind.DEPARTMENT: _("部门"),
    ScopeKind.ENTERPRISE: _("企业"),
    ScopeKind.SELF: _("本人"),
}


class User(AbstractBaseUser, Record):
    """Somebody who can sign in. Reads and commands always name one."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("id",)}
    not_in_the_trail = ("password", "last_login")

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("称呼"), max_length=60, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("可以登录"), default=True)
    password_given = models.BooleanField(_("密码由他人设定"), default=False)
    """Somebody else chose the password and knows it: the next sign-in begins with choosing one's own."""

    rows_without_a_reader: ClassVar[BaseUserManager[Any]] = BaseUserManager()

    USERNAME_FIELD = "username"

    class Meta(Record.Meta):
        verbose_name = _("用户")

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def running_grants(self) -> list["Grant"]:
        """What this user may act as today; read once per request."""
        return _running(self.pk, timezone.localdate())

    @property
    def scope(self) -> Hashable:
        """What decides which rows exist for this user today; until it is another one, so do their prepared queries."""
        grants = frozenset((g.role, g.scope_kind, g.scope_id) for g in self.running_grants)
        return self.pk, self.is_active, timezone.localdate(), grants

    def visible_rows(self, model: type[models.Model]) -> Q:
        """The rows of a model that exist for this user."""
        return policy.rows(self, f"{model._meta.app_label}.see_{model._meta.model_name}", model)

    def may(self, action: str, on: models.Model | None = None) -> bool:
        """Whether this user may do this, to this record where one is named."""
        return policy.may(self, action, on)


class Grant(Record):
    """A role over a scope, from a day until a day. District-wide grants name no scope id."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("角色"), max_length=24, choices=[(r.value, n) for r, n in ROLE_NAMES.items()])
    scope_kind = models.CharField(
        _("范围"), max_length=12, choices=[(s.value, n) for s, n in SCOPE_NAMES.items()]
    )
    scope_id = models.UUIDField(null=True, blank=True)
    since = models.DateField(_("自"), default=datetime.date.today)
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("授权")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope_kind="district", scope_id__isnull=True)
                | (~Q(scope_kind="district") & Q(scope_id__isnull=False)),
                name="grant_names_its_scope",
            ),
        ]


def user_of_session(key: UUID) -> User | None:
    """The user whom a session names."""
    return next(iter(_user(key)), None)


@prepared
def _user(key: UUID) -> "models.QuerySet[User]":
    return User.rows_without_a_reader.filter(pk=key)


@prepared
def _running(user: UUID, today: datetime.date) -> "models.QuerySet[Grant]":
    running = Q(since__lte=today), Q(until__isnull=True) | Q(until__gt=today)
    return Grant.rows_without_a_reader.filter(*running, user=user)


class AuditEntry(Inserted):
    """One command, done: who, when, what, why. Each entry's digest covers the one before it."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60, db_index=True)
    reason = models.TextField(blank=True)
    batch = models.UUIDField(null=True, db_index=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    changes_digest = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    rows_without_a_reader: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        default_manager_name = "rows_without_a_reader"
        ordering = ("sequence",)
        indexes = [models.Index(fields=("at",), name="audit_entry_by_moment")]


class AuditChange(Inserted):
    """One record changed by an entry: its values before (null: it was made) and after (null: it was taken away).

    Values are canonical JSON; personal values are in it only as sealed with the person's own key.
    """

    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="changes")
    position = models.PositiveIntegerField()
    model = models.CharField(max_length=60)
    subject = models.UUIDField(db_index=True)
    before = models.TextField(null=True)  # noqa: DJ001 — null is "was not there", not an empty text
    after = models.TextField(null=True)  # noqa: DJ001

    rows_without_a_reader: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        default_manager_name = "rows_without_a_reader"
        ordering = ("entry", "position")
        constraints = [models.UniqueConstraint(fields=("entry", "position"), name="audit_change_position")]


class AuditHead(models.Model):
    """The newest entry's sequence and digest: one row, locked while a command appends."""

    sequence = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes(32))

    rows_without_a_reader: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        default_manager_name = "rows_without_a_reader"

"""Who may come in by machine, and what was answered to a key."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import ScopeKind
from louyu.core.models import Record


class Token(Record):
    """A key to the API: it opens what its user may see and do, and of that no more than its scopes.

    Only a keyed hash is kept; the token itself is shown once, when it is issued.
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("user_id",)}
    not_in_the_trail = ("digest", "last_used_on")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("名称"), max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(_("权限范围"), default=list)
    """Of ``rules.SCOPES``: "cases:read", "cases:write"."""
    issued_at = models.DateTimeField(_("发放时间"), auto_now_add=True)
    expires_on = models.DateField(_("到期日期"))
    """The first day on which it opens nothing any more."""
    last_used_on = models.DateField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("接口令牌")
        constraints = [models.UniqueConstraint(fields=("user", "name"), name="token_name_once_per_user")]

    def __str__(self) -> str:
        return self.name


class KeyedAnswer(Record):
    """What was answered to a write that came with an ``Idempotency-Key``.

    Claimed and written in the transaction of the write itself: there is no answer without its write, no write
    without its answer, and of two that come at once the constraint lets one be done.
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("user_id",)}

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.BinaryField(max_length=32)
    """Keyed hash of method, address and body."""
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=200, blank=True)
    body = models.BinaryField(default=bytes)

    class Meta(Record.Meta):
        verbose_name = _("幂等键")
        constraints = [models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_once_per_user")]

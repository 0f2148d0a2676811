"""Imports: each file that came in, what was understood, what a person decided."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import ScopeKind
from louyu.core.models import Record


class ImportBatch(Record):
    """One file brought in: looked at, then applied in one transaction, and undone as one.

    The file itself and the report on it (which quotes cells) are kept encrypted in the deployment's files;
    ``file_key_sealed`` opens both.
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.SELF: ("by_id",)}
    not_in_the_trail = ("file_key_sealed", "counts", "seen", "layout")

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        READY = "ready", _("待导入")
        APPLIED = "applied", _("已导入")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")
        FAILED = "failed", _("无法读取")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("文件"), max_length=200)
    file_digest = models.BinaryField(max_length=32)
    file_key_sealed = models.BinaryField(max_length=64)
    kind = models.CharField(_("类型"), max_length=30, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.READING)
    layout = models.JSONField(default=dict, blank=True)
    """What a person corrected: sheet → column letter → field; empty: as guessed."""
    counts = models.JSONField(default=dict, blank=True)
    seen = models.BinaryField(blank=True, default=b"")
    """The keys (16 bytes each, sorted) of the records this file listed."""
    made_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("导入")
        ordering = ("-id",)


class ColumnMemory(Record):
    """A heading that somebody used, and what it meant: remembered for the next file."""

    kind = models.CharField(max_length=30)
    heading = models.CharField(max_length=120)
    field = models.CharField(max_length=40, blank=True)

    class Meta(Record.Meta):
        constraints = [models.UniqueConstraint(fields=("kind", "heading"), name="heading_remembered_once")]


class Decision(Record):
    """What a person answered to a question only a person can answer; remembered, not asked again.

    ``question`` is a keyed hash over what is asked about, so that no personal value stands here.
    """

    kind = models.CharField(max_length=30)
    question = models.CharField(max_length=64)
    choice = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="decisions")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(Record.Meta):
        constraints = [models.UniqueConstraint(fields=("kind", "question"), name="decided_once")]

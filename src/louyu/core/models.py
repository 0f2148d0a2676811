"""What every record has: a key made offline, a scope, an origin."""

import uuid
from typing import Any, ClassVar

import uuid_utils.compat
from django.db import models
from django.utils.translation import gettext_lazy as _

from louyu.core.scoping import ScopedManager


def new_id() -> uuid.UUID:
    """A UUIDv7: ordering by key is ordering by time; a phone can make one offline."""
    return uuid_utils.compat.uuid7()


class Record(models.Model):
    """Base of all records. ``objects`` refuses until a reader is named.

    scope_paths: scope kind → lookups that lead from this model to that scope's id (any of them counts).
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()
    rows_without_a_reader: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "rows_without_a_reader"


class OriginKind(models.TextChoices):
    """How a record came in."""

    ENTERED = "entered", _("录入")
    OBSERVED = "observed", _("走访")
    LOBBY = "lobby", _("大堂扫码")
    IMPORTED = "imported", _("导入")
    API = "api", _("接口")


class Sourced(Record):
    """A record that says where it came from; for an import the batch, sheet and row of the file."""

    origin = models.CharField(_("来源"), max_length=10, choices=OriginKind, default=OriginKind.ENTERED)
    origin_batch = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    origin_sheet = models.CharField(max_length=100, blank=True, editable=False)
    origin_row = models.PositiveIntegerField(null=True, blank=True, editable=False)
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta(Record.Meta):
        abstract = True


class WorkCalendarDay(Record):
    """A day that a loaded notice of the State Council takes off, or has worked (调休)."""

    notice_year = models.PositiveSmallIntegerField(_("通知年度"), db_index=True)
    day = models.DateField(_("日期"), unique=True)
    working = models.BooleanField(_("上班"))
    document = models.CharField(_("文号"), max_length=80)
    """The notice by which it is so: 「国办发明电〔2025〕7号」."""

    class Meta(Record.Meta):
        verbose_name = _("工作日历")

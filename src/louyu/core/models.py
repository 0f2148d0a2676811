"""What every record has: a key made offline, a scope, an origin."""

import uuid
from typing import Any, ClassVar

import uuid_utils.compat
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.core.constraints import NoOverlap
from louyu.core.prepared import Inserted
from louyu.core.scoping import ScopedManager
from louyu.core.tallies import Tallied

NOWHERE = uuid.UUID(int=0)
"""Stands for the building of what has none."""


def new_id() -> uuid.UUID:
    """A UUIDv7: ordering by key is ordering by time; a phone can make one offline."""
    return uuid_utils.compat.uuid7()


class Record(Inserted):
    """Base of all records. ``objects`` refuses until a reader is named.

    scope_paths: scope kind → lookups that lead from this model to that scope's id (any of them counts).
    scope_ends: relations that such a path leads through only until the day on which they end (their ``until``).
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {}
    scope_ends: ClassVar[tuple[str, ...]] = ()

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
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now, editable=False)

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


class Fact(Record):
    """That a record counts in a figure from a day (unknown: before anyone knew) until a day (open: still).

    code: the figure's. subject: the record's key. building: where it counts, ``NOWHERE`` where it has none.
    amount: what it counts for: 1, or a number in the figure's own unit (fen, minutes, persons); declared: the
    amount is somebody's word, not the count of records. Written by the commands of the record's room, like any
    record: see ``core.figures``. The database itself keeps the tallies beside them.
    """

    code = models.CharField(max_length=60)
    subject = models.UUIDField()
    building = models.UUIDField(default=NOWHERE)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    amount = models.BigIntegerField(default=1)
    declared = models.BooleanField(default=False)

    class Meta(Record.Meta):
        verbose_name = _("计数事实")
        constraints = [
            NoOverlap(same=("code", "subject"), name="counts_once_at_a_time"),
            Tallied(name="fact_tallied"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="fact_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=("subject", "code"), name="fact_of_subject"),
            models.Index(fields=("code", "since"), name="fact_begun"),
            models.Index(fields=("code", "until"), name="fact_ended", condition=Q(until__isnull=False)),
        ]


class Tally(models.Model):
    """How much the facts of a code change a figure within a day, a month or a year, in one building.

    start: the first day of the span; 1 January of the year 1 for facts without a known beginning. Written by the
    database alone (``core.tallies.Tallied``), in the statement that writes the facts.
    """

    pk = models.CompositePrimaryKey("code", "span", "start", "building")
    code = models.CharField(max_length=60)
    span = models.CharField(max_length=5)
    start = models.DateField()
    building = models.UUIDField()
    records = models.BigIntegerField()
    amount = models.BigIntegerField()
    declared = models.BigIntegerField()
    """How much of ``amount`` is declared."""

    rows_without_a_reader: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        default_manager_name = "rows_without_a_reader"


class Job(Record):
    """Long work that somebody asked for: what it is, how far it is, what came of it. The queue is this table.

    A job is started in the transaction of whoever asks, done by a runner (``core.jobs``), and its effect is written
    in the transaction that ends it. The record stays: of an export it is the line in the log.
    """

    not_in_the_trail = (
        "arguments",  # what somebody searched for may name a person
        "state",
        "progress",
        "cancel_asked",
        "refusal",
        "attempts",
        "runner",
        "lease_until",
        "language",
        "file_key_sealed",
        "file_until",
        "started_at",
    )

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("正在办")
        DONE = "done", _("已办完")
        FAILED = "failed", _("没有办成")
        CANCELLED = "cancelled", _("已取消")

    OPEN: ClassVar[tuple[str, ...]] = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    """What it is about, in words: a file's name, a list's title."""
    subject = models.UUIDField(null=True, blank=True)
    """The record that it works on; there is one open job on a record at a time."""
    arguments = models.JSONField(default=dict, blank=True)
    by_id = models.UUIDField()
    """Key of the user who asked."""
    language = models.CharField(max_length=10)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    progress = models.JSONField(default=dict, blank=True)
    """``stage``, and ``done`` of ``total`` rows where they are counted (else 0)."""
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(default=dict, blank=True)
    refusal = models.JSONField(default=dict, blank=True)
    """Why it failed: ``field``, ``value``, ``reason``, ``mend``, ``code``."""
    attempts = models.PositiveSmallIntegerField(default=0)
    runner = models.CharField(max_length=80, blank=True)
    """Who has it, ``host:process``."""
    lease_until = models.DateTimeField(null=True, blank=True)
    """A runner that has not been heard of until then is taken for dead."""
    file_key_sealed = models.BinaryField(max_length=64, blank=True, default=b"")
    """Opens the file that came of it; empty where none did, or it is gone."""
    file_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("任务")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("subject",),
                condition=Q(state__in=("queued", "running")),
                name="one_open_job_on_a_record",
            ),
        ]
        indexes = [
            models.Index(fields=("state", "id"), name="job_by_state"),
            models.Index(fields=("by_id", "id"), name="job_of_user"),
            models.Index(fields=("subject", "id"), name="job_of_record"),
            models.Index(fields=("kind", "id"), name="job_of_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being done."""
        return self.state in self.OPEN

"""Cases: what somebody needs, who has it, until when, and all that was done about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import ScopeKind
from louyu.cases.states import CASES
from louyu.core.models import Record, Sourced
from louyu.duties.models import Department
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.tenants.models import Enterprise


class Kind(models.TextChoices):
    """What sort of request a case is: it decides how long it may take."""

    ADVICE = "advice", _("咨询")
    HELP = "help", _("求助")
    COMPLAINT = "complaint", _("投诉")
    COMPLEX = "complex", _("疑难")
    SAFETY = "safety", _("安全")


class Outcome(models.TextChoices):
    """What came of a case. Only SOLVED counts as solved."""

    SOLVED = "solved", _("已解决")
    EXPLAINED = "explained", _("已解释")
    NOT_POSSIBLE = "not_possible", _("无法解决")
    WITHDRAWN = "withdrawn", _("已撤回")
    MERGED = "merged", _("已合并")


class Satisfaction(models.TextChoices):
    """What the asker says of it; the last two ask for a reason."""

    VERY_SATISFIED = "very_satisfied", _("非常满意")
    SATISFIED = "satisfied", _("满意")
    FAIR = "fair", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")
    VERY_DISSATISFIED = "very_dissatisfied", _("非常不满意")


class TimeLimit(Record):
    """How long a kind of case, or its acceptance, may take: working days, or hours by the clock."""

    code = models.CharField(max_length=12, unique=True)
    """A ``Kind``, or "acceptance"."""
    working_days = models.PositiveSmallIntegerField(_("工作日"), null=True, blank=True)
    hours = models.PositiveSmallIntegerField(_("小时"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("办理时限")
        constraints = [
            models.CheckConstraint(
                condition=Q(working_days__gt=0, hours__isnull=True)
                | Q(working_days__isnull=True, hours__gt=0),
                name="time_limit_is_days_or_hours",
            ),
        ]

    @property
    def label(self) -> str:
        """What it is the limit of, in words."""
        return str(Kind(self.code).label if self.code in Kind.values else _("受理"))


class Category(Record):
    """What a case is about. A district may add its own; a category no longer used stays for old cases."""

    code = models.CharField(_("代码"), max_length=30, unique=True)
    name_zh = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60)
    group = models.CharField(_("类组"), max_length=12, blank=True, db_index=True)
    """ "trt": tax, registration, rent and the like (税收、注册、房租等); may be widened."""
    kind = models.CharField(_("性质"), max_length=12, choices=Kind, default=Kind.HELP)
    """The kind of its cases where nobody says otherwise."""
    working_days = models.PositiveSmallIntegerField(_("工作日"), null=True, blank=True)
    """Allowed for this category, in place of what its kind allows."""
    department_name = models.CharField(_("默认部门"), max_length=60, blank=True)
    active = models.BooleanField(_("使用"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        verbose_name = _("问题类别")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class NumberSequence(models.Model):
    """The last number given to a case of a year: one row, locked while a case is made."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    rows_without_a_reader: ClassVar[models.Manager["NumberSequence"]] = models.Manager()

    class Meta:
        default_manager_name = "rows_without_a_reader"


class Case(Sourced):
    """A need that has an owner and a deadline. ``state`` is set by ``cases.commands.transition`` alone."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        **{
            kind: tuple("building_id" if p == "id" else f"building__{p}" for p in paths)
            for kind, paths in Building.scope_paths.items()
        },
        ScopeKind.DEPARTMENT: ("department_id",),
        ScopeKind.ENTERPRISE: ("enterprise_id",),
        ScopeKind.SELF: ("asker_id",),
    }
    not_in_the_trail = ("search",)

    number = models.CharField(_("编号"), max_length=40, blank=True)
    """ "2026-004839"; a case brought in from a ledger keeps the ledger's own number."""
    building = models.ForeignKey(
        Building, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    enterprise = models.ForeignKey(
        Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    enterprise_name = models.CharField(_("反映企业"), max_length=120, blank=True)
    """As a ledger writes it, where the enterprise is not on record."""
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="cases", db_index=False)
    kind = models.CharField(_("性质"), max_length=12, choices=Kind)
    text = models.TextField(_("内容"))
    raised_on = models.DateField(_("反映日期"))
    raised_at = models.DateTimeField(_("反映时间"))
    """Midnight of ``raised_on`` where only the day is known."""
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="asked_cases",
        db_index=False,
    )
    asker_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="asked_cases", db_index=False
    )

    state = models.CharField(_("状态"), max_length=12, choices=CASES.choices)
    version = models.PositiveIntegerField(default=1)
    """Counts what was done; a page that saw an older one is told so."""
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handled_cases",
        db_index=False,
    )
    accept_by = models.DateTimeField(_("受理时限"), null=True, blank=True)
    deadline = models.DateTimeField(_("办理时限"))
    deadline_provisional = models.BooleanField(_("时限为暂定"), default=False)
    clock_stopped_at = models.DateTimeField(null=True, blank=True)
    extended = models.BooleanField(_("已延期"), default=False)
    handed_over = models.BooleanField(_("曾交办"), default=False)
    """Handed to a department at some time; it counts for the figure of problems handed over and solved."""

    outcome = models.CharField(_("结果"), max_length=14, choices=Outcome, blank=True)
    outcome_reason = models.TextField(_("结果说明"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    satisfaction = models.CharField(_("满意度"), max_length=18, choices=Satisfaction, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    digest = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    """Keyed hash by which a ledger's row is found again; null for a case that no ledger brought."""
    search = models.CharField(max_length=600, blank=True, editable=False)

    class Meta(Sourced.Meta):
        verbose_name = _("办件")
        constraints = [
            models.UniqueConstraint(
                fields=("number",), condition=~Q(origin="imported"), name="case_number_once"
            ),
            models.UniqueConstraint(
                fields=("digest",), condition=Q(digest__isnull=False), name="case_digest_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("raised_on")),
                name="case_closes_after_it_is_raised",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(outcome=""), name="case_answer_has_an_outcome"
            ),
            models.CheckConstraint(
                condition=Q(clock_stopped_at__isnull=True) | Q(state="waiting"),
                name="case_clock_stops_while_waiting",
            ),
        ]
        # With the key at their end they cover what lists ask first: which rows, in which order, how many.
        indexes = [
            models.Index(fields=("raised_at", "id"), name="case_by_raising"),
            models.Index(fields=("deadline", "id"), name="case_by_deadline"),
            models.Index(fields=("number", "id"), name="case_by_number"),
            models.Index(fields=("closed_on", "id"), name="case_by_closing"),
            models.Index(fields=("state", "deadline", "id"), name="case_by_state"),
            models.Index(fields=("category", "raised_at", "id"), name="case_by_category"),
            models.Index(fields=("building", "raised_at", "id"), name="case_by_building"),
            models.Index(fields=("building", "state", "deadline", "id"), name="case_of_building_to_do"),
            models.Index(fields=("department", "raised_at", "id"), name="case_by_department"),
            models.Index(fields=("department", "state", "deadline", "id"), name="case_of_department_to_do"),
            # Most cases have none of these: an index over all would tell the database that they say nothing.
            models.Index(
                fields=("handler", "state", "deadline", "id"),
                name="case_of_handler_to_do",
                condition=Q(handler__isnull=False),
            ),
            models.Index(
                fields=("asker", "raised_at", "id"), name="case_by_asker", condition=Q(asker__isnull=False)
            ),
            models.Index(
                fields=("asker_person",), name="case_by_person", condition=Q(asker_person__isnull=False)
            ),
            models.Index(
                fields=("merged_into",), name="case_by_merge", condition=Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("台账第 %(row)s 行") % {"row": self.origin_row})


class CaseEvent(Record):
    """One thing done about a case. Never changed: together they are the time line."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        kind: tuple(f"case__{p}" for p in paths) for kind, paths in Case.scope_paths.items()
    }

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField(_("时间"))
    """Midnight of the day where a ledger says only the day."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    transition = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    said = models.JSONField(default=dict, blank=True)
    """What was said with it, as it was called then: department, handler, outcome, proposal, deadline, extent."""
    visible = models.BooleanField(_("反映人可见"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("办理记录")
        ordering = ("at", "id")
        indexes = [models.Index(fields=("case", "at", "id"), name="event_by_case")]


class Attachment(Record):
    """A file that belongs to a case, kept encrypted with a key of its own; pictures without place and camera."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = CaseEvent.scope_paths
    not_in_the_trail = ("key_sealed",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(_("文件名"), max_length=120)
    media_type = models.CharField(max_length=80)
    """By its content, not by its name."""
    size = models.PositiveIntegerField(_("字节"))
    key_sealed = models.BinaryField(max_length=64)

    class Meta(Record.Meta):
        verbose_name = _("附件")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

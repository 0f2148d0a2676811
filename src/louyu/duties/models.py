"""Who answers for which building (一长两员): departments, duties, absences with their deputies."""

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from louyu.accounts.models import Grant
from louyu.accounts.rules import Role, ScopeKind
from louyu.core.constraints import NoOverlap
from louyu.core.models import Record, Sourced
from louyu.duties.rules.officers import Finding, GapKind
from louyu.people.models import Person
from louyu.places.models import Building


class Department(Sourced):
    """A body that solves problems: a department of the district, a subdistrict's office, a property company."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {ScopeKind.DEPARTMENT: ("id",)}

    name = models.CharField(_("部门"), max_length=60, unique=True)
    short_names = models.JSONField(_("简称"), default=list, blank=True)
    code = models.CharField(_("代码"), max_length=30, blank=True)
    categories = models.JSONField(_("承办的类别"), default=list, blank=True)
    """Codes of the categories of case it answers for, its own first."""
    outside = models.BooleanField(_("非政府部门"), default=False)

    class Meta(Sourced.Meta):
        verbose_name = _("部门")
        constraints = [
            models.UniqueConstraint(fields=("code",), condition=~Q(code=""), name="department_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(Sourced):
    """One person in one role at one building, from a day (unknown: before anyone knew) until a day (open: still).

    The database refuses the same person twice in a role there, and a second chief at a time.
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        **{
            kind: tuple("building_id" if p == "id" else f"building__{p}" for p in paths)
            for kind, paths in Building.scope_paths.items()
        },
        ScopeKind.DEPARTMENT: ("department_id",),
    }

    class Role(models.TextChoices):
        CHIEF = Role.CHIEF.value, _("楼长")
        ADMINISTRATOR = Role.ADMINISTRATOR.value, _("楼企管理员")
        SPECIALIST = Role.SPECIALIST.value, _("服务专员")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="duties", verbose_name=_("楼宇")
    )
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duties",
        verbose_name=_("部门"),
    )
    position = models.CharField(_("职务"), max_length=60, blank=True)
    since = models.DateField(_("任职日期"), null=True, blank=True)
    until = models.DateField(_("离任日期"), null=True, blank=True)
    despite = models.CharField(_("仍这样安排的理由"), max_length=200, blank=True)
    """Why somebody was appointed whom the rule does not expect there."""

    class Meta(Sourced.Meta):
        verbose_name = _("任职")
        constraints = [
            NoOverlap(same=("person", "building", "role"), name="duty_no_overlap"),
            NoOverlap(same=("building",), where=("role", Role.CHIEF.value), name="one_chief_at_a_time"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="duty_ends_after_it_begins",
            ),
        ]


class Absence(Sourced):
    """A person is away from ``since`` on and back on ``until``; the deputy has their work and rights in between."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        kind: tuple(f"{way}duties__{p}" for way in ("person__", "deputy__") for p in paths)
        for kind, paths in Duty.scope_paths.items()
    }
    scope_ends = ("person__duties", "deputy__duties")
    """Where somebody served once, nobody has to know that they are away, and why."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField(_("离岗日期"))
    until = models.DateField(_("返岗日期"))
    deputy = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in",
        verbose_name=_("代理人"),
    )  # fmt: skip
    reason = models.CharField(_("事由"), max_length=100, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("离岗")
        constraints = [
            NoOverlap(same=("person",), name="absence_no_overlap"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")),
                name="nobody_deputises_for_themselves",
            ),
        ]

    @property
    def last_day(self) -> datetime.date:
        """The last day away, as people write it."""
        return self.until - datetime.timedelta(days=1)


class Right(Record):
    """A grant that somebody has because of a duty, their own or one they stand in for; the command keeps both even."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="rights")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        verbose_name = _("任职授权")


FINDINGS = {
    Finding.CHIEF_FROM_ELSEWHERE: (
        _("楼长应由街道班子成员担任，这里写的是部门人员。"),
        _("请改选街道班子成员，或写明为什么仍这样安排。"),
    ),
    Finding.CHIEF_NOT_LEADING: (
        _("看职务不是街道班子成员。"),
        _("请核对职务，或写明为什么仍这样安排。"),
    ),
    Finding.ADMINISTRATOR_FROM_ELSEWHERE: (
        _("楼企管理员应由街道驻楼干部担任，这里写的是部门人员。"),
        _("请改任服务专员，或写明为什么仍这样安排。"),
    ),
    Finding.SPECIALIST_WITHOUT_DEPARTMENT: (
        _("服务专员由部门派出，这里没有写部门。"),
        _("请选择派出部门，或写明为什么仍这样安排。"),
    ),
    Finding.SPECIALIST_FROM_SUBDISTRICT: (
        _("服务专员由部门派出，街道干部应任楼企管理员。"),
        _("请改任楼企管理员，或写明为什么仍这样安排。"),
    ),
    Finding.SPECIALIST_FROM_OUTSIDE: (
        _("服务专员由政府部门派出，这里写的是其他单位。"),
        _("请选择派出部门，或写明为什么仍这样安排。"),
    ),
    Finding.SECOND_ROLE: (
        _("这个人在这幢楼已有另一个角色。"),
        _("请先结束原来的角色，或写明为什么仍这样安排。"),
    ),
}
"""Why somebody does not fit a duty, and what to do, in words."""

GAPS = {
    GapKind.NO_CHIEF: _("没有楼长"),
    GapKind.NO_ADMINISTRATOR: _("没有楼企管理员"),
    GapKind.NO_SPECIALIST: _("没有服务专员"),
    GapKind.ABSENCE_WITHOUT_DEPUTY: _("离岗无人代理"),
    GapKind.WITHOUT_SUCCESSOR: _("离任无人接任"),
    GapKind.DOUBTFUL: _("人选待核对"),
}
"""What is missing, in words."""

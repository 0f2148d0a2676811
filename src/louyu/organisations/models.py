"""Organisations of the party and beside it, as they are and as they were; who holds which office; who belongs."""

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import ScopeKind
from louyu.core.constraints import NoOverlap
from louyu.core.models import Record, Sourced
from louyu.core.sealing import open_text, seal_text
from louyu.organisations.rules.kinds import DEEPEST
from louyu.organisations.rules.kinds import Kind as KindCode
from louyu.organisations.rules.kinds import Office as OfficeCode
from louyu.organisations.states import TRANSFERS
from louyu.people.models import Person
from louyu.places.models import Area, Building
from louyu.tenants.models import Enterprise

Paths = dict[str, tuple[str, ...]]


class Kind(models.TextChoices):
    """What an organisation is."""

    COMMUNITY_COMMITTEE = KindCode.COMMUNITY_COMMITTEE.value, _("社区大党委")
    BUILDING_COMMITTEE = KindCode.BUILDING_COMMITTEE.value, _("楼宇综合党委")
    COMMITTEE = KindCode.COMMITTEE.value, _("党委")
    GENERAL_BRANCH = KindCode.GENERAL_BRANCH.value, _("党总支")
    BRANCH = KindCode.BRANCH.value, _("楼企党支部")
    JOINT_BRANCH = KindCode.JOINT_BRANCH.value, _("联合党支部")
    UNION = KindCode.UNION.value, _("工会")
    YOUTH_LEAGUE = KindCode.YOUTH_LEAGUE.value, _("团组织")
    WOMEN = KindCode.WOMEN.value, _("妇联")
    SOCIAL = KindCode.SOCIAL.value, _("社会组织")


class Office(models.TextChoices):
    """What a person is in an organisation; the secretary is the head of any organisation."""

    SECRETARY = OfficeCode.SECRETARY.value, _("书记（负责人）")
    DEPUTY = OfficeCode.DEPUTY.value, _("副书记（副职）")
    ORGANISER = OfficeCode.ORGANISER.value, _("组织委员")
    PUBLICITY = OfficeCode.PUBLICITY.value, _("宣传委员")
    DISCIPLINE = OfficeCode.DISCIPLINE.value, _("纪检委员")
    MEMBER = OfficeCode.MEMBER.value, _("委员")


class Threshold(Record):
    """A number that the rules go by, as this district has set it."""

    code = models.CharField(max_length=30, unique=True)
    """A field of ``rules.thresholds.Thresholds``."""
    value = models.PositiveSmallIntegerField(_("数值"))

    class Meta(Record.Meta):
        verbose_name = _("党组织规则数值")


class Organisation(Sourced):
    """An organisation as it is today, or as it was when it was dissolved; ``Period`` says what it was before."""

    scope_paths: ClassVar[Paths] = {
        ScopeKind.SUBDISTRICT: ("area_id", "area__parent_id"),
        ScopeKind.COMMUNITY: ("area_id",),
        ScopeKind.ORGANISATION: ("id", *("parent__" * up + "parent_id" for up in range(DEEPEST - 1))),
    }
    not_in_the_trail = ("search",)

    name = models.CharField(_("组织名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("上级组织"),
    )
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("所属街道社区"),
    )
    founded = models.DateField(_("成立日期"), null=True, blank=True)
    founding_document = models.CharField(_("成立文号"), max_length=60, blank=True)
    dissolved = models.DateField(_("撤销日期"), null=True, blank=True)
    dissolving_document = models.CharField(_("撤销文号"), max_length=60, blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        verbose_name=_("并入"),
    )
    despite = models.CharField(_("仍这样设置的理由"), max_length=200, blank=True)
    """Why it was founded although a rule says otherwise."""
    search = models.CharField(max_length=600, blank=True, editable=False)

    class Meta(Sourced.Meta):
        verbose_name = _("组织")
        constraints = [
            models.CheckConstraint(
                condition=Q(founded__isnull=True)
                | Q(dissolved__isnull=True)
                | Q(dissolved__gte=F("founded")),
                name="organisation_dissolved_after_it_was_founded",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organisation_not_under_itself"
            ),
            models.UniqueConstraint(
                fields=("name",), condition=Q(dissolved__isnull=True), name="organisation_name_once"
            ),
        ]
        indexes = [models.Index(fields=("kind", "dissolved"), name="organisation_of_kind")]

    def __str__(self) -> str:
        return self.name


OF_ORGANISATION: Paths = {
    kind: tuple("organisation_id" if p == "id" else f"organisation__{p}" for p in paths)
    for kind, paths in Organisation.scope_paths.items()
}
"""Paths of what belongs to an organisation."""


class Period(Record):
    """What an organisation was called, what it was, under which one and where, from a day until a day.

    The first begins with its founding and the last ends with its dissolution: it was there on the days on which one
    of them runs.
    """

    scope_paths: ClassVar[Paths] = OF_ORGANISATION

    class Began(models.TextChoices):
        FOUNDED = "founded", _("成立")
        RENAMED = "renamed", _("更名")
        CHANGED = "changed", _("改设")
        MOVED = "moved", _("调整隶属或驻地")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="periods")
    name = models.CharField(_("组织名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("起始日期"), null=True, blank=True)
    until = models.DateField(_("终止日期"), null=True, blank=True)
    began = models.CharField(_("缘由"), max_length=8, choices=Began)
    document = models.CharField(_("文号"), max_length=60, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("组织沿革")
        constraints = [
            NoOverlap(same=("organisation",), name="organisation_period_no_overlap"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="organisation_period_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=("parent", "until"), name="organisation_period_under")]


class Seat(Record):
    """A building in which an organisation sits, or that its grid takes in, from a day until a day."""

    scope_paths: ClassVar[Paths] = OF_ORGANISATION

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seats")
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("楼宇")
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("驻地")
        constraints = [
            NoOverlap(same=("organisation", "building"), name="organisation_seat_no_overlap"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="organisation_seat_ends_after_it_begins",
            ),
        ]


class Coverage(Record):
    """An enterprise that an organisation covers, from a day until a day."""

    scope_paths: ClassVar[Paths] = OF_ORGANISATION

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="coverages")
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="covered_by", verbose_name=_("企业")
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    document = models.CharField(_("文号"), max_length=60, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("覆盖企业")
        constraints = [
            NoOverlap(same=("organisation", "enterprise"), name="coverage_no_overlap"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="coverage_ends_after_it_begins",
            ),
        ]


class Appointment(Sourced):
    """A person in an office of an organisation, from a day until a day; the same office may be held again.

    term_end: the first day after the term for which they were elected. The database refuses a second secretary at a
    time, and the same person twice in one office.
    """

    scope_paths: ClassVar[Paths] = OF_ORGANISATION

    class Manner(models.TextChoices):
        ELECTED = "elected", _("选举")
        APPOINTED = "appointed", _("任命")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    office = models.CharField(_("职务"), max_length=12, choices=Office)
    manner = models.CharField(_("产生方式"), max_length=10, choices=Manner, default=Manner.ELECTED)
    since = models.DateField(_("任职日期"))
    until = models.DateField(_("离任日期"), null=True, blank=True)
    term_end = models.DateField(_("任期届满"), null=True, blank=True)
    document = models.CharField(_("文号"), max_length=60, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("组织任职")
        constraints = [
            NoOverlap(
                same=("organisation",),
                where=("office", OfficeCode.SECRETARY.value),
                name="one_secretary_at_a_time",
            ),
            NoOverlap(same=("organisation", "person", "office"), name="appointment_no_overlap"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="appointment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(term_end__isnull=True) | Q(term_end__gt=F("since")),
                name="term_ends_after_it_begins",
            ),
        ]


class Membership(Sourced):
    """What a member of the party is to an organisation, or that they are with none, from a day until a day.

    Sensitive throughout: it enters only by the person's own registration or the organisation's own roster, is never
    inferred, and is read by the organisation line alone. A change of status ends one row and begins the next. The
    day of joining is sealed with the person's own key.
    """

    scope_paths: ClassVar[Paths] = {
        **{
            kind: (*paths, *(p.removeprefix("organisation__") for p in paths))
            for kind, paths in OF_ORGANISATION.items()
            if kind != ScopeKind.ORGANISATION
        },
        ScopeKind.ORGANISATION: OF_ORGANISATION[ScopeKind.ORGANISATION],
    }

    class Status(models.TextChoices):
        UNATTACHED = "unattached", _("未接转")
        TRANSFER_PENDING = "transfer_pending", _("接转中")
        ATTACHED = "attached", _("已接转")
        GUEST = "guest", _("双报到")

    class Stage(models.TextChoices):
        FULL = "full", _("正式党员")
        PROBATIONARY = "probationary", _("预备党员")

    class Basis(models.TextChoices):
        OWN = "own", _("本人登记")
        ROSTER = "roster", _("组织名册")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("所在组织"),
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记社区")
    )
    """Where somebody without an organisation registered; who belongs to one is found through it."""
    enterprise = models.ForeignKey(
        Enterprise,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("所在单位"),
    )
    status = models.CharField(_("状态"), max_length=16, choices=Status)
    stage = models.CharField(_("党员类别"), max_length=12, choices=Stage, default=Stage.FULL)
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("终止日期"), null=True, blank=True)
    joined_sealed = models.BinaryField(_("入党日期"), max_length=64, blank=True)
    basis = models.CharField(_("依据"), max_length=6, choices=Basis)
    consent = models.UUIDField(null=True, blank=True, editable=False)
    """Key of the consent on record."""
    homed = models.BooleanField(_("由未接转首次落实"), default=False)
    """This is the row by which somebody who was with no organisation came to one for the first time."""

    class Meta(Sourced.Meta):
        verbose_name = _("党员身份")
        constraints = [
            NoOverlap(same=("person",), where=("status", "attached"), name="attached_once_at_a_time"),
            NoOverlap(same=("person",), where=("status", "unattached"), name="unattached_once_at_a_time"),
            NoOverlap(same=("person", "organisation"), name="membership_no_overlap"),
            models.CheckConstraint(
                condition=Q(status__in=("attached", "guest"), organisation__isnull=False)
                | Q(status__in=("unattached", "transfer_pending"), organisation__isnull=True),
                name="membership_with_an_organisation_or_none",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=("person",), condition=Q(homed=True), name="homed_once"),
        ]
        indexes = [
            models.Index(fields=("organisation", "status", "until"), name="membership_of_organisation")
        ]

    def put_joined(self, day: datetime.date | None) -> "Membership":
        """Seal the day of joining with the person's key on this instance (not saved)."""
        self.joined_sealed = seal_text(day.isoformat() if day else "", self.person.key_sealed)
        return self

    @property
    def joined_on(self) -> datetime.date | None:
        """The day of joining in the clear; None where it is not known or erased. Only rules are told it."""
        said = open_text(self.joined_sealed, self.person.key_sealed)
        return datetime.date.fromisoformat(said) if said else None


class CountedMembership(Membership):
    """The same row for those who may count members and not see them: nothing of the person is shown with it."""

    class Meta(Sourced.Meta):
        proxy = True
        verbose_name = _("在册党员（计数）")


class Transfer(Sourced):
    """A member's relation on its way from one organisation to another: out and in are one record.

    A side outside the district is named in words.
    """

    scope_paths: ClassVar[Paths] = {
        kind: tuple(f"{side}_{p}" for side in ("from", "to") for p in paths)
        for kind, paths in OF_ORGANISATION.items()
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    from_organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers_out",
        verbose_name=_("转出组织"),
    )
    from_outside = models.CharField(_("转出组织（区外）"), max_length=120, blank=True)
    to_organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers_in",
        verbose_name=_("转入组织"),
    )
    to_outside = models.CharField(_("转入组织（区外）"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=TRANSFERS.choices)
    asked_on = models.DateField(_("申请日期"))
    letter_number = models.CharField(_("介绍信编号"), max_length=40, blank=True)
    letter_on = models.DateField(_("介绍信日期"), null=True, blank=True)
    arrived_on = models.DateField(_("接收日期"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("组织关系转接")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_organisation__isnull=True)
                | Q(to_organisation__isnull=True)
                | ~Q(from_organisation=F("to_organisation")),
                name="no_transfer_to_oneself",
            ),
            models.CheckConstraint(
                condition=Q(to_organisation__isnull=False, to_outside="")
                | (Q(to_organisation__isnull=True) & ~Q(to_outside="")),
                name="transfer_to_one_side",
            ),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(state__in=TRANSFERS.open_states),
                name="one_transfer_at_a_time",
            ),
        ]

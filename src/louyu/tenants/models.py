"""The one register of enterprises, and who sits where, when."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import ScopeKind
from louyu.core.constraints import NoOverlap
from louyu.core.models import Sourced
from louyu.people.models import Person
from louyu.places.models import Unit


class Enterprise(Sourced):
    """An enterprise or an unincorporated branch office, by its unified social credit code (GB 32100-2015)."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        **{k: tuple(f"occupancies__unit__{p}" for p in paths) for k, paths in Unit.scope_paths.items()},
        ScopeKind.ENTERPRISE: ("id",),
    }
    not_in_the_trail = ("search", "name_key")

    class LegalForm(models.TextChoices):
        COMPANY = "company", _("公司")
        PARTNERSHIP = "partnership", _("合伙企业")
        SOLE = "sole", _("个人独资企业")
        INDIVIDUAL = "individual", _("个体工商户")
        BRANCH_OFFICE = "branch_office", _("非法人分支机构")
        FIRM = "firm", _("事务所")
        INSTITUTION = "institution", _("机关事业单位")
        SOCIAL = "social", _("社会组织")
        OTHER = "other", _("其他")

    name = models.CharField(_("企业名称"), max_length=120)
    name_key = models.CharField(max_length=120, blank=True, db_index=True, editable=False)
    """The name without region, legal-form words and punctuation: equal keys may be one enterprise."""
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True)  # noqa: DJ001
    legal_form = models.CharField(_("企业类型"), max_length=16, choices=LegalForm, blank=True)
    branch_office = models.BooleanField(_("非法人分支机构"), default=False)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branch_offices",
        verbose_name=_("总公司"),
    )
    industry_section = models.CharField(_("行业门类"), max_length=1, blank=True)
    industry_class = models.CharField(_("行业代码"), max_length=4, blank=True)
    """GB/T 4754-2017: division (2), group (3) or class (4 digits)."""
    industry_guessed = models.BooleanField(_("行业为推测"), default=False)
    """Guessed from the name, for the drawing's colours; a register or a person that says it replaces it."""
    registered_capital_fen = models.BigIntegerField(_("注册资本（分）"), null=True, blank=True)
    staff = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    search = models.CharField(max_length=800, blank=True, editable=False)

    class Meta(Sourced.Meta):
        verbose_name = _("企业")
        constraints = [
            models.UniqueConstraint(
                fields=("credit_code",), condition=Q(merged_into__isnull=True), name="credit_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Occupancy(Sourced):
    """One enterprise in one unit from a day (unknown: before anyone knew) until a day (open: still there).

    ``area`` (m²) is what the enterprise uses there; unknown where no register says it. Several enterprises in
    one unit are normal; the same enterprise twice in one unit at a time is refused by the database.
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        **{k: tuple(f"unit__{p}" for p in paths) for k, paths in Unit.scope_paths.items()},
        ScopeKind.ENTERPRISE: ("enterprise_id",),
    }

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="occupancies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="occupancies")
    area = models.DecimalField(_("使用面积（m²）"), max_digits=10, decimal_places=2, null=True, blank=True)
    since = models.DateField(_("入驻日期"), null=True, blank=True)
    until = models.DateField(_("迁出日期"), null=True, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("入驻")
        constraints = [
            NoOverlap(same=("enterprise", "unit"), name="occupancy_no_overlap"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="occupancy_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(area__isnull=True) | Q(area__gt=0), name="occupancy_area"),
        ]


class Contact(Sourced):
    """A person whom an enterprise names as its contact (联络员), from a day until a day."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        **{
            k: tuple(f"enterprise__{p}" for p in paths)
            for k, paths in Enterprise.scope_paths.items()
            if k != "enterprise"
        },
        ScopeKind.ENTERPRISE: ("enterprise_id",),
    }
    scope_ends = ("enterprise__occupancies",)
    """Whose building it left does not reach its people any more."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_of")
    position = models.CharField(_("职务"), max_length=40, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("联络人")


class DeclaredCount(Sourced):
    """A number of party members that a register states for an enterprise: declared, never detail.

    Kept for the organisation line; a number below 3 is shown to nobody outside it.
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = Contact.scope_paths
    scope_ends = Contact.scope_ends

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="declared_counts")
    members = models.PositiveIntegerField(_("党员数（申报）"))
    as_of = models.DateField(_("截至"))

    class Meta(Sourced.Meta):
        verbose_name = _("申报数")
        constraints = [
            models.UniqueConstraint(fields=("enterprise", "as_of"), name="declared_once_a_day"),
        ]

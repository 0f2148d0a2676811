"""The forms by which organisations are founded, changed and ended, and officers named."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.core import readings
from louyu.core.reasons import mend_of, reason_of
from louyu.core.words import normalise
from louyu.organisations.finding_words import NUMBERS, SOURCES
from louyu.organisations.models import Appointment, Kind, Office, Organisation
from louyu.organisations.queries import (
    coverages_of,
    in_rank,
    officers_on,
    organisations_today,
    seats_of,
    superior_options,
)
from louyu.organisations.rules.thresholds import RANGES, Thresholds
from louyu.places.models import Area, Building
from louyu.places.queries import areas, buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises

MOST_LINES = 50


def _date_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def _since(label: Any) -> forms.DateField:
    return _date_field(label, initial=timezone.localdate)


def _document() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("文号"), max_length=60, required=False)


class OrganisationForm(forms.Form):
    """Base: a form about an organisation (None: one to be founded), with the choices that its keeper has."""

    def __init__(self, organisation: Organisation | None, reader: User, *args: Any, **kwargs: Any) -> None:
        self.organisation, self.reader = organisation, reader
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def choose(self, field: str, choices: list[Any]) -> None:
        """Give a field its choices."""
        one: Any = self.fields[field]
        one.choices = choices

    def tell(self, refusal: Any) -> None:
        """Put a refusal beside its field; above the form where it has no field there."""
        self.add_error(
            refusal.field if refusal.field in self.fields else None, f"{refusal.reason}{refusal.mend}"
        )

    def one_of(self, field: str, known: Iterable[Any]) -> Any:
        """The record that was chosen; None where none was."""
        said = self.cleaned_data.get(field)
        return next((record for record in known if str(record.pk) == said), None)

    # What stands where

    def kept_organisations(self) -> list[Organisation]:
        """Those that others may stand under."""
        keys = [UUID(option.value) for option in superior_options(self.reader)]
        known = organisations_today(self.reader).in_bulk(keys)
        return [known[key] for key in keys if key in known]

    def kept_areas(self) -> list[Area]:
        """The areas that the reader answers for, communities under their subdistricts."""
        kept = areas(self.reader).filter(policy.rows(self.reader, "organisations.keep_organisations", Area))
        return sorted(kept.exclude(kind=Area.Kind.DISTRICT), key=_under_its_subdistrict)

    def known_buildings(self) -> list[Building]:
        """The buildings that the reader sees."""
        return list(buildings(self.reader).order_by("name").only("name"))

    def choose_places(self) -> None:
        """The choices of superior, area and buildings."""
        self.superiors, self.grounds = self.kept_organisations(), self.kept_areas()
        self.houses = self.known_buildings()
        self.choose("parent", [("", _("没有上级")), *((str(o.pk), o.name) for o in self.superiors)])
        self.choose("area", [("", _("同上级组织")), *((str(a.pk), _area_words(a)) for a in self.grounds)])
        self.choose("buildings", [(str(b.pk), b.name) for b in self.houses])

    def chosen_buildings(self) -> list[Building]:
        """The buildings that were chosen."""
        said = set(self.cleaned_data["buildings"])
        return [b for b in self.houses if str(b.pk) in said]

    def read_enterprises(self, text: str) -> list[Enterprise]:
        """The enterprises named line by line, by name or credit code. Raises ValidationError for what is not found."""
        lines = [line for line in (normalise(line) for line in text.splitlines()) if line][:MOST_LINES]
        known = enterprises(self.reader).filter(Q(name__in=lines) | Q(credit_code__in=lines))
        by_word: dict[str, Enterprise] = {}
        for enterprise in known:
            by_word |= {enterprise.name: enterprise, enterprise.credit_code or enterprise.name: enterprise}
        lost = [line for line in lines if line not in by_word]
        if lost:
            raise forms.ValidationError(
                _("没有找到企业「%s」。请写登记的全称或统一社会信用代码，一行一家。") % "」「".join(lost[:3])
            )
        return list({by_word[line].pk: by_word[line] for line in lines}.values())


def _under_its_subdistrict(area: Area) -> tuple[str, int, str]:
    within = area.parent if area.kind == Area.Kind.COMMUNITY else None
    return (within.name, 1, area.name) if within else (area.name, 0, "")


def _area_words(area: Area) -> str:
    return f"　{area.name}" if area.kind == Area.Kind.COMMUNITY else area.name


class FoundForm(OrganisationForm):
    """What is founded, under which, where, from which day, by which document."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=[("", "—"), *Kind.choices])
    name = forms.CharField(
        label=gettext_lazy("组织名称"),
        max_length=80,
        error_messages={"required": gettext_lazy("请填写组织名称。")},
    )
    parent = forms.ChoiceField(label=gettext_lazy("上级组织"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("所属街道社区"), required=False)
    buildings = forms.MultipleChoiceField(
        label=gettext_lazy("所在楼宇"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("楼宇综合党委可以选它覆盖的几幢楼。"),
    )
    enterprises = forms.CharField(
        label=gettext_lazy("覆盖企业"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("一行一家，写名称或统一社会信用代码。"),
    )
    since = _since(gettext_lazy("成立日期"))
    document = _document()
    despite = forms.CharField(label=gettext_lazy("仍这样设置的理由"), max_length=200, required=False)

    def prepare(self) -> None:
        self.choose_places()
        if "despite" not in self.data:
            del self.fields["despite"]

    def tell(self, refusal: Any) -> None:
        """Ask for a reason where a rule is in the way, and put the refusal beside its field."""
        if refusal.code in ("too_few_members", "joint_branch_does_not_fit"):
            self.fields["despite"] = type(self).base_fields["despite"]
        super().tell(refusal)

    def clean_enterprises(self) -> list[Enterprise]:
        """The enterprises of these lines."""
        return self.read_enterprises(self.cleaned_data["enterprises"])

    def clean(self) -> dict[str, Any]:
        """Under an organisation, or in an area."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("parent") and not found.get("area"):
            self.add_error("area", _("没有上级组织时，请选择所属街道或社区。"))
        return found

    def chosen(self) -> tuple[Organisation | Area, dict[str, Any]]:
        """Under what, and what else the command takes."""
        said = self.cleaned_data
        area = self.one_of("area", self.grounds)
        return self.one_of("parent", self.superiors) or area, {
            "kind": said["kind"],
            "name": said["name"],
            "since": said["since"],
            "document": said["document"],
            "area": area,
            "buildings": self.chosen_buildings(),
            "enterprises": said["enterprises"],
            "despite": said.get("despite", ""),
        }


class RenameForm(OrganisationForm):
    """Another name, or another kind, from a day on."""

    name = forms.CharField(label=gettext_lazy("组织名称"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=Kind.choices)
    since = _since(gettext_lazy("生效日期"))
    document = _document()

    def prepare(self) -> None:
        assert self.organisation is not None
        self.initial.update({"name": self.organisation.name, "kind": self.organisation.kind})

    def chosen(self) -> dict[str, Any]:
        """What the command takes."""
        return dict(self.cleaned_data)


class MoveForm(OrganisationForm):
    """Another superior, area or seat, from a day on."""

    parent = forms.ChoiceField(label=gettext_lazy("上级组织"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("所属街道社区"), required=False)
    buildings = forms.MultipleChoiceField(
        label=gettext_lazy("所在楼宇"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    since = _since(gettext_lazy("生效日期"))
    document = _document()

    def prepare(self) -> None:
        assert self.organisation is not None
        self.choose_places()
        here = seats_of(self.organisation, self.reader, timezone.localdate())
        self.initial.update(
            {
                "parent": str(self.organisation.parent_id or ""),
                "area": str(self.organisation.area_id or ""),
                "buildings": [str(seat.building_id) for seat in here],
            }
        )

    def chosen(self) -> dict[str, Any]:
        """What the command takes; without an area that of the superior."""
        parent = self.one_of("parent", self.superiors)
        area = self.one_of("area", self.grounds) or (parent.area if parent else None)
        return {
            "parent": parent,
            "area": area,
            "buildings": self.chosen_buildings(),
            "since": self.cleaned_data["since"],
            "document": self.cleaned_data["document"],
        }


class CoverForm(OrganisationForm):
    """Which enterprises it covers from a day on: those added, and those that it covers no more."""

    enterprises = forms.CharField(
        label=gettext_lazy("新增覆盖企业"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("一行一家，写名称或统一社会信用代码。"),
    )
    leave = forms.MultipleChoiceField(
        label=gettext_lazy("不再覆盖"), required=False, widget=forms.CheckboxSelectMultiple
    )
    since = _since(gettext_lazy("生效日期"))
    document = _document()

    def prepare(self) -> None:
        assert self.organisation is not None
        covered = coverages_of(self.organisation, self.reader, timezone.localdate())
        self.covered = {str(c.enterprise_id): c.enterprise for c in covered}
        self.choose("leave", [(key, e.name) for key, e in self.covered.items()])
        if not self.covered:
            del self.fields["leave"]

    def clean_enterprises(self) -> list[Enterprise]:
        """The enterprises of these lines."""
        return self.read_enterprises(self.cleaned_data["enterprises"])

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("enterprises") and not found.get("leave"):
            self.add_error("enterprises", _("请写要新增的企业，或选择不再覆盖的企业。"))
        return found


class EndForm(OrganisationForm):
    """The day from which on it is no more; with ``into`` it goes into another."""

    into = forms.ChoiceField(label=gettext_lazy("并入"), required=False)
    since = _since(gettext_lazy("撤销日期"))
    document = _document()
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=200, required=False)

    def prepare(self) -> None:
        assert self.organisation is not None
        alike = organisations_today(self.reader).exclude(pk=self.organisation.pk).order_by("name")
        same = (
            (Kind.BRANCH, Kind.JOINT_BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE)
            if self.organisation.kind in (Kind.BRANCH, Kind.JOINT_BRANCH)
            else (self.organisation.kind,)
        )
        self.others = list(alike.filter(kind__in=same))
        self.choose("into", [("", _("不并入，直接撤销")), *((str(o.pk), o.name) for o in self.others)])


class AppointForm(OrganisationForm):
    """Who was elected or appointed to which office, from which day until the end of which term."""

    office = forms.ChoiceField(label=gettext_lazy("职务"), choices=[("", "—"), *Office.choices])
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=40, error_messages={"required": gettext_lazy("请填写姓名。")}
    )
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=30, required=False)
    manner = forms.ChoiceField(label=gettext_lazy("产生方式"), choices=Appointment.Manner.choices)
    since = _since(gettext_lazy("任职日期"))
    term_end = _date_field(
        gettext_lazy("任期届满"),
        required=False,
        help_text=gettext_lazy("选举产生的可以不填，按规定的任期计算。"),
    )
    follows = forms.ChoiceField(label=gettext_lazy("接任"), required=False)
    document = _document()

    def prepare(self) -> None:
        assert self.organisation is not None
        today = officers_on(timezone.localdate(), self.reader).filter(organisation=self.organisation)
        self.there = in_rank(today)
        self.choose(
            "follows",
            [
                ("", _("不接任，新增")),
                *((str(a.pk), f"{a.get_office_display()} {a.person.name_masked}") for a in self.there),
            ],
        )

    def clean_phone(self) -> str:
        """The digits of the number."""
        try:
            return readings.read_phone(self.cleaned_data["phone"] or None) or ""
        except readings.Unreadable as problem:
            raise forms.ValidationError(f"{reason_of(problem)}。{mend_of(problem)}") from problem

    def chosen(self) -> dict[str, Any]:
        """What the command takes."""
        again = self.one_of("follows", self.there)
        said = dict(self.cleaned_data) | {"follows": again}
        if again is not None and again.person.opened("name") == said["name"].strip():
            said |= {"person": again.person, "name": ""}  # elected again: the same person, another term
        return said


class EndAppointmentForm(forms.Form):
    """The last day in an office."""

    last_day = _date_field(gettext_lazy("最后一天"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=100, required=False)
    document = _document()

    @property
    def until(self) -> datetime.date:
        """The first day without it."""
        last: datetime.date = self.cleaned_data["last_day"]
        return last + datetime.timedelta(days=1)


class TermForm(forms.Form):
    """When the term of an office ends."""

    term_end = _date_field(gettext_lazy("任期届满"))
    document = forms.CharField(label=gettext_lazy("批准文号"), max_length=60, required=False)


class NumbersForm(forms.Form):
    """The numbers that the rules go by, each with its unit and source."""

    def __init__(self, now: Thresholds, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        for code, (words, unit, source) in NUMBERS.items():
            least, greatest = RANGES.get(code, (1, 100))
            self.fields[code] = forms.IntegerField(
                label=f"{words}（{unit}）",
                min_value=least,
                max_value=greatest,
                initial=getattr(now, code),
                help_text=SOURCES[source],
            )
        self.fields["document"] = forms.CharField(
            label=_("依据（文号或会议）"), max_length=100, required=False
        )

    @property
    def changes(self) -> dict[str, int]:
        """What is to be another number from now on."""
        said = self.cleaned_data
        return {code: said[code] for code in NUMBERS if said[code] != getattr(self.now, code)}

"""The forms by which officers are appointed, leave, and are away."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.core import readings
from louyu.core.reasons import mend_of, reason_of
from louyu.duties.models import Duty
from louyu.duties.queries import department_options, departments, duties_on, namesakes, officer_name
from louyu.people.models import Person, name_digest
from louyu.places.models import Building
from louyu.places.queries import buildings

OTHER = "other"


def _date_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class AppointForm(forms.Form):
    """Whom, as what, where, from which day. An equal name on record is a choice, not a guess."""

    building = forms.ChoiceField(label=gettext_lazy("楼宇"))
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=[("", "—"), *Duty.Role.choices])
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=40, error_messages={"required": gettext_lazy("请填写姓名。")}
    )
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=30, required=False)
    department = forms.ChoiceField(label=gettext_lazy("部门"), required=False)
    position = forms.CharField(label=gettext_lazy("职务"), max_length=60, required=False)
    since = _date_field(gettext_lazy("任职日期"), initial=timezone.localdate)
    follows = forms.ChoiceField(label=gettext_lazy("接任"), required=False)
    despite = forms.CharField(label=gettext_lazy("仍这样安排的理由"), max_length=200, required=False)
    person = forms.ChoiceField(label=gettext_lazy("是哪一位"), widget=forms.RadioSelect, required=False)

    def __init__(self, reader: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        kept = policy.rows(reader, "duties.keep_duties", Building)
        self.places: dict[str, Building] = {
            str(b.pk): b for b in buildings(reader).filter(kept).order_by("name")
        }
        self._choose("building", [("", "—"), *((key, b.name) for key, b in self.places.items())])
        self._choose("department", [("", "—"), *((o.value, o.label) for o in department_options(reader))])
        chosen = str(self.data.get("building") or self.initial.get("building") or "")
        self.there = (
            list(duties_on(timezone.localdate(), reader).filter(building=UUID(chosen)).order_by("role"))
            if chosen in self.places
            else []
        )
        self._choose(
            "follows",
            [
                ("", _("不接任，新增")),
                *((str(d.pk), f"{d.get_role_display()} {officer_name(d.person)}") for d in self.there),
            ],
        )
        self.same: list[tuple[Person, list[Duty]]] = []
        if name := self.data.get("name", "").strip():
            self.same = namesakes(name_digest(name), reader)
        self._choose(
            "person",
            [*((str(p.pk), _what(held)) for p, held in self.same), (OTHER, _("不是他们，另立一人"))],
        )
        if not self.same:
            del self.fields["person"]
        if "despite" not in self.data:
            del self.fields["despite"]

    def _choose(self, field: str, choices: list[Any]) -> None:
        one: Any = self.fields[field]
        one.choices = choices

    def ask_for_a_reason(self) -> None:
        """Show the field for why somebody is appointed whom the rule does not expect."""
        self.fields["despite"] = type(self).base_fields["despite"]

    def clean_phone(self) -> str:
        """The digits of the number."""
        try:
            return readings.read_phone(self.cleaned_data["phone"] or None) or ""
        except readings.Unreadable as problem:
            raise forms.ValidationError(f"{reason_of(problem)}。{mend_of(problem)}") from problem

    def clean(self) -> dict[str, Any]:
        """The same name on record has to be decided, unless the phone says it."""
        found: dict[str, Any] = super().clean() or {}
        if self.same and not found.get("person") and not self.errors:
            self.add_error("person", _("已有同名的人员，请选择是哪一位。"))
        return found

    def chosen(self) -> dict[str, Any]:
        """What the command takes, but for who gives it."""
        said = self.cleaned_data
        person = said.get("person") or OTHER
        return {
            "role": Role(said["role"]),
            "since": said["since"],
            "person": next((p for p, _held in self.same if str(p.pk) == person), None),
            "name": said["name"],
            "phone": said["phone"],
            "department": departments(self.reader).filter(pk=UUID(said["department"])).first()
            if said["department"]
            else None,
            "position": said["position"],
            "follows": next((d for d in self.there if str(d.pk) == said["follows"]), None),
            "despite": said.get("despite", ""),
        }


def _what(held: list[Duty]) -> str:
    """「华伟总部大厦 服务专员，税务局」."""
    words = []
    for duty in held[:3]:
        unit = duty.department.name if duty.department else duty.position
        words.append("，".join(w for w in (f"{duty.building.name} {duty.get_role_display()}", unit) if w))
    return "；".join(words)


class EndForm(forms.Form):
    """The last day of a duty."""

    last_day = _date_field(gettext_lazy("最后一天"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=100, required=False)

    @property
    def until(self) -> datetime.date:
        """The first day without it."""
        last: datetime.date = self.cleaned_data["last_day"]
        return last + datetime.timedelta(days=1)


class AwayForm(forms.Form):
    """From when until when, and who stands in: one of the officers on record, or nobody yet."""

    since = _date_field(gettext_lazy("离岗首日"), initial=timezone.localdate)
    last_day = _date_field(gettext_lazy("离岗末日"))
    deputy = forms.ChoiceField(label=gettext_lazy("代理人"), required=False)
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=100, required=False)

    def __init__(self, duty: Duty, reader: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.persons: dict[str, Person] = {}
        words: dict[str, str] = {}
        known = duties_on(timezone.localdate(), reader).exclude(person=duty.person_id)
        for other in sorted(known, key=lambda d: _closeness(d, duty)):
            key = str(other.person_id)
            if key not in self.persons:
                self.persons[key] = other.person
                unit = other.department.name if other.department else other.position
                what = f"{other.building.name} {other.get_role_display()}"
                words[key] = f"{officer_name(other.person)}（{'，'.join(w for w in (what, unit) if w)}）"
        deputy: Any = self.fields["deputy"]
        deputy.choices = [("", _("暂无，列入待补")), *words.items()]

    @property
    def until(self) -> datetime.date:
        """The day back."""
        last: datetime.date = self.cleaned_data["last_day"]
        return last + datetime.timedelta(days=1)

    @property
    def stand_in(self) -> Person | None:
        """Who stands in."""
        return self.persons.get(self.cleaned_data["deputy"])


def _closeness(other: Duty, duty: Duty) -> tuple[bool, bool, bool]:
    """Those of the same department, building and role come first."""
    return (
        other.role != duty.role,
        other.department_id != duty.department_id,
        other.building_id != duty.building_id,
    )

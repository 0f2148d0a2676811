"""The forms by which members register themselves and their relation is transferred."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts.models import User
from louyu.core import readings
from louyu.core.reasons import mend_of, reason_of
from louyu.organisations.models import Membership
from louyu.organisations.queries import organisations_today
from louyu.organisations.queries.members import Home
from louyu.organisations.registers.columns import read_name
from louyu.organisations.rules.kinds import HOLDS_MEMBERS


def _date_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class RegisterForm(forms.Form):
    """What somebody says of themselves: as little as finding them a home needs."""

    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请填写姓名。")},
    )
    phone = forms.CharField(
        label=gettext_lazy("手机"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": gettext_lazy("请填写手机号，党组织要用它联系您。")},
    )
    unit = forms.CharField(
        label=gettext_lazy("工作单位"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("营业执照上的名称，可以不填。填了能更快找到合适的党支部。"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("党员类别"), choices=Membership.Stage.choices, initial=Membership.Stage.FULL
    )
    joined_on = _date_field(gettext_lazy("入党日期"), required=False, help_text=gettext_lazy("可以不填。"))
    agreed = forms.BooleanField(
        label=gettext_lazy("我已看过上面的告知，同意登记我的党员身份"),
        error_messages={"required": gettext_lazy("同意后才能登记；不同意就不会留下任何信息。")},
    )

    def clean_name(self) -> str:
        """The name as it is kept."""
        return self._read("name", read_name) or self._empty(_("请填写姓名。"))

    def clean_phone(self) -> str:
        """The digits of the number."""
        return self._read("phone", readings.read_phone) or self._empty(_("请填写手机号。"))

    def _read(self, field: str, reader: Any) -> str | None:
        try:
            found: str | None = reader(self.cleaned_data[field])
        except readings.Unreadable as problem:
            raise forms.ValidationError(f"{reason_of(problem)}。{mend_of(problem)}") from problem
        return found

    @staticmethod
    def _empty(text: str) -> str:
        raise forms.ValidationError(text)


class AskTransferForm(forms.Form):
    """Where a relation is to go; the proposed homes come first."""

    to: Any = forms.ModelChoiceField(
        label=gettext_lazy("转到"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("— 区外的组织 —"),
    )
    to_outside = forms.CharField(
        label=gettext_lazy("区外的组织"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("转到区外时填写全称。"),
    )
    from_outside = forms.CharField(
        label=gettext_lazy("原来的组织"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("不清楚的可以不填。"),
    )
    asked_on = _date_field(gettext_lazy("申请日期"))
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(
        self, membership: Membership, homes: list[Home], reader: User, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        kinds = [kind.value for kind in HOLDS_MEMBERS]
        possible = organisations_today(reader).filter(kind__in=kinds)
        if membership.organisation is not None:
            possible = possible.exclude(pk=membership.organisation.pk)
        to.queryset = possible.order_by("name")
        self.fields["asked_on"].initial = timezone.localdate
        if homes:
            to.initial = homes[0].organisation.pk
        if membership.organisation_id is not None:
            del self.fields["from_outside"]


class StepForm(forms.Form):
    """What one step of a transfer needs and takes."""

    letter_on = _date_field(gettext_lazy("介绍信日期"))
    letter_number = forms.CharField(label=gettext_lazy("介绍信编号"), max_length=40, required=False)
    arrived_on = _date_field(gettext_lazy("接收日期"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)

    def __init__(self, takes: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in takes:
                del self.fields[name]
            elif isinstance(self.fields[name], forms.DateField):
                self.fields[name].initial = timezone.localdate

"""The forms by which a person who asks for it is forgotten."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core import readings
from louyu.core.reasons import mend_of, reason_of


class _WithReason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("例如：本人 11 月 24 日书面申请。会记在审计记录里，请不要写姓名和号码。"),
        error_messages={"required": gettext_lazy("请写理由。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LookUpForm(_WithReason):
    """Whom to look for: exactly this name, this telephone."""

    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("全名，一个字也不能差。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    field_order = ("name", "phone", "reason")

    def clean_name(self) -> str:
        """The name without gaps around it."""
        return str(self.cleaned_data["name"]).strip()

    def clean_phone(self) -> str:
        """The digits of the number."""
        try:
            return readings.read_phone(self.cleaned_data["phone"] or None) or ""
        except readings.Unreadable as problem:
            raise forms.ValidationError(f"{reason_of(problem)}。{mend_of(problem)}") from problem


class EraseForm(_WithReason):
    """The second step: why, and that what vanishes was read."""

    sure = forms.BooleanField(
        label=gettext_lazy("我看过会消失什么，知道不能恢复"),
        error_messages={"required": gettext_lazy("请先看一遍会消失什么，再勾选。")},
    )

    def clean_reason(self) -> str:
        """The reason, in one line."""
        reason = " ".join(str(self.cleaned_data["reason"]).split())
        if len(reason) < 2:
            raise forms.ValidationError(_("请写一句话，2 到 200 个字。"))
        return reason

"""The forms of notes and named views."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.desk.models import NamedView
from louyu.desk.rules import MOST_NAME, MOST_TEXT


class Refusable(forms.Form):
    """A form that shows a command's refusal at its field; the command alone says what is wrong."""

    def refused(self, refusal: Refusal) -> None:
        """Show why, and the mend."""
        self.full_clean()
        field = refusal.field if refusal.field in self.fields else None
        self.errors.pop(field or "", None)
        self.add_error(field, f"{refusal.reason}{refusal.mend}")


class NoteForm(Refusable):
    """The text of a note."""

    text = forms.CharField(
        label=_("备注"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_TEXT}),
        help_text=_("工作人员都看得到。不要写手机号、身份证号和别人的私事。"),
    )


class ViewForm(Refusable):
    """The name of a view and whom it is for; who may not share is not asked."""

    name = forms.CharField(label=_("名称"), max_length=MOST_NAME)
    shared = forms.ChoiceField(label=_("给谁看"), required=False)

    def __init__(self, reader: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(NamedView.Shared.choices)
        if not policy.everywhere(reader, "desk.share_view"):
            choices = [c for c in choices if c[0] != NamedView.Shared.EVERYBODY]
        choice: Any = self.fields["shared"]
        choice.choices = choices
        if not policy.may(reader, "desk.share_view"):
            del self.fields["shared"]

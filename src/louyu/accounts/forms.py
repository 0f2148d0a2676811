"""The forms by which users and their roles are kept."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts import scopes
from louyu.accounts.models import ROLE_NAMES, SCOPE_NAMES, User
from louyu.accounts.rules import SCOPES_OF_ROLE, Role, ScopeKind

WITHOUT_A_NAME = (ScopeKind.DISTRICT, ScopeKind.SELF)
"""Scopes that are not chosen: they follow from the role."""


class GrantForm(forms.Form):
    """A role over a scope, which is written by its name."""

    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        choices=[("", "—"), *((r.value, n) for r, n in ROLE_NAMES.items() if r != Role.API)],
        error_messages={"required": gettext_lazy("请选择角色。")},
    )
    scope = forms.CharField(
        label=gettext_lazy("范围"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("街道、社区、楼宇、部门或企业的全称；管全区的角色不填。"),
        widget=forms.TextInput(attrs={"list": "scopes", "autocomplete": "off"}),
    )
    last_day = forms.DateField(
        label=gettext_lazy("最后一天"),
        required=False,
        help_text=gettext_lazy("不填就一直有效。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def offered(self) -> list[str]:
        """Names to choose the scope from."""
        return scopes.offered(scopes.PLACES)

    def clean(self) -> dict[str, Any]:
        """The scope's kind and key."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("role"):
            said["scope_kind"], said["scope_id"] = self._scope(Role(said["role"]), said.get("scope", ""))
        return said

    def _scope(self, role: Role, text: str) -> tuple[ScopeKind, UUID | None]:
        kinds = SCOPES_OF_ROLE[role]
        text = text.strip()
        if not text:
            if kinds[0] not in WITHOUT_A_NAME:
                self.add_error("scope", _("这个角色要写范围：%s。") % scopes.ways_to_say(kinds))
            return kinds[0], None
        if kinds[0] in WITHOUT_A_NAME and len(kinds) == 1:
            self.add_error("scope", _("这个角色管%s，不用写范围。") % SCOPE_NAMES[kinds[0]])
            return kinds[0], None
        found = [(k, key) for k in kinds if k in scopes.PLACES for key in scopes.PLACES[k].find(text)]
        if not found:
            self.add_error("scope", _("登记册里没有叫这个名字的%s。请写全称。") % scopes.ways_to_say(kinds))
        elif len(found) > 1:
            self.add_error("scope", _("登记册里有几处叫这个名字。请先改成不同的名称。"))
        return found[0] if found else (kinds[0], None)

    def chosen(self, user: User) -> dict[str, Any]:
        """What the command takes, but for the user and who gives it."""
        said = self.cleaned_data
        last: datetime.date | None = said["last_day"]
        return {
            "role": Role(said["role"]),
            "scope_kind": said["scope_kind"],
            "scope_id": user.pk if said["scope_kind"] == ScopeKind.SELF else said["scope_id"],
            "until": last + datetime.timedelta(days=1) if last else None,
        }


class NewUserForm(GrantForm):
    """A new user with a first role."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        help_text=gettext_lazy("例如姓名的拼音：linguoping。"),
        error_messages={"required": gettext_lazy("请填写用户名。")},
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("称呼"),
        max_length=60,
        help_text=gettext_lazy("页面上怎么称呼，一般写姓名。"),
        error_messages={"required": gettext_lazy("请填写称呼。")},
    )
    field_order = ("username", "name", "role", "scope", "last_day")


class NameForm(forms.Form):
    """How a user is called."""

    name = forms.CharField(
        label=gettext_lazy("称呼"),
        max_length=60,
        error_messages={"required": gettext_lazy("请填写称呼。")},
    )


class ReasonForm(forms.Form):
    """Why somebody can sign in no more, or again."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写理由，例如：离职。")},
    )

"""Forms of cases: a new one, and one for each thing that can be done, made from the declaration of states."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts.models import User
from louyu.cases.commands.steps import limit_of
from louyu.cases.models import Case, Kind, Outcome, Satisfaction
from louyu.cases.queries import categories_in_use, category_by_code, colleagues_of, mergeable
from louyu.cases.rules import ANSWERS, MOST_TEXT, SOLVED_GROUP, Limit, length
from louyu.cases.rules.attachments import KINDS, MOST_FILES
from louyu.core.errors import Refusal
from louyu.core.models import new_id
from louyu.core.prepared import prepared
from louyu.core.states import Transition
from louyu.duties.models import Department
from louyu.duties.queries import departments, departments_for
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises, occupancies_today, sits

WITH_FILES = ("answer", "ask_asker", "asker_replies", "return_case", "note")
"""Steps with which files can be sent."""
ACCEPTED_FILES = ",".join(f".{ending}" for kind in KINDS for ending in kind.endings)


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html("<input{}>", _attributes(self, name, attrs, type="file"))


class _LongText(forms.Textarea):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html(
            "<textarea{}>\n{}</textarea>", _attributes(self, name, attrs), self.format_value(value) or ""
        )


def _attributes(widget: forms.Widget, name: str, attrs: Any, **more: Any) -> SafeString:
    """The attributes of a widget that is drawn at once: a template for each part takes most of the time of a page."""
    return flatatt(widget.build_attrs(widget.attrs, {**(attrs or {}), "name": name, **more}))


class FilesField(forms.FileField):
    """No file, one or several."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("附件"))
        super().__init__(
            required=False,
            widget=_FilesInput(attrs={"accept": ACCEPTED_FILES}),
            help_text=gettext_lazy("照片、PDF 或 Office 文件，可以选几个。照片里的位置信息会去掉。"),
            error_messages={"empty": gettext_lazy("这个文件是空的。请确认已经保存，再选一次。")},
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                _("一次最多选 %(most)s 个文件。请分几次上传。") % {"most": MOST_FILES}
            )
        return [super(FilesField, self).clean(one, initial) for one in given]


class _Refusing(forms.Form):
    """A form that says a command's refusal where the field is."""

    def refused(self, refusal: Refusal, *, field: str = "") -> None:
        """Put a refusal at its field, or above the form where it has none of that name."""
        name = field or refusal.field
        self.add_error(name if name in self.fields else None, f"{refusal.reason}{refusal.mend}")


def _long_text(label: Any, *, needed: bool, rows: int = 4, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=needed,
        max_length=MOST_TEXT,
        help_text=hint,
        widget=_LongText(attrs={"rows": rows}),
        error_messages={"required": gettext_lazy("请写清楚，一句话也行。")},
    )


def _choice(
    label: Any,
    options: Sequence[tuple[Any, Any]],
    known: dict[str, Any],
    *,
    needed: bool,
    missing: Any = "",
    **extra: Any,
) -> forms.TypedChoiceField:
    """A choice among records; ``known``: key → record."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("请选择") if needed else _("不指定")), *options],
        coerce=lambda key: known[key],
        empty_value=None,
        required=needed,
        error_messages={
            "required": missing or gettext_lazy("请选择一项。"),
            "invalid_choice": gettext_lazy("这一项现在不能选。请从列表里另选。"),
        },
        **extra,
    )


class _LongSelect(forms.Select):
    """A select of many options. listed: value → words, instead of the field's choices."""

    listed: Callable[[], dict[str, str]] | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        listed = self.listed().items() if self.listed else self.choices
        options = _options(tuple((str(key), str(words)) for key, words in listed), tuple(chosen))
        return format_html("<select{}>\n{}\n</select>", _attributes(self, name, attrs), options)


@lru_cache(200)
def _options(listed: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> SafeString:
    return mark_safe(
        "\n".join(
            f'<option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(words)}</option>'
            for key, words in listed
        )
    )


class _OneOf(forms.TypedChoiceField):
    """A choice among many records: the one sent is looked up, the list is read when it is drawn.

    listed: key → name, read once; find: the record of a key that was sent; missing: what is said where one is needed.
    """

    def __init__(
        self,
        label: Any,
        *,
        listed: Callable[[], dict[str, str]],
        find: Callable[[str], Any],
        missing: Any = "",
        attrs: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(
            label=label,
            widget=_LongSelect(attrs=attrs),
            coerce=lambda key: self.found,
            empty_value=None,
            required=bool(missing),
            error_messages={
                "required": missing,
                "invalid_choice": gettext_lazy("这一项现在不能选。请从列表里另选。"),
            },
            **extra,
        )
        self.widget.listed = lambda: {"": _("请选择") if missing else _("不指定"), **listed()}
        self.find = find
        self.found: Any = None

    def valid_value(self, value: Any) -> bool:
        self.found = self.find(str(value))
        return self.found is not None


def _refreshing(part: str, address: str) -> dict[str, str]:
    """Attributes of a field whose choice changes what another part of the page offers."""
    return {"hx-get": address, "hx-target": f"#{part}", "hx-select": f"#{part}", "hx-swap": "outerHTML"}


# One step


class StepForm(_Refusing):
    """What a transition needs and takes, as fields; ``given`` is what ``commands.transition`` is told."""

    def __init__(self, *args: Any, case: Case, step: Transition, reader: User, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"{step.code}_%s"
        super().__init__(*args, **kwargs)
        self.case, self.step, self.reader = case, step, reader
        for name in (*step.needs, *step.takes):
            self.fields[name] = self.field_for(name, needed=name in step.needs)
        if step.code in WITH_FILES:
            self.fields["attached"] = FilesField()
        first = next((name for name, field in self.fields.items() if not isinstance(field, FilesField)), "")
        if first and not isinstance(self.fields[first].widget, forms.RadioSelect):
            self.fields[first].widget.attrs["autofocus"] = True

    def field_for(self, name: str, *, needed: bool) -> forms.Field:
        """The field of something that the step needs or takes."""
        return FIELDS[name](self, needed)

    def clean(self) -> dict[str, Any]:
        """A file is seen with its case: what is written among staff alone cannot have one."""
        found = super().clean() or {}
        if found.get("attached") and "visible" in self.fields and not found.get("visible"):
            self.add_error("attached", _("附件反映人也会看到。请勾选「反映人也能看到」，或者不带附件。"))
        return found

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in, under the names of the declaration."""
        named = (*self.step.needs, *self.step.takes)
        return {name: self.cleaned_data[name] for name in named if self.cleaned_data[name] not in (None, "")}

    @property
    def department(self) -> Department | None:
        """The department chosen so far: sent, asked for by the page, or the one that answers for the category."""
        asked = self.data.get("department") if self.is_bound else self.initial.get("department")
        return self.departments.get(str(asked or ""))

    @property
    def departments(self) -> dict[str, Department]:
        """The departments that can be chosen, by key."""
        if not hasattr(self, "_departments"):
            self._departments = {str(d.pk): d for d in departments(self.reader)}
        return self._departments

    @property
    def text_label(self) -> Any:
        """What the text of this step is."""
        return TEXTS.get(self.step.code, gettext_lazy("内容"))


TEXTS = {
    "answer": gettext_lazy("答复内容"),
    "ask_asker": gettext_lazy("请反映人补充什么"),
    "asker_replies": gettext_lazy("补充的情况"),
    "note": gettext_lazy("备注"),
}
REASONS = {
    "hand_over": gettext_lazy("交办说明"),
    "pass_on": gettext_lazy("转交说明"),
    "return_case": gettext_lazy("为什么退回"),
    "extend": gettext_lazy("延期理由"),
    "confirm": gettext_lazy("还想说的"),
    "reopen": gettext_lazy("为什么要重办"),
    "withdraw": gettext_lazy("撤回原因"),
}


def _text(form: StepForm, needed: bool) -> forms.Field:
    hint = gettext_lazy("反映人会看到这段话。") if form.step.code in ("answer", "ask_asker") else ""
    return _long_text(form.text_label, needed=needed, rows=6 if form.step.code == "answer" else 4, hint=hint)


def _reason(form: StepForm, needed: bool) -> forms.Field:
    hint = gettext_lazy("不满意时请写明原因。") if form.step.code == "confirm" else ""
    return _long_text(
        REASONS.get(form.step.code, gettext_lazy("说明")), needed=needed, rows=3 if needed else 2, hint=hint
    )


def _outcome(form: StepForm, needed: bool) -> forms.Field:
    return forms.ChoiceField(
        label=_("结果"),
        choices=[(o, Outcome(o).label) for o in ANSWERS],
        widget=forms.RadioSelect,
        required=needed,
        help_text=_("只有「已解决」计入解决数；办不到时选「无法解决」并写明原因。"),
        error_messages={"required": _("请选择结果。")},
    )


def _department(form: StepForm, needed: bool) -> forms.Field:
    first = departments_for(form.case.category.code, form.reader)
    rest = [d for d in form.departments.values() if d not in first]
    options: list[Any] = [(str(d.pk), d.name) for d in rest]
    if first:
        suggested = [(str(d.pk), d.name) for d in first]
        heading = _("承办「%(category)s」的部门") % {"category": form.case.category}
        options = [(heading, suggested), *([(_("其他部门"), options)] if options else [])]
        form.initial.setdefault("department", str(first[0].pk))
    return _choice(
        _("交给哪个部门"), options, form.departments, needed=needed, missing=_("请选择部门。"),
        widget=forms.Select(attrs=_refreshing("step-handler", _address(form))),
    )  # fmt: skip


def _address(form: StepForm) -> str:
    return f"{reverse('cases:case', args=[form.case.pk])}?do={form.step.code}"


def _handler(form: StepForm, needed: bool) -> forms.Field:
    department = form.case.department if form.step.code == "pass_on" else form.department
    known = {str(u.pk): u for u in (colleagues_of(department) if department else ())}
    if form.step.code == "pass_on":
        known.pop(str(form.case.handler_id), None)
    return _choice(
        _("转交给谁") if needed else _("服务专员"),
        [(key, str(user)) for key, user in known.items()],
        known,
        needed=needed,
        help_text="" if needed else _("不指定时由部门自己分派。"),
    )


def _proposal(form: StepForm, needed: bool) -> forms.Field:
    return forms.CharField(
        label=_("应由谁办理"),
        required=needed,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "departments-known", "autocomplete": "off"}),
        help_text=_("写明您认为应由哪个部门办理。"),
        error_messages={"required": _("请写明应由哪个部门办理。")},
    )


def _days(form: StepForm, needed: bool) -> forms.Field:
    limit = limit_of(form.case)
    hint = (
        _("1 到 %(most)s 小时；不填就延 %(most)s 小时。")
        if limit.hours
        else _("1 到 %(most)s 个工作日；不填就延 %(most)s 个。")
    )
    return forms.IntegerField(
        label=_("延长多少小时") if limit.hours else _("延长几个工作日"),
        required=needed,
        min_value=1,
        help_text=hint % {"most": length(limit)} + _("只能延期一次。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("请写一个整数。"), "min_value": _("至少是 1。")},
    )


def _satisfaction(form: StepForm, needed: bool) -> forms.Field:
    return forms.ChoiceField(
        label=_("对办理结果满意吗"),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        required=needed,
    )


def _into(form: StepForm, needed: bool) -> forms.Field:
    known = {str(c.pk): c for c in mergeable(form.case, form.reader)}
    named = [(key, f"{c.number} {c.text[:30]}") for key, c in known.items()]
    hint = "" if known else _("同一楼宇、同一企业没有其他还在办理的办件。")
    return _choice(_("并入哪一件"), named, known, needed=needed, help_text=hint)


def _visible(form: StepForm, needed: bool) -> forms.Field:
    return forms.BooleanField(label=_("反映人也能看到"), required=False)


FIELDS: dict[str, Callable[[StepForm, bool], forms.Field]] = {
    "text": _text,
    "reason": _reason,
    "outcome": _outcome,
    "department": _department,
    "handler": _handler,
    "proposal": _proposal,
    "days": _days,
    "satisfaction": _satisfaction,
    "into": _into,
    "visible": _visible,
}
"""What a transition can need or take → its field."""


# One step with many cases

HANDED_ON = ("hand_over", "pass_on")
"""With these, whoever gets many at once is told why."""


class ManyForm(StepForm):
    """What a transition needs, and why, for several cases at once; what only one case can tell is not asked."""

    def __init__(
        self, data: Any, cases: Sequence[Case], reader: User, *, step: Transition, **kwargs: Any
    ) -> None:
        self.cases = cases
        why = () if "reason" in step.needs or step.code not in HANDED_ON else ("reason",)
        beside = tuple(n for n in step.takes if n in ("reason", "visible") and n not in why)
        asked = replace(step, needs=(*step.needs, *why), takes=beside)
        super().__init__(data, case=cases[0] if cases else Case(), step=asked, reader=reader, **kwargs)
        self.fields.pop("attached", None)

    def field_for(self, name: str, *, needed: bool) -> forms.Field:
        match name:
            case "department":
                return _department_of_many(self, needed)
            case "handler":
                return _handler_of_many(self, needed)
        return super().field_for(name, needed=needed)


def _department_of_many(form: ManyForm, needed: bool) -> forms.Field:
    alike = len({case.category_id for case in form.cases}) == 1
    first = departments_for(form.cases[0].category.code, form.reader) if alike else []
    rest = [(key, d.name) for key, d in form.departments.items() if d not in first]
    options: list[Any] = [*((str(d.pk), d.name) for d in first), *rest]
    return _choice(
        _("交给哪个部门"), options, form.departments, needed=needed, missing=_("请选择部门。"),
        help_text=_("由部门自己分派给服务专员。"),
    )  # fmt: skip


def _handler_of_many(form: ManyForm, needed: bool) -> forms.Field:
    alike = len({case.department_id for case in form.cases}) == 1
    department = form.cases[0].department if alike else None
    known = {str(u.pk): u for u in (colleagues_of(department) if department else ())}
    return _choice(
        _("转交给谁"), [(key, str(user)) for key, user in known.items()], known, needed=needed,
        help_text="" if known else _("选中的办件不在同一个部门，不能一起转交。请按部门筛选后再选。"),
    )  # fmt: skip


# A new case


class NewCaseForm(_Refusing):
    """A need as somebody tells it: where, who, what about, in their words."""

    building = forms.Field()
    enterprise = forms.Field()
    text = _long_text(gettext_lazy("哪里需要帮忙"), needed=True, rows=6)
    category = forms.Field()
    kind = forms.ChoiceField(label=gettext_lazy("性质"), required=False, widget=_LongSelect)
    attached = FilesField()

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self._looked_up: dict[str, Building | None] = {}
        self._places()
        self.fields["category"] = _OneOf(
            _("类别"), listed=lambda: {c.code: str(c) for c in categories_in_use(reader)},
            find=lambda code: category_by_code(reader, code), missing=_("请选择类别。"),
        )  # fmt: skip
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("随类别")), *Kind.choices]
        for name in ("category", "kind"):
            self.fields[name].widget.attrs |= {
                "hx-get": reverse("cases:promise"),
                "hx-include": "[name=category], [name=kind]",
                "hx-target": "#promise",
            }

    def _places(self) -> None:
        """Buildings of the reader, and the enterprises that sit in the one chosen."""
        self.chosen = self._asked("building")
        sent = self._building(self.chosen) if self.is_bound else None
        if sent is None and not self.houses:
            self._own_places()
            return
        if not self.is_bound:
            self._begin_with()
        self.fields["building"] = _OneOf(
            _("楼宇"), listed=lambda: self.houses, find=self._building,
            attrs=_refreshing("new-enterprise", reverse("cases:new_case")),
        )  # fmt: skip
        self.fields["enterprise"] = _OneOf(
            _("企业"), listed=lambda: self.firms, find=self._enterprise,
            help_text=_("公共部位的问题不用选企业。"),
        )  # fmt: skip

    def _own_places(self) -> None:
        """An enterprise's own liaison, who has no building: their enterprises."""
        own = enterprises(self.reader).only("name").order_by("name")
        firms = {str(e.pk): e for e in own[:50]}
        if len(firms) == 1:
            self.initial.setdefault("enterprise", next(iter(firms)))
        del self.fields["building"]
        if not firms:
            del self.fields["enterprise"]
            return
        self.fields["enterprise"] = _choice(
            _("企业"), [(k, e.name) for k, e in firms.items()], firms, needed=False
        )

    def _begin_with(self) -> None:
        """Fill in the building that can be told: the reader's only one, or the only one of the enterprise."""
        firm, chosen = self._asked("enterprise"), self.chosen
        if not chosen and len(self.houses) == 1:
            self.initial["building"] = next(iter(self.houses))
        elif firm and not chosen and self._enterprise(firm) is not None:
            where = (
                occupancies_today(self.reader)
                .filter(enterprise=UUID(firm))
                .values_list("unit__building", flat=True)
            )
            here = [key for key in {str(key) for key in where} if key in self.houses]
            if len(here) == 1:
                self.initial["building"] = here[0]

    @cached_property
    def houses(self) -> dict[str, str]:
        """The buildings that can be chosen: key → name."""
        return {str(key): name for key, name in _houses(self.reader)}

    @cached_property
    def firms(self) -> dict[str, str]:
        """The enterprises that can be chosen, key → name: those in the building chosen, and the one chosen."""
        chosen = self.chosen or (next(iter(self.houses)) if len(self.houses) == 1 else "")
        offered = Q(pk__in=[])
        if chosen in self.houses:
            offered |= Q(sits(self.reader, Q(unit__building=chosen)))
        if firm := self._asked("enterprise"):
            offered |= Q(pk=firm)
        found = enterprises(self.reader).filter(offered).order_by("name").values_list("pk", "name")
        return {str(key): name for key, name in found}

    def _building(self, key: str) -> Building | None:
        if key not in self._looked_up:
            found = _house(self.reader, UUID(key)) if _is_key(key) else []
            self._looked_up[key] = next(iter(found), None)
        return self._looked_up[key]

    def _enterprise(self, key: str) -> Enterprise | None:
        found = enterprises(self.reader).filter(pk=key).only("name") if _is_key(key) else ()
        return next(iter(found), None)

    def _asked(self, name: str) -> str:
        asked = str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")
        try:
            return str(UUID(asked)) if asked else ""
        except ValueError:
            return ""

    @property
    def building_meant(self) -> Building | None:
        """The building chosen; none: the only one in which the enterprise sits, whoever reads."""
        found: Building | None = self.cleaned_data.get("building")
        firm: Enterprise | None = self.cleaned_data.get("enterprise")
        if found is None and firm is not None:
            sitting = occupancies_today(self.reader).filter(enterprise=firm).select_related("unit__building")
            houses = {o.unit.building.pk: o.unit.building for o in sitting}
            if len(houses) == 1:
                return next(iter(houses.values()))
        return found


def _is_key(text: str) -> bool:
    """Whether this is a key as the lists write them."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@prepared
def _houses(reader: User) -> "QuerySet[Any]":
    return buildings(reader).order_by("name").values_list("pk", "name")


@prepared
def _house(reader: User, key: UUID) -> "QuerySet[Building]":
    return buildings(reader).filter(pk=key).only("name")


SALT = "cases.new"


def fresh_key(reader: User) -> str:
    """A key for a case that does not exist yet, signed for this reader: the same form sent twice makes one case."""
    return signing.dumps([str(new_id()), str(reader.pk)], salt=SALT)


def key_in(signed: str, reader: User) -> UUID | None:
    """The key that the form carried; None where it is not one of ours, or somebody else's."""
    try:
        key, owner = signing.loads(signed, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return UUID(key) if owner == str(reader.pk) else None


# Categories and time limits


def _days_field(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, required=False, **more)


class CategoryForm(forms.Form):
    """A category's names, sort, limit and department."""

    name_zh = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=40,
        error_messages={"required": gettext_lazy("请填写名称。")},
    )
    name_en = forms.CharField(
        label=gettext_lazy("英文名称"),
        max_length=60,
        error_messages={"required": gettext_lazy("请填写英文名称。")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("性质"), choices=Kind.choices)
    working_days = _days_field(
        gettext_lazy("工作日"),
        max_value=250,
        help_text=gettext_lazy("这个类别自己的时限；不填就按性质的时限。"),
    )
    department_name = forms.CharField(
        label=gettext_lazy("默认部门"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("交办时先提这个部门，例如：税务局。"),
    )
    trt = forms.BooleanField(
        label=gettext_lazy("计入「税收、注册、房租等」"),
        required=False,
    )
    active = forms.BooleanField(label=gettext_lazy("在用：新办件可以选"), required=False)

    @classmethod
    def of(cls, category: Any) -> dict[str, Any]:
        """What the form begins with for a category."""
        plain = {name: getattr(category, name) for name in cls.base_fields if name != "trt"}
        return plain | {"trt": category.group == SOLVED_GROUP}

    def clean(self) -> dict[str, Any]:
        """As the command takes it."""
        said: dict[str, Any] = super().clean() or {}
        said["group"] = SOLVED_GROUP if said.pop("trt", False) else ""
        return said


class NewCategoryForm(forms.Form):
    """A category of the district's own."""

    name_zh = CategoryForm.base_fields["name_zh"]
    name_en = CategoryForm.base_fields["name_en"]
    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=30,
        help_text=gettext_lazy("小写字母、数字、下划线，例如：parking。定了不能改。"),
        error_messages={"required": gettext_lazy("请填写代码。")},
    )
    kind = CategoryForm.base_fields["kind"]


class LimitForm(forms.Form):
    """How long something may take: working days, or hours by the clock."""

    working_days = _days_field(gettext_lazy("工作日"), max_value=250)
    hours = _days_field(gettext_lazy("小时"), max_value=2000)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and (said.get("working_days") is None) == (said.get("hours") is None):
            raise forms.ValidationError(_("工作日和小时，只填一样。"))
        return said

    @property
    def limit(self) -> Limit:
        """The limit that was typed."""
        return Limit(self.cleaned_data["working_days"], self.cleaned_data["hours"])

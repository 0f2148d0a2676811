"""The list of enterprises."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from louyu.core.industries import industry_name, sections
from louyu.core.lists import Choice, Chosen, Column, List, NumberRange, Option, yes_or_no
from louyu.core.scoping import Reader
from louyu.places.lists import area_filter, building_filter
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import (
    area_today,
    enterprises,
    place_words,
    sat,
    since_today,
    sits,
    with_places_and_contacts,
)
from louyu.workbooks.lists import ORIGIN


def enterprise_link(enterprise: Any) -> str:
    """The address of an enterprise's page."""
    return reverse("tenants:enterprise", args=[enterprise.pk])


def section_name(enterprise: Enterprise) -> str | None:
    """The name of its industry section (GB/T 4754-2017); None where it is not known."""
    section = enterprise.industry_section
    return industry_name(section, language()) if section else None


def language() -> str:
    """The language of industry names on this page: "en" or "zh"."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def industry_options(reader: Reader) -> list[Option]:
    """All sections, by letter."""
    place = 1 if language() == "en" else 0
    return [Option(letter, f"{letter} {names[place]}") for letter, names in sections().items()]


def _contact_words(enterprise: Any) -> str | None:
    """「沈** 138****2046」, masked; the first contact of today."""
    if not enterprise.reachable:
        return None
    person = enterprise.reachable[0].person
    return f"{person.name_masked} {person.phone_masked}".strip() or None


def _sitting_in(where: Callable[[Any], Q]) -> Callable[[Any, Chosen], Q]:
    """Enterprises that sit in such a place; those that sat there, where the reader asks for moved-out ones."""

    def within(value: Any, chosen: Chosen) -> Q:
        ask = sat if chosen.values.get("state") == "moved_out" else sits
        return Q(ask(chosen.reader, where(value)))

    return within


def _in_area(value: Any) -> Q:
    return Q(unit__building__area=value) | Q(unit__building__area__parent=value)


def _state(value: Any, chosen: Chosen) -> Q:
    now, ever = Q(sits(chosen.reader)), Q(sat(chosen.reader))
    return {"sitting": now, "moved_out": ever & ~now, "nowhere": ~ever}[value]


ENTERPRISES = List(
    name="enterprises",
    title=_("企业"),
    counted=_("共 %(count)s 家"),
    rows=enterprises,
    load=with_places_and_contacts,
    search="search",
    search_hint=_("名称、首字母、代码后几位"),
    columns=(
        Column("name", _("企业名称"), "name", sort="name", nullable=False, link=enterprise_link, width=32),
        Column("credit_code", _("统一社会信用代码"), "credit_code", sort="credit_code", priority=2, width=22),
        Column(
            "industry",
            _("行业"),
            section_name,
            sort="industry_section",
            nullable=False,
            priority=2,
            brief=True,
            width=22,
        ),
        Column(
            "place",
            _("楼宇和房号"),
            lambda e: place_words(e.sitting) or None,
            absent=_("不在楼内"),
            brief=True,
            width=32,
        ),
        Column(
            "area",
            _("使用面积"),
            "area_today",
            "number",
            unit="m²",
            sort="area_today",
            annotations=lambda reader: {"area_today": area_today(reader)},
        ),
        Column(
            "since",
            _("入驻"),
            "since_today",
            "date",
            sort="since_today",
            annotations=lambda reader: {"since_today": since_today(reader)},
        ),
        Column("staff", _("从业人数"), "staff", "number", sort="staff"),
        Column("contact", _("联络人"), _contact_words, secret=True, priority=2, width=22),
        ORIGIN,
    ),
    filters=(
        area_filter(_sitting_in(_in_area)),
        building_filter(_sitting_in(lambda value: Q(unit__building=value))),
        Choice(
            "industry",
            _("行业"),
            "industry_section",
            industry_options,
        ),
        Choice(
            "state",
            _("在驻情况"),
            _state,
            (
                Option("sitting", _("在驻")),
                Option("moved_out", _("已迁出")),
                Option("nowhere", _("没有登记位置")),
            ),
        ),
        Choice(
            "form",
            _("企业类型"),
            "legal_form",
            tuple(Option(value, label) for value, label in Enterprise.LegalForm.choices),
        ),
        yes_or_no(
            "code",
            _("信用代码"),
            lambda value, chosen: Q(credit_code__isnull=False) & ~Q(credit_code=""),
            yes=_("有信用代码"),
            no=_("没有信用代码"),
        ),
        yes_or_no("branch", _("分支机构"), "branch_office", yes=_("分支机构"), no=_("不是分支机构")),
        NumberRange("staff", _("从业人数"), "staff"),
    ),
    choosable=True,
    default_sort="name",
    definition=_(
        "登记在册的企业和非法人分支机构，已合并的只计一次，以读者的范围为限；楼宇、面积、入驻按今天。"
    ),
    empty=_("还没有您能看到的企业"),
    empty_mend=_("请在「导入」中上传入驻企业台账；如果企业已经登记，请向安全管理员申请范围。"),
)

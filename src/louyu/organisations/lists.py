"""The list of organisations, and that of the members counted."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from louyu.core.figures import EVERYWHERE
from louyu.core.lists import Choice, Chosen, Column, DateRange, Keyed, List, Option, yes_or_no
from louyu.core.scoping import Reader
from louyu.organisations.models import Coverage, Kind, Office
from louyu.organisations.queries import (
    in_rank,
    managed,
    officers_on,
    organisations,
    superior_options,
    tellable_members,
)
from louyu.places.lists import area_filter, building_filter, community_of, subdistrict_of
from louyu.tenants.queries import running
from louyu.workbooks.lists import ORIGIN


def organisation_link(organisation: Any) -> str:
    """The address of an organisation's page."""
    return reverse("organisations:organisation", args=[organisation.pk])


def _hang_head(rows: Sequence[Any], reader: Reader) -> None:
    """Hang ``head`` (the secretary's name, masked) on each organisation; one query."""
    heads = officers_on(timezone.localdate(), reader).filter(organisation__in=rows, office=Office.SECRETARY)
    named = {a.organisation_id: a.person.name_masked for a in in_rank(heads)}
    for organisation in rows:
        organisation.head = named.get(organisation.pk)


def _hang_members(rows: Sequence[Any], reader: Any) -> None:
    """Hang ``attached`` on each: how many members, below 3 only for its organisation line; two queries."""
    told = tellable_members(reader, timezone.localdate(), [o.pk for o in rows])
    for organisation in rows:
        found = told.get(organisation.pk)
        organisation.attached = found.attached if found else None


def _covers(reader: Reader) -> Any:
    own = Coverage.objects.for_reader(reader).filter(
        running(timezone.localdate()), organisation=OuterRef("pk")
    )
    number = own.order_by().values("organisation").annotate(each=Count("pk")).values("each")
    return Coalesce(Subquery(number), 0)


def _state(value: str, chosen: Chosen) -> Q:
    there = Q(dissolved__isnull=True)
    return there if value == "active" else ~there


def _seated(value: Any, chosen: Chosen) -> Q:
    return Q(seats__building=value, seats__until__isnull=True)


def _headed(value: Any, chosen: Chosen) -> Q:
    heads = officers_on(chosen.today, chosen.reader).filter(office=Office.SECRETARY)
    return Q(pk__in=heads.values("organisation"))


ORGANISATIONS = List(
    name="organisations",
    title=pgettext_lazy("room", "组织"),
    counted=gettext_lazy("共 %(count)s 个"),
    rows=organisations,
    load=lambda rows, reader: rows.select_related("parent", "area__parent").defer(
        "search", "area__outline", "area__parent__outline"
    ),
    search="search",
    search_hint=gettext_lazy("组织名称或拼音首字母"),
    columns=(
        Column(
            "name",
            gettext_lazy("组织名称"),
            "name",
            sort="name",
            nullable=False,
            link=organisation_link,
            width=34,
        ),
        Column(
            "kind",
            gettext_lazy("类型"),
            lambda o: str(o.get_kind_display()),
            sort="kind",
            nullable=False,
            width=16,
        ),
        Column(
            "parent",
            gettext_lazy("上级组织"),
            "parent__name",
            sort="parent__name",
            link=lambda o: organisation_link(o.parent) if o.parent else "",
            brief=True,
            priority=2,
            width=30,
        ),
        Column("subdistrict", gettext_lazy("街道"), subdistrict_of, priority=3),
        Column("community", gettext_lazy("社区"), community_of, priority=2),
        Column(
            "head",
            gettext_lazy("书记（负责人）"),
            "head",
            prepare=_hang_head,
            secret=True,
            absent=gettext_lazy("空缺"),
            width=16,
        ),
        Column(
            "members",
            gettext_lazy("党员"),
            "attached",
            "number",
            unit=gettext_lazy("人"),
            prepare=_hang_members,
        ),
        Column(
            "covers",
            gettext_lazy("覆盖企业"),
            "covers",
            "number",
            unit=gettext_lazy("家"),
            sort="covers",
            nullable=False,
            annotations=lambda reader: {"covers": _covers(reader)},
        ),
        Column("founded", gettext_lazy("成立日期"), "founded", "date", sort="founded", priority=2, width=14),
        Column(
            "document",
            gettext_lazy("成立文号"),
            "founding_document",
            priority=3,
            style="quiet",
            brief=True,
            width=24,
        ),
        ORIGIN,
    ),
    filters=(
        area_filter(),
        Choice(
            "kind", gettext_lazy("类型"), "kind", tuple(Option(value, label) for value, label in Kind.choices)
        ),
        building_filter(_seated),
        Choice(
            "state",
            gettext_lazy("状态"),
            _state,
            (Option("active", gettext_lazy("在册")), Option("dissolved", gettext_lazy("已撤销"))),
        ),
        Keyed("parent", gettext_lazy("上级组织"), "parent", superior_options),
        yes_or_no(
            "head", gettext_lazy("书记（负责人）"), _headed, yes=gettext_lazy("有"), no=gettext_lazy("空缺")
        ),
        DateRange("founded", gettext_lazy("成立日期"), "founded"),
    ),
    default_sort="name",
    definition=gettext_lazy("登记的党组织和群团组织，已撤销的也在内，以读者的范围为限。"),
    empty=gettext_lazy("还没有您能看到的组织"),
    empty_mend=gettext_lazy("请从社区大党委开始登记，再登记楼宇综合党委和党支部。"),
)


def _hang_organisation(rows: Sequence[Any], reader: Any) -> None:
    """Hang ``where`` on each counted membership: its organisation, unless so few belong to it that it points at one."""
    told = tellable_members(reader, timezone.localdate(), {m.organisation_id for m in rows})
    for membership in rows:
        named = membership.organisation_id in told
        membership.where = membership.organisation.name if named else None


MEMBERS_COUNTED = List(
    name="members_counted",
    title=gettext_lazy("党员（计数）"),
    counted=gettext_lazy("共 %(count)s 条"),
    rows=lambda reader: managed(reader, timezone.localdate(), EVERYWHERE),
    load=lambda rows, reader: rows.select_related("organisation").defer(
        "joined_sealed", "organisation__search"
    ),
    columns=(
        Column(
            "organisation",
            gettext_lazy("所在组织"),
            "where",
            prepare=_hang_organisation,
            absent=gettext_lazy("不足 3 人的组织"),
            width=34,
        ),
        Column(
            "status",
            gettext_lazy("状态"),
            lambda m: str(m.get_status_display()),
            sort="status",
            nullable=False,
        ),
        Column(
            "stage",
            gettext_lazy("党员类别"),
            lambda m: str(m.get_stage_display()),
            sort="stage",
            nullable=False,
        ),
        Column("since", gettext_lazy("起始日期"), "since", "date", sort="since", nullable=False, width=14),
        Column("until", gettext_lazy("终止日期"), "until", "date", sort="until", priority=2, width=14),
    ),
    default_sort="-since",
    definition=gettext_lazy("一条是一名党员在一个组织的一段时间，不列姓名；以读者的范围为限。"),
    empty=gettext_lazy("还没有在册的党员"),
    empty_mend=gettext_lazy("请由社区书记或党组织书记登记党员。"),
)

"""The list of buildings with their officers, and that of the officers."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from louyu.accounts.rules import Role
from louyu.core.lists import Choice, Chosen, Column, Keyed, List, Option
from louyu.core.scoping import Reader
from louyu.duties.models import GAPS, Duty
from louyu.duties.queries import (
    Officer,
    buildings_served,
    buildings_with_gap,
    department_options,
    duties_on,
    officer_name,
    officers,
    officers_on,
    people_in_place,
    with_duties,
)
from louyu.places.lists import area_filter, building_filter, building_link, subdistrict_of
from louyu.places.queries import buildings
from louyu.workbooks.lists import ORIGIN


def _hang_officers(rows: Sequence[Any], reader: Reader) -> None:
    here = officers(rows, reader)
    for building in rows:
        building.officers = here[building.pk]


def _said(found: Sequence[Officer]) -> str | None:
    """「林国平」, 「陈晓燕（代 吴海波，至 12-03）」."""
    return "、".join(f"{o.name}（{o.note}）" if o.note else o.name for o in found) or None


def _in_role(role: Role) -> Callable[[Any], str | None]:
    return lambda building: _said(building.officers.of(role))


def _specialists(building: Any) -> str | None:
    found = [
        f"{o.name}（{'，'.join(w for w in (o.unit, o.note) if w)}）" if o.unit or o.note else o.name
        for o in building.officers.specialists
    ]
    return "、".join(found) or None


def _gap(value: str, chosen: Chosen) -> Q:
    there = Q(pk__in=buildings_with_gap(value, chosen.reader))
    return ~there if value == "none" else there


OFFICERS = List(
    name="officers",
    title=gettext_lazy("一长两员"),
    counted=gettext_lazy("共 %(count)s 座"),
    rows=buildings,
    load=lambda rows, reader: rows.select_related("area__parent").defer("search", "area__outline"),
    search="search",
    search_hint=gettext_lazy("楼宇名称、地址或拼音首字母"),
    columns=(
        Column(
            "building",
            gettext_lazy("楼宇"),
            "name",
            sort="name",
            nullable=False,
            link=building_link,
            prepare=_hang_officers,
            width=24,
        ),
        Column("subdistrict", gettext_lazy("街道"), subdistrict_of, priority=3),
        Column("chief", gettext_lazy("楼长"), _in_role(Role.CHIEF), absent=gettext_lazy("空缺"), width=20),
        Column(
            "administrators",
            gettext_lazy("楼企管理员"),
            _in_role(Role.ADMINISTRATOR),
            absent=gettext_lazy("空缺"),
            style="wrap",
            width=28,
        ),
        Column(
            "specialists",
            gettext_lazy("服务专员"),
            _specialists,
            absent=gettext_lazy("空缺"),
            style="wrap",
            width=40,
        ),
        Column(
            "gaps",
            gettext_lazy("待补"),
            lambda building: building.officers.gap_words or None,
            link=lambda building: f"{reverse('duties:gap_list')}#{building.pk}",
            width=24,
        ),
    ),
    filters=(
        area_filter(),
        Choice(
            "gap",
            gettext_lazy("待补"),
            _gap,
            (
                Option("any", gettext_lazy("有待补")),
                Option("none", gettext_lazy("已配齐")),
                *(Option(kind.value, words, 1) for kind, words in GAPS.items()),
            ),
        ),
    ),
    default_sort="building",
    definition=gettext_lazy(
        "在用的楼宇和今天在任的楼长、楼企管理员、服务专员，以读者的范围为限；有人离岗的写代理人。"
    ),
    empty=gettext_lazy("还没有您能看到的楼宇"),
    empty_mend=gettext_lazy("请先导入楼宇台账，再导入一长两员名单。"),
)


def _people_today(reader: Any) -> Any:
    return people_in_place(reader, timezone.localdate())


def _serving(path: str) -> Callable[[Any, Chosen], Q]:
    """Persons with such a duty today."""

    def fits(value: Any, chosen: Chosen) -> Q:
        own = duties_on(chosen.today, chosen.reader).filter(**{path: value})
        return Q(pk__in=own.values("person"))

    return fits


def _once(words: Callable[[Officer], str]) -> Callable[[Any], str | None]:
    return lambda person: "、".join(dict.fromkeys(w for o in person.serving if (w := words(o)))) or None


def _duty_link(person: Any) -> str:
    return reverse("duties:duty", args=[person.serving[0].duty.pk]) if person.serving else ""


PEOPLE = List(
    name="officer_people",
    title=gettext_lazy("在任人员"),
    counted=gettext_lazy("共 %(count)s 人"),
    rows=_people_today,
    columns=(
        Column("name", gettext_lazy("姓名"), officer_name, link=_duty_link, prepare=with_duties, width=14),
        Column("role", gettext_lazy("角色"), _once(lambda o: str(Duty.Role(o.duty.role).label)), width=18),
        Column("unit", gettext_lazy("单位、职务"), _once(lambda o: o.unit), priority=2, brief=True, width=24),
        Column(
            "buildings",
            gettext_lazy("服务楼宇"),
            "served",
            "number",
            unit=gettext_lazy("座"),
            sort="served",
            nullable=False,
            annotations=lambda reader: {"served": buildings_served(reader)},
        ),
        Column(
            "where",
            gettext_lazy("楼宇"),
            _once(lambda o: o.duty.building.name),
            brief=True,
            priority=2,
            width=40,
        ),
        Column("away", gettext_lazy("离岗"), _once(lambda o: o.away_words), width=28),
        Column("phone", gettext_lazy("电话"), "phone_masked", secret=True, priority=3, width=16),
    ),
    filters=(
        Choice(
            "role",
            gettext_lazy("角色"),
            _serving("role"),
            tuple(Option(value, label) for value, label in Duty.Role.choices),
        ),
        Keyed("department", gettext_lazy("部门"), _serving("department"), department_options),
        building_filter(_serving("building")),
    ),
    default_sort="-buildings",
    definition=gettext_lazy("今天在任的楼长、楼企管理员、服务专员，每人只计一次，以读者的范围为限。"),
    empty=gettext_lazy("还没有人在任"),
    empty_mend=gettext_lazy("请导入一长两员名单，或在楼宇里任命。"),
)


def _hang_officer(rows: Sequence[Any], reader: Reader) -> None:
    for duty, officer in zip(rows, officers_on(rows, timezone.localdate()), strict=True):
        duty.officer = officer


DUTIES = List(
    name="duties",
    title=gettext_lazy("任职"),
    counted=gettext_lazy("共 %(count)s 项"),
    rows=lambda reader: duties_on(timezone.localdate(), reader),
    columns=(
        Column(
            "name",
            gettext_lazy("姓名"),
            lambda duty: officer_name(duty.person),
            link=lambda duty: reverse("duties:duty", args=[duty.pk]),
            prepare=_hang_officer,
            width=14,
        ),
        Column(
            "role",
            gettext_lazy("角色"),
            lambda duty: str(duty.get_role_display()),
            sort="role",
            nullable=False,
            width=14,
        ),
        Column(
            "building",
            gettext_lazy("楼宇"),
            "building__name",
            sort="building__name",
            nullable=False,
            link=lambda duty: building_link(duty.building),
            width=24,
        ),
        Column("unit", gettext_lazy("单位、职务"), lambda duty: duty.officer.unit, priority=2, width=24),
        Column("away", gettext_lazy("离岗"), lambda duty: duty.officer.away_words, priority=2, width=28),
        Column("since", gettext_lazy("任职日期"), "since", "date", sort="since", priority=2, width=14),
        ORIGIN,
    ),
    default_sort="building",
    definition=gettext_lazy("今天在任的任职，一人在一幢楼的一个角色算一项，以读者的范围为限。"),
    empty=gettext_lazy("还没有人在任"),
    empty_mend=gettext_lazy("请导入一长两员名单，或在楼宇里任命。"),
)

"""The figures that organisations and members give."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from louyu.core.figures import Day, Indicator, Place
from louyu.core.scoping import Reader
from louyu.organisations.lists import MEMBERS_COUNTED, ORGANISATIONS
from louyu.organisations.models import Kind, Organisation
from louyu.organisations.queries import homed, managed, of_kinds


def _building_committees(reader: Reader, day: Day, place: Place) -> "QuerySet[Organisation]":
    return of_kinds((Kind.BUILDING_COMMITTEE,), reader, day, place)


def _branches(reader: Reader, day: Day, place: Place) -> "QuerySet[Organisation]":
    return of_kinds((Kind.BRANCH, Kind.JOINT_BRANCH), reader, day, place)


def _committees_in_the_list(day: Day, chosen: Mapping[str, str]) -> str:
    if day != timezone.localdate() or chosen:
        return ""
    given = {"kind": Kind.BUILDING_COMMITTEE.value, "state": "active"}
    return f"{reverse('organisations:organisation_list')}?{urlencode(given)}"


ENDED = ("撤销、合并、改设", "dissolved, merged, changed")

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        code="organisations.building_committees",
        name_zh="楼宇综合党委",
        name_en="Building committees",
        definition_zh="当天在册的楼宇综合党委，从成立之日起计，从撤销或并入其他组织之日起不计。",
        definition_en="Building committees that are there on the day: from their founding on, no longer from the day "
        "of dissolution or merger.",
        unit_zh="个",
        unit_en="committees",
        group="organise",
        rows=_building_committees,
        listing=ORGANISATIONS,
        link=_committees_in_the_list,
        came=("成立", "founded"),
        went=ENDED,
    ),
    Indicator(
        code="organisations.branches",
        name_zh="楼企党支部",
        name_en="Enterprise branches",
        definition_zh="当天在册的楼企党支部和联合党支部，从成立之日起计，从撤销、并入其他组织或改设之日起不计。",
        definition_en="Branches and joint branches that are there on the day: from their founding on, no longer from "
        "the day of dissolution, merger or change into another kind.",
        unit_zh="个",
        unit_en="branches",
        group="organise",
        rows=_branches,
        listing=ORGANISATIONS,
        came=("成立", "founded"),
        went=ENDED,
    ),
    Indicator(
        code="organisations.members_managed",
        name_zh="服务管理党员",
        name_en="Members served and managed",
        definition_zh="当天组织关系在册或双报到的党员，一人计一次，预备党员也计。明细不列姓名。",
        definition_en="Members attached or guests on the day, each person once, probationary members too. The records "
        "are listed without names.",
        unit_zh="人",
        unit_en="persons",
        group="organise",
        rows=managed,
        each="person",
        listing=MEMBERS_COUNTED,
        came=("接入", "came"),
        went=("转出", "left"),
    ),
    Indicator(
        code="organisations.members_homed",
        name_zh="找到组织的口袋党员",
        name_en="Unattached members who found a home",
        definition_zh="从登记为未接转到接转进组织的党员，一人计一次，以第一次接转之日起计，以后转出也计。明细不列姓名。",
        definition_en="Persons whose status went from unattached to attached, each once, from the first such day on, "
        "also after they moved on. The records are listed without names.",
        unit_zh="人",
        unit_en="persons",
        group="organise",
        rows=homed,
        each="person",
        listing=MEMBERS_COUNTED,
        came=("接转", "attached"),
        went=("更正", "corrected"),
    ),
)

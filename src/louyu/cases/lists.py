"""The list of cases."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.cases.models import Case, Outcome
from louyu.cases.queries import cases, category_options, for_showing, late, whose_turn
from louyu.cases.rules import SOLVED_GROUP
from louyu.cases.states import CASES
from louyu.core.lists import Choice, Chosen, Column, DateRange, List, Option, yes_or_no
from louyu.core.scoping import Reader
from louyu.places.lists import area_filter, building_filter
from louyu.workbooks.lists import ORIGIN


def case_link(case: Any) -> str:
    """The address of a case's page."""
    return reverse("cases:case", args=[case.pk])


def enterprise_of(case: Case) -> str | None:
    """The enterprise's name; as the ledger wrote it where it is not on record."""
    return case.enterprise.name if case.enterprise else case.enterprise_name or None


def deadline_words(case: Case) -> str:
    """「2023-10-11 17:30」; 「暂定」 beyond the notices."""
    words = f"{timezone.localtime(case.deadline):%Y-%m-%d %H:%M}"
    return f"{words}（{_('暂定')}）" if case.deadline_provisional else words


def _state(value: Any, chosen: Chosen) -> Q:
    return Q(state__in=CASES.open_states) if value == "open" else Q(state=value)


def _in_area(value: Any, chosen: Chosen) -> Q:
    return Q(building__area=value) | Q(building__area__parent=value)


def _category(value: Any, chosen: Chosen) -> Q:
    return Q(category__group=SOLVED_GROUP) if value == SOLVED_GROUP else Q(category__code=value)


def _category_options(reader: Reader) -> list[Option]:
    return [Option(SOLVED_GROUP, _("税收、注册、房租等")), *category_options(reader)]


def _mine(value: Any, chosen: Chosen) -> Q:
    reader: Any = chosen.reader
    return whose_turn(reader)


LIST = List(
    name="cases",
    title=_("办件"),
    counted=_("共 %(count)s 件"),
    rows=cases,
    load=lambda rows, reader: for_showing(rows),
    search="search",
    search_hint=_("编号、企业或内容"),
    columns=(
        Column("number", _("编号"), str, sort="number", nullable=False, link=case_link, width=18),
        Column("text", _("内容"), "text", brief=True, width=40),
        Column("category", _("类别"), lambda c: str(c.category), priority=2),
        Column("building", _("楼宇"), "building__name", priority=2, brief=True, width=24),
        Column("enterprise", _("企业"), enterprise_of, priority=3, brief=True, width=32),
        Column("state", _("状态"), lambda c: str(CASES.state(c.state).label), sort="state", nullable=False),
        Column("department", _("部门"), "department__name", priority=2, brief=True, width=20),
        Column("deadline", _("时限"), deadline_words, sort="deadline", nullable=False, width=18),
        Column("raised", _("反映"), "raised_on", "date", sort="raised_at", nullable=False, priority=2),
        Column("closed", _("办结"), "closed_on", "date", sort="closed_on", priority=3),
        Column(
            "outcome",
            _("结果"),
            lambda c: str(Outcome(c.outcome).label) if c.outcome else None,
            sort="outcome",
            nullable=False,
            priority=3,
        ),
        ORIGIN,
    ),
    filters=(
        Choice(
            "state",
            _("状态"),
            _state,
            (Option("open", _("未结")), *(Option(s.code, s.label, 1) for s in CASES.states)),
        ),
        Choice("category", _("类别"), _category, _category_options),
        building_filter("building"),
        yes_or_no(
            "overdue", _("超期"), lambda value, chosen: late(timezone.now()), yes=_("已超期"), no=_("未超期")
        ),
        area_filter(_in_area),
        Choice("mine", _("待我办理"), _mine, (Option("yes", _("待我办理")),)),
        Choice(
            "outcome", _("结果"), "outcome", tuple(Option(value, label) for value, label in Outcome.choices)
        ),
        yes_or_no("handed_over", _("交办"), "handed_over", yes=_("曾交办部门"), no=_("没有交办")),
        yes_or_no(
            "undated",
            _("办结日期"),
            lambda value, chosen: Q(state="closed", closed_on__isnull=True),
            yes=_("已办结但没有日期"),
            no=_("其他"),
        ),
        DateRange("raised", _("反映"), "raised_on"),
        DateRange("closed", _("办结"), "closed_on"),
    ),
    default_sort="-raised",
    definition=_("企业和楼宇里的人提出的需求和问题，每件一行，已撤回和已合并的也在内，以读者的范围为限。"),
    empty=_("还没有您能看到的办件"),
    empty_mend=_("有人需要帮忙时，请新建办件；去年的台账可以在「导入」中上传。"),
)

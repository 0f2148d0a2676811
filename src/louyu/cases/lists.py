"""The list of cases."""

import datetime
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.cases.commands.bulk import MANY, do_with_many
from louyu.cases.commands.steps import EXTENSION_REASONS
from louyu.cases.forms import ManyForm
from louyu.cases.models import Case, Outcome
from louyu.cases.queries import cases, category_options, for_showing, in_pile, late, whose_turn
from louyu.cases.rules import SOLVED_GROUP
from louyu.cases.states import CASES, WAITING
from louyu.core.errors import Refusal
from louyu.core.lists import Bulk, Choice, Chosen, Column, DateRange, List, Option, yes_or_no
from louyu.core.scoping import Reader
from louyu.core.states import Transition
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


# Several cases at once


def _refusal(case: Case, step: Transition, now: datetime.datetime, *, allowed: bool) -> Refusal | None:
    """Why this cannot be done with the case whatever is said with it; None: it can."""
    if case.state not in step.sources:
        told = {"now": CASES.state(case.state).label, "what": step.label}
        return Refusal(_("「%(now)s」的办件不能%(what)s。") % told, field="state", value=case.state)
    if not allowed:
        return Refusal(_("您没有做这件事的权限。"), field=step.action, value=str(case))
    if step.code == "extend":
        over = case.deadline < now and case.state != WAITING
        if case.extended or over:
            reason, _mend = EXTENSION_REASONS["extended_already" if case.extended else "after_the_end"]
            return Refusal(reason(), field="deadline", value=str(case))
    return None


def _why_not(rows: Sequence[Any], reader: Any, *, step: Transition) -> dict[UUID, Refusal]:
    """The cases with which this cannot be done, and why; one query."""
    now, keys = timezone.now(), [case.pk for case in rows]
    may = cases(reader).filter(policy.rows(reader, step.action, Case), pk__in=keys)
    allowed = set(may.values_list("pk", flat=True))
    told = ((case.pk, _refusal(case, step, now, allowed=case.pk in allowed)) for case in rows)
    return {key: refusal for key, refusal in told if refusal is not None}


def _do(seen: Mapping[UUID, str], *, code: str, by: User, batch: UUID, **given: Any) -> str:
    versions = {key: int(stamp) if stamp.isdecimal() else None for key, stamp in seen.items()}
    do_with_many(versions, code, by=by, batch=batch, **given)
    return reverse("cases:bulk_done", args=[batch])


def _bulk(code: str) -> Bulk:
    """What the machine declares, for many cases at once."""
    step = CASES.transition(code)
    return Bulk(
        name=code,
        label=step.label,
        done=BULK_WORDS[code],
        action=step.action,
        form=partial(ManyForm, step=step),
        why_not=partial(_why_not, step=step),
        do=partial(_do, code=code),
        seen=lambda case: str(case.version),
    )


BULK_WORDS = {
    "hand_over": _("交办 %(count)s 件"),
    "pass_on": _("转交 %(count)s 件"),
    "take": _("承办 %(count)s 件"),
    "extend": _("延期 %(count)s 件"),
    "close": _("办结 %(count)s 件"),
    "note": _("给 %(count)s 件备注"),
}


KEYS = (("R", _("写答复")), ("H", _("交办或转交")), ("E", _("写延期理由")))
"""What keys do with the case whose row has the focus, and on its page."""

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
        Column("text", _("内容"), "text", style="matter", brief=True, width=40),
        Column("category", _("类别"), lambda c: str(c.category), priority=2, brief=True),
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
    bulk=tuple(_bulk(code) for code in MANY),
    bulk_address="cases:bulk",
    keys=KEYS,
    default_sort="-raised",
    definition=_("企业和楼宇里的人提出的需求和问题，每件一行，已撤回和已合并的也在内，以读者的范围为限。"),
    empty=_("还没有您能看到的办件"),
    empty_mend=_("有人需要帮忙时，请新建办件；去年的台账可以在「导入」中上传。"),
)


PILE_NAMES = {
    "overdue": _("超期"),
    "today": _("今天"),
    "this_week": _("本周"),
    "later": _("以后"),
    "waiting": _("等待"),
}


def _in_pile(value: Any, chosen: Chosen) -> Q:
    reader: Any = chosen.reader
    return in_pile(value, reader, timezone.localtime())


WITH_WORK = LIST.with_filters(
    Choice("work", _("我的工作"), _in_pile, tuple(Option(c, n) for c, n in PILE_NAMES.items()))
)
"""The list with the piles of the reader's own work."""

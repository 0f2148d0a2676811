"""What each transition means: it loads what it needs, asks the rules, gives the new values; it writes nothing."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.accounts.policy import everywhere, require
from louyu.accounts.rules import ScopeKind
from louyu.cases import rules
from louyu.cases.models import Case, Category, Kind, Outcome, Satisfaction, TimeLimit
from louyu.cases.queries import colleagues_of
from louyu.cases.states import MERGED, WITHDRAWN
from louyu.core.errors import Conflict, Refusal
from louyu.core.prepared import prepared
from louyu.core.queries import working_days
from louyu.duties.models import Department, Duty


@dataclass
class Step:
    """What a transition decided: the case's new values, and what its line in the time line says."""

    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    visible: bool = True


@dataclass(frozen=True)
class Asked:
    """A transition as it was asked for: by whom, when (local time), with what."""

    by: User
    now: datetime.datetime
    given: Mapping[str, Any]

    def text(self, name: str = "text", *, needed: bool = True) -> str:
        """A given text, cleared of what no database takes. Raises Refusal when it says nothing or is too long."""
        said = str(self.given.get(name) or "").strip()
        plain = said.replace("\0", "").encode(errors="ignore").decode()
        if needed and not rules.text_says_something(plain):
            raise Refusal(
                _("请写清楚。"),
                field=name,
                value=plain[:40],
                mend=_("写一句话，2 到 %(most)s 个字。") % {"most": rules.MOST_TEXT},
            )
        if len(plain) > rules.MOST_TEXT:
            raise Refusal(
                _("内容太长，有 %(length)s 个字。") % {"length": len(plain)},
                field=name,
                value=plain[:40] + "…",
                mend=_("请缩短到 %(most)s 个字以内，其余用附件。") % {"most": rules.MOST_TEXT},
            )
        return plain

    def one_of(self, name: str, choices: Any) -> str:
        """A given choice. Raises Refusal when it is none of these."""
        value = str(self.given.get(name) or "")
        if value not in choices.values:
            raise Refusal(
                _("没有这个选项。"),
                field=name,
                value=value[:40],
                mend=_("可以是：%s。") % "、".join(str(label) for label in choices.labels),
            )
        return value


def open_case(case: Case, asked: Asked) -> Step:
    """A need becomes a case: its kind says until when."""
    _in_scope(case, asked.by)
    if not case.category.active:
        raise Refusal(
            _("这个类别已经停用。"), field="category", value=str(case.category), mend=_("请选择另一个类别。")
        )
    case.kind = case.kind or case.category.kind
    case.text = asked.text()
    if case.kind not in Kind.values:
        asked.one_of("kind", Kind)
    limits, days = _limits(), working_days()
    due = rules.due(asked.now, limit_of(case, limits), days)
    return Step(
        {
            "raised_at": asked.now,
            "raised_on": asked.now.date(),
            "accept_by": rules.due(asked.now, limits["acceptance"], days).at,
            **_due(due),
        },
        said={"category": case.category.code, "kind": case.kind, **_due_said(due)},
    )


def _in_scope(case: Case, by: User) -> None:
    """A case is opened for a building or an enterprise of one's scope. Raises NotPermitted."""
    action = "cases.open_case"
    if everywhere(by, action):
        return
    if case.enterprise is not None and by.may(action, case.enterprise):
        return
    if case.building is not None or case.enterprise is not None:
        require(by, action, case.building or case.enterprise)


def hand_over(case: Case, asked: Asked) -> Step:
    """To a department, and in it to one of its specialists where one is named."""
    department: Department = asked.given["department"]
    handler = _handler_in(department, asked.given.get("handler"))
    reason = asked.text("reason", needed=False)
    return Step(
        {"department": department, "handler": handler, "handed_over": True},
        reason,
        {"department": str(department), **_handler_said(handler)},
    )


def pass_on(case: Case, asked: Asked) -> Step:
    """To a colleague of the same department."""
    if case.department is None:
        raise Refusal(
            _("这个办件没有交办给部门。"), field="department", value="", mend=_("请先交办给一个部门。")
        )
    handler = _handler_in(case.department, asked.given["handler"])
    return Step(
        {"handler": handler},
        asked.text("reason", needed=False),
        {"department": str(case.department), **_handler_said(handler)},
    )


def _handler_in(department: Department, handler: User | None) -> User | None:
    """The specialist named, if the department has them. Raises Refusal when it has none at all, or not this one."""
    colleagues = colleagues_of(department)
    if not colleagues and not _specialists(department):
        raise Refusal(
            _("这个部门还没有服务专员。"),
            field="department",
            value=str(department),
            mend=_("请先为它登记服务专员，或交办给别的部门。"),
            code="no_specialists",
        )
    if handler is not None and handler not in colleagues:
        raise Refusal(
            _("这个人不是该部门的服务专员。"),
            field="handler",
            value=str(handler),
            mend=_("可以是：%s。") % ("、".join(str(c) for c in colleagues) or _("该部门还没有人能登录")),
            code="not_a_specialist",
        )
    return handler


def _specialists(department: Department) -> bool:
    """Whether somebody is on record as its specialist today, able to sign in or not."""
    today = timezone.localdate()
    running = Q(until__isnull=True) | Q(until__gt=today), Q(since__isnull=True) | Q(since__lte=today)
    of_it = Duty.rows_without_a_reader.filter(*running, role=Duty.Role.SPECIALIST, department=department)
    return bool(of_it.exists())


def take(case: Case, asked: Asked) -> Step:
    """Whoever takes it has it; somebody outside the department takes it back from there."""
    department = case.department if case.department_id in _departments_of(asked.by) else None
    return Step(
        {"handler": asked.by, "department": department},
        said=_handler_said(asked.by) | ({"department": str(department)} if department else {}),
    )


def _departments_of(by: User) -> set[UUID]:
    return {
        grant.scope_id
        for grant in by.running_grants
        if grant.scope_kind == ScopeKind.DEPARTMENT and grant.scope_id is not None
    }


def answer(case: Case, asked: Asked) -> Step:
    """With an outcome, and why."""
    outcome = str(asked.given["outcome"])
    if outcome not in rules.ANSWERS:
        raise Refusal(
            _("不能这样答复。"),
            field="outcome",
            value=outcome[:40],
            mend=_("可以是：%s。") % "、".join(str(Outcome(o).label) for o in rules.ANSWERS),
        )
    text = asked.text()
    values = {"outcome": outcome, "outcome_reason": text, "answered_at": asked.now}
    return Step(values | {"handler": case.handler or asked.by}, text, {"outcome": outcome})


def return_case(case: Case, asked: Asked) -> Step:
    """Not ours, and who is right: back to the building's administrator."""
    if case.department is None:
        raise Refusal(
            _("这个办件没有交办给部门，不能退回。"),
            field="department",
            value="",
            mend=_("可以直接答复或交办。"),
        )
    proposal = asked.text("proposal")
    return Step(
        {"handler": None}, asked.text("reason"), {"department": str(case.department), "proposal": proposal}
    )


def ask_asker(case: Case, asked: Asked) -> Step:
    """The clock stops until the asker replies."""
    return Step({"clock_stopped_at": asked.now, "handler": case.handler or asked.by}, asked.text())


def asker_replies(case: Case, asked: Asked) -> Step:
    """The clock runs on; the deadline is later by the working time that was waited."""
    values: dict[str, Any] = {"clock_stopped_at": None}
    said: dict[str, Any] = {}
    if case.clock_stopped_at is not None:
        due = rules.due_after_waiting(
            due_of(case),
            timezone.localtime(case.clock_stopped_at),
            asked.now,
            limit_of(case),
            working_days(),
        )
        if due.at != case.deadline:
            values |= _due(due)
            said = _due_said(due)
    return Step(values, asked.text(), said)


EXTENSION_REASONS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "extended_already": (
        lambda: _("这个办件已经延期过一次。"),
        lambda: _("请尽快答复，或说明无法解决的原因。"),
    ),
    "after_the_end": (lambda: _("时限已过，不能再延期。"), lambda: _("请尽快答复；延期要在时限之前办理。")),
    "longer_than_the_first": (
        lambda: _("延期不能超过原来的时限。"),
        lambda: _("请填写 1 到 %(most)s。"),
    ),
}
"""Code of ``rules.why_not_extend`` → why not, and the mend."""


def extend(case: Case, asked: Asked) -> Step:
    """Once, before the end, by at most the time first allowed (by all of it where nothing is said)."""
    limit = limit_of(case)
    by = asked.given.get("days")
    more = rules.length(limit) if by in (None, "") else int(by) if str(by).isdecimal() else 0
    now = timezone.localtime(case.clock_stopped_at) if case.clock_stopped_at else asked.now
    code = rules.why_not_extend(now=now, deadline=case.deadline, extended=case.extended, by=more, limit=limit)
    if code:
        reason, mend = EXTENSION_REASONS[code]
        longer = code == "longer_than_the_first"
        raise Refusal(
            reason(),
            field="days" if longer else "deadline",
            value=str(by)[:20] if longer else _moment(case.deadline),
            mend=mend() % {"most": rules.length(limit)} if longer else mend(),
            code=code,
        )
    due = rules.due_after_extension(due_of(case), limit, working_days(), by=more)
    return Step({**_due(due), "extended": True}, asked.text("reason"), _due_said(due))


def confirm(case: Case, asked: Asked) -> Step:
    """The asker says how content they are; with the two lowest steps, why."""
    satisfaction = asked.one_of("satisfaction", Satisfaction) if asked.given.get("satisfaction") else ""
    reason = asked.text("reason", needed=rules.asks_for_a_reason(satisfaction))
    values = {"closed_on": asked.now.date(), "satisfaction": satisfaction}
    return Step(values, reason, {"satisfaction": satisfaction} if satisfaction else {})


def close(case: Case, asked: Asked) -> Step:
    """Answered, and nobody took it up again."""
    return Step({"closed_on": asked.now.date()}, asked.text("reason", needed=False))


def reopen(case: Case, asked: Asked) -> Step:
    """Back to the building's administrator, with the whole time anew."""
    due = rules.due(asked.now, limit_of(case), working_days())
    values = {
        "outcome": "",
        "outcome_reason": "",
        "answered_at": None,
        "closed_on": None,
        "satisfaction": "",
        "handler": None,
        "extended": False,
    }
    return Step(values | _due(due), asked.text("reason"), _due_said(due))


def withdraw(case: Case, asked: Asked) -> Step:
    """The asker no longer needs it."""
    reason = asked.text("reason")
    values = {"outcome": Outcome.WITHDRAWN, "outcome_reason": reason, "closed_on": asked.now.date()}
    return Step(values | {"clock_stopped_at": None}, reason)


def merge(case: Case, asked: Asked) -> Step:
    """Into another case about the same matter, which goes on."""
    into: Case = asked.given["into"]
    require(asked.by, "cases.merge", into)
    if into.pk == case.pk:
        raise Refusal(_("不能与自己合并。"), field="into", value=str(into), mend=_("请选择另一个办件。"))
    into.refresh_from_db(fields=["state"])
    if into.state in (MERGED, WITHDRAWN):
        raise Conflict(
            _("那个办件已经合并或撤回。"), field="into", value=str(into), mend=_("请选择仍在办理的办件。")
        )
    values = {"outcome": Outcome.MERGED, "merged_into": into, "closed_on": asked.now.date()}
    return Step(values | {"clock_stopped_at": None}, asked.text("reason", needed=False), {"into": str(into)})


def note(case: Case, asked: Asked) -> Step:
    """A line in the time line, for staff alone unless it says otherwise."""
    return Step(text=asked.text(), visible=bool(asked.given.get("visible", False)))


STEPS: dict[str, Callable[[Case, Asked], Step]] = {
    step.__name__: step
    for step in (
        open_case, answer, hand_over, pass_on, take, return_case, ask_asker, asker_replies, extend, confirm, close,
        reopen, withdraw, merge, note,
    )
}  # fmt: skip
"""Code of the transition → what it means. ``record_history`` brings its own values."""


# Deadlines


def limit_of(case: Case, limits: dict[str, rules.Limit] | None = None) -> rules.Limit:
    """How long this case may take: by its category where that says so itself, else by its kind.

    limits: those of the district, where they were read before.
    """
    category: Category = case.category
    if category.working_days and case.kind == category.kind:
        return rules.Limit(working_days=category.working_days)
    return (limits or _limits())[case.kind]


def _limits() -> dict[str, rules.Limit]:
    return rules.LIMITS | {code: rules.Limit(days, hours) for code, days, hours in _stored_limits()}


@prepared
def _stored_limits() -> "QuerySet[Any]":
    return TimeLimit.rows_without_a_reader.values_list("code", "working_days", "hours")


def due_of(case: Case) -> rules.Due:
    """The deadline the case has now, in local time."""
    return rules.Due(timezone.localtime(case.deadline), case.deadline_provisional)


def _due(due: rules.Due) -> dict[str, Any]:
    return {"deadline": due.at, "deadline_provisional": due.provisional}


def _due_said(due: rules.Due) -> dict[str, Any]:
    return {"deadline": due.at.isoformat(), "provisional": due.provisional}


def _handler_said(handler: User | None) -> dict[str, Any]:
    return {} if handler is None else {"handler": str(handler)}


def _moment(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"

"""What is done with cases. ``transition`` alone sets a state; the commands beside it are its plain words."""

import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.cases import rules
from louyu.cases.commands.attaching import attach
from louyu.cases.commands.settings import add_category, change_category, move_deadlines, set_limit
from louyu.cases.commands.steps import STEPS, Asked
from louyu.cases.commands.telling import remind, tell
from louyu.cases.models import Case, CaseEvent, Category
from louyu.cases.states import CASES
from louyu.core import figures
from louyu.core.errors import Conflict, Refusal
from louyu.core.models import OriginKind
from louyu.core.states import Transition
from louyu.core.words import search_text
from louyu.duties.models import Department
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.tenants.models import Enterprise

__all__ = [
    "FIGURES", "STEPS", "NotPossible", "add_category", "answer", "ask_asker", "asker_replies", "attach",
    "change_category", "close", "confirm", "extend", "hand_over", "merge", "move_deadlines", "note",
    "open_case", "pass_on", "remind", "reopen", "return_case", "set_limit", "take", "transition",
    "withdraw",
]  # fmt: skip

FIGURES = ("cases.open", "cases.solved", "cases.solved_trt")


class NotPossible(Conflict):
    """In the state the case is in, this cannot be done with it."""


def transition(case: Case, code: str, *, by: User, version: int | None = None, **given: Any) -> Case:
    """Do this with the case: permission, states, rule, write, time line, trail and figures in one transaction.

    version: the case's version that the caller saw; without it the one of ``case``.
    given: what the transition needs and takes (see ``cases.states``).
    Raises NotPermitted; NotPossible in a state in which it cannot be done; Conflict when somebody was faster;
    Refusal for what was given. Nothing is written then.
    """
    step = CASES.transition(code)
    seen = case.version if version is None else version

    @command(step.action)
    def move(case: Case, *, by: User) -> Case:
        alone()
        before = "" if step.makes else _locked(case)
        if not step.makes:
            _check_possible(case, step, seen)
        _check_given(step, given)
        now = timezone.localtime()
        decided = STEPS[code](case, Asked(by, now, given))
        (state,) = step.reached_from(before)
        if step.makes:
            for name, value in decided.values.items():
                setattr(case, name, value)
            case.state = state
            case.number = _next_number(now.year)
            case.search = _search(case)
            case.save(force_insert=True)
            changes = made(case)
        elif decided.values or state != before:
            changes = save_changed(case, **decided.values, state=state, version=case.version + 1)
        else:
            changes = []
        event = CaseEvent(
            case=case,
            at=now,
            by=by,
            transition=code,
            from_state=before,
            to_state=state,
            text=decided.text,
            said=decided.said,
            visible=decided.visible,
        )
        event.save(force_insert=True)
        tell(case, code, by=by, at=now)
        record(
            [*changes, *made(event), *_facts(case, now.date(), fresh=step.makes)], reason=decided.text[:200]
        )
        return case

    return move(case, by=by)


def _locked(case: Case) -> str:
    """Read the case as it is now, locked until the transaction ends; its state."""
    case.refresh_from_db(from_queryset=Case.rows_without_a_reader.select_for_update())
    return case.state


def _check_possible(case: Case, step: Transition, seen: int) -> None:
    if seen != case.version and not step.beside:
        last = (
            CaseEvent.rows_without_a_reader.filter(case=case)
            .select_related("by")
            .order_by("-at", "-id")
            .first()
        )
        raise Conflict(
            _("%(who)s已先处理了这个办件（%(what)s）。")
            % {
                "who": last.by if last and last.by else "",
                "what": CASES.transition(last.transition).label if last else "",
            },
            field="version",
            value=seen,
            mend=_("您写的内容没有丢失；请看过最新情况后再试。"),
        )
    if case.state not in step.sources:
        raise NotPossible(
            _("「%(now)s」的办件不能%(what)s。") % {"now": CASES.state(case.state).label, "what": step.label},
            field="state",
            value=case.state,
            mend=_("现在可以：%s。") % "、".join(str(t.label) for t in CASES.possible(case.state))
            if CASES.possible(case.state)
            else _("这个办件已经结束。"),
        )


def _check_given(step: Transition, given: dict[str, Any]) -> None:
    if unknown := step.unknown(given):
        raise TypeError(f"{step.code} takes no {', '.join(unknown)}")
    for name in step.missing(given):
        raise Refusal(_("请填写这一项。"), field=name, value="", mend=_("这一步必须填写。"))


def _next_number(year: int) -> str:
    """The next number of the year, 「2026-004839」; the row is locked, so that no number is given twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numbersequence (year, last) VALUES (%s, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = cases_numbersequence.last + 1 RETURNING last",
            [year],
        )
        (last,) = cursor.fetchone()
    return f"{year}-{last:06d}"


def _search(case: Case) -> str:
    return search_text(
        case.number, case.enterprise.name if case.enterprise else case.enterprise_name, case.text
    )[:600]


def _facts(case: Case, day: datetime.date, *, fresh: bool) -> list[Change]:
    """Write from which day the case counts in which figure, and until which; see ``core.figures``.

    fresh: it was made just now, so that nothing stands about it.
    """
    held = rules.figures_held(
        state=case.state,
        outcome=case.outcome,
        open_states=CASES.open_states,
        handed_over=case.handed_over,
        group=case.category.group,
    )
    changes: list[Change] = []
    for standing in () if fresh else figures.standing(FIGURES, case):
        if standing.code in held:
            held.discard(standing.code)
        else:
            changes += save_changed(standing, until=max(day, standing.since or day))
    begun = [figures.fact(code, case, since=day, building=case.building_id) for code in sorted(held)]
    for fact in begun:
        fact.save(force_insert=True)
    return [*changes, *made(*begun)]


def open_case(
    *,
    category: Category,
    text: str,
    building: Building | None = None,
    enterprise: Enterprise | None = None,
    kind: str = "",
    asker: User | None = None,
    asker_person: Person | None = None,
    origin: str = OriginKind.ENTERED,
    by: User,
) -> Case:
    """Open a case for a building, an enterprise or neither; it goes to the building's administrator first.

    kind: "" takes the category's own. asker: who is asked back and confirms; none: the enterprise's liaison.
    Raises NotPermitted outside the scope, Refusal for a text that says nothing.
    """
    case = Case(
        category=category,
        kind=kind,
        text=text,
        building=building,
        enterprise=enterprise,
        asker=asker,
        asker_person=asker_person,
        origin=origin,
    )
    return transition(case, "open_case", by=by, text=text, category=category)


def hand_over(
    case: Case,
    *,
    to: Department,
    handler: User | None = None,
    reason: str = "",
    by: User,
    version: int | None = None,
) -> Case:
    """Hand a case to a department (交办), and in it to a specialist where one is named.

    Raises Refusal when the department has no specialist.
    """
    return transition(
        case, "hand_over", by=by, version=version, department=to, handler=handler, reason=reason
    )


def pass_on(case: Case, *, to: User, reason: str = "", by: User, version: int | None = None) -> Case:
    """Hand a case on to a colleague of the same department."""
    return transition(case, "pass_on", by=by, version=version, handler=to, reason=reason)


def take(case: Case, *, by: User, version: int | None = None) -> Case:
    """Take a case up (承办)."""
    return transition(case, "take", by=by, version=version)


def answer(case: Case, *, outcome: str, text: str, by: User, version: int | None = None) -> Case:
    """Answer (反馈): solved, explained, or not possible because of what ``text`` says."""
    return transition(case, "answer", by=by, version=version, outcome=outcome, text=text)


def return_case(case: Case, *, reason: str, proposal: str, by: User, version: int | None = None) -> Case:
    """Return a case (退回) to the building's administrator, with a proposal of who is right."""
    return transition(case, "return_case", by=by, version=version, reason=reason, proposal=proposal)


def ask_asker(case: Case, *, text: str, by: User, version: int | None = None) -> Case:
    """Ask the asker something (挂起): the clock stands still until the reply."""
    return transition(case, "ask_asker", by=by, version=version, text=text)


def asker_replies(case: Case, *, text: str, by: User, version: int | None = None) -> Case:
    """The asker's reply: the clock runs on, the deadline moves by the working time waited."""
    return transition(case, "asker_replies", by=by, version=version, text=text)


def extend(case: Case, *, reason: str, days: int | None = None, by: User, version: int | None = None) -> Case:
    """Move the deadline once (延期), before it ends, by at most the time first allowed; days: None for all of it."""
    return transition(case, "extend", by=by, version=version, reason=reason, days=days)


def confirm(
    case: Case, *, satisfaction: str = "", reason: str = "", by: User, version: int | None = None
) -> Case:
    """The asker, or somebody who called back, says that it is done (回访、办结)."""
    return transition(case, "confirm", by=by, version=version, satisfaction=satisfaction, reason=reason)


def close(case: Case, *, reason: str = "", by: User, version: int | None = None) -> Case:
    """Close an answered case that nobody took up again (办结)."""
    return transition(case, "close", by=by, version=version, reason=reason)


def reopen(case: Case, *, reason: str, by: User, version: int | None = None) -> Case:
    """Open a case again (重办): back to the building's administrator, with the whole time anew."""
    return transition(case, "reopen", by=by, version=version, reason=reason)


def withdraw(case: Case, *, reason: str, by: User, version: int | None = None) -> Case:
    """The asker no longer needs it (撤回)."""
    return transition(case, "withdraw", by=by, version=version, reason=reason)


def merge(case: Case, *, into: Case, reason: str = "", by: User, version: int | None = None) -> Case:
    """Two cases about one matter become one (合并): ``into`` goes on, ``case`` ends."""
    return transition(case, "merge", by=by, version=version, into=into, reason=reason)


def note(case: Case, *, text: str, visible: bool = False, by: User) -> Case:
    """Write something down beside the case, for staff alone unless ``visible``."""
    return transition(case, "note", by=by, text=text, visible=visible)

"""Who is told what about a case: whoever has to do something now, whoever asked, whoever follows it."""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from louyu.accounts.models import Grant, User
from louyu.accounts.rules import DESK, Role, ScopeKind
from louyu.cases.models import Case, Kind
from louyu.cases.queries import case_ends
from louyu.cases.states import ACCEPTED, TO_BE_DONE, WITH_SOMEBODY
from louyu.core.prepared import prepared
from louyu.core.queries import working_days
from louyu.desk.commands import Telling, changed, followers, mark_read, notify, told_since
from louyu.desk.rules import of_others

TO_WHO_HAS_IT = {
    "open_case": _("新办件，请受理"),
    "hand_over": _("%(by)s交给您办理"),
    "pass_on": _("%(by)s转交给您办理"),
    "return_case": _("%(by)s退回，请重新交办"),
    "reopen": _("反映人要求重办"),
    "asker_replies": _("反映人补充了情况，时限继续计算"),
}
"""Transition → what whoever has the case now is told."""
TO_THE_ASKER = {
    "answer": _("您反映的问题已答复，请确认"),
    "ask_asker": _("请您补充情况"),
    "close": _("您反映的问题已办结"),
}
TO_FOLLOWERS = {
    "open_case": _("有新办件"),
    "hand_over": _("已交办"),
    "pass_on": _("已转交同事"),
    "take": _("开始办理"),
    "answer": _("已答复"),
    "return_case": _("已退回"),
    "ask_asker": _("等反映人补充情况"),
    "asker_replies": _("反映人补充了情况"),
    "extend": _("已延期"),
    "confirm": _("已确认办结"),
    "close": _("已办结"),
    "reopen": _("要求重办"),
    "withdraw": _("已撤回"),
    "merge": _("已合并"),
}
"""A note is among staff, and no asker that follows the case is told of it."""
MOST_REMINDED = 5_000
DUE_TODAY, OVERDUE = _("今天到期，请在今天答复"), _("已超过时限，请尽快答复")


def tell(case: Case, code: str, *, by: User, at: datetime.datetime) -> None:
    """Tell of what was just done with a case, within its transaction; who did it knows, and has read what was told.

    Costs a query for those who follow it, one for those who hold a role where it lies, and the writing.
    """
    told: list[Telling] = []
    urgent = case.kind == Kind.SAFETY
    knows: set[UUID] = {by.pk}
    if code in TO_WHO_HAS_IT:
        who = of_others(_who_has_it(case, _holders), but=knows)
        knows |= set(who)
        told.append(Telling(who, code, TO_WHO_HAS_IT[code], case, {"by": str(by)}, urgent=urgent))
    if code in TO_THE_ASKER:
        who = of_others(_askers(case), but=knows)
        knows |= set(who)
        told.append(Telling(who, code, TO_THE_ASKER[code], case))
    told += _to_followers(case, code, knows, at)
    if code != "open_case":
        mark_read(by, about=case.pk)
    notify(*told, at=at)


Holders = Callable[[ScopeKind, UUID | None, tuple[Role, ...]], list[UUID]]


def _who_has_it(case: Case, holders: Holders) -> list[UUID]:
    """Who has to do something about it: its handler, a department's people, else the building's, or the office."""
    if case.handler_id is not None:
        return [case.handler_id]
    if case.state in WITH_SOMEBODY and case.department_id is not None:
        return holders(ScopeKind.DEPARTMENT, case.department_id, DESK)
    if case.building_id is not None:
        return holders(ScopeKind.BUILDING, case.building_id, (Role.ADMINISTRATOR,))
    return holders(ScopeKind.DISTRICT, None, (Role.OFFICE,))


def _askers(case: Case) -> list[UUID]:
    """Who is asked back: the asker; where nobody is named, the enterprise's liaisons."""
    if case.asker_id is not None:
        return [case.asker_id]
    if case.enterprise_id is None:
        return []
    return _holders(ScopeKind.ENTERPRISE, case.enterprise_id, (Role.LIAISON,))


def _holders(kind: ScopeKind, key: UUID | None, roles: tuple[Role, ...]) -> list[UUID]:
    """Who can sign in as one of these over a scope today, deputies too; one query."""
    return _held(timezone.localdate(), key, kind=kind, roles=roles)


@prepared
def _held(
    today: datetime.date, key: UUID | None, *, kind: ScopeKind, roles: tuple[Role, ...]
) -> "QuerySet[Any]":
    found = _running_grants(today).filter(role__in=roles, scope_kind=kind, scope_id=key)
    return found.values_list("user_id", flat=True)


def _running_grants(today: datetime.date) -> "QuerySet[Grant]":
    found: QuerySet[Grant] = Grant.rows_without_a_reader.filter(
        Q(until__isnull=True) | Q(until__gt=today), since__lte=today, user__is_active=True
    )
    return found.order_by("since", "id")


def _to_followers(case: Case, code: str, knows: set[UUID], at: datetime.datetime) -> list[Telling]:
    """Who follows the case learns of every step, who follows its building or enterprise of a new case there."""
    if code not in TO_FOLLOWERS:
        return []
    fresh = code == "open_case"
    wanted = [case.building_id, case.enterprise_id] if fresh else [case.pk]
    found = followers(wanted)
    for about in found:
        changed(about, TO_FOLLOWERS[code], at=at)
    who = of_others((user for users in found.values() for user in users), but=knows)
    text = _("您关注的地方有新办件") if fresh else _("您关注的办件有新进展")
    return [Telling(who, "followed_new" if fresh else "followed", text, case)]


def remind() -> int:
    """Tell those who have them of the cases that end today and of those that are overdue; how many cases that are.

    A part of the runner's round: nobody is reminded outside working hours, and of each case at most once a day.
    """
    now = timezone.localtime()
    if working_days().next_working_moment(now) != now:
        return 0
    ends = now.replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    due = Case.rows_without_a_reader.filter(
        Q(state__in=TO_BE_DONE, deadline__lt=ends) | Q(state=ACCEPTED, accept_by__lt=ends)
    )
    fields = ("state", "deadline", "accept_by", "handler_id", "department_id", "building_id")
    cases = list(due.only(*fields).order_by("deadline", "id")[:MOST_REMINDED])
    holders = _all_holders()
    told = told_since(ends - datetime.timedelta(days=1), kinds=("overdue", "due_today"))
    tellings = []
    for case in cases:
        kind, text = ("overdue", OVERDUE) if case_ends(case) < now else ("due_today", DUE_TODAY)
        who = [u for u in _who_has_it(case, holders) if (u, kind, case.pk) not in told]
        tellings.append(Telling(who, kind, text, case))
    notify(*tellings, at=now)
    return len(cases)


def _all_holders() -> Holders:
    """The same for many cases: one query for all roles that count."""
    held: dict[tuple[str, str, UUID | None], list[UUID]] = {}
    grants = _running_grants(timezone.localdate()).filter(role__in=(*DESK, Role.ADMINISTRATOR, Role.OFFICE))
    for role, kind, key, user in grants.values_list("role", "scope_kind", "scope_id", "user_id"):
        held.setdefault((role, kind, key), []).append(user)
    return lambda kind, key, roles: [user for role in roles for user in held.get((role, kind, key), ())]

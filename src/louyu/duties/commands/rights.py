"""The rights that duties give: an officer has them over the building, a deputy for the time they stand in.

What is due is worked out anew from duties and absences and compared with what is granted, so that every change (a
new duty, a longer absence, a deputy's own absence) leaves exactly the rights that the facts say.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from louyu.accounts.chain import Change
from louyu.accounts.commands import made, save_changed
from louyu.accounts.models import Grant
from louyu.accounts.rules import Role, ScopeKind
from louyu.duties.models import Absence, Duty, Right
from louyu.duties.rules.deputies import Away, standing_in
from louyu.people.models import Person

Day = datetime.date
Over = tuple[UUID, ScopeKind, UUID | None]
"""A person, and over what they have the duty's role."""


@dataclass(frozen=True)
class Uneven:
    """What is due and not granted, and what is granted and has to change (grant, its new since and until)."""

    make: list[tuple[Grant, Right]]
    change: list[tuple[Grant, dict[str, Day | None]]]


def even_out(duties: Iterable[Duty]) -> list[Change]:
    """Give and take the rights that these duties and today's absences say; the changes, as part of a command."""
    changes: list[Change] = []
    found = uneven(duties)
    for grant, values in found.change:
        changes += save_changed(grant, **values)
    for grant, right in found.make:
        grant.save(force_insert=True)
        right.save(force_insert=True)
        changes += made(grant, right)
    return changes


def uneven(duties: Iterable[Duty]) -> Uneven:
    """How the rights of these duties differ from what the facts say; reads, writes nothing."""
    duties, today = list(duties), timezone.localdate()
    away = [
        Away(a.person_id, a.since, a.until, a.deputy_id)
        for a in Absence.rows_without_a_reader.filter(until__gt=today)
    ]
    due = {duty.pk: _due(duty, away, today) for duty in duties}
    concerned = {person for wanted in due.values() for person, _kind, _key in wanted}
    users = dict(
        Person.rows_without_a_reader.filter(pk__in=concerned, user__isnull=False).values_list("pk", "user_id")
    )
    granted: dict[UUID, dict[Over, list[Grant]]] = {}
    for right in _running_rights(duties, today):
        over = (right.person_id, ScopeKind(right.grant.scope_kind), right.grant.scope_id)
        granted.setdefault(right.duty_id, {}).setdefault(over, []).append(right.grant)
    answer = Uneven([], [])
    for duty in duties:
        have = granted.get(duty.pk, {})
        wanted = {over: spans for over, spans in due[duty.pk].items() if over[0] in users}
        for over in {*wanted, *have}:
            _compare(duty, over, users.get(over[0]), wanted.get(over, []), have.get(over, []), today, answer)
    return answer


def _due(duty: Duty, away: list[Away], today: Day) -> dict[Over, list[tuple[Day, Day | None]]]:
    """Who has this duty's rights from today on, over what, in which spans (each joined, in order)."""
    if duty.until is not None and duty.until <= today:
        return {}
    scopes = [(ScopeKind.BUILDING, duty.building_id)]
    if duty.department_id is not None and duty.role == Role.SPECIALIST:
        scopes.append((ScopeKind.DEPARTMENT, duty.department_id))
    spans: dict[UUID, list[tuple[Day, Day | None]]] = {duty.person_id: [(duty.since or today, duty.until)]}
    for one in standing_in(duty.person_id, duty.since, duty.until, away):
        if one.until > today and isinstance(one.person, UUID):
            spans.setdefault(one.person, []).append((one.since, one.until))
    return {(person, kind, key): _joined(found) for person, found in spans.items() for kind, key in scopes}


def _joined(spans: list[tuple[Day, Day | None]]) -> list[tuple[Day, Day | None]]:
    """Spans without overlaps, in order."""
    joined: list[tuple[Day, Day | None]] = []
    for since, until in sorted(spans, key=lambda s: s[0]):
        if joined and (joined[-1][1] is None or joined[-1][1] >= since):
            last = joined[-1][1]
            joined[-1] = (joined[-1][0], None if last is None or until is None else max(last, until))
        else:
            joined.append((since, until))
    return joined


def _running_rights(duties: list[Duty], today: Day) -> Iterator[Right]:
    """Rights of these duties that run or will run."""
    stored = [d.pk for d in duties if not d._state.adding]
    for right in Right.rows_without_a_reader.filter(duty__in=stored).select_related("grant"):
        grant = right.grant
        if grant.until is None or (grant.until > today and grant.until > grant.since):
            yield right


def _compare(
    duty: Duty,
    over: Over,
    user: Any,
    wanted: list[tuple[Day, Day | None]],
    have: list[Grant],
    today: Day,
    answer: Uneven,
) -> None:
    have = sorted(have, key=lambda g: g.since)
    for grant, (since, until) in zip(have, wanted, strict=False):
        if grant.since <= today and since <= today:
            since = grant.since  # when it began does not matter any more
        if (grant.since, grant.until) != (since, until):
            answer.change.append((grant, {"since": since, "until": until}))
    for grant in have[len(wanted) :]:
        answer.change.append((grant, {"until": max(grant.since, today)}))
    person, kind, key = over
    for since, until in wanted[len(have) :]:
        grant = Grant(user_id=user, role=duty.role, scope_kind=kind, scope_id=key, since=since, until=until)
        answer.make.append((grant, Right(duty=duty, person_id=person, grant=grant)))


def duties_touched_by(persons: Iterable[UUID]) -> list[Duty]:
    """The duties whose rights an absence of these persons can change: their own, and those they stand in for."""
    concerned = set(persons)
    today = timezone.localdate()
    deputies = list(
        Absence.rows_without_a_reader.filter(until__gt=today, deputy__isnull=False).values_list(
            "person_id", "deputy_id"
        )
    )
    while more := {who for who, deputy in deputies if deputy in concerned} - concerned:
        concerned |= more
    return list(Duty.rows_without_a_reader.filter(person__in=concerned))

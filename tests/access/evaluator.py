"""Who may do what to which record, worked out a second time: from the declared rows, in plain Python.

It shares nothing with ``accounts.policy`` but the declarations themselves: where a record lies is said here by hand,
record by record, and no query filters anything.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps

from louyu.accounts.models import User
from louyu.accounts.policy import Row, declared
from louyu.accounts.rules import Role, ScopeKind
from louyu.cases.models import Attachment, Case, CaseEvent
from louyu.desk.models import NamedView
from louyu.duties.models import Absence, Department, Duty
from louyu.integrations.models import Token
from louyu.organisations.models import (
    Appointment,
    CountedMembership,
    Coverage,
    Membership,
    Organisation,
    Period,
    Seat,
    Transfer,
)
from louyu.places.models import Area, Building, Floor, Unit
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy

Scopes = dict[ScopeKind, set[Any]]


@dataclass(frozen=True)
class Held:
    """A role over a scope, from a day until a day, as somebody was given it."""

    role: Role
    kind: ScopeKind
    scope: UUID | None = None
    since: datetime.date = datetime.date(2020, 1, 1)
    until: datetime.date | None = None

    def runs(self, today: datetime.date) -> bool:
        """Whether it counts today."""
        return self.since <= today and (self.until is None or self.until > today)


def _joined(parts: Iterable[Scopes]) -> Scopes:
    found: Scopes = {}
    for part in parts:
        for kind, keys in part.items():
            found.setdefault(kind, set()).update(keys)
    return found


def _standing(rows: Any, today: datetime.date) -> list[Any]:
    """Those of these rows that are not over."""
    return [row for row in rows if row.until is None or row.until > today]


def _area(area: Area, today: datetime.date) -> Scopes:
    return {ScopeKind.SUBDISTRICT: {area.pk, area.parent_id} - {None}, ScopeKind.COMMUNITY: {area.pk}}


def _building(building: Building | None, today: datetime.date) -> Scopes:
    if building is None:
        return {}
    within = _area(building.area, today) if building.area else {}
    return _joined([within, {ScopeKind.BUILDING: {building.pk}}])


def _enterprise(enterprise: Enterprise, today: datetime.date) -> Scopes:
    """Wherever it sat at any time: what was there stays on record there."""
    places = [_building(o.unit.building, today) for o in _rows(Occupancy, enterprise=enterprise)]
    return _joined([*places, {ScopeKind.ENTERPRISE: {enterprise.pk}}])


def _people_of(enterprise: Enterprise, today: datetime.date) -> Scopes:
    """Where it sits, or will: who served it before has nothing to do with its people."""
    sitting = _standing(_rows(Occupancy, enterprise=enterprise), today)
    places = [_building(o.unit.building, today) for o in sitting]
    return _joined([*places, {ScopeKind.ENTERPRISE: {enterprise.pk}}])


def _case(case: Case, today: datetime.date) -> Scopes:
    handed: Scopes = {ScopeKind.DEPARTMENT: {case.department_id}} if case.department_id else {}
    firm: Scopes = {ScopeKind.ENTERPRISE: {case.enterprise_id}} if case.enterprise_id else {}
    asked: Scopes = {ScopeKind.SELF: {case.asker_id}} if case.asker_id else {}
    return _joined([_building(case.building, today), handed, firm, asked])


def _duty(duty: Duty, today: datetime.date) -> Scopes:
    sent: Scopes = {ScopeKind.DEPARTMENT: {duty.department_id}} if duty.department_id else {}
    return _joined([_building(duty.building, today), sent])


def _absence(absence: Absence, today: datetime.date) -> Scopes:
    persons = [absence.person_id, *([absence.deputy_id] if absence.deputy_id else [])]
    served = [duty for person in persons for duty in _standing(_rows(Duty, person=person), today)]
    return _joined(_duty(duty, today) for duty in served)


WHERE: dict[Any, Callable[[Any, datetime.date], Scopes]] = {
    Area: _area,
    Building: _building,
    Floor: lambda floor, today: _building(floor.building, today),
    Unit: lambda unit, today: _building(unit.building, today),
    Enterprise: _enterprise,
    Occupancy: lambda o, today: _joined(
        [_building(o.unit.building, today), {ScopeKind.ENTERPRISE: {o.enterprise_id}}]
    ),
    Contact: lambda contact, today: _people_of(contact.enterprise, today),
    DeclaredCount: lambda count, today: _people_of(count.enterprise, today),
    Case: _case,
    CaseEvent: lambda event, today: _case(event.case, today),
    Attachment: lambda attachment, today: _case(attachment.case, today),
    Duty: _duty,
    Absence: _absence,
    Department: lambda department, today: {ScopeKind.DEPARTMENT: {department.pk}},
    User: lambda user, today: {ScopeKind.SELF: {user.pk}},
    Token: lambda token, today: {ScopeKind.SELF: {token.user_id}},
}
"""Where a record lies. A model that is not here lies in no scope: only the district reaches it."""


def _organisation(organisation: Organisation | None, today: datetime.date) -> Scopes:
    """Where it is, and whoever it stands under."""
    if organisation is None:
        return {}
    within = _area(organisation.area, today) if organisation.area else {}
    above, one = set(), organisation
    while one is not None:
        above.add(one.pk)
        one = one.parent
    return _joined([within, {ScopeKind.ORGANISATION: above}])


def _membership(membership: Membership, today: datetime.date) -> Scopes:
    """Where its organisation is, and where the member is; who is with none, by the area alone."""
    where = _area(membership.area, today) if membership.area else {}
    return _joined([_organisation(membership.organisation, today), where])


def _of_organisation(record: Any, today: datetime.date) -> Scopes:
    return _organisation(record.organisation, today)


WHERE |= {
    Organisation: _organisation,
    **dict.fromkeys((Period, Seat, Coverage, Appointment), _of_organisation),
    Membership: _membership,
    CountedMembership: _membership,
    Transfer: lambda transfer, today: _joined(
        _organisation(side, today) for side in (transfer.from_organisation, transfer.to_organisation)
    ),
}

Sees = Callable[[str, Any], bool]
These = Callable[[User, list[Held], Any, Sees], bool]


def _is_theirs(user: User, held: list[Held], record: Any, sees: Sees) -> bool:
    return bool(record.user_id == user.pk)


def _about(record: Any, sees: Sees) -> bool:
    """Whether they see what it is about."""
    model: Any = apps.get_model(record.about_model)
    found = model.rows_without_a_reader.filter(pk=record.about).first()
    return found is not None and sees(f"{model._meta.app_label}.see_{model._meta.model_name}", found)


def _shared_with(user: User, held: list[Held], view: NamedView, sees: Sees) -> bool:
    match view.shared:
        case "everybody":
            return True
        case "role":
            shared = any(one.role == view.role for one in held)
        case "scope":
            shared = any((one.kind, one.scope) == (view.scope_kind, view.scope_id) for one in held)
        case _:
            shared = False
    return shared or view.user_id == user.pk


THESE: dict[str, These] = {
    "desk.see_notification": lambda user, held, told, sees: told.user_id == user.pk and _about(told, sees),
    "desk.see_follow": _is_theirs,
    "desk.follow": _is_theirs,
    "desk.see_note": lambda user, held, note, sees: _about(note, sees),
    "desk.mend_note": lambda user, held, note, sees: note.by_id == user.pk and _about(note, sees),
    "desk.see_namedview": _shared_with,
    "desk.keep_view": _is_theirs,
    "core.see_job": lambda user, held, job, sees: (
        job.by_id == user.pk or (job.kind == "desk.export" and any(one.role == Role.AUDIT for one in held))
    ),
}
"""What a row means that names its records itself (``Row.of_these``); held: what runs today."""


def _rows(model: Any, **where: Any) -> list[Any]:
    return list(model.rows_without_a_reader.filter(**where))


def allowed(
    user: User, held: Iterable[Held], action: str, record: Any = None, *, today: datetime.date
) -> bool:
    """Whether a user who holds these roles may do this: to the record, or, with none named, to anything at all."""
    held = tuple(held)
    row = declared().get(action)
    if row is None or not user.is_active:
        return False
    if row.everybody and row.these is None:
        return True
    running = [one for one in held if one.runs(today)]
    if record is None:
        return row.everybody or any(_counts(row, one) for one in running)
    if row.these is not None:
        if not (row.everybody or any(_counts(row, one) for one in running)):
            return False
        return THESE[action](user, running, record, lambda see, on: allowed(user, held, see, on, today=today))
    if row.own and any(one.role in row.roles for one in running) and _owner(row.own, record) == user.pk:
        return True
    where = WHERE.get(type(record), lambda record, today: {})(record, today)
    return any(
        one.kind is ScopeKind.DISTRICT
        or (user.pk if one.kind is ScopeKind.SELF else one.scope) in where.get(one.kind, ())
        for one in running
        if _counts(row, one, on=record)
    )


def _counts(row: Row, one: Held, on: Any = None) -> bool:
    """Whether this role over this kind of scope has the permission; with no record named, its own counts too."""
    if one.role not in row.roles:
        return False
    kinds = [kind for role, kind in row.narrowed if role == one.role]
    return not kinds or one.kind in kinds or (on is None and bool(row.own))


def _owner(path: str, record: Any) -> Any:
    for step in path.split("__"):
        record = getattr(record, step)
    return record.pk if record is not None else None

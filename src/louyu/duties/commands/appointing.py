"""Commands on duties: appoint, end; the departments that officers come from; the sign-in of an officer."""

import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.core.errors import Conflict, Refusal
from louyu.duties.commands.rights import duties_touched_by, even_out
from louyu.duties.models import FINDINGS, Department, Duty
from louyu.duties.rules.departments import USUAL
from louyu.duties.rules.officers import Finding, may_hold
from louyu.people.models import Person
from louyu.places.models import Building

_FIELD = {
    Finding.CHIEF_NOT_LEADING: "position",
    Finding.SPECIALIST_WITHOUT_DEPARTMENT: "department",
    Finding.SECOND_ROLE: "role",
}


@command("duties.keep_duties")
def appoint(
    building: Building,
    *,
    role: Role,
    since: datetime.date,
    by: User,
    person: Person | None = None,
    name: str = "",
    phone: str = "",
    department: Department | None = None,
    position: str = "",
    follows: Duty | None = None,
    despite: str = "",
) -> Duty:
    """Give a person a duty in a building from a day on; with a sign-in, the rights too.

    person: somebody on record; or ``name`` (and ``phone``, digits) of somebody who is not yet.
    follows: the duty that ends on that day, held by the predecessor.
    despite: why somebody is appointed whom the rule does not expect there; without it such a finding refuses.
    Raises Refusal with the finding, Conflict for a second chief or the same duty twice.
    """
    alone()
    role = Role(role)
    changes = []
    if person is None:
        if not name.strip():
            raise Refusal(_("还没有写姓名。"), field="name", mend=_("请填写姓名。"))
        person = Person().put(name=name.strip(), phone=phone or None)
        person.save(force_insert=True)
        changes += made(person)
    if follows is not None:
        changes += _ended(follows, since, building)
    _refuse_unless_fits(building, person, role, department, position, since, follows, despite)
    duty = Duty(
        person=person,
        role=role.value,
        building=building,
        department=department,
        position=position[:60],
        since=since,
        despite=despite[:200],
    )
    try:
        duty.save(force_insert=True)
    except IntegrityError as error:
        raise _doubled(error, building, role) from error
    changes += made(duty) + even_out([duty] if follows is None else [duty, follows])
    record(changes, reason=despite)
    return duty


def _refuse_unless_fits(
    building: Building,
    person: Person,
    role: Role,
    department: Department | None,
    position: str,
    since: datetime.date,
    follows: Duty | None,
    despite: str,
) -> None:
    own = Duty.rows_without_a_reader.filter(building=building, person=person)
    others = [
        Role(d.role) for d in own if d != follows and (d.until is None or d.until > since) and d.role != role
    ]
    found = may_hold(
        role,
        position=position,
        department=None if department is None else department.code or department.name,
        outside=department is not None and department.outside,
        other_roles=others,
    )
    if found and not despite.strip():
        why, mend = FINDINGS[found[0]]
        field = _FIELD.get(found[0], "department")
        value = {"position": position, "department": str(department or ""), "role": role.value}[field]
        raise Refusal(why, field=field, value=value, mend=mend, code=found[0])


def _doubled(error: IntegrityError, building: Building, role: Role) -> Conflict:
    """What the database refused, in words."""
    if "one_chief_at_a_time" in str(error):
        return Conflict(
            _("这幢楼在这段时间已有楼长。"),
            field="role",
            value=building.name,
            mend=_("请先写明现任楼长的离任日期，或选择接任。"),
        )
    if "duty_no_overlap" in str(error):
        return Conflict(
            _("这个人在这幢楼已经是这个角色。"),
            field="person",
            value=building.name,
            mend=_("请打开他现在的任职。"),
        )
    raise error


@command("duties.keep_duties")
def end_duty(duty: Duty, *, until: datetime.date, reason: str = "", by: User) -> None:
    """End a duty: ``until`` is the first day without it. Its rights, those of deputies too, end with it.

    Raises Refusal for a day before it began, Conflict for one that is ended already.
    """
    alone()
    duty.refresh_from_db()
    record(_ended(duty, until, duty.building) + even_out([duty]), reason=reason)


def _ended(duty: Duty, until: datetime.date, building: Building) -> list[Change]:
    if duty.building_id != building.pk:
        raise Refusal(_("接任的不是这幢楼的任职。"), field="follows", value=str(duty.building))
    if duty.until is not None and duty.until <= until:
        raise Conflict(
            _("这项任职已在 %s 结束。") % duty.until,
            field="until",
            value=str(until),
            mend=_("请刷新页面再看。"),
        )
    if duty.since is not None and until < duty.since:
        raise Refusal(
            _("离任日期早于任职日期（%s）。") % duty.since,
            field="until",
            value=str(until),
            mend=_("请核对这两个日期。"),
        )
    return save_changed(duty, until=until)


@command("duties.keep_departments")
def add_usual_departments(*, by: User) -> list[Department]:
    """Enter the departments that a district usually has, with what they answer for; those on record stay."""
    known = set(Department.rows_without_a_reader.values_list("name", flat=True))
    fresh = [
        Department(
            name=seed.names[0],
            short_names=list(seed.names[1:]),
            code=seed.code,
            categories=list(seed.categories),
            outside=seed.outside,
        )
        for seed in USUAL
        if seed.names[0] not in known
    ]
    for department in fresh:
        department.save(force_insert=True)
    record(made(*fresh))
    return fresh


@command("accounts.keep_users")
def join_sign_in(user: User, *, person: Person, by: User) -> None:
    """Say that this sign-in is this person's: what their duties and deputyships give them, they have from now on."""
    alone()
    person.refresh_from_db()
    if person.user_id is not None and person.user_id != user.pk:
        raise Conflict(
            _("这个人已有用户名。"), field="user", value=str(person.user), mend=_("请用原来的用户名。")
        )
    changes = save_changed(person, user=user)
    record(changes + even_out(duties_touched_by([person.pk])))

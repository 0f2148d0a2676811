"""Sign-ins made from the command line: a name, a role, a scope given by its name."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.accounts import commands
from louyu.accounts.models import User
from louyu.accounts.rules import SCOPES_OF_ROLE, Role, ScopeKind
from louyu.core.errors import Refusal
from louyu.duties.commands import add_usual_departments, join_sign_in
from louyu.duties.models import Department, Duty
from louyu.people.models import name_digest
from louyu.places.models import Area, Building
from louyu.tenants.models import Enterprise


def add_sign_in(username: str, *, role: str, scope: str | None, password: str) -> bool:
    """Make a user with a role over a scope; True if the user is new. Raises Refusal with field, value and mend."""
    by = commands.console_user()
    try:
        given = Role(role)
    except ValueError as error:
        raise Refusal(_("没有这个角色。"), field="role", value=role, mend="、".join(Role)) from error
    user = User.rows_without_a_reader.filter(username=username).first()
    kind, key = _scope(given, scope, by)
    fresh = user is None
    if user is None:
        user = commands.add_user(username, name=username, password=password, by=by)
    if kind is ScopeKind.SELF:
        key = user.pk
    commands.grant(user, role=given, scope_kind=kind, scope_id=key, by=by)
    return fresh


def add_officer(username: str, *, officer: str, password: str) -> bool:
    """Make a user who is this person of the list of officers; True if the user is new.

    What the person's duties give them, now and later, the user has. Raises Refusal when nobody or several people of
    that name hold a duty, or the person has another user.
    """
    by = commands.console_user()
    held = (
        Duty.objects.for_reader(by).filter(person__name_digest=name_digest(officer)).select_related("person")
    )
    people = {duty.person_id: duty.person for duty in held}
    if len(people) != 1:
        raise Refusal(
            _("一长两员名单里没有这个人。") if not people else _("名单里有几个同名的人。"),
            field="officer",
            value=officer,
            mend=_("请照名单写全名；同名的请用 --role 和 --scope。"),
        )
    user = User.rows_without_a_reader.filter(username=username).first()
    fresh = user is None
    if user is None:
        user = commands.add_user(username, name=officer, password=password, by=by)
    join_sign_in(user, person=next(iter(people.values())), by=by)
    return fresh


def _scope(role: Role, name: str | None, reader: User) -> tuple[ScopeKind, UUID | None]:
    kinds = SCOPES_OF_ROLE[role]
    if name is None:
        if kinds[0] in (ScopeKind.DISTRICT, ScopeKind.SELF):
            return kinds[0], None
        raise Refusal(
            _("这个角色要有范围。"),
            field="scope",
            value="",
            mend=_("请用 --scope 写明街道、社区、楼宇、部门或企业的名称。"),
        )
    for kind in kinds:
        found = _named(kind, name, reader)
        if found is not None:
            return kind, found
    raise Refusal(_("没有找到这个范围。"), field="scope", value=name, mend=_("请写登记册里的全称。"))


def _named(kind: ScopeKind, name: str, reader: User) -> UUID | None:
    models: dict[ScopeKind, Any] = {
        ScopeKind.SUBDISTRICT: Area.objects.for_reader(reader).filter(kind="subdistrict"),
        ScopeKind.COMMUNITY: Area.objects.for_reader(reader).filter(kind="community"),
        ScopeKind.BUILDING: Building.objects.for_reader(reader),
        ScopeKind.ENTERPRISE: Enterprise.objects.for_reader(reader),
    }
    if kind is ScopeKind.DEPARTMENT:
        return _department(name, reader)
    if kind not in models:
        return None
    found = models[kind].filter(name=name).first()
    return found.pk if found else None


def _department(name: str, reader: User) -> UUID | None:
    """A department by its name or a short one; the usual ones are put on record when none is yet."""
    known = Department.objects.for_reader(reader)
    if not known.exists():
        add_usual_departments(by=reader)
    return next((d.pk for d in known.all() if name in (d.name, *d.short_names)), None)

"""Roles, kinds of scope, and who may be given what. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for. A role counts only together with a scope."""

    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"
    OFFICE = "office"
    SUBDISTRICT = "subdistrict"
    SECRETARY = "secretary"
    CHIEF = "chief"
    ADMINISTRATOR = "administrator"
    SPECIALIST = "specialist"
    DEPARTMENT_LEAD = "department_lead"
    ORGANISATION_SECRETARY = "organisation_secretary"
    LIAISON = "liaison"
    CHAIR = "chair"
    MEMBER = "member"
    API = "api"


KEEPERS = (Role.OFFICE, Role.SUBDISTRICT, Role.SECRETARY, Role.ADMINISTRATOR)
"""Who keeps the registers of their scope."""
DESK = (Role.SPECIALIST, Role.DEPARTMENT_LEAD)
"""Who does a department's work."""
STAFF = (*KEEPERS, Role.CHIEF, *DESK)
"""Everybody who works with the buildings and enterprises of their scope."""


class ScopeKind(StrEnum):
    """Over what a role counts. A grid is a set of buildings."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    BUILDING = "building"
    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    SELF = "self"


SCOPES_OF_ROLE: dict[Role, tuple[ScopeKind, ...]] = {
    Role.SYSTEM: (ScopeKind.DISTRICT,),
    Role.SECURITY: (ScopeKind.DISTRICT,),
    Role.AUDIT: (ScopeKind.DISTRICT,),
    Role.OFFICE: (ScopeKind.DISTRICT,),
    Role.SUBDISTRICT: (ScopeKind.SUBDISTRICT,),
    Role.SECRETARY: (ScopeKind.COMMUNITY,),
    Role.CHIEF: (ScopeKind.BUILDING,),
    Role.ADMINISTRATOR: (ScopeKind.BUILDING,),
    Role.SPECIALIST: (ScopeKind.DEPARTMENT, ScopeKind.BUILDING),
    Role.DEPARTMENT_LEAD: (ScopeKind.DEPARTMENT,),
    Role.ORGANISATION_SECRETARY: (ScopeKind.ORGANISATION,),
    Role.LIAISON: (ScopeKind.ENTERPRISE,),
    Role.CHAIR: (ScopeKind.BUILDING,),
    Role.MEMBER: (ScopeKind.SELF,),
    Role.API: (ScopeKind.DISTRICT, ScopeKind.SUBDISTRICT, ScopeKind.COMMUNITY, ScopeKind.BUILDING),
}
"""Which kind of scope a role may be given over."""


def scope_fits_role(role: Role, kind: ScopeKind) -> bool:
    """Whether this role can be held over this kind of scope. Source: the district's table of roles and scopes."""
    return kind in SCOPES_OF_ROLE[role]


HELD_ALONE = (Role.SYSTEM, Role.SECURITY, Role.AUDIT)
"""Roles that keep the deployment; each is held by somebody who holds no other."""


def may_be_held_with(role: Role, others: Iterable[Role]) -> bool:
    """Whether somebody who holds ``others`` may be given ``role`` too.

    Source: GB/T 22239-2019, 8.1.7: the duties of system, security and audit administrator are separate; nobody
    watches over their own work.
    """
    held = {*others, role}
    return len(held) == 1 or not held & set(HELD_ALONE)


def username_can_be_typed(username: str) -> bool:
    """Whether a user name has 2 to 60 characters and no gap or sign that gets lost when it is written on paper."""
    return re.fullmatch(r"[\w.-]{2,60}", username) is not None

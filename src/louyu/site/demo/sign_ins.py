"""Who signs in to the demo: one of each role, printed with their password; every officer; some enterprises."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils import timezone

from louyu.accounts.commands import add_user, console_user, grant
from louyu.accounts.models import User
from louyu.accounts.rules import Role, ScopeKind
from louyu.desk.commands import mark_read
from louyu.duties.commands import join_sign_in
from louyu.duties.queries import duties, officer_name
from louyu.people.models import Person
from louyu.site.demo.buildings import HOME
from louyu.site.demo.names import Enterprise, Human, Invention
from louyu.site.sign_ins import add_sign_in
from louyu.tenants.queries import contacts

if TYPE_CHECKING:
    from louyu.site.demo.officers import Officer

PASSWORD = "louyu-demo-2026"
"""Of the sign-ins that are printed; nobody can sign in as the others."""
LEADING = "市场监管局"
"""The department whose lead signs in."""
KEEPERS = (
    ("office", Role.OFFICE, ""),
    ("security", Role.SECURITY, ""),
    ("audit", Role.AUDIT, ""),
    ("system", Role.SYSTEM, ""),
)
"""Those who are there from the beginning."""
OTHERS = (
    ("subdistrict", Role.SUBDISTRICT, "白云街道"),
    ("secretary", Role.SECRETARY, "云港社区"),
    ("department_lead", Role.DEPARTMENT_LEAD, LEADING),
    ("chair", Role.CHAIR, HOME),
    ("member", Role.MEMBER, ""),
)
"""Those who are there once their area, department or building is on record."""
OF_HOME = (
    ("chief", Role.CHIEF, ""),
    ("administrator", Role.ADMINISTRATOR, ""),
    ("specialist", Role.SPECIALIST, "tax"),
)
"""User name, role and department of the officers of HOME who sign in under a name that says what they are."""


class SignIn(NamedTuple):
    """A sign-in that is printed: user name, the person's name, role, scope in words."""

    username: str
    name: str
    role: Role
    scope: str


@dataclass
class SignIns:
    """The users of the demo by name, and those of them that are printed."""

    invention: Invention

    def __post_init__(self) -> None:
        self.printed: list[SignIn] = []
        self._known: dict[str, User] = {}
        self._today: datetime.date | None = None

    def user(self, username: str) -> User:
        """A user with the rights that they have today."""
        if self._today != timezone.localdate():
            self.forget()
        return self._known[username]

    def forget(self) -> None:
        """Read everybody's rights anew: the day is another one, or they changed."""
        self._today = timezone.localdate()
        for user in self._known.values():
            user.__dict__.pop("running_grants", None)

    def keepers(self) -> None:
        """Those who are there before anything is on record."""
        self._add(KEEPERS)

    def others(self) -> None:
        """Those who have a scope by the name of something on record."""
        self._add(OTHERS)

    def _add(self, rows: Iterable[tuple[str, Role, str]]) -> None:
        for username, role, scope in rows:
            human = self.invention.human(once=True)
            user = add_user(username, name=human.name, password=PASSWORD, by=console_user())
            add_sign_in(username, role=role, scope=scope or None, password=PASSWORD)
            self._known[username] = user
            self.printed.append(SignIn(username, human.name, role, scope))
        self.forget()

    def of_officers(self, officers: Iterable["Officer"]) -> None:
        """Let the officers of the register sign in as who they are: what their duties give them, they have."""
        known = duties(self.user("office")).filter(until__isnull=True)
        persons = {officer_name(duty.person): duty.person for duty in known}
        for officer in officers:
            self.of_officer(officer, persons[officer.name])
        self.forget()

    def of_officer(self, officer: "Officer", person: Person) -> None:
        """Let somebody on record sign in."""
        self._known[officer.username] = user = self._new(officer)
        join_sign_in(user, person=person, by=self.user("security"))

    def of_home(self, officers: Iterable["Officer"]) -> None:
        """The officers of HOME, under a user name that says what they are, to be printed."""
        for username, role, department in OF_HOME:
            officer = next(
                o for o in officers
                if o.role is role and o.department == department and any(b.name == HOME for b in o.buildings)
            )  # fmt: skip
            officer.username = username
            scope = f"{HOME} · 税务局" if department else HOME
            self.printed.append(SignIn(username, officer.name, role, scope))

    def of_liaison(self, enterprise: Enterprise, *, printed: bool = False) -> None:
        """Let the contact of an enterprise on record sign in as its liaison."""
        human = enterprise.contact
        human.username = "liaison" if printed else self.invention.username(human.name)
        if printed:
            self.printed.append(SignIn(human.username, human.name, Role.LIAISON, enterprise.name))
        found = contacts(self.user("office")).filter(enterprise__credit_code=enterprise.code)
        contact = found.get(until__isnull=True)
        user = self._known[human.username] = self._new(human)
        join_sign_in(user, person=contact.person, by=self.user("security"))
        grant(
            user,
            role=Role.LIAISON,
            scope_kind=ScopeKind.ENTERPRISE,
            scope_id=contact.enterprise_id,
            by=self.user("security"),
        )
        self.forget()

    def with_role(self, human: Human, *, role: Role, kind: ScopeKind, key: UUID, printed: str = "") -> None:
        """Let somebody sign in with a role over what has this key; printed: what that is, if they are printed."""
        if printed:
            self.printed.append(SignIn(human.username, human.name, role, printed))
        self._known[human.username] = user = self._new(human)
        grant(user, role=role, scope_kind=kind, scope_id=key, by=self.user("security"))
        self.forget()

    def read_messages(self) -> None:
        """Everybody has read what they were told so far."""
        for user in self._known.values():
            mark_read(user)

    def _new(self, human: Human) -> User:
        printed = human.username in {sign_in.username for sign_in in self.printed}
        password = PASSWORD if printed else None
        return add_user(human.username, name=human.name, password=password, by=self.user("security"))

"""A small district with four of everything, each with marks of its own, and somebody for every role and scope.

The four cells lie ever farther apart: ``qa`` and ``qb`` in one community, ``qc`` in another of the same subdistrict,
``qd`` in another subdistrict. Whoever is given a role is given it over what lies in ``qa``: the other cells show
where their sight ends. A mark is a word that occurs nowhere else; ``Mark.seen_with`` says through which records it
may be met.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from louyu.accounts.models import AuditEntry, Grant, User
from louyu.accounts.rules import SCOPES_OF_ROLE, Role, ScopeKind
from louyu.cases.commands import attach
from louyu.core.models import Job
from louyu.desk.models import NamedView, Note, Notification
from louyu.duties.models import Absence, Duty
from louyu.integrations.commands import issue_token
from louyu.organisations.models import Transfer
from louyu.people.commands import reveal
from louyu.people.rules import mask_phone
from louyu.places.models import Area
from louyu.tenants.models import DeclaredCount
from louyu.workbooks import commands as workbooks
from tests import factories
from tests.access.evaluator import Held, allowed
from tests.imports import books

TODAY = timezone.localdate
DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


@dataclass(frozen=True)
class Mark:
    """A word, and the permissions of which one is needed to read it. seen_with: (action, record), none: nobody may."""

    word: str
    seen_with: tuple[tuple[str, Any], ...] = ()


@dataclass
class Cell:
    """One of everything. What a route's address names is found here by its name: ``cell.case``, ``cell.duty``."""

    name: str
    marks: dict[str, Mark] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)

    def plant(self, **records: Any) -> None:
        """Put records here, by the names by which routes ask for them."""
        self.records.update(records)

    def mark(self, what: str) -> str:
        """The word by which this cell's records of a kind are known: ``qa`` + ``case`` + "mark"."""
        return f"{self.name}{what}mark"

    def says(self, what: str, *seen_with: tuple[str, Any], word: str = "") -> None:
        """Remember who may read a word."""
        self.marks[what] = Mark(word or self.mark(what), seen_with)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self.records:
            raise AttributeError(f"no {name} in the cells of tests/access/world.py: plant one in planted()")
        return self.records[name]


@dataclass(frozen=True)
class Reader:
    """Somebody who signs in: their user, what they hold, a browser of theirs, a token."""

    name: str
    user: User
    held: tuple[Held, ...]
    browser: Client
    token: str

    def may(self, action: str, record: Any = None) -> bool:
        """What the declared rows say of them."""
        return allowed(self.user, self.held, action, record, today=TODAY())

    def reads(self, mark: Mark) -> bool:
        """Whether they may meet this word anywhere."""
        return any(self.may(action, record) for action, record in mark.seen_with)


ROLES = {f"{role} over {kind}": (role, kind) for role, kinds in SCOPES_OF_ROLE.items() for kind in kinds}
OTHERS = ("nobody", "former office", "coming office", "barred office", "chief and liaison")
READERS = (*ROLES, *OTHERS)
"""Everybody for whom the matrix is asked: each role over each kind of scope, and those whom roles do not reach."""


@dataclass
class World:
    """The cells and everybody who reads."""

    cells: list[Cell]
    readers: dict[str, Reader] = field(default_factory=dict)

    @property
    def marks(self) -> list[Mark]:
        """Every word that was planted."""
        return [mark for cell in self.cells for mark in cell.marks.values()]

    def reader(self, name: str) -> Reader:
        """Somebody by the name in ``READERS``; what lies on a desk in the first cell is now theirs."""
        found = self.readers[name]
        here = self.cells[0]
        here.own_case.asker = found.user if name.startswith(("member", "chair", "api")) else None
        here.note.by, here.job.by_id = found.user, found.user.pk
        here.notification.user = here.view.user = found.user
        for record in (here.own_case, here.note, here.job, here.notification, here.view):
            record.save()
        return found

    def admit(self) -> None:
        """Let everybody sign in."""
        for name in READERS:
            user = factories.UserFactory(username=name.replace(" ", "-"), name=f"读者 {name}")
            self.readers[name] = self._signed_in(name, user, self._held(name, user))

    def _held(self, name: str, user: User) -> tuple[Held, ...]:
        here, far = self.cells[0], self.cells[2]
        if name in ROLES:
            return (self.over(*ROLES[name], here, user),)
        return {
            "former office": (Held(Role.OFFICE, ScopeKind.DISTRICT, until=TODAY()),),
            "coming office": (Held(Role.OFFICE, ScopeKind.DISTRICT, since=TODAY() + DAY),),
            "barred office": (Held(Role.OFFICE, ScopeKind.DISTRICT),),
            "chief and liaison": (
                self.over(Role.CHIEF, ScopeKind.BUILDING, here, user),
                self.over(Role.LIAISON, ScopeKind.ENTERPRISE, far, user),
            ),
        }.get(name, ())

    def over(self, role: Role, kind: ScopeKind, cell: Cell, user: User) -> Held:
        """A role over what lies in this cell."""
        scope = {
            ScopeKind.DISTRICT: None,
            ScopeKind.SUBDISTRICT: cell.building.area.parent,
            ScopeKind.COMMUNITY: cell.building.area,
            ScopeKind.BUILDING: cell.building,
            ScopeKind.ORGANISATION: cell.organisation,
            ScopeKind.DEPARTMENT: cell.department,
            ScopeKind.ENTERPRISE: cell.enterprise,
            ScopeKind.SELF: user,
        }[kind]
        return Held(role, kind, scope.pk if scope is not None else None)

    def _signed_in(self, name: str, user: User, held: tuple[Held, ...]) -> Reader:
        for one in held:
            Grant(
                user=user,
                role=one.role,
                scope_kind=one.kind,
                scope_id=one.scope,
                since=one.since,
                until=one.until,
            ).save()
        _token, text = issue_token(user, name=f"token of {name}", by=factories.user_with(Role.SECURITY))
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        if name.startswith("barred"):
            user.is_active = False
            user.save()
        return Reader(name, user, held, browser, text)


@contextmanager
def built() -> Iterator[World]:
    """The world, for as long as the context lasts; nothing of it stays."""
    with transaction.atomic():
        yield whole_world()
        transaction.set_rollback(True)


def whole_world() -> World:
    """The cells and their readers, for whoever takes them away again."""
    near = factories.AreaFactory(name="同一社区")
    beside = factories.AreaFactory(name="另一社区", parent=near.parent)
    far = factories.AreaFactory(name="另一街道的社区")
    areas = {"qa": near, "qb": near, "qc": beside, "qd": far}
    cells = [Cell(name) for name in areas]
    for number, cell in enumerate(cells):
        planted(cell, areas[cell.name], number)
    world = World(cells)
    world.admit()
    return world


def planted(cell: Cell, area: Area, number: int) -> None:
    """One of everything in this cell, each with its mark; a new kind of record is planted here."""
    _places(cell, area)
    _people(cell, number)
    _cases(cell)
    _imports(cell)
    _organisation(cell, number)
    _desk(cell)
    _marks(cell, number)


def _places(cell: Cell, area: Area) -> None:
    mark = cell.mark
    building = factories.BuildingFactory(
        name=mark("building"),
        area=area,
        owner=mark("owner"),
        address=mark("address"),
        search=mark("building"),
    )
    unit = factories.UnitFactory(building=building, number=mark("unit"))
    enterprise, doubled, left = (
        factories.EnterpriseFactory(name=mark(name), search=mark(name), note=mark(f"{name}note"))
        for name in ("enterprise", "doubled", "left")
    )
    cell.plant(
        area=area,
        building=building,
        floor=unit.floor,
        unit=unit,
        enterprise=enterprise,
        doubled=doubled,
        left=left,
        occupancy=factories.OccupancyFactory(enterprise=enterprise, unit=unit),
        occupancy_of_doubled=factories.OccupancyFactory(enterprise=doubled, unit=unit),
        occupancy_that_ended=factories.OccupancyFactory(enterprise=left, unit=unit, until=TODAY()),
    )


def _phone(number: int, which: int) -> str:
    return f"139{number}{which}57{number}{which}31"


MEMBERS = 987654320


def _people(cell: Cell, number: int) -> None:
    mark = cell.mark
    person = factories.PersonFactory(name=f"欧阳{mark('contactname')}", phone=_phone(number, 1))
    gone = factories.PersonFactory(name=f"上官{mark('gonename')}", phone=_phone(number, 2))
    officer = factories.PersonFactory(name=mark("officer"), phone=_phone(number, 3))
    cell.plant(
        department=factories.DepartmentFactory(name=f"区{cell.name}局"),
        contact=factories.ContactFactory(enterprise=cell.enterprise, person=person, position=mark("contact")),
        contact_of_left=factories.ContactFactory(
            enterprise=cell.left, person=gone, position=mark("leftcontact")
        ),
        count=_saved(DeclaredCount(enterprise=cell.enterprise, members=MEMBERS + number, as_of=TODAY())),
        few=_saved(DeclaredCount(enterprise=cell.doubled, members=2, as_of=TODAY())),
    )
    cell.plant(
        person=person,
        duty=_saved(
            Duty(
                person=officer,
                role=Duty.Role.SPECIALIST,
                building=cell.building,
                department=cell.department,
                position=mark("position"),
                since=TODAY() - WEEK,
            )
        ),
        absence=_saved(
            Absence(person=officer, since=TODAY() - DAY, until=TODAY() + WEEK, reason=mark("absence"))
        ),
        handler=factories.user_with(Role.SPECIALIST, cell.department, name=mark("handler")),
        colleague=factories.user_with(Role.SPECIALIST, cell.department, name=mark("colleague")),
        importer=factories.user_with(Role.ADMINISTRATOR, cell.building, name=mark("importer")),
    )
    reveal(cell.contact, fields=("phone",), reason=mark("revealed"), by=cell.importer)
    cell.plant(
        entry=AuditEntry.rows_without_a_reader.latest("sequence"),
        grant=Grant.rows_without_a_reader.get(user=cell.handler),
    )


def _saved(record: Any) -> Any:
    record.save()
    return record


STATES = ("accepted", "assigned", "waiting", "answered")


def _cases(cell: Cell) -> None:
    """A case in each of some states, one that nobody handed over, what was said about one."""
    mark = cell.mark
    whose = {"building": cell.building, "enterprise": cell.enterprise, "department": cell.department}
    for state in STATES:
        known = {"number": mark(state), "text": mark(f"{state}text"), "search": mark(f"{state}text")}
        cell.plant(**{state: factories.CaseFactory(state=state, handler=cell.handler, **whose, **known)})
    own = {"number": mark("own"), "text": mark("owntext"), "search": mark("owntext")}
    cell.plant(
        case=cell.assigned,
        category=cell.assigned.category,
        own_case=factories.CaseFactory(state="answered", building=cell.building, enterprise=None, **own),
    )
    for name, visible in (("event", True), ("inside", False)):
        text = mark(name)
        event = factories.CaseEventFactory(case=cell.case, text=text, visible=visible, by=cell.handler)
        cell.plant(**{name: event})
    file = b"%PDF-1.4 " + mark("content").encode()
    office = factories.user_with(Role.OFFICE)
    cell.plant(attachment=attach(cell.case, name=f"{mark('attachment')}.pdf", data=file, by=office))


def _imports(cell: Cell) -> None:
    """An import to look at, and one that can be given up: its file goes for good."""
    data = books.buildings(books.building(cell.mark("imported")))
    for name in ("batch", "batch_to_drop"):
        file_name = f"{cell.mark(name.replace('_', ''))}.xlsx"
        batch = workbooks.upload(data, file_name=file_name, kind="buildings", by=cell.importer)
        workbooks.keep_look(batch, *workbooks.look(batch))
        cell.plant(**{name: batch})


def _organisation(cell: Cell, number: int) -> None:
    """An organisation over one person's office and another's membership."""
    name = cell.mark("organisation")
    head = factories.PersonFactory(name=f"司马{cell.mark('secretaryname')}", phone=_phone(number, 4))
    member = factories.PersonFactory(name=f"诸葛{cell.mark('membername')}", phone=_phone(number, 5))
    cell.plant(
        organisation=factories.OrganisationFactory(
            name=name, search=name, area=cell.area, buildings=[cell.building], enterprises=[cell.enterprise]
        )
    )
    cell.plant(
        appointment=factories.AppointmentFactory(organisation=cell.organisation, person=head),
        membership=factories.MembershipFactory(organisation=cell.organisation, person=member, area=cell.area),
    )
    leaving = Transfer(
        person=member,
        from_organisation=cell.organisation,
        to_outside=cell.mark("outside"),
        state="asked",
        asked_on=timezone.localdate(),
    )
    cell.plant(transfer=_saved(leaving))


def _desk(cell: Cell) -> None:
    """What the importer has on their desk; in the first cell it is handed to whoever reads."""
    about = {"about_model": "places.Building", "about": cell.building.pk}
    told = Notification(user=cell.importer, kind="test", text=cell.mark("told"), shown_from=timezone.now())
    told.about_model, told.about = about.values()
    whose = {"by_id": cell.importer.pk, "language": "zh-hans"}
    view = {"list": "buildings", "path": "/buildings/", "query": "q=1"}
    cell.plant(
        notification=_saved(told),
        note=_saved(Note(by=cell.importer, text=cell.mark("deskednote"), **about)),
        view=_saved(NamedView(user=cell.importer, name=cell.mark("view"), **view)),
        job=_saved(Job(kind="test", title=cell.mark("job"), **whose)),
        export=_saved(Job(kind="desk.export", title=cell.mark("export"), state="done", **whose)),
    )


def _marks(cell: Cell, number: int) -> None:
    """Who may read which word of this cell."""
    cases = [("cases.see_case", cell.records[state]) for state in STATES]
    own, of_case = ("cases.see_case", cell.own_case), ("cases.see_case", cell.case)
    enterprise, doubled, left = (
        ("tenants.see_enterprise", cell.records[name]) for name in ("enterprise", "doubled", "left")
    )
    contact, contact_of_left = (
        ("tenants.see_contact", cell.records[name]) for name in ("contact", "contact_of_left")
    )
    building, duty = ("places.see_building", cell.building), ("duties.see_duty", cell.duty)
    occupancy, batch = ("tenants.see_occupancy", cell.occupancy), ("workbooks.see_importbatch", cell.batch)
    attachment = ("cases.see_attachment", cell.attachment)
    looked_at, trail = ("people.see_reveallog", None), ("accounts.see_trail", None)
    users = ("accounts.keep_users", None)
    organisation = ("organisations.see_organisation", cell.organisation)
    coverage = ("organisations.see_organisation", cell.organisation)
    says = cell.says
    # Whoever keeps users sees over what they hold a role, and which officers of the list have no sign-in yet.
    says("building", building, *cases, own, duty, occupancy, organisation, users)
    says("owner", building)
    says("address", building)
    says("unit", ("places.see_unit", cell.unit), occupancy)
    says("enterprise", enterprise, *cases, coverage, users)
    for name, seen in (("enterprise", enterprise), ("doubled", doubled), ("left", left)):
        says(f"{name}note", seen)
    says("doubled", doubled)
    says("left", left)
    says("contactname")
    says("gonename")
    for which, (name, seen) in enumerate(
        (("contact", contact), ("leftcontact", contact_of_left), ("officer", duty)), start=1
    ):
        says(f"phone{which}", word=_phone(number, which))
        says(f"masked{which}", seen, word=mask_phone(_phone(number, which)))
        says(name, seen, *([users] if name == "officer" else []))
    counted = [(f"tenants.see_declaredcount{more}", cell.count) for more in ("", "_from_three")]
    says("count", *counted, word=str(MEMBERS + number))
    says("count in words", *counted, word=f"{MEMBERS + number:,}")
    says("position", duty, users)
    says("absence", ("duties.see_absence", cell.absence))
    for name in ("handler", "colleague"):
        says(name, *cases, users)
    says(
        "importer",
        batch,
        looked_at,
        trail,
        users,
        ("core.see_job", cell.export),
        ("desk.see_note", cell.note),
    )
    says("revealed", looked_at, trail)
    for state, case in zip(STATES, cases, strict=True):
        says(state, case)
        says(f"{state}text", case)
    says("own", own)
    says("owntext", own)
    says("event", of_case)
    says("inside", ("cases.see_notes", cell.case))
    says("attachment", attachment, trail)
    says("content", attachment)
    says("batch", batch, trail)
    says("imported", batch)
    says("batchtodrop", ("workbooks.see_importbatch", cell.batch_to_drop), trail)
    says("organisation", organisation)
    for which, name in ((4, "secretaryname"), (5, "membername")):
        says(name)
        says(f"phone{which}", word=_phone(number, which))
    masked = mask_phone(_phone(number, 4))
    says("masked4", ("organisations.see_appointment", cell.appointment), word=masked)
    says("masked5", ("organisations.see_membership", cell.membership), word=mask_phone(_phone(number, 5)))
    says("outside", ("organisations.see_transfer", cell.transfer))
    says("told", ("desk.see_notification", cell.notification))
    says("deskednote", ("desk.see_note", cell.note))
    says("view", ("desk.see_namedview", cell.view))
    says("job", ("core.see_job", cell.job))
    says("export", ("core.see_job", cell.export))

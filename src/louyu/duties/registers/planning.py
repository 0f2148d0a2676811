"""How the rows of a register of officers meet what is known: who is new in which duty, who left it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from louyu.accounts.rules import Role
from louyu.duties.commands.rights import uneven
from louyu.duties.models import Department, Duty
from louyu.duties.registers.columns import PEOPLE, Said
from louyu.duties.registers.people import Humans, Post
from louyu.duties.rules.departments import USUAL, name_of_department, usual_department
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.places.registers.matching import NamedBuildings
from louyu.tenants.queries import running
from louyu.workbooks.declare import Absent, Context, Entry, Plan, Writes


@dataclass(frozen=True)
class _Named:
    """One record of the file: a person in a role at a building."""

    building: Building
    post: Post


def plan(entries: list[Entry], context: Context) -> Plan:
    """One record is one person in one role at one building; a row may hold several."""
    plan = Plan(entries)
    buildings, departments = NamedBuildings(plan, context), Departments(plan.writes, context)
    named: list[_Named] = []
    for entry in entries:
        if entry.outcome:
            plan.tally[entry.outcome] += 1
            continue
        building = _building(entry, buildings, plan, context)
        if building is None:
            plan.tally[entry.outcome] += 1
            continue
        entry.subject = building.pk
        own = [_Named(building, post) for post in _posts(entry, departments)]
        entry.outcome = "unchanged" if own else "skipped"
        named += own
    humans = Humans(plan, context, [one.post for one in named])
    running_duties = _Duties(plan, context, {one.building.pk for one in named})
    for one in named:
        _place(one, humans, running_duties, plan)
    plan.writes.made += _rights(plan.writes)
    plan.seen = running_duties.listed
    return plan


def _building(entry: Entry, buildings: NamedBuildings, plan: Plan, context: Context) -> Building | None:
    said = entry.values.get("building") or entry.section
    if not said:
        if len(entry.values) < 2:
            entry.outcome = "skipped"
        else:
            plan.refuse(entry, entry.wrong("duty_without_building", "building"), waits=True)
        return None
    building, _rest = buildings.named(entry, str(said), "building")
    if building is not None and not context.permits(building):
        plan.refuse(entry, entry.wrong("outside_scope", "building"), waits=True)
        return None
    if building is None and not entry.outcome:
        entry.outcome = "skipped"  # a person said: leave these rows out
    return building


def _posts(entry: Entry, departments: "Departments") -> Iterator[Post]:
    """Everybody whom the row names."""
    for field, role in PEOPLE.items():
        people = entry.values.get(field) or ()
        phone = entry.values.get(f"{field}_phone")
        for said in people:
            if phone and len(people) == 1 and said.phone is None:
                said = Said(said.name, said.unit, phone)
            yield _post(entry, field, said, role, departments)
    for said in entry.values.get("name") or ():
        stated: Role | None = entry.values.get("role")
        phone = said.phone or entry.values.get("phone")
        unit = "".join(
            part for part in (entry.values.get("unit"), said.unit or entry.values.get("position")) if part
        )
        post = Said(said.name, unit, phone)
        yield _post(entry, "name", post, stated or _role_of(unit), departments)


def _role_of(unit: str) -> Role:
    """The role where the row does not say it: of a department, or of the street's staff."""
    seed = usual_department(unit)
    return Role.SPECIALIST if seed is not None and seed.code != "subdistrict" else Role.ADMINISTRATOR


def _post(entry: Entry, field: str, said: Said, role: Role, departments: "Departments") -> Post:
    department, position = departments.of(said.unit, role, entry)
    return Post(entry, field, said, role, department, position[:60])


class Departments:
    """The departments on record by each of their names, and those that this file adds."""

    def __init__(self, writes: Writes, context: Context) -> None:
        self.writes, self.context = writes, context
        self.by_name: dict[str, Department] = {}
        for department in Department.rows_without_a_reader.all():
            self._keep(department)

    def _keep(self, department: Department) -> None:
        for name in (department.name, *department.short_names):
            self.by_name.setdefault(name_of_department(name), department)

    def of(self, unit: str, role: Role, entry: Entry) -> tuple[Department | None, str]:
        """Department and position in what stands with a name: 「税务局科长」; a chief's words are a position."""
        said = unit.strip()
        if not said or role == Role.CHIEF:
            return None, said
        bare = name_of_department(said)
        fitting = [name for name in self._names() if bare.startswith(name)]
        if fitting:
            name = max(fitting, key=len)
            if role == Role.ADMINISTRATOR and self._is_street(name):
                return None, said
            return self._department(name, entry), bare.removeprefix(name).strip(" ，,；;")
        if role == Role.SPECIALIST:
            return self._department(said, entry), ""
        return None, said

    def _names(self) -> set[str]:
        return {*self.by_name, *(name for seed in USUAL for name in seed.names)}

    def _is_street(self, name: str) -> bool:
        seed = usual_department(name)
        return seed is not None and seed.code == "subdistrict"

    def _department(self, said: str, entry: Entry) -> Department:
        found = self.by_name.get(name_of_department(said))
        if found is None:
            seed = usual_department(said)
            values: dict[str, Any] = {"name": said[:60]}
            if seed is not None:
                values = {
                    "name": seed.names[0],
                    "short_names": list(seed.names[1:]),
                    "code": seed.code,
                    "categories": list(seed.categories),
                    "outside": seed.outside,
                }
            found = Department(**values, **self.context.origin(entry))
            self.writes.make(found)
            self._keep(found)
        return found


class _Duties:
    """The duties of the file's buildings that run or have not ended, and those that the file adds."""

    def __init__(self, plan: Plan, context: Context, buildings: set[UUID]) -> None:
        self.plan, self.context, self.writes = plan, context, plan.writes
        self.listed: set[UUID] = set()
        self.open: dict[tuple[UUID, str, UUID], Duty] = {}
        self.chiefs: dict[UUID, Duty] = {}
        found = Duty.rows_without_a_reader.filter(building__in=buildings)
        for duty in found.filter(running(timezone.localdate())).select_related("department"):
            self._keep(duty)

    def _keep(self, duty: Duty) -> None:
        self.open[duty.building_id, duty.role, duty.person_id] = duty
        if duty.role == Role.CHIEF:
            self.chiefs[duty.building_id] = duty

    def put(self, building: Building, post: Post, person: Person) -> str:
        """Queue what changes about a person's duty at a building; the record's outcome."""
        known = self.open.get((building.pk, post.role.value, person.pk))
        since = post.entry.values.get("since")
        if known is not None:
            if known.pk in self.listed:
                return "duplicate"
            self.listed.add(known.pk)
            return "changed" if self._correct(known, post, since) else "unchanged"
        if post.role == Role.CHIEF and not self._succeed(building, post, since):
            return "wrong"
        duty = Duty(
            person=person,
            role=post.role.value,
            building=building,
            department=post.department,
            position=post.position,
            since=since if post.role != Role.CHIEF or building.pk not in self.chiefs else self._day(since),
            **self.context.origin(post.entry),
        )
        self.writes.make(duty)
        self._keep(duty)
        self.listed.add(duty.pk)
        return "new"

    def _correct(self, duty: Duty, post: Post, since: date | None) -> bool:
        values: dict[str, Any] = {}
        if post.department is not None and duty.department_id != post.department.pk:
            values["department"] = post.department
        if post.position and duty.position != post.position:
            values["position"] = post.position
        if since is not None and duty.since != since and (duty.until is None or since <= duty.until):
            values["since"] = since
        return bool(values) and self.writes.change(duty, **values)

    def _succeed(self, building: Building, post: Post, since: date | None) -> bool:
        """A new chief follows the one on record; a file with two chiefs for one building is wrong there."""
        before = self.chiefs.get(building.pk)
        if before is None:
            return True
        if before.pk in self.listed:
            self.plan.refuse(post.entry, post.entry.wrong("two_chiefs", "chief", "name"))
            return False
        day = self._day(since)
        if before.since is not None and before.since > day:
            self.plan.refuse(post.entry, post.entry.wrong("chief_before_the_last", "chief", "name"))
            return False
        self.writes.change(before, until=day)
        return True

    def _day(self, since: date | None) -> date:
        return since or self.context.as_of


def _place(one: _Named, humans: Humans, duties: _Duties, plan: Plan) -> None:
    person = humans.person(one.post)
    if person is None:
        plan.tally["ask"] += 1
        return
    outcome = duties.put(one.building, one.post, person)
    plan.tally[outcome] += 1
    entry = one.post.entry
    if outcome in ("new", "changed") and entry.outcome != "new":
        entry.outcome = outcome


def _rights(writes: Writes) -> list[Any]:
    """Grants for new duties of persons who can sign in, and changed ones for those that end."""
    made = [i for i in writes.made if isinstance(i, Duty)]
    ended = [i for i, values in writes.changed.values() if isinstance(i, Duty) and "until" in values]
    found = uneven(made)
    for duty in ended:
        end_rights(duty, writes.changed[duty.pk][1]["until"], writes)
    return [one for pair in found.make for one in pair]


def end_rights(duty: Duty, day: date, writes: Writes) -> None:
    """Queue that a duty's rights, those of deputies too, end on a day."""
    for right in duty.rights(manager="rows_without_a_reader").select_related("grant"):
        grant = right.grant
        if grant.until is None or grant.until > day:
            writes.change(grant, until=max(grant.since, day))


def absent(subjects: set[UUID]) -> list[Absent]:
    """Officers of last time's list who still are, and are not in this one."""
    found = Duty.rows_without_a_reader.filter(pk__in=subjects).filter(running(timezone.localdate()))
    return [
        Absent(d.pk, f"{d.get_role_display()} {d.person.name_masked}", d.building.name)
        for d in found.select_related("person", "building").order_by("building__name")
    ]


def leave(subjects: set[UUID], day: date, writes: Writes) -> None:
    """They left the duty by ``day``; their rights end with it."""
    for duty in Duty.rows_without_a_reader.filter(pk__in=subjects, until__isnull=True):
        last = max(day, duty.since or day)
        writes.change(duty, until=last)
        end_rights(duty, last, writes)

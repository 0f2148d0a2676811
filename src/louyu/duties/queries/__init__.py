"""Reads of departments, duties and absences: always for a reader."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.core.figures import Place
from louyu.core.lists import Option
from louyu.core.scoping import Reader
from louyu.duties.models import FINDINGS, GAPS, Absence, Department, Duty
from louyu.duties.rules.departments import first_for
from louyu.duties.rules.deputies import Acting, Away, acting
from louyu.duties.rules.officers import Gap, GapKind, Held, gaps, may_hold
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.tenants.queries import running

Day = datetime.date


def departments(reader: Reader) -> "QuerySet[Department]":
    """The departments, by name."""
    found: QuerySet[Department] = Department.objects.for_reader(reader)
    return found.order_by("name")


def department_options(reader: Reader) -> list[Option]:
    """The departments to choose from; one query."""
    return [Option(str(key), name) for key, name in departments(reader).values_list("pk", "name")]


def departments_for(category: str, reader: Reader) -> list[Department]:
    """The departments that answer for a category of case, the one that names it earliest first."""
    known = {str(d.pk): d for d in departments(reader)}
    return [known[key] for key in first_for(category, [(k, d.categories) for k, d in known.items()])]


def duties(reader: Reader) -> "QuerySet[Duty]":
    """The duties that exist for this reader, ended ones too, with person, building and department."""
    found: QuerySet[Duty] = Duty.objects.for_reader(reader)
    return found.select_related("person", "building", "department")


def duties_on(day: Day, reader: Reader) -> "QuerySet[Duty]":
    """The duties that run on a day."""
    return duties(reader).filter(running(day))


def absences(reader: Reader) -> "QuerySet[Absence]":
    """The absences that exist for this reader, past ones too."""
    found: QuerySet[Absence] = Absence.objects.for_reader(reader)
    return found.select_related("person", "deputy").distinct()


def officer_name(person: Person) -> str:
    """An officer's name in the clear (see ``access``: they are public servants on duty)."""
    return person.opened("name")


@dataclass(frozen=True)
class Absent:
    """Who is away on a day, and the persons that stand in."""

    away: tuple[Away, ...] = ()
    persons: dict[Any, Person] = field(default_factory=dict)

    def acting(self, person: Person, day: Day) -> Acting:
        """Who does this person's work."""
        return acting(person.pk, day, self.away)


def absent_on(day: Day) -> Absent:
    """Everybody's absences on a day: who sees a duty is told who stands in, wherever that one serves. One query."""
    found = Absence.rows_without_a_reader.filter(since__lte=day, until__gt=day).select_related(
        "person", "deputy"
    )
    away: list[Away] = []
    persons: dict[Any, Person] = {}
    for absence in found:
        away.append(Away(absence.person_id, absence.since, absence.until, absence.deputy_id))
        persons |= {p.pk: p for p in (absence.person, absence.deputy) if p is not None}
    return Absent(tuple(away), persons)


@dataclass(frozen=True)
class Officer:
    """Somebody in a duty on a day. person: who does the work, None where nobody does; holder: whose duty it is."""

    duty: Duty
    holder: Person
    person: Person | None
    until: Day | None
    """The day on which the next of those away is back; None where nobody is away."""

    @property
    def name(self) -> str:
        """Who does the work; the holder where nobody stands in."""
        return officer_name(self.person or self.holder)

    @property
    def note(self) -> str:
        """「代 张三，至 12-03」 where a deputy acts, 「离岗至 12-03」 where none was named."""
        if self.until is None:
            return ""
        last = f"{self.until - datetime.timedelta(days=1):%m-%d}"
        if self.person is None:
            return _("离岗至 %s，无人代理") % last
        return _("代 %(name)s，至 %(day)s") % {"name": officer_name(self.holder), "day": last}

    @property
    def away_words(self) -> str:
        """「至 12-03，由 李四 代理」 where the holder is away."""
        if self.until is None:
            return ""
        last = f"{self.until - datetime.timedelta(days=1):%m-%d}"
        if self.person is None:
            return _("至 %s，无人代理") % last
        return _("至 %(day)s，由 %(name)s 代理") % {"day": last, "name": officer_name(self.person)}

    @property
    def unit(self) -> str:
        """Where the officer comes from: department and position, as far as known."""
        department = self.duty.department.name if self.duty.department else ""
        return " ".join(part for part in (department, self.duty.position) if part)


def _officer(duty: Duty, absent: Absent, day: Day) -> Officer:
    found = absent.acting(duty.person, day)
    person = duty.person if found.person == duty.person_id else absent.persons.get(found.person)
    return Officer(duty, duty.person, person, found.until)


def officer_on(duty: Duty, day: Day) -> Officer:
    """Who does the work of a duty on a day."""
    return _officer(duty, absent_on(day), day)


def officers_on(of: Iterable[Duty], day: Day) -> list[Officer]:
    """The same for several duties; one query."""
    absent = absent_on(day)
    return [_officer(duty, absent, day) for duty in of]


@dataclass
class Officers:
    """Who answers for a building on a day, and what is missing there."""

    building: Building
    day: Day
    chiefs: list[Officer] = field(default_factory=list)
    administrators: list[Officer] = field(default_factory=list)
    specialists: list[Officer] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def of(self, role: str) -> list[Officer]:
        """Those in one role."""
        by_role = {
            Role.CHIEF: self.chiefs, Role.ADMINISTRATOR: self.administrators, Role.SPECIALIST: self.specialists,
        }  # fmt: skip
        return by_role[Role(role)]

    def lacks(self, role: str) -> bool:
        """Whether nobody is in this role."""
        return not self.of(role)

    @property
    def gap_words(self) -> str:
        """What is missing, in words."""
        return "、".join(dict.fromkeys(str(GAPS[g.kind]) for g in self.gaps))


def officers(of: Iterable[Building], reader: Reader, day: Day | None = None) -> dict[UUID, Officers]:
    """Who answers for each of these buildings on a day (today by default), with its gaps. Two queries."""
    day = day or timezone.localdate()
    found = {b.pk: Officers(b, day) for b in of}
    absent = absent_on(day)
    held: dict[UUID, list[Held]] = {}
    for duty in duties(reader).filter(building__in=list(found)).order_by("pk"):
        one = _held(duty)
        held.setdefault(duty.building_id, []).append(one)
        if one.runs(day):
            found[duty.building_id].of(duty.role).append(_officer(duty, absent, day))
    for key, here in found.items():
        here.gaps = gaps(held.get(key, []), absent.away, day)
    return found


def officers_of(building: Building, reader: Reader, day: Day | None = None) -> Officers:
    """Who answers for one building, for its page (template ``duties/officers_facts.html``)."""
    return officers([building], reader, day)[building.pk]


def _held(duty: Duty) -> Held:
    department = duty.department
    findings = may_hold(
        Role(duty.role),
        position=duty.position,
        department=(department.code or department.name) if department else None,
        outside=bool(department and department.outside),
    )
    return Held(
        duty,
        duty.person_id,
        Role(duty.role),
        department.name if department else None,
        duty.since,
        duty.until,
        () if duty.despite else tuple(findings),
    )


@dataclass(frozen=True)
class GapRow:
    """One line of the list of work: what is missing where."""

    building: Building
    gap: Gap

    @property
    def duty(self) -> Duty | None:
        """The duty that is meant, or that was the last one."""
        found: Any = self.gap.duty.key if self.gap.duty else None
        return found if isinstance(found, Duty) else None

    @property
    def kind_words(self) -> str:
        """What is missing, in words."""
        return str(GAPS[self.gap.kind])

    @property
    def role_words(self) -> str:
        """The role, in words."""
        return str(Duty.Role(self.gap.role.value).label)

    @property
    def settled_on_its_page(self) -> bool:
        """Whether the mend is on the duty's own page, not a new appointment."""
        return self.gap.kind in (GapKind.ABSENCE_WITHOUT_DEPUTY, GapKind.DOUBTFUL)

    @property
    def why(self) -> str:
        """Whom it is about, and why it is a gap."""
        if self.duty is None or self.gap.duty is None:
            return ""
        who = f"{self.role_words} {officer_name(self.duty.person)}"
        if self.gap.kind is GapKind.DOUBTFUL:
            return f"{who}：" + " ".join(str(FINDINGS[f][0]) for f in self.gap.duty.findings)
        if self.gap.kind is GapKind.ABSENCE_WITHOUT_DEPUTY:
            return who
        unit = f"（{self.duty.department.name}）" if self.duty.department else ""
        return _("%(who)s %(day)s 起不再担任") % {"who": who + unit, "day": self.duty.until}


def gap_rows(reader: Reader, day: Day | None = None, kind: str = "") -> list[GapRow]:
    """What is missing in the reader's buildings, building by building, gravest first. Three queries."""
    known = buildings(reader).select_related("area__parent").order_by("name")
    rows = [
        GapRow(here.building, gap)
        for here in officers(known, reader, day).values()
        for gap in here.gaps
        if kind in ("", gap.kind)
    ]
    order = list(GapKind)
    return sorted(rows, key=lambda row: order.index(row.gap.kind))


def buildings_with_gap(kind: str, reader: Reader) -> list[UUID]:
    """Keys of the reader's buildings where this is missing today ("any": anything)."""
    rows = gap_rows(reader, kind="" if kind in ("any", "none") else kind)
    return list({row.building.pk for row in rows})


@dataclass(frozen=True)
class Answering:
    """Who answers for a building in a role on a day, and why it is them."""

    duty: Duty
    person: Person
    reason: str
    """「楼长」, 「服务专员，税务局」, or with 「代 张三，至 12-03」 behind it."""

    @property
    def user(self) -> User | None:
        """The sign-in of the one who answers, where there is one."""
        return self.person.user


def who_answers(
    building: Building, role: Role | str, *, department: Department | None = None, day: Day | None = None
) -> list[Answering]:
    """Who acts for a building in a role (of a department) on a day, deputies for those away; earliest in duty first.

    Asked for the routing of a matter, whoever brings it: the answer does not depend on a reader's scope.
    """
    day = day or timezone.localdate()
    found = Duty.rows_without_a_reader.filter(running(day), building=building, role=Role(role).value)
    if department is not None:
        found = found.filter(department=department)
    absent, answers = absent_on(day), []
    for duty in found.select_related("person__user", "department").order_by("since", "pk"):
        officer = _officer(duty, absent, day)
        if officer.person is not None:
            words = [str(Duty.Role(duty.role).label), officer.unit, officer.note]
            answers.append(Answering(duty, officer.person, "，".join(w for w in words if w)))
    return answers


def duties_in_place(reader: Reader, day: Day, place: Place) -> "QuerySet[Duty]":
    """The duties that run on a day in a part of the district."""
    return duties_on(day, reader).filter(place.q("building"))


def people_in_place(reader: Reader, day: Day) -> "QuerySet[Person]":
    """The persons with a duty that runs on this day, each once: those of the reader's duties."""
    own: QuerySet[Duty] = Duty.objects.for_reader(reader)
    here = own.filter(running(day), person=OuterRef("pk"))
    return Person.rows_without_a_reader.filter(Exists(here))


def buildings_served(reader: Reader) -> Any:
    """For persons: at how many of the reader's buildings they serve today."""
    own: QuerySet[Duty] = Duty.objects.for_reader(reader)
    here = own.filter(running(timezone.localdate()), person=OuterRef("pk")).order_by().values("person")
    return Coalesce(Subquery(here.annotate(each=Count("building", distinct=True)).values("each")), 0)


def with_duties(persons: Iterable[Person], reader: Reader) -> None:
    """Hang on each person ``serving`` (their duties today, as ``Officer``); two queries."""
    day = timezone.localdate()
    absent, persons = absent_on(day), list(persons)
    by_person: dict[UUID, list[Officer]] = {}
    for duty in duties_on(day, reader).filter(person__in=persons).order_by("building__name"):
        by_person.setdefault(duty.person_id, []).append(_officer(duty, absent, day))
    for person in persons:
        person.serving = by_person.get(person.pk, [])  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Load:
    """How much one person answers for."""

    person: Person
    buildings: int
    roles: frozenset[str]


def load(reader: Reader, day: Day | None = None) -> list[Load]:
    """What each person answers for on a day, the most loaded first; one query."""
    found: dict[UUID, tuple[Person, set[UUID], set[str]]] = {}
    for duty in duties_on(day or timezone.localdate(), reader):
        _person, places, roles = found.setdefault(duty.person_id, (duty.person, set(), set()))
        places.add(duty.building_id)
        roles.add(duty.role)
    rows = [Load(person, len(places), frozenset(roles)) for person, places, roles in found.values()]
    return sorted(rows, key=lambda one: -one.buildings)


def namesakes(digest: bytes, reader: Reader) -> list[tuple[Person, list[Duty]]]:
    """Officers on record with this name (its keyed hash) and what they are: whom the reader may mean by it."""
    own = duties(reader).filter(person__name_digest=digest)
    by_person: dict[Person, list[Duty]] = {}
    for duty in own:
        by_person.setdefault(duty.person, []).append(duty)
    return list(by_person.items())

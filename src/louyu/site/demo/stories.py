"""How a case goes: who raises it, who is asked, hands over, takes up, answers, and how long each takes."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.cases import commands, rules
from louyu.cases.models import Case, Kind
from louyu.cases.queries import cases
from louyu.core.calendar import OFFICE_HOURS
from louyu.duties.rules.departments import USUAL
from louyu.site.demo.buildings import Building, Tenancy
from louyu.site.demo.clock import Event, Moment
from louyu.site.demo.names import Enterprise
from louyu.site.demo.officers import NAMES, Officer
from louyu.site.demo.pools import Phrases
from louyu.site.demo.world import World

DAY = datetime.timedelta(days=1)
GROUP = ("tax", "registration", "rent")
"""税收、注册、房租等."""
HANDED = {
    "tax": 30, "registration": 28, "property": 10, "parking": 12, "utilities": 9, "lift": 9, "fire_safety": 11,
    "network": 7, "canteen": 4, "recruitment": 11, "housing": 8, "schooling": 6, "financing": 9, "legal": 7,
    "residence": 6, "environment": 12, "social_insurance": 12,
}  # fmt: skip
KEPT = {
    "tax": 6, "registration": 8, "rent": 30, "property": 30, "parking": 14, "utilities": 12, "lift": 8, "network": 6,
    "canteen": 10, "environment": 8, "recruitment": 4, "legal": 4, "other": 24,
}  # fmt: skip
"""How often what is asked that is handed to a department, and that the building's administrator settles."""
SEASONS = {
    "tax": {1: 1.6, 4: 1.4, 5: 2.2, 6: 1.2, 12: 1.3},
    "rent": {1: 1.5, 6: 1.6, 7: 1.3, 12: 1.9},
    "utilities": {7: 2.4, 8: 2.6, 6: 1.4, 1: 1.3},
    "environment": {5: 1.3, 6: 1.5, 7: 1.6, 8: 1.5},
    "recruitment": {2: 1.6, 3: 2.2, 9: 1.5},
    "housing": {7: 1.7, 8: 1.6},
    "schooling": {4: 1.6, 5: 2.0, 6: 2.4, 8: 1.5},
    "canteen": {9: 1.3},
    "fire_safety": {11: 1.6, 1: 1.4},
}
"""Category → month → how much more than in an ordinary month."""
BY_THE_TENANT = 0.34
"""Share of the cases that the enterprise's own liaison writes."""
COMPLEX = 0.1
"""Share of the cases handed over that are taken as complex, with fifteen working days."""
LATE, EXTENDED, ASKED_BACK, RETURNED, PASSED_ON, NOTED, REOPENED = 0.09, 0.06, 0.12, 0.06, 0.05, 0.16, 0.07
SATISFACTION = {
    "very_satisfied": 46, "satisfied": 36, "fair": 11, "": 3, "dissatisfied": 3, "very_dissatisfied": 1,
}  # fmt: skip


@dataclass(eq=False)
class Matter:
    """What some tenant of some building needs, and what comes of it."""

    category: str
    outcome: str
    handed: bool
    building: Building
    tenancy: Tenancy
    text: str
    from_the_tenant: bool = False
    """Their liaison writes it, and is asked back."""
    kind: str = ""
    """What sort of request, where it is not what its category says."""


class Words:
    """Chance for cases: categories, buildings, tenants, days, and what is said.

    liaisons: the enterprises that write for themselves.
    """

    def __init__(self, world: World, liaisons: list[Enterprise]) -> None:
        self.world, self.rng, self.liaisons = world, world.chance("cases"), liaisons
        self.matters = Phrases("matters", self.rng)
        self.answers = Phrases("answers", self.rng)
        self.said = Phrases("said", self.rng)
        self.weights = [b.wanted**0.7 * (1.6 if b.key else 1) for b in world.buildings]
        self.asking = {b.name: _here_all_the_time(b, world) for b in world.buildings}
        self.departments = _departments(world)

    def matter(
        self,
        outcome: str,
        *,
        group: bool,
        handed: bool,
        category: str = "",
        building: Building | None = None,
        enterprise: Enterprise | None = None,
        complex: bool = False,
    ) -> Matter:
        """A need, of chance where nothing is said.

        group: of tax, registration, rent and the like, or of anything else. handed: a department is to solve it.
        """
        rng, among = self.rng, HANDED if handed else KEPT
        if not category:
            fitting = {c: n for c, n in among.items() if (c in GROUP) == group}
            category = rng.choices(list(fitting), list(fitting.values()))[0]
        building = building or rng.choices(self.world.buildings, self.weights)[0]
        asking = self.asking[building.name]
        tenancy = rng.choice(asking)
        own = [t for t in asking if t.enterprise in self.liaisons]
        if enterprise is not None:
            tenancy = next(t for t in asking if t.enterprise is enterprise)
        elif own and rng.random() < BY_THE_TENANT:
            tenancy = rng.choice(own)
        by_them = tenancy.enterprise in self.liaisons
        kind = Kind.COMPLEX if complex or (handed and rng.random() < COMPLEX) else ""
        text = self._text(category, tenancy)
        return Matter(category, outcome, handed, building, tenancy, text, by_them, kind)

    def _text(self, category: str, tenancy: Tenancy) -> str:
        return self.matters.say(category, **self._place(tenancy))

    def _place(self, tenancy: Tenancy) -> dict[str, Any]:
        unit = tenancy.unit
        return {"floor": unit.floor, "room": unit.doors[0], "year": self.world.as_of.year - 1}

    def answer(self, matter: Matter) -> str:
        """What is answered, as its outcome is."""
        key = (matter.category, matter.outcome)
        if key not in self.answers.pool:
            key = ("other", matter.outcome)
        return self.answers.say(*key, **self._place(matter.tenancy))

    def day(self, category: str, first: datetime.date, last: datetime.date) -> datetime.date:
        """A day on which such a need comes up: by season, and seldom on days off."""
        season = SEASONS.get(category, {})
        most = max(season.values(), default=1.0)
        while True:
            day = first + self.rng.randint(0, max(0, (last - first).days)) * DAY
            worked = 1.0 if self.world.hours.days.is_working_day(day) else 0.1
            if self.rng.random() * most < season.get(day.month, 1.0) * worked:
                return day

    def satisfaction(self) -> str:
        """How content somebody is."""
        return self.rng.choices(list(SATISFACTION), list(SATISFACTION.values()))[0]


def _here_all_the_time(building: Building, world: World) -> list[Tenancy]:
    """Those who sat there before the two years and still do: every register knows them."""
    sitting = building.tenancies(world.as_of)
    return [t for t in sitting if t.since < world.start] or sitting


def _departments(world: World) -> dict[str, str]:
    """Category → the department that answers for it and has specialists."""
    manned = world.officers.departments
    found: dict[str, str] = {}
    for seed in USUAL:
        for category in seed.categories:
            if seed.code in manned:
                found.setdefault(category, seed.code)
    return found


class Story:
    """What happens to one case: events in order, each done by whoever answers for it at its moment."""

    def __init__(self, words: Words, matter: Matter, raised: Moment) -> None:
        self.words, self.world, self.rng, self.matter = words, words.world, words.rng, matter
        self.hours = self.world.hours
        self.events: list[Event] = []
        self.case: Case | None = None
        self.raised = self.now = raised
        self.answered: Moment | None = None
        self.department = words.departments.get(matter.category, "") if matter.handed else ""
        self.limit = words.world.limit(matter.category, matter.kind)

    # Time

    def then(self, do: Callable[[Case], object], *, hours: float = 0.0, moment: Moment | None = None) -> None:
        """Let this be done to the case after so many hours of office time, or at this moment."""
        self.now = moment or self.hours.later(self.now, hours)

        def on_the_case() -> None:
            assert self.case is not None
            do(self.case)

        self.events.append(Event(self.now, on_the_case))

    def whenever(self, hours: float) -> Moment:
        """About so many hours later, at a time at which a tenant writes."""
        return self.hours.any_time((self.now + datetime.timedelta(hours=hours) + DAY).date())

    @property
    def due(self) -> Moment:
        """The first deadline."""
        return rules.due(self.raised, self.limit, self.hours.days).at

    @property
    def limit_hours(self) -> float:
        """The office hours until the deadline."""
        if self.limit.hours is not None:
            return self.limit.hours
        return (self.limit.working_days or 0) * OFFICE_HOURS.seconds / 3600

    # People

    def keeper(self) -> User:
        """The administrator of the building; where there is none, whoever is above."""
        day = self.world.today()
        officer = self.world.officers.at(self.matter.building, Role.ADMINISTRATOR, day)
        if officer is not None:
            return self.world.user(officer)
        return self.world.user("subdistrict" if self.matter.building.subdistrict == "白云街道" else "office")

    def chief(self) -> User:
        """The chief of the building, else its keeper."""
        officer = self.world.officers.at(self.matter.building, Role.CHIEF, self.world.today())
        return self.world.user(officer) if officer is not None else self.keeper()

    def specialist(self, department: str = "") -> Officer:
        """The department's specialist at the building, else one of the department near it."""
        day, department = self.world.today(), department or self.department
        found = self.world.officers.at(self.matter.building, Role.SPECIALIST, day, department)
        if found is not None:
            return found
        others = self.world.officers.of(department, day)
        near = [o for o in others if o.buildings[0].subdistrict == self.matter.building.subdistrict]
        return (near or others)[len(self.matter.text) % len(near or others)]

    def worker(self) -> User:
        """Who does the work: the department's specialist, or the keeper."""
        return self.world.user(self.specialist()) if self.department else self.keeper()

    def asker(self) -> User:
        """Who speaks for the tenant: their liaison, else the keeper who heard them."""
        contact = self.matter.tenancy.enterprise.contact
        return self.world.user(contact) if self.matter.from_the_tenant else self.keeper()

    # Steps

    def open(self) -> None:
        """It is raised."""
        matter = self.matter

        def do() -> None:
            asker = self.asker()
            self.case = commands.open_case(
                category=self.world.category(matter.category),
                kind=matter.kind,
                text=matter.text,
                building=self.world.stored(matter.building),
                enterprise=self.world.enterprise(matter.tenancy.enterprise),
                asker=asker if matter.from_the_tenant else None,
                by=asker,
            )

        self.events.append(Event(self.raised, do))

    def find(self, number: str) -> None:
        """It is on record already, under this number of a ledger."""

        def do() -> None:
            self.case = cases(self.world.user("office")).get(number=number)

        self.events.append(Event(self.raised, do))

    def hand_over(self, hours: float, department: str = "") -> None:
        """The keeper hands it to a department, more often than not to its specialist by name."""
        department = department or self.department
        named = self.rng.random() < 0.7
        reason = self.words.said.say("hand_over") if self.rng.random() < 0.4 else ""

        def do(case: Case) -> None:
            handler = self.world.user(self.specialist(department)) if named else None
            to = self.world.department(department)
            commands.hand_over(case, to=to, handler=handler, reason=reason, by=self.keeper())

        self.then(do, hours=hours)

    def take(self, hours: float) -> None:
        """Whoever has it takes it up."""
        self.then(lambda case: commands.take(case, by=self.worker()), hours=hours)

    def pass_on(self, hours: float) -> None:
        """A colleague gets it, where there is another."""

        def do(case: Case) -> None:
            by = self.worker()
            others = self.world.officers.of(self.department, self.world.today())
            colleague = next((self.world.user(o) for o in others if self.world.user(o).pk != by.pk), by)
            commands.pass_on(case, to=colleague, by=by)

        self.then(do, hours=hours)

    def ask_back(self, hours: float) -> None:
        """The asker is asked something."""
        text = self.words.said.say("ask")
        self.then(lambda case: commands.ask_asker(case, text=text, by=self.worker()), hours=hours)

    def reply(self, hours: float) -> None:
        """The asker replies; the clock runs on."""
        unit = self.matter.tenancy.unit
        text = self.words.said.say("reply", floor=unit.floor, room=unit.doors[0])
        moment = self.whenever(hours) if self.matter.from_the_tenant else None
        self.then(
            lambda case: commands.asker_replies(case, text=text, by=self.asker()), hours=hours, moment=moment
        )

    def go_astray(self) -> None:
        """It is handed to the wrong department first, which returns it."""
        right = self.department
        wrong = self.rng.choice([code for code in self.world.officers.departments if code != right])
        reason, proposal = self.words.said.say("return"), NAMES[right]
        self.hand_over(self.rng.expovariate(1 / 3), wrong)
        self.then(
            lambda case: commands.return_case(
                case, reason=reason, proposal=proposal, by=self.world.user(self.specialist(wrong))
            ),
            hours=1 + self.rng.expovariate(1 / 4),
        )

    def note(self, hours: float) -> None:
        """Somebody writes something down beside it."""
        text, by_the_chief = self.words.said.say("note"), self.rng.random() < 0.35
        self.then(
            lambda case: commands.note(case, text=text, by=self.chief() if by_the_chief else self.keeper()),
            hours=hours,
        )

    def extend(self, hours: float) -> None:
        """More time is asked for."""
        reason = self.words.said.say("extend")
        self.then(lambda case: commands.extend(case, reason=reason, by=self.worker()), hours=hours)

    def answer(self, hours: float) -> None:
        """It is answered, as its outcome is."""
        text, outcome = self.words.answer(self.matter), self.matter.outcome
        self.then(
            lambda case: commands.answer(case, outcome=outcome, text=text, by=self.worker()), hours=hours
        )
        self.answered = self.now

    def confirm(self, hours: float) -> None:
        """The tenant says how content they are, or somebody calls back; or nobody does, and it is closed."""
        said = self.words.said
        if self.rng.random() < 0.08:
            reason = said.say("close")
            self.then(lambda case: commands.close(case, reason=reason, by=self.keeper()), hours=hours + 30)
            return
        satisfaction = self.words.satisfaction()
        reason = said.say("dissatisfied") if "dissatisfied" in satisfaction else ""
        if not reason and not self.matter.from_the_tenant and self.rng.random() < 0.4:
            reason = said.say("confirm")
        moment = self.whenever(hours * 2) if self.matter.from_the_tenant else None
        self.then(
            lambda case: commands.confirm(case, satisfaction=satisfaction, reason=reason, by=self.asker()),
            hours=hours,
            moment=moment,
        )

    def reopen(self, hours: float) -> None:
        """It is not done after all."""
        reason = self.words.said.say("reopen")
        self.then(lambda case: commands.reopen(case, reason=reason, by=self.asker()), hours=hours)

    def withdraw(self, hours: float) -> None:
        """The tenant does not need it any more."""
        reason = self.words.said.say("withdraw")
        self.then(lambda case: commands.withdraw(case, reason=reason, by=self.asker()), hours=hours)

    def merge(self, into: "Story", hours: float) -> None:
        """It is about the same matter as another one, which goes on."""
        reason = self.words.said.say("merge")

        def do(case: Case) -> None:
            assert into.case is not None
            commands.merge(case, into=into.case, reason=reason, by=self.keeper())

        self.then(do, hours=hours)

    # Ways

    def under_way(self) -> None:
        """From being raised to being in somebody's hands."""
        rng = self.rng
        self.open()
        if self.department:
            if rng.random() < RETURNED:
                self.go_astray()
            self.hand_over(min(rng.expovariate(1 / 3.5), 14))
            if rng.random() < PASSED_ON:
                self.pass_on(1 + rng.expovariate(1 / 3))
        if rng.random() < 0.85:
            self.take(0.3 + min(rng.expovariate(1 / 3.5), 9))
        if rng.random() < NOTED:
            self.note(rng.uniform(0.5, 6))

    def closed(self) -> None:
        """All the way, to its outcome."""
        rng = self.rng
        if self.matter.outcome == "withdrawn":
            self.open()
            if rng.random() < 0.4:
                self.take(rng.uniform(0.5, 6))
            self.withdraw(rng.uniform(2, 24))
            return
        self.under_way()
        if rng.random() < ASKED_BACK:
            self.ask_back(rng.uniform(0.5, 8))
            self.reply(rng.uniform(1, 16))
        if rng.random() < EXTENDED and self.hours.later(self.now, 3) < self.due:
            self.extend(0.5)
            wanted = self.limit_hours * rng.uniform(1.0, 1.7)
        elif rng.random() < LATE:
            wanted = self.limit_hours * rng.uniform(1.05, 1.6)
        else:
            wanted = self.limit_hours * rng.betavariate(3.0, 1.5)
        self.answer(max(0.5, wanted - self.spent()))
        self.confirm(rng.triangular(2, 66, 12))
        if rng.random() < REOPENED and self.matter.outcome == "solved":
            self.reopen(rng.uniform(5, 70))
            self.take(rng.uniform(0.5, 7))
            self.answer(rng.uniform(3, self.limit_hours))
            self.confirm(rng.uniform(2, 20))

    def spent(self) -> float:
        """About how much office time has passed since it was raised, in hours."""
        days = self.hours.days.working_days_between(self.raised.date(), self.now.date())
        return days * 9 + (self.now.hour - self.raised.hour)

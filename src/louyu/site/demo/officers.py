"""The invented officers (一长两员): who answers for which building, who followed whom, who is away."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random

from louyu.accounts.rules import Role
from louyu.duties.commands import add_usual_departments, appoint, end_duty, record_absence
from louyu.duties.models import Duty
from louyu.duties.queries import duties, officer_name
from louyu.duties.rules.departments import USUAL
from louyu.site.demo.buildings import HOME, Building
from louyu.site.demo.clock import Event, at
from louyu.site.demo.enterprises import workbook
from louyu.site.demo.names import Human, day_between
from louyu.site.demo.pools import Phrases
from louyu.site.demo.world import World
from louyu.workbooks.commands import import_file

DAY = datetime.timedelta(days=1)
CHIEFS, ADMINISTRATORS = 60, 90
SPECIALISTS = {
    "tax": 16, "market": 16, "labour": 8, "construction": 6, "enforcement": 7, "fire": 5, "education": 3,
    "police": 4, "industry": 4, "justice": 3, "health": 2,
}  # fmt: skip
"""Persons in place on the last day: 60 + 90 + 74 are the article's 224."""
FOLLOWED, NEW = 28, 9
"""So many of them followed somebody else within the two years, so many came without one before them."""
LEFT_WITHOUT_SUCCESSOR = 2
ABSENCES, AWAY_NOW = 40, 5
DOUBTFUL = "社区书记"
"""A position that is none of a subdistrict's leadership."""
NAMES = {seed.code: seed.names[0] for seed in USUAL}


@dataclass(eq=False)
class Officer(Human):
    """Somebody in a duty, at one building or several, as one role; away in between."""

    role: Role = Role.CHIEF
    department: str = ""
    position: str = ""
    since: datetime.date = datetime.date.min
    until: datetime.date | None = None
    buildings: list[Building] = field(default_factory=list)
    follows: "Officer | None" = None
    away: list[tuple[datetime.date, datetime.date, "Officer | None"]] = field(default_factory=list)

    def runs(self, day: datetime.date) -> bool:
        """Whether they hold their duties on a day."""
        return self.since <= day and (self.until is None or self.until > day)

    def acting(self, day: datetime.date) -> "Officer | None":
        """Who does their work on a day: they or their deputy; None where nobody does."""
        return next((deputy for first, back, deputy in self.away if first <= day < back), self)


class Officers:
    """All officers there ever were, and who of them answers for what on a day."""

    def __init__(self, everybody: Iterable[Officer]) -> None:
        self.everybody = list(everybody)
        self._at: dict[tuple[str, Role], list[Officer]] = defaultdict(list)
        self._of: dict[str, list[Officer]] = defaultdict(list)
        for officer in self.everybody:
            for building in officer.buildings:
                self._at[building.name, officer.role].append(officer)
            if officer.department:
                self._of[officer.department].append(officer)

    def at(self, building: Building, role: Role, day: datetime.date, department: str = "") -> Officer | None:
        """Who acts for a building in a role (of a department) on a day."""
        held = (o for o in self._at[building.name, role] if o.runs(day) and department in ("", o.department))
        return next((doing for o in held if (doing := o.acting(day)) is not None), None)

    def of(self, department: str, day: datetime.date) -> list[Officer]:
        """Who acts for a department somewhere on a day."""
        doing = (o.acting(day) for o in self._of[department] if o.runs(day))
        return list(dict.fromkeys(o for o in doing if o is not None))

    @property
    def departments(self) -> list[str]:
        """Codes of the departments that have specialists."""
        return list(self._of)


def invent_officers(world: World) -> Officers:
    """The officers of all buildings, those before them, and their absences."""
    rng = world.chance("officers")
    everybody = [*_chiefs(world, rng), *_administrators(world, rng), *_specialists(world, rng)]
    for officer in everybody:
        officer.since = day_between(rng, world.start - 1100 * DAY, world.start - 30 * DAY).replace(day=1)
    home = [o for o in everybody if any(b.name == HOME for b in o.buildings)]
    others = [o for o in everybody if o not in home and o.position != DOUBTFUL]
    came = rng.sample(others, FOLLOWED + NEW)
    for place, officer in enumerate(came):
        first = world.as_of - 20 * DAY if place in (0, FOLLOWED) else world.start + 45 * DAY
        day = day_between(rng, first, world.as_of - 2 * DAY)
        if place < FOLLOWED:
            everybody.append(_before(world, officer, day))
        else:
            officer.since = day
    _leave_without_successor(world, everybody, rng)
    _be_away(world, [o for o in others if o not in came], rng)
    return Officers(everybody)


def _officer(
    world: World, role: Role, buildings: list[Building], position: str, department: str = ""
) -> Officer:
    human = world.invention.human(once=True)
    return Officer(human.name, human.phone, human.username, role, department, position, buildings=buildings)


def _shared(buildings: list[Building], persons: int) -> list[list[Building]]:
    """Buildings one by one, the smallest of a subdistrict two together, so that it takes so many persons."""
    groups = [[b] for b in buildings]
    left = sorted(groups, key=lambda group: group[0].wanted)
    while len(groups) > persons:
        small = left.pop(0)
        mate = next((g for g in left if g[0].subdistrict == small[0].subdistrict), None)
        if mate is not None:
            left.remove(mate)
            groups.remove(mate)
            small += mate
    return groups


def _chiefs(world: World, rng: Random) -> Iterator[Officer]:
    """One building has no chief; one's position is none of the leadership's."""
    without = [b for b in world.buildings if not b.key][9]
    groups = _shared([b for b in world.buildings if b is not without], CHIEFS)
    positions = (
        "街道党工委委员",
        "街道办事处副主任",
        "街道人大工委主任",
        "街道纪工委书记",
        "街道武装部部长",
        "街道党工委副书记",
    )
    doubtful = rng.choice([g for g in groups if g[0].name != HOME])
    for group in groups:
        position = DOUBTFUL if group is doubtful else rng.choice(positions)
        yield _officer(world, Role.CHIEF, group, position)


def _administrators(world: World, rng: Random) -> Iterator[Officer]:
    """Small buildings share one, large ones have two or three; one building has none."""
    without = next(b for b in world.buildings if not b.key)
    served = [b for b in world.buildings if b is not without]
    groups = _shared(served, len(served) - 9)
    large = sorted(served, key=lambda b: -b.wanted)
    groups += [[large[n % 16]] for n in range(ADMINISTRATORS - len(groups))]
    for group in groups:
        position = rng.choice(("驻楼干部", "经济发展办科员", "党建办科员", "社区专职干部"))
        yield _officer(world, Role.ADMINISTRATOR, group, position)


def _specialists(world: World, rng: Random) -> Iterator[Officer]:
    """Tax and market supervision come to every key building, the other departments to two or three each."""
    keys, others = [b for b in world.buildings if b.key], [b for b in world.buildings if not b.key]
    load = Counter[str]()
    for code, persons in SPECIALISTS.items():
        if code == "market":
            served = [b for b in world.buildings if b.key or b in others[::2]]
        elif code == "tax":
            served = [b for b in world.buildings if b.key or b in others[1:-4:2]]
        else:
            least = sorted(keys, key=lambda b: (load[b.name], -b.wanted * rng.uniform(0.7, 1)))
            served = [b for b in keys if b in least[: round(persons * 2.5)]]
            load.update(b.name for b in served)
        for number in range(persons):
            part = served[number * len(served) // persons : (number + 1) * len(served) // persons]
            position = rng.choice(("科员", "副科长", "企业服务专员", "科长", "窗口负责人"))
            yield _officer(world, Role.SPECIALIST, part, position, code)


def _before(world: World, officer: Officer, day: datetime.date) -> Officer:
    """Somebody who held the same duties until this officer followed on a day."""
    before = _officer(world, officer.role, officer.buildings, officer.position, officer.department)
    before.since = officer.since
    before.until = officer.since = day
    officer.follows = before
    return before


def _leave_without_successor(world: World, everybody: list[Officer], rng: Random) -> None:
    """Somebody more was there and went, and nobody has followed yet."""
    for code in ("labour", "fire"):
        there = {b for o in everybody if o.department == code for b in o.buildings}
        building = rng.choice([b for b in world.buildings if b.key and b.name != HOME and b not in there])
        gone = _officer(world, Role.SPECIALIST, [building], "科员", code)
        gone.since = world.start - 200 * DAY
        gone.until = world.as_of - rng.randint(12, 60) * DAY
        everybody.append(gone)


def _be_away(world: World, officers: list[Officer], rng: Random) -> None:
    """Absences over the two years, each with a deputy of the same kind; the last ones last beyond the end."""
    chosen: list[Officer] = []
    deputies = [o for o in officers if o.until is None]
    for officer in rng.sample(deputies, len(deputies)):
        if len(chosen) < ABSENCES and sum(_alike(officer, d) for d in deputies) > 1:
            chosen.append(officer)
            deputies.remove(officer)
    for number, officer in enumerate(chosen):
        now = number < AWAY_NOW
        first = (
            world.as_of - rng.randint(1, 6) * DAY
            if now
            else day_between(rng, world.start + 10 * DAY, world.as_of - 40 * DAY)
        )
        back = max(first + rng.choice((3, 5, 7, 10, 14, 21)) * DAY, world.as_of + 3 * DAY if now else first)
        alike = [d for d in deputies if _alike(officer, d)]
        near = [d for d in alike if d.buildings[0].subdistrict == officer.buildings[0].subdistrict]
        deputy = None if number == 0 else rng.choice(near or alike)
        officer.away.append((first, back, deputy))


def _alike(one: Officer, other: Officer) -> bool:
    return (one.role, one.department) == (other.role, other.department)


# What is written down


REGISTER = ("序号", "楼宇", "角色", "姓名", "单位", "职务", "电话", "任职日期")


def events(world: World) -> Iterator[Event]:
    """The register of officers, their sign-ins, who followed whom since, who was away."""
    said = Phrases("said", world.chance("words about officers"))
    officers = world.officers.everybody
    begin = [o for o in officers if o.since < world.start]

    def bring_in() -> None:
        add_usual_departments(by=world.user("office"))
        rows = [
            (
                n, b.name, str(Duty.Role(o.role.value).label), o.name, NAMES.get(o.department, ""), o.position, o.phone,
                o.since.isoformat(),
            )
            for n, (b, o) in enumerate(((b, o) for o in begin for b in o.buildings), 1)
        ]  # fmt: skip
        title = f"椒江区商务楼宇一长两员名单（{world.start.year}年{world.start.month}月）"
        data = workbook([("名单", title, REGISTER, rows)])
        name = f"一长两员名单（{world.start.year}年{world.start.month}月）.xlsx"
        import_file(data, file_name=name, kind="duties", by=world.user("office"))

    yield Event(at(world.start, 14, 5), bring_in)
    yield Event(at(world.start, 15, 0), lambda: _sign_in(world, begin))
    for officer in officers:
        if officer.since > world.start:
            yield Event(at(officer.since, 7, 5), partial(_come, world, officer))
        elif officer.until is not None and not any(o.follows is officer for o in officers):
            leave = partial(_leave, world, officer, said.say("successor"))
            yield Event(at(officer.until, 7, 10), leave)
        for absence in officer.away:
            be_away = partial(_record_absence, world, officer, *absence, said.say("absence"))
            yield Event(at(absence[0] - DAY, 16, 20), be_away)


def _sign_in(world: World, begin: list[Officer]) -> None:
    world.signs.others()
    world.signs.of_home(begin)
    world.signs.of_officers(begin)


def held(world: World, officer: Officer) -> list[Duty]:
    """The duties of an officer that have not ended, by building."""
    known = duties(world.user("office")).filter(
        building__name__in=[b.name for b in officer.buildings], role=officer.role.value, until__isnull=True
    )
    return [duty for duty in known.order_by("building__name") if officer_name(duty.person) == officer.name]


def _come(world: World, officer: Officer) -> None:
    """Somebody follows the one before them, or is the first."""
    by, person = world.user("office"), None
    before = {d.building_id: d for d in held(world, officer.follows)} if officer.follows else {}
    department = world.department(officer.department) if officer.department else None
    for building in map(world.stored, officer.buildings):
        duty = appoint(
            building,
            role=officer.role,
            since=officer.since,
            by=by,
            person=person,
            name=officer.name,
            phone=officer.phone,
            department=department,
            position=officer.position,
            follows=before.get(building.pk),
            despite="街道研究决定" if officer.position == DOUBTFUL else "",
        )
        person = duty.person
    assert person is not None
    world.signs.of_officer(officer, person)
    world.signs.forget()


def _leave(world: World, officer: Officer, why: str) -> None:
    assert officer.until is not None
    for duty in held(world, officer):
        end_duty(duty, until=officer.until, reason=why, by=world.user("office"))


def _record_absence(
    world: World,
    officer: Officer,
    first: datetime.date,
    back: datetime.date,
    deputy: Officer | None,
    why: str,
) -> None:
    record_absence(
        held(world, officer)[0],
        since=first,
        until=back,
        deputy=held(world, deputy)[0].person if deputy else None,
        reason=why,
        by=world.user("office"),
    )
    world.signs.forget()

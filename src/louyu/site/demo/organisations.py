"""The invented organisations in three tiers, and the members: found by the communities, brought home branch by branch.

How many there are is fixed, so that the figures are the article's; who, where and when is chance. Communities write
rosters of the members they found; whoever is with no organisation there comes to a branch when it is founded or later.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from louyu.organisations.models import Kind, Membership
from louyu.organisations.models import Organisation as Stored
from louyu.places.models import Area
from louyu.site.demo.buildings import HOME, Building, Tenancy
from louyu.site.demo.names import Enterprise, Human, day_between
from louyu.site.demo.world import World

Day = datetime.date
DAY = datetime.timedelta(days=1)
YEAR = 365 * DAY

BUILDING_COMMITTEES, OLD_COMMITTEES = 36, 10
"""On the largest key buildings; so many were there before the two years."""
OWN_BRANCHES, OLD_BRANCHES, JOINT_BRANCHES = 60, 16, 35
HOMED, LEFT = 2013, 12
"""Found with no organisation and brought home; of them left the district since."""
FORMER, ADMITTED, GUESTS = 139, 46, 64
"""With an old branch from the beginning; admitted by a branch as probationary; guests."""
WITHOUT, PENDING = 17, 5
"""With no organisation on the last day; the same, with a transfer under way."""
MOST_OWN, MOST_JOINT = 4, 2
"""Branches of a building, as long as there are others."""
OWN_SHARE = 0.6
"""Of all members so many are with the branch of one enterprise."""
STAFF_TO_A_MEMBER = 13
NEWER_ROSTERS = 6
"""So many communities, those with most branches, go round once more towards the end."""
HOME_COMMUNITY = "云港社区"
"""Its secretary has a sign-in already."""


@dataclass(eq=False)
class Member:
    """A member as they truly are. since: of the relation, where it was there before the roster."""

    human: Human
    joined: Day
    enterprise: Enterprise | None = None
    probationary: bool = False
    since: Day | None = None
    held: Membership | None = None
    """The membership on record that runs."""


@dataclass(eq=False)
class Branch:
    """A branch. pocket: members who were with no organisation; former: those who are with it from the beginning.

    earlier: another name under which it was founded.
    """

    name: str
    kind: Kind
    building: Building
    buildings: list[Building]
    units: list[Enterprise]
    founded: Day
    size: int = 0
    earlier: str = ""
    old: bool = False
    led: bool = True
    pocket: list[Member] = field(default_factory=list)
    former: list[Member] = field(default_factory=list)
    joint_with: "Branch | None" = None
    """The branch into which it is merged."""
    elected: Day | None = None
    stored: Stored | None = None

    @property
    def community(self) -> str:
        """The community in which it sits."""
        return self.building.community


@dataclass(eq=False)
class Community:
    """A community with its members as its rosters have them. found: its first roster; again: the newer one."""

    name: str
    subdistrict: str
    secretary: Human
    found: Day
    again: Day | None = None
    branches: list[Branch] = field(default_factory=list)
    without: list[Member] = field(default_factory=list)
    """With no organisation until the end."""
    admitted: list[tuple[Member, Branch]] = field(default_factory=list)
    guests: list[tuple[Member, Branch]] = field(default_factory=list)
    area: Area | None = None
    committee: Stored | None = None


class Organisations:
    """All organisations and members of the demo, as they are to become."""

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, world.chance("organisations")
        self.names: set[str] = set()
        self.communities: dict[str, Community] = {}
        for building in world.buildings:
            if building.community not in self.communities:
                self.communities[building.community] = self._community(building)
        largest = sorted((b for b in world.buildings if b.key), key=lambda b: -b.wanted)
        self.seats = largest[:BUILDING_COMMITTEES]
        self.branches = list(self._own())
        self.branches += self._joint()
        self.gone = list(self._gone())
        for branch in self.branches:
            self.communities[branch.community].branches.append(branch)
        self._size()
        self._people()
        self.merged = self._merged()

    def number(self, of: int) -> int:
        """So many, at the size of this demo."""
        return max(1, round(of * self.world.scale))

    def _community(self, building: Building) -> Community:
        world = self.world
        found = self._working(day_between(self.rng, world.start + 12 * DAY, world.start + 210 * DAY))
        secretary = world.invention.human(once=True)
        return Community(building.community, building.subdistrict, secretary, found)

    def _working(self, day: Day) -> Day:
        """The day, or the next working day."""
        return self.world.hours.in_office(day).date()

    # Branches

    def _settled(self) -> Iterator[Tenancy]:
        """Tenancies of enterprises that were there before the two years and stay."""
        for building in self.world.buildings:
            for unit in building.units:
                for tenancy in unit.tenancies:
                    if tenancy.until is None and tenancy.since < self.world.start:
                        yield tenancy

    def _own(self) -> Iterator[Branch]:
        """Branches of one enterprise: of the large ones in key buildings, which say how many members they have."""
        rng, start = self.rng, self.world.start
        able = [t for t in self._settled() if t.unit.building.key and "个体" not in t.enterprise.name]
        able.sort(
            key=lambda t: -t.unit.area * rng.uniform(0.5, 1) * (2 if t.unit.building.name == HOME else 1)
        )
        chosen = _few_of_each(able, MOST_OWN, lambda t: t.unit.building.name)[: self.number(OWN_BRANCHES)]
        for place, tenancy in enumerate(chosen):
            building, old = tenancy.unit.building, place < self.number(OLD_BRANCHES)
            name = f"{tenancy.enterprise.name}党支部"
            yield Branch(
                name,
                Kind.BRANCH,
                building,
                [building],
                [tenancy.enterprise],
                day_between(rng, start - 5 * YEAR, start - 4 * YEAR) if old else self._founding(building),
                old=old,
                earlier=name.replace("党支部", "临时党支部") if place % 17 == 16 else "",
            )

    def _founding(self, building: Building) -> Day:
        """A day after the community went round."""
        first = self.communities[building.community].found + 7 * DAY
        last = first + 150 * DAY if building.name == HOME else self.world.as_of - 90 * DAY
        return self._working(day_between(self.rng, first, last))

    def _joint(self) -> Iterator[Branch]:
        """Joint branches of enterprises with one or two members: of one building first, then of near ones."""
        own = {branch.units[0] for branch in self.branches}
        small = [t for t in self._settled() if 1 <= t.enterprise.members <= 2 and t.enterprise not in own]
        small = [t for t in small if t.unit.building.key or self.rng.random() < 0.3]
        inside: dict[str, list[Tenancy]] = defaultdict(list)
        for tenancy in small:
            inside[tenancy.unit.building.name].append(tenancy)
        groups, over = [], defaultdict[str, list[Tenancy]](list)
        for there in inside.values():
            self.rng.shuffle(there)
            *full, rest = _fives(there)
            groups += full
            over[rest[0].unit.building.community] += rest
        across = [group for rest in over.values() for group in _fives(rest)]
        self.rng.shuffle(groups)
        groups.sort(key=lambda g: g[0].unit.building.name != HOME)
        groups = _few_of_each(groups, MOST_JOINT, lambda g: g[0].unit.building.name)
        wanted = self.number(JOINT_BRANCHES)
        near = [g for g in across if len({t.unit.building.name for t in g}) > 1]
        chosen = [*groups[: wanted - wanted // 6], *near, *groups[wanted - wanted // 6 :], *across]
        counts = Counter[str]()
        for group in list({id(g): g for g in chosen if _enough(g)}.values())[:wanted]:
            buildings = list({t.unit.building.name: t.unit.building for t in group}.values())
            stem = buildings[0].name if len(buildings) == 1 else f"{buildings[0].community}楼宇"
            counts[stem] += 1
            number = "" if counts[stem] == 1 else f"第{'一二三四五六七八九'[min(counts[stem], 9) - 1]}"
            number = number if counts[stem] <= 9 else f"第{counts[stem]}"
            yield Branch(
                f"{stem}{number}联合党支部",
                Kind.JOINT_BRANCH,
                buildings[0],
                buildings,
                [t.enterprise for t in group],
                self._founding(buildings[0]),
            )

    def _gone(self) -> Iterator[tuple[Branch, Day]]:
        """Old branches of enterprises that moved away since, each with the day on which it was dissolved."""
        start, end = self.world.start, self.world.as_of
        left = [
            t
            for b in self.world.buildings
            if b.key
            for unit in b.units
            for t in unit.tenancies
            if t.until is not None and start + 60 * DAY < t.until < end - 60 * DAY
        ]
        for tenancy in self.rng.sample(left, min(2, len(left))):
            enterprise, building = tenancy.enterprise, tenancy.unit.building
            _employ(enterprise, 4)
            founded = day_between(self.rng, start - 2 * YEAR, start - 300 * DAY)
            branch = Branch(
                f"{enterprise.name}党支部", Kind.BRANCH, building, [building], [enterprise], founded, old=True
            )
            assert tenancy.until is not None
            yield branch, tenancy.until + 9 * DAY

    # Members

    def _size(self) -> None:
        """How many members each branch has in the end, guests and those who left not counted."""
        whole = sum(map(self.number, (FORMER, ADMITTED, HOMED))) - self.number(LEFT)
        own = [b for b in self.branches if b.kind == Kind.BRANCH]
        joint = [b for b in self.branches if b.kind == Kind.JOINT_BRANCH]
        in_own = round(whole * OWN_SHARE) if joint else whole
        for group, total, least, most in ((own, in_own, 7, 46), (joint, whole - in_own, 12, 46)):
            sizes = sorted(_spread(total, len(group), least, most, self.rng), reverse=True)
            old = 2 * sum(b.old for b in group)
            larger, others = sizes[:old], sizes[old:]  # old branches are among the larger ones
            self.rng.shuffle(larger)
            self.rng.shuffle(others)
            sizes = larger + others
            for branch, size in zip(group, sizes, strict=True):
                branch.size = size
        for branch in own:
            _employ(branch.units[0], branch.size)

    def _people(self) -> None:
        """Whoever belongs to each branch, how they came, and those who belong to none."""
        rng, world = self.rng, self.world
        old = [b for b in self.branches if b.old]
        ranked = sorted(self.communities.values(), key=lambda c: (c.name != HOME_COMMUNITY, -len(c.branches)))
        newer = [c for c in ranked[:NEWER_ROSTERS] if c.branches]
        for community in newer:
            community.again = self._working(day_between(rng, world.as_of - 75 * DAY, world.as_of - 60 * DAY))
        for branch, number in zip(old, _spread(self.number(FORMER), len(old), 4, 13, rng), strict=True):
            for _each in range(number):
                member = self._member(branch.units[0])
                member.since = max(branch.founded, member.joined)
                branch.former.append(member)
        again = [(c, b) for c in newer for b in c.branches]
        admitted = Counter[str]()
        for place in range(self.number(ADMITTED)):
            community, branch = again[place % len(again)]
            admitted[branch.name] += 1
            unit = branch.units[0] if branch.kind == Kind.BRANCH else None
            days = rng.randint(366, 380) if place < 4 else rng.randint(90, 340)
            member = self._member(unit, joined=world.as_of - days * DAY)
            member.probationary, member.since = True, member.joined
            community.admitted.append((member, branch))
        for place in range(self.number(GUESTS)):
            community, branch = again[-1 - place % len(again)]
            community.guests.append((self._member(None), branch))
        for branch in self.branches:
            left = branch.size - len(branch.former) - admitted[branch.name]
            units = branch.units if branch.kind == Kind.BRANCH else []
            declared = [e for e in branch.units for _each in range(e.members)] if not units else []
            for place in range(left):
                at_work = units[0] if units else declared[place] if place < len(declared) else None
                branch.pocket.append(self._member(at_work))
        self.leaving = [
            (self._member(b.units[0] if b.kind == Kind.BRANCH else None), b)
            for b in _some(self.branches, self.number(LEFT), rng)
        ]
        for member, branch in self.leaving:
            branch.pocket.append(member)
        for place in range(self.number(WITHOUT)):
            newer[place % len(newer)].without.append(self._member(None))
        self.pending = [
            (self._member(None), newer[place % len(newer)]) for place in range(self.number(PENDING))
        ]
        for member, community in self.pending:
            community.without.append(member)

    def _member(self, enterprise: Enterprise | None, *, joined: Day | None = None) -> Member:
        while True:
            human = self.world.invention.human()
            if human.name not in self.names:
                break
        self.names.add(human.name)
        days = round(self.rng.triangular(500, 9000, 2500))
        return Member(human, joined or self.world.start - days * DAY, enterprise)

    def _merged(self) -> Branch | None:
        """A small joint branch that was merged into another one, with some of the other's units and members."""
        for branch in self.branches:
            units = sorted(branch.units, key=lambda e: -e.members)
            first, rest = [*units[:1], *units[-1:]], units[1:-1]
            apart = len(rest) > 1 and all(sum(e.members for e in some) >= 3 for some in (first, rest))
            early = branch.founded + 60 * DAY < self.world.as_of - 100 * DAY
            if branch.kind == Kind.JOINT_BRANCH and apart and early:
                # Whoever comes last to the large one comes to the small one first.
                small = Branch(
                    branch.name.replace("联合党支部", "青年联合党支部"),
                    Kind.JOINT_BRANCH,
                    branch.building,
                    [branch.building],
                    first,
                    branch.founded,
                    led=False,
                    joint_with=branch,
                )
                leaving = {member for member, _branch in self.leaving}
                staying = [m for m in branch.pocket if m not in leaving]
                small.pocket = [m for m in staying if m.enterprise in first] + staying[-5:]
                branch.pocket = [m for m in branch.pocket if m not in small.pocket]
                branch.units = rest
                return small
        return None


def _few_of_each(rows: Sequence[Any], most: int, of: Callable[[Any], str]) -> list[Any]:
    """The rows in their order: first so many of each building, then the others."""
    seen = Counter[str]()
    first: list[Any] = []
    then: list[Any] = []
    for row in rows:
        seen[of(row)] += 1
        (first if seen[of(row)] <= most else then).append(row)
    return first + then


def _fives(rows: list[Tenancy]) -> list[list[Tenancy]]:
    """Five each; the last one of fewer."""
    return [rows[start : start + 5] for start in range(0, len(rows), 5)]


def _enough(group: Sequence[Tenancy]) -> bool:
    return len(group) > 1 and sum(t.enterprise.members for t in group) >= 3


def _employ(enterprise: Enterprise, members: int) -> None:
    """Let it be as large as one with so many members is, and say so."""
    enterprise.members = members
    enterprise.staff = max(enterprise.staff, members * STAFF_TO_A_MEMBER)


def _some(rows: Sequence[Any], number: int, rng: Random) -> list[Any]:
    """So many by chance, each once as long as there are enough."""
    return [row for _round in range(1 + number // len(rows)) for row in rng.sample(rows, len(rows))][:number]


def _spread(total: int, among: int, least: int, most: int, rng: Random) -> list[int]:
    """``among`` numbers from ``least`` to ``most`` that make ``total``; beyond the limits only where it must be."""
    if not among:
        return []
    least, most = min(least, total // among), max(most, -(-total // among))
    drawn = [
        round(rng.triangular(least, most, min(most, max(least, 0.8 * total / among)))) for _n in range(among)
    ]
    while (off := total - sum(drawn)) != 0:
        place, step = rng.randrange(among), 1 if off > 0 else -1
        if least <= drawn[place] + step <= most:
            drawn[place] += step
    return drawn

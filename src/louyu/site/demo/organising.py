"""What happens to the invented organisations: founded, elected, merged; their members found and brought home."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from louyu.accounts.models import User
from louyu.accounts.rules import Role, ScopeKind
from louyu.duties.commands import join_sign_in
from louyu.organisations import commands
from louyu.organisations.commands.bulk import Elected, attach_all, elect
from louyu.organisations.models import Kind, Office, Transfer
from louyu.organisations.models import Organisation as Stored
from louyu.organisations.queries import appointments
from louyu.organisations.queries.members import memberships
from louyu.people.models import phone_digest
from louyu.places.models import Area
from louyu.places.queries import areas
from louyu.site.demo.buildings import HOME, Building
from louyu.site.demo.clock import Event, at
from louyu.site.demo.enterprises import workbook
from louyu.site.demo.names import day_between
from louyu.site.demo.organisations import (
    DAY,
    HOME_COMMUNITY,
    OLD_COMMITTEES,
    YEAR,
    Branch,
    Community,
    Day,
    Member,
    Organisations,
)
from louyu.site.demo.pools import words
from louyu.site.demo.world import World
from louyu.workbooks.commands import import_file

HEADINGS = ("序号", "姓名", "党员类别", "入党时间", "联系电话", "组织关系")


def events(world: World) -> Iterator[Event]:
    """The tiers are founded, communities go round, members come home, some move on."""
    story = _Story(world, world.organisations)
    yield from story.committees()
    yield from story.rosters()
    yield from story.branches()
    yield from story.transfers()


class _Story:
    """Who does what when; the records as they come."""

    def __init__(self, world: World, invented: Organisations) -> None:
        self.world, self.invented, self.rng = world, invented, world.chance("organisations live")
        self.numbers = Counter[str]()
        self.committee_of: dict[str, Stored] = {}
        self.busy: set[Member] = set()
        """Members of whom something happens already, and officers."""

    # Ways to say who and by what

    def by(self, community: Community) -> User:
        """Who answers for the members of a community."""
        return self.world.user("secretary" if community.name == HOME_COMMUNITY else community.secretary)

    def document(self, subdistrict: str, day: Day) -> str:
        """The number of a decision of the subdistrict's party committee."""
        key = f"{subdistrict.removesuffix('街道')}街党〔{day.year}〕"
        self.numbers[key] += self.rng.randint(1, 4)
        return f"{key}{self.numbers[key]}号"

    def community(self, branch: Branch) -> Community:
        """The community of a branch."""
        return self.invented.communities[branch.community]

    def on(self, day: Day) -> datetime.datetime:
        """A moment of a day's office hours, before the last working day ends."""
        return self.world.hours.in_office(min(day, self.world.hours.working_day(self.world.as_of, 2)))

    # The upper tiers

    def committees(self) -> Iterator[Event]:
        """Community committees and old building committees are entered on the first day, the others as they come."""
        world, rng = self.world, self.rng
        for place, community in enumerate(self.invented.communities.values()):
            when = at(world.start, 15, 10) + place * datetime.timedelta(seconds=20)
            founded = day_between(rng, world.start - 2400 * DAY, world.start - 2100 * DAY)
            yield Event(when, partial(self.begin_community, community, founded))
        places = {building.name: place for place, building in enumerate(self.invented.seats)}
        for building in self.invented.seats:
            old = building.name == HOME or places[building.name] < OLD_COMMITTEES
            if old:
                founded = day_between(rng, world.start - 2000 * DAY, world.start - 1850 * DAY)
                when = at(world.start, 15, 30) + places[building.name] * datetime.timedelta(seconds=20)
            else:
                founded = day_between(rng, world.start + 20 * DAY, world.start + 330 * DAY)
                when = self.on(founded)
            yield Event(when, partial(self.found_committee, building, founded if old else None))

    def begin_community(self, community: Community, founded: Day) -> None:
        """A community's secretary signs in; its committee is entered."""
        world, office = self.world, self.world.user("office")
        community.area = areas(office).get(name=community.name, kind=Area.Kind.COMMUNITY)
        if community.name != HOME_COMMUNITY:
            world.signs.with_role(
                community.secretary, role=Role.SECRETARY, kind=ScopeKind.COMMUNITY, key=community.area.pk
            )
        name = f"{community.name}大党委"
        document = self.document(community.subdistrict, founded)
        community.committee = commands.found(
            community.area,
            kind=Kind.COMMUNITY_COMMITTEE,
            name=name,
            since=founded,
            document=document,
            by=office,
        )
        elected = day_between(self.rng, world.start - 700 * DAY, world.start - 100 * DAY)
        elect(
            community.committee,
            elected=self.strangers((Office.SECRETARY, Office.DEPUTY), first=self.by(community).name),
            since=elected,
            document=self.document(community.subdistrict, elected),
            by=office,
        )

    def strangers(self, offices: Iterable[Office], *, first: str = "") -> list[Elected]:
        """People for these offices who are not on record; the first of this name."""
        told = []
        for office in offices:
            human = self.world.invention.human()
            told.append(Elected(office, name=first or human.name, phone=human.phone))
            first = ""
        return told

    def found_committee(self, building: Building, founded: Day | None) -> None:
        """A building's committee is founded; the branches of the building come under it."""
        world, community = self.world, self.invented.communities[building.community]
        office, day = world.user("office"), founded or world.today()
        assert community.committee is not None
        committee = commands.found(
            community.committee,
            kind=Kind.BUILDING_COMMITTEE,
            name=f"{building.name}综合党委",
            since=day,
            document=self.document(building.subdistrict, day),
            buildings=[world.stored(building)],
            by=office,
        )
        self.committee_of[building.name] = committee
        secretary = ""
        if building.name == HOME:
            human = world.invention.human(once=True)
            human.username, secretary = "organisation_secretary", human.name
            world.signs.with_role(
                human,
                role=Role.ORGANISATION_SECRETARY,
                kind=ScopeKind.ORGANISATION,
                key=committee.pk,
                printed=committee.name,
            )
        offices = (Office.SECRETARY, Office.DEPUTY, *[Office.MEMBER] * self.rng.randint(1, 3))
        elected = world.start - self.rng.randint(20, 150) * DAY if founded else day
        elect(
            committee,
            elected=self.strangers(offices, first=secretary),
            since=elected,
            document=self.document(building.subdistrict, elected),
            by=office,
        )
        for branch in community.branches:
            if branch.stored is not None and branch.buildings == [building]:
                commands.move(
                    branch.stored,
                    parent=committee,
                    area=community.area,
                    buildings=[world.stored(building)],
                    since=day,
                    document=self.document(building.subdistrict, day),
                    by=office,
                )

    # Rosters

    def rosters(self) -> Iterator[Event]:
        """Each community writes down whom it found; some go round again."""
        for community in self.invented.communities.values():
            yield Event(self.on(community.found), partial(self.go_round, community))
            if community.again is not None:
                yield Event(self.on(community.again), partial(self.go_round, community, again=True))

    def go_round(self, community: Community, *, again: bool = False) -> None:
        """A community's roster comes in; who was found is known from now on."""
        world, day = self.world, self.world.today()
        small = self.invented.merged
        if again:
            here = [*community.admitted]
            guests, pocket = community.guests, community.without
        else:
            branches = [
                *community.branches,
                *([small] if small and small.community == community.name else []),
            ]
            here, guests = [(m, b) for b in branches for m in b.former], []
            pocket = [m for b in branches for m in b.pocket]
            self._let_the_member_sign_in(community)
        sheets = list(_roster(f"{community.name}党员摸排登记表", day, here, pocket, guests))
        if not sheets:
            return
        name = f"{community.name}党员摸排登记表（{day.year}年{day.month}月）.xlsx"
        import_file(workbook(sheets), file_name=name, kind="members", by=self.by(community))
        listed = {phone_digest(m.human.phone): m for m in [*(m for m, _b in here), *pocket]}
        for held in memberships(self.by(community)).filter(until__isnull=True):
            if (member := listed.get(bytes(held.person.phone_digest))) is not None:
                member.held = held
                if member.human.username:
                    user = world.user(member.human)
                    join_sign_in(user, person=held.person, by=world.user("security"))

    def _let_the_member_sign_in(self, community: Community) -> None:
        """A member of a branch at HOME, who leads nothing, is who signs in as a member."""
        if community.name != HOME_COMMUNITY or not community.branches:
            return
        branch = min(community.branches, key=lambda b: (b.building.name != HOME, -len(b.pocket)))
        leaving = {member for member, _branch in self.invented.leaving}
        member = [m for m in branch.pocket if m not in leaving][-1]
        member.human.name, member.human.username = self.world.user("member").name, "member"
        self.busy.add(member)

    # Branches

    def branches(self) -> Iterator[Event]:
        """Branches are founded, members come home at once or later, committees are elected; some change or end."""
        world, rng, invented = self.world, self.rng, self.invented
        own = [b for b in invented.branches if not b.old]
        for branch in own[4::31]:
            branch.led = False
        for place, branch in enumerate(b for b in invented.branches if b.old):
            branch.elected = self._elected_long_ago(place)
            when = at(world.start, 16, 0) + place * datetime.timedelta(seconds=30)
            yield Event(when, partial(self.found, branch, branch.founded))
            then = self.community(branch).found + rng.randint(3, 12) * DAY
            yield Event(self.on(then), partial(self.elect, branch))
            yield from self.come_home(branch, then + 2 * DAY, rng.sample(branch.pocket, len(branch.pocket)))
        if invented.merged is not None:
            yield from self.merge(invented.merged)
        for branch in own:
            first = branch.pocket[: max(5, round(len(branch.pocket) * rng.uniform(0.55, 1)))]
            when = self.on(branch.founded)
            yield Event(when, partial(self.begin, branch, first))
            yield from self.come_home(branch, branch.founded + 5 * DAY, branch.pocket[len(first) :])
            if branch.earlier:
                yield Event(self.on(branch.founded + 75 * DAY), partial(self.rename, branch))
        for place, (branch, day) in enumerate(invented.gone):
            when = at(world.start, 16, 20) + place * datetime.timedelta(seconds=30)
            yield Event(when, partial(self.found, branch, branch.founded))
            yield Event(self.on(day), partial(self.dissolve, branch))
        losing = next(b for b in reversed(own) if b.led)
        yield Event(self.on(world.as_of - 24 * DAY), partial(self.lose_secretary, losing))

    def _elected_long_ago(self, place: int) -> Day:
        """When the committee of an old branch was elected for three years: some terms are over, some soon are."""
        last = self.world.as_of - 3 * YEAR
        if place < 2:
            return last - self.rng.randint(10, 30) * DAY
        if place < 7:
            return last + self.rng.randint(25, 165) * DAY
        return self.world.start - self.rng.randint(5, 150) * DAY

    def found(self, branch: Branch, founded: Day | None = None) -> None:
        """A branch is founded under the building's committee, or the community's where there is none yet."""
        world, community, day = self.world, self.community(branch), founded or self.world.today()
        alone = len(branch.buildings) == 1
        committee = self.committee_of.get(branch.building.name) if alone else None
        if committee is not None and committee.founded is not None and committee.founded > day:
            committee = None
        under = committee or community.committee
        assert under is not None
        branch.stored = commands.found(
            under,
            kind=branch.kind,
            name=branch.earlier or branch.name,
            since=day,
            document=self.document(community.subdistrict, day),
            area=community.area,
            buildings=[world.stored(b) for b in branch.buildings],
            enterprises=[world.enterprise(e) for e in branch.units],
            by=self.by(community),
        )

    def begin(self, branch: Branch, first: list[Member]) -> None:
        """A branch is founded, the first members come to it and elect."""
        self.found(branch)
        self.attach(branch, first)
        self.elect(branch)

    def attach(self, branch: Branch, members: list[Member]) -> None:
        """These members come home to a branch today."""
        assert branch.stored is not None
        by, listed = self.by(self.community(branch)), {m.held.person_id: m for m in members if m.held}
        assert len(listed) == len(members)
        held = [m.held for m in members if m.held is not None]
        for fresh in attach_all(branch.stored, memberships=held, since=self.world.today(), by=by):
            before = listed[fresh.person_id].held
            assert before is not None
            fresh.person = before.person
            listed[fresh.person_id].held = fresh

    def come_home(self, branch: Branch, after: Day, members: list[Member]) -> Iterator[Event]:
        """The others come in one or two goes."""
        parts = 1 + (len(members) > 6)
        for part in range(parts):
            some = members[part::parts]
            if some:
                day = day_between(
                    self.rng, after + part * 20 * DAY, min(after + 220 * DAY, self.world.as_of - 62 * DAY)
                )
                yield Event(self.on(day), partial(self.attach, branch, some))

    def elect(self, branch: Branch) -> None:
        """Those who are there elect: a secretary, a committee where they are seven or more."""
        if not branch.led:
            return
        assert branch.stored is not None
        leaving = {m for m, _branch in self.invented.leaving}
        there = [m for m in (*branch.former, *branch.pocket) if m not in leaving and _is_here(m, branch)]
        size = self.rng.choice((3, 3, 5)) if branch.size >= 7 else 1
        offices = (Office.SECRETARY, Office.ORGANISER, Office.PUBLICITY, Office.DISCIPLINE, Office.MEMBER)
        chosen = there[:size]
        self.busy |= set(chosen)
        day = branch.elected or self.world.today()
        elect(
            branch.stored,
            elected=[Elected(o, m.held.person) for o, m in zip(offices, chosen, strict=False) if m.held],
            since=day,
            document=self.document(branch.building.subdistrict, day),
            by=self.by(self.community(branch)),
        )

    def rename(self, branch: Branch) -> None:
        """What was founded for the time being is a branch for good."""
        assert branch.stored is not None
        day = self.world.today()
        document = self.document(branch.building.subdistrict, day)
        by = self.by(self.community(branch))
        commands.rename(branch.stored, name=branch.name, since=day, document=document, by=by)

    def dissolve(self, branch: Branch) -> None:
        """The enterprise moved away; its branch is dissolved."""
        assert branch.stored is not None
        day = self.world.today()
        document = self.document(branch.building.subdistrict, day)
        reason, by = "企业已迁出，党员已随企业转走", self.by(self.community(branch))
        commands.dissolve(branch.stored, since=day, document=document, reason=reason, by=by)

    def merge(self, small: Branch) -> Iterator[Event]:
        """A small joint branch is founded, and goes into the larger one."""
        assert small.joint_with is not None
        yield Event(self.on(small.founded), partial(self.begin, small, small.pocket))
        day = day_between(self.rng, small.founded + 60 * DAY, self.world.as_of - 60 * DAY)
        yield Event(self.on(day), partial(self.put_together, small, small.joint_with))

    def put_together(self, small: Branch, large: Branch) -> None:
        """The small branch's members and units go over."""
        assert small.stored is not None
        assert large.stored is not None
        day = self.world.today()
        document = self.document(large.building.subdistrict, day)
        reason, by = "两个支部人数都少，合并后更便于活动", self.by(self.community(large))
        commands.merge(small.stored, into=large.stored, since=day, document=document, reason=reason, by=by)

    def lose_secretary(self, branch: Branch) -> None:
        """A secretary gave the office up, and nobody has followed."""
        by = self.by(self.community(branch))
        held = appointments(by).get(organisation=branch.stored, office=Office.SECRETARY, until__isnull=True)
        commands.end_appointment(held, until=self.world.today(), reason="工作调动", by=by)

    # Transfers

    def transfers(self) -> Iterator[Event]:
        """Relations on their way in every state there is, in the building that signs in first; and who left."""
        world, rng, invented = self.world, self.rng, self.invented
        for member, branch in invented.leaving:
            yield from self.leave(member, branch, rng.randint(0, 4))
        early = [b for b in invented.branches if b.founded < world.as_of - 160 * DAY]
        hosts = sorted(
            (b for b in early if b.led and len(b.pocket) > 14),
            key=lambda b: (b.building.name != HOME, b.community != HOME_COMMUNITY),
        )
        ways = [*WAYS, *WAYS[:4]] if len(hosts) > 5 else []
        for place, way in enumerate(ways):
            branch = hosts[place // 2 % len(hosts)]
            others = [b for b in self.community(branch).branches if b is not branch and b in early]
            to = others[place % len(others)] if others and way.inside else None
            yield from self.go(branch, to, way)
        for place, (member, community) in enumerate(invented.pending):
            branch = community.branches[place % len(community.branches)]
            if community.name == HOME_COMMUNITY:
                branch = next((b for b in community.branches if b.building.name == HOME), branch)
            yield from self.come(member, branch, let_go=place % 2 == 0)

    def ask(self, branch: Branch, member: Member, to: Branch | None, told: list[Transfer]) -> None:
        """A transfer is asked for."""
        assert member.held is not None
        by, outside = self.by(self.community(branch)), "" if to else self.rng.choice(words("party_elsewhere"))
        told.append(
            commands.ask_transfer(
                member.held,
                to=to.stored if to else None,
                to_outside=outside,
                asked_on=self.world.today(),
                reason="工作单位变动",
                by=by,
            )
        )

    def let_go(self, branch: Branch, told: list[Transfer]) -> None:
        """The letter of introduction is written."""
        day = self.world.today()
        number = f"椒楼〔{day.year}〕第{self.rng.randint(100, 999)}号"
        commands.let_go(told[0], letter_on=day, letter_number=number, by=self.by(self.community(branch)))

    def leave(self, member: Member, branch: Branch, later: int) -> Iterator[Event]:
        """Somebody who found a home here moves away for good."""
        told: list[Transfer] = []

        def arrive() -> None:
            by = self.by(self.community(branch))
            commands.take_in(told[0], arrived_on=self.world.today(), by=by)

        steps: tuple[Callable[[], object], ...] = (
            partial(self.ask, branch, member, None, told),
            partial(self.let_go, branch, told),
            arrive,
        )
        for days, step in zip((45, 32, 20), steps, strict=True):
            yield Event(self.on(self.world.as_of - (days - later) * DAY), step)

    def go(self, branch: Branch, to: Branch | None, way: "Way") -> Iterator[Event]:
        """Somebody's relation is on its way as far as this way goes."""
        told: list[Transfer] = []
        answering = self.community(to or branch)

        def ask() -> None:
            free = [
                m for m in branch.pocket[5:]
                if m not in self.busy and m.enterprise is None and _is_here(m, branch)
            ] or [m for m in branch.pocket[5:] if m not in self.busy and _is_here(m, branch)]  # fmt: skip
            self.busy.add(free[0])
            self.ask(branch, free[0], to, told)

        yield Event(self.on(self.world.as_of - way.asked * DAY), ask)
        if way.let_go:
            let_go = partial(self.let_go, branch, told)
            yield Event(self.on(self.world.as_of - way.let_go * DAY), let_go)
        if way.ends:
            end = {"refuse": commands.refuse, "call_off": commands.call_off}[way.ends]
            do = partial(self.end, end, told, way.reason, answering)
            yield Event(self.on(self.world.as_of - way.ended * DAY), do)

    def end(self, command: Any, told: list[Transfer], reason: str, community: Community) -> None:
        """A transfer comes to nothing."""
        command(told[0], reason=reason, by=self.by(community))

    def come(self, member: Member, branch: Branch, *, let_go: bool) -> Iterator[Event]:
        """Somebody with no organisation is on the way to a branch."""
        told: list[Transfer] = []

        def ask() -> None:
            assert member.held is not None
            assert branch.stored is not None
            told.append(
                commands.ask_transfer(
                    member.held,
                    to=branch.stored,
                    from_outside=self.rng.choice(words("party_elsewhere")),
                    asked_on=self.world.today(),
                    by=self.by(self.community(branch)),
                )
            )

        yield Event(self.on(self.world.as_of - 30 * DAY), ask)
        if let_go:
            yield Event(self.on(self.world.as_of - 16 * DAY), partial(self.let_go, branch, told))


@dataclass(frozen=True)
class Way:
    """How far a transfer went: so many days before the end it was asked for, let go, ended. inside: not far."""

    asked: int
    let_go: int = 0
    ends: str = ""
    ended: int = 0
    reason: str = ""
    inside: bool = False


WAYS = (
    Way(asked=9),
    Way(asked=110, let_go=84, inside=True),
    Way(asked=47),
    Way(asked=20, let_go=11, inside=True),
    Way(asked=130, let_go=104, inside=True),
    Way(asked=60, let_go=40, ends="refuse", ended=26, reason="介绍信抬头写错，请重开", inside=True),
    Way(asked=33, ends="call_off", ended=18, reason="本人决定留在原单位"),
    Way(asked=6, inside=True),
)


def _is_here(member: Member, branch: Branch) -> bool:
    held = member.held
    assert branch.stored is not None
    return held is not None and held.organisation_id == branch.stored.pk


def _roster(
    title: str,
    day: Day,
    here: Iterable[tuple[Member, Branch]],
    pocket: Iterable[Member],
    guests: Iterable[tuple[Member, Branch]],
) -> Iterator[tuple[str, str, Sequence[Any], Sequence[Sequence[Any]]]]:
    """The sheets of a roster: who belongs to a branch, who to none, who is a guest; with a unit, and without one."""
    said: list[tuple[str, Member, Branch | None]] = [
        *(("已转入", m, b) for m, b in here),
        *(("介绍信在手，未接转", m, None) for m in pocket),
        *(("双报到", m, b) for m, b in guests),
    ]
    sheets: dict[str, list[tuple[str, Member, Branch | None]]] = defaultdict(list)
    for standing, member, branch in said:
        where = "在册" if branch and standing == "已转入" else "双报到" if branch else "口袋党员"
        sheets[where + ("" if member.enterprise else "（个人）")].append((standing, member, branch))
    for name, rows in sheets.items():
        branched, employed = rows[0][2] is not None, rows[0][1].enterprise is not None
        headings = [*HEADINGS, *["所在企业"] * employed, *["所在党支部", "转入时间"] * branched]
        lines = [
            [
                number,
                member.human.name,
                "预备党员" if member.probationary else "正式党员",
                member.joined.isoformat(),
                member.human.phone,
                standing,
                *([member.enterprise.name] if member.enterprise else []),
                *([str(branch.stored), (member.since or day).isoformat()] if branch else []),
            ]
            for number, (standing, member, branch) in enumerate(rows, 1)
        ]
        yield name, f"{title}（截至{day.year}年{day.month}月{day.day}日）", headings, lines

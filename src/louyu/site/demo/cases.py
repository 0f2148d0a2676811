"""The invented cases: a year in a ledger from before the district began here, a year worked on day by day.

How many there are of each sort is fixed, so that the figures are the article's; who asks what, where, when, who
answers and how long it takes is chance, within working days, seasons and deadlines (``stories``).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from louyu.cases.models import Satisfaction
from louyu.site.demo.buildings import HOME
from louyu.site.demo.clock import Event, at
from louyu.site.demo.enterprises import workbook
from louyu.site.demo.names import Enterprise
from louyu.site.demo.officers import NAMES
from louyu.site.demo.stories import Matter, Story, Words
from louyu.site.demo.world import World
from louyu.workbooks.commands import import_file

DAY = datetime.timedelta(days=1)
LIAISONS = 42
"""Enterprises whose liaison signs in."""


@dataclass(frozen=True)
class Sort:
    """How many cases of one sort there are in the two years, and how many of them the ledger brings."""

    outcome: str
    group: bool
    handed: bool
    number: int
    ledger: int


SORTS = (
    Sort("solved", True, True, 294, 126),
    Sort("solved", False, True, 193, 84),
    Sort("solved", True, False, 93, 40),
    Sort("solved", False, False, 152, 60),
    Sort("explained", True, True, 36, 14),
    Sort("explained", False, True, 22, 9),
    Sort("explained", False, False, 30, 12),
    Sort("not_possible", False, True, 19, 8),
    Sort("not_possible", True, False, 12, 5),
    Sort("withdrawn", False, False, 24, 7),
    Sort("merged", False, False, 16, 4),
)
"""294 + 193 were handed over and solved: 487. 294 + 93 of the group were solved: 387."""
LEFT_OPEN = 12
"""Of the ledger's, so many were still in hand when the district began here, and were closed here."""


@dataclass(frozen=True)
class Open:
    """So many cases that are not over on the last day: in which state, due when, handed to a department or kept."""

    state: str
    due: str
    handed: bool
    number: int


OPEN = (
    Open("accepted", "overdue", False, 2),
    Open("accepted", "soon", False, 4),
    Open("assigned", "today", True, 1),
    Open("assigned", "later", True, 3),
    Open("in_hand", "overdue", True, 2),
    Open("in_hand", "today", True, 1),
    Open("in_hand", "later", True, 4),
    Open("in_hand", "later", False, 2),
    Open("waiting", "later", True, 2),
    Open("answered", "later", True, 4),
    Open("answered", "later", False, 2),
    Open("returned", "later", True, 1),
    Open("reopened", "later", True, 1),
)
ON_THE_DESKS = (
    # whose desk, category, state, due
    ("administrator", "parking", "accepted", "soon"),
    ("administrator", "canteen", "accepted", "soon"),
    ("administrator", "tax", "returned", "today"),
    ("administrator", "registration", "reopened", "later"),
    ("administrator", "property", "in_hand", "overdue"),
    ("administrator", "utilities", "in_hand", "today"),
    ("administrator", "network", "in_hand", "later"),
    ("administrator", "rent", "in_hand", "much later"),
    ("administrator", "rent", "waiting", "later"),
    ("administrator", "tax", "answered", "later"),
    ("administrator", "environment", "answered", "later"),
    ("specialist", "tax", "assigned", "later"),
    ("specialist", "tax", "assigned", "today"),
    ("specialist", "tax", "in_hand", "overdue"),
    ("specialist", "tax", "in_hand", "today"),
    ("specialist", "tax", "in_hand", "later"),
    ("specialist", "tax", "in_hand", "much later"),
    ("specialist", "tax", "extended", "later"),
    ("specialist", "tax", "waiting", "later"),
    ("department_lead", "registration", "assigned", "overdue"),
    ("department_lead", "registration", "assigned", "later"),
    ("department_lead", "registration", "in_hand", "today"),
    ("department_lead", "registration", "in_hand", "much later"),
    ("department_lead", "lift", "in_hand", "overdue"),
    ("department_lead", "registration", "waiting", "later"),
    ("liaison", "tax", "answered", "later"),
    ("liaison", "network", "waiting", "later"),
    ("liaison", "parking", "accepted", "soon"),
)
"""What lies on the desks of those who sign in, besides what chance puts there."""


def events(world: World) -> Iterator[Event]:
    """Everything that happens to cases in the two years."""
    words = Words(world, liaisons(world))
    yield Event(at(world.live - 3 * DAY, 9, 30), lambda: _let_liaisons_sign_in(world, words.liaisons))
    ledger: list[Matter] = []
    stories: list[Story] = []
    for sort in SORTS:
        number, before = round(sort.number * world.scale), round(sort.ledger * world.scale)
        told = [words.matter(sort.outcome, group=sort.group, handed=sort.handed) for _each in range(number)]
        ledger += told[:before]
        if sort.outcome != "merged":
            stories += [_closed(words, matter) for matter in told[before:]]
            continue
        mains = [s for s in stories if s.answered and s.hours.later(s.raised, 14) < s.answered]
        mains = words.rng.sample(mains, min(len(mains), number - before))
        stories += [_merged(words, main) for main in mains]
    for story in stories:
        yield from story.events
    yield from _ledger(words, ledger)
    for matter, wanted in [*_on_the_desks(words), *_open(words)]:
        yield from _left_open(words, matter, wanted).events


# Who writes for themselves


def liaisons(world: World) -> list[Enterprise]:
    """The enterprises whose liaison signs in: the printed one first, who is in HOME."""
    rng, found = world.chance("liaisons"), []
    home = next(b for b in world.buildings if b.name == HOME)
    larger = sorted((b for b in world.buildings if b.key), key=lambda b: -b.wanted)
    for building in [home, home, home, *rng.choices(larger, [b.wanted for b in larger], k=LIAISONS)]:
        asking = [t.enterprise for t in building.tenancies(world.as_of) if t.since < world.start]
        left = [e for e in asking if e not in found and e.staff > 4]
        if left:
            found.append(rng.choice(left))
    return found


def _let_liaisons_sign_in(world: World, enterprises: list[Enterprise]) -> None:
    for place, enterprise in enumerate(enterprises):
        world.signs.of_liaison(enterprise, printed=place == 0)


# The second year: day by day


def _closed(words: Words, matter: Matter) -> Story:
    """A case that is raised and closed after the district began here, and before the last day."""
    world, latest = words.world, words.world.as_of - 4 * DAY
    while True:
        day = words.day(matter.category, world.live, latest)
        story = Story(words, matter, _raised(words, matter, day))
        story.closed()
        if story.now < world.end:
            return story
        latest = day - DAY


def _raised(words: Words, matter: Matter, day: datetime.date) -> datetime.datetime:
    hours = words.world.hours
    return hours.any_time(day) if matter.from_the_tenant else hours.in_office(day)


def _merged(words: Words, main: Story) -> Story:
    """Somebody else of the same building raises the same matter a little later; the two become one."""
    matter = words.matter(
        "merged", group=False, handed=False, category=main.matter.category, building=main.matter.building
    )
    story = Story(words, matter, words.world.hours.later(main.raised, words.rng.uniform(1, 7)))
    story.open()
    story.merge(main, hours=words.rng.uniform(0.3, 2))
    return story


# The last days: what is not over yet


def _on_the_desks(words: Words) -> Iterator[tuple[Matter, Open]]:
    """What the signed-in officers and the liaison find on their desks."""
    home = next(b for b in words.world.buildings if b.name == HOME)
    for place, (desk, category, state, due) in enumerate(ON_THE_DESKS):
        handed = desk in ("specialist", "department_lead") or (desk == "liaison" and state != "accepted")
        handed |= state in ("returned", "reopened")
        anywhere = desk == "department_lead" or (desk == "specialist" and place % 2 == 0)
        matter = words.matter(
            "solved",
            group=False,
            handed=handed,
            category=category,
            building=None if anywhere else home,
            enterprise=words.liaisons[0] if desk == "liaison" else None,
            complex=due == "much later",
        )
        yield matter, Open(state, due.removeprefix("much "), handed, 1)


def _open(words: Words) -> Iterator[tuple[Matter, Open]]:
    for wanted in OPEN:
        for _each in range(round(wanted.number * words.world.scale)):
            group = words.rng.random() < 0.5
            outcome = words.rng.choice(("solved", "solved", "solved", "explained"))
            yield words.matter(outcome, group=group, handed=wanted.handed), wanted


def _left_open(words: Words, matter: Matter, wanted: Open) -> Story:
    """A case that is in this state on the last day, due as wanted where a working day allows it."""
    lately = words.world.end - (4 * DAY if wanted.state in ("answered", "reopened") else 60 * DAY)
    for day in _days_raised(words, matter, wanted):
        for _attempt in range(6):
            story = Story(words, matter, _raised(words, matter, day))
            _bring_to(story, wanted.state)
            if lately < story.now < words.world.end:
                return story
    raise RuntimeError(f"no day on which a case could be raised that is {wanted.state} now")


def _days_raised(words: Words, matter: Matter, wanted: Open) -> list[datetime.date]:
    """The days on which it may have been raised so that it is due then, the fitting ones first in chance order."""
    world, rng = words.world, words.rng
    hours, as_of = world.hours, world.as_of
    if wanted.state == "accepted":
        back = rng.choice((2, 3)) if wanted.due == "overdue" else 1
        first = hours.working_day(as_of, back)
        return [first + rng.randint(0, 0 if back > 1 else (as_of - first).days - 1) * DAY, first]
    if wanted.state in ("answered", "reopened"):
        days = [as_of - n * DAY for n in range(3, 22)]
        return rng.sample(days, len(days)) * 4
    found: dict[str, list[datetime.date]] = {"overdue": [], "today": [], "later": []}
    for back in range(2, 45):
        day = hours.working_day(as_of, back)
        due = Story(words, matter, hours.in_office(day)).due.date()
        found["overdue" if due < as_of else "today" if due == as_of else "later"].append(day)
    found["overdue"] = found["overdue"][:6]
    rng.shuffle(found["overdue"])
    rng.shuffle(found["later"])
    return [*found[wanted.due], *found["later"], *found["overdue"]]


def _bring_to(story: Story, state: str) -> None:
    """As far as it is on the last day."""
    rng = story.rng
    story.open()
    if state == "accepted":
        return
    if state == "returned":
        story.go_astray()
        return
    if story.department:
        story.hand_over(rng.uniform(0.2, 3))
    if state != "assigned":
        story.take(rng.uniform(0.2, 3))
    if state == "waiting":
        story.ask_back(rng.uniform(0.5, 5))
    elif state == "extended":
        story.extend(rng.uniform(0.5, 3))
    elif state in ("answered", "reopened"):
        story.answer(rng.uniform(4, 30))
    if state == "reopened":
        story.confirm(rng.uniform(1, 12))
        story.reopen(rng.uniform(2, 10))
    elif state in ("in_hand", "waiting") and rng.random() < 0.3:
        story.note(rng.uniform(0.5, 3))


# The first year: a ledger


LEDGER = (
    "序号", "编号", "反映时间", "反映企业", "所在楼宇", "问题类别", "具体内容", "交办部门", "办理情况", "办结时间",
    "满意度", "答复内容",
)  # fmt: skip
STATE_WORDS = {
    "solved": ("已办结", "已解决", "办结"), "explained": ("已解释",), "not_possible": ("无法解决",),
    "withdrawn": ("企业撤回",), "merged": ("合并办理",),
}  # fmt: skip


def _ledger(words: Words, matters: list[Matter]) -> Iterator[Event]:
    """The ledger of the year before, brought in; what it left open is closed here in the days after."""
    world, rng = words.world, words.rng
    left = [m for m in matters if m.handed and m.outcome == "solved"][: round(LEFT_OPEN * world.scale)]
    lines: list[tuple[datetime.date, Matter, datetime.date | None]] = []
    for matter in matters:
        if matter in left:
            lines.append((world.live - rng.randint(1, 9) * DAY, matter, None))
        else:
            lines.append(_raised_and_closed(words, matter))
    lines.sort(key=lambda line: line[0])
    numbers: dict[Matter, str] = {}
    rows = []
    for place, (raised, matter, closed) in enumerate(lines, 1):
        numbers[matter] = f"JJ{raised.year}-{place:04}"
        rows.append((place, numbers[matter], *_ledger_row(words, raised, matter, closed)))
    first, last = world.start, world.live - DAY
    title = f"椒江区楼宇企业问题需求交办清单（{first.year}年{first.month}月至{last.year}年{last.month}月）"

    def bring_in() -> None:
        data = workbook([("清单", title, LEDGER, rows)])
        import_file(data, file_name=f"{title[3:]}.xlsx", kind="ledger", by=world.user("office"))

    yield Event(at(world.live, 8, 40), bring_in)
    for matter in left:
        story = Story(words, matter, at(world.live, 9, 30))
        story.find(numbers[matter])
        story.answer(rng.uniform(2, 40))
        story.confirm(rng.uniform(2, 20))
        yield from story.events


def _raised_and_closed(words: Words, matter: Matter) -> tuple[datetime.date, Matter, datetime.date | None]:
    """Days in the year before, some working days apart."""
    live = words.world.live
    while True:
        raised = words.day(matter.category, words.world.start, live - 2 * DAY)
        worked = max(1, round(words.rng.gauss(4, 2.2)))
        closed = words.world.hours.days.add_working_days(raised, worked).day
        if closed < live:
            return raised, matter, closed


def _ledger_row(
    words: Words, raised: datetime.date, matter: Matter, closed: datetime.date | None
) -> tuple[Any, ...]:
    world, rng = words.world, words.rng
    department = words.departments.get(matter.category, "") if matter.handed else ""
    state = rng.choice(STATE_WORDS[matter.outcome]) if closed else "办理中"
    content = words.satisfaction() if closed and matter.outcome == "solved" else ""
    answered = closed and matter.outcome in ("solved", "explained", "not_possible")
    return (
        raised.isoformat(), matter.tenancy.enterprise.name, matter.building.name,
        world.category(matter.category).name_zh, matter.text, NAMES.get(department, ""), state,
        closed.isoformat() if closed else "", str(Satisfaction(content).label) if content else "",
        words.answer(matter) if answered else "",
    )  # fmt: skip

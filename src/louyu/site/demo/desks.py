"""What lies on the demo's desks besides work: what they follow, notes, kept views; what was read long ago."""

from collections.abc import Iterator
from functools import partial

from louyu.cases.lists import LIST as CASES
from louyu.desk.commands import follow, keep_view, write_note
from louyu.desk.models import NamedView
from louyu.site.demo.buildings import HOME, Building
from louyu.site.demo.clock import Event, at
from louyu.site.demo.names import Enterprise
from louyu.site.demo.pools import Phrases
from louyu.site.demo.world import World

FOLLOWING = {"office": ("万达广场", HOME), "subdistrict": (HOME, "前后科技大厦"), "chief": (HOME,)}
VIEWS = (
    ("office", "超期的办件", "overdue=yes", NamedView.Shared.EVERYBODY),
    ("office", "未办结的税务问题", "category=tax&state=open", ""),
    ("administrator", "本楼等我办的", "mine=yes", ""),
    ("specialist", "超期的税务办件", "category=tax&overdue=yes", ""),
)
"""Who keeps which filters of the list of cases under which name, for whom."""
NOTES = 9


def events(world: World) -> Iterator[Event]:
    """Follows and views from the day on which cases are worked on here; notes since; the reading of messages."""
    rng, said = world.chance("desks"), Phrases("said", world.chance("notes"))
    for place, (username, names) in enumerate(FOLLOWING.items()):
        followed = [b for b in world.buildings if b.name in names]
        yield Event(at(world.live, 16, place), partial(_follow, world, username, followed))
    for place, view in enumerate(VIEWS):
        yield Event(at(world.live, 17, place), partial(_keep_view, world, *view))
    home = next(b for b in world.buildings if b.name == HOME)
    there = [t.enterprise for t in home.tenancies(world.as_of) if t.since < world.start]
    for enterprise in rng.sample(there, min(len(there), NOTES)):
        day = world.hours.working_day(world.as_of, rng.randint(4, 200))
        write = partial(_write_note, world, enterprise, said.say("about_enterprise"))
        yield Event(world.hours.in_office(day), write)
    yield Event(at(world.hours.working_day(world.as_of, 2), 17, 29), world.signs.read_messages)


def _follow(world: World, username: str, buildings: list[Building]) -> None:
    for building in buildings:
        follow(about=world.stored(building), by=world.user(username))


def _keep_view(world: World, username: str, name: str, query: str, shared: str) -> None:
    keep_view(
        list_name=CASES.name, path="/cases/", query=query, name=name, shared=shared, by=world.user(username)
    )


def _write_note(world: World, enterprise: Enterprise, text: str) -> None:
    write_note(about=world.enterprise(enterprise), text=text, by=world.user("administrator"))

"""The demo district: invented from a seed, lived through in two years, written by the ordinary commands.

Each part gives its events (``events(world)``): who does what at which moment. They are done in order under a clock
that is moved to each one's moment, all in one transaction: a demo that is ended half-way leaves nothing. A further
room adds its module to ``PARTS``.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from louyu.accounts.commands import console_user
from louyu.accounts.queries import head_digest
from louyu.core.errors import Conflict, Refusal
from louyu.core.queries import working_days
from louyu.core.statistics import count_for_the_planner
from louyu.site.demo import cases, desks, enterprises, officers, organisations, organising
from louyu.site.demo.buildings import HOME, invent_buildings
from louyu.site.demo.clock import Event, Hours, Progress, at, let_happen
from louyu.site.demo.names import Invention
from louyu.site.demo.sign_ins import PASSWORD, SignIn, SignIns
from louyu.site.demo.world import World

__all__ = ["HOME", "PASSWORD", "SEED", "SignIn", "load_demo", "welcome"]

SEED = 331002
LARGEST_SCALE = 20
EARLIEST = datetime.date(2008, 1, 1)
"""The notices on working days begin in 2004; officers and moves reach back before the two years."""
PARTS: tuple[Callable[[World], Iterator[Event]], ...] = (
    enterprises.events,
    officers.events,
    organising.events,
    cases.events,
    desks.events,
)
"""What each room adds to the district: the events of its part. Of one moment, in this order."""


def load_demo(
    *,
    seed: int = SEED,
    as_of: datetime.date | None = None,
    scale: float = 1.0,
    progress: Progress = lambda done, whole: None,
) -> list[SignIn]:
    """Make the demo district in an empty database; its sign-ins.

    as_of: the day on which its two years end, by default today. scale: multiplies enterprises and cases.
    Raises Conflict in a database that is not empty, Refusal for a day that lies ahead or a scale that is none.
    Ended half-way, by whatever, it leaves neither records nor files.
    """
    as_of = as_of or timezone.localdate()
    if not EARLIEST <= as_of <= timezone.localdate():
        raise Refusal(
            _("示例的两年要在今天或更早结束。"),
            field="as_of",
            value=str(as_of),
            mend=_("请写今天或更早的日期。"),
        )
    if not 0 < scale <= LARGEST_SCALE:
        raise Refusal(
            _("示例的规模不对。"),
            field="scale",
            value=str(scale),
            mend=_("请写大于 0、不超过 %(most)s 的数。") % {"most": LARGEST_SCALE},
        )
    if head_digest() is not None:
        raise Conflict(
            _("数据库不是空的，示例只能装进空的数据库。"),
            field="database",
            value=settings.DATABASES["default"]["NAME"],
            mend=_("请换一个空的 LOUYU_HOME。"),
        )
    before = _files()
    try:
        with transaction.atomic(), translation.override("zh-hans"):
            return _live_through(seed, as_of, scale, progress)
    except BaseException:
        for file in _files() - before:
            file.unlink(missing_ok=True)
        raise


def _files() -> set[Path]:
    return {path for path in (Path(settings.HOME) / "files").rglob("*") if path.is_file()}


def _live_through(seed: int, as_of: datetime.date, scale: float, progress: Progress) -> list[SignIn]:
    invention = Invention(Random(f"{seed} names"))
    world = World(
        seed=seed,
        as_of=as_of,
        scale=scale,
        hours=Hours(working_days(), Random(f"{seed} hours")),
        invention=invention,
        buildings=invent_buildings(Random(f"{seed} buildings"), first_year=as_of.year - 2, scale=scale),
        signs=SignIns(invention),
    )
    enterprises.fill(world)
    world.officers = officers.invent_officers(world)
    world.organisations = organisations.Organisations(world)
    let_happen([Event(at(world.start, 8, 45), lambda: _begin(world))])
    let_happen([*(event for part in PARTS for event in part(world)), *_counts(world)], progress)
    return world.signs.printed


def _counts(world: World) -> Iterator[Event]:
    """Let the database count its rows after the registers have come in, and when there are cases."""
    count = partial(count_for_the_planner, uncommitted=True)
    for day in (world.start, world.live, world.hours.working_day(world.as_of, 120)):
        yield Event(at(day, 12), count)


def _begin(world: World) -> None:
    console_user()
    world.signs.keepers()


def welcome(signs: Iterable[SignIn]) -> Iterator[str]:
    """The lines that say who can sign in."""
    yield f"Sign-ins (password {PASSWORD}):"
    for one in signs:
        yield f"  {one.username:16} {one.name}, {one.role.value}{' · ' + one.scope if one.scope else ''}"

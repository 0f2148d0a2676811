"""The organisations of a city: its tree opened, what is to be done about all of them found in one pass.

1,600 community committees, 12,000 branches under them, 200,000 members, an officer or two in each. ``BENCH_ROWS`` is
the number of members (200,000); committees and branches shrink with it.
"""

import datetime
import os
import random
import sys
import time
from typing import Any

import django

from bench.figures import Clock, figure

MEMBERS = int(os.environ.get("BENCH_ROWS", 200_000))
COMMITTEES = max(1, MEMBERS * 1_600 // 200_000)
BRANCHES = max(1, MEMBERS * 12_000 // 200_000)
AREAS_OF_A_SUBDISTRICT = 20
FIRST = datetime.date(2020, 1, 6)
OPENED = 12
"""Queries that the top of the tree, or a level of it, may take."""

_clock = Clock()


def fill() -> Any:
    """A city's organisations, written in bulk; the office that reads them."""
    from louyu.accounts.models import Grant, User
    from louyu.accounts.rules import Role, ScopeKind
    from louyu.organisations.models import Appointment, Kind, Membership, Organisation, Period
    from louyu.people.models import Person
    from louyu.places.models import Area

    def write(model: Any, rows: list[Any]) -> list[Any]:
        model.rows_without_a_reader.bulk_create(rows, batch_size=2_000)
        return rows

    rng = random.Random(7)
    subdistricts = write(
        Area,
        [
            Area(kind=Area.Kind.SUBDISTRICT, name=f"第{n}街道")
            for n in range(COMMITTEES // AREAS_OF_A_SUBDISTRICT + 1)
        ],
    )
    communities = write(
        Area,
        [
            Area(
                kind=Area.Kind.COMMUNITY,
                name=f"第{n}社区",
                parent=subdistricts[n // AREAS_OF_A_SUBDISTRICT],
            )
            for n in range(COMMITTEES)
        ],
    )
    committees = write(
        Organisation,
        [
            Organisation(
                name=f"第{n}社区大党委",
                kind=Kind.COMMUNITY_COMMITTEE,
                area=area,
                founded=FIRST,
            )
            for n, area in enumerate(communities)
        ],
    )
    branches = []
    for n in range(BRANCHES):
        above = committees[n % COMMITTEES]
        branches.append(
            Organisation(
                name=f"第{n}楼企党支部",
                kind=Kind.BRANCH if n % 5 else Kind.JOINT_BRANCH,
                parent=above,
                area=above.area,
                founded=FIRST + datetime.timedelta(days=n % 1_500),
            )
        )
    write(Organisation, branches)
    everything = committees + branches
    write(
        Period,
        [
            Period(
                organisation=o,
                name=o.name,
                kind=o.kind,
                parent=o.parent,
                area=o.area,
                since=o.founded,
                began="founded",
            )
            for o in everything
        ],
    )
    write(Person, persons := [Person(name_masked="林**") for _n in range(MEMBERS)])
    write(
        Membership,
        [
            Membership(
                person=person,
                organisation=(home := branches[n % BRANCHES]),
                status="attached",
                stage="full" if n % 30 else "probationary",
                since=home.founded,
                basis="roster",
                homed=n % 10 > 0,
            )
            for n, person in enumerate(persons)
        ],
    )
    write(
        Appointment,
        [
            Appointment(
                organisation=o,
                person=persons[n],
                office=office,
                since=o.founded,
                term_end=o.founded + datetime.timedelta(days=1_096 + rng.randrange(1_500)),
            )
            for n, o in enumerate(everything[:MEMBERS])
            for office in ("secretary", "deputy")[: rng.randrange(3)]
        ],
    )
    office = User(username="bench", name="bench", password="!")
    office.save(force_insert=True)
    grant = Grant(user=office, role=Role.OFFICE, scope_kind=ScopeKind.DISTRICT, since=FIRST)
    grant.save(force_insert=True)
    return User.rows_without_a_reader.get(pk=office.pk)


def opened(client: Any, address: str) -> tuple[float, int]:
    """Milliseconds and queries of a page, the second time it is asked for."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    took, queries = 0.0, 0
    for _again in range(2):
        with CaptureQueriesContext(connection) as asked:
            start = time.perf_counter()
            answer = client.get(address)
            took = (time.perf_counter() - start) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        queries = len(asked)
    return took, queries


def main() -> int:
    """The exit status is 1 when an aim is missed."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    settings.ALLOWED_HOSTS = ["testserver"]
    from louyu.core.figures import EVERYWHERE
    from louyu.core.statistics import count_for_the_planner
    from louyu.organisations.models import Organisation
    from louyu.organisations.queries import grounds, homed, managed
    from louyu.organisations.queries.work import work_rows

    call_command("migrate", verbosity=0)
    print(f"a city of {COMMITTEES} committees, {BRANCHES} branches, {MEMBERS} members")
    with _clock.measure("made"):
        office = fill()
        count_for_the_planner()
    today = timezone.localdate()
    client = Client()
    client.force_login(office, backend="louyu.site.sessions.SignedIn")

    tree, tree_queries = opened(client, "/organisations/")
    first = Organisation.rows_without_a_reader.filter(parent__isnull=True).first()
    level, level_queries = opened(client, f"/organisations/below/{first.pk}/")
    area = grounds(office, today)[0].area
    part, part_queries = opened(client, f"/organisations/tops/{area.pk}/" if area else "/organisations/")
    past, _queries = opened(client, "/organisations/?as_of=2021-06-30")
    listed, list_queries = opened(client, "/organisations/list/?state=active")
    print(f"  queries: tree {tree_queries}, level {level_queries}, part {part_queries}, list {list_queries}")
    print(
        f"  level {level:.0f} ms, part {part:.0f} ms, tree of a past day {past:.0f} ms, list {listed:.0f} ms"
    )
    with _clock.measure("work"):
        rows = work_rows(office, today)
    print(f"  {len(rows)} findings")
    with _clock.measure("members counted"):
        served = managed(office, today, EVERYWHERE).order_by().values("person").distinct().count()
        found = homed(office, today, EVERYWHERE).order_by().values("person").distinct().count()
    print(f"  {served} served and managed, {found} found a home")
    holds = [
        figure("findings over the city", _clock.seconds["work"], 5, " s"),
        figure("the tree opened", tree, 1_000, " ms"),
        figure("a level of it", level, 300, " ms"),
        figure("queries of the tree and its levels", max(tree_queries, level_queries, part_queries), OPENED),
    ]
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())

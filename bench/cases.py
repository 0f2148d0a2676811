"""Pages of cases beside django-helpdesk's with the same cases, and beside a bare Django page of the same rows.

All three are served alike (granian, one worker, two threads, SQLite with the same options); two readers ask one of them
for page after page, then the next, in turn, so that what else the machine does slows all alike. A page is asked for
``BENCH_SECONDS`` (5), the peer's twice as long. ``BENCH_CASES`` is the number of cases (100,000).
To create is what somebody waits for who does it: the form, the submit, and the page of the new case to which either
program sends the browser; its parts are printed too. By API it is the one request, with an acknowledged write like a
submit (``synchronous=FULL`` on both sides).
django-helpdesk stands in an environment of its own under ``var/bench/``, made from ``requirements-helpdesk.lock``.
Its list shows no case until its script has asked for the rows, so its list is both requests. It writes no mail when a
ticket is made (see ``bench/helpdesk/settings.py``); Louyu tells whoever has the case, follows and audits it.
"""

import datetime
import os
import random
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import django

from bench.figures import Clock, at_least
from bench.load import Asked, Measured, Reader, Visit, ask_in_turn, hidden_fields, serving
from bench.sample import Told, cases

COUNT = int(os.environ.get("BENCH_CASES", 100_000))
SECONDS = float(os.environ.get("BENCH_SECONDS", 5))
LONGER = 2
"""So many times longer is the peer asked, whose pages are few a second."""
ROUNDS = 4
CHUNK = 2000
PEER = "django-helpdesk"
CREATE, BY_API = "create", "create by API"
ROOT = Path(__file__).resolve().parent.parent
HELPDESK = ROOT / "var" / "bench" / "helpdesk"
LOCK = ROOT / "bench" / "requirements-helpdesk.lock"
ROWS_OF_A_PAGE = 25
HANDLERS = 10
BUILDINGS = 100
TENANTS_OF_A_BUILDING = 40

Party = tuple[str, dict[str, str], dict[str, Visit]]
"""Its host, the cookies of the one who asks, what is asked by name."""
Results = dict[tuple[str, str], Measured]

_clock = Clock()


# Louyu


def fill_louyu() -> dict[str, str]:
    """The district and its cases; the cookies of the district office.

    Buildings and enterprises come by an import. Cases are written in bulk past the commands, with the time line and
    the facts that the commands would have written.
    """
    from django.test import Client
    from django.utils import timezone

    from bench.imports import buildings_file, enterprises_file
    from louyu.accounts.commands import console_user
    from louyu.cases.models import Case, CaseEvent, NumberSequence
    from louyu.core import figures
    from louyu.core.models import Fact
    from louyu.workbooks.commands import import_file
    from tests import factories

    towers = buildings_file(BUILDINGS)
    tenants = enterprises_file(BUILDINGS * TENANTS_OF_A_BUILDING, of_a_building=TENANTS_OF_A_BUILDING)
    for data, name in ((towers, "楼宇台账.xlsx"), (tenants, "登记表.xlsx")):
        import_file(data, file_name=name, kind=None, by=console_user())
    write = _Writer()
    sample = cases(COUNT, timezone.now())
    while chunk := list(islice(sample, CHUNK)):
        made = [(told, write.case(told)) for told in chunk]
        Case.rows_without_a_reader.bulk_create([case for _told, case in made])
        CaseEvent.rows_without_a_reader.bulk_create(_each(write.events(*both) for both in made))
        Fact.rows_without_a_reader.bulk_create(_each(write.facts(case) for _told, case in made))
    NumberSequence.rows_without_a_reader.update_or_create(
        year=timezone.localdate().year, defaults={"last": COUNT}
    )
    still_open = Case.rows_without_a_reader.exclude(state="closed").count()
    told_open = figures.tallied(["cases.open"], timezone.localdate())["cases.open"].records
    if still_open != told_open:
        raise RuntimeError(f"{still_open} cases are open, the figure says {told_open}")
    client = Client()
    client.force_login(factories.user_with("office"), backend="louyu.site.sessions.SignedIn")
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _each(parts: Iterable[list[Any]]) -> Iterator[Any]:
    return (one for part in parts for one in part)


class _Writer:
    """Makes the records of a case."""

    def __init__(self) -> None:
        from louyu.cases.models import Category
        from louyu.tenants.models import Occupancy
        from tests import factories

        self.categories = list(Category.rows_without_a_reader.order_by("code"))
        self.where = list(
            Occupancy.rows_without_a_reader.select_related("enterprise", "unit__building").order_by("pk")
        )
        self.departments: list[Any] = [factories.DepartmentFactory.create() for _ in range(HANDLERS)]
        self.handlers = [factories.user_with("specialist", department) for department in self.departments]

    def case(self, told: Told) -> Any:
        """One in fifty belongs to no building."""
        from louyu.cases.models import Case
        from louyu.core.words import search_text

        sits = self.where[told.number * 7919 % len(self.where)]
        category = self.categories[told.number % len(self.categories)]
        number = f"{told.raised_at.year}-{told.number:06d}"
        handed_over = told.state != "accepted"
        ended = told.steps[-1][1]
        return Case(
            number=number,
            building=sits.unit.building if told.number % 50 else None,
            enterprise=sits.enterprise,
            category=category,
            kind=category.kind,
            text=told.text,
            raised_on=told.raised_at.date(),
            raised_at=told.raised_at,
            state=told.state,
            version=len(told.steps),
            department=self.departments[told.number % HANDLERS] if handed_over else None,
            handler=self.handlers[told.number % HANDLERS] if handed_over else None,
            handed_over=handed_over,
            deadline=told.raised_at + datetime.timedelta(days=7),
            clock_stopped_at=ended if told.state == "waiting" else None,
            outcome=told.outcome,
            answered_at=ended if told.outcome else None,
            closed_on=ended.date() if told.state == "closed" else None,
            search=search_text(number, sits.enterprise.name, told.text)[:600],
        )

    def events(self, told: Told, case: Any) -> list[Any]:
        """The time line."""
        from louyu.cases.models import CaseEvent

        after = {"open_case": "accepted", "hand_over": "assigned", "take": "in_hand", "ask_asker": "waiting"}
        after |= {"answer": "answered", "close": "closed"}
        made, state = [], ""
        for step, at in told.steps:
            said = {"department": str(case.department)} if step == "hand_over" else {}
            said |= {"outcome": told.outcome} if step == "answer" else {}
            made.append(
                CaseEvent(
                    case=case,
                    at=at,
                    by=self.handlers[told.number % HANDLERS],
                    transition=step,
                    from_state=state,
                    to_state=after[step],
                    text=told.text,
                    said=said,
                )
            )
            state = after[step]
        return made

    def facts(self, case: Any) -> list[Any]:
        """In which figures it counts, from when, until when."""
        from louyu.cases.rules import figures_held
        from louyu.cases.states import CASES
        from louyu.core import figures

        held = figures_held(
            state=case.state,
            outcome=case.outcome,
            open_states=CASES.open_states,
            handed_over=case.handed_over,
            group=case.category.group,
        )
        spans = [("cases.open", case.raised_on, case.closed_on)]
        spans += [(code, case.closed_on, None) for code in sorted(held - {"cases.open"})]
        return [
            figures.fact(code, case, since=since, until=until, building=case.building_id)
            for code, since, until in spans
        ]


def newest_numbers() -> list[str]:
    """The cases of the first page."""
    from louyu.cases.models import Case

    newest = Case.rows_without_a_reader.order_by("-raised_at", "-pk")
    return list(newest.values_list("number", flat=True)[:ROWS_OF_A_PAGE])


def plain_list(reader: Reader) -> None:
    """The bare page."""
    reader.get("/")


def louyu_visits() -> dict[str, Visit]:
    """What is asked of Louyu, by name."""
    from louyu.cases.models import Case, Category
    from louyu.integrations.commands import issue_token
    from louyu.places.models import Building
    from tests import factories

    keys = list(Case.rows_without_a_reader.order_by("pk").values_list("pk", flat=True))
    building = Building.rows_without_a_reader.order_by("pk")[0]
    category = Category.rows_without_a_reader.get(code="parking")
    told = {"building": str(building.pk), "category": category.code, "text": "访客车位不够，请协调"}
    _token, token = issue_token(factories.user_with("office"), by=factories.user_with("security"))
    chosen = random.Random(1)

    def listed(reader: Reader) -> None:
        if reader.get("/cases/").count("<tr") < ROWS_OF_A_PAGE:
            raise RuntimeError("the list is short")

    def detail(reader: Reader) -> None:
        reader.get(f"/cases/{chosen.choice(keys)}/")

    def create(reader: Reader) -> None:
        form = hidden_fields(reader.get("/cases/new/"))
        if told["text"] not in reader.post("/cases/new/", form | told):
            raise RuntimeError("the page of the new case does not show it")

    def create_by_api(reader: Reader) -> None:
        reader.post_json("/api/v1/cases", told, Authorization=f"Bearer {token}")

    def start(reader: Reader) -> None:
        reader.get("/")

    return {
        "list": listed,
        "detail": detail,
        CREATE: create,
        BY_API: create_by_api,
        "start page": start,
    }


# django-helpdesk


def make_environment() -> Path:
    """The Python of an environment with what the lock names; made once a lock."""
    done, python = HELPDESK / "lock", HELPDESK / "bin" / "python"
    if done.exists() and done.read_bytes() == LOCK.read_bytes():
        return python
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, HELPDESK], check=True)
    subprocess.run(
        [uv, "pip", "sync", "--quiet", "--require-hashes", LOCK],
        env={**os.environ, "VIRTUAL_ENV": str(HELPDESK)},
        check=True,
    )
    done.write_bytes(LOCK.read_bytes())
    return python


def fill_helpdesk(python: Path, environment: dict[str, str]) -> dict[str, str]:
    """The same cases as tickets; the cookies of a member of its staff."""
    told = subprocess.run(
        [python, "-m", "bench.helpdesk.fill", str(COUNT)],
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return {"sessionid": told.stdout.strip()}


def helpdesk_visits() -> dict[str, Visit]:
    """What is asked of django-helpdesk, under the names of Louyu's pages."""
    chosen = random.Random(1)
    everything = "&".join(f"status={status}" for status in range(1, 6))

    def rows(reader: Reader, address: str) -> None:
        page = reader.get(address)
        found = re.search(r'"url": "(/datatables_ticket_list/[^"]*)"', page)
        if found is None:
            raise RuntimeError("django-helpdesk's list names no address of its rows")
        asked = "draw=1&start=0&length=25&order%5B0%5D%5Bcolumn%5D=5&order%5B0%5D%5Bdir%5D=desc"
        if reader.get(f"{found[1]}?{asked}").count('"ticket"') != ROWS_OF_A_PAGE:
            raise RuntimeError("django-helpdesk's list is short")

    def listed(reader: Reader) -> None:
        rows(reader, f"/tickets/?{everything}&sort=created&sortreverse=on")

    def only_open(reader: Reader) -> None:
        rows(reader, "/tickets/")

    def detail(reader: Reader) -> None:
        reader.get(f"/tickets/{chosen.randint(1, COUNT)}/")

    def create(reader: Reader) -> None:
        form = hidden_fields(reader.get("/tickets/submit/"))
        told = {"queue": "1", "title": "访客车位", "body": "访客车位不够，请协调", "priority": "3"}
        told["submitter_email"] = "firm1@example.org"  # as every ticket here has one
        if told["body"] not in reader.post("/tickets/submit/", form | told):
            raise RuntimeError("the page of django-helpdesk's new ticket does not show it")

    def create_by_api(reader: Reader) -> None:
        if (
            "csrftoken" not in reader.cookies
        ):  # its API knows the session of a browser, and no token of a machine
            reader.get("/tickets/submit/")
        told = {"queue": 1, "title": "访客车位", "description": "访客车位不够，请协调", "priority": 3}
        told["submitter_email"] = "firm1@example.org"
        reader.post_json("/api/tickets/", told, X_CSRFToken=reader.cookies["csrftoken"])

    def dashboard(reader: Reader) -> None:
        reader.get("/dashboard/")

    return {
        "list": listed,
        "list of the open ones": only_open,
        "detail": detail,
        CREATE: create,
        BY_API: create_by_api,
        "start page": dashboard,
    }


# The run


def ask(names: Iterable[str], parties: dict[str, Party]) -> Results:
    """Ask for the pages of each name, all parties in turn, and print what came; by party and name."""
    found: Results = {}
    for name in names:
        pages = {
            of: Asked(host, cookies, visits[name], SECONDS * (LONGER if of == PEER else 1))
            for of, (host, cookies, visits) in parties.items()
            if name in visits
        }
        ask_in_turn(list(pages.values()), ROUNDS)
        for of, page in pages.items():
            got = found[of, name] = page.measured
            each = " + ".join(f"{statistics.median(part):.1f}" for part in zip(*got.requests, strict=False))
            print(f"  {name}, {of}: {got}{f' ({each})' if name == CREATE else ''}", flush=True)
    return found


def main() -> int:
    """The exit status is 1 when an aim is missed."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    home = Path(settings.HOME)
    print(f"pages over {COUNT} cases")
    call_command("migrate", verbosity=0)
    with _clock.measure("fill Louyu"):
        cookies = fill_louyu()
    visits, newest = louyu_visits(), newest_numbers()
    connections.close_all()
    python, ours = make_environment(), Path(sys.executable)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk.settings",
        "BENCH_HELPDESK_DATABASE": str(home / "helpdesk.sqlite3"),
    }
    with _clock.measure(f"fill {PEER}"):
        staff = fill_helpdesk(python, environment)

    plainly = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    with (
        serving(ours, "louyu.site.wsgi:application", os.environ, home / "louyu.log") as louyu,
        serving(ours, "louyu.site.wsgi:application", plainly, home / "bare.log") as bare,
        serving(python, "bench.helpdesk.wsgi:application", environment, home / "helpdesk.log") as helpdesk,
    ):
        page, same = Reader(louyu, dict(cookies)).get("/cases/"), Reader(bare).get("/")
        if absent := [n for n in newest if n not in page or n not in same]:
            print(f"MISS a list does not show {absent}")
            return 1
        print(
            f"  the list has {len(page.encode()) / 1000:.0f} KB, the bare page {len(same.encode()) / 1000:.0f}"
        )
        parties: dict[str, Party] = {
            "Louyu": (louyu, cookies, visits),
            "bare page": (bare, {}, {"list": plain_list}),
            PEER: (helpdesk, staff, helpdesk_visits()),
        }
        found = ask(parties[PEER][2], parties)

    def times(name: str, of: str = PEER) -> float:
        return found["Louyu", name].a_second / found[of, name].a_second

    def sooner(name: str, requests: slice) -> float:
        """How many times sooner these requests of a visit are answered."""
        of_all = (
            statistics.fmean(sum(each[requests]) for each in found[of, name].requests)
            for of in (PEER, "Louyu")
        )
        return next(of_all) / next(of_all)

    print(
        f"  create without the page of the new case: {sooner(CREATE, slice(2)):.2f} times django-helpdesk's"
    )
    holds = [
        at_least("list / django-helpdesk's", times("list"), 50),
        at_least("list / bare page of the same rows", times("list", "bare page"), 0.25),
        at_least("detail / django-helpdesk's", times("detail"), 4),
        at_least("create / django-helpdesk's", times(CREATE), 4),
        at_least("create by API / django-helpdesk's", sooner(BY_API, slice(-1, None)), 4),
        at_least("start page / django-helpdesk's dashboard", times("start page"), 100),
    ]
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())

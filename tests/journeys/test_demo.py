"""The demo district as somebody new meets it, its figures, and what each figure rests on."""

import datetime
import http.cookiejar
import json
import re
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from louyu.accounts.commands import console_user
from louyu.accounts.models import AuditEntry, User
from louyu.accounts.rules import Role
from louyu.cases.commands import reopen, withdraw
from louyu.cases.models import Case, CaseEvent
from louyu.cases.queries import pile_sizes
from louyu.cases.states import ACCEPTED
from louyu.core.errors import Conflict, Refusal
from louyu.core.figures import EVERYWHERE
from louyu.core.identifiers import is_credit_code
from louyu.duties.commands import end_duty
from louyu.duties.models import Duty
from louyu.duties.queries import gap_rows
from louyu.duties.rules.officers import GapKind
from louyu.indicators.registry import indicators
from louyu.organisations.commands import attach, end_membership, merge
from louyu.organisations.models import Coverage, Kind, Membership, Organisation, Transfer
from louyu.organisations.queries import organisations_today
from louyu.organisations.queries.members import memberships, transfers
from louyu.organisations.queries.work import work_rows
from louyu.organisations.rules.findings import Code
from louyu.organisations.states import ASKED, LET_GO, TRANSFERS
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.site.checking import findings
from louyu.site.demo import HOME, load_demo
from louyu.site.demo.buildings import invent_buildings
from louyu.site.demo.names import Invention
from louyu.tenants.models import Enterprise, Occupancy
from louyu.tenants.queries import enterprises_in_building
from louyu.workbooks.commands import settle_absent
from louyu.workbooks.models import ImportBatch
from tests.deployment import Deployment

pytestmark = pytest.mark.xdist_group("demo")  # one worker makes the whole demo, once

ROLES = {
    Role.OFFICE, Role.SECURITY, Role.AUDIT, Role.SYSTEM, Role.SUBDISTRICT, Role.SECRETARY, Role.CHIEF,
    Role.ADMINISTRATOR, Role.SPECIALIST, Role.DEPARTMENT_LEAD, Role.LIAISON, Role.CHAIR, Role.MEMBER,
    Role.ORGANISATION_SECRETARY,
}  # fmt: skip
DAY = datetime.date(2023, 11, 30)
ARTICLE = {
    "places.key_buildings": 56,
    "duties.officers_in_place": 224,
    "cases.solved": 487,
    "cases.solved_trt": 387,
    "organisations.building_committees": 36,
    "organisations.branches": 95,
    "organisations.members_managed": 2250,
    "organisations.members_homed": 2013,
}
"""What the article says, as far as there are rooms for it."""
SMALL = 0.04


def user(name: str) -> User:
    found: User = User.rows_without_a_reader.get(username=name)
    return found


def value(code: str, day: datetime.date = DAY) -> Any:
    indicator = indicators()[code]
    if indicator.measure is not None:
        return indicator.measure(console_user(), day, EVERYWHERE).numerator
    rows = indicator.counted(console_user(), day)
    return rows.order_by().values(indicator.each).distinct().count()


# Small ones; they come first, for the whole one below stays until the end of the module


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(seed: int) -> tuple[list[str], list[Any], dict[str, int]]:
    """A small demo's names, what happened in it, and those of its figures that are the article's."""
    with taken_back():
        load_demo(seed=seed, as_of=DAY, scale=SMALL)
        people = User.rows_without_a_reader.exclude(username="console")
        names = sorted(people.values_list("name", flat=True))
        for model in (Building, Enterprise):
            names += sorted(model.rows_without_a_reader.values_list("name", flat=True))
        happened = CaseEvent.rows_without_a_reader.order_by("at", "case__number", "transition")
        return (
            names,
            list(happened.values_list("at", "by__name", "transition", "text")),
            {code: value(code) for code in ARTICLE},
        )


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_district() -> None:
    assert told(5) == told(5)


def test_another_seed_invents_other_names() -> None:
    one, other = (
        {building.name for building in invent_buildings(Random(seed), first_year=2021, scale=1)}
        | {Invention(Random(seed)).enterprise("批", 100).name}
        for seed in (5, 6)
    )
    assert len(one & other) < 0.2 * len(one)


@pytest.mark.django_db
def test_demo_is_refused_where_something_is_on_record() -> None:
    console_user()
    with pytest.raises(Conflict) as refused:
        load_demo(scale=SMALL)
    assert refused.value.mend
    assert not User.rows_without_a_reader.filter(username="office").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("as_of", {"as_of": datetime.date(2999, 1, 1)}),
        ("as_of", {"as_of": datetime.date(1999, 1, 1)}),
        ("scale", {"scale": 0}),
        ("scale", {"scale": float("nan")}),
        ("scale", {"scale": 10_000}),
    ],
)
def test_demo_is_refused_for_a_day_or_a_size_that_cannot_be(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        load_demo(**wrong)
    assert refused.value.field == field


@pytest.mark.django_db
def test_demo_that_is_ended_half_way_leaves_nothing() -> None:
    def end(done: int, whole: int) -> None:
        if done > whole // 3:
            raise KeyboardInterrupt

    folder = Path(settings.HOME) / "files"
    before = set(folder.rglob("*.file"))
    with pytest.raises(KeyboardInterrupt):
        load_demo(as_of=DAY, scale=SMALL, progress=end)
    assert not Building.rows_without_a_reader.exists()
    assert set(folder.rglob("*.file")) == before


# A whole demo, made once for the tests that follow


@pytest.fixture(scope="module")
def whole_demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo at its own size, in a transaction that ends with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(seed=7, as_of=DAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def db(whole_demo: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demo on its last day; what the test does to it is taken back.

    By this name pytest-django knows that a test needs its database.
    """
    nine = datetime.datetime(DAY.year, DAY.month, DAY.day, 1, tzinfo=datetime.UTC)
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(nine, tick=False):
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(db: None) -> User:
    """The office's user of the whole demo."""
    return user("office")


def test_figures_are_those_of_the_article(demo: User) -> None:
    assert {code: value(code) for code in ARTICLE} == ARTICLE


def test_check_finds_all_well(demo: User) -> None:
    assert [text for level, text in findings() if level == "error"] == []


def test_buildings_hold_a_long_tail_of_enterprises(demo: User) -> None:
    rows = Building.rows_without_a_reader.annotate(number=enterprises_in_building(console_user()))
    sizes = [row.number for row in rows]
    assert 30 <= median(sizes) <= 40
    assert max(sizes) == 250
    assert {HOME, "万达广场", "前后科技大厦"} <= {row.name for row in rows}


def test_codes_are_valid_and_phones_plainly_made_up(demo: User) -> None:
    assert all(map(is_credit_code, Enterprise.rows_without_a_reader.values_list("credit_code", flat=True)))
    phones = Person.rows_without_a_reader.values_list("phone_masked", flat=True)
    assert {phone[:3] for phone in phones} == {"199"}


def test_nobody_says_the_same_thing_again_and_again(demo: User) -> None:
    texts = Counter(Case.rows_without_a_reader.values_list("text", flat=True))
    assert max(texts.values()) <= 4
    assert len(texts) > 0.9 * sum(texts.values())
    answers = Counter(
        CaseEvent.rows_without_a_reader.filter(transition="answer").values_list("text", flat=True)
    )
    assert max(answers.values()) < 15


def test_staff_work_when_offices_are_open_and_the_trail_runs_on(demo: User) -> None:
    moments = list(AuditEntry.rows_without_a_reader.order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] < datetime.datetime(2023, 11, 29, 16, tzinfo=datetime.UTC)
    taken = CaseEvent.rows_without_a_reader.filter(transition="take").values_list("at", flat=True)
    zone = datetime.timezone(datetime.timedelta(hours=8))
    hours = [at.astimezone(zone) for at in taken]
    assert all(8.5 <= at.hour + at.minute / 60 <= 17.5 for at in hours)


@pytest.mark.parametrize("name", ["administrator", "specialist", "department_lead"])
def test_desks_have_work_of_every_pile(demo: User, name: str) -> None:
    sizes = pile_sizes(user(name))
    assert {pile for pile, number in sizes.items() if not number} <= {"this_week"}


def test_gap_list_has_work_of_every_kind(demo: User) -> None:
    assert {row.gap.kind for row in gap_rows(demo, DAY)} == set(GapKind)


def test_a_register_waits_to_be_brought_in(demo: User) -> None:
    (batch,) = ImportBatch.rows_without_a_reader.filter(state=ImportBatch.State.READY)
    assert all(batch.counts[what] for what in ("new", "changed", "ask", "wrong", "absent"))


def test_organisation_secretary_has_transfers_and_an_election_to_see_to(demo: User) -> None:
    secretary = user("organisation_secretary")
    assert {ASKED, LET_GO} <= set(transfers(secretary).values_list("state", flat=True))
    assert len({row.code for row in work_rows(secretary, DAY)}) >= 3


def test_transfers_are_in_every_state_and_letters_soon_expire_or_have(demo: User) -> None:
    every = Transfer.rows_without_a_reader.all()
    assert set(every.values_list("state", flat=True)) == set(dict(TRANSFERS.choices))
    days = {(DAY - letter).days for letter in every.filter(state=LET_GO).values_list("letter_on", flat=True)}
    assert any(day > 90 for day in days)
    assert any(80 <= day < 90 for day in days)


def test_joint_branches_are_such_as_the_rules_allow(demo: User) -> None:
    running = Coverage.rows_without_a_reader.filter(until__isnull=True, organisation__dissolved__isnull=True)
    sizes = Counter(
        running.filter(organisation__kind=Kind.JOINT_BRANCH).values_list("organisation", flat=True)
    )
    assert all(2 <= size <= 5 for size in sizes.values())
    assert not Organisation.rows_without_a_reader.exclude(despite="").exists()


def test_findings_about_organisations_are_of_many_kinds_and_few_of_each(demo: User) -> None:
    of_organisations = {
        Code.NO_SECRETARY, Code.TERM_OVER, Code.ELECTION_DUE, Code.NO_VENUE, Code.MEMBERS_WITHOUT_BRANCH,
    }  # fmt: skip
    of_members = {Code.PROBATION_OVER, Code.LETTER_RUN_OUT}
    for reader, expected in ((demo, of_organisations), (console_user(), of_organisations | of_members)):
        found = Counter(row.code for row in work_rows(reader, DAY))
        assert expected <= found.keys()
        assert all(found[code] <= 20 for code in expected)
    assert not of_members & {row.code for row in work_rows(demo, DAY)}, "the office sees no members"


# Each figure rests on its records


def close_a_building(by: User) -> None:
    building = Building.rows_without_a_reader.filter(key=True).first()
    assert building is not None
    batch = ImportBatch.rows_without_a_reader.get(kind="buildings")
    settle_absent(batch, subjects=[building.pk], left=True, by=by)


def end_an_officers_duty(by: User) -> None:
    running = Duty.rows_without_a_reader.filter(until__isnull=True).order_by("pk")
    held = Counter(running.values_list("person", flat=True))
    duty = next(duty for duty in running if held[duty.person_id] == 1)
    end_duty(duty, until=DAY, by=by)


def reopen_a_solved_case(by: User, **wanted: Any) -> None:
    case = Case.rows_without_a_reader.filter(
        state="closed", outcome="solved", origin="entered", **wanted
    ).first()
    assert case is not None
    reopen(case, reason="企业说又出现了", by=by)


def withdraw_an_open_case(by: User) -> None:
    case = Case.rows_without_a_reader.filter(state=ACCEPTED).first()
    assert case is not None
    withdraw(case, reason="企业说不用办了", by=by)


def an_enterprise_leaves(by: User, **wanted: Any) -> Occupancy:
    sitting = Occupancy.rows_without_a_reader.filter(until__isnull=True).order_by("pk")
    held = Counter(sitting.values_list("enterprise", flat=True))
    doors = Counter(sitting.values_list("unit", flat=True))
    occupancy = next(
        o for o in sitting.filter(**wanted) if held[o.enterprise_id] == 1 and doors[o.unit_id] == 1
    )
    batch = ImportBatch.rows_without_a_reader.filter(kind="enterprises").latest("applied_at")
    settle_absent(batch, subjects=[occupancy.enterprise_id], left=True, by=by)
    return occupancy


def merge_one(by: User, *kinds: Kind) -> None:
    one, other = Organisation.rows_without_a_reader.filter(kind__in=kinds, dissolved__isnull=True)[:2]
    merge(one, into=other, since=DAY, by=by)


def a_member_moves_away(by: User) -> None:
    secretary = user("secretary")
    held = memberships(secretary).filter(status="attached", until__isnull=True).first()
    assert held is not None
    end_membership(held, until=DAY, reason="组织关系转出", by=secretary)


def a_homecoming_was_none(by: User) -> None:
    held = Membership.rows_without_a_reader.filter(homed=True).first()
    assert held is not None
    held.homed = False
    held.save()


REMOVALS: dict[str, Callable[[User], object]] = {
    "places.key_buildings": close_a_building,
    "duties.officers_in_place": end_an_officers_duty,
    "cases.solved": lambda by: reopen_a_solved_case(by, handed_over=True),
    "cases.solved_trt": lambda by: reopen_a_solved_case(by, category__group="trt"),
    "cases.open": withdraw_an_open_case,
    "tenants.enterprises": an_enterprise_leaves,
    "organisations.building_committees": lambda by: merge_one(by, Kind.BUILDING_COMMITTEE),
    "organisations.branches": lambda by: merge_one(by, Kind.BRANCH, Kind.JOINT_BRANCH),
    "organisations.members_managed": a_member_moves_away,
    "organisations.members_homed": a_homecoming_was_none,
}
"""How one record of a figure ceases to count. A figure that has records in the demo needs its row here."""
RATIOS = {"tenants.vacancy_rate"}


def test_every_figure_with_records_is_shown_to_rest_on_them(demo: User) -> None:
    counted = {code for code, indicator in indicators().items() if indicator.counted(demo, DAY).exists()}
    assert counted <= REMOVALS.keys() | RATIOS


@pytest.mark.parametrize("code", REMOVALS)
def test_removing_one_record_moves_its_figure_by_one(demo: User, code: str) -> None:
    before = value(code)
    REMOVALS[code](demo)
    assert value(code) == before - 1


def test_whoever_comes_home_counts_as_homed_and_as_managed(demo: User) -> None:
    secretary = user("secretary")
    without = memberships(secretary).filter(status="unattached", until__isnull=True).first()
    branch = organisations_today(secretary).filter(kind=Kind.BRANCH).first()
    assert without is not None
    assert branch is not None
    codes = ("organisations.members_homed", "organisations.members_managed")
    before = [value(code) for code in codes]
    attach(without, organisation=branch, since=DAY, by=secretary)
    assert [value(code) for code in codes] == [number + 1 for number in before]


def test_a_tenant_who_leaves_adds_the_unit_to_the_vacant_area(demo: User) -> None:
    before = value("tenants.vacancy_rate")
    unit = an_enterprise_leaves(demo, unit__area__isnull=False, unit__number__gt="").unit
    assert value("tenants.vacancy_rate") == before + unit.area


# As somebody new meets it


class Visitor:
    """Somebody with a browser that keeps cookies and asks for Chinese."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("Accept-Language", "zh-CN"), ("Referer", url)]

    def read(self, path: str, data: dict[str, str] | None = None) -> str:
        body = urllib.parse.urlencode(data).encode() if data else None
        with self.opener.open(self.url + path, body, timeout=20) as answer:
            self.at = urllib.parse.urlsplit(answer.url).path
            text: str = answer.read().decode()
            return text

    def sign_in(self, username: str, password: str) -> str:
        form = self.read("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None
        given = {"login": username, "password": password, "csrfmiddlewaretoken": token[1]}
        return self.read("/accounts/login/", given)


def printed_sign_ins(printed: str) -> tuple[str, dict[str, tuple[str, str, str]]]:
    """The password, and the name, the role and the scope of each user name."""
    password = re.search(r"Sign-ins \(password (\S+)\):", printed)
    assert password is not None
    lines = re.findall(r"^  (\w+) +(\S+), (\w+)(?: · (.*))?$", printed, re.MULTILINE)
    return password[1], {username: (name, role, scope) for username, name, role, scope in lines}


def test_demo_has_a_sign_in_for_every_role_with_something_to_see(deployment: Deployment) -> None:
    printed = deployment.must("demo", "--scale", 0.1)
    assert deployment.must("check").splitlines()[-1] == "all well"
    figures = {figure["code"]: figure for figure in json.loads(deployment.must("figures", "--json"))}
    assert figures["duties.officers_in_place"]["value"] == 224
    assert "数据库不是空的" in deployment.louyu("demo").stderr
    password, sign_ins = printed_sign_ins(printed)
    assert {role for _name, role, _scope in sign_ins.values()} == ROLES
    with deployment.served() as server:
        for username, (name, _role, scope) in sign_ins.items():
            visitor = Visitor(server.url)
            page = visitor.sign_in(username, password)
            assert visitor.at == "/"
            assert name in page
            looks_at_their_own(visitor, username, scope)


def looks_at_their_own(visitor: Visitor, username: str, scope: str) -> None:
    """What a sign-in is there to show."""
    match username:
        case "office":
            cases = visitor.read("/cases/?rows=100")
            stages = Counter(re.findall("受理|交办|承办|挂起|反馈|退回|重办", cases))
            assert len(stages) == 7
            assert "前所街道入驻企业登记表" in visitor.read("/imports/")
        case "chief" | "administrator":
            assert HOME in visitor.read("/buildings/")
            assert "前后科技大厦" not in visitor.read("/buildings/")
        case "specialist" | "department_lead":
            assert len(re.findall("承办|交办", visitor.read("/cases/?mine=yes"))) > 3
        case "organisation_secretary":
            assert scope in visitor.read("/organisations/")
        case "liaison":
            assert scope in visitor.read("/enterprises/")
            assert len(re.findall("受理|反馈|挂起", visitor.read("/cases/"))) >= 3

"""What a process keeps of figures is what it would count anew: after any command, for any reader, in any language."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from louyu.accounts.commands import grant
from louyu.accounts.models import Grant, User
from louyu.accounts.rules import Role, ScopeKind
from louyu.cases.commands import open_case, withdraw
from louyu.cases.models import Case, Category
from louyu.core.errors import Conflict, Refusal
from louyu.duties.commands.appointing import appoint
from louyu.indicators import kept
from louyu.indicators.words import Group, figure_groups
from louyu.places.models import Building
from louyu.site.queries import work_for
from louyu.tenants.commands import merge, part
from louyu.tenants.models import Enterprise
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
SINCE = TODAY.replace(day=1) - datetime.timedelta(days=1)


@pytest.fixture
def keeping(settings):
    settings.FIGURES_KEPT = True
    return settings


def told(reader: User, since: datetime.date = SINCE) -> list[Group]:
    """As a new request asks: the reader read anew."""
    return figure_groups(User.rows_without_a_reader.get(pk=reader.pk), as_of=TODAY, since=since, today=TODAY)


def queries(reader: User) -> int:
    with CaptureQueriesContext(connection) as asked:
        told(reader)
    return len(asked)


def value(groups: list[Group], code: str) -> str:
    return next(f.value for g in groups for f in g.figures if f.indicator.code == code)


def raised(building: Building, by: User) -> Case:
    return open_case(category=parking(), text="访客车位不够，请协调", building=building, by=by)


def parking() -> Category:
    return Category.rows_without_a_reader.get(code="parking")


def test_the_same_question_is_counted_once_until_a_command(keeping):
    building, office = factories.BuildingFactory(), factories.user_with("office")
    raised(building, office)
    first, again = queries(office), queries(office)
    assert first > 10
    assert again == 3  # the reader, their grants, the head of the trail
    assert value(told(office), "cases.open") == "1"
    raised(building, office)
    assert value(told(office), "cases.open") == "2"


def test_without_the_setting_nothing_is_kept():
    office = factories.user_with("office")
    raised(factories.BuildingFactory(), office)
    assert queries(office) == queries(office) > 10


def test_nothing_is_kept_before_the_first_command(keeping):
    office = factories.user_with("office")
    assert value(told(office), "places.key_buildings") == "0"
    factories.BuildingFactory()
    assert value(told(office), "places.key_buildings") == "1"


def test_readers_never_share(keeping):
    here, there = factories.BuildingFactory(), factories.BuildingFactory()
    office = factories.user_with("office")
    raised(here, office)
    readers = [office, *(factories.user_with("subdistrict", b.area.parent) for b in (here, there))]
    for _again in range(2):
        assert [value(told(r), "cases.open") for r in readers] == ["1", "1", "0"]


def test_a_grant_read_before_a_command_does_not_answer_for_those_after_it(keeping):
    here, there = factories.BuildingFactory(), factories.BuildingFactory()
    office = factories.user_with("office")
    raised(there, office)
    reader = factories.user_with("subdistrict", here.area.parent)
    early = User.rows_without_a_reader.get(pk=reader.pk)
    assert len(early.running_grants) == 1
    grant(
        reader,
        role=Role.SUBDISTRICT,
        scope_kind=ScopeKind.SUBDISTRICT,
        scope_id=there.area.parent_id,
        by=factories.user_with("security"),
    )
    told_early = figure_groups(early, as_of=TODAY, since=SINCE, today=TODAY)
    assert (value(told_early, "cases.open"), value(told(reader), "cases.open")) == ("0", "1")


def test_languages_never_share(keeping):
    office = factories.user_with("office")
    raised(factories.BuildingFactory(), office)
    words = []
    for language in ("zh-hans", "en", "zh-hans", "en"):
        with override(language):
            groups = told(office)
            words.append({r.words for g in groups for f in g.figures for r in f.reasons})
    assert words[0] == words[2] != words[1] == words[3]


def test_what_changed_while_it_was_counted_is_not_kept(keeping):
    office = factories.user_with("office")
    raised(factories.BuildingFactory(), office)
    building = factories.BuildingFactory()

    def count() -> int:
        found = Case.rows_without_a_reader.count()
        raised(building, office)
        return found

    assert [kept.kept(office, "cases", count) for _time in range(3)] == [1, 2, 3]


def test_what_lacks_an_officer_is_known_after_a_command(keeping):
    building, office = factories.BuildingFactory(), factories.user_with("office")
    raised(building, office)

    def gaps() -> list[str]:
        return [
            line.text
            for line in work_for(User.rows_without_a_reader.get(pk=office.pk))
            if line.label == "空缺"
        ]

    assert gaps() == gaps() == ["1 幢楼没有配齐一长两员"]
    factories.BuildingFactory()
    raised(building, office)
    assert gaps() == ["2 幢楼没有配齐一长两员"]


def test_only_the_newest_answers_are_kept(keeping):
    office = factories.user_with("office")
    raised(factories.BuildingFactory(), office)
    for number in range(kept.MOST + 1):
        assert kept.kept(office, number, lambda number=number: number) == number
    assert kept.kept(office, 1, lambda: "counted anew") == 1
    assert kept.kept(office, 0, lambda: "counted anew") == "counted anew"


STEPS = st.lists(
    st.tuples(st.sampled_from(["open", "withdraw", "merge", "part", "appoint", "grant"]), st.integers(0, 5)),
    min_size=1,
    max_size=6,
)


def do(step: str, number: int, office: User, security: User, helper: User) -> None:
    """One command of a district; a refusal leaves everything as it was."""
    building = list(Building.rows_without_a_reader.order_by("name"))[number % 2]
    enterprises = list(Enterprise.rows_without_a_reader.order_by("name"))
    try:
        if step == "open":
            raised(building, office)
        elif step == "withdraw":
            case = Case.rows_without_a_reader.exclude(state="closed").order_by("number").last()
            if case is not None:
                withdraw(case, reason="重复", by=office)
        elif step == "merge":
            merge(enterprises[number % 3], enterprises[(number + 1) % 3], reason="同一家", by=office)
        elif step == "part":
            part(enterprises[number % 3], by=office)
        elif step == "appoint":
            appoint(
                building,
                role=Role.ADMINISTRATOR,
                since=TODAY,
                by=office,
                name=f"张{'一二三四五六'[number]}",
                phone=f"1380000000{number}",
            )
        else:
            grant(
                helper,
                role=Role.SUBDISTRICT,
                scope_kind=ScopeKind.SUBDISTRICT,
                scope_id=building.area.parent_id,
                by=security,
            )
    except (Conflict, Refusal):
        pass


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, since=st.sampled_from([SINCE, TODAY - datetime.timedelta(days=400)]))
def test_after_any_commands_the_kept_figures_are_those_counted_anew(keeping, steps, since) -> None:
    with transaction.atomic():
        here, there = factories.BuildingFactory(), factories.BuildingFactory()
        office, security = factories.user_with("office"), factories.user_with("security")
        helper = factories.user_with("subdistrict", here.area.parent)
        readers = [office, helper, factories.user_with("administrator", there)]
        for building in (here, there, here):
            unit = factories.UnitFactory(floor=factories.FloorFactory(building=building))
            factories.OccupancyFactory(unit=unit, since=TODAY)
        raised(here, office)
        for step, number in steps:
            for reader in readers:
                told(reader, since)
            do(step, number, office, security, helper)
            for reader in readers:
                first, again = told(reader, since), told(reader, since)
                keeping.FIGURES_KEPT = False
                anew = told(reader, since)
                keeping.FIGURES_KEPT = True
                assert first == again == anew
        transaction.set_rollback(True)


def test_the_commands_of_the_walk_move_figures(keeping):
    """So that the walk above proves something: each kind of step but the last changes what the office reads."""
    here, _there = factories.BuildingFactory(), factories.BuildingFactory()
    office, security = factories.user_with("office"), factories.user_with("security")
    for _number in range(3):
        unit = factories.UnitFactory(floor=factories.FloorFactory(building=here))
        factories.OccupancyFactory(unit=unit, since=TODAY)
    helper = factories.user_with("subdistrict", here.area.parent)
    for step in ("open", "withdraw", "merge", "part", "appoint"):
        before = told(office)
        do(step, 0, office, security, helper)
        assert told(office) != before, step
    do("grant", 1, office, security, helper)
    assert Grant.rows_without_a_reader.filter(user=helper).count() == 2

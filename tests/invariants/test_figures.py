"""I11: a figure equals its list, over any slice and date, whatever was written, changed and taken back."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from louyu.accounts.models import User
from louyu.cases.models import Case
from louyu.core import figures
from louyu.core.models import Fact
from louyu.indicators.queries import measure, moves, number_of, place_of
from louyu.indicators.registry import indicators
from louyu.places.models import Building
from louyu.tenants.models import Occupancy
from louyu.tenants.queries.plans import plan_floors
from louyu.tenants.rules.plan import occupancy
from tests import factories

DAYS = st.dates(datetime.date(2022, 11, 1), datetime.date(2024, 2, 29))
BUILDINGS = [figures.NOWHERE, *(uuid.UUID(int=n) for n in range(1, 4))]
CODES = ("test.one", "test.two")

slow = settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # to shrink takes minutes on a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime.date | None, datetime.date | None]:
    first, second = sorted((draw(DAYS), draw(DAYS)))
    return draw(st.sampled_from([first, first, None])), draw(st.sampled_from([second, None]))


FACTS = st.lists(
    st.builds(
        lambda code, building, span, amount, declared: figures.fact(
            code,
            uuid.uuid4(),
            since=span[0],
            until=span[1],
            building=building,
            amount=amount,
            declared=declared,
        ),
        st.sampled_from(CODES),
        st.sampled_from(BUILDINGS),
        spans(),
        st.integers(1, 10**12),
        st.booleans(),
    ),
    max_size=25,
)


def counted(code: str, day: datetime.date, buildings: list[uuid.UUID] | None) -> figures.Sums:
    """The sums of the facts themselves, one by one."""
    found = [
        f
        for f in Fact.rows_without_a_reader.filter(figures.on_day(day), code=code)
        if buildings is None or f.building in buildings
    ]
    return figures.Sums(len(found), sum(f.amount for f in found), sum(f.amount for f in found if f.declared))


def agree(day: datetime.date, slices: list[list[uuid.UUID] | None]) -> None:
    for part in slices:
        told = figures.tallied(CODES, day, part)
        for code in CODES:
            assert told[code] == counted(code, day, part)
    assert list(figures.differences()) == []


@pytest.mark.django_db
@slow
@given(
    facts=FACTS,
    moved=st.lists(st.tuples(st.integers(0, 24), spans(), st.sampled_from(BUILDINGS)), max_size=8),
    gone=st.sets(st.integers(0, 24), max_size=8),
    days=st.lists(DAYS, min_size=1, max_size=3),
    part=st.lists(st.sampled_from(BUILDINGS), max_size=3),
)
def test_tallies_equal_the_facts_over_any_slice_and_date(facts, moved, gone, days, part) -> None:
    with transaction.atomic():
        Fact.rows_without_a_reader.bulk_create(facts, batch_size=7)
        for day in days:
            agree(day, [None, part])
        changed = [f for n, f in enumerate(facts) if n in {m[0] for m in moved}]
        for number, (since, until), building in moved:
            if number < len(facts):
                facts[number].since, facts[number].until = since, until
                facts[number].building, facts[number].amount = building, number + 1
        Fact.rows_without_a_reader.bulk_update(changed, ["since", "until", "building", "amount"])
        for day in days:
            agree(day, [None, part])
        Fact.rows_without_a_reader.filter(pk__in=[f.pk for n, f in enumerate(facts) if n in gone]).delete()
        for day in days:
            agree(day, [None, part])
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_record_counts_once_at_a_time() -> None:
    subject = uuid.uuid4()
    first = figures.fact("test.one", subject, since=datetime.date(2024, 1, 5), building=None)
    first.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        figures.fact("test.one", subject, since=datetime.date(2024, 2, 1), building=None).save(
            force_insert=True
        )
    figures.fact("test.two", subject, since=None, building=None).save(force_insert=True)
    assert [f.pk for f in figures.standing("test.one", subject)] == [first.pk]


@pytest.mark.django_db
def test_a_tally_that_was_tampered_with_is_found() -> None:
    figures.fact("test.one", uuid.uuid4(), since=None, building=None).save(force_insert=True)
    assert list(figures.differences()) == []
    figures.Tally.rows_without_a_reader.filter(span="month").update(records=2)
    found = list(figures.differences())
    assert [(f.tally.records, f.facts.records) for f in found] == [
        (2, 1),
        (2, 1),
    ]  # its building, the district


# The figures themselves, over a district of random records: three buildings in two subdistricts, one of them nowhere.


@st.composite
def districts(draw: st.DrawFn) -> dict[str, list]:
    return {
        "sitting": draw(
            st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), spans()), max_size=14)
        ),  # enterprise, unit, from and until
        "units": draw(
            st.lists(
                st.tuples(
                    st.sampled_from([None, 80, 120]),
                    st.sampled_from(["let", "let", "not_let", "party"]),
                    st.sampled_from([None, 40, 40, 65]),
                ),
                min_size=6,
                max_size=6,
            )
        ),  # own area, use, what a tenant says
        "cases": draw(
            st.lists(
                st.tuples(st.integers(0, 3), st.booleans(), st.lists(st.tuples(spans()), max_size=3)),
                max_size=10,
            )
        ),  # building (3: none), asked for by the subdistrict's officer, spans in which it counts
    }


def apart(told: list[tuple]) -> list[tuple]:
    """The spans that do not overlap one before them, as the database demands."""
    kept: list[tuple] = []
    for since, until in told:
        begin, end = since or datetime.date.min, until or datetime.date.max
        if (
            all(end <= (s or datetime.date.min) or begin >= (u or datetime.date.max) for s, u in kept)
            and begin < end
        ):
            kept.append((since, until))
    return kept


def build(district: dict[str, list]) -> dict[str, User]:
    """Write the district; the readers who look at it."""
    here = factories.AreaFactory(name="云港社区")
    there = factories.AreaFactory(name="明珠社区")
    buildings = [
        factories.BuildingFactory(area=here),
        factories.BuildingFactory(area=here, key=False),
        factories.BuildingFactory(area=there),
    ]
    readers = {
        "office": factories.user_with("office"),
        "subdistrict": factories.user_with("subdistrict", here.parent),
        "secretary": factories.user_with("secretary", there),
        "administrator": factories.user_with("administrator", buildings[0]),
    }
    units = []
    for number, (area, use, _said) in enumerate(district["units"]):
        floor = factories.FloorFactory(building=buildings[number % 3], number=number + 1)
        units.append(factories.UnitFactory(floor=floor, number=f"{number + 1}01", area=area, use=use))
    enterprises = [factories.EnterpriseFactory() for _ in range(5)]
    seats: dict[tuple[int, int], list[tuple]] = {}
    for enterprise, unit, span in district["sitting"]:
        seats.setdefault((enterprise, unit), []).append(span)
    for (enterprise, unit), told in seats.items():
        for since, until in apart(told):
            factories.OccupancyFactory(
                enterprise=enterprises[enterprise],
                unit=units[unit],
                area=district["units"][unit][2],
                since=since,
                until=until,
            )
    for where, own, told in district["cases"]:
        case = factories.CaseFactory(
            building=buildings[where] if where < 3 else None,
            asker=readers["subdistrict"] if own else None,
        )
        Fact.rows_without_a_reader.bulk_create(
            figures.fact("cases.solved", case, since=since, until=until, building=case.building_id)
            for since, until in apart([span for (span,) in told])
        )
    return readers


def by_hand(code: str, reader: User, day: datetime.date, place: figures.Place) -> int | None:
    """How many records count, asked of each record the reader sees."""
    if code == "places.key_buildings":
        seen = Building.objects.for_reader(reader)
        return sum(b.key and (place.buildings is None or b.pk in place.buildings) for b in seen)
    if code == "tenants.enterprises":
        seen = Occupancy.objects.for_reader(reader).select_related("unit")
        return len(
            {
                o.enterprise_id
                for o in seen
                if (o.since is None or o.since <= day)
                and (o.until is None or o.until > day)
                and (place.buildings is None or o.unit.building_id in place.buildings)
            }
        )
    if code == "cases.solved":
        facts = Fact.rows_without_a_reader.filter(code=code)
        count = {
            f.subject
            for f in facts
            if (f.since is None or f.since <= day) and (f.until is None or f.until > day)
        }
        return sum(
            c.pk in count and (place.buildings is None or c.building_id in place.buildings)
            for c in Case.objects.for_reader(reader)
        )
    return None


def part_of(reader: User, number: int) -> figures.Place:
    """All that the reader sees, one of the three buildings, or the first building's subdistrict."""
    buildings = list(Building.rows_without_a_reader.order_by("pk"))
    if number < 3:
        return place_of(reader, building=buildings[number].pk)
    return figures.EVERYWHERE if number == 3 else place_of(reader, area=buildings[0].area.parent_id)


@pytest.mark.django_db
@settings(parent=slow, max_examples=30)
@given(
    district=districts(),
    days=st.tuples(DAYS, DAYS),
    who=st.sampled_from(["office", "subdistrict", "secretary", "administrator"]),
    part=st.integers(0, 4),
)
def test_every_figure_equals_its_list_for_every_reader_place_and_day(district, days, who, part) -> None:
    first, last = sorted(days)
    with transaction.atomic():
        reader = build(district)[who]
        place = part_of(reader, part)
        for indicator in indicators().values():
            now = measure(indicator, reader, last, place)
            listed = indicator.counted(reader, last, place)
            assert now.records == listed.count()
            true = by_hand(indicator.code, reader, last, place)
            if true is not None:
                assert now.value == true
            found = moves(indicator, reader, first, last, place)
            came, went = number_of(indicator, found.came), number_of(indicator, found.went)
            if indicator.measure is None:
                before = measure(indicator, reader, first, place)
                assert before.value + came - went == now.value
            counting = set(listed.values_list("pk", flat=True))
            assert set(found.came.values_list("pk", flat=True)) <= counting
            assert set(found.changed.values_list("pk", flat=True)) <= counting
            assert not set(found.went.values_list("pk", flat=True)) & counting or indicator.part
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(parent=slow, max_examples=20)
@given(district=districts(), day=DAYS)
def test_the_vacancy_rate_is_that_of_the_stacking_plans(district, day) -> None:
    with transaction.atomic():
        reader = build(district)["office"]
        figure = indicators()["tenants.vacancy_rate"]
        assert figure.part is not None
        for building in Building.rows_without_a_reader.all():
            floors, _unplaced = plan_floors(building, reader, day)
            rate = occupancy(floors)
            place = place_of(reader, building=building.pk)
            told = measure(figure, reader, day, place)
            assert (told.numerator, told.denominator) == (rate.vacant, rate.lettable)
            assert (told.value is None) == (rate.percent is None)
            vacant = figure.part(reader, day, place)
            counted = figure.counted(reader, day, place)
            assert {u.pk: u.measured for u in vacant} == {u.pk: u.measured for u in counted if not u.tenants}
        transaction.set_rollback(True)

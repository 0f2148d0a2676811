"""I11: a figure equals its list, over any slice and date, whatever was written, changed and taken back."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from louyu.core import figures
from louyu.core.models import Fact

DAYS = st.dates(datetime.date(2022, 11, 1), datetime.date(2024, 2, 29))
BUILDINGS = [figures.NOWHERE, *(uuid.UUID(int=n) for n in range(1, 4))]
CODES = ("test.one", "test.two")

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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
    (found,) = figures.differences()
    assert (found.tally.records, found.facts.records) == (2, 1)

"""I13: occupancies of one enterprise in one unit never overlap, whoever writes at the same time."""

import datetime
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from louyu.tenants.models import Occupancy
from louyu.tenants.rules.merging import Span, overlap
from tests.factories import EnterpriseFactory, OccupancyFactory, UnitFactory

DAY = datetime.date(2024, 1, 1)
days = st.one_of(st.none(), st.integers(0, 30).map(lambda n: DAY + datetime.timedelta(n)))
spans = st.tuples(days, days).filter(lambda s: s[0] is None or s[1] is None or s[0] < s[1])


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=spans, other=spans)
def test_the_database_refuses_what_overlaps_and_takes_what_does_not(one: Span, other: Span) -> None:
    unit, enterprise = UnitFactory(), EnterpriseFactory()
    OccupancyFactory(unit=unit, enterprise=enterprise, since=one[0], until=one[1])
    try:
        with transaction.atomic():
            OccupancyFactory(unit=unit, enterprise=enterprise, since=other[0], until=other[1])
        refused = False
    except IntegrityError:
        refused = True
    assert refused == overlap(one, other)


@pytest.mark.django_db
def test_several_enterprises_share_a_unit_and_one_sits_in_several() -> None:
    first = OccupancyFactory()
    OccupancyFactory(unit=first.unit)
    OccupancyFactory(enterprise=first.enterprise)
    assert Occupancy.rows_without_a_reader.count() == 3


@pytest.mark.django_db
def test_a_later_change_may_not_overlap_either() -> None:
    first = OccupancyFactory(until=datetime.date(2023, 1, 1))
    second = OccupancyFactory(unit=first.unit, enterprise=first.enterprise, since=datetime.date(2023, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Occupancy.rows_without_a_reader.filter(pk=second.pk).update(since=datetime.date(2022, 12, 31))


def move_in_at_once(clients: int) -> tuple[int, int]:
    """So many clients write the same occupancy at the same moment: how many were taken, how many are there."""
    unit, enterprise = UnitFactory(), EnterpriseFactory()
    start, taken = threading.Barrier(clients), []

    def move_in() -> None:
        start.wait()
        try:
            OccupancyFactory(unit=unit, enterprise=enterprise, since=DAY)
            taken.append(1)
        except DatabaseError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=move_in) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken), Occupancy.rows_without_a_reader.filter(unit=unit).count()


@pytest.mark.django_db(transaction=True)
def test_of_many_clients_at_once_exactly_one_wins() -> None:
    for _ in range(3):
        assert move_in_at_once(8) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_the_race_is_lost() -> None:
    """The race above can fail: with the constraint dropped, all of them get in."""
    constraint = next(c for c in Occupancy._meta.constraints if c.name == "occupancy_no_overlap")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'occupancy%%'"
            )
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("ALTER TABLE tenants_occupancy DROP CONSTRAINT occupancy_no_overlap")
    try:
        assert move_in_at_once(8) == (8, 8)
    finally:
        Occupancy.rows_without_a_reader.all().delete()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for _name, sql in triggers:
                    cursor.execute(sql)
        if connection.vendor != "sqlite":
            with connection.schema_editor() as editor:
                editor.add_constraint(Occupancy, constraint)

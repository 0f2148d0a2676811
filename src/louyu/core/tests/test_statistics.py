"""SQLite's planner knows how many rows there are."""

import pytest
from django.db import OperationalError, connection

from louyu.core import statistics
from louyu.core.statistics import count_for_the_planner
from tests.factories import BuildingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_rows_are_counted():
    BuildingFactory.create_batch(3)
    count_for_the_planner()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'places_building'")
        assert {told.split()[0] for (told,) in cursor.fetchall()} == {"3"}


def test_a_database_that_is_being_written_to_is_left_alone(monkeypatch):
    class Busy:
        vendor = "sqlite"

        def cursor(self):
            raise OperationalError("database is locked")

    monkeypatch.setattr(statistics, "connection", Busy())
    count_for_the_planner()

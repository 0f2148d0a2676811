"""Prepared statements give what the query itself gives, for each reader their own rows."""

from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from louyu.accounts.models import Grant, User
from louyu.accounts.rules import Role
from louyu.core.models import Fact, new_id
from louyu.core.prepared import prepared
from louyu.places.models import Building
from tests.factories import BuildingFactory, user_with

pytestmark = pytest.mark.django_db


@prepared
def _buildings(reader: User, *keys: UUID) -> "QuerySet[Building]":
    return Building.objects.for_reader(reader).filter(pk__in=keys).select_related("area").order_by("name")


@prepared
def _named(name: str, besides: UUID | None, *, active: bool) -> "QuerySet[Any]":
    found = Building.rows_without_a_reader.filter(name=name, active=active).exclude(pk=besides)
    return found.values_list("pk", flat=True)


@prepared
def _changed(name: str) -> "QuerySet[Building]":
    return Building.rows_without_a_reader.filter(name=name.upper() + name)


def test_each_reader_gets_their_own_rows() -> None:
    one, other = BuildingFactory.create(name="甲"), BuildingFactory.create(name="乙")
    office, keeper = user_with(Role.OFFICE), user_with(Role.ADMINISTRATOR, one)
    for _again in range(2):
        assert set(_buildings(office, one.pk, other.pk)) == {one, other}
        assert _buildings(keeper, one.pk, other.pk) == [one]
        assert _buildings(keeper, other.pk) == []
        assert _buildings(user_with(Role.SYSTEM), one.pk) == []


def test_a_grant_taken_back_is_seen_by_the_next_request() -> None:
    house = BuildingFactory.create()
    keeper = user_with(Role.ADMINISTRATOR, house)
    assert _buildings(keeper, house.pk) == [house]
    Grant.rows_without_a_reader.filter(user=keeper).delete()
    assert _buildings(User.rows_without_a_reader.get(pk=keeper.pk), house.pk) == []


def test_one_query_with_the_values_of_the_call_and_related_records() -> None:
    first, second = BuildingFactory.create(name="甲"), BuildingFactory.create(name="乙")
    office = user_with(Role.OFFICE)
    _buildings(office, first.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        (found,) = _buildings(office, second.pk)
        assert (found, found.area.name) == (second, second.area.name)
    assert len(asked) == 1


def test_shapes_are_told_apart() -> None:
    house = BuildingFactory.create(name="甲", active=True)
    assert _named("甲", None, active=True) == [house.pk]
    assert _named("甲", None, active=False) == []
    assert _named("甲", house.pk, active=True) == []
    assert _named("甲", new_id(), active=True) == [house.pk]


def test_a_value_that_is_changed_on_its_way_is_refused() -> None:
    with pytest.raises(ValueError, match="does not hand on"):
        _changed("甲")


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_share_statements() -> None:
    house = BuildingFactory.create(name="甲")
    found: list[Any] = [_named("甲", None, active=True)]

    def ask() -> None:
        found.append(_named("甲", None, active=True))
        connection.close()

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[house.pk]] * 4


def test_what_is_saved_is_what_is_read() -> None:
    house = BuildingFactory.build(name="甲", area=BuildingFactory.create().area)
    house.save(force_insert=True)
    stored = Building.rows_without_a_reader.get(pk=house.pk)
    names = [field.attname for field in Building._meta.concrete_fields]
    assert [getattr(stored, name) for name in names] == [getattr(house, name) for name in names]
    again = BuildingFactory.build(pk=house.pk, name="乙", area=house.area)
    with pytest.raises(IntegrityError):
        again.save(force_insert=True)


def test_the_constraints_of_the_database_hold_for_what_is_saved() -> None:
    fact = Fact(code="cases.open", subject=new_id(), since="2026-01-02", until="2026-01-01")
    with pytest.raises(IntegrityError):
        fact.save(force_insert=True)

"""Two records of one enterprise become one with nothing lost, and apart again as if nothing had been."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from louyu.accounts.chain import snapshot
from louyu.accounts.commands import console_user
from louyu.accounts.rules import Role
from louyu.core.errors import Conflict, Refusal
from louyu.tenants.commands import merge, part
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy
from tests.factories import ContactFactory, EnterpriseFactory, OccupancyFactory, UnitFactory, user_with

pytestmark = pytest.mark.django_db


def everything() -> dict[str, Any]:
    """All rows of the register, by model and key."""
    return {
        f"{model._meta.label} {row.pk}": snapshot(row)
        for model in apps.get_app_config("tenants").get_models()
        for row in model._default_manager.all()
    }


@pytest.fixture
def doubled() -> tuple[Enterprise, Enterprise]:
    """The same enterprise twice: both behind one door, the second with another door, a contact, a code, a branch."""
    kept = EnterpriseFactory(name="台州云杉软件有限公司", credit_code=None, staff=None)
    other = EnterpriseFactory(name="云杉软件", staff=30)
    unit = UnitFactory()
    OccupancyFactory(enterprise=kept, unit=unit, since=datetime.date(2022, 5, 1))
    OccupancyFactory(enterprise=other, unit=unit, since=datetime.date(2021, 3, 1))
    OccupancyFactory(enterprise=other)
    ContactFactory(enterprise=other)
    EnterpriseFactory(parent=other, branch_office=True)
    DeclaredCount.rows_without_a_reader.create(enterprise=other, members=4, as_of=datetime.date(2026, 10, 31))
    return kept, other


def test_all_that_hung_on_the_other_hangs_on_the_one_that_stays(
    doubled: tuple[Enterprise, Enterprise],
) -> None:
    kept, other = doubled
    code = other.credit_code
    merge(kept, other, reason="同一块门牌", by=console_user())
    kept.refresh_from_db()
    assert (kept.credit_code, kept.staff) == (code, 30)
    spans = Occupancy.rows_without_a_reader.filter(enterprise=kept).values_list("since", flat=True)
    assert sorted(spans) == [datetime.date(2021, 3, 1), datetime.date(2022, 3, 1)]
    for model in (Contact, DeclaredCount):
        assert model.rows_without_a_reader.filter(enterprise=kept).count() == 1
    assert Enterprise.rows_without_a_reader.filter(parent=kept).count() == 1
    assert not Occupancy.rows_without_a_reader.filter(enterprise=other).exists()


def test_parting_gives_back_every_record_as_it_was(doubled: tuple[Enterprise, Enterprise]) -> None:
    kept, other = doubled
    before = everything()
    merge(kept, other, reason="同一块门牌", by=console_user())
    assert everything() != before
    part(kept, by=console_user())
    assert everything() == before


def test_what_was_merged_is_not_merged_again(doubled: tuple[Enterprise, Enterprise]) -> None:
    kept, other = doubled
    merge(kept, other, reason="", by=console_user())
    with pytest.raises(Conflict):
        merge(EnterpriseFactory(), other, reason="", by=console_user())
    with pytest.raises(Refusal):
        merge(kept, kept, reason="", by=console_user())


def test_a_merge_on_which_something_later_depends_stays(doubled: tuple[Enterprise, Enterprise]) -> None:
    kept, other = doubled
    merge(kept, other, reason="", by=console_user())
    Enterprise.rows_without_a_reader.filter(pk=kept.pk).update(staff=99)
    with pytest.raises(Conflict):
        part(kept, by=console_user())


def test_whoever_keeps_only_one_of_them_may_not_merge(doubled: tuple[Enterprise, Enterprise]) -> None:
    kept, _other = doubled
    building = Occupancy.rows_without_a_reader.filter(enterprise=kept).get().unit.building
    stranger = EnterpriseFactory()
    OccupancyFactory(enterprise=stranger)
    client = Client()
    client.force_login(user_with(Role.ADMINISTRATOR, building))
    assert client.get(f"/enterprises/{kept.pk}/merge/{stranger.pk}/").status_code == 404


def test_the_pages_merge_and_part(doubled: tuple[Enterprise, Enterprise]) -> None:
    kept, other = doubled
    client = Client()
    client.force_login(user_with(Role.OFFICE))
    assert "云杉软件" in client.get(f"/enterprises/{kept.pk}/merge/{other.pk}/").content.decode()
    client.post(f"/enterprises/{kept.pk}/merge/{other.pk}/", {"reason": "同一块门牌"})
    assert "已并入" in client.get(f"/enterprises/{kept.pk}/").content.decode()
    client.post(f"/enterprises/{kept.pk}/part/")
    other.refresh_from_db()
    assert other.merged_into_id is None

"""What the factories make is valid, so that no test fails for a reason it does not name."""

import datetime

import pytest
from django.contrib.auth import authenticate

from louyu.accounts.rules import Role
from louyu.places.models import Area
from tests import factories


def test_credit_codes_are_those_of_the_standard() -> None:
    """91350100M000100Y43 is the worked example that GB 32100-2015 is usually quoted with."""
    assert factories.with_check_characters("91350100M000100Y") == "91350100M000100Y43"
    assert factories.credit_code(0)[:16] == "91331002MA000000"


def test_identity_numbers_end_in_their_check_character() -> None:
    """11010519491231002X is the worked example of GB 11643-1999."""
    made = factories.identity_number(2, born=datetime.date(1949, 12, 31), region="110105")
    assert made == "11010519491231002X"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        factories.AreaFactory,
        factories.BuildingFactory,
        factories.FloorFactory,
        factories.UnitFactory,
        factories.EnterpriseFactory,
        factories.OccupancyFactory,
        factories.PersonFactory,
        factories.ContactFactory,
        factories.GrantFactory,
        factories.UserFactory,
    ],
)
def test_a_record_is_valid_by_default(make) -> None:  # type: ignore[no-untyped-def]
    for record in (make(), make()):
        record.full_clean()


@pytest.mark.django_db
def test_community_lies_in_a_subdistrict() -> None:
    community = factories.AreaFactory()
    assert (community.kind, community.parent.kind) == (Area.Kind.COMMUNITY, Area.Kind.SUBDISTRICT)


@pytest.mark.django_db
def test_unit_and_its_floor_are_in_one_building() -> None:
    building = factories.BuildingFactory()
    by_building = factories.UnitFactory(building=building)
    assert by_building.floor.building == building
    by_floor = factories.UnitFactory(floor=by_building.floor)
    assert by_floor.building == building
    assert factories.UnitFactory(building=building, floor=None).floor is None


@pytest.mark.django_db
def test_person_is_found_by_what_was_given_in_the_clear() -> None:
    person = factories.PersonFactory(name="沈雨晴", phone="13812342046")
    assert person.opened("phone") == "13812342046"
    assert (person.name_masked, person.phone_masked) == ("沈**", "138****2046")


@pytest.mark.django_db
def test_user_with_a_role_over_a_building_sees_that_building_only() -> None:
    here, elsewhere = factories.BuildingFactory(), factories.BuildingFactory()
    chief = factories.user_with(Role.CHIEF, here)
    grant = chief.running_grants[0]
    assert (grant.scope_kind, grant.scope_id) == ("building", here.pk)
    assert grant.scope_id != elsewhere.pk


@pytest.mark.django_db
def test_user_can_sign_in_with_the_common_password(rf) -> None:  # type: ignore[no-untyped-def]
    user = factories.UserFactory()
    assert authenticate(rf.post("/"), username=user.username, password=factories.PASSWORD) == user

"""Lists by machine: pages, cursors, limits, whose rows, how many queries."""

import pytest

from louyu.core.models import new_id
from tests.factories import (
    AreaFactory,
    BuildingFactory,
    CaseFactory,
    ContactFactory,
    DepartmentFactory,
    EnterpriseFactory,
    OccupancyFactory,
    OrganisationFactory,
    PersonFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db


def names(items):
    return [item["name"] for item in items]


def test_pages_follow_each_other_in_the_order_of_coming_in(machine):
    made = [BuildingFactory().name for _n in range(5)]
    system, seen, cursor = machine(), [], ""
    for size in (2, 2, 1):
        page = system.get(f"buildings?limit=2&cursor={cursor}").json()
        assert len(page["items"]) == size
        seen += names(page["items"])
        cursor = page["next"]
    assert (seen, cursor) == (made, None)


def test_the_last_full_page_has_no_next(machine):
    BuildingFactory.create_batch(2)
    assert machine().get("buildings?limit=2").json()["next"] is None


def test_a_record_made_meanwhile_shifts_no_page(machine):
    made = [BuildingFactory().name for _n in range(4)]
    system = machine()
    first = system.get("buildings?limit=2").json()
    made.append(BuildingFactory().name)
    assert names(first["items"]) + names(system.items(f"buildings?limit=9&cursor={first['next']}")) == made


def test_a_page_has_25_items_where_nobody_says_otherwise(machine):
    BuildingFactory.create_batch(26)
    assert len(machine().items("buildings")) == 25


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("limit=0", "limit", "0"),
        ("limit=101", "limit", "101"),
        ("limit=ten", "limit", "ten"),
        ("limit=", "limit", ""),
        ("cursor=x", "cursor", "x"),
        ("cursor=%00", "cursor", "\0"),
        ("cursor=" + "一" * 22, "cursor", "一" * 22),
        ("page=2", "page", "2"),
        ("area=7", "area", "7"),
        ("key=perhaps", "key", "perhaps"),
    ],
)
def test_a_bad_parameter_is_refused_with_field_value_and_mend(machine, query, field, value):
    answer = machine().get(f"buildings?{query}")
    told = answer.json()
    assert (answer.status_code, told["field"], told["value"]) == (422, field, value)
    assert told["mend"]


@pytest.mark.parametrize(
    "address", ["buildings", "enterprises", "departments", "organisations", "categories", "cases"]
)
def test_every_list_ends_beyond_its_last_record(machine, address):
    beyond = "_" * 21 + "w"  # the highest key
    assert machine().get(f"{address}?cursor={beyond}").json() == {"items": [], "next": None}


def test_buildings_are_those_of_the_reader_s_scope_and_in_use(machine):
    community = AreaFactory()
    here = BuildingFactory(area=community)
    elsewhere = BuildingFactory()
    gone = BuildingFactory(area=community, active=False)
    assert names(machine().items("buildings")) == [here.name, elsewhere.name]
    for user in (user_with("secretary", community), user_with("administrator", here)):
        assert names(machine(user).items("buildings")) == [here.name]
    system = machine(user_with("secretary", community))
    assert system.get(f"buildings/{gone.pk}").json()["active"] is False
    assert system.get(f"buildings/{elsewhere.pk}").status_code == 404
    for role in ("audit", "security"):
        assert machine(user_with(role)).items("buildings") == []


def test_buildings_are_narrowed_by_area_and_by_key(machine):
    community = AreaFactory()
    first, second = BuildingFactory(area=community), BuildingFactory(area=community.parent, key=False)
    BuildingFactory()
    system = machine()
    assert names(system.items(f"buildings?area={community.parent.pk}")) == [first.name, second.name]
    assert names(system.items(f"buildings?area={community.pk}&key=true")) == [first.name]
    assert names(system.items("buildings?key=false")) == [second.name]


def test_a_building_is_told_as_the_register_has_it(machine):
    building = BuildingFactory(name="华伟总部大厦", floor_area="49200.50")
    told = machine().get(f"buildings/{building.pk}").json()
    assert told["id"] == str(building.pk)
    assert (told["name"], told["floor_area"], told["key"]) == ("华伟总部大厦", 49200.5, True)
    assert (told["subdistrict"], told["community"]) == (building.area.parent.name, building.area.name)
    assert told["origin"] == "entered"


def test_an_enterprise_is_told_with_its_places_and_its_contact_masked(machine):
    occupancy = OccupancyFactory()
    person = PersonFactory(name="沈雨晴", phone="13812342046")
    ContactFactory(enterprise=occupancy.enterprise, person=person)
    answer = machine().get(f"enterprises/{occupancy.enterprise.pk}")
    told = answer.json()
    (place,) = told["places"]
    assert place["building"] == str(occupancy.unit.building.pk)
    assert (place["unit"], place["area"], place["since"]) == (occupancy.unit.number, 120.0, "2022-03-01")
    assert told["contacts"] == [{"name_masked": "沈**", "phone_masked": "138****2046", "position": "联络员"}]
    assert "13812342046" not in answer.content.decode()
    assert "沈雨晴" not in answer.content.decode()


def test_enterprises_are_those_of_the_reader_s_scope(machine):
    here, elsewhere = OccupancyFactory(), OccupancyFactory()
    system = machine(user_with("administrator", here.unit.building))
    assert names(system.items("enterprises")) == [here.enterprise.name]
    assert system.get(f"enterprises/{elsewhere.enterprise.pk}").status_code == 404
    liaison = machine(user_with("liaison", elsewhere.enterprise))
    assert names(liaison.items("enterprises")) == [elsewhere.enterprise.name]


def test_enterprises_are_narrowed_to_those_that_sit_in_a_building_today(machine):
    here = OccupancyFactory()
    OccupancyFactory()
    OccupancyFactory(unit=UnitFactory(building=here.unit.building), until="2023-01-01")
    found = machine().items(f"enterprises?building={here.unit.building.pk}")
    assert names(found) == [here.enterprise.name]


def test_an_enterprise_merged_into_another_is_not_listed_but_says_into_which(machine):
    kept = EnterpriseFactory()
    gone = EnterpriseFactory(merged_into=kept, credit_code=None)
    system = machine()
    assert names(system.items("enterprises")) == [kept.name]
    assert system.get(f"enterprises/{gone.pk}").json()["merged_into"] == str(kept.pk)


@pytest.mark.parametrize("address", ["buildings", "enterprises", "organisations", "cases"])
def test_what_is_not_there_is_not_found(machine, address):
    answer = machine().get(f"{address}/{new_id()}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


QUERIES = {
    "buildings": 3, "enterprises": 5, "departments": 2, "organisations": 4, "categories": 2, "cases": 3,
}  # fmt: skip
"""The token with its user, the rows; the grants where not everybody sees all; occupancies and contacts; seats."""


@pytest.mark.parametrize("address", QUERIES)
def test_the_number_of_queries_does_not_grow_with_the_rows(machine, address, django_assert_num_queries):
    system = machine()
    system.get(address)  # the day of the first use is noted
    for count in (1, 8):
        for _n in range(count):
            occupancy = OccupancyFactory()
            ContactFactory(enterprise=occupancy.enterprise)
            CaseFactory(building=occupancy.unit.building, enterprise=occupancy.enterprise)
            DepartmentFactory()
            OrganisationFactory(buildings=[occupancy.unit.building])
        with django_assert_num_queries(QUERIES[address]):
            assert len(system.items(f"{address}?limit=100")) >= count

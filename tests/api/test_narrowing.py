"""What a list declares is what its API takes: the same filters, search and sorts, and a clear no to all else."""

from urllib.parse import urlencode

import pytest

from louyu.cases.lists import LIST as CASES
from louyu.core.lists import Listing
from louyu.core.models import new_id
from louyu.core.words import search_text
from louyu.integrations.api import api
from louyu.places.lists import BUILDINGS
from louyu.tenants.lists import ENTERPRISES
from tests.factories import (
    BuildingFactory,
    CaseFactory,
    EnterpriseFactory,
    OccupancyFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

LISTS = {"buildings": BUILDINGS, "enterprises": ENTERPRISES, "cases": CASES}


def names(items):
    return [item["name"] for item in items]


def parameters(address):
    operation = api.get_openapi_schema()["paths"][f"/api/v1/{address}"]["get"]
    return {p["name"]: p for p in operation["parameters"]}


@pytest.mark.parametrize("address", LISTS)
def test_the_contract_names_every_filter_and_sort_of_the_list(address):
    declared, told = LISTS[address], parameters(address)
    filters = {name for f in declared.filters for name in f.parameters}
    assert set(told) == filters | {"cursor", "limit", "q", "sort"}
    sorts = {c.name for c in declared.columns if c.sort is not None}
    assert {s.removeprefix("-") for s in told["sort"]["schema"]["enum"]} == sorts
    assert all(p["description"] and p["description"].isascii() for p in told.values())
    assert not any(p["required"] for p in told.values())


def varied():
    """Buildings with ties and gaps in what is sorted by."""
    for n in range(30):
        BuildingFactory(
            name=f"楼{n:02d}",
            floor_area=None if n % 7 == 0 else 1000 + n % 5,
            floors_above=n % 3 + 1,
            key=n % 2 == 0,
        )


@pytest.mark.parametrize(
    "sort", sorted(s for c in BUILDINGS.columns if c.sort is not None for s in (c.name, f"-{c.name}"))
)
def test_sorted_pages_show_every_row_once_in_the_order_of_the_page(machine, sort):
    varied()
    system = machine()
    seen, cursor = [], ""
    while cursor is not None:
        page = system.get(f"buildings?limit=7&sort={sort}&cursor={cursor}").json()
        seen += names(page["items"])
        cursor = page["next"]
    asked = Listing(BUILDINGS, system.user, _query(sort=sort, size="100"))
    assert seen == [row.record.name for row in asked.page.rows]
    assert len(set(seen)) == 30


def _query(**given):
    from django.http import QueryDict

    return QueryDict(urlencode(given))


def test_a_row_made_meanwhile_shifts_no_sorted_page(machine):
    varied()
    system = machine()
    first = system.get("buildings?limit=10&sort=name").json()
    BuildingFactory(name="楼00a")
    rest = system.items(f"buildings?limit=100&sort=name&cursor={first['next']}")
    assert names(rest) == [f"楼{n:02d}" for n in range(10, 30)]


def test_lists_are_narrowed_as_their_pages_are(machine):
    varied()
    system = machine()
    found = system.items("buildings?key=true&floor_area.from=1001&floor_area.to=1003&limit=100")
    assert found
    assert all(b["key"] and 1001 <= b["floor_area"] <= 1003 for b in found)
    assert len(system.items("buildings?key=no&limit=100")) == 15


def test_search_finds_by_pinyin_initials_and_the_end_of_a_code(machine):
    firm = EnterpriseFactory(name="台州云杉软件有限公司", search=search_text("台州云杉软件有限公司"))
    OccupancyFactory(enterprise=firm)
    code = "91331002MA2K00B17T"
    EnterpriseFactory(name="东屿律师事务所", credit_code=code, search=search_text("东屿律师事务所", code))
    system = machine()
    for words, name in (
        ("云杉", "台州云杉软件有限公司"),
        ("yunshan", "台州云杉软件有限公司"),
        (code[-4:], "东屿律师事务所"),
    ):
        assert names(system.items(f"enterprises?{urlencode({'q': words})}")) == [name]
    assert names(system.items("enterprises?state=sitting")) == ["台州云杉软件有限公司"]
    assert names(system.items("enterprises?state=nowhere&code=true")) == ["东屿律师事务所"]


def test_cases_are_narrowed_by_state_overdue_and_day_and_sorted_by_deadline(machine):
    open_case, closed = CaseFactory(), CaseFactory(state="closed")
    system = machine()
    assert [c["id"] for c in system.items("cases?state=open")] == [str(open_case.pk)]
    assert {c["id"] for c in system.items("cases?sort=-deadline")} == {str(open_case.pk), str(closed.pk)}
    assert system.items("cases?overdue=true&raised.from=2126-01-01") == []
    assert system.items(f"cases?building={new_id()}") == []


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("sort=text", "sort", "text"),
        ("sort=", "sort", ""),
        ("state=lost", "state", "lost"),
        ("state=", "state", ""),
        ("category=lunch", "category", "lunch"),
        ("building=7", "building", "7"),
        ("overdue=perhaps", "overdue", "perhaps"),
        ("raised.from=yesterday", "raised.from", "yesterday"),
        ("raised.from=%20", "raised.from", " "),
        ("raised.from=2026-01-02&raised.to=2026-01-01", "raised.to", "2026-01-01"),
        ("q=" + "a" * 101, "q", "a" * 40 + "…"),
        ("q=a%00b", "q", "a\0b"),
        ("stat=open", "stat", "open"),
        ("page=1000000000", "page", "1000000000"),
        ("size=25", "size", "25"),
        ("only=7", "only", "7"),
        ("sort=number&cursor=x", "cursor", "x"),
        ("sort=number&cursor=AZhJxAAAAAAAAAAAAAAAAA", "cursor", "AZhJxAAAAAAAAAAAAAAAAA"),
        ("cursor=WyJudW1iZXIiLCIyMDI2LTAwMDAwMSIsIjAiXQ", "cursor", "WyJudW1iZXIiLCIyMDI2LTAwMDAwMSIsIjAiXQ"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_with_field_value_and_mend(machine, query, field, value):
    CaseFactory()
    answer = machine().get(f"cases?{query}")
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (told["field"], told["value"]) == (field, value)
    assert told["mend"]


def test_a_cursor_belongs_to_its_sort(machine):
    varied()
    system = machine()
    by_name = system.get("buildings?limit=5&sort=name").json()["next"]
    for other in ("sort=-name&", "sort=floor_area&", ""):
        assert system.get(f"buildings?{other}cursor={by_name}").json()["field"] == "cursor"


@pytest.mark.parametrize(
    "query", ["sort=-deadline&limit=100", "q=1&limit=100", "state=open&overdue=no&limit=100"]
)
def test_narrowed_and_sorted_it_asks_the_same_however_many(machine, query, django_assert_max_num_queries):
    system = machine(user_with("office"))
    for count in (1, 8):
        CaseFactory.create_batch(count)
        system.get(f"cases?{query}")
        with django_assert_max_num_queries(4):
            system.get(f"cases?{query}")

"""The list of enterprises: whose, where they sit, what is masked, at what cost."""

import datetime
import io

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse

from louyu.core.lists import Listing
from louyu.tenants.lists import ENTERPRISES
from louyu.workbooks.models import ImportBatch
from tests.factories import (
    BuildingFactory,
    ContactFactory,
    EnterpriseFactory,
    FloorFactory,
    OccupancyFactory,
    PersonFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

GONE = {"since": datetime.date(2020, 1, 1), "until": datetime.date(2021, 1, 1)}


@pytest.fixture
def see(client):
    def page(user, query=""):
        client.force_login(user)
        return client.get(reverse("tenants:enterprise_list") + query)

    return page


def names(answer):
    return {row.record.name for row in answer.context["page"].rows}


def door(building, number="1703", floor=None):
    floor = floor or building.floors.first() or FloorFactory(building=building, number=17)
    return UnitFactory(building=building, floor=floor, number=number)


def test_an_administrator_sees_the_enterprises_of_the_building_only(see):
    here, elsewhere = BuildingFactory(), BuildingFactory()
    OccupancyFactory(enterprise__name="云杉软件", unit=door(here))
    OccupancyFactory(enterprise__name="万里贸易", unit=door(elsewhere))
    EnterpriseFactory(name="没有位置")
    assert names(see(user_with("administrator", here))) == {"云杉软件"}
    assert names(see(user_with("subdistrict", here.area.parent))) == {"云杉软件"}
    assert names(see(user_with("office"))) == {"云杉软件", "万里贸易", "没有位置"}


@pytest.mark.parametrize("role", ["system", "security", "audit", "member"])
def test_roles_that_serve_no_enterprise_see_none(see, role):
    OccupancyFactory()
    assert names(see(user_with(role))) == set()


def test_a_liaison_sees_the_own_enterprise(see):
    own = OccupancyFactory(enterprise__name="云杉软件").enterprise
    OccupancyFactory()
    assert names(see(user_with("liaison", own))) == {"云杉软件"}


def test_only_the_places_of_ones_scope_are_said(see):
    here, elsewhere = BuildingFactory(name="华伟总部大厦"), BuildingFactory(name="万达广场")
    both = EnterpriseFactory()
    OccupancyFactory(enterprise=both, unit=door(here, "1703"), area=100)
    OccupancyFactory(enterprise=both, unit=door(here, "1704"), area=50)
    OccupancyFactory(enterprise=both, unit=door(elsewhere, "902"), area=900)
    text = see(user_with("administrator", here)).content.decode()
    assert "华伟总部大厦 1703、1704" in text
    assert "万达广场" not in text
    assert ">150<" in text
    assert "万达广场 902；华伟总部大厦 1703、1704" in see(user_with("office")).content.decode()


def test_one_that_was_merged_away_is_not_listed(see):
    kept = EnterpriseFactory(name="留下")
    EnterpriseFactory(name="并入", merged_into=kept)
    assert names(see(user_with("office"))) == {"留下"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?state=sitting", {"在"}),
        ("?state=moved_out", {"走"}),
        ("?state=nowhere", {"无"}),
        ("?code=no", {"无"}),
        ("?code=yes", {"在", "走"}),
        ("?branch=yes", {"走"}),
        ("?branch=no", {"在", "无"}),
        ("?industry=F", {"走"}),
        ("?form=firm", {"无"}),
        ("?staff.from=10", {"在"}),
        ("?building={building}", {"在"}),
        ("?building={building}&state=moved_out", {"走"}),
        ("?area={area}", {"在"}),
        ("?area={subdistrict}", {"在"}),
        ("?q=zai", {"在"}),
        ("?q=017L", {"走"}),
    ],
)
def test_filters(see, query, expected):
    building = BuildingFactory()
    sitting = EnterpriseFactory(name="在", staff=20, search="在 z zai")
    gone = EnterpriseFactory(
        name="走", branch_office=True, industry_section="F", search="走 z zou 91331002ma2k00017l"
    )
    EnterpriseFactory(name="无", credit_code=None, legal_form="firm")
    OccupancyFactory(enterprise=sitting, unit=door(building))
    OccupancyFactory(enterprise=gone, unit=door(building, "2"), **GONE)
    ids = {"building": building.pk, "area": building.area.pk, "subdistrict": building.area.parent.pk}
    answer = see(user_with("office"), query.format(**ids))
    assert not answer.context["list"].notices
    assert names(answer) == expected


def test_contacts_are_masked_on_the_page_and_in_the_file(see):
    contact = ContactFactory(person=PersonFactory(name="沈雨晴", phone="13812342046"))
    OccupancyFactory(enterprise=contact.enterprise)
    office = user_with("office")
    text = see(office).content.decode()
    assert "沈** 138****2046" in text
    assert "13812342046" not in text
    book = openpyxl.load_workbook(io.BytesIO(b"".join(see(office, "?format=xlsx").streaming_content)))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row]
    assert "沈** 138****2046" in cells
    assert not any("沈雨晴" in c or "13812342046" in c for c in cells)
    assert any("已遮盖" in c for c in cells)


def imported(name, **values):
    batch = ImportBatch(by=user_with("office"), file_name=name, file_digest=b"x", file_key_sealed=b"x")
    batch.save()
    return {
        "origin": "imported",
        "origin_batch": batch.pk,
        "origin_sheet": "台账",
        "origin_row": 318,
        **values,
    }


def test_the_origin_is_said_in_words(see):
    EnterpriseFactory(**imported("2026-10 企业台账.xlsx"))
    assert "导入 2026-10 企业台账.xlsx，第 318 行" in see(user_with("office")).content.decode()


@pytest.mark.parametrize("rows", [5, 50])
def test_queries_per_page_are_constant(rows, django_assert_num_queries):
    office, building = user_with("office"), BuildingFactory()
    for n in range(rows):
        occupancy = OccupancyFactory(
            unit=door(building, f"{n}"), enterprise=EnterpriseFactory(**imported("甲.xlsx"))
        )
        ContactFactory(enterprise=occupancy.enterprise)
    office.running_grants  # noqa: B018 — read once per request, by whatever asks first
    # the count; keys of the page, its rows, their places, contacts and files
    with django_assert_num_queries(6):
        asked = Listing(ENTERPRISES, office, QueryDict("size=100&sort=-since"), path="/")
        assert asked.count == len(asked.page.rows) == rows


def test_every_sort_can_be_used_both_ways(see):
    EnterpriseFactory(industry_section="", staff=None, credit_code=None)
    OccupancyFactory()
    office = user_with("office")
    for column in ENTERPRISES.columns:
        if column.sort is not None:
            for way in ("", "-"):
                answer = see(office, f"?sort={way}{column.name}")
                assert len(answer.context["page"].rows) == 2
                assert not answer.context["list"].notices


@pytest.mark.parametrize("sort", ["area", "-area", "since", "-since"])
def test_pages_sorted_by_what_is_computed_hold_together(see, sort):
    office, building = user_with("office"), BuildingFactory()
    for n in range(60):
        enterprise = EnterpriseFactory()
        if n % 6:
            for part in (0, 1):
                OccupancyFactory(
                    enterprise=enterprise,
                    unit=door(building, f"{n}-{part}"),
                    area=None if n % 5 == 0 else f"{33 + n % 3}.37",
                    since=None if n % 4 == 0 else datetime.date(2020, 1, 1 + n % 3),
                )
    answer = see(office, f"?sort={sort}")
    seen = [row.record.pk for row in answer.context["page"].rows]
    while answer.context["page"].next:
        answer = see(office, "?" + answer.context["page"].next.split("?")[1])
        assert not answer.context["list"].notices
        seen += [row.record.pk for row in answer.context["page"].rows]
    assert len(seen) == len(set(seen)) == 60

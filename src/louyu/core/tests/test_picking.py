"""Turning pages while rows come and go, values pasted from a sheet, rows ticked: whatever the list, nothing is lost."""

from urllib.parse import urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from louyu.core.lists import Column, List, Listing
from louyu.core.words import search_text
from louyu.places.lists import BUILDINGS
from louyu.places.models import Building
from tests.factories import BuildingFactory, CaseFactory, EnterpriseFactory, user_with

pytestmark = pytest.mark.django_db

SORTED = List(
    name="buildings",
    title="楼宇",
    counted="共 %(count)s 座",
    rows=lambda reader: Building.objects.for_reader(reader),
    columns=(
        Column("name", "名称", "name", sort="name", nullable=False),
        Column("floor_area", "面积", "floor_area", "number", sort="floor_area"),
        Column("built_year", "建成", "built_year", "number", sort="built_year"),
        Column("key", "重点", "key", "yes", sort="key", nullable=False),
    ),
    default_sort="name",
    definition="全部楼宇",
    empty="还没有楼宇",
    choosable=True,
)


@pytest.fixture
def office():
    return user_with("office")


def listing(reader, declared=SORTED, **query):
    return Listing(declared, reader, QueryDict(urlencode(query, doseq=True)), path="/b/")


def follow(reader, href):
    return Listing(SORTED, reader, QueryDict(urlsplit(href).query), path="/b/")


def keys(asked):
    return [row.record.pk for row in asked.page.rows]


rows = st.lists(
    st.tuples(st.none() | st.integers(1, 4), st.none() | st.integers(2000, 2002), st.booleans()),
    min_size=26,
    max_size=70,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    made=rows,
    later=st.lists(st.tuples(st.none() | st.integers(1, 4), st.none() | st.integers(2000, 2002))),
    sort=st.sampled_from([p + c.name for c in SORTED.columns for p in ("", "-")]),
    turns=st.lists(st.booleans(), max_size=8),
)
def test_pages_keep_their_order_whatever_is_added_meanwhile(made, later, sort, turns):
    """Forwards to the end every row that was there is met once; back and forth no page contradicts another."""
    Building.rows_without_a_reader.all().delete()
    reader = user_with("office")
    there = [
        BuildingFactory(name=f"楼{n:03d}", floor_area=area, built_year=year, key=key, area=None).pk
        for n, (area, year, key) in enumerate(made)
    ]
    asked, met, extra = listing(reader, sort=sort), [], iter(enumerate(later))
    while True:
        met += keys(asked)
        number, (area, year) = next(extra, (None, (None, None)))
        if number is not None:  # names between those that are there, areas and years beside theirs
            BuildingFactory(name=f"楼{number:03d}又", floor_area=area, built_year=year, area=None)
        if not asked.page.next:
            break
        asked = follow(reader, asked.page.next)
    assert [k for k in met if k in set(there)] == sorted(set(there), key=met.index)
    assert set(there) <= set(met)
    assert len(met) == len(set(met))
    order = [row.pk for row in listing(reader, sort=sort).every_record()]
    asked = listing(reader, sort=sort)
    for forwards in turns:
        href = asked.page.next if forwards else asked.page.previous
        asked = follow(reader, href) if href else asked
        place = order.index(keys(asked)[0])
        assert keys(asked) == order[place : place + len(keys(asked))]


# Values from a sheet


@pytest.fixture
def firms():
    told = (("台州云杉软件有限公司", "91331002MA2K00B17T"), ("万达商业管理有限公司", "91331002MA60EAAPXL"))
    return [
        EnterpriseFactory(name=name, credit_code=code, search=search_text(name, code)) for name, code in told
    ]


@pytest.mark.parametrize("words", ["万达", "wanda", "WD", "aapx", "APXL", "万达 apxl"])
def test_search_finds_signs_pinyin_initials_and_the_last_of_a_code(client, office, firms, words):
    client.force_login(office)
    page = client.get(reverse("tenants:enterprise_list"), {"q": words}).context["list"]
    assert [row.record.name for row in page.page.rows] == ["万达商业管理有限公司"]


def test_cells_of_a_sheet_are_each_sought_and_what_is_missing_is_named(client, office, firms):
    client.force_login(office)
    full_width = "９１３３１００２ＭＡ６０ＥＡＡＰＸＬ"
    pasted = f"91331002ma2k00b17t\t台州云杉软件有限公司\r\n万达商业管理有限公司\n\n没有这一家\n{full_width}"
    asked = client.get(reverse("tenants:enterprise_list"), {"any": pasted}).context["list"]
    assert {row.record.pk for row in asked.page.rows} == {firm.pk for firm in firms}
    assert asked.missing_words == "粘贴了 5 个，找到 4 个，1 个没找到：没有这一家"
    assert [f.words for f in asked.in_use] == ["5 个"]
    every = client.get(reverse("tenants:enterprise_list"), {"any": firms[0].name}).context["list"]
    assert every.missing_words == "粘贴的 1 个都找到了。"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"any": "\n".join(f"企业{n}" for n in range(201))}, "any"),
        ({"any": "字" * 4001}, "any"),
        ({"any": "a\0b"}, "any"),
        ({"only": "7"}, "only"),
        ({"only": "a" * 20_000}, "only"),
    ],
)
def test_too_much_and_nonsense_are_said(office, firms, query, field):
    from louyu.tenants.lists import ENTERPRISES

    asked = listing(office, ENTERPRISES, **query)
    assert len(asked.page.rows) == 2
    assert [n.field for n in asked.notices] == [field]
    assert asked.notices[0].mend


def test_a_list_without_search_says_that_it_has_none(office):
    assert [n.field for n in listing(office, any="甲").notices] == ["any"]


# Rows ticked


def test_rows_ticked_are_a_list_of_their_own_and_never_more_than_the_reader_s(office):
    here, there, _other = BuildingFactory(), BuildingFactory(), BuildingFactory()
    assert set(keys(listing(office, row=[here.pk.hex, there.pk.hex]))) == {here.pk, there.pk}
    assert set(keys(listing(office, rows=f"{here.pk.hex},{there.pk.hex}"))) == {here.pk, there.pk}
    administrator = user_with("administrator", here)
    assert keys(listing(administrator, only=f"{here.pk.hex},{there.pk.hex}")) == [here.pk]


def test_a_list_whose_rows_cannot_be_chosen_has_no_boxes(client, office):
    from dataclasses import replace

    BuildingFactory()
    plain = Listing(replace(BUILDINGS, choosable=False), office, QueryDict("row=7"), path="/b/")
    assert "checkbox" not in "".join(plain.page.rows[0].cells)
    assert [n.field for n in plain.notices] == ["row"]


def test_the_list_of_a_figure_offers_no_bulk_work(client, office):
    case = CaseFactory(state="closed", outcome="solved")
    client.force_login(office)
    page = client.get(reverse("indicators:figure", args=["cases.open"]))
    assert page.status_code == 200
    assert "data-bulk" not in page.content.decode()
    assert case.pk


# What to do when there is nothing


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("tenants:enterprise_list", {"q": "没有这一家"}),
        ("tenants:enterprise_list", {"any": "没有这一家\n也没有"}),
        ("places:building_list", {"key": "yes", "q": "无"}),
        ("cases:case_list", {"state": "merged", "overdue": "yes"}),
        ("duties:officer_list", {"q": "无"}),
    ],
)
def test_where_nothing_fits_each_condition_can_be_dropped(client, office, firms, address, query):
    BuildingFactory()
    CaseFactory()
    client.force_login(office)
    page = client.get(reverse(address), query)
    text = page.content.decode()
    assert "没有符合条件的记录" in text
    assert "清除全部条件" in text
    for bound in page.context["list"].in_use:
        assert f"不按「{bound.filter.label}」" in text


@pytest.mark.parametrize(
    "address",
    [
        "tenants:enterprise_list",
        "places:building_list",
        "cases:case_list",
        "duties:officer_list",
        "workbooks:batch_list",
    ],
)
def test_an_empty_list_says_what_to_do(client, office, address):
    client.force_login(office)
    page = client.get(reverse(address))
    declared = page.context["list"].declared
    assert str(declared.empty) in page.content.decode()
    assert str(declared.empty_mend)
    assert str(declared.empty_mend) in page.content.decode()

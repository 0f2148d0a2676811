"""The one way to make a list, tried on buildings and on enterprises."""

import base64
import datetime
import io
import json
import re
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from django.http import QueryDict

from louyu.core.errors import Refusal
from louyu.core.lists import Choice, Column, List, Listing, NumberRange, Option, yes_or_no
from louyu.core.lists.export import export_file
from louyu.places.models import Building
from tests.factories import BuildingFactory, user_with

pytestmark = pytest.mark.django_db

BUILDINGS = List(
    name="buildings",
    title="楼宇",
    counted="共 %(count)s 座",
    rows=lambda reader: Building.objects.for_reader(reader),
    search="search",
    columns=(
        Column("name", "名称", "name", sort="name", nullable=False, link=lambda b: f"/b/{b.pk}/"),
        Column("floor_area", "面积", "floor_area", "number", unit="m²", sort="floor_area", decimals=2),
        Column("built_year", "建成", "built_year", "number", sort="built_year"),
        Column("key", "重点", "key", "yes", sort="key", nullable=False),
        Column("longitude", "经度", "longitude", "number", decimals=4, sort="longitude"),
        Column("owner", "产权", "owner"),
    ),
    filters=(
        yes_or_no("key", "重点", "key"),
        NumberRange("floor_area", "面积", "floor_area"),
        Choice("year", "年份", "built_year", (Option("2016", "2016 年"),)),
    ),
    default_sort="name",
    definition="全部楼宇",
    empty="还没有楼宇",
)


@pytest.fixture
def reader():
    return user_with("office", name="周敏")


def listing(reader, query="", declared=BUILDINGS):
    return Listing(declared, reader, QueryDict(query), path="/b/")


def names(asked):
    return [row.record.name for row in asked.page.rows]


def follow(reader, href):
    return listing(reader, urlsplit(href).query)


def varied(count):
    """Buildings with ties and gaps in what is sorted by."""
    return [
        BuildingFactory(
            name=f"楼{n:03d}",
            area=None,
            floor_area=None if n % 7 == 0 else 1000 + n % 5 + 0.25,
            built_year=None if n % 3 == 0 else 2000 + n % 4,
            key=n % 2 == 0,
            longitude=None if n % 6 == 0 else 121.0 + (n % 5) / 7,
            latitude=None if n % 6 == 0 else 28.0,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("sort", [p + c.name for c in BUILDINGS.columns if c.sort for p in ("", "-")])
def test_pages_forward_and_back_show_every_row_once(reader, sort):
    varied(80)
    first = asked = listing(reader, f"sort={sort}")
    pages = [names(asked)]
    while asked.page.next:
        asked = follow(reader, asked.page.next)
        pages.append(names(asked))
    assert [len(p) for p in pages] == [25, 25, 25, 5]
    assert len({n for p in pages for n in p}) == 80
    back = [names(asked)]
    while asked.page.previous:
        asked = follow(reader, asked.page.previous)
        back.append(names(asked))
    assert back[::-1] == pages
    assert names(asked) == names(first)
    assert not asked.notices


def test_unknown_values_come_last_either_way(reader):
    varied(10)
    for sort in ("floor_area", "-floor_area"):
        values = [row.record.floor_area for row in listing(reader, f"sort={sort}").page.rows]
        assert values[-2:] == [None, None]
        assert None not in values[:-2]


def test_a_row_added_before_the_page_does_not_shift_it(reader):
    varied(60)
    asked = listing(reader)
    second = names(follow(reader, asked.page.next))
    BuildingFactory(name="楼000a", area=None)
    assert names(follow(reader, asked.page.next)) == second


def test_count_is_exact_up_to_its_bound_and_bounded_beyond(reader, monkeypatch):
    varied(12)
    assert listing(reader).count_words == "共 12 座"
    monkeypatch.setattr("louyu.core.lists.listing.COUNTED_UP_TO", 10)
    assert listing(reader).count_words == "共 10+ 座"


def test_search_wants_every_term(reader):
    BuildingFactory(name="华伟总部大厦", search="华伟总部大厦 huaweizongbudasha hwzbds")
    BuildingFactory(name="万达广场", search="万达广场 wandaguangchang wdgc")
    assert names(listing(reader, "q=HWZ")) == ["华伟总部大厦"]
    assert names(listing(reader, "q=wd+wanda")) == ["万达广场"]
    assert names(listing(reader, "q=wd+大厦")) == []
    assert names(listing(reader, "q=%25")) == []  # no wildcard
    assert names(listing(reader, "q=_")) == []


def test_filters_narrow_and_are_said_in_words(reader):
    varied(20)
    asked = listing(reader, "key=yes&floor_area.from=1001&floor_area.to=1,003")
    assert names(asked)
    assert all(r.record.key and 1001 <= r.record.floor_area <= 1003 for r in asked.page.rows)
    assert [(str(f.filter.label), f.words) for f in asked.in_use] == [("重点", "是"), ("面积", "1001–1003")]
    assert not asked.notices


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=1000000000", "page"),
        ("sort=password", "sort"),
        ("sort=owner", "sort"),
        ("sort=-", "sort"),
        ("size=1000000", "size"),
        ("size=-25", "size"),
        ("after=%00", "after"),
        ("after=bm9wZQ", "after"),
        ("after=" + "A" * 5000, "after"),
        ("before=%F0%9F%98%80", "before"),
        ("key=perhaps", "key"),
        ("key=yes&key=no", "key"),
        ("year=2017", "year"),
        ("floor_area.from=NaN", "floor_area.from"),
        ("floor_area.from=1e309", "floor_area.from"),
        ("floor_area.from=9" + "9" * 90, "floor_area.from"),
        ("floor_area.to=一千", "floor_area.to"),
        ("floor_area.from=9&floor_area.to=1", "floor_area.to"),
        ("q=" + "长" * 101, "q"),
        ("q=a%00b", "q"),
        ("utm_source=x", "utm_source"),
        ("key__exact=1", "key__exact"),
    ],
)
def test_what_cannot_be_followed_is_said_and_left_out(reader, query, field):
    varied(3)
    asked = listing(reader, query)
    page = asked.page
    assert [n.field for n in asked.notices] == [field]
    notice = asked.notices[0]
    assert notice.reason
    assert notice.mend
    assert len(notice.value) <= 41
    assert len(page.rows) == (1 if "key=no" in query else 3)


def cursor(*plain):
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


KEY = "0" * 32


@pytest.mark.parametrize(
    ("sort", "forged"),
    [
        ("name", cursor("floor_area", "1", KEY)),
        ("name", cursor("name", ["a"], KEY)),
        ("name", cursor("name", {"a": 1}, KEY)),
        ("name", cursor("name", "a\0b", KEY)),
        ("name", cursor("name", "a", "not a key")),
        ("name", cursor("name", "a", 7)),
        ("name", cursor("name", "a")),
        ("name", cursor()),
        ("name", base64.urlsafe_b64encode(b"\xff\xfe").decode()),
        ("name", base64.urlsafe_b64encode(b"[" * 1200).decode()),
        ("floor_area", cursor("floor_area", "many", KEY)),
        ("floor_area", cursor("floor_area", "NaN", KEY)),
        ("floor_area", cursor("floor_area", "Infinity", KEY)),
        ("floor_area", cursor("floor_area", "1e400", KEY)),
        ("built_year", cursor("built_year", 10**30, KEY)),
        ("built_year", cursor("built_year", "x", KEY)),
        ("longitude", cursor("longitude", "nan", KEY)),
        ("longitude", cursor("longitude", 1e308, KEY)),
        ("key", cursor("key", "perhaps", KEY)),
    ],
)
def test_a_forged_position_shows_the_first_page_and_says_so(reader, sort, forged):
    varied(3)
    for way in ("after", "before"):
        asked = listing(reader, f"sort={sort}&{way}={forged}")
        assert len(asked.page.rows) == 3
        assert [n.field for n in asked.notices] == [way]


@pytest.mark.parametrize(
    ("sort", "value"), [("name", "a"), ("built_year", 10**12), ("built_year", -5), ("floor_area", "-1e14")]
)
def test_a_position_that_no_row_has_is_no_error(reader, sort, value):
    varied(3)
    asked = listing(reader, f"sort={sort}&after={cursor(sort, value, KEY)}")
    assert len(asked.page.rows) <= 3
    assert not asked.notices


def test_links_keep_what_was_chosen_and_leave_out_what_goes_without_saying(reader):
    varied(60)
    asked = listing(reader, "key=yes&size=25&sort=name&q=")
    assert asked.link() == "/b/?key=yes"
    assert dict(parse_qsl(urlsplit(asked.page.next).query)).keys() == {"key", "after"}
    sort = {h.column.name: h for h in asked.headings}
    assert sort["name"].href == "/b/?key=yes&sort=-name"
    assert sort["name"].sorted == "ascending"
    assert sort["floor_area"].href == "/b/?key=yes&sort=floor_area"
    assert sort["owner"].href == ""


def test_texts_are_escaped(reader):
    BuildingFactory(name="<script>alert(1)</script>", owner='"><img src=x>')
    cells = "".join(listing(reader).page.rows[0].cells)
    assert "<script>" not in cells
    assert "<img" not in cells


@pytest.mark.parametrize("rows", [5, 50])
def test_queries_per_page_are_constant(reader, rows, django_assert_num_queries):
    varied(rows)
    reader.running_grants  # noqa: B018 — read once per request, by whatever asks first
    with django_assert_num_queries(3):  # the count, the keys of the page, its rows
        asked = listing(reader, "size=100&sort=-floor_area")
        assert asked.count == len(asked.page.rows) == rows


# The Excel file


def workbook(reader, query="", declared=BUILDINGS):
    made = export_file(listing(reader, query, declared), made_for=str(reader))
    with made.stream:
        return openpyxl.load_workbook(io.BytesIO(made.stream.read())), made.name


def test_export_has_the_rows_of_its_link_in_their_order(reader):
    varied(60)
    asked = listing(reader, "key=yes&sort=-floor_area&size=100")
    book, name = workbook(reader, "key=yes&sort=-floor_area&size=100")
    sheet = book["楼宇"]
    assert [c.value for c in sheet[2]] == ["名称", "面积（m²）", "建成", "重点", "经度", "产权"]
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == names(asked)
    assert re.fullmatch(r"楼宇_\d{4}-\d\d-\d\d_\d{4}\.xlsx", name)


def test_numbers_are_numbers_and_texts_never_formulas(reader):
    risky = ("=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0")
    for n, owner in enumerate(risky):
        BuildingFactory(name=f"楼{n}", owner=owner, floor_area="1234.50")
    sheet = workbook(reader)[0]["楼宇"]
    rows = list(sheet.iter_rows(min_row=3))
    assert [r[5].value for r in rows] == list(risky)
    assert {r[5].data_type for r in rows} == {"s"}
    assert all(r[5].quotePrefix for r in rows)
    assert rows[0][1].value == 1234.5
    assert rows[0][1].number_format == "#,##0.00"


def test_days_are_days_in_the_file(reader):
    BuildingFactory(name="楼")
    day = datetime.date(2023, 4, 1)
    dated = BUILDINGS.with_columns(Column("day", "日期", lambda b: day, "date"), after="name")
    assert workbook(reader, declared=dated)[0]["楼宇"]["B3"].value == datetime.datetime(2023, 4, 1)


def test_the_file_says_on_every_screen_and_page_whose_it_is(reader):
    sheet = workbook(reader)[0]["楼宇"]
    mark = sheet["A1"].value
    assert re.fullmatch(rf"椒江区 · 楼宇 · {reader} \d{{4}}-\d\d-\d\d \d\d:\d\d 导出", mark)
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert mark in sheet.oddFooter.left.text


def test_second_sheet_says_what_the_file_is(reader):
    varied(8)
    book, _name = workbook(reader, "key=yes&q=")
    said = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert said["口径"] == "全部楼宇"
    assert said["重点"] == "是"
    assert said["行数"] == "4"
    assert said["导出人"] == "周敏"
    assert "名称" in said["排序"]
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d", said["截至"])


def test_a_file_that_would_not_be_as_asked_is_refused(reader):
    varied(3)
    with pytest.raises(Refusal) as refused:
        workbook(reader, "key=perhaps")
    assert (refused.value.field, refused.value.value) == ("key", "perhaps")
    assert refused.value.mend


def test_too_many_rows_are_refused(reader, monkeypatch):
    varied(3)
    monkeypatch.setattr("louyu.core.lists.export.MOST_ROWS", 2)
    with pytest.raises(Refusal):
        workbook(reader)


def test_export_reads_in_chunks(reader, monkeypatch):
    varied(23)
    monkeypatch.setattr("louyu.core.lists.listing.CHUNK", 5)
    sheet = workbook(reader, "sort=floor_area")[0]["楼宇"]
    assert len({row[0].value for row in sheet.iter_rows(min_row=3)}) == 23


# Declarations


def test_a_higher_room_adds_columns_without_changing_the_list():
    more = BUILDINGS.with_columns(Column("extra", "另", lambda b: 1), after="name")
    assert [c.name for c in more.columns][:3] == ["name", "extra", "floor_area"]
    assert "extra" not in [c.name for c in BUILDINGS.columns]


def test_a_column_declared_twice_is_an_error():
    with pytest.raises(ValueError, match="declared twice"):
        BUILDINGS.with_columns(Column("name", "名", "name"), after="name")

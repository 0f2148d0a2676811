"""The register of buildings, brought in."""

import pytest

from louyu.places.models import Area, Building, Floor
from tests.imports.books import bring_in, building, buildings, cells

pytestmark = pytest.mark.django_db


def stored(name: str) -> Building:
    return Building.rows_without_a_reader.get(name=name)


def test_a_register_becomes_buildings_with_areas_and_floors() -> None:
    report, batch = bring_in(buildings(building("云帆大厦", "地上20层，地下2层", 3.5)))
    found = stored("云帆大厦")
    assert report["counts"]["new"] == 1
    assert (found.floors_above, found.floors_below, found.floor_area, found.key) == (20, 2, 35000, True)
    assert str(found.area) == "云港社区"
    assert str(found.area.parent) == "白云街道"
    numbers = Floor.rows_without_a_reader.filter(building=found).values_list("number", flat=True)
    assert sorted(numbers) == [-2, -1, *range(1, 21)]
    assert batch is not None
    assert (found.origin, found.origin_batch, found.origin_sheet, found.origin_row) == (
        "imported",
        batch.pk,
        "楼宇台账",
        3,
    )


def test_the_same_file_again_changes_nothing() -> None:
    data = buildings(building("云帆大厦"), building("海门国际中心", 30, 6.2))
    bring_in(data)
    report, batch = bring_in(data)
    assert (report["counts"]["new"], report["counts"]["changed"], report["counts"]["unchanged"]) == (0, 0, 2)
    assert batch is None


def test_a_mended_cell_comes_in_next_time() -> None:
    report, _ = bring_in(buildings(building("云帆大厦", "三十层半")))
    assert cells(report) == {("F3", "floors_fraction")}
    assert stored("云帆大厦").floors_above is None
    report, _ = bring_in(buildings(building("云帆大厦", 30)))
    assert report["counts"]["changed"] == 1
    assert stored("云帆大厦").floors_above == 30


def test_swapped_coordinates_are_told_and_left_empty() -> None:
    report, _ = bring_in(buildings(building("云帆大厦", lon=28.66, lat=121.42)))
    assert cells(report) == {("H3", "longitude_is_latitude"), ("I3", "latitude_is_longitude")}
    assert stored("云帆大厦").longitude is None


def test_a_place_far_from_the_district_is_told() -> None:
    rows = [building(f"云帆大厦{n}", lon=121.42 + n / 1000) for n in range(4)]
    report, _ = bring_in(buildings(*rows, building("海门国际中心", lon=116.40, lat=39.90)))
    assert cells(report) == {("H7", "coordinate_far")}
    assert stored("海门国际中心").longitude is None


def test_a_building_listed_twice_is_one_building() -> None:
    report, _ = bring_in(buildings(building("云帆大厦"), building("　云帆大厦 ")))
    assert (report["counts"]["new"], report["counts"]["duplicates"]) == (1, 1)


def test_totals_notes_and_empty_rows_are_no_buildings() -> None:
    total = (None, "合计", None, None, None, 40, None, None, None)
    note = ("备注：面积保留两位小数", *[None] * 8)
    report, _ = bring_in(buildings(building("云帆大厦"), [None] * 9, building("海门国际中心"), total, note))
    assert report["counts"]["new"] == 2
    assert not report["wrong"]


def test_one_subdistrict_serves_many_buildings() -> None:
    bring_in(buildings(building("云帆大厦"), building("海门国际中心")))
    assert Area.rows_without_a_reader.filter(kind="subdistrict").count() == 1
    assert Area.rows_without_a_reader.filter(kind="community").count() == 1

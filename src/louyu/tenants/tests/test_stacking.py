"""The stacking plan: what is drawn where, what it is called, and what its figures count."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count, pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from louyu.core.industries import FAMILIES
from louyu.tenants.rules.colouring import even_bounds, step, years_between
from louyu.tenants.rules.plan import cells, door_order
from louyu.tenants.rules.stacking import (
    GAP,
    NARROWEST,
    PITCH,
    Block,
    Drawing,
    PlanFloor,
    PlanTenant,
    PlanUnit,
    Words,
    draw,
    fitting,
    occupancy,
    shortened,
    sign,
    text_width,
)
from louyu.tenants.stacking_words import words

TODAY = date(2026, 11, 24)
_serial = count(1)


def tenant(short: str = "云杉软件", **changes: object) -> PlanTenant:
    number = next(_serial)
    values: dict[str, object] = {
        "id": f"e{number}",
        "name": f"台州{short}有限公司",
        "short_name": short,
        "href": f"/enterprises/{number}/",
        "industry": "software",
    }
    return PlanTenant(**{**values, **changes})  # type: ignore[arg-type]


def unit(number: str, area: int | None = None, *tenants: PlanTenant, **changes: object) -> PlanUnit:
    size = None if area is None else Decimal(area)
    return PlanUnit(f"u{next(_serial)}", number, size, tenants=list(tenants), **changes)  # type: ignore[arg-type]


def floor(number: int, *units: PlanUnit, area: int | None = None, **changes: object) -> PlanFloor:
    size = None if area is None else Decimal(area)
    return PlanFloor(number, area=size, units=list(units), **changes)  # type: ignore[arg-type]


def drawn(*floors: PlanFloor, **options: object) -> Drawing:
    return draw(floors, as_of=TODAY, **options)  # type: ignore[arg-type]


def only_block(*units: PlanUnit, area: int | None = None) -> Block:
    (block,) = drawn(floor(1, *units, area=area)).rows[0].blocks
    return block


# Floors


def test_floors_stand_on_each_other_with_the_highest_on_top() -> None:
    drawing = drawn(floor(1), floor(3), floor(2))
    assert [row.label for row in drawing.rows] == ["3", "2", "1"]
    assert [row.y for row in drawing.rows] == [0, PITCH, 2 * PITCH]


def test_basements_hang_below_the_ground_line() -> None:
    drawing = drawn(floor(1), floor(-1), floor(-2))
    assert [row.label for row in drawing.rows] == ["1", "B1", "B2"]
    ground, basement = drawing.rows[:2]
    assert ground.y + PITCH - GAP <= drawing.ground_y < basement.y


def test_one_pixel_is_the_same_area_on_every_floor() -> None:
    drawing = drawn(floor(1, unit("101", 1000, tenant())), floor(2, unit("201", 250, tenant())))
    podium, tower = (row.blocks[0] for row in reversed(drawing.rows))
    assert drawing.scale == (960 - 44) / 1000
    assert podium.width + GAP == pytest.approx(4 * (tower.width + GAP), abs=2)


def test_a_small_house_is_not_blown_up() -> None:
    assert drawn(floor(1, unit("101", 50, tenant()))).rows[0].width < 100


def test_units_stand_in_the_natural_order_of_their_doors() -> None:
    row = drawn(floor(1, *(unit(door, 100, tenant(door)) for door in ("A10", "110", "A9", "19")))).rows[0]
    assert [block.door for block in row.blocks] == ["19", "110", "A9", "A10"]


# Pieces


def test_an_enterprise_in_neighbouring_units_is_one_block_with_the_summed_area() -> None:
    firm = tenant(badge=2)
    block = only_block(unit("1703", 200, firm), unit("1704", 112, firm), unit("1705", 100, firm))
    assert block.area == Decimal(412)
    assert block.door == "1703–1705"
    assert block.title == "1 层 1703–1705, 云杉软件, 软件信息, 412 m², 2 件未办结"
    assert len(block.unit_ids) == 3


def test_an_enterprise_in_units_apart_is_drawn_twice() -> None:
    firm = tenant()
    row = drawn(floor(1, unit("1", 90, firm), unit("2", 90, tenant()), unit("3", 90, firm))).rows[0]
    assert len(row.blocks) == 3


def test_neighbouring_units_of_which_one_has_no_area_are_partly_known() -> None:
    firm = tenant()
    block = only_block(unit("1", 90, firm), unit("2", None, firm))
    assert (block.area, block.torn, block.partly) == (Decimal(90), False, True)
    assert "部分面积不详" in block.title


def test_a_unit_without_own_area_is_as_large_as_its_tenant() -> None:
    assert only_block(unit("1", None, tenant(area=Decimal(120)))).area == 120


def test_a_shared_unit_is_drawn_once_with_a_square_for_every_enterprise() -> None:
    block = only_block(unit("1", 400, *(tenant(str(n)) for n in range(5)), note="众创空间"))
    assert (block.kind, block.area, block.fill) == ("shared", Decimal(400), "")
    assert block.label == "众创空间\u2002共用 5 家"
    assert len(block.squares) == 5
    assert block.squares[-1].x + 6 <= block.right


def test_squares_are_all_drawn_or_none() -> None:
    block = only_block(unit("1", 100, *(tenant(str(n)) for n in range(40))))
    assert block.squares == ()
    assert "共用 40 家" in block.title


def test_only_a_unit_without_tenant_is_vacant_the_rest_of_the_plate_is_unrecorded() -> None:
    row = drawn(floor(1, unit("1", 200, tenant()), unit("2", 100), area=400)).rows[0]
    assert [(block.kind, block.area) for block in row.blocks] == [
        ("let", Decimal(200)),
        ("vacant", Decimal(100)),
        ("unrecorded", Decimal(100)),
    ]
    assert [block.label for block in row.blocks[1:]] == ["空置 100", "未登记 100"]
    assert row.blocks[2].href == ""


def test_unknown_area_takes_the_rest_of_the_plate_behind_a_torn_edge() -> None:
    drawing = drawn(floor(1, unit("1", 300, tenant()), unit("2", None, tenant()), area=400))
    known, unknown = drawing.rows[0].blocks
    assert (known.torn, unknown.torn) == (False, True)
    assert unknown.width + GAP == pytest.approx(100 * (drawing.scale or 0), abs=1)
    assert "面积不详" in unknown.title


def test_without_any_area_every_tenant_is_still_drawn() -> None:
    drawing = drawn(floor(1, unit("1", None, tenant("甲")), unit("2", None, tenant("乙"))))
    assert drawing.scale is None
    assert [block.label[:1] for block in drawing.rows[0].blocks] == ["甲", "乙"]
    assert drawing.ticks == ()


def test_space_that_is_not_let_and_party_space_are_neither_vacant_nor_lettable() -> None:
    storeys = [
        floor(1, unit("1", 100, use="party", note="共享空间"), unit("2", 50, use="not_let", note="大堂")),
        floor(2, area=150, not_let=True, note="避难层"),
    ]
    drawing = drawn(*storeys)
    assert [block.kind for row in drawing.rows for block in row.blocks] == ["not_let", "party", "not_let"]
    assert drawing.rows[0].blocks[0].label == "避难层\u2002不出租"
    assert occupancy(storeys).lettable == 0


def test_a_tenant_is_shown_even_where_a_register_calls_the_space_not_let() -> None:
    assert only_block(unit("1", 100, tenant(), use="not_let")).kind == "let"


def test_a_floor_without_units_is_an_outline_as_wide_as_is_usual() -> None:
    drawing = drawn(floor(1, unit("1", 500, tenant())), floor(2, unit("2", 500, tenant())), floor(3))
    bare = drawing.rows[0].blocks[0]
    assert (bare.kind, bare.label, bare.href) == ("bare", "", "")
    assert bare.width == drawing.rows[1].blocks[0].width


def test_neighbours_below_four_pixels_become_one_piece() -> None:
    narrow = [unit(str(n), 5, tenant(str(n))) for n in range(1, 9)]
    row = drawn(floor(1, *narrow, unit("9", 4000, tenant()))).rows[0]
    assert [block.kind for block in row.blocks] == ["merged", "let"]
    assert row.blocks[0].rows == 8
    assert row.blocks[0].area == Decimal(40)
    assert len(row.listing) == 9


def test_a_merged_piece_says_how_many() -> None:
    narrow = [unit(str(n), 5, tenant(str(n))) for n in range(1, 31)]
    assert drawn(floor(1, *narrow, unit("99", 4000, tenant()))).rows[0].blocks[0].label == "+30"


# Labels


@pytest.mark.parametrize(
    ("room", "label"),
    [(60, "云杉软件科"), (59, "云杉软件"), (47, "云杉软"), (35, "云杉"), (23, "")],
)
def test_a_label_is_the_full_name_or_its_first_four_three_two_characters_or_none(
    room: float, label: str
) -> None:
    assert fitting(shortened("云杉软件科"), room) == label


def test_latin_letters_are_narrower_than_chinese_characters() -> None:
    assert text_width("abcd") < text_width("ABCD") < text_width("云杉软件") == 48


def test_a_badge_counts_open_cases_and_warns_of_an_overdue_one() -> None:
    calm, late = tenant(badge=2), tenant(badge=3, overdue=1)
    row = drawn(floor(1, unit("1", 300, calm), unit("2", 300, late))).rows[0]
    assert [block.badge for block in row.blocks] == ["2", "!"]
    assert row.blocks[1].title.endswith("3 件未办结, 1 件超期")


# Colours, legend, key


def test_the_legend_counts_each_enterprise_once_and_is_sorted_by_area() -> None:
    bank = tenant("银行", industry="finance")
    drawing = drawn(
        floor(2, unit("201", 300, bank), unit("202", 100, tenant())),
        floor(1, unit("101", 300, bank), unit("102", 100)),
    )
    assert [(entry.label, entry.count, entry.percent) for entry in drawing.legend] == [
        ("金融", 1, "75%"),
        ("软件信息", 1, "12%"),
    ]


def test_a_shared_unit_is_divided_among_the_families_in_it() -> None:
    shared = unit("1", 300, tenant(area=Decimal(100)), tenant(industry="trade"), tenant(industry="trade"))
    legend = {entry.fill: entry.area for entry in drawn(floor(1, shared)).legend}
    assert legend == {"software": 100, "trade": 200, "shared": 300}


def test_move_in_years_are_whole_years_on_a_ramp_of_five() -> None:
    assert years_between(date(2024, 11, 25), TODAY) == 1
    assert years_between(date(2024, 11, 24), TODAY) == 2
    block = drawn(floor(1, unit("1", 100, tenant(since=date(2014, 1, 1)))), colour_by="since")
    assert block.rows[0].blocks[0].fill == "step5"
    assert [entry.label for entry in block.legend] == ["10 年以上"]


@pytest.mark.parametrize(("staff", "fill"), [(None, "unknown"), (9, "step1"), (10, "step2"), (300, "step5")])
def test_size_is_a_step_of_staff(staff: int | None, fill: str) -> None:
    assert (
        drawn(floor(1, unit("1", 9, tenant(staff=staff))), colour_by="staff").rows[0].blocks[0].fill == fill
    )


def test_another_room_colours_by_values_per_unit() -> None:
    first, second = unit("1", 100, tenant()), unit("2", 100, tenant())
    drawing = drawn(
        floor(1, first, second),
        colour_by="cases",
        values={first.id: 0, second.id: 10},
        other_colours={"cases": "未办结"},
    )
    assert [block.fill for block in drawing.rows[0].blocks] == ["step1", "step5"]
    assert drawing.legend_title == "未办结"


def test_a_way_of_colouring_that_nobody_explained_is_refused() -> None:
    with pytest.raises(ValueError, match="rent"):
        drawn(floor(1, unit("1", 100, tenant())), colour_by="rent")


def test_colouring_keeps_the_geometry() -> None:
    storeys = [floor(1, unit("1", 120, tenant()), unit("2", 80))]
    shapes = [
        [(block.x, block.width) for block in drawn(*storeys, colour_by=way).rows[0].blocks]
        for way in ("industry", "since", "staff")
    ]
    assert shapes[0] == shapes[1] == shapes[2]


def test_bounds_of_a_ramp_are_round() -> None:
    assert even_bounds([0, 48]) == (10, 20, 30, 40)
    assert step(10, even_bounds([0, 48])) == "step2"
    assert even_bounds([]) == even_bounds([7, 7]) == (1, 2, 3, 4)


def test_the_key_names_only_what_occurs() -> None:
    drawing = drawn(floor(1, unit("1", 100, tenant()), unit("2", 60), unit("3", None, tenant()), area=900))
    assert [(entry.kind, entry.count, entry.area) for entry in drawing.key] == [
        ("vacant", "1 处", "60 m²"),
        ("unknown", "1 处", ""),
    ]


# Figures


def test_occupancy_is_known_occupied_area_over_known_lettable_area() -> None:
    rate = occupancy(
        [floor(1, unit("1", 300, tenant()), unit("2", 100), unit("3", None, tenant()), unit("4"), area=9000)]
    )
    assert (rate.occupied, rate.lettable, rate.vacant) == (300, 400, 100)
    assert (rate.vacant_units, rate.unknown_units) == (2, 2)
    assert rate.percent == 75


def test_nothing_known_to_be_lettable_has_no_rate() -> None:
    assert occupancy([]).percent is None


# Sign


def test_the_sign_is_the_silhouette_above_ground() -> None:
    outline = sign([floor(2, area=500), floor(1, area=1000), floor(-1, area=3000)])
    assert [(bar.y, bar.width) for bar in outline.bars] == [(0, 12), (3, 24)]
    assert outline.height == 6


def test_a_building_without_floors_has_an_empty_drawing_and_sign() -> None:
    assert drawn().rows == ()
    assert sign([]).bars == ()


# Page


def page(drawing: Drawing) -> str:
    return render_to_string("tenants/stacking_plan.html", {"drawing": drawing})


def test_each_block_is_a_link_with_a_name_inside_its_named_floor() -> None:
    html = page(drawn(floor(17, unit("1703", 1412, tenant(href="/enterprises/7/", badge=2)))))
    assert 'role="group" aria-label="17 层"' in html
    assert (
        '<a href="/enterprises/7/"><title>17 层 1703, 云杉软件, 软件信息, 1,412 m², 2 件未办结</title>'
        in html
    )


def test_names_are_escaped() -> None:
    assert "<script" not in page(drawn(floor(1, unit("1", 100, tenant("<script>", name="<script>alert")))))


def test_coordinates_carry_no_thousands_separator() -> None:
    html = page(drawn(*(floor(n, unit("1", 900, tenant())) for n in range(1, 70)), width=2400))
    assert not re.findall(r'(?:\bd|width|height|viewBox|transform|\bx)="?[^">]*\d,\d', html)


def test_a_building_without_floors_says_what_to_do() -> None:
    assert "导入" in page(drawn())


def test_a_tower_of_800_tenants_stays_below_290_kilobytes() -> None:
    """The whole page may have 300; the frame around the plan takes the rest."""
    ids = (f"0190c7f2-aaaa-7bbb-8ccc-{n:012d}" for n in count())

    def firm(n: int) -> PlanTenant:
        name = "云杉软件科技"[: 4 + n % 3]
        return tenant(
            name,
            href=f"/enterprises/{next(ids)}/",
            industry=list(FAMILIES)[n % 8],
            since=date(2020, 1, 1 + n % 28),
            staff=3 * n % 500,
        )

    per_floor = [14 if n <= 20 else 13 for n in range(1, 61)]
    assert sum(per_floor) == 800
    storeys = [
        floor(
            n, *(unit(f"{n}{k:02d}", 60 + 37 * k % 150, firm(n * k)) for k in range(1, size + 1)), area=2400
        )
        for n, size in enumerate(per_floor, 1)
    ]
    assert len(page(drawn(*storeys)).encode()) < 290_000


# Properties, over any building


areas = st.none() | st.decimals(min_value=1, max_value=5000, places=2)
firms = st.builds(
    PlanTenant,
    id=st.sampled_from([f"e{n}" for n in range(30)]),
    name=st.text("云杉软件有限公司AB", min_size=1, max_size=12),
    short_name=st.text("云杉软件AB", min_size=1, max_size=6),
    href=st.just("/enterprises/1/"),
    industry=st.sampled_from([*FAMILIES, "unheard_of"]),
    area=areas,
    since=st.none() | st.dates(),
    staff=st.none() | st.integers(0, 9999),
    badge=st.integers(0, 3),
)


@st.composite
def buildings(draw_from: st.DrawFn) -> list[PlanFloor]:
    def units(number: int) -> list[PlanUnit]:
        doors = draw_from(st.lists(st.integers(1, 40), max_size=8, unique=True))
        return [
            PlanUnit(
                f"{number}-{door}",
                f"{number}{door:02d}",
                draw_from(areas),
                draw_from(st.sampled_from(["let", "not_let", "party"])),
                tenants=draw_from(st.lists(firms, max_size=3, unique_by=lambda firm: firm.id)),
            )
            for door in doors
        ]

    numbers = draw_from(st.lists(st.integers(-2, 30).filter(bool), max_size=5, unique=True))
    return [
        PlanFloor(number, "", draw_from(st.booleans()), draw_from(areas), units(number)) for number in numbers
    ]


def blocks_of(drawing: Drawing) -> Sequence[tuple[Block, ...]]:
    return [row.blocks for row in drawing.rows]


@settings(max_examples=50, deadline=None)
@given(buildings())
def test_no_two_blocks_of_a_floor_overlap(building: list[PlanFloor]) -> None:
    for row in blocks_of(drawn(*building)):
        assert all(left.right <= right.x for left, right in pairwise(row))
        assert all(block.width >= NARROWEST for block in row)


@settings(max_examples=50, deadline=None)
@given(buildings())
def test_width_is_proportional_to_area_within_a_pixel(building: list[PlanFloor]) -> None:
    """What no register names is what is left of the plate, after narrow neighbours were drawn wider."""
    drawing = drawn(*building)
    for block in (block for row in blocks_of(drawing) for block in row):
        if block.area is not None and block.width > NARROWEST + 1 and block.kind != "unrecorded":
            assert abs(block.width + GAP - float(block.area) * (drawing.scale or 0)) <= 1


@settings(max_examples=50, deadline=None)
@given(buildings())
def test_every_tenant_appears_in_the_list_beside_its_doors(building: list[PlanFloor]) -> None:
    drawing = drawn(*building)
    listed = [(row.number, line.name) for row in drawing.rows for line in row.listing]
    expected = [
        (storey.number, firm.name) for storey in building for cell in cells(storey) for firm in cell.tenants
    ]
    assert [name for name in expected if name not in listed] == []
    for row in drawing.rows:
        assert sum(block.rows for block in row.blocks) == len(row.listing)


@settings(max_examples=50, deadline=None)
@given(buildings())
def test_every_unit_is_drawn_exactly_once_in_the_order_of_its_door(building: list[PlanFloor]) -> None:
    drawing = drawn(*building)
    for storey in building:
        (row,) = (row for row in drawing.rows if row.number == storey.number)
        drawn_units = [unit_id for block in row.blocks for unit_id in block.unit_ids]
        in_order = sorted(storey.units, key=lambda each: door_order(each.number))
        assert drawn_units == [each.id for each in in_order]


@settings(max_examples=50, deadline=None)
@given(buildings(), st.sampled_from(["industry", "since", "staff"]))
def test_areas_of_the_legend_add_up_to_the_occupied_area(building: list[PlanFloor], way: str) -> None:
    legend = drawn(*building, colour_by=way).legend
    total = sum((entry.area for entry in legend if not entry.included), Decimal(0))
    assert total == occupancy(building).occupied


@settings(max_examples=40, deadline=None)
@given(buildings())
def test_the_same_building_is_drawn_alike_whatever_order_it_arrives_in(building: list[PlanFloor]) -> None:
    turned = [
        PlanFloor(each.number, each.note, each.not_let, each.area, each.units[::-1])
        for each in reversed(building)
    ]
    assert drawn(*building) == drawn(*turned)


def test_the_page_speaks_the_words_of_the_rules() -> None:
    """The untranslated texts of the page are the defaults of the rules: one wording, not two."""
    with translation.override(None):
        assert words() == Words()

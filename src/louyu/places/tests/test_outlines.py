"""The invented district: whole, its subdistricts meeting in one common border, the same each time it is drawn."""

import json
from collections import Counter
from itertools import pairwise

import pytest

from tools.make_outlines import TARGET, outlines
from tools.sample_district import the_buildings

DRAWN = json.loads(TARGET.read_text(encoding="utf-8"))


def rings():
    return {f["properties"]["name"]: f["geometry"]["coordinates"][0] for f in DRAWN["features"]}


def test_the_file_is_what_the_generator_draws():
    assert json.loads(json.dumps(outlines())) == DRAWN


def test_rings_are_closed_and_run_counter_clockwise():
    for name, ring in rings().items():
        assert ring[0] == ring[-1], name
        assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) > 0, name


def test_neighbours_share_every_piece_of_their_border():
    """A border that is walked by two subdistricts is the same line; no three walk one."""
    pieces = Counter(frozenset((tuple(a), tuple(b))) for ring in rings().values() for a, b in pairwise(ring))
    assert set(pieces.values()) == {1, 2}


def test_the_river_parts_the_two_northern_subdistricts_from_the_rest():
    north = {tuple(p) for name in ("章安街道", "前所街道") for p in rings()[name]}
    south = {tuple(p) for name in rings() if name not in ("章安街道", "前所街道") for p in rings()[name]}
    assert not north & south


def inside(x, y, ring):
    """Whether a ray from the point crosses the ring an odd number of times."""
    crossed = [(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(ring) if (y1 > y) != (y2 > y)]
    return sum(x < x1 + (x2 - x1) * (y - y1) / (y2 - y1) for x1, y1, x2, y2 in crossed) % 2 == 1


@pytest.mark.parametrize("building", the_buildings(), ids=lambda building: building.name)
def test_sample_buildings_stand_in_their_subdistricts(building):
    found = [name for name, ring in rings().items() if inside(building.longitude, building.latitude, ring)]
    assert found == [building.subdistrict]

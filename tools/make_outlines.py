"""Draw the invented district's subdistricts: ``python tools/make_outlines.py`` writes places/outlines.json.

Cells of a Voronoi diagram on either bank of a river, in kilometres, bent by one smooth displacement of the
plane. The displacement knows only the point, so neighbours keep one common border. The same file comes out
every time.
"""

import json
import math
from pathlib import Path

Point = tuple[float, float]

TARGET = Path(__file__).parent.parent / "src/louyu/places/outlines.json"
CENTRE_LONGITUDE, CENTRE_LATITUDE = 121.42, 28.66
KM_PER_LATITUDE = 111.2
KM_PER_LONGITUDE = KM_PER_LATITUDE * math.cos(math.radians(CENTRE_LATITUDE))
STEP_KM = 0.12

SOUTH_BANK: list[Point] = [
    (-5.9, 1.9),
    (-6.2, -1.3),
    (-4.4, -4.6),
    (1.2, -5.5),
    (5.6, -5.0),
    (7.0, -2.6),
    (6.6, 0.4),
    (5.9, 1.9),
]
NORTH_BANK: list[Point] = [(5.9, 2.6), (5.4, 4.3), (3.0, 5.4), (-2.2, 5.1), (-5.0, 4.1), (-5.6, 2.6)]
SEEDS: dict[str, tuple[Point, list[Point]]] = {
    "白云街道": ((0.4, -0.4), SOUTH_BANK),
    "葭沚街道": ((-3.2, 0.4), SOUTH_BANK),
    "海门街道": ((2.8, 0.6), SOUTH_BANK),
    "洪家街道": ((-1.9, -3.0), SOUTH_BANK),
    "下陈街道": ((2.4, -3.8), SOUTH_BANK),
    "三甲街道": ((5.0, -1.8), SOUTH_BANK),
    "章安街道": ((3.7, 4.0), NORTH_BANK),
    "前所街道": ((-1.6, 3.9), NORTH_BANK),
}


def nearer_half(ring: list[Point], seed: Point, other: Point) -> list[Point]:
    """The part of a convex ring that lies nearer to ``seed`` than to ``other``."""
    normal = (other[0] - seed[0], other[1] - seed[1])
    middle = ((other[0] + seed[0]) / 2, (other[1] + seed[1]) / 2)

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * normal[0] + (point[1] - middle[1]) * normal[1]

    kept: list[Point] = []
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        a, b = beyond(here), beyond(there)
        if a <= 0:
            kept.append(here)
        if (a < 0 < b) or (b < 0 < a):
            share = a / (a - b)
            kept.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
    return kept


def cell(name: str) -> list[Point]:
    """The ring of points of one bank that are nearest to this subdistrict's seed."""
    seed, ring = SEEDS[name]
    for other_name, (other, bank) in SEEDS.items():
        if other_name != name and bank is SEEDS[name][1]:
            ring = nearer_half(ring, seed, other)
    return [(round(x, 6), round(y, 6)) for x, y in ring]


def in_steps(ring: list[Point]) -> list[Point]:
    """The ring with points every STEP_KM; an edge gives the same points from whichever side it is walked."""
    found: list[Point] = []
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        pieces = max(1, round(math.dist(here, there) / STEP_KM))
        start, end = sorted((here, there))
        walked = [
            (start[0] + (end[0] - start[0]) * i / pieces, start[1] + (end[1] - start[1]) * i / pieces)
            for i in range(pieces + 1)
        ]
        found += (walked if start == here else walked[::-1])[:-1]
    return found


def bent(point: Point) -> Point:
    """Where a point lies after the plane was bent: long bows of the river, short bends of ditches."""
    x, y = point
    east = (
        0.30 * math.sin(1.1 * y + 0.4)
        + 0.13 * math.sin(3.1 * y + 1.3 * x)
        + 0.05 * math.sin(7.3 * y - 2.9 * x)
    )
    north = (
        0.42 * math.sin(0.62 * x - 0.5)
        + 0.12 * math.sin(2.3 * x + 1.7 * y + 1.0)
        + 0.05 * math.sin(8.1 * x + y)
    )
    return x + east, y + north


def degrees(point: Point) -> list[float]:
    """Longitude and latitude of a point given in kilometres from the centre; five digits are a metre."""
    x, y = bent(point)
    return [
        round(CENTRE_LONGITUDE + x / KM_PER_LONGITUDE, 5),
        round(CENTRE_LATITUDE + y / KM_PER_LATITUDE, 5),
    ]


def outlines() -> dict[str, object]:
    """The district as a GeoJSON FeatureCollection, rings counter-clockwise (RFC 7946)."""
    features = []
    for name in SEEDS:
        ring = [degrees(point) for point in in_steps(cell(name))]
        features.append(
            {
                "type": "Feature",
                "properties": {"name": name, "kind": "subdistrict"},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


if __name__ == "__main__":
    TARGET.write_text(
        json.dumps(outlines(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )

"""The invented buildings: where they stand, how large they are, how their floors are parted.

Three names are those of the article that the demo follows; everything else is invented.
"""

import json
import math
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import NormalDist

from louyu import places
from louyu.site.demo.names import Enterprise
from louyu.site.demo.pools import table, words

OUTLINES = Path(places.__file__).parent / "outlines.json"
HOME = "华伟总部大厦"
"""The building of which the demo has every officer signed in."""
NAMED = (
    # name, subdistrict, community, address, floors, podium floors, place in the order of size, key
    ("万达广场", "葭沚街道", "明珠社区", "开元路1号", 26, 4, 0),
    (HOME, "白云街道", "云港社区", "市府大道1188号", 28, 4, 3),
    ("前后科技大厦", "白云街道", "云港社区", "东海大道366号", 22, 0, 6),
)
MEDIAN, LARGEST, SPREAD = 35, 250, 0.8
"""Enterprises per building: a log-normal long tail."""
AREA_EACH, VACANT_SHARE, SHARED_SHARE = 125, 0.13, 0.1
WIDER = 1.5
"""How much wider a floor of the podium is than one of the tower."""
DOOR_AREA = 130
"""About how many m² one door stands for; larger units have several doors."""
TRADES = "批商软建金科餐他"


@dataclass(eq=False)
class Tenancy:
    """An enterprise in a unit from a day until a day (None: still), as it truly was."""

    enterprise: Enterprise
    unit: "Unit"
    since: date
    until: date | None = None

    def runs(self, day: date) -> bool:
        """Whether it sits there on this day."""
        return self.since <= day and (self.until is None or self.until > day)


@dataclass(eq=False)
class Unit:
    """A unit: its floor, its doors, its area in m². letter: its trade, 避 refuge floor, 堂 lobby, 党 shared space."""

    building: "Building"
    floor: int
    doors: tuple[int, ...]
    area: int
    letter: str
    tenancies: list[Tenancy] = field(default_factory=list)


@dataclass(eq=False)
class Building:
    """A building. plate: lettable m² of a floor, of a podium floor ``podium_plate``."""

    name: str
    subdistrict: str
    community: str
    address: str
    key: bool
    floors: int
    basement: int
    podium: int
    plate: int
    longitude: float
    latitude: float
    built: int
    manager: str
    owner: str
    wanted: int
    units: list[Unit] = field(default_factory=list)

    def plate_of(self, floor: int) -> int:
        """Lettable m² of a floor: a wide podium below, a tower above it."""
        return round(self.plate * WIDER) if floor <= self.podium else self.plate

    @property
    def lettable(self) -> int:
        """Lettable m² of all floors."""
        return sum(self.plate_of(floor) for floor in range(1, self.floors + 1))

    def tenancies(self, day: date) -> list[Tenancy]:
        """Who sits in it on a day."""
        return [t for unit in self.units for t in unit.tenancies if t.runs(day)]


def invent_buildings(rng: Random, *, first_year: int, scale: float) -> list[Building]:
    """All buildings, those of one subdistrict together, each with its units, still empty.

    first_year: all were built before it. scale: multiplies how many enterprises each is to hold.
    """
    rings = {
        f["properties"]["name"]: f["geometry"]["coordinates"][0]
        for f in json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    }
    made, names, sizes = [], _names(rng), _sizes(rng)
    for subdistrict, communities, number, keys in table("communities"):
        centres = {c: _point_in(rings[subdistrict], rng) for c in communities.split()}
        named = [row for row in NAMED if row[1] == subdistrict]
        for place in range(int(number)):
            if place < len(named):
                name, _own, community, address, floors, podium, order = named[place]
                size = sizes.of_named[order]
            else:
                name, community = names.pop(), rng.choice(list(centres))
                address, floors, podium = f"{rng.choice(words('roads'))}{rng.randint(8, 990)}号", 0, 0
                size = (sizes.of_key if place < int(keys) else sizes.of_others).pop()
            longitude, latitude = _near(centres[community], rings[subdistrict], rng)
            wanted = max(1, round(size * scale))
            floors = floors or min(33, max(5, round(math.sqrt(size * AREA_EACH) / 7.2) + rng.randint(-2, 2)))
            podium = podium or (rng.randint(1, 3) if floors > 14 and rng.random() < 0.6 else 0)
            whole = size * AREA_EACH / (1 - VACANT_SHARE)
            building = Building(
                name=name,
                subdistrict=subdistrict,
                community=community,
                address=address,
                key=place < int(keys),
                floors=floors,
                basement=1 + (floors > 12) + (floors > 24),
                podium=podium,
                plate=max(360, round(whole / (floors + (WIDER - 1) * podium) / 10) * 10),
                longitude=round(longitude, 6),
                latitude=round(latitude, 6),
                built=first_year - rng.randint(2, 18),
                manager=f"{rng.choice(words('building_words'))[:2]}物业",
                owner=rng.choice(("", "", f"台州{name[:2]}置业有限公司", f"椒江{name[:2]}资产经营有限公司")),
                wanted=wanted,
            )
            _part(building, rng)
            made.append(building)
    return made


def _names(rng: Random) -> list[str]:
    """Names for buildings that are none of the article's; no two begin alike."""
    heads = list(words("building_words"))
    rng.shuffle(heads)
    return [f"{head}{rng.choice(words('building_ends'))}" for head in heads]


@dataclass
class _Sizes:
    of_named: list[int]
    of_key: list[int]
    of_others: list[int]


def _sizes(rng: Random) -> _Sizes:
    """How many enterprises each building is to hold: key buildings as a rule more than others."""
    rows = [(int(number), int(keys)) for _s, _c, number, keys in table("communities")]
    number, keys = sum(n for n, _k in rows), sum(k for _n, k in rows)
    quantile = NormalDist().inv_cdf
    drawn = sorted(
        (
            min(LARGEST, round(MEDIAN * math.exp(SPREAD * quantile((i + 0.5) / number))))
            for i in range(number)
        ),
        reverse=True,
    )
    drawn[0] = LARGEST
    named = {order: drawn[order] for *_rest, order in NAMED}
    rest = [size for order, size in enumerate(drawn) if order not in named]
    by_chance = sorted(rest, key=lambda size: -math.log(size) + rng.gauss(0, 0.45))
    of_key = by_chance[: keys - len(NAMED)]
    of_others = by_chance[keys - len(NAMED) :]
    rng.shuffle(of_key)
    rng.shuffle(of_others)
    return _Sizes([named.get(order, 0) for order in range(max(named) + 1)], of_key, of_others)


def _point_in(ring: list[list[float]], rng: Random) -> tuple[float, float]:
    """A point well inside a ring."""
    west, east = min(p[0] for p in ring), max(p[0] for p in ring)
    south, north = min(p[1] for p in ring), max(p[1] for p in ring)
    while True:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if all(_inside((x + dx, y + dy), ring) for dx in (-0.003, 0.003) for dy in (-0.003, 0.003)):
            return x, y


def _near(centre: tuple[float, float], ring: list[list[float]], rng: Random) -> tuple[float, float]:
    """A point not far from a centre, inside the ring."""
    while True:
        point = rng.gauss(centre[0], 0.005), rng.gauss(centre[1], 0.004)
        if _inside(point, ring):
            return point


def _inside(point: tuple[float, float], ring: list[list[float]]) -> bool:
    x, y = point
    crossings = sum(
        (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
        for a, b in pairwise(ring)
    )
    return crossings % 2 == 1


def _part(building: Building, rng: Random) -> None:
    """Part the floors into units: as many as the enterprises need, some for vacancies, whole floors for large ones."""
    floors = list(range(1, building.floors + 1))
    refuge = building.floors // 2 if building.floors > 20 else 0
    whole = set(rng.sample(floors[2:], max(1, building.floors // 8)))
    alone = round(building.wanted * (1 - SHARED_SHARE))
    number = max(len(floors), round(alone / (1 - VACANT_SHARE)))
    counts = dict.fromkeys(floors, 1)
    open_floors = [f for f in floors if f not in whole and f != refuge]
    for _each in range(number - len(floors)):
        weights = [building.plate_of(f) / (counts[f] + 1) ** 1.5 for f in open_floors]
        counts[rng.choices(open_floors, weights)[0]] += 1
    letters, shares = zip(*{row[0]: int(row[1]) for row in table("trades")}.items(), strict=True)
    for floor in floors:
        main = "餐" if floor <= max(1, building.podium) else rng.choices(letters, shares)[0]
        plan = [
            main if rng.random() < 0.55 else rng.choices(letters, shares)[0] for _unit in range(counts[floor])
        ]
        if floor == refuge:
            plan = ["避"]
        elif floor == 1:
            plan = ["堂", *plan]
        elif floor == 2 and building.wanted > 25:
            plan.insert(rng.randrange(len(plan) + 1), "党")
        _part_floor(building, floor, plan, rng)


def _part_floor(building: Building, floor: int, plan: list[str], rng: Random) -> None:
    weights = [rng.uniform(0.5, 1.6) * (0.6 if letter in "党堂" else 1) for letter in plan]
    door, plate = floor * 100 + 1, building.plate_of(floor)
    for letter, weight in zip(plan, weights, strict=True):
        area = max(40, round(plate * weight / sum(weights) / 5) * 5) if len(plan) > 1 else plate
        doors = tuple(range(door, door + min(max(1, round(area / DOOR_AREA)), 6)))
        door = doors[-1] + 1
        building.units.append(Unit(building, floor, doors, area, letter))

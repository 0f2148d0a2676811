"""Points on the map: the three systems of coordinates in use in China, and what is plausible.

Stored coordinates are WGS 84. Chinese map services give GCJ-02 (国测局, AutoNavi, Tencent) or BD-09 (Baidu), which
shift a point by some hundred metres. The formulas are the publicly known approximations of these systems; the
ways back are found by iteration, to within a micro-degree (about 0.1 m).
"""

from collections.abc import Callable
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt
from typing import Final

Point = tuple[float, float]
"""Longitude and latitude in decimal degrees."""

LONGITUDES_OF_CHINA: Final = (73.0, 136.0)
LATITUDES_OF_CHINA: Final = (3.0, 54.0)

_SEMI_MAJOR_AXIS: Final = 6_378_245.0
"""Metres, of the Krasovsky ellipsoid on which GCJ-02 is defined."""
_ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943
_BAIDU_ANGLE: Final = pi * 3000 / 180
_EARTH_RADIUS_KM: Final = 6371.0088
_CLOSE_ENOUGH: Final = 1e-7
_MOST_STEPS: Final = 30


def in_china(longitude: float, latitude: float) -> bool:
    """Whether a point lies in the rectangle around China in which GCJ-02 shifts points."""
    return (
        LONGITUDES_OF_CHINA[0] <= longitude <= LONGITUDES_OF_CHINA[1]
        and LATITUDES_OF_CHINA[0] <= latitude <= LATITUDES_OF_CHINA[1]
    )


def gcj02_of_wgs84(longitude: float, latitude: float) -> Point:
    """A WGS 84 point in GCJ-02. Outside China both are the same."""
    if not in_china(longitude, latitude):
        return longitude, latitude
    x, y = longitude - 105.0, latitude - 35.0
    root = sqrt(abs(x))
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    curvature = 1 - _ECCENTRICITY_SQUARED * sin(radians(latitude)) ** 2
    metres_per_radian_north = _SEMI_MAJOR_AXIS * (1 - _ECCENTRICITY_SQUARED) / (curvature * sqrt(curvature))
    metres_per_radian_east = _SEMI_MAJOR_AXIS / sqrt(curvature) * cos(radians(latitude))
    return (
        longitude + east * 180 / (metres_per_radian_east * pi),
        latitude + north * 180 / (metres_per_radian_north * pi),
    )


def bd09_of_gcj02(longitude: float, latitude: float) -> Point:
    """A GCJ-02 point in BD-09."""
    distance = hypot(longitude, latitude) + 0.000_02 * sin(latitude * _BAIDU_ANGLE)
    angle = atan2(latitude, longitude) + 0.000_003 * cos(longitude * _BAIDU_ANGLE)
    return distance * cos(angle) + 0.0065, distance * sin(angle) + 0.006


def bd09_of_wgs84(longitude: float, latitude: float) -> Point:
    """A WGS 84 point in BD-09."""
    return bd09_of_gcj02(*gcj02_of_wgs84(longitude, latitude))


def wgs84_of_gcj02(longitude: float, latitude: float) -> Point:
    """A GCJ-02 point in WGS 84."""
    return _inverse(gcj02_of_wgs84, (longitude, latitude))


def gcj02_of_bd09(longitude: float, latitude: float) -> Point:
    """A BD-09 point in GCJ-02."""
    return _inverse(bd09_of_gcj02, (longitude, latitude))


def wgs84_of_bd09(longitude: float, latitude: float) -> Point:
    """A BD-09 point in WGS 84."""
    return wgs84_of_gcj02(*gcj02_of_bd09(longitude, latitude))


def to_wgs84(longitude: float, latitude: float, system: str) -> Point:
    """A point of the named system (WGS84, GCJ02, BD09) in WGS 84. Raises KeyError for another system."""
    ways: dict[str, Callable[[float, float], Point]] = {
        "WGS84": lambda east, north: (east, north),
        "GCJ02": wgs84_of_gcj02,
        "BD09": wgs84_of_bd09,
    }
    return ways[system](longitude, latitude)


def _inverse(shift: Callable[[float, float], Point], target: Point) -> Point:
    """The point that ``shift`` takes to ``target``; the shift is nearly constant, so stepping back converges."""
    longitude, latitude = target
    for _step in range(_MOST_STEPS):
        east, north = shift(longitude, latitude)
        longitude, latitude = longitude + target[0] - east, latitude + target[1] - north
        if abs(target[0] - east) < _CLOSE_ENOUGH and abs(target[1] - north) < _CLOSE_ENOUGH:
            break
    return longitude, latitude


def kilometres_between(one: Point, other: Point) -> float:
    """The great-circle distance of two points."""
    (east_1, north_1), (east_2, north_2) = (tuple(map(radians, point)) for point in (one, other))
    chord = sin((north_2 - north_1) / 2) ** 2 + cos(north_1) * cos(north_2) * sin((east_2 - east_1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def plausible_near(longitude: float, latitude: float, centre: Point, kilometres: float) -> bool:
    """Whether a point lies within so many kilometres of a centre, as a building does of its district."""
    return kilometres_between((longitude, latitude), centre) <= kilometres

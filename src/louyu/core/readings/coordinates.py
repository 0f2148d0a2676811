"""Reading longitudes, latitudes and pairs of them."""

import re
from functools import lru_cache

from louyu.core.coordinates import LATITUDES_OF_CHINA, LONGITUDES_OF_CHINA
from louyu.core.readings.values import CellValue, Unreadable, text_of

_DEGREES = re.compile(
    r"(?P<sign>-)?(?P<degrees>\d{1,3}(?:\.\d{1,20})?)\s*(?:[°º˚度]|DEG)?"
    r"(?:(?<=[°º˚度])\s*(?P<minutes>\d{1,2}(?:\.\d{1,20})?)\s*['′’‘分]\s*"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d{1,20})?)(?![\d.]*\s*[°度])\s*(?:[\"″”“秒]|''|′′|’’)?)?)?",
    re.I,
)
_LABEL = re.compile(
    r"(?:东经|北纬|经度|纬度|坐标|经纬度|经|纬|(?<![A-Z])(?:LONGITUDE|LATITUDE|LON|LNG|LAT|POINT|[EN])(?![A-Z])|WGS-?84|GCJ-?02|BD-?09|CGCS2000)\s*[:=]?",
    re.I,
)
_LEFT_OVER = re.compile(r"[\s,;/|()\[\]{}、:：'′\"+-]*\Z")


@lru_cache(maxsize=4096)
def _numbers_in(text: str) -> tuple[float, ...]:
    """The decimal degrees of all coordinates in a flat text; empty where it holds anything else."""
    bare = _LABEL.sub(" ", text)
    found = list(_DEGREES.finditer(bare))
    if not _LEFT_OVER.match(_DEGREES.sub("", bare)):
        return ()
    return tuple(_decimal_degrees(match) for match in found)


def _decimal_degrees(found: re.Match[str]) -> float:
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise Unreadable("coordinate_text")
    degrees = float(found["degrees"]) + minutes / 60 + seconds / 3600
    return -degrees if found["sign"] else degrees


def _one_coordinate(value: CellValue) -> float | None:
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not text_of(value):
            return None
        return float(value)
    if not isinstance(value, str):
        raise Unreadable("coordinate_text")
    text = text_of(value)
    if not text:
        return None
    numbers = _numbers_in(text)
    if len(numbers) != 1:
        raise Unreadable("coordinate_text")
    return numbers[0]


def _is_longitude(degrees: float) -> bool:
    return LONGITUDES_OF_CHINA[0] <= degrees <= LONGITUDES_OF_CHINA[1]


def _is_latitude(degrees: float) -> bool:
    return LATITUDES_OF_CHINA[0] <= degrees <= LATITUDES_OF_CHINA[1]


def read_longitude(value: CellValue, heading: str = "") -> float | None:
    """A longitude in decimal degrees, also from degrees, minutes and seconds.

    Raises Unreadable: ``longitude_is_latitude`` (only a latitude in China can have this value),
    ``coordinate_range`` (outside China), ``coordinate_text``.
    """
    degrees = _one_coordinate(value)
    if degrees is None or _is_longitude(degrees):
        return degrees
    raise Unreadable("longitude_is_latitude" if _is_latitude(degrees) else "coordinate_range")


def read_latitude(value: CellValue, heading: str = "") -> float | None:
    """A latitude in decimal degrees; as ``read_longitude``, with ``latitude_is_longitude``."""
    degrees = _one_coordinate(value)
    if degrees is None or _is_latitude(degrees):
        return degrees
    raise Unreadable("latitude_is_longitude" if _is_longitude(degrees) else "coordinate_range")


_LABELLED_LONGITUDE = re.compile(
    r"(?:东经|经度|(?<![\d'\"°′″])\bE|lng|lon(?:gitude)?)\s*[:：]?\s*(\d+(?:\.\d+)?)", re.IGNORECASE
)


def latitude_comes_first(value: CellValue) -> bool:
    """Whether a cell that holds a coordinate pair says the latitude first."""
    numbers = _numbers_in(text_of(value))
    return len(numbers) == 2 and _is_latitude(numbers[0])


def read_coordinate_pair(value: CellValue, heading: str = "") -> tuple[float, float] | None:
    """Longitude and latitude, in this order, from one cell; which is which is told by their ranges in China.

    Raises Unreadable: ``coordinate_range`` (outside China), ``coordinate_text`` (not two numbers).
    """
    if value is None:
        return None
    if not isinstance(value, str):
        if isinstance(value, float) and not text_of(value):
            return None
        raise Unreadable("coordinate_text")
    text = text_of(value)
    if not text:
        return None
    numbers = _numbers_in(text)
    if len(numbers) != 2:
        raise Unreadable("coordinate_text")
    first, second = numbers
    labelled = _LABELLED_LONGITUDE.search(text)
    if labelled and _is_latitude(float(labelled[1])):
        raise Unreadable("longitude_is_latitude")
    if _is_longitude(first) and _is_latitude(second):
        return first, second
    if _is_latitude(first) and _is_longitude(second):
        return second, first
    raise Unreadable("coordinate_range")

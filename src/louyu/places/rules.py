"""What can be said of a building's values without looking anything up. Pure."""

import math
from collections.abc import Iterable
from statistics import median

from louyu.core.words import names_fit

FAR_KM = 60.0
"""Buildings of one district lie within this distance of each other's middle."""


def kilometres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in km between two points in degrees."""
    a, b, d = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(d)
    return 6371.0 * math.acos(max(-1.0, min(1.0, cosine)))


def middle(points: Iterable[tuple[float, float]]) -> tuple[float, float] | None:
    """The median point (longitude, latitude): where the district is, whatever a few wrong points say."""
    known = list(points)
    if not known:
        return None
    return median(p[0] for p in known), median(p[1] for p in known)


def is_far(point: tuple[float, float], centre: tuple[float, float] | None) -> bool:
    """Whether a point lies outside any district around ``centre``."""
    return centre is not None and kilometres(*point, *centre) > FAR_KM


def fitting_names(said: str, known: Iterable[str]) -> list[str]:
    """The full names that a shortened one may stand for: 「万达」 fits 「万达广场」."""
    return sorted(name for name in known if names_fit(said, name))

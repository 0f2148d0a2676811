"""The line below a stacking plan: a building's occupancy month by month, drawn as steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from louyu.tenants.rules.plan import NOTHING, Rate

MONTHS = 24
WIDTH, HEIGHT = 960, 40
STEP_OF_AXIS = 5
"""The axis begins and ends at a multiple of so many percent."""


def month_days(today: date, months: int = MONTHS) -> list[date]:
    """The first days of the last months, then today."""
    last = today.year * 12 + today.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(last - months + 1, last + 1)]
    return [*(day for day in firsts if day < today), today]


def together(parts: Sequence[Rate]) -> Rate:
    """The rate of units whose own rates these are."""
    return Rate(
        sum((p.occupied for p in parts), NOTHING),
        sum((p.lettable for p in parts), NOTHING),
        sum(p.vacant_units for p in parts),
        sum(p.unknown_units for p in parts),
    )


@dataclass(frozen=True)
class Point:
    """A day and its rate in percent."""

    day: date
    percent: Decimal


@dataclass(frozen=True)
class ThroughTime:
    """points: the days whose rate can be said, the oldest first; chosen: the last one up to the day that is shown.

    low, high: where the axis is cut, percent; path: the steps, an SVG path in WIDTH x HEIGHT; x: where the chosen
    one is.
    """

    points: Sequence[Point]
    chosen: int
    low: int
    high: int
    path: str
    x: int

    @property
    def at(self) -> Point:
        """The chosen point."""
        return self.points[self.chosen]


def through_time(days: Sequence[date], rates: Sequence[Rate], shown: date) -> ThroughTime | None:
    """The line of these days; None where fewer than two of them have a rate."""
    known = zip(days, (rate.percent for rate in rates), strict=True)
    points = [Point(day, percent) for day, percent in known if percent is not None]
    if len(points) < 2:
        return None
    low = _to_step(min(p.percent for p in points), ROUND_FLOOR)
    high = max(_to_step(max(p.percent for p in points), ROUND_CEILING), low + STEP_OF_AXIS)
    xs = [round(n * WIDTH / (len(points) - 1)) for n in range(len(points))]
    ys = [round((high - p.percent) * HEIGHT / (high - low)) for p in points]
    path = f"M0 {ys[0]}" + "".join(f"H{x}V{y}" for x, y in zip(xs[1:], ys[1:], strict=True))
    chosen = max((n for n, p in enumerate(points) if p.day <= shown), default=0)
    return ThroughTime(points, chosen, low, high, path, xs[chosen])


def _to_step(percent: Decimal, rounding: str) -> int:
    return int((percent / STEP_OF_AXIS).quantize(Decimal(1), rounding)) * STEP_OF_AXIS

"""What colours a piece of the stacking plan: eight families of industry, or one ramp of five grey-blues."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from louyu.core.industries import FAMILIES

from .plan import PlanFloor, PlanTenant, PlanUnit

UNKNOWN = "unknown"

CLASS_NAMES: Mapping[str, str] = {
    "trade": "ft",
    "business": "fb",
    "software": "fs",
    "construction": "fc",
    "finance": "ff",
    "research": "fr",
    "catering": "fl",
    "other": "fo",
    **{f"step{n}": f"s{n}" for n in range(1, 6)},
    UNKNOWN: "s0",
}
"""Token → class in the drawing; two letters, because a tower says them a thousand times."""
STEPS = 5
YEARS = (1, 3, 5, 10)
STAFF = (10, 50, 100, 300)
"""Lower bounds of the second to fifth step; the first begins at nothing."""


@dataclass(frozen=True, slots=True)
class Colouring:
    """Which token a tenant in a unit is filled with, and all tokens in the order of the legend."""

    tokens: tuple[str, ...]
    token: Callable[[PlanUnit, PlanTenant], str]
    sequential: bool
    bounds: tuple[float, ...] = ()


def step(value: float | None, bounds: Sequence[float]) -> str:
    """Which of the five steps a value falls in: `step1` (least) to `step5`."""
    if value is None:
        return UNKNOWN
    return f"step{1 + sum(value >= bound for bound in bounds)}"


def years_between(since: date, as_of: date) -> int:
    """Whole years from one day to another; 0 before the first anniversary."""
    return as_of.year - since.year - ((as_of.month, as_of.day) < (since.month, since.day))


def even_bounds(values: Sequence[float]) -> tuple[float, ...]:
    """Four round bounds that cut the range of the values into five steps of one size."""
    if not values or (spread := max(values) - min(values)) <= 0:
        return (1, 2, 3, 4)
    raw = spread / STEPS
    magnitude = 10 ** math.floor(math.log10(raw))
    size = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw)
    start = math.floor(min(values) / size) * size
    return tuple(start + size * n for n in range(1, STEPS))


def colouring(
    floors: Sequence[PlanFloor], colour_by: str, as_of: date, values: Mapping[str, float] | None
) -> Colouring:
    """How to colour by `industry`, `since` (years in the house), `staff`, or values per unit of another room.

    Raises ValueError for another way without its values.
    """
    ramp = (*(f"step{n}" for n in range(1, STEPS + 1)), UNKNOWN)
    if colour_by == "industry":
        return Colouring(
            tuple(FAMILIES),
            lambda unit, tenant: tenant.industry if tenant.industry in FAMILIES else "other",
            False,
        )
    if colour_by == "since":
        return Colouring(
            ramp,
            lambda unit, tenant: step(years_between(tenant.since, as_of) if tenant.since else None, YEARS),
            True,
            YEARS,
        )
    if colour_by == "staff":
        return Colouring(ramp, lambda unit, tenant: step(tenant.staff, STAFF), True, STAFF)
    if values is None:
        raise ValueError(f"nothing is known to colour by {colour_by!r}")
    here = [values[unit.id] for floor in floors for unit in floor.units if unit.id in values]
    bounds = even_bounds(here)
    return Colouring(ramp, lambda unit, tenant: step(values.get(unit.id), bounds), True, bounds)

"""What the stacking plan (楼层剖面图) is told, and what follows from it before anything is drawn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal

Use = Literal["let", "not_let", "party"]
Kind = Literal["let", "shared", "vacant", "not_let", "party", "merged", "unrecorded", "bare"]

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanTenant:
    """An enterprise in a unit. area: what it uses there, m²; industry: one of `colouring.FAMILIES`.

    badge: its open cases; overdue: how many of them are overdue.
    """

    id: str
    name: str
    short_name: str
    href: str
    industry: str
    section_name: str = ""
    since: date | None = None
    staff: int | None = None
    area: Decimal | None = None
    badge: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class PlanUnit:
    """A door on a floor. area: its own, m². href: where a shared or vacant unit leads, if anywhere."""

    id: str
    number: str
    area: Decimal | None = None
    use: Use = "let"
    note: str = ""
    tenants: list[PlanTenant] = field(default_factory=list)
    href: str = ""


@dataclass(frozen=True, slots=True)
class PlanFloor:
    """A storey, counted from 1 upwards and from -1 downwards. area: of the whole plate, m²."""

    number: int
    note: str = ""
    not_let: bool = False
    area: Decimal | None = None
    units: list[PlanUnit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rate:
    """Occupied over lettable area, m², over units whose area is known; the others are counted apart.

    vacant_units: units that exist and have no tenant, whether or not their area is known.
    """

    occupied: Decimal
    lettable: Decimal
    vacant_units: int
    unknown_units: int

    @property
    def vacant(self) -> Decimal:
        return self.lettable - self.occupied

    @property
    def percent(self) -> Decimal | None:
        """In percent; None where nothing is known to be lettable."""
        return self.occupied * 100 / self.lettable if self.lettable else None


@dataclass(frozen=True, slots=True)
class Cell:
    """What is drawn as one piece: a unit, or the neighbouring units of one enterprise.

    area: known area in m², None where no register says any; partly_unknown: some unit of it has no area.
    """

    kind: Kind
    units: tuple[PlanUnit, ...]
    tenants: tuple[PlanTenant, ...]
    area: Decimal | None
    partly_unknown: bool = False

    @property
    def doors(self) -> str:
        """「1703」, or 「1703–1705」 for neighbouring units."""
        first, last = self.units[0].number, self.units[-1].number
        return first if len(self.units) == 1 else f"{first}–{last}"


def door_order(number: str) -> tuple[tuple[int, int, str], ...]:
    """Sorting key of a door number as people read it: 2 before 10, A9 before A10."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold())
        for part in re.split(r"(\d+)", number)
        if part
    )


def unit_area(unit: PlanUnit) -> Decimal | None:
    """A unit's area in m²: its own, else what its tenants are known to use; None where nothing is known.

    Where a register gives every tenant of a shared unit the same area, it means the unit's, not a share each.
    """
    if unit.area is not None:
        return unit.area
    known = [tenant.area for tenant in unit.tenants if tenant.area is not None]
    if len(known) > 1 and len(set(known)) == 1:
        return known[0]
    return sum(known, NOTHING) if known else None


def unit_kind(unit: PlanUnit, floor: PlanFloor) -> Kind:
    """Who sits in a unit decides before what a register calls it: an occupied unit is let."""
    if unit.tenants:
        return "let" if len(unit.tenants) == 1 else "shared"
    if unit.use == "party":
        return "party"
    return "not_let" if unit.use == "not_let" or floor.not_let else "vacant"


def units_in_order(floor: PlanFloor) -> list[PlanUnit]:
    """By door number from the left, never by size, so that a unit stays where it is through time."""
    return sorted(floor.units, key=lambda unit: (door_order(unit.number), unit.id))


def cells(floor: PlanFloor) -> list[Cell]:
    """The pieces of a floor from the left; neighbouring units of the same enterprises or spaces are one piece."""
    pieces: list[Cell] = []
    for (kind, _who), group in groupby(
        units_in_order(floor), key=lambda unit: _same_piece(unit, unit_kind(unit, floor))
    ):
        units = tuple(group)
        joined = [(unit,) for unit in units] if kind == "vacant" else [units]
        pieces.extend(_cell(kind, piece) for piece in joined)
    return pieces


def _same_piece(unit: PlanUnit, kind: Kind) -> tuple[Kind, frozenset[str]]:
    if kind in ("let", "shared"):
        return kind, frozenset(tenant.id for tenant in unit.tenants)
    return kind, frozenset((unit.note,))


def _cell(kind: Kind, units: tuple[PlanUnit, ...]) -> Cell:
    areas = [unit_area(unit) for unit in units]
    known = [area for area in areas if area is not None]
    return Cell(
        kind=kind,
        units=units,
        tenants=tuple(units[0].tenants),
        area=sum(known, NOTHING) if known else None,
        partly_unknown=bool(known) and len(known) < len(areas),
    )


def occupancy(floors: Sequence[PlanFloor]) -> Rate:
    """How much of the lettable area is occupied. Space that no register names is in neither term."""
    occupied = lettable = NOTHING
    vacant_units = unknown_units = 0
    for floor in floors:
        for unit in floor.units:
            kind = unit_kind(unit, floor)
            if kind not in ("let", "shared", "vacant"):
                continue
            area = unit_area(unit)
            vacant_units += kind == "vacant"
            unknown_units += area is None
            lettable += area or NOTHING
            occupied += (area or NOTHING) if kind != "vacant" else NOTHING
    return Rate(occupied, lettable, vacant_units, unknown_units)

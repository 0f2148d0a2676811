"""How wide every piece of the stacking plan is, and where it begins: one scale for all floors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from .plan import Cell, Kind, PlanFloor

GAP = 2
NARROWEST = 4
UNKNOWN_WIDEST, UNKNOWN_NARROWEST = 84, 24
LARGEST_SCALE = 2.0
"""Pixels per m². A small house is not blown up to the width of the page."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell, or a run of cells too narrow to be drawn one by one, from x to end (gap included)."""

    kind: Kind
    cells: tuple[Cell, ...]
    area: Decimal | None
    x: float = 0.0
    end: float = 0.0

    @property
    def known(self) -> bool:
        return self.area is not None


def right_end(row: Sequence[Placed]) -> float:
    return row[-1].end if row else 0.0


def plate_area(floor: PlanFloor, pieces: Sequence[Cell]) -> Decimal | None:
    """Area of a whole floor in m²: its own, or more where its units are known to be more."""
    units = sum((cell.area for cell in pieces if cell.area), Decimal(0))
    return max(floor.area or Decimal(0), units) or None


def pixels_per_metre(
    storeys: Sequence[PlanFloor], pieces: Mapping[int, Sequence[Cell]], room: Sequence[int]
) -> float | None:
    """Pixels per m², the same on every floor: the largest with which every floor has room."""
    fits = [LARGEST_SCALE]
    for floor, limit in zip(storeys, room, strict=True):
        plate = plate_area(floor, pieces[floor.number])
        unknown = sum(cell.area is None for cell in pieces[floor.number]) if not floor.area else 0
        if plate:
            fits.append(max(limit - unknown * UNKNOWN_NARROWEST, limit / 4) / float(plate))
    return min(fits) if len(fits) > 1 else None


def place(
    storeys: Sequence[PlanFloor],
    pieces: Mapping[int, Sequence[Cell]],
    room: Sequence[int],
    scale: float | None,
) -> list[list[Placed]]:
    """Every floor's pieces side by side. A floor of which nothing is known is as wide as is usual here."""
    rows = [
        _side_by_side(floor, _merge_narrow(pieces[floor.number], scale), limit, scale)
        for floor, limit in zip(storeys, room, strict=True)
    ]
    usual = median([right_end(row) for row in rows if row] or [min(room, default=0)])
    return [
        row or [Placed("not_let" if floor.not_let else "bare", (), None, 0.0, min(usual, limit))]
        for row, floor, limit in zip(rows, storeys, room, strict=True)
    ]


def _merge_narrow(pieces: Sequence[Cell], scale: float | None) -> list[Placed]:
    """Neighbouring tenants that would be narrower than 4 px become one piece, drawn 「+3」."""
    merged: list[Placed] = []
    run: list[Cell] = []

    def end_run() -> None:
        if len(run) > 1:
            merged.append(
                Placed("merged", tuple(run), sum((cell.area for cell in run if cell.area), Decimal(0)))
            )
        else:
            merged.extend(Placed(cell.kind, (cell,), cell.area) for cell in run)
        run.clear()

    for cell in pieces:
        narrow = scale is not None and cell.area is not None and float(cell.area) * scale < NARROWEST + GAP
        if narrow and cell.tenants:
            run.append(cell)
            continue
        end_run()
        merged.append(Placed(cell.kind, (cell,), cell.area))
    end_run()
    return merged


def _side_by_side(
    floor: PlanFloor, pieces: Sequence[Placed], limit: int, scale: float | None
) -> list[Placed]:
    if not pieces and not (floor.area and scale):
        return []
    known = sum(_pitch(piece, scale) for piece in pieces if piece.known)
    unknown = sum(not piece.known for piece in pieces)
    plate = float(floor.area) * scale if floor.area and scale else None
    each = _unknown_pitch(plate, known, unknown, limit)
    x = 0.0
    row = []
    for piece in pieces:
        end = x + (_pitch(piece, scale) if piece.known else each)
        row.append(replace(piece, x=x, end=end))
        x = end
    if plate and not pieces:
        row.append(Placed("not_let" if floor.not_let else "bare", (), floor.area, 0.0, plate))
    elif plate and floor.area and not unknown and plate - x >= max(8, plate / 100):
        rest = floor.area - sum((piece.area for piece in pieces if piece.area), Decimal(0))
        row.append(Placed("unrecorded", (), rest, x, plate))
    return row


def _pitch(piece: Placed, scale: float | None) -> float:
    return max(float(piece.area or 0) * (scale or 0), NARROWEST + GAP)


def _unknown_pitch(plate: float | None, known: float, unknown: int, limit: int) -> float:
    """Width of a piece of unknown area: its part of the plate's rest, or a token where that is unknown."""
    if not unknown:
        return 0.0
    rest = (plate if plate else limit) - known
    width = rest / unknown if plate else min(rest / unknown, UNKNOWN_WIDEST)
    return max(width, UNKNOWN_NARROWEST)

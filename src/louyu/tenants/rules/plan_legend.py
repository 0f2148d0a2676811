"""What stands beside the stacking plan in words: legend, drawing key, and the plan as a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .colouring import CLASS_NAMES, UNKNOWN, Colouring
from .plan import NOTHING, Cell, Kind, PlanFloor, PlanTenant, Rate, unit_kind
from .plan_words import Words, square_metres, step_words


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """count: enterprises, each once; area: m² known to be theirs; share: percent of the lettable area."""

    fill: str
    label: str
    count: int
    area: Decimal
    share: Decimal | None
    included: bool = False
    """Already counted in the entries above: shared units."""

    @property
    def fill_class(self) -> str:
        return CLASS_NAMES.get(self.fill, self.fill)

    @property
    def percent(self) -> str:
        return (
            "—" if self.share is None else "<1%" if 0 < self.share < Decimal("0.5") else f"{self.share:.0f}%"
        )


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A way of drawing, how often it occurs, and how many m² it stands for."""

    kind: str
    label: str
    count: str
    area: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list: a tenant in its units, or what a unit is without one. area, staff as text."""

    doors: str
    name: str
    href: str
    kind: Kind
    area: str
    since: date | None = None
    staff: str = ""
    unit_id: str = ""


def shares(cell: Cell) -> list[Decimal]:
    """The known area of a cell divided among its tenants; together exactly the cell's area.

    By what each is known to use; tenants of whom nothing is known share the rest alike, or where there is no
    rest as much as the others have on average.
    """
    total = cell.area or NOTHING
    known = [tenant.area for tenant in cell.tenants if tenant.area is not None]
    missing = len(cell.tenants) - len(known)
    rest = total - sum(known, NOTHING)
    guess = max(rest, NOTHING) / missing if missing else NOTHING
    if missing and not guess:
        guess = sum(known, NOTHING) / len(known) if known else Decimal(1)
    weights = [guess if tenant.area is None else tenant.area for tenant in cell.tenants]
    whole = sum(weights, NOTHING) or Decimal(1)
    parts = [(total * weight / whole).quantize(Decimal("0.01")) for weight in weights]
    parts[-1] += total - sum(parts, NOTHING)
    return parts


def legend_entries(
    pieces: Mapping[int, Sequence[Cell]], colours: Colouring, rate: Rate, colour_by: str, words: Words
) -> tuple[LegendEntry, ...]:
    """Who is there, by colour: families by area, steps of a ramp in their order."""
    enterprises: dict[str, set[str]] = {}
    areas: dict[str, Decimal] = {}
    shared: list[Cell] = []
    for cell in (cell for row in pieces.values() for cell in row if cell.tenants):
        shared += [cell] if cell.kind == "shared" else []
        for tenant, part in zip(cell.tenants, shares(cell), strict=True):
            token = colours.token(cell.units[0], tenant)
            enterprises.setdefault(token, set()).add(tenant.id)
            areas[token] = areas.get(token, NOTHING) + part
    labels = (
        {**step_words(words, colour_by, colours.bounds), UNKNOWN: words.not_known}
        if colours.sequential
        else words.families
    )
    entries = [
        LegendEntry(
            token, labels.get(token, token), len(enterprises[token]), areas[token], _share(areas[token], rate)
        )
        for token in colours.tokens
        if token in enterprises
    ]
    if not colours.sequential:
        entries.sort(key=lambda entry: -entry.area)
    if shared:
        area = sum((cell.area or NOTHING for cell in shared), NOTHING)
        entries.append(LegendEntry("shared", words.shared_units, 0, area, _share(area, rate), included=True))
    return tuple(entries)


def _share(area: Decimal, rate: Rate) -> Decimal | None:
    return area * 100 / rate.lettable if rate.lettable else None


def key_entries(
    storeys: Sequence[PlanFloor], pieces: Mapping[int, Sequence[Cell]], rate: Rate, words: Words
) -> tuple[KeyEntry, ...]:
    """The ways of drawing that occur in this building."""
    units = [(unit_kind(unit, floor), floor) for floor in storeys for unit in floor.units]
    kinds = [kind for kind, _ in units]
    whole_floors = sum(floor.not_let and not floor.units for floor in storeys)
    rests = [rest for floor in storeys if (rest := _unrecorded(floor, pieces[floor.number]))]
    tenants = {tenant.id: tenant for tenant in _tenants(pieces)}.values()
    open_cases, overdue = sum(t.badge for t in tenants), sum(t.overdue for t in tenants)
    places, cases = words.places.format, words.cases.format

    def metres(area: Decimal) -> str:
        return words.area.format(area=square_metres(area)) if area else ""

    found = [
        (rate.vacant_units, "vacant", words.vacant, places, metres(rate.vacant)),
        (rate.unknown_units, "unknown", words.key_unknown, places, ""),
        (kinds.count("party"), "party", words.party, places, ""),
        (kinds.count("not_let") + whole_floors, "not_let", words.not_let, places, ""),
        (len(rests), "unrecorded", words.key_unrecorded, places, metres(sum(rests, NOTHING))),
        (open_cases, "cases", words.key_cases, cases, ""),
        (overdue, "overdue", words.key_overdue, cases, ""),
    ]
    return tuple(KeyEntry(kind, label, text(n=n), area) for n, kind, label, text, area in found if n)


def _unrecorded(floor: PlanFloor, pieces: Sequence[Cell]) -> Decimal:
    """m² of a floor that no unit accounts for; nothing where that cannot be known or is next to nothing."""
    if not floor.area or not pieces or any(cell.area is None or cell.partly_unknown for cell in pieces):
        return NOTHING
    rest = floor.area - sum((cell.area for cell in pieces if cell.area), NOTHING)
    return rest if rest >= floor.area / 100 else NOTHING


def _tenants(pieces: Mapping[int, Sequence[Cell]]) -> Iterable[PlanTenant]:
    return (tenant for row in pieces.values() for cell in row for tenant in cell.tenants)


def list_rows(
    kind: Kind, pieces: Sequence[Cell], area: Decimal | None, note: str, words: Words
) -> list[ListRow]:
    """The lines of the list that say what one piece of the drawing shows."""
    if not pieces:
        name = {"not_let": words.not_let, "unrecorded": words.unrecorded}.get(kind, words.bare)
        told = f"{note} {name}" if note and kind != "unrecorded" else name
        return [ListRow("", told, "", kind, square_metres(area) if area else "")]
    return [line for cell in pieces for line in _lines(cell, words)]


def _lines(cell: Cell, words: Words) -> list[ListRow]:
    area = square_metres(cell.area) if cell.area is not None else words.unknown
    if not cell.tenants:
        unit = cell.units[0]
        word = {"vacant": words.vacant, "party": words.party}.get(cell.kind, words.not_let)
        name = f"{unit.note} {word}" if unit.note else word
        return [ListRow(cell.doors, name, unit.href, cell.kind, area, unit_id=unit.id)]
    return [
        ListRow(
            doors=cell.doors,
            name=tenant.name,
            href=tenant.href,
            kind=cell.kind,
            area=area if cell.kind == "let" else square_metres(tenant.area) if tenant.area else words.unknown,
            since=tenant.since,
            staff="" if tenant.staff is None else str(tenant.staff),
            unit_id=cell.units[0].id,
        )
        for tenant in cell.tenants
    ]

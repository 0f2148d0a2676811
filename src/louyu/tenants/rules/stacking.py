"""The stacking plan (楼层剖面图): where each piece of a building is drawn, how wide, and what it is called.

Pure geometry in pixels; the page, the sign on the map and the print draw what is decided here. 1 px is the
same number of m² on every floor; a floor is never stretched.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from .colouring import CLASS_NAMES, Colouring, colouring
from .plan import Kind, PlanFloor, PlanTenant, PlanUnit, Rate, Use, cells, occupancy
from .plan_layout import GAP, NARROWEST, Placed, pixels_per_metre, place, plate_area, right_end
from .plan_legend import KeyEntry, LegendEntry, ListRow, key_entries, legend_entries, list_rows
from .plan_words import CHINESE, Words, square_metres

__all__ = [
    "Block",
    "Drawing",
    "KeyEntry",
    "LegendEntry",
    "ListRow",
    "PlanFloor",
    "PlanTenant",
    "PlanUnit",
    "Rate",
    "Row",
    "Sign",
    "Tick",
    "Use",
    "Words",
    "draw",
    "occupancy",
    "sign",
]

PITCH = 21
HEIGHT = PITCH - GAP
BASELINE = 14
FOOT = HEIGHT - BASELINE
GUTTER = 44
"""Room for the floor numbers, left of the plates."""
LEGEND = 240 + 32
"""Room for the legend and the air beside it."""
GROUND = 8
"""From the last floor above ground to the first below; the ground line runs in it."""
PADDING = 6
TIGHT = 32
"""Up to this width a label begins 2 px inside instead of 6."""
BADGE = 14
LONGEST_LIST = 400
"""Lines of the list that are sent with the drawing: a page of a large tower stays light on an old phone."""
SQUARE_STEP = 8
SPACE = "\u2002"
"""Between a name and what is said of it; ordinary spaces would run together."""


@dataclass(frozen=True, slots=True)
class Square:
    """One enterprise of a shared unit: a count, not an area."""

    x: int
    fill: str

    @property
    def fill_class(self) -> str:
        return CLASS_NAMES[self.fill]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a floor. x, y, width in pixels; fill: a token (family or step), "" where nothing sits.

    torn: its area is not known, its right edge is drawn as a break line; partly: only some of it is known.
    title: what a screen reader says. badge: open cases, "!" where one is overdue. rows: lines of the list.
    """

    kind: Kind
    x: int
    y: int
    width: int
    fill: str
    label: str
    title: str
    href: str
    door: str
    unit_ids: tuple[str, ...]
    area: Decimal | None
    torn: bool = False
    partly: bool = False
    badge: str = ""
    overdue: bool = False
    squares: tuple[Square, ...] = ()
    rows: int = 1

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def path(self) -> str:
        """The outline as SVG path data; 0 is the baseline of the floor's text, which spares every text its y."""
        if not (self.torn or self.partly):
            return f"M{self.x} {FOOT}v-{HEIGHT}h{self.width}v{HEIGHT}z"
        edge = self.right - 4
        return f"M{edge}-{BASELINE}H{self.x}v{HEIGHT}H{edge}v-5l-4-2 8-3-4-2z"

    @property
    def break_line(self) -> str:
        """The torn edge alone, drawn solid over the dashed outline."""
        return f"M{self.right - 4}-{BASELINE}v7l4 2-8 3 4 2v5"

    @property
    def outline(self) -> str:
        """`path`, drawn half a pixel inside where the piece has a line around it, so that the line is sharp."""
        if self.torn or self.partly or self.kind in ("let", "vacant"):
            return self.path
        return f"M{self.x}.5 {FOOT - 0.5}v-{HEIGHT - 1}h{self.width - 1}v{HEIGHT - 1}z"

    @property
    def css(self) -> str:
        """Class names of the way it is drawn; a plain tenant has none."""
        kind = "" if self.kind == "let" else self.kind
        return " ".join(filter(None, (kind, "unknown" if self.torn else "")))

    @property
    def fill_class(self) -> str:
        return CLASS_NAMES.get(self.fill, "")

    @property
    def label_x(self) -> int:
        return self.x + (PADDING if self.width > TIGHT else 2)

    @property
    def badge_x(self) -> int:
        return self.right - BADGE - 4

    @property
    def badge_middle(self) -> int:
        return self.badge_x + BADGE // 2


@dataclass(frozen=True, slots=True)
class Row:
    """A floor. label: 「17」 or 「B1」; name: 「17 层」; width: to its last piece."""

    number: int
    label: str
    name: str
    y: int
    width: int
    blocks: tuple[Block, ...]
    listing: tuple[ListRow, ...]

    @property
    def baseline(self) -> int:
        return self.y + BASELINE


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to colour the plan."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that a page needs to draw a building. Rows from the top; sizes in pixels, `scale` in px per m²."""

    rows: tuple[Row, ...]
    width: int
    height: int
    ground_y: int
    scale: float | None
    ticks: tuple[Tick, ...]
    colour_by: str
    sequential: bool
    legend_title: str
    legend: tuple[LegendEntry, ...]
    key: tuple[KeyEntry, ...]
    choices: tuple[Choice, ...]
    rate: Rate
    beside: bool
    """The legend stands in the air beside the tower; otherwise under the plan."""

    @property
    def gutter(self) -> int:
        return GUTTER

    @property
    def scale_y(self) -> int:
        """Where the scale bar begins, under the lowest floor."""
        return self.height + 16

    @property
    def sheet_height(self) -> int:
        return self.height + (30 if self.ticks else 0)

    @property
    def list_fits(self) -> bool:
        """Whether the list can stand beside the drawing; a long one has a page of its own."""
        return sum(len(row.listing) for row in self.rows) <= LONGEST_LIST

    @property
    def has_tenants(self) -> bool:
        return any(entry.count for entry in self.legend)


@dataclass(frozen=True, slots=True)
class Bar:
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Sign:
    """A building's silhouette: bars from the top, all from the left edge."""

    bars: tuple[Bar, ...]
    width: int
    height: int


def draw(
    floors: Sequence[PlanFloor],
    *,
    colour_by: str = "industry",
    as_of: date,
    width: int = 960,
    values: Mapping[str, float] | None = None,
    other_colours: Mapping[str, str] | None = None,
    words: Words = CHINESE,
) -> Drawing:
    """The stacking plan of a building on a day.

    width: pixels for floor numbers, plates and the legend beside them. values: unit id → value, for a way of
    colouring that another room knows (its name and label stand in other_colours). Raises ValueError for a
    way of colouring that nobody explained.
    """
    storeys = sorted(floors, key=lambda floor: -floor.number)
    pieces = {floor.number: cells(floor) for floor in storeys}
    colours = colouring(storeys, colour_by, as_of, values)
    rate = occupancy(storeys)
    legend = legend_entries(pieces, colours, rate, colour_by, words)
    key = key_entries(storeys, pieces, rate, words)

    above = sum(floor.number > 0 for floor in storeys)
    wanted = 34 + 21 * len(legend) + 64 + 21 * len(key)
    beside = above * PITCH >= wanted * 0.6
    room = [
        width - GUTTER - (LEGEND if beside and index * PITCH < wanted else 0) for index in range(len(storeys))
    ]
    scale = pixels_per_metre(storeys, pieces, room)
    placed = place(storeys, pieces, room, scale)
    for _ in range(4):
        over = max((right_end(row) / limit for row, limit in zip(placed, room, strict=True)), default=0)
        if scale is None or over <= 1:
            break
        scale /= over
        placed = place(storeys, pieces, room, scale)

    rows = tuple(
        _row(floor, index, floor.number < 0, row, colours, words)
        for index, (floor, row) in enumerate(zip(storeys, placed, strict=True))
    )
    colour_words = {**words.colours, **(other_colours or {})}
    return Drawing(
        rows=rows,
        width=max((row.width for row in rows), default=0),
        height=len(rows) * PITCH + GROUND,
        ground_y=above * PITCH + 1,
        scale=scale,
        ticks=_ticks(scale, words),
        colour_by=colour_by,
        sequential=colours.sequential,
        legend_title=colour_words.get(colour_by, colour_by),
        legend=legend,
        key=key if not any(p.kind == "merged" for row in placed for p in row) else (*key, _merged_key(words)),
        choices=tuple(Choice(code, label, code == colour_by) for code, label in colour_words.items()),
        rate=rate,
        beside=beside,
    )


def sign(floors: Sequence[PlanFloor], pitch: int = 3, width: int = 24) -> Sign:
    """The silhouette of what stands above ground, for a building's sign and the map. Widths in pixels."""
    storeys = sorted((floor for floor in floors if floor.number > 0), key=lambda floor: -floor.number)
    areas = [plate_area(floor, cells(floor)) for floor in storeys]
    known = [float(area) for area in areas if area]
    usual = median(known) if known else 1.0
    widths = [float(area) if area else usual for area in areas]
    widest = max(widths, default=1.0)
    bars = tuple(
        Bar(index * pitch, max(2, round(width * area / widest))) for index, area in enumerate(widths)
    )
    return Sign(bars, max((bar.width for bar in bars), default=0), len(bars) * pitch)


def text_width(text: str) -> float:
    """Pixels of a text at 12 px: a Chinese character 12, a capital 8, other Latin and digits 6.5."""
    return sum(
        12 if unicodedata.east_asian_width(letter) in "WF" else 8 if letter.isupper() else 6.5
        for letter in text
    )


def fitting(texts: Sequence[str], room: float) -> str:
    """The first of the texts that fits, "" where none does. No ellipsis."""
    return next((text for text in texts if text and text_width(text) <= room), "")


def shortened(name: str) -> list[str]:
    """A name, then its first four, three and two characters."""
    return [name, *(name[:length].rstrip() for length in (4, 3, 2) if length < len(name))]


def _ticks(scale: float | None, words: Words) -> tuple[Tick, ...]:
    """Two round steps of the scale bar, 120 to 300 px together."""
    if not scale:
        return ()
    steps = [m * 10**power for power in range(5) for m in (1, 2, 5)]
    size = next((step for step in steps if step * scale * 2 >= 120), steps[-1])
    last = words.area.format(area=square_metres(Decimal(2 * size)))
    return (
        Tick(0, "0"),
        Tick(round(size * scale), square_metres(Decimal(size))),
        Tick(round(2 * size * scale), last),
    )


def _merged_key(words: Words) -> KeyEntry:
    return KeyEntry("merged", words.key_merged, "", "")


def floor_label(number: int) -> str:
    """「17」 above ground, 「B1」 below."""
    return str(number) if number > 0 else f"B{-number}"


def _row(
    floor: PlanFloor, index: int, below: bool, placed: Sequence[Placed], colours: Colouring, words: Words
) -> Row:
    label = floor_label(floor.number)
    name = words.floor.format(floor=label)
    y = index * PITCH + (GROUND if below else 0)
    writer = _Writer(floor, name, y, colours, words)
    blocks = tuple(writer.block(piece) for piece in placed)
    listing = [
        line for piece in placed for line in list_rows(piece.kind, piece.cells, piece.area, floor.note, words)
    ]
    return Row(
        number=floor.number,
        label=label,
        name=name,
        y=y,
        width=blocks[-1].right if blocks else 0,
        blocks=blocks,
        listing=tuple(listing),
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Names, colours and labels of the pieces of one floor."""

    floor: PlanFloor
    floor_name: str
    y: int
    colours: Colouring
    words: Words

    def block(self, piece: Placed) -> Block:
        tenants = [tenant for cell in piece.cells for tenant in cell.tenants]
        x = round(piece.x)
        width = max(round(piece.end) - GAP - x, NARROWEST)
        overdue, badge = sum(t.overdue for t in tenants), sum(t.badge for t in tenants)
        mark = "!" if overdue else str(badge) if badge else ""
        mark = mark if mark and width >= BADGE + PADDING else ""
        padding = 2 * PADDING if width > TIGHT else 4
        room = width - padding - (BADGE + 4 if mark else 0) - (0 if piece.known else 4)
        label = fitting(self._labels(piece, tenants), room)
        squares = self._squares(
            piece, x + PADDING + text_width(label) + SQUARE_STEP, x + width - (20 if mark else 4)
        )
        return Block(
            kind=piece.kind,
            x=x,
            y=self.y,
            width=width,
            fill=self._fill(piece, tenants),
            label=label,
            title=self._title(piece, tenants, badge, overdue),
            href=self._href(piece, tenants),
            door=piece.cells[0].doors if piece.cells else "",
            unit_ids=tuple(unit.id for cell in piece.cells for unit in cell.units),
            area=piece.area,
            torn=not piece.known and bool(piece.cells),
            partly=any(cell.partly_unknown for cell in piece.cells),
            badge=mark,
            overdue=bool(overdue),
            squares=squares,
            rows=sum(max(1, len(cell.tenants)) for cell in piece.cells) if piece.cells else 1,
        )

    def _tokens(self, piece: Placed) -> list[str]:
        return [self.colours.token(cell.units[0], tenant) for cell in piece.cells for tenant in cell.tenants]

    def _fill(self, piece: Placed, tenants: Sequence[PlanTenant]) -> str:
        tokens = set(self._tokens(piece))
        if piece.kind == "let" or (piece.kind == "merged" and len(tokens) == 1):
            return tokens.pop()
        return ""

    def _labels(self, piece: Placed, tenants: Sequence[PlanTenant]) -> list[str]:
        words, note = self.words, piece.cells[0].units[0].note if piece.cells else self.floor.note
        if piece.kind == "let":
            name = tenants[0].short_name or tenants[0].name
            with_reason = [] if piece.known else [f"{name}{SPACE}{words.unknown}"]
            return [*with_reason, *shortened(name)]
        if piece.kind == "shared":
            shared = words.shared.format(n=len(tenants))
            return [f"{note}{SPACE}{shared}" if note else "", shared, f"+{len(tenants)}"]
        if piece.kind == "merged":
            return [f"+{len(tenants)}"]
        if piece.kind == "party":
            return [note, *shortened(words.party)]
        if piece.kind == "not_let":
            return [f"{note}{SPACE}{words.not_let}" if note else "", note, words.not_let]
        word = {"vacant": words.vacant, "unrecorded": words.unrecorded, "bare": note}[piece.kind]
        return [f"{word} {square_metres(piece.area)}" if piece.area and word else "", word]

    def _squares(self, piece: Placed, start: float, end: int) -> tuple[Square, ...]:
        """All squares or none: some of them would count wrongly."""
        if piece.kind != "shared":
            return ()
        tokens = sorted(self._tokens(piece), key=self.colours.tokens.index)
        first = round(start)
        if first + len(tokens) * SQUARE_STEP > end:
            return ()
        return tuple(Square(first + n * SQUARE_STEP, token) for n, token in enumerate(tokens))

    def _title(self, piece: Placed, tenants: Sequence[PlanTenant], badge: int, overdue: int) -> str:
        words = self.words
        door = piece.cells[0].doors if piece.cells else ""
        if piece.kind == "merged":
            door = f"{piece.cells[0].units[0].number}–{piece.cells[-1].units[-1].number}"
        parts = [f"{self.floor_name} {door}".strip(), *self._what(piece, tenants)]
        if piece.area is not None:
            parts.append(words.area.format(area=square_metres(piece.area)))
        elif piece.cells and piece.kind != "let":
            parts.append(words.unknown)
        if any(cell.partly_unknown for cell in piece.cells):
            parts.append(words.partly_unknown)
        if badge:
            parts.append(words.open_cases.format(n=badge))
        if overdue:
            parts.append(words.overdue_cases.format(n=overdue))
        return words.comma.join(part for part in parts if part)

    def _what(self, piece: Placed, tenants: Sequence[PlanTenant]) -> list[str]:
        words, note = self.words, piece.cells[0].units[0].note if piece.cells else self.floor.note
        if piece.kind == "let":
            family = words.families.get(tenants[0].industry, words.families["other"])
            name = tenants[0].short_name or tenants[0].name
            return [name, "" if piece.known else words.unknown, family]
        if piece.kind == "shared":
            return [note, words.shared.format(n=len(tenants))]
        if piece.kind == "merged":
            return [words.together.format(n=len(tenants))]
        names = {
            "vacant": words.vacant,
            "party": words.party,
            "not_let": words.not_let,
            "unrecorded": words.unrecorded,
            "bare": words.bare,
        }
        return [note if piece.kind != "unrecorded" else "", names[piece.kind]]

    def _href(self, piece: Placed, tenants: Sequence[PlanTenant]) -> str:
        """A tenant's page, a unit's page, else the floor in the list below; "" where nobody is recorded."""
        if piece.kind == "let":
            return tenants[0].href
        if not piece.cells:
            return ""
        unit = piece.cells[0].units[0]
        return (unit.href if piece.kind != "merged" else "") or f"#floor-{floor_label(self.floor.number)}"

"""How a room declares a kind of register: its columns, how its rows find their records, how they are written."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

CellValue = str | int | float | bool | date | datetime | time | None
"""What a cell holds, as the file stores it."""


Merge = tuple[int, int, int, int]
"""A merged area: first row, first column, last row, last column; all from 0, the last ones belong to it."""


@dataclass
class Sheet:
    """One sheet as the file has it: ``cells[0][0]`` is A1; an empty cell is ""; rows may differ in length.

    state: visible or hidden; hidden sheets, rows and columns are read like any other.
    """

    name: str
    cells: list[list[CellValue]]
    merged: list[Merge] = field(default_factory=list)
    state: str = "visible"


@dataclass
class Book:
    """A workbook that was read. ``format``: xlsx, xls or csv, by its content."""

    format: str
    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)
    """Codes of what is in the file and was left alone: macro, external_links, formulas_without_values, bad_bytes."""
    bad_cells: list[tuple[str, int, int]] = field(default_factory=list)
    """Cells with bytes that are no text in the file's encoding: sheet, row (from 1), column (from 0)."""


@dataclass(frozen=True)
class Column:
    """One thing that a register can say about its records.

    field: its name in the code; a heading may hold several facts ("contact_and_phone"), then ``facts`` names them.
    label: its name on pages, translated when shown.
    headings: what offices write above it, in their own words; compared without spaces, punctuation and units.
    fits: whether a sample value looks like this; evidence where the heading is unknown or says little.
    read: the value as the code holds it, from the cell and the whole heading (which may name a unit); None where
        the cell is empty in meaning (无, /, —); raises ``louyu.core.readings.Unreadable``.
    identity: a wrong value here means that the row waits.
    units: a unit that only this field is measured in (㎡); beside an unknown heading it tells the field.
    fill_down: offices write it once and leave the cells below blank (a building, a floor), merged or not.
    many: several columns may hold it (two phones); otherwise the one that fits best is taken.
    """

    field: str
    label: Any
    headings: tuple[str, ...]
    read: Callable[[CellValue, str], Any]
    fits: Callable[[CellValue], bool] = lambda value: False
    facts: tuple[str, ...] = ()
    identity: bool = False
    fill_down: bool = False
    units: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class Heading:
    """A column of a table as the file has it, and what it was understood as (field None: not imported)."""

    column: int
    text: str
    field: str | None
    why: str
    """Code of the evidence: same, similar, content, remembered, corrected, unknown."""


@dataclass(frozen=True)
class Row:
    """One data row: its number in the sheet (from 1) and its cells by column index (from 0), merges filled in."""

    number: int
    cells: Sequence[CellValue]


@dataclass
class Table:
    """One table found in a sheet. ``title`` is the text above its header; ``skipped`` are rows that are no records."""

    sheet: str
    title: str
    header_rows: tuple[int, int]
    headings: list[Heading]
    rows: list[Row]
    skipped: list[tuple[int, str]]
    """Row number and why: total, note, section, repeated_header."""
    sections: dict[int, str]
    """Row number → text of the section row above it (a building's name over its tenants), where there is one."""
    notes: list[str] = field(default_factory=list)
    """Codes of what a person should look at: headers_disagree."""


@dataclass(frozen=True)
class Wrong:
    """A cell that cannot be taken as it stands. ``reason`` is a code of ``louyu.core.reasons``."""

    sheet: str
    row: int
    column: int
    value: CellValue
    field: str
    reason: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    suggestion: str | None = None

    @property
    def cell(self) -> str:
        """The cell's address in the user's own file: "C15"."""
        return excel_cell(self.row, self.column)


@dataclass(frozen=True)
class Choice:
    """One answer to a question: a short code that is remembered, and the words on the button."""

    code: str
    label: Any


@dataclass(frozen=True)
class Question:
    """What only a person can decide about a row; until then the row waits.

    key: what is asked about, the same for every row and every file that raises the same question.
    sides: for a comparison, pairs (label, what the register holds, what the file says).
    """

    sheet: str
    row: int
    column: int
    key: str
    text: Any
    choices: tuple[Choice, ...]
    sides: tuple[tuple[Any, str, str], ...] = ()

    @property
    def cell(self) -> str:
        return excel_cell(self.row, self.column)


@dataclass(frozen=True)
class Absent:
    """A record that last month's file listed and this one does not."""

    subject: UUID
    name: str
    place: str


@dataclass(slots=True)
class Entry:
    """One data row, understood: its values by field, where they stand, what is wrong in it."""

    sheet: str
    row: int
    values: dict[str, Any]
    columns: Mapping[str, int]
    raw: Sequence[CellValue]
    section: str = ""
    """Text of the section row above it, where there is one."""
    waits: bool = False
    outcome: str = ""
    """new, changed, unchanged, duplicate, ask, wrong, skipped (nothing in it that is a record)."""
    subject: UUID | None = None

    def column(self, *fields: str) -> int:
        """The column that holds the first of these facts; the first column of the table if none does."""
        return next((self.columns[f] for f in fields if f in self.columns), 0)

    def wrong(self, reason: str, *fields: str, suggestion: str | None = None, **params: Any) -> Wrong:
        """This row's cell of the given field as a wrong cell."""
        column = self.column(*fields)
        value = self.raw[column] if column < len(self.raw) else None
        return Wrong(self.sheet, self.row, column, value, fields[0], reason, params, suggestion)


@dataclass
class Writes:
    """What an import would write: records to make, in order, and records to change."""

    made: list[Any] = field(default_factory=list)
    changed: dict[UUID, tuple[Any, dict[str, Any]]] = field(default_factory=dict)

    def make(self, instance: Any) -> Any:
        """Queue a new record."""
        self.made.append(instance)
        return instance

    def change(self, instance: Any, **values: Any) -> bool:
        """Queue new values for a stored record (or set them on one that is being made); False if all are equal.

        The instance keeps its old values until the writes are carried out, so that the trail can tell both.
        """
        if instance._state.adding:
            for name, value in values.items():
                setattr(instance, name, value)
            return True
        queued = self.changed.get(instance.pk, (instance, {}))[1]
        fresh = {n: v for n, v in values.items() if queued.get(n, getattr(instance, n)) != v}
        if not fresh:
            return False
        self.changed[instance.pk] = (instance, queued | fresh)
        return True


@dataclass
class Plan:
    """The one answer to a file: what each row would do, what is wrong, what must be decided, what is absent."""

    entries: list[Entry]
    wrong: list[Wrong] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    writes: Writes = field(default_factory=Writes)
    seen: set[UUID] = field(default_factory=set)
    tally: Counter[str] = field(default_factory=Counter)
    """Outcomes of records where a row holds several; empty: each row is one record with its own outcome."""

    def count(self, outcome: str) -> int:
        return sum(e.outcome == outcome for e in self.entries)

    def refuse(self, entry: Entry, wrong: Wrong, *, waits: bool = False) -> None:
        """Note a wrong cell; the row waits if the value identifies its record."""
        self.wrong.append(wrong)
        if waits:
            entry.outcome = "wrong"

    def ask(self, entry: Entry, question: Question) -> None:
        """Let the row wait for a person."""
        self.questions.append(question)
        entry.outcome = "ask"


@dataclass(frozen=True)
class Context:
    """What a register may know besides the rows.

    tables: the first table of each sheet, for what its title and sections say of all rows (重点, a building's name).
    as_of: the day of which the file speaks.
    answer: what a person decided for a question's key, None if nobody did.
    permits: whether the importer may do the register's action to this record.
    mark: values of ``origin`` and ``origin_batch`` for new records; sheet and row are added per entry.
    """

    file_name: str
    tables: Mapping[str, Table]
    as_of: date
    answer: Callable[[str], str | None]
    permits: Callable[[Any], bool]
    mark: Mapping[str, Any]

    def origin(self, entry: Entry) -> dict[str, Any]:
        """The origin fields of a record made from this row."""
        return {**self.mark, "origin_sheet": entry.sheet[:100], "origin_row": entry.row}


@dataclass(frozen=True)
class Register:
    """A kind of workbook that the program can bring in.

    required: facts without which a table is not of this kind.
    check: contradictions within one row, as wrong cells.
    plan: how the rows meet what is known; reads the database, writes nothing.
    absent: of records that the last such list held and this one does not, those that are still there.
    leave: queue what it means that these absent records are gone since a day.
    action: the permission that the importer needs.
    other_things: headings of columns that offices keep beside these and that mean none of them.
    reasons: code → (why, mend) of what ``check`` and ``plan`` find wrong; those of single cells are in core.reasons.
    order: models in the order in which new records can be made.
    """

    kind: str
    label: Any
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    action: str
    order: tuple[Any, ...]
    plan: Callable[[list[Entry], Context], Plan]
    check: Callable[[Entry], list[Wrong]] = lambda entry: []
    absent: Callable[[set[UUID]], list[Absent]] = lambda ids: []
    leave: Callable[[set[UUID], date, Writes], None] = lambda ids, day, writes: None
    reasons: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    other_things: tuple[str, ...] = ()

    def known_headings(self, remembered: Mapping[str, str]) -> dict[str, str]:
        """Heading → field ("" for none): what people corrected, and what is never one of these columns."""
        return {**dict.fromkeys(self.other_things, ""), **remembered}

    def field_label(self, name: str) -> Any:
        """The words for a field on pages and in answers."""
        named = [c.label for c in self.columns if c.field == name]
        return (named or [c.label for c in self.columns if name in c.facts] or [name])[0]


def words(text: str) -> tuple[str, ...]:
    """Headings written one after another with spaces between them."""
    return tuple(text.split())


def excel_cell(row: int, column: int) -> str:
    """Row (from 1) and column (from 0) as Excel writes them: (15, 2) → "C15"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"

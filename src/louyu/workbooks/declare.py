"""How a room declares a kind of register: its columns, how its rows find their records, how they are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

CellValue = str | int | float | bool | date | datetime | time | None
"""What a cell holds, as the file stores it."""


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
    """

    field: str
    label: Any
    headings: tuple[str, ...]
    read: Callable[[CellValue, str], Any]
    fits: Callable[[CellValue], bool] = lambda value: False
    facts: tuple[str, ...] = ()
    identity: bool = False


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

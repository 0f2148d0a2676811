"""From a file's bytes to the one answer: which register it is, what its rows say, and what they would do.

Reading needs no database but the remembered headings; planning reads it and writes nothing.
"""

import calendar
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from louyu.core.errors import Refusal
from louyu.core.jobs import Tell, no_progress
from louyu.core.readings import Unreadable
from louyu.workbooks.declare import Column, Context, Entry, Heading, Plan, Register, Table, Wrong, excel_cell
from louyu.workbooks.rules.tables import find_tables, kind_score
from louyu.workbooks.sheets import Book, read_book

EVERY = 500
FIRST_LOOK = 300
"""Rows of each sheet from which the kind of register is told."""
SAME_LIST = 0.5
"""A file is next month's edition of an earlier one if it lists at least this share of the earlier one's records."""


@cache
def registers() -> dict[str, Register]:
    """Every kind of register that the rooms declare, by kind."""
    found: dict[str, Register] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("louyu."):
            try:
                room = import_module(f"{config.name}.registers")
            except ModuleNotFoundError as error:
                if error.name != f"{config.name}.registers":
                    raise
                continue
            found |= {r.kind: r for r in room.REGISTERS}
    return found


@dataclass
class Understood:
    """A file read: its kind, its tables, its rows with their values and wrong cells."""

    book: Book
    file_name: str
    register: Register
    tables: list[Table]
    entries: list[Entry]
    wrong: list[Wrong]
    as_of: date


def understand(
    data: bytes,
    file_name: str,
    *,
    kind: str | None = None,
    layout: Mapping[str, Mapping[str, str]] | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    today: date,
    progress: Tell = no_progress,
) -> Understood:
    """Read a file as the register it is (or as ``kind``), with column meanings corrected by ``layout``.

    layout: sheet → column letter → field ("" for none). remembered: kind → heading → field.
    progress: told the stages reading and understanding.
    Raises Refusal when the file cannot be read or holds no table of a known kind.
    """
    progress("reading", 0, 0)
    book = read_book(data, file_name)
    register, tables = _recognised(book, file_name, kind, remembered or {}, layout or {})
    entries: list[Entry] = []
    wrong: list[Wrong] = []
    total = sum(len(t.rows) for t in tables)
    kept = []
    for table in tables:
        if _is_of_this_kind(register, table):
            kept.append(table)
            read_rows(register, table, entries, wrong, lambda done: progress("understanding", done, total))
    tables = kept or tables[:1]
    bad = {(sheet, row, column) for sheet, row, column in book.bad_cells}
    if bad:
        _mark_undecodable(entries, wrong, bad)
    titles = " ".join([file_name, *(t.title for t in tables), *(t.sheet for t in tables)])
    return Understood(book, file_name, register, tables, entries, wrong, as_of_day(titles, today))


def _recognised(
    book: Book,
    file_name: str,
    kind: str | None,
    remembered: Mapping[str, Mapping[str, str]],
    layout: Mapping[str, Mapping[str, str]],
) -> tuple[Register, list[Table]]:
    if kind is not None and kind not in registers():
        raise Refusal(
            _("没有这种表。"), field="kind", value=kind, mend=_("可以是：%s。") % "、".join(registers())
        )
    best: tuple[float, Register] | None = None
    for register in registers().values():
        if kind in (None, register.kind):
            known = register.known_headings(remembered.get(register.kind, {}))
            score = _likeness(book, register, known)
            if score > 0 and (best is None or score > best[0]):
                best = score, register
    if best is None:
        raise Refusal(
            _("没有认出表头。"),
            field="file",
            value=file_name,
            mend=_("请确认表里有一行列名（如“企业名称”“楼宇名称”），或选择表的类型后再试。"),
            code="no_table",
        )
    register = best[1]
    tables = [
        _corrected(table, layout.get(sheet.name, {}))
        for sheet in book.sheets
        for table in find_tables(
            sheet, register.columns, register.known_headings(remembered.get(register.kind, {}))
        )
    ]
    return register, [t for t in tables if kind_score(t, register.required) > 0 or layout.get(t.sheet)]


def _likeness(book: Book, register: Register, remembered: Mapping[str, str]) -> float:
    """How much the book's tables look like this register, by the rows they have; 0: not at all."""
    weighed = 0.0
    rows = 0
    for sheet in book.sheets:
        for table in find_tables(sheet, register.columns, remembered, limit=FIRST_LOOK):
            score = kind_score(table, register.required)
            if score > 0:
                weighed += score * (1 + len(table.rows))
                rows += 1 + len(table.rows)
    return weighed / rows if rows else 0.0


def _corrected(table: Table, corrections: Mapping[str, str]) -> Table:
    """The table with the columns that a person corrected; a field moved here leaves the column that had it."""
    if not corrections:
        return table
    taken = set(corrections.values()) - {""}
    headings = []
    for h in table.headings:
        letter = excel_cell(1, h.column)[:-1]
        if letter in corrections:
            headings.append(Heading(h.column, h.text, corrections[letter] or None, "corrected"))
        elif h.field in taken:
            headings.append(Heading(h.column, h.text, None, "corrected"))
        else:
            headings.append(h)
    table.headings = headings
    return table


def _is_of_this_kind(register: Register, table: Table) -> bool:
    """Drop columns that were taken for what they are not; whether the table still says who its records are.

    A column whose cells mostly cannot be read, under a heading that does not plainly say what it is, is not a
    column of wrong cells: it is another column.
    """
    by_field = {c.field: c for c in register.columns}
    headings = []
    for heading in table.headings:
        column = by_field.get(heading.field or "")
        doubtful = column is not None and (heading.why not in GIVEN or column.field in register.required)
        if column is not None and doubtful and _mostly_unreadable(column, heading, table):
            if column.field in register.required:
                return False
            heading = Heading(heading.column, heading.text, None, "unknown")
        headings.append(heading)
    table.headings = headings
    return True


def _mostly_unreadable(column: Column, heading: Heading, table: Table) -> bool:
    said = refused = 0
    for row in table.rows[:FIRST_LOOK]:
        cell = row.cells[heading.column] if heading.column < len(row.cells) else None
        if cell is None or cell == "":
            continue
        try:
            said += column.read(cell, heading.text) is not None
        except Unreadable as problem:
            refused += problem.code not in NUMBER_OF_THE_RIGHT_KIND
    return refused >= 3 and refused > said


GIVEN = ("same", "remembered", "corrected")
NUMBER_OF_THE_RIGHT_KIND = ("credit_code_number", "identity_number", "phone_number")
"""Reasons that say that the cell is what the column is for, only spoiled by Excel."""


def read_rows(
    register: Register,
    table: Table,
    entries: list[Entry],
    wrong: list[Wrong],
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Read every row of a table into values and wrong cells, appended to ``entries`` and ``wrong``."""
    by_field = {c.field: c for c in register.columns}
    used = [(h.column, h.text, by_field[h.field]) for h in table.headings if h.field in by_field]
    columns: dict[str, int] = {}
    for column, _text, declared in used:
        for fact in declared.facts or (declared.field,):
            columns.setdefault(fact, column)
    readers = [(column, declared, _remembering(declared, text)) for column, text, declared in used]
    fresh: list[Entry] = []
    for row in table.rows:
        entry = Entry(table.sheet, row.number, {}, columns, row.cells, table.sections.get(row.number, ""))
        for column, declared, read in readers:
            cell = row.cells[column] if column < len(row.cells) else None
            if cell is not None and cell != "":
                _read_cell(entry, column, declared, read(cell), cell, wrong)
        if entry.waits:
            entry.outcome = "wrong"
        fresh.append(entry)
        if len(fresh) % EVERY == 0:
            progress(len(entries) + len(fresh))
    wrong.extend(_contradictions(register, fresh))
    entries.extend(fresh)
    progress(len(entries))


def _read_cell(
    entry: Entry,
    column: int,
    declared: Column,
    read: tuple[Any, Unreadable | None],
    cell: Any,
    wrong: list[Wrong],
) -> None:
    """Put what a cell says into the entry, and what is wrong with it into ``wrong``."""
    value, refused = read
    if refused is not None:
        told = {k: v for k, v in refused.params.items() if k != "partial"}
        wrong.append(
            Wrong(
                entry.sheet, entry.row, column, cell, declared.field, refused.code, told, refused.suggestion
            )
        )
        entry.waits |= declared.identity
        value = refused.params.get("partial")
    if value is None:
        return
    for fact in declared.facts or (declared.field,):
        part = getattr(value, fact, None) if declared.facts else value
        if part is not None:
            entry.values.setdefault(fact, part)


def _contradictions(register: Register, entries: list[Entry]) -> list[Wrong]:
    """What the rows' own facts say against each other.

    Where most rows that have a fact contradict themselves in it, the column means something else, and nothing is
    wrong; the fact is left out.
    """
    found = [wrong for entry in entries for wrong in register.check(entry)]
    by_field = Counter(w.field for w in found)
    other = {f for f, n in by_field.items() if n >= 3 and n > sum(f in e.values for e in entries)}
    for entry in entries if other else ():
        for name in other:
            entry.values.pop(name, None)
    return [w for w in found if w.field not in other]


def _remembering(column: Column, heading: str) -> Callable[[Any], tuple[Any, Unreadable | None]]:
    """The column's reader with the answers for cells that repeat (building names, dates, numbers of staff)."""
    known: dict[tuple[type, Any], tuple[Any, Unreadable | None]] = {}

    def read(cell: Any) -> tuple[Any, Unreadable | None]:
        key = (type(cell), cell)
        answer = known.get(key)
        if answer is None:
            try:
                answer = column.read(cell, heading), None
            except Unreadable as refused:
                answer = None, refused
            if len(known) < 20_000:
                known[key] = answer
        return answer

    return read


def _mark_undecodable(entries: list[Entry], wrong: list[Wrong], bad: set[tuple[str, int, int]]) -> None:
    """Cells whose bytes are no text in the file's encoding are wrong, whatever else they seem to say."""
    told = {(w.sheet, w.row, w.column) for w in wrong}
    for entry in entries:
        for name, column in entry.columns.items():
            place = (entry.sheet, entry.row, column)
            if place in bad and place not in told:
                told.add(place)
                wrong.append(entry.wrong("undecodable", name))
                entry.values.pop(name, None)
                entry.outcome = "wrong" if name in ("name", "credit_code") else entry.outcome


_DAY = re.compile(r"(20\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])\s*[月.\-/]\s*(3[01]|[12]\d|0?[1-9])\s*日?")
_MONTH = re.compile(r"(20\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])(?!\d)\s*月?")


def as_of_day(titles: str, today: date) -> date:
    """The day of which a file speaks, from its titles and name (截至2023年10月31日; a month counts to its end).

    Never later than ``today``; today where nothing is said.
    """
    for pattern in (_DAY, _MONTH):
        for found in pattern.finditer(titles):
            year, month = int(found[1]), int(found[2])
            last = calendar.monthrange(year, month)[1]
            day = int(found[3]) if pattern is _DAY else last
            if day <= last:
                return min(date(year, month, day), today)
    return today


def plan_import(understood: Understood, context: Context, before: Sequence[set[UUID]]) -> Plan:
    """How the file's rows meet what is known now.

    before: what each earlier file of this kind listed, newest first.
    """
    register = understood.register
    plan = register.plan(understood.entries, context)
    plan.wrong = sorted({_place(w): w for w in [*plan.wrong, *understood.wrong]}.values(), key=_place)
    for earlier in before:
        if earlier and len(earlier & plan.seen) >= SAME_LIST * len(earlier):
            missing = register.absent(earlier - plan.seen)
            plan.absent = [a for a in missing if context.answer(f"absent:{a.subject.hex}") != "here"]
            break
    return plan


def _place(wrong: Wrong) -> tuple[str, int, int]:
    return wrong.sheet, wrong.row, wrong.column


def counts(plan: Plan) -> dict[str, int]:
    """How many records (rows, where each is one) each outcome has, how many cells are wrong, how many are absent."""
    rows = plan.tally or Counter(e.outcome for e in plan.entries)
    return {
        "new": rows["new"],
        "changed": rows["changed"],
        "unchanged": rows["unchanged"],
        "duplicates": rows["duplicate"],
        "waiting": rows["wrong"],
        "ask": len(plan.questions),
        "wrong": len(plan.wrong),
        "absent": len(plan.absent),
    }


def counts_together(earlier: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """What a batch brought in altogether, when it is brought in once more for rows that had waited.

    What was new the first time is found unchanged the second time; it stays what the batch has made.
    """
    inside = sum(now[name] for name in ("new", "changed", "unchanged"))
    new, changed = (earlier.get(name, 0) + now[name] for name in ("new", "changed"))
    return {**now, "new": new, "changed": changed, "unchanged": max(inside - new - changed, 0)}

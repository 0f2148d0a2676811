"""Where the tables of a sheet are: the header among titles and notes, and which rows below it are records.

Rows are looked at by shape (how many cells are filled, where), so that a long sheet costs little more than
its parsing; single cells are read only where the shape leaves a doubt.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from louyu.workbooks.declare import CellValue, Column, Heading, Merge, Row, Sheet, Table
from louyu.workbooks.rules.headings import (
    CONTENT,
    REMEMBERED,
    SAME,
    SAMPLES,
    SIMILAR,
    normalised,
    understand,
    word_score,
)

HEADER_DEPTH = 3
LOOK_AHEAD = 4
SEARCHED = 300
"""Rows in which the first header is looked for."""
LONGEST_HEADING = 40
THRESHOLD = 1.6
"""Sum of likeness over the cells of a row that makes it a header: two known headings, nearly."""
SAMPLED_ROWS = 400
_EVIDENCE = {SAME: 1.0, REMEMBERED: 1.0, "corrected": 1.0, SIMILAR: 0.75, CONTENT: 0.6}
ENOUGH_EVIDENCE = 1.7
"""Two headings as known, or three columns told by their content."""

Cells = list[CellValue]

_TOTAL = re.compile(
    r"(?:\w{0,12}?(?:合计|小计|总计|共计)(?:[:：(（].*|约?\d.*|数|家数|人数)?"
    r"|(?:本页|本表|本楼|全区|全街道)?(?:平均值?|均值|累计|总数|总和|汇总)(?:[:：(（].*|\d.*)?"
    r"|共\d+\w{1,3})"
)
_NOTE = re.compile(
    r"(?:\d+[.、)）]\s*)?(?:备注|说明|填表说明|填报说明|注意|注|附注|附|提示|填表人|填报人|制表人?|制表|审核人?|"
    r"负责人|复核人?|经办人|单位负责人|联系人|填报单位|填报时间|填表单位|填表日期|制表日期|数据来源|统计时间|单位盖章)"
    r"\s*(?:[:：（(]|$)"
)
_EXAMPLE = re.compile(r"(?:示例|样例|例如?|举例|范例|填写示例)(?:[:：].*|\d*)?")
_BEGINNINGS = "例示样举范填备说注附提审负复经联制数统单"
"""What examples and notes begin with."""
_MARKS = frozenset("计均累总汇共")


@dataclass
class _Header:
    """A header block: rows from 0, the joined text of every column, the texts of each row for repeats."""

    first: int
    last: int
    texts: dict[int, str]
    score: float
    headings: list[Heading] = field(default_factory=list)
    disagrees: bool = False
    """Whether the row above it reads like another header of the same table."""


def find_tables(
    sheet: Sheet,
    columns: Sequence[Column],
    remembered: Mapping[str, str] | None = None,
    *,
    limit: int | None = None,
) -> list[Table]:
    """The tables of a sheet that could be a register with these columns, with their records.

    A sheet that is no such table (填表说明, 目录, a letter) gives none.
    remembered: heading → field, as people corrected it. limit: rows looked at, where only the kind is asked.
    """
    return _Search(sheet, columns, remembered or {}, limit).tables()


def kind_score(table: Table, required: Collection[str]) -> float:
    """How much a table looks like a register that needs the required fields; 0: not at all.

    The share of its columns that were understood, each by the weight of its evidence, more for required ones.
    """
    found = {heading.field: heading for heading in table.headings if heading.field}
    missing = sum(name not in found for name in required)
    if required and missing == len(required):
        return 0.0
    evidence = sum(_EVIDENCE.get(heading.why, 0.0) for heading in found.values())
    if evidence < ENOUGH_EVIDENCE:
        return 0.0
    score = evidence + sum(_EVIDENCE.get(found[name].why, 0.0) for name in required if name in found)
    share = len(found) / sum(1 for heading in table.headings if heading.text)
    return round(max(score - 2 * missing, 0.0) * share, 6)


class _Search:
    """One sheet, read from top to bottom."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[Column], remembered: Mapping[str, str], limit: int | None
    ) -> None:
        self.sheet, self.columns, self.remembered = sheet, columns, remembered
        self.cells = sheet.cells if limit is None else sheet.cells[:limit]
        self.merged_at: dict[int, list[Merge]] = {}
        for merge in sorted(sheet.merged):
            if merge[0] < len(self.cells) and merge[2] - merge[0] < len(self.cells):
                for row in range(merge[0], min(merge[2], len(self.cells) - 1) + 1):
                    self.merged_at.setdefault(row, []).append(merge)
        self.words = {normalised(h) for column in columns for h in column.headings}
        self.told = {normalised(heading): order for order, heading in enumerate(self.remembered)}
        self.words |= set(self.told)
        self.scores: dict[str, tuple[float, int]] = {}

    def tables(self) -> list[Table]:
        """All tables, one beneath another."""
        tables: list[Table] = []
        start = 0
        while (header := self._find_header(start)) is not None:
            table, start = self._read(header, start)
            if self._convincing(table):
                tables.append(table)
        return tables

    # The header

    def _find_header(self, start: int) -> _Header | None:
        """The first row from here that reads like a header, the best of its neighbours."""
        end = min(len(self.cells), start + SEARCHED)
        best: _Header | None = None
        for number in range(start, end):
            if best is not None and number > best.last + LOOK_AHEAD:
                break
            for header in self._candidates(number):
                if header.score >= THRESHOLD and (best is None or header.score > best.score + 0.01):
                    header.disagrees = (
                        best is not None
                        and number - best.last == 1
                        and 2 * best.score >= header.score
                        and set(best.texts.values()) != set(header.texts.values())
                    )
                    best = header
        return best or self._header_by_content(start, end)

    def _candidates(self, number: int) -> Iterator[_Header]:
        """A row as a header by itself and joined with the rows below it."""
        if not _could_head(self.cells[number]) or self._is_banner(number):
            return
        texts = self._spread(number)
        single = _Header(number, number, texts, self._score(texts))
        yield single
        last = number
        while last + 1 < min(len(self.cells), number + HEADER_DEPTH) and self._continues(number, last, texts):
            last += 1
            texts = _joined(texts, self._spread(last))
            # Several rows that belong together beat the upper one alone, whose words hold less.
            yield _Header(number, last, texts, max(self._score(texts), single.score) + 0.02)

    def _spread(self, number: int) -> dict[int, str]:
        """The row's texts by column, those of merged cells in every column they cover."""
        row = self.cells[number]
        texts = {column: _text(cell) for column, cell in enumerate(row) if cell != ""}
        for first_row, first, _last_row, last in self.merged_at.get(number, ()):
            # Areas that began above belong to the row above: joining the rows brings their words here.
            text = _text(_cell(row, first)) if first_row == number else ""
            if text and last - first < max(len(row) - 1, 2):
                for column in range(first, last + 1):
                    texts.setdefault(column, text)
        return texts

    def _continues(self, first: int, last: int, texts: Mapping[int, str]) -> bool:
        """Whether the next row is the lower part of a header that begins with ``first``."""
        below = self.cells[last + 1]
        if not _could_head(below, least=1):
            return False
        own = [column for column, cell in enumerate(below) if cell != ""]
        for first_row, left, last_row, right in self.merged_at.get(last, ()):
            if first_row >= first and last_row > last and any(c < left or c > right for c in own):
                return True
            if right > left and last_row == last and sum(left <= c <= right for c in own) >= 2:
                return True
        above = {column for column, cell in enumerate(self.cells[last]) if cell != ""}
        if own and 2 * len(own) <= len(above) and all(self._is_known(below, c) and c in above for c in own):
            return True  # single columns say more closely in a second line what they hold
        under_blank = [column for column in own if column not in above]
        # Without merges (a .csv): the lower row fills what the upper one leaves blank, and little else.
        grouped = {max((a for a in above if a < c), default=-1) for c in under_blank}
        return (
            bool(under_blank)
            and min(under_blank) > min(above, default=0)
            and all(column in under_blank or column in grouped for column in own)
            and not any(self._is_known(below, c) and c in texts for c in own if c not in grouped)
            and all(any(ch.isalpha() for ch in _text(below[c])) for c in own)
            and len(own) < len(set(own) | above)
            and not any(self._fits_something(below[c]) for c in own)
        )

    def _is_known(self, row: Sequence[CellValue], column: int) -> bool:
        return normalised(_text(_cell(row, column))) in self.words

    def _fits_something(self, value: CellValue) -> bool:
        """Whether a value looks like data of a field whose look is unmistakable."""
        text = _text(value)
        return len(text) > 10 or any(ch.isdigit() for ch in text)

    def _is_banner(self, number: int) -> bool:
        """A title or units line: one text, however wide."""
        own = sum(1 for cell in self.cells[number] if cell != "")
        return own < 2

    def _score(self, texts: Mapping[int, str]) -> float:
        """How well a row's texts read as headings of different fields, less what reads as data."""
        best: dict[int, float] = {}
        against = 0.0
        for text in set(texts.values()):
            score, order = self._word(text)
            if order >= 0:
                best[order] = max(best.get(order, 0.0), score)
            elif _is_data(text):
                against += 0.5
        return sum(best.values()) - against

    def _word(self, text: str) -> tuple[float, int]:
        known = self.scores.get(text)
        if known is None:
            known = 0.0, -1
            if text and len(text) <= LONGEST_HEADING and not _is_data(text):
                if normalised(text) in self.told:
                    known = 1.0, len(self.columns) + self.told[normalised(text)]
                else:
                    for order, column in enumerate(self.columns):
                        score = word_score(text, column)
                        if score > known[0] and score >= 0.55:
                            known = score, order
            self.scores[text] = known
        return known

    def _header_by_content(self, start: int, end: int) -> _Header | None:
        """A header in words nobody knows yet: a row of short texts over columns that look like the fields."""
        for number in range(start, min(end, start + 60)):
            row = self.cells[number]
            if not _could_head(row, least=3) or self._is_banner(number):
                continue
            deepest = list(self._candidates(number))[-1:]
            for header in deepest:
                if any(_is_data(text) for text in header.texts.values()):
                    continue
                header.headings = self._understood(header)
                told = [h for h in header.headings if h.field]
                if len(told) >= 2 and 2 * len(told) >= len(header.texts):
                    return header
        return None

    def _understood(self, header: _Header) -> list[Heading]:
        texts = sorted(header.texts.items())
        rows = self.cells[header.last + 1 : header.last + 1 + SAMPLED_ROWS]
        samples = {column: _samples(rows, column, text) for column, text in texts}
        return understand(texts, samples, self.columns, self.remembered)

    # The rows below it

    def _read(self, header: _Header, start: int) -> tuple[Table, int]:
        """The table under a header, and the row from which to look for the next one."""
        header.headings = header.headings or self._understood(header)
        table = Table(
            sheet=self.sheet.name,
            title=self._title(start, header.first),
            header_rows=(header.first + 1, header.last + 1),
            headings=header.headings,
            rows=[],
            skipped=[],
            sections={},
            notes=["headers_disagree"] if header.disagrees else [],
        )
        walk = _Walk(self, header, table)
        return table, walk.to_the_end()

    def _title(self, start: int, end: int) -> str:
        lines = []
        for row in self.cells[start:end]:
            words = [_text(cell) for cell in row if cell != ""]
            if words:
                lines.append(" ".join(words))
        return "\n".join(lines)

    def _convincing(self, table: Table) -> bool:
        told = [h for h in table.headings if h.field]
        return len(told) >= 2 or (len(told) == 1 and len(table.headings) <= 2 and told[0].why == SAME)

    def reads_like_header(self, number: int) -> bool:
        """Whether a row within a table begins another one."""
        return any(
            header.score >= THRESHOLD and 2 * header.score >= len(set(header.texts.values()))
            for header in self._candidates(number)
        )


class _Walk:
    """The rows under one header, told apart."""

    def __init__(self, search: _Search, header: _Header, table: Table) -> None:
        self.search, self.header, self.table = search, header, table
        self.cells, self.merged_at = search.cells, search.merged_at
        self.width = len({h.column for h in header.headings if h.text})
        by_field = {c.field: c for c in search.columns}
        understood = [h for h in header.headings if h.field in by_field]
        self.columns = {h.column: by_field[h.field] for h in understood if h.field}
        self.filled_down = [c for c, column in self.columns.items() if column.fill_down]
        self.above: dict[int, CellValue] = {}
        self.anchors = [h.column for h in understood][:2] or [h.column for h in header.headings][:2]
        self.heads = [
            {column: normalised(text) for column, text in search._spread(number).items()}
            for number in range(header.first, header.last + 1)
        ]
        self.anchor_words = {words[c] for words in self.heads for c in self.anchors if c in words}
        self.left = min((h.column for h in header.headings), default=0)
        self.section: str | None = None
        self.levels: list[tuple[str, str]] = []
        self.after_gap = False

    def to_the_end(self) -> int:
        """Take every row up to the next table's header; returns where the search goes on."""
        number, end = self.header.last + 1, len(self.cells)
        rows, sections = self.table.rows, self.table.sections
        while number < end:
            row = self.cells[number]
            why = "" if self._plainly_a_record(number, row) else self._why_not(number, row)
            if why == "":
                rows.append(Row(number + 1, self._complete(number, row)))
                if self.section is not None:
                    sections[number + 1] = self.section
                self.after_gap = False
            elif why == "header":
                return self._before_title(number)
            else:
                self.after_gap = True
                if why != "blank":
                    self.table.skipped.append((number + 1, why))
            number += 1
        self._drop_last_sections()
        return end

    def _plainly_a_record(self, number: int, row: Cells) -> bool:
        """Whether a row need not be looked at closely: nearly all rows, so this must cost next to nothing."""
        if self.after_gap or not self.table.rows or number in self.merged_at:
            return False
        if 2 * (len(row) - row.count("")) <= self.width:
            return False
        left = self.left
        first = row[left] if left < len(row) else ""
        if type(first) is not str:
            return True
        if not first or first[0] in self._first_letters:
            return False
        if first[0].isdigit():
            return True
        for cell in row[left : left + 3]:
            if type(cell) is str and ("计" in cell or "均" in cell or cell[:1] in ("总", "共", "累", "汇")):
                return False
        return True

    def _why_not(self, number: int, row: Cells) -> str:
        """Why a row is no record; "" where it is one."""
        filled = len(row) - row.count("")
        if not filled:
            return "blank"
        anchor = next((row[c] for c in self.anchors if c < len(row) and row[c] != ""), None)
        if type(anchor) is str and (anchor[0] in self._first_letters or anchor[0].isspace()):
            why = self._other_header(number, row)
            if why:
                return why
        merged = self.merged_at.get(number)
        if merged or filled <= 2 or 2 * filled <= self.width:
            why = self._why_not_sparse(number, row, merged or [])
        elif self.after_gap:
            why = "header" if self._another_table(number, row) else ""
        else:
            why = ""
        return why or self._total_or_example(row, filled)

    @cached_property
    def _first_letters(self) -> frozenset[str]:
        """What headings begin with: nearly every record is told from a header by this alone."""
        texts = [h.text.strip() for h in self.header.headings] + sorted(self.search.words) + list(_BEGINNINGS)
        return frozenset(text[0] for text in texts if text)

    def _other_header(self, number: int, row: Cells) -> str:
        words = {c: normalised(_text(cell)) for c, cell in enumerate(row) if cell != ""}
        for head in self.heads:
            same = sum(1 for column, text in words.items() if head.get(column) == text)
            if same and same * 10 >= 7 * len(words):
                return "repeated_header"
        known = sum(1 for text in words.values() if text in self.search.words)
        if known >= 2 and 2 * known >= len(words) and self.search.reads_like_header(number):
            if number <= self.header.last + 2 and not self.table.rows:
                self._disagree()
                return "header_again"
            return "header"
        return ""

    def _disagree(self) -> None:
        if "headers_disagree" not in self.table.notes:
            self.table.notes.append("headers_disagree")

    def _another_table(self, number: int, row: Cells) -> bool:
        return _could_head(row) and self.search.reads_like_header(number)

    def _why_not_sparse(self, number: int, row: Cells, merged: Sequence[Merge]) -> str:
        """A row with few cells of its own, or merged ones: a section, a note, only a number, or a record."""
        own = [(c, cell) for c, cell in enumerate(row) if cell != ""]
        wide = next(
            (
                m
                for m in merged
                if m[0] == number and 2 * (m[3] - m[1] + 1) >= self.width and m[3] - m[1] >= 2
            ),
            None,
        )
        beneath = any(m[0] < number <= m[2] and m[3] - m[1] + 1 < self.width for m in merged)
        first = _text(own[0][1])
        if len(own) == 1:
            if self._is_note(first):
                return "note"
            if _TOTAL.fullmatch(_bare(first)):
                return "total"
            if wide is None and (beneath or self._is_record_alone(*own[0])):
                return "serial_only" if self._only_serial(*own[0]) else ""
            if self._only_serial(*own[0]):
                return "serial_only"
            return self._section(first)
        if self._is_note(first) and (wide or not self._name_filled(row, own[0][0])):
            return "note"
        if self.after_gap and self._another_table(number, row):
            return "header"
        return ""

    def _is_note(self, text: str) -> bool:
        return _NOTE.match(unicodedata.normalize("NFKC", text).strip()) is not None

    def _name_filled(self, row: Cells, beside: int) -> bool:
        return any(
            column.identity and c != beside and _cell(row, c) != "" for c, column in self.columns.items()
        )

    def _only_serial(self, column: int, cell: CellValue) -> bool:
        if column in self.columns:
            return False
        return isinstance(cell, int | float) or _text(cell).strip(".、").isdecimal()

    def _is_record_alone(self, index: int, cell: CellValue) -> bool:
        """One filled cell is a record where it stands in a field and looks like it."""
        column = self.columns.get(index)
        if column is None or len(_text(cell)) > LONGEST_HEADING:
            return False
        return bool(column.fits(cell)) or (index != self.left and column.identity)

    def _section(self, text: str) -> str:
        """A text across the table: whose rows follow, the title once more, or only a remark."""
        if len(text) > LONGEST_HEADING:
            return "note"
        if text in self.table.title.split("\n"):
            return "repeated_header"
        style = _section_style(text)
        known = [level for level, (other, _text) in enumerate(self.levels) if other == style]
        last = self.table.skipped[-1:]
        beneath = bool(last) and last[0][1] == "section" and not self._rows_since(last[0][0])
        if known:
            self.levels = self.levels[: known[0]]
        elif not beneath:
            self.levels = []
        self.levels.append((style, text))
        self.section = " ".join(words for _style, words in self.levels)
        return "section"

    def _rows_since(self, number: int) -> bool:
        return bool(self.table.rows) and self.table.rows[-1].number > number

    def _total_or_example(self, row: Cells, filled: int) -> str:
        seen = 0
        for column in range(self.left, len(row)):
            cell = row[column]
            if type(cell) is not str or not cell:
                continue
            seen += 1
            if len(cell) <= 24 and not _MARKS.isdisjoint(cell) and _TOTAL.fullmatch(_bare(cell)):
                return "total"
            if seen == 1 and cell[0] in _BEGINNINGS:
                if _EXAMPLE.fullmatch(_bare(cell)):
                    return "example"
                if self._is_note(cell) and ("：" in cell or ":" in cell):
                    return "note"
            if seen >= 3:
                break
        if filled > 2 and not self.table.rows and _counts_columns(row):
            return "column_numbers"
        return ""

    def _complete(self, number: int, row: Cells) -> Cells:
        """The row with what merged cells and blanks below a value say."""
        merged = self.merged_at.get(number)
        if not merged and not self.filled_down:
            return row
        cells = row
        for first_row, first, _last_row, last in merged or ():
            if first_row > self.header.last:
                value = _cell(self.cells[first_row], first)
                if cells is row:
                    cells = [*row]
                cells.extend([""] * (last + 1 - len(cells)))
                cells[first : last + 1] = [value] * (last + 1 - first)
        for column in self.filled_down:
            value = _cell(cells, column)
            if value != "":
                self.above[column] = value
            elif column in self.above:
                if cells is row:
                    cells = [*row]
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = self.above[column]
        return cells

    def _before_title(self, number: int) -> int:
        """Where the next table's title begins: the texts and blanks just above its header."""
        self._drop_last_sections()
        after = self.table.rows[-1].number if self.table.rows else self.header.last + 1
        skipped = [n for n, why in self.table.skipped if why in ("total", "serial_only") and n > after]
        after = max([after, *skipped])
        self.table.skipped = [pair for pair in self.table.skipped if pair[0] <= after]
        return max(after, self.header.last + 1)

    def _drop_last_sections(self) -> None:
        """A text that no row follows is a note."""
        after = self.table.rows[-1].number if self.table.rows else 0
        self.table.skipped = [
            (number, "note" if why == "section" and number > after else why)
            for number, why in self.table.skipped
        ]


def _section_style(text: str) -> str:
    """How a section is written (一、 or （一） or 街道 …): sections written alike stand on one level."""
    plain = _bare(text)
    for style, pattern in (
        ("一、", r"[一二三四五六七八九十]+[、.]"),
        ("(一)", r"\([一二三四五六七八九十]+\)"),
    ):
        if re.match(pattern, plain):
            return style
    if re.match(r"\(?\d+[、.)]", plain):
        return "1."
    found = re.search(r"(街道|镇|乡|社区|村)(?:\(|:|$)", plain)
    return found[1] if found else ""


def _cell(row: Sequence[CellValue], column: int) -> CellValue:
    return row[column] if column < len(row) else ""


def _text(cell: CellValue) -> str:
    if cell is None:
        return ""
    return re.sub(r"[\u200b-\u200d\ufeff]", "", cell).strip() if isinstance(cell, str) else str(cell)


def _bare(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text))


def _could_head(row: Sequence[CellValue], least: int = 2) -> bool:
    """Whether a row holds texts, nearly nothing but texts, and short ones."""
    filled = [cell for cell in row if cell != ""]
    texts = [cell for cell in filled if type(cell) is str and len(cell) <= 3 * LONGEST_HEADING]
    return len(texts) >= least and len(texts) >= 0.8 * len(filled)


_DATA = re.compile(r"\d{4,}|^\d+(?:\.\d+)?\D?$|\d+[-/.年]\d+")


def _is_data(text: str) -> bool:
    """A text that no heading is: a number, a date, a code, a phone."""
    return len(text) > LONGEST_HEADING or (any(c.isdigit() for c in text) and _DATA.search(text) is not None)


def _counts_columns(row: Sequence[CellValue]) -> bool:
    """Whether a row numbers the columns: 甲 1 2 3, or 1 2 3 4."""
    numbers = [int(cell) for cell in row if isinstance(cell, int | float) and cell == int(cell)]
    texts = [_text(cell) for cell in row if isinstance(cell, str) and cell]
    if all(text.isdecimal() and len(text) < 3 for text in texts) and not numbers:
        numbers, texts = [int(text) for text in texts], []
    steady = len(numbers) >= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return steady and numbers[0] in (1, 2, 3) and all(text in "甲乙丙丁" for text in texts)


def _samples(rows: Sequence[Sequence[CellValue]], column: int, heading: str) -> list[CellValue]:
    values: list[CellValue] = []
    for row in rows:
        cell = _cell(row, column)
        if cell != "" and cell != heading:
            values.append(cell)
            if len(values) == SAMPLES:
                break
    return values


def _joined(upper: Mapping[int, str], lower: Mapping[int, str]) -> dict[int, str]:
    """Upper and lower words of a header in several rows: "坐标" over "经度" → "坐标 经度"."""
    texts = dict(upper)
    group = ""
    for column in range(min(upper, default=0), max([*upper, *lower], default=0) + 1):
        above, below = upper.get(column, ""), lower.get(column, "")
        group = above or group
        if below and below != above:
            texts[column] = f"{above or group} {below}".strip()
    return texts

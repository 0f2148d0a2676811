"""Where the tables of a sheet are: the header among titles and notes; ``records`` tells the rows below it apart.

Rows are looked at by shape (how many cells are filled, where), so that a long sheet costs little more than
its parsing; single cells are read only where the shape leaves a doubt.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from louyu.workbooks.declare import CellValue, Column, Heading, Merge, Sheet, Table
from louyu.workbooks.rules.cells import LONGEST_HEADING, cell_of, could_head, is_data, text_of
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
from louyu.workbooks.rules.records import Walk

HEADER_DEPTH = 3
LOOK_AHEAD = 4
SEARCHED = 300
"""Rows in which the first header is looked for."""
THRESHOLD = 1.6
"""Sum of likeness over the cells of a row that makes it a header: two known headings, nearly."""
SAMPLED_ROWS = 400
_EVIDENCE = {SAME: 1.0, REMEMBERED: 1.0, "corrected": 1.0, SIMILAR: 0.75, CONTENT: 0.6}
ENOUGH_EVIDENCE = 1.7
"""Two headings as known, or three columns told by their content."""


@dataclass
class Header:
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
    return Search(sheet, columns, remembered or {}, limit).tables()


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


class Search:
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

    def _find_header(self, start: int) -> Header | None:
        """The first row from here that reads like a header, the best of its neighbours."""
        end = min(len(self.cells), start + SEARCHED)
        best: Header | None = None
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

    def _candidates(self, number: int) -> Iterator[Header]:
        """A row as a header by itself and joined with the rows below it."""
        if not could_head(self.cells[number]) or self._is_banner(number):
            return
        texts = self.spread(number)
        single = Header(number, number, texts, self._score(texts))
        yield single
        last = number
        while last + 1 < min(len(self.cells), number + HEADER_DEPTH) and self._continues(number, last, texts):
            last += 1
            texts = _joined(texts, self.spread(last))
            # Several rows that belong together beat the upper one alone, whose words hold less.
            yield Header(number, last, texts, max(self._score(texts), single.score) + 0.02)

    def spread(self, number: int) -> dict[int, str]:
        """The row's texts by column, those of merged cells in every column they cover."""
        row = self.cells[number]
        texts = {column: text_of(cell) for column, cell in enumerate(row) if cell != ""}
        for first_row, first, _last_row, last in self.merged_at.get(number, ()):
            # Areas that began above belong to the row above: joining the rows brings their words here.
            text = text_of(cell_of(row, first)) if first_row == number else ""
            if text and last - first < max(len(row) - 1, 2):
                for column in range(first, last + 1):
                    texts.setdefault(column, text)
        return texts

    def _continues(self, first: int, last: int, texts: Mapping[int, str]) -> bool:
        """Whether the next row is the lower part of a header that begins with ``first``."""
        below = self.cells[last + 1]
        if not could_head(below, least=1):
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
            and all(any(ch.isalpha() for ch in text_of(below[c])) for c in own)
            and len(own) < len(set(own) | above)
            and not any(self._fits_something(below[c]) for c in own)
        )

    def _is_known(self, row: Sequence[CellValue], column: int) -> bool:
        return normalised(text_of(cell_of(row, column))) in self.words

    def _fits_something(self, value: CellValue) -> bool:
        """Whether a value looks like data of a field whose look is unmistakable."""
        text = text_of(value)
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
            elif is_data(text):
                against += 0.5
        return sum(best.values()) - against

    def _word(self, text: str) -> tuple[float, int]:
        known = self.scores.get(text)
        if known is None:
            known = 0.0, -1
            if text and len(text) <= LONGEST_HEADING and not is_data(text):
                if normalised(text) in self.told:
                    known = 1.0, len(self.columns) + self.told[normalised(text)]
                else:
                    for order, column in enumerate(self.columns):
                        score = word_score(text, column)
                        if score > known[0] and score >= 0.55:
                            known = score, order
            self.scores[text] = known
        return known

    def _header_by_content(self, start: int, end: int) -> Header | None:
        """A header in words nobody knows yet: a row of short texts over columns that look like the fields."""
        for number in range(start, min(end, start + 60)):
            row = self.cells[number]
            if not could_head(row, least=3) or self._is_banner(number):
                continue
            deepest = list(self._candidates(number))[-1:]
            for header in deepest:
                if any(is_data(text) for text in header.texts.values()):
                    continue
                header.headings = self._understood(header)
                told = [h for h in header.headings if h.field]
                if len(told) >= 2 and 2 * len(told) >= len(header.texts):
                    return header
        return None

    def _understood(self, header: Header) -> list[Heading]:
        texts = sorted(header.texts.items())
        rows = self.cells[header.last + 1 : header.last + 1 + SAMPLED_ROWS]
        samples = {column: _samples(rows, column, text) for column, text in texts}
        return understand(texts, samples, self.columns, self.remembered)

    # The rows below it

    def _read(self, header: Header, start: int) -> tuple[Table, int]:
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
        walk = Walk(self, header, table)
        return table, walk.to_the_end()

    def _title(self, start: int, end: int) -> str:
        lines = []
        for row in self.cells[start:end]:
            words = [text_of(cell) for cell in row if cell != ""]
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


def _samples(rows: Sequence[Sequence[CellValue]], column: int, heading: str) -> list[CellValue]:
    values: list[CellValue] = []
    for row in rows:
        cell = cell_of(row, column)
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

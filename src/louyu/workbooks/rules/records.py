"""Which rows below a header are records: not totals, examples, notes, sections or the next table's header."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from louyu.workbooks.declare import CellValue, Merge, Row, Table
from louyu.workbooks.rules.cells import (
    LONGEST_HEADING,
    Cells,
    bare,
    cell_of,
    could_head,
    counts_columns,
    text_of,
)
from louyu.workbooks.rules.headings import normalised

if TYPE_CHECKING:
    from louyu.workbooks.rules.tables import Header, Search

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


class Walk:
    """The rows under one header, told apart."""

    def __init__(self, search: "Search", header: "Header", table: Table) -> None:
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
            {column: normalised(text) for column, text in search.spread(number).items()}
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
        words = {c: normalised(text_of(cell)) for c, cell in enumerate(row) if cell != ""}
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
        return could_head(row) and self.search.reads_like_header(number)

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
        first = text_of(own[0][1])
        if len(own) == 1:
            if self._is_note(first):
                return "note"
            if _TOTAL.fullmatch(bare(first)):
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
            column.identity and c != beside and cell_of(row, c) != "" for c, column in self.columns.items()
        )

    def _only_serial(self, column: int, cell: CellValue) -> bool:
        if column in self.columns:
            return False
        return isinstance(cell, int | float) or text_of(cell).strip(".、").isdecimal()

    def _is_record_alone(self, index: int, cell: CellValue) -> bool:
        """One filled cell is a record where it stands in a field and looks like it."""
        column = self.columns.get(index)
        if column is None or len(text_of(cell)) > LONGEST_HEADING:
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
            if len(cell) <= 24 and not _MARKS.isdisjoint(cell) and _TOTAL.fullmatch(bare(cell)):
                return "total"
            if seen == 1 and cell[0] in _BEGINNINGS:
                if _EXAMPLE.fullmatch(bare(cell)):
                    return "example"
                if self._is_note(cell) and ("：" in cell or ":" in cell):
                    return "note"
            if seen >= 3:
                break
        if filled > 2 and not self.table.rows and counts_columns(row):
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
                value = cell_of(self.cells[first_row], first)
                if cells is row:
                    cells = [*row]
                cells.extend([""] * (last + 1 - len(cells)))
                cells[first : last + 1] = [value] * (last + 1 - first)
        for column in self.filled_down:
            value = cell_of(cells, column)
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
    plain = bare(text)
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

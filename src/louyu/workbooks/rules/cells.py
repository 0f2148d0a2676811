"""Single cells of a sheet, as the finding of tables and of records looks at them."""

import re
import unicodedata
from collections.abc import Sequence

from louyu.workbooks.declare import CellValue

LONGEST_HEADING = 40

Cells = list[CellValue]


def cell_of(row: Sequence[CellValue], column: int) -> CellValue:
    return row[column] if column < len(row) else ""


def text_of(cell: CellValue) -> str:
    if cell is None:
        return ""
    return re.sub(r"[\u200b-\u200d\ufeff]", "", cell).strip() if isinstance(cell, str) else str(cell)


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text))


def could_head(row: Sequence[CellValue], least: int = 2) -> bool:
    """Whether a row holds texts, nearly nothing but texts, and short ones."""
    filled = [cell for cell in row if cell != ""]
    texts = [cell for cell in filled if type(cell) is str and len(cell) <= 3 * LONGEST_HEADING]
    return len(texts) >= least and len(texts) >= 0.8 * len(filled)


_DATA = re.compile(r"\d{4,}|^\d+(?:\.\d+)?\D?$|\d+[-/.年]\d+")


def is_data(text: str) -> bool:
    """A text that no heading is: a number, a date, a code, a phone."""
    return len(text) > LONGEST_HEADING or (any(c.isdigit() for c in text) and _DATA.search(text) is not None)


def counts_columns(row: Sequence[CellValue]) -> bool:
    """Whether a row numbers the columns: 甲 1 2 3, or 1 2 3 4."""
    numbers = [int(cell) for cell in row if isinstance(cell, int | float) and cell == int(cell)]
    texts = [text_of(cell) for cell in row if isinstance(cell, str) and cell]
    if all(text.isdecimal() and len(text) < 3 for text in texts) and not numbers:
        numbers, texts = [int(text) for text in texts], []
    steady = len(numbers) >= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return steady and numbers[0] in (1, 2, 3) and all(text in "甲乙丙丁" for text in texts)

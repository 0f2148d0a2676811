"""Who may bring in workbooks, and see which imports."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import KEEPERS

ROWS = (
    Row.of(
        "workbooks.see_importbatch",
        *KEEPERS,
        own="by",
        why="an import quotes its file: its importer and the district office, which answers for every figure, see it",
    ),
    Row.of(
        "workbooks.bring_in",
        *KEEPERS,
        own="by",
        why="those who keep registers bring theirs in; each kind then has its own permission within their scope",
    ),
)
"""The scope of an import is its importer; the district office reaches all of them."""

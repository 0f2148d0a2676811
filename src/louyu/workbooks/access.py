"""Who may bring in workbooks, and see which imports."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import KEEPERS, Role

IMPORTERS = (*KEEPERS, Role.ORGANISATION_SECRETARY)
"""Those who keep registers, and who keeps an organisation's own roster."""

ROWS = (
    Row.of(
        "workbooks.see_importbatch",
        *IMPORTERS,
        own="by",
        why="an import quotes its file: its importer and the district office, which answers for every figure, see "
        "it, a roster of members its importer alone (``queries.batches``)",
    ),
    Row.of(
        "workbooks.bring_in",
        *IMPORTERS,
        own="by",
        why="those who keep registers bring theirs in; each kind then has its own permission within their scope",
    ),
)
"""The scope of an import is its importer; the district office reaches all of them."""

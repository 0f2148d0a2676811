"""Pages of cases: the list with its work, a new one, one case with all that can be done about it."""

from louyu.cases.views.bulk import bulk, bulk_done
from louyu.cases.views.listing import case_list, of_enterprise
from louyu.cases.views.one import attachment, case, do
from louyu.cases.views.opening import new_case, promise

__all__ = [
    "attachment",
    "bulk",
    "bulk_done",
    "case",
    "case_list",
    "do",
    "new_case",
    "of_enterprise",
    "promise",
]

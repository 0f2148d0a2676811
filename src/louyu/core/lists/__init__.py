"""The one way to make a list: a declaration gives page, search, filters, sorts and Excel file.

A room declares in its ``lists.py`` what rows a reader has, and which columns, filters and sorts there are; its view
says ``return show(request, BUILDINGS, "places/building_list.html")``. Everything a reader chose stands in the
address: the link is the list.
"""

from louyu.core.lists.bulk import Bulk, NotAll
from louyu.core.lists.declare import Column, List
from louyu.core.lists.filters import (
    Choice,
    Chosen,
    Condition,
    DateRange,
    Filter,
    Keyed,
    NumberRange,
    Option,
    Text,
    yes_or_no,
)
from louyu.core.lists.listing import Listing
from louyu.core.lists.registry import lists_by_name
from louyu.core.lists.show import show
from louyu.core.lists.work import do_with_rows

__all__ = [
    "Bulk",
    "Choice",
    "Chosen",
    "Column",
    "Condition",
    "DateRange",
    "Filter",
    "Keyed",
    "List",
    "Listing",
    "NotAll",
    "NumberRange",
    "Option",
    "Text",
    "do_with_rows",
    "lists_by_name",
    "show",
    "yes_or_no",
]

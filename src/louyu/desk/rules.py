"""When somebody may be told, what a note may hold, how a view's address is written. Pure."""

import datetime
import re
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from louyu.core.calendar import WorkingDays

MOST_TEXT = 1000
"""Characters of a note."""
MOST_NAME = 40
"""Characters of a view's name."""
MOST_QUERY = 600
"""Characters of a view's filters."""
MOST_VIEWS = 50
"""Views that one user keeps."""
NOT_OF_A_VIEW = ("after", "before", "size", "format")
"""What in a list's address says where one stands in it, not which list it is."""

_PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?![\dXx])")


def shown_from(made_at: datetime.datetime, days: WorkingDays, *, urgent: bool) -> datetime.datetime:
    """From when a notification is shown: at once within working hours, else when offices open next.

    urgent: what is dangerous does not wait. ``made_at`` is local time.
    """
    return made_at if urgent else days.next_working_moment(made_at)


def personal_in(text: str) -> str:
    """What in a text looks like a mobile telephone or identity number; "" where nothing does."""
    found = _IDENTITY.search(text) or _PHONE.search(text)
    return found.group() if found else ""


def text_says_something(text: str) -> bool:
    """Whether a text can be kept as a note: not empty, at most MOST_TEXT characters."""
    return 0 < len(text) <= MOST_TEXT


def normal_query(query: str) -> str:
    """A list's address reduced to what the list is: filters and order, by name, without empty ones or places in it."""
    pairs = dict(parse_qsl(query.lstrip("?"), max_num_fields=40))
    return urlencode(sorted((k, v) for k, v in pairs.items() if v.strip() and k not in NOT_OF_A_VIEW))


def moved(order: list[str], key: str, *, up: bool) -> list[str]:
    """The order with ``key`` one place further up or down; the same where it is at the end already."""
    place = order.index(key)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return order
    changed = list(order)
    changed[place], changed[other] = changed[other], changed[place]
    return changed


def of_others(users: Iterable[UUID | None], *, but: Collection[UUID]) -> list[UUID]:
    """These users once each, in order, without those who know already."""
    return list(dict.fromkeys(u for u in users if u is not None and u not in but))

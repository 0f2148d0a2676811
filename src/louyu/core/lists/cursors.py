"""Where a page of a list begins: behind a sort value and a key, not at a number of rows."""

import base64
import binascii
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

SORTED_BY = "sorted_by"
"""Name of the annotation that holds the sort value."""


class Broken(ValueError):
    """Not a cursor of this list and sort."""


@dataclass(frozen=True)
class Cursor:
    """The row that a page stands behind (or before): its sort value and key, and the sort they belong to."""

    sort: str
    value: Any
    key: Any

    def text(self) -> str:
        """As the address holds it."""
        plain = json.dumps(
            [self.sort, _plain(self.value), _plain(self.key)], ensure_ascii=False, separators=(",", ":")
        )
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    match value:
        case datetime.datetime() | datetime.date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case UUID():
            return value.hex
    return value


def read_cursor(text: str, sort: str, field: Any, key_of: Callable[[Any], Any] = UUID) -> Cursor:
    """The cursor in this text, for this sort, its value as the model field holds it. Raises Broken.

    key_of: makes a row's key of what the text holds.
    """
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        of_sort, value, key = json.loads(plain.decode())
        if isinstance(value, list | dict) or "\0" in str(value) or of_sort != sort:
            raise Broken(text)
        found = None if value is None else field.to_python(value)
        if isinstance(found, Decimal | float | int) and not -1e15 < found < 1e15:  # NaN compares false
            raise Broken(text)
        key = key_of(str(key))
        if isinstance(key, int) and not 0 <= key < 2**63:
            raise Broken(text)
        return Cursor(sort, found, key)
    except Exception as error:
        if isinstance(error, Broken | binascii.Error | ValueError | TypeError | AttributeError):
            raise Broken(text) from error
        from django.core.exceptions import ValidationError

        if isinstance(error, ValidationError | ArithmeticError | RecursionError):
            raise Broken(text) from error
        raise


def beyond(cursor: Cursor, *, descending: bool, backwards: bool, nullable: bool) -> Q:
    """The rows behind the cursor (before it, if backwards) in an order that puts nulls last and ties by key."""
    way = "lt" if descending != backwards else "gt"
    further = Q(**{f"pk__{way}": cursor.key})
    if cursor.value is None:
        tie = Q(**{f"{SORTED_BY}__isnull": True}) & further
        return tie | Q(**{f"{SORTED_BY}__isnull": False}) if backwards else tie
    past = Q(**{f"{SORTED_BY}__{way}": cursor.value}) | (Q(**{SORTED_BY: cursor.value}) & further)
    if not nullable:
        return Q(**{f"{SORTED_BY}__{way}e": cursor.value}) & past
    return past if backwards else past | Q(**{f"{SORTED_BY}__isnull": True})

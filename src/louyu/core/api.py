"""What the API of every room is made of: pages of a list, strict bodies, texts that can be kept.

A room declares schemas and operations in its ``api.py``; ``integrations`` collects them, lets in who has a token
and answers every refusal.
"""

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

M = TypeVar("M", bound=Model)
Item = TypeVar("Item", bound=BaseModel)

LONGEST_PAGE = 100
CURSOR = "^([A-Za-z0-9_-]{22})?$"


class ApiRequest(HttpRequest):
    """A request that came in with a token; ``auth`` is the token's user."""

    auth: Any


class Given(BaseModel):
    """Base of what a request gives: a field that is not declared is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")


class Paging(Given):
    """Where a page of a list begins and how long it is."""

    cursor: str = Field(
        "", pattern=CURSOR, description="`next` of the page before; empty for the first page."
    )
    limit: int = Field(25, ge=1, le=LONGEST_PAGE, description="Items on a page.")


class Page(BaseModel, Generic[Item]):
    """A page of a list, in the order in which the records came in."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def can_be_kept(text: str) -> str:
    """A text that both engines can keep; an error of pydantic's for NUL characters and halves of characters."""
    if "\0" in text:
        raise PydanticCustomError("nul", "a NUL character cannot be kept")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "half of a character cannot be kept") from None
    return text


Text = Annotated[str, AfterValidator(can_be_kept)]

Key = Annotated[UUID | None, WithJsonSchema({"type": "string", "format": "uuid"})]
"""A record's key by which a list is narrowed; None: it is not."""


def page(rows: "QuerySet[M]", paging: Paging, show: Callable[[M], Item]) -> dict[str, Any]:
    """The page of these rows that begins behind the cursor; one query beside those that ``rows`` prefetch.

    Keys are UUIDv7: order by key is order of coming in, and a record made meanwhile shifts no page.
    """
    if paging.cursor:
        rows = rows.filter(pk__gt=_key(paging.cursor))
    found = list(rows.order_by("pk")[: paging.limit + 1])
    more = len(found) > paging.limit
    shown = found[: paging.limit]
    return {"items": [show(row) for row in shown], "next": _cursor(shown[-1].pk) if more else None}


def number(value: Decimal | None) -> float | None:
    """A measured value as JSON has it."""
    return None if value is None else float(value)


def one(rows: "QuerySet[M]", key: UUID) -> M:
    """The record of this key among those that exist for the reader. Raises Http404."""
    found = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _cursor(key: UUID) -> str:
    return base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def _key(cursor: str) -> UUID:
    return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))

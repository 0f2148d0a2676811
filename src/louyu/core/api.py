"""What the API of every room is made of: pages of a list, strict bodies, texts that can be kept.

A room declares schemas and operations in its ``api.py``; ``integrations`` collects them, lets in who has a token
and answers every refusal. What can be sought, filtered and sorted by stands in the room's list, once for pages and API.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from louyu.core.errors import Refusal
from louyu.core.lists import Choice, DateRange, Filter, Keyed, List, Listing, NumberRange
from louyu.core.lists.cursors import Broken
from louyu.core.lists.filters import LONGEST, Either

M = TypeVar("M", bound=Model)
Item = TypeVar("Item", bound=BaseModel)

LONGEST_PAGE = 100
SIGNS_OF_A_KEY = 22
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


# Lists as the rooms declare them


class Narrowed(Paging):
    """Base of what a list takes: a page of the rows that fit."""

    cursor: str = Field(
        "",
        pattern="^[A-Za-z0-9_-]*$",
        max_length=2000,
        description="`next` of the page before, with the same `sort`; empty for the first page.",
    )


def asked_of(declared: List) -> type[Narrowed]:
    """The parameters of a list of the API: the filters, the search and the sorts that the list declares."""
    fields: dict[str, Any] = {}
    for each in declared.filters:
        for name, form, words in _parameters(each):
            label = _in_english(each)
            fields[name.replace(".", "_")] = (
                form,
                Field(None, alias=name, description=f"{label}{words}."),
            )
    if declared.search:
        words = "Words that all occur; pinyin, initials and the last signs of a code are found too."
        fields["q"] = (
            Annotated[Text | None, WithJsonSchema(_text_of(LONGEST))],
            Field(None, description=words),
        )
    sorts = [c.name for c in declared.columns if c.sort is not None]
    fields["sort"] = (
        _one_of([*sorts, *(f"-{name}" for name in sorts)]),
        Field(
            None,
            description="By which column, with `-` from the highest; without it: the order of coming in. "
            "What is not known comes last.",
        ),
    )
    return create_model(f"Asked{declared.name.title()}", __base__=Narrowed, **fields)


def _in_english(each: Filter) -> str:
    with translation.override("en"):
        return str(each.label)


def _parameters(each: Filter) -> Iterator[tuple[str, Any, str]]:
    """The parameters of a filter: name, form, and what its description adds."""
    match each:
        case Either():
            yield each.name, Annotated[bool | None, WithJsonSchema({"type": "boolean"})], ""
        case Keyed():
            yield each.name, Key, ": a key"
        case Choice() if not callable(each.options):
            yield each.name, _one_of([o.value for o in each.options]), ""
        case NumberRange():
            form = Annotated[Decimal | None, WithJsonSchema({"type": "number"})]
            for name, words in zip(each.parameters, (", at least", ", at most"), strict=True):
                yield name, form, words
        case DateRange():
            day = Annotated[str | None, WithJsonSchema({"type": "string", "format": "date"})]
            for name, words in zip(each.parameters, (", from this day", ", to this day"), strict=True):
                yield name, day, words
        case _:
            yield each.name, Annotated[Text | None, WithJsonSchema(_text_of(LONGEST))], ""


def _text_of(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most}


def _one_of(values: Sequence[str]) -> Any:
    """A text that is one of these; pydantic says which in its refusal."""

    def known(value: str | None) -> str | None:
        if value is not None and value not in values:
            raise PydanticCustomError("enum", "none of these", {"expected": "、".join(values)})
        return value

    return Annotated[
        str | None, AfterValidator(known), WithJsonSchema({"type": "string", "enum": list(values)})
    ]


def listed(
    declared: List,
    request: ApiRequest,
    given: Any,
    show: Callable[[Any], Item],
    *,
    load: Callable[[Any], Any] = lambda rows: rows,
) -> dict[str, Any]:
    """The page of a declared list that was asked for; ``load`` adds what ``show`` reads beside the rows.

    In the order of coming in, or by a column. Raises Refusal for a parameter that cannot be followed.
    """
    said = given.model_dump(by_alias=True, exclude_none=True, exclude={"cursor", "limit"})
    listing = Listing(declared, request.auth, _query(said), by_machine=True)
    for notice in listing.notices:
        raise Refusal(notice.reason, field=notice.field, value=notice.value, mend=notice.mend)
    if not given.sort:
        return page(load(listing.narrowed), given, show)
    try:
        keys, behind = listing.keys_behind(given.cursor, given.limit)
    except Broken as error:
        raise _broken(given.cursor) from error
    rows: Any = load(declared.rows(request.auth).filter(pk__in=keys).order_by())
    found = {row.pk: row for row in rows}
    return {"items": [show(found[key]) for key in keys if key in found], "next": behind or None}


def _query(said: dict[str, Any]) -> QueryDict:
    """The parameters as a page's address would hold them. Raises Refusal for an empty one."""
    query = QueryDict(mutable=True)
    for name, value in said.items():
        text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        if not text.strip() and name != "q":
            raise Refusal(
                _("这个参数是空的。"), field=name, value=text, mend=_("请写上值，或者不写这个参数。")
            )
        query[name] = text
    return query


def _broken(cursor: str) -> Refusal:
    return Refusal(
        _("这个翻页位置不属于这个列表和排序。"),
        field="cursor",
        value=cursor,
        mend=_("请从第一页开始，并一直用同一个 sort。"),
    )


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
    """The key that a cursor holds. Raises Refusal for what is none."""
    if len(cursor) != SIGNS_OF_A_KEY:
        raise _broken(cursor)
    return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))

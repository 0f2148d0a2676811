"""What lies on the desk of a token's user, by machine: what they were told, their named views."""

import datetime
from typing import Any
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel, Field

from louyu.accounts.models import User
from louyu.core.api import ApiRequest, Given, Page, Paging, one, page
from louyu.desk import commands, models, queries
from louyu.desk.views.named import shown

router = Router(tags=["notifications"])
views_router = Router(tags=["views"])


class Notification(BaseModel):
    """Something that the token's user was told, in their language."""

    id: UUID
    kind: str = Field(description="Code of the matter, such as `hand_over` or `overdue`.")
    text: str
    about: UUID = Field(description="Key of the thing it is about.")
    about_model: str = Field(description="Which kind of record that is, such as `cases.Case`.")
    about_words: str
    link: str = Field(description="The page of the thing, without the server.")
    urgent: bool
    shown_from: datetime.datetime = Field(description="Within working hours, unless urgent.")
    read_at: datetime.datetime | None


class Notifications(Paging):
    """Which notifications."""

    unread: bool = Field(False, description="Only those not read yet.")


class Read(Given):
    """Nothing more is said: an empty object."""


class View(BaseModel):
    """Filters and order of a list, kept under a name."""

    id: UUID
    name: str
    list: str = Field(description="The name of the list.")
    link: str = Field(description="The page of the list with these filters, without the server.")
    own: bool
    fault: str = Field(description="What of it is not there any more; empty: nothing.")


def told(message: queries.Message) -> Notification:
    """A message as the API says it."""
    row = message.row
    return Notification(
        id=row.pk,
        kind=row.kind,
        text=message.text,
        about=row.about,
        about_model=row.about_model,
        about_words=message.words,
        link=message.link,
        urgent=row.urgent,
        shown_from=row.shown_from,
        read_at=row.read_at,
    )


@router.get("", response=Page[Notification], summary="Notifications", operation_id="list_notifications")
def list_notifications(request: ApiRequest, given: Query[Notifications]) -> dict[str, Any]:
    """What the token's user was told and still may see, in the order in which it was."""
    reader: User = request.auth
    rows = queries.unread(reader) if given.unread else queries.notifications(reader)
    as_it_is: Any = lambda row: row  # noqa: E731 — put into words together: one query a kind of thing
    found = page(rows, given, as_it_is)
    return {**found, "items": [told(message) for message in queries.messages_of(found["items"], reader)]}


@router.post("/{id}/read", response=Notification, summary="Mark as read", operation_id="read_notification")
def read_notification(request: ApiRequest, id: UUID, given: Read) -> Notification:
    """Put a notification of one's own away; once read it stays so."""
    reader: User = request.auth
    row = one(queries.notifications(reader), id)
    if row.read_at is None:
        commands.mark_read(reader, of=[row.pk])
        row.refresh_from_db(fields=["read_at"])
    (message,) = queries.messages_of([row], reader)
    return told(message)


@views_router.get("", response=Page[View], summary="Named views", operation_id="list_views")
def list_views(request: ApiRequest, given: Query[Paging]) -> dict[str, Any]:
    """The named views of the token's user: their own, and those shared with them."""
    reader: User = request.auth

    def as_view(view: models.NamedView) -> View:
        drawn = shown(view, reader)
        return View(
            id=view.pk, name=view.name, list=view.list, link=drawn.link, own=drawn.own, fault=drawn.fault
        )

    return page(queries.views(reader), given, as_view)

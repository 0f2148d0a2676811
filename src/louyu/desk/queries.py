"""Reads of what lies on a person's desk: always for its reader."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as in_words

from louyu.accounts.models import User
from louyu.core.prepared import prepared
from louyu.core.scoping import Reader
from louyu.desk.models import Follow, NamedView, Note, Notification
from louyu.desk.things import Thing, thing_of, things, visible

MOST_COUNTED = 99
"""The bell says 「99+」 beyond it."""
PAGE = 30
"""Messages of a page."""


def told(text: str, said: dict[str, Any]) -> str:
    """A stored message in the reader's language; as it stands where its places do not fit any more."""
    try:
        return in_words(text) % said if text else ""
    except (KeyError, ValueError, TypeError):
        return text


# Messages


@dataclass(frozen=True)
class Message:
    """A notification as its reader reads it: what happened, to which thing, where that is."""

    row: Notification
    text: str
    words: str
    link: str

    @property
    def unread(self) -> bool:
        """Whether it was not opened or put away yet."""
        return self.row.read_at is None


def notifications(reader: Reader) -> "QuerySet[Notification]":
    """What the reader was told, as far as it is shown by now and about what they still see."""
    found: QuerySet[Notification] = Notification.objects.for_reader(reader)
    return found.filter(shown_from__lte=timezone.now())


def unread(reader: Reader) -> "QuerySet[Notification]":
    """What the reader has not read yet."""
    return notifications(reader).filter(read_at__isnull=True)


def unread_keys(reader: User) -> list[tuple[UUID, UUID]]:
    """(message, thing) of what is unread, up to MOST_COUNTED + 1: for the bell, which stands on every page.

    One query where nothing is unread, one more that looks at what is: the same rows as ``unread``.
    """
    now = timezone.now()
    labels = set(_unread_labels(reader.pk, now))
    if not labels:
        return []
    own = _own_unread(reader.pk, now)
    return list(own.filter(visible(reader, labels)).values_list("pk", "about")[: MOST_COUNTED + 1])


@prepared
def _unread_labels(user: UUID, now: datetime.datetime) -> "QuerySet[Any]":
    return _own_unread(user, now).values_list("about_model", flat=True)[: MOST_COUNTED + 1]


def _own_unread(user: UUID, now: datetime.datetime) -> "QuerySet[Notification]":
    own: QuerySet[Notification] = Notification.rows_without_a_reader.filter(
        user=user, read_at__isnull=True, shown_from__lte=now
    )
    return own.order_by()


def messages_page(
    reader: User, *, only_unread: bool, before: UUID | None = None, most: int = PAGE
) -> tuple[list[Message], UUID | None]:
    """Messages, the newest first, and behind which one the next page begins; two queries and one a kind of thing."""
    found = unread(reader) if only_unread else notifications(reader)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-id")[: most + 1])
    following = rows[most - 1].pk if len(rows) > most else None
    return messages_of(rows[:most], reader), following


def messages_of(rows: Sequence[Notification], reader: Reader) -> list[Message]:
    """These notifications in words; those whose thing went out of sight meanwhile are left out."""
    seen = seen_things(((row.about_model, row.about) for row in rows), reader)
    return [
        Message(row, told(row.text, row.said), words, link)
        for row in rows
        for words, link in seen.get((row.about_model, row.about), ())
    ]


def message(reader: Reader, key: UUID) -> Notification:
    """One of the reader's messages. Raises Notification.DoesNotExist."""
    return notifications(reader).get(pk=key)


# Things


def seen_things(
    abouts: Iterable[tuple[str, UUID]], reader: Reader
) -> dict[tuple[str, UUID], list[tuple[str, str]]]:
    """(label, key) → [(words, link)] of those things that exist for the reader; one query for each kind."""
    asked: dict[str, set[UUID]] = {}
    for label, key in abouts:
        asked.setdefault(label, set()).add(key)
    found: dict[tuple[str, UUID], list[tuple[str, str]]] = {}
    for thing in things():
        if keys := asked.get(thing.label):
            rows = thing.model.objects.for_reader(reader).filter(pk__in=keys)
            found |= {(thing.label, row.pk): [(thing.words(row), thing.link(row.pk))] for row in rows}
    return found


def thing_for(reader: Reader, label: str, key: UUID) -> tuple[Thing, Any]:
    """A thing with its kind. Raises Refusal for a kind there is not, DoesNotExist for what the reader may not see."""
    thing = thing_of(label)
    return thing, thing.model.objects.for_reader(reader).get(pk=key)


# Following


@dataclass(frozen=True)
class Followed:
    """A thing the reader follows, with what happened to it last."""

    row: Follow
    words: str
    link: str
    changed: str


def follows(reader: Reader) -> "QuerySet[Follow]":
    """What the reader follows."""
    found: QuerySet[Follow] = Follow.objects.for_reader(reader)
    return found


def followed(reader: User) -> list[Followed]:
    """What the reader follows and sees, the latest change first; one query and one for each kind of thing."""
    rows = list(follows(reader).order_by(F("changed_at").desc(nulls_last=True), "-since", "-id"))
    seen = seen_things(((row.about_model, row.about) for row in rows), reader)
    return [
        Followed(row, words, link, told(row.changed_text, row.changed_said))
        for row in rows
        for words, link in seen.get((row.about_model, row.about), ())
    ]


def is_followed(reader: Reader, about: UUID) -> bool:
    """Whether the reader follows this; one query."""
    return bool(_followed(reader, about))


@prepared
def _followed(reader: Reader, about: UUID) -> "QuerySet[Any]":
    return follows(reader).filter(about=about).values_list("pk")


# Notes


def notes_on(reader: User, about: UUID) -> list[Note]:
    """The notes on a thing that stand, the newest first; nothing for whoever is not of the staff."""
    return _notes(reader, about)


@prepared
def _notes(reader: Reader, about: UUID) -> "QuerySet[Note]":
    found: QuerySet[Note] = Note.objects.for_reader(reader)
    return found.filter(about=about, withdrawn_at__isnull=True).select_related("by").order_by("-at", "-id")


def note_for(reader: Reader, key: UUID) -> Note:
    """A note that stands. Raises Note.DoesNotExist when the reader may not see it."""
    found: Note = Note.objects.for_reader(reader).filter(withdrawn_at__isnull=True).get(pk=key)
    return found


# Views


def views(reader: Reader) -> "QuerySet[NamedView]":
    """The named views of the reader: their own first, in their order, then those shared with them."""
    found: QuerySet[NamedView] = NamedView.objects.for_reader(reader)
    return found.select_related("user").order_by("position", "id")


def views_of_list(reader: User, name: str) -> list[NamedView]:
    """The views of one list, the reader's own first; one query."""
    return own_first(views(reader).filter(list=name), reader)


def own_first(found: Iterable[NamedView], reader: User) -> list[NamedView]:
    """The reader's own before those of others."""
    return sorted(found, key=lambda view: view.user_id != reader.pk)


def view_for(reader: Reader, key: UUID) -> NamedView:
    """One named view. Raises NamedView.DoesNotExist when it is not the reader's, nor shared with them."""
    found: NamedView = NamedView.objects.for_reader(reader).get(pk=key)
    return found

"""Reads of persons: always for a reader."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from louyu.accounts.models import User
from louyu.core.scoping import Reader
from louyu.people.models import Person, RevealLog, name_digest, phone_digest

WINDOW = datetime.timedelta(hours=1)


def reveals(reader: Reader) -> "QuerySet[RevealLog]":
    """The looks at values in the clear that this reader may know of, newest first."""
    found: QuerySet[RevealLog] = RevealLog.objects.for_reader(reader).select_related("person", "by")
    return found.order_by("-at")


def recent_reveals(by: User) -> int:
    """How many values this user had shown within the last hour; everybody may know their own number."""
    return RevealLog.rows_without_a_reader.filter(by=by, at__gt=timezone.now() - WINDOW).count()


def people(reader: Reader) -> "QuerySet[Person]":
    """The persons whom this reader keeps on record."""
    found: QuerySet[Person] = Person.objects.for_reader(reader)
    return found


def people_called(name: str, phone: str, reader: Reader) -> list[Person]:
    """The persons with exactly this name and this telephone (digits), whichever is given; none where neither is."""
    fits = Q()
    if name:
        fits &= Q(name_digest=name_digest(name))
    if phone:
        fits &= Q(phone_digest=phone_digest(phone))
    return list(people(reader).filter(fits).order_by("recorded_at")[:MOST_FOUND]) if fits else []


MOST_FOUND = 20


@dataclass(frozen=True)
class Holding:
    """Where a person's values stand, or why they are still needed: what, with its page ("" where it has none)."""

    words: str
    link: str = ""


HELD_IN: list[Callable[[Person], Iterable[Holding]]] = []
"""What the rooms above hold of a person besides the values that their key seals: uploaded files, a sign-in."""
NEEDED_FOR: list[Callable[[Person], Iterable[Holding]]] = []
"""For what the rooms above still need a person by name; none may be left before the values are erased."""


def held_in(person: Person) -> list[Holding]:
    """Where else the person's values stand."""
    return [holding for found in HELD_IN for holding in found(person)]


def needed_for(person: Person) -> list[Holding]:
    """What the person's name is still needed for."""
    return [holding for found in NEEDED_FOR for holding in found(person)]


def mentions(person: Person) -> list[tuple[str, int]]:
    """How many records of which kind name the person; they stay, without a name. One query for each kind."""
    told = []
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        rows = model.rows_without_a_reader.filter(**{relation.field.name: person}).count()
        if rows:
            told.append((str(model._meta.verbose_name), rows))
    return told

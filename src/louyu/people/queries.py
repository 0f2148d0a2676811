"""Reads of persons: always for a reader."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, ForeignKey, Q, QuerySet, UUIDField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.accounts.models import User
from louyu.core.scoping import Reader
from louyu.core.sealing import keyed_digest, open_text
from louyu.people.models import (
    Consent,
    ConsentText,
    Person,
    PersonalLink,
    Purpose,
    RevealLog,
    name_digest,
    phone_digest,
)

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


# One's own page


@dataclass(frozen=True)
class Own:
    """A person as they come to their own page: by their sign-in, or by their personal link (``code``)."""

    person: Person
    by: User
    code: str = ""


def own(user: User) -> Own | None:
    """The person who has this sign-in; None where nothing is held on them."""
    person = Person.rows_without_a_reader.filter(user=user).first()
    return Own(person, user) if person is not None and not person.erased else None


def own_by_link(code: str, by: User) -> Own | None:
    """The person whose personal link this is; None for a link that is not, or not any more."""
    links = PersonalLink.rows_without_a_reader.select_related("person")
    link = links.filter(digest=link_digest(code), ended_at__isnull=True).first()
    return Own(link.person, by, code) if link is not None and not link.person.erased else None


def link_digest(code: str) -> bytes:
    """The keyed hash by which a personal link is found."""
    return keyed_digest("personal link", code)


@dataclass(frozen=True)
class Held:
    """One record about a person: what it is, what it says, where it came from, since when it is held."""

    what: str
    said: list[tuple[str, str]]
    source: str
    recorded: datetime.datetime | None


def held_on(one: Own) -> list[Held]:
    """Every record of every room that names the person, with what it says in the clear. For nobody but themselves.

    A room that comes to hold something more appears by itself: the relations of the model are asked, not a list.
    """
    person = one.person
    held = [_held(person, person, [(str(label), person.opened(f)) for f, label in OWN_FIELDS.items()])]
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.proxy or model in NOT_AMONG_RECORDS:
            continue
        own_fields = [f for f in model._meta.concrete_fields if _tells(f) and f.name != relation.field.name]
        foreign = [f.name for f in own_fields if isinstance(f, ForeignKey)]
        rows = model.rows_without_a_reader.filter(**{relation.field.name: person})
        for row in rows.select_related(*foreign) if foreign else rows:
            held.append(
                _held(row, person, [(str(f.verbose_name), _value(row, f, person)) for f in own_fields])
            )
    return held


OWN_FIELDS = {"name": _("姓名"), "phone": _("电话"), "identity": _("身份证号")}
NOT_AMONG_RECORDS: tuple[Any, ...] = (RevealLog, PersonalLink, Consent)
"""Shown by themselves on the page, or no record about the person."""
_SOURCE = {"origin", "origin_batch", "origin_sheet", "origin_row", "recorded_at", "id", "version", "search"}


def _tells(field: Any) -> bool:
    """Whether a field says something of its record to the person."""
    if isinstance(field, BinaryField):
        return bool(field.name.endswith("_sealed")) and field.name != "key_sealed"
    return field.name not in _SOURCE and not isinstance(field, UUIDField)


def _value(row: Any, field: Any, person: Person) -> str:
    if isinstance(field, BinaryField):
        return open_text(getattr(row, field.name), person.key_sealed)
    value = getattr(row, field.name)
    if field.choices and value not in (None, ""):
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _held(row: Any, person: Person, said: list[tuple[str, str]]) -> Held:
    source = ""
    if hasattr(row, "origin"):
        sheet, number = row.origin_sheet, row.origin_row
        source = str(row.get_origin_display())
        if sheet:
            source += str(_("，表格「%(sheet)s」第 %(row)s 行") % {"sheet": sheet, "row": number})
    what = str(_("登记信息") if row is person else row._meta.verbose_name)
    return Held(what, [(w, v) for w, v in said if v], source, getattr(row, "recorded_at", None))


def looks_at(one: Own) -> "QuerySet[RevealLog]":
    """Who looked at the person's values, why and when; newest first."""
    found: QuerySet[RevealLog] = RevealLog.rows_without_a_reader.filter(person=one.person)
    return found.select_related("by").order_by("-pk")


def consents_of(one: Own) -> list[Consent]:
    """What the person agreed to, newest first."""
    found = Consent.rows_without_a_reader.filter(person=one.person).select_related("text")
    return list(found.order_by("-given_at"))


def newest_text(purpose: str) -> ConsentText:
    """The text that is asked for now."""
    found: ConsentText = ConsentText.rows_without_a_reader.filter(purpose=purpose).latest("version")
    return found


def shown_openly(persons: Iterable[Person]) -> "QuerySet[Consent]":
    """The running consents by which some of these persons show their membership openly."""
    found: QuerySet[Consent] = Consent.rows_without_a_reader.filter(
        person__in=persons, text__purpose=Purpose.SHOW_OPENLY, withdrawn_at__isnull=True
    )
    return found

"""Reads of enterprises: always for a reader."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.core.scoping import Reader
from louyu.people.models import Person
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy


def running(day: datetime.date, path: str = "") -> Q:
    """Occupancies (or whatever ``path`` leads to) that run on this day."""
    begun = Q(**{f"{path}since__isnull": True}) | Q(**{f"{path}since__lte": day})
    return begun & (Q(**{f"{path}until__isnull": True}) | Q(**{f"{path}until__gt": day}))


def entries(reader: Reader) -> "QuerySet[Enterprise]":
    """All entries of the register that exist for this reader, those merged into others included."""
    found: QuerySet[Enterprise] = Enterprise.objects.for_reader(reader)
    return found


def enterprises(reader: Reader) -> "QuerySet[Enterprise]":
    """The enterprises that exist for this reader; one merged into another is not an enterprise any more."""
    return entries(reader).filter(merged_into__isnull=True)


def occupancies(reader: Reader) -> "QuerySet[Occupancy]":
    """The occupancies that exist for this reader, past ones included."""
    found: QuerySet[Occupancy] = Occupancy.objects.for_reader(reader)
    return found


def occupancies_today(reader: Reader) -> "QuerySet[Occupancy]":
    """The occupancies that run today."""
    return occupancies(reader).filter(running(timezone.localdate()))


def sits(reader: Reader, where: Q | None = None) -> Exists:
    """Condition on enterprises: one of its occupancies runs today, in the place that ``where`` names."""
    return Exists(occupancies_today(reader).filter(where or Q(), enterprise=OuterRef("pk")))


def sat(reader: Reader, where: Q | None = None) -> Exists:
    """Condition on enterprises: there is an occupancy in that place, running or over."""
    return Exists(occupancies(reader).filter(where or Q(), enterprise=OuterRef("pk")))


def since_today(reader: Reader) -> Subquery:
    """The day of the first of an enterprise's occupancies that still run."""
    own = occupancies_today(reader).filter(enterprise=OuterRef("pk")).order_by().values("enterprise")
    return Subquery(own.annotate(first=Min("since")).values("first"))


def area_today(reader: Reader) -> Subquery:
    """What an enterprise uses today (m²), as far as it is known."""
    own = occupancies_today(reader).filter(enterprise=OuterRef("pk")).order_by().values("enterprise")
    return Subquery(own.annotate(whole=Sum("area")).values("whole"))


def enterprises_in_building(reader: Reader) -> Any:
    """For buildings: how many enterprises sit there today, each once."""
    here = occupancies_today(reader).filter(unit__building=OuterRef("pk")).order_by().values("unit__building")
    return Coalesce(Subquery(here.annotate(each=Count("enterprise", distinct=True)).values("each")), 0)


SAID_OF_PLACES = (
    "enterprise_id",
    "area",
    "since",
    "unit__number",
    "unit__building__name",
    "unit__floor__number",
)


def with_places_and_contacts(rows: "QuerySet[Enterprise]", reader: Reader) -> "QuerySet[Enterprise]":
    """Rows with ``sitting`` (occupancies today) and ``reachable`` (contacts today, masked): two queries a page."""
    sitting = occupancies_today(reader).select_related("unit__building", "unit__floor").only(*SAID_OF_PLACES)
    sitting = sitting.order_by("unit__building__name", "unit__floor__number", "unit__number")
    return rows.defer("search", "note").prefetch_related(
        Prefetch("occupancies", queryset=sitting, to_attr="sitting"),
        Prefetch("contacts", queryset=contacts_today(reader), to_attr="reachable"),
    )


def contacts(reader: Reader) -> "QuerySet[Contact]":
    """The contacts that exist for this reader, former ones included."""
    found: QuerySet[Contact] = Contact.objects.for_reader(reader)
    return found.select_related("enterprise", "person")


def contacts_today(reader: Reader) -> "QuerySet[Contact]":
    """The contacts of today with their persons; only what is masked is read."""
    found: QuerySet[Contact] = Contact.objects.for_reader(reader)
    masked = [f"person__{f}" for f in ("name_masked", "phone_masked", "identity_masked")]
    own = [
        "enterprise_id",
        "position",
        "since",
        "until",
        "origin",
        "origin_batch",
        "origin_sheet",
        "origin_row",
    ]
    return (
        found.filter(running(timezone.localdate()))
        .select_related("person")
        .only(*own, *masked)
        .order_by("pk")
    )


def places_of(enterprise: Enterprise, reader: Reader) -> tuple[list[Occupancy], list[Occupancy]]:
    """Where it sits today and where it sat or will sit, as far as the reader's scope goes; one query."""
    every = occupancies(reader).filter(enterprise=enterprise).select_related("unit__building", "unit__floor")
    today = timezone.localdate()
    found = list(every.order_by(F("since").desc(nulls_last=True), "unit__number"))
    now = [o for o in found if runs(o, today)]
    return now, [o for o in found if not runs(o, today)]


def runs(occupancy: Occupancy, day: datetime.date) -> bool:
    """Whether it runs on this day; the same as ``running`` says to the database."""
    begun = occupancy.since is None or occupancy.since <= day
    return begun and (occupancy.until is None or occupancy.until > day)


def near_duplicates(enterprise: Enterprise, reader: Reader, most: int = 5) -> list[Enterprise]:
    """Enterprises that may be this one: the same name without its trimmings, or a contact with the same phone."""
    phones = Person.rows_without_a_reader.filter(contact_of__enterprise=enterprise).exclude(phone_digest=b"")
    alike = Q(contacts__person__phone_digest__in=phones.values("phone_digest"))
    if enterprise.name_key:
        alike |= Q(name_key=enterprise.name_key)
    others = enterprises(reader).exclude(pk=enterprise.pk)
    family = Q(parent=enterprise) | Q(pk__in=[enterprise.parent_id] if enterprise.parent_id else [])
    return list(
        others.filter(pk__in=others.filter(alike).values("pk")).exclude(family).order_by("name")[:most]
    )


class _CountsReader:
    """The reader, to whom declared numbers from 3 on may be shown where the smaller ones are not."""

    def __init__(self, reader: User) -> None:
        self.reader = reader

    def visible_rows(self, model: Any) -> Q:
        from_three = policy.rows(self.reader, "tenants.see_declaredcount_from_three", model) & Q(
            members__gte=3
        )
        return self.reader.visible_rows(model) | from_three


def declared_members(enterprise: Enterprise, reader: User) -> DeclaredCount | None:
    """The newest number of party members that a register states for it, if this reader may see that number.

    The organisation line sees every number, the district office those from 3 on, nobody else any.
    """
    dated = DeclaredCount.rows_without_a_reader.filter(enterprise=enterprise).order_by("-as_of")
    visible = DeclaredCount.objects.for_reader(_CountsReader(reader))
    found: DeclaredCount | None = visible.filter(pk=Subquery(dated.values("pk")[:1])).first()
    return found


def declared_by_enterprise(reader: User) -> dict[UUID, int]:
    """The newest number of party members declared for each enterprise, those that this reader may see; one query."""
    newer = DeclaredCount.rows_without_a_reader.filter(
        enterprise=OuterRef("enterprise"), as_of__gt=OuterRef("as_of")
    )
    visible = DeclaredCount.objects.for_reader(_CountsReader(reader)).filter(~Exists(newer))
    return dict(visible.values_list("enterprise_id", "members"))


def branch_offices(enterprise: Enterprise, reader: Reader) -> list[Enterprise]:
    """Its unincorporated branch offices, those the reader sees."""
    return list(enterprises(reader).filter(parent=enterprise).order_by("name"))


def unit_words(occupancy: Occupancy) -> str:
    """「1703」; the floor where the register gives no number, nothing where it gives neither."""
    unit = occupancy.unit
    if unit.number:
        return unit.number
    return floor_words(unit.floor.number) if unit.floor else ""


def floor_words(number: int) -> str:
    """「17 层」, 「地下 1 层」."""
    if number < 0:
        return _("地下 %(number)s 层") % {"number": -number}
    return _("%(number)s 层") % {"number": number}


def place_words(sitting: Sequence[Occupancy]) -> str:
    """「华伟总部大厦 1703、1704；万达广场 902」: where an enterprise sits, by building."""
    by_building: dict[str, list[str]] = {}
    for occupancy in sitting:
        by_building.setdefault(occupancy.unit.building.name, []).append(unit_words(occupancy))
    return "；".join(
        f"{building} {'、'.join(filter(None, units))}".strip() for building, units in by_building.items()
    )


def merged_into(enterprise: Enterprise, reader: Reader) -> list[Enterprise]:
    """The records that were merged into it."""
    return list(Enterprise.rows_without_a_reader.filter(merged_into=enterprise).order_by("name"))

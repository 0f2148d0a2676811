"""Reads of organisations as they are and as they were: always for a reader."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.accounts.rules import ScopeKind
from louyu.core.figures import Place
from louyu.core.lists import Option
from louyu.core.scoping import Reader
from louyu.organisations.models import (
    Appointment,
    CountedMembership,
    Coverage,
    Kind,
    Membership,
    Office,
    Organisation,
    Period,
    Seat,
    Threshold,
)
from louyu.organisations.rules.findings import FEW
from louyu.organisations.rules.kinds import PARTY
from louyu.organisations.rules.thresholds import Thresholds, thresholds
from louyu.places.models import Area
from louyu.tenants.queries import running

Day = datetime.date
HERE = (Membership.Status.ATTACHED, Membership.Status.GUEST)
"""Who counts as served and managed."""
ABOVE = Organisation.scope_paths[ScopeKind.ORGANISATION][1:]
"""Paths to the organisations above one, the nearest first."""


def numbers() -> Thresholds:
    """The numbers that the rules go by in this district. One query."""
    return thresholds(dict(Threshold.rows_without_a_reader.values_list("code", "value")))


def organisations(reader: Reader) -> "QuerySet[Organisation]":
    """The organisations that exist for this reader, dissolved ones too."""
    found: QuerySet[Organisation] = Organisation.objects.for_reader(reader)
    return found


def organisations_today(reader: Reader) -> "QuerySet[Organisation]":
    """Those that are not dissolved."""
    return organisations(reader).filter(dissolved__isnull=True)


def periods(reader: Reader) -> "QuerySet[Period]":
    """What the reader's organisations were, from when until when."""
    found: QuerySet[Period] = Period.objects.for_reader(reader)
    return found


def was_there(day: Day, where: Q | None = None) -> Q:
    """Condition on organisations: it was there on this day, as ``where`` says of what it was then."""
    # A period is read for whoever reads its organisation.
    then = Period.rows_without_a_reader.filter(running(day), where or Q(), organisation=OuterRef("pk"))
    return Q(Exists(then))


def of_kinds(kinds: Sequence[str], reader: Reader, day: Day, place: Place) -> "QuerySet[Organisation]":
    """The organisations that were of these kinds on a day; in a part of the district: with a seat there."""
    found = organisations(reader).filter(was_there(day, Q(kind__in=kinds)))
    if place.buildings is None:
        return found
    seats: QuerySet[Seat] = Seat.objects.for_reader(reader)
    there = seats.filter(running(day), place.q("building"), organisation=OuterRef("pk"))
    return found.filter(Exists(there))


def appointments(reader: Reader) -> "QuerySet[Appointment]":
    """The offices in the reader's organisations, ended ones too, with person and organisation."""
    found: QuerySet[Appointment] = Appointment.objects.for_reader(reader)
    return found.select_related("person", "organisation")


def officers_on(day: Day, reader: Reader) -> "QuerySet[Appointment]":
    """The offices held on a day, the head first, each with its person."""
    found: QuerySet[Appointment] = Appointment.objects.for_reader(reader)
    return found.filter(running(day)).select_related("person")


_RANK = {office.value: place for place, office in enumerate(Office)}


def in_rank(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Offices in the order in which they are named: secretary, deputies, members."""
    return sorted(appointments, key=lambda a: (_RANK[a.office], a.since))


def is_of_the_line(reader: User, organisation: Organisation) -> bool:
    """Whether the reader is of the organisation line of this one."""
    return policy.may(reader, "organisations.see_membership", organisation)


# Members, counted


@dataclass(frozen=True)
class Members:
    """How many belong to an organisation on a day."""

    full: int = 0
    probationary: int = 0
    guests: int = 0

    @property
    def attached(self) -> int:
        """Those whose relation is here."""
        return self.full + self.probationary

    @property
    def managed(self) -> int:
        """Those served and managed, guests too."""
        return self.attached + self.guests


def counted_memberships(reader: Reader, day: Day) -> "QuerySet[CountedMembership]":
    """The memberships that run on a day in the reader's organisations, to be counted."""
    found: QuerySet[CountedMembership] = CountedMembership.objects.for_reader(reader)
    return found.filter(running(day))


def members_of(
    reader: Reader, day: Day, within: "Iterable[UUID] | QuerySet[Any] | None" = None
) -> dict[UUID, Members]:
    """How many belong to each organisation (None: each of the reader's); one query."""
    rows = counted_memberships(reader, day).filter(status__in=HERE)
    if within is not None:
        rows = rows.filter(organisation__in=within)
    told: dict[UUID, Counter[str]] = {}
    for key, status, stage, number in (
        rows.order_by().values_list("organisation_id", "status", "stage").annotate(Count("pk"))
    ):
        told.setdefault(key, Counter())[status if status == Membership.Status.GUEST else stage] += number
    return {key: Members(c["full"], c["probationary"], c["guest"]) for key, c in told.items()}


def tellable_members(reader: User, day: Day, within: Iterable[UUID]) -> dict[UUID, Members]:
    """The same, without those that are so few that only the organisation line of each may be told; two queries."""
    keys = list(within)
    told = members_of(reader, day, keys)
    own = policy.rows(reader, "organisations.see_membership", Organisation)
    line = set(organisations(reader).filter(own, pk__in=keys).values_list("pk", flat=True))
    return {key: m for key, m in told.items() if key in line or m.attached >= FEW}


# The tree

GROUND = Case(When(area__kind=Area.Kind.COMMUNITY, then=F("area__parent")), default=F("area"))
"""The subdistrict in which a period's area lies."""


@dataclass
class Node:
    """One organisation of the tree as it was on a day. below: how many stand directly under it."""

    organisation: Organisation
    name: str
    kind: str
    below: int
    members: Members | None = None
    covers: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def kind_words(self) -> str:
        """The kind, where the name does not end with it already."""
        words = str(Kind(self.kind).label)
        return "" if self.name.endswith(words) else words


@dataclass(frozen=True)
class Ground:
    """A subdistrict with the organisations that stand at the top of the tree there."""

    area: Area | None
    tops: int
    nodes: list[Node]


def _standing(reader: Reader, day: Day) -> "QuerySet[Period]":
    own = periods(reader).filter(running(day)).select_related("organisation")
    lower = Period.rows_without_a_reader.filter(running(day), parent=OuterRef("organisation"))
    number = lower.order_by().values("parent").annotate(each=Count("pk")).values("each")
    return own.annotate(below=Coalesce(Subquery(number), 0))


def _nodes(found: Iterable[Period], reader: User, day: Day) -> list[Node]:
    """The nodes of these periods with what each covers and how many belong to it; three queries and their own."""
    told = list(found)
    keys = [p.organisation_id for p in told]
    covers = dict(
        Coverage.objects.for_reader(reader)
        .filter(running(day), organisation__in=keys)
        .order_by()
        .values_list("organisation")
        .annotate(Count("pk"))
    )
    members = tellable_members(reader, day, keys)
    nodes = [
        Node(
            p.organisation,
            p.name,
            p.kind,
            getattr(p, "below", 0),
            members.get(p.organisation_id),
            covers.get(p.organisation_id, 0),
        )
        for p in told
    ]
    order = [kind.value for kind in Kind]
    return sorted(nodes, key=lambda n: (order.index(n.kind), n.name))


def tops(reader: Reader, day: Day) -> "QuerySet[Period]":
    """What stands at the top for this reader on a day: under nothing, or under what they do not see."""
    seen = organisations(reader).filter(was_there(day)).values("pk")
    return _standing(reader, day).filter(Q(parent__isnull=True) | ~Q(parent__in=seen))


def grounds(reader: User, day: Day, *, most: int = 200) -> list[Ground]:
    """The top of the tree by subdistrict; the organisations themselves only where there are not too many.

    A constant number of queries: six, or two where there are more than ``most``.
    """
    found = tops(reader, day).annotate(ground=GROUND).order_by("name")
    sizes = Counter(found.order_by().values_list("ground", flat=True))
    known = Area.objects.for_reader(reader).in_bulk([key for key in sizes if key])
    nodes: dict[UUID | None, list[Node]] = {}
    if sum(sizes.values()) <= most:
        there = list(found)
        ground_of = {p.organisation_id: getattr(p, "ground", None) for p in there}
        for node in _nodes(there, reader, day):
            nodes.setdefault(ground_of[node.organisation.pk], []).append(node)
    made = [Ground(known.get(key), number, nodes.get(key, [])) for key, number in sizes.items()]
    return sorted(made, key=lambda g: (g.area is None, g.area.name if g.area else ""))


def tops_in(area: Area, reader: User, day: Day) -> list[Node]:
    """What stands at the top of the tree in one subdistrict or community; four queries."""
    there = tops(reader, day).filter(Q(area=area) | Q(area__parent=area))
    return _nodes(there, reader, day)


def below(organisation: Organisation, reader: User, day: Day) -> list[Node]:
    """What stood directly under an organisation on a day; four queries."""
    return _nodes(_standing(reader, day).filter(parent=organisation), reader, day)


def path_to(organisation: Organisation, reader: Reader) -> list[Organisation]:
    """The organisations above it today that the reader sees, the top first; two queries."""
    up = organisations(reader).filter(pk=organisation.pk).values_list(*ABOVE).first() or ()
    known = organisations(reader).in_bulk([key for key in up if key])
    return [known[key] for key in reversed(up) if key in known]


# One organisation


def period_on(organisation: Organisation, reader: Reader, day: Day) -> Period | None:
    """What it was on a day; None where it was not there."""
    found = periods(reader).filter(running(day), organisation=organisation)
    return found.select_related("parent", "area__parent").first()


def history_of(organisation: Organisation, reader: Reader) -> list[Period]:
    """What it was, newest first."""
    found = periods(reader).filter(organisation=organisation).select_related("parent", "area")
    return list(found.order_by(F("since").desc(nulls_last=True)))


def seats_today(reader: Reader) -> "QuerySet[Seat]":
    """Where the reader's organisations sit today."""
    found: QuerySet[Seat] = Seat.objects.for_reader(reader)
    return found.filter(running(timezone.localdate())).order_by("pk")


def seats_of(organisation: Organisation, reader: Reader, day: Day) -> list[Seat]:
    """The buildings in which it sat on a day."""
    found: QuerySet[Seat] = Seat.objects.for_reader(reader)
    there = found.filter(running(day), organisation=organisation).select_related("building")
    return list(there.order_by("building__name"))


def coverages_of(organisation: Organisation, reader: Reader, day: Day) -> list[Coverage]:
    """The enterprises that it covered on a day."""
    found: QuerySet[Coverage] = Coverage.objects.for_reader(reader)
    there = found.filter(running(day), organisation=organisation).select_related("enterprise")
    return list(there.order_by("enterprise__name"))


def officers_of(
    organisation: Organisation, reader: Reader, day: Day
) -> tuple[list[Appointment], list[Appointment]]:
    """Who held its offices on a day, and who held them before, the latest first; one query."""
    every: QuerySet[Appointment] = Appointment.objects.for_reader(reader)
    own = list(every.filter(organisation=organisation).select_related("person").order_by("-since"))
    now = [a for a in own if a.since <= day and (a.until is None or a.until > day)]
    return in_rank(now), [a for a in own if a.until is not None and a.until <= day]


def superior_options(reader: Reader) -> list[Option]:
    """What others may stand under, by kind and name; one query."""
    kinds = [kind.value for kind in PARTY]
    found = organisations_today(reader).filter(kind__in=kinds).order_by("name")
    told = sorted(found.values_list("pk", "name", "kind"), key=lambda row: kinds.index(row[2]))
    return [Option(str(key), name) for key, name, _kind in told]


# Figures


def managed(reader: Reader, day: Day, place: Place) -> "QuerySet[CountedMembership]":
    """The memberships of those attached or guests on a day; each person counts once."""
    return _placed(counted_memberships(reader, day).filter(status__in=HERE), reader, day, place)


def homed(reader: Reader, day: Day, place: Place) -> "QuerySet[CountedMembership]":
    """The memberships by which somebody who was with no organisation came to one, until this day."""
    found: QuerySet[CountedMembership] = CountedMembership.objects.for_reader(reader)
    return _placed(found.filter(homed=True, since__lte=day), reader, day, place)


def _placed(
    found: "QuerySet[CountedMembership]", reader: Reader, day: Day, place: Place
) -> "QuerySet[CountedMembership]":
    if place.buildings is None:
        return found
    seats: QuerySet[Seat] = Seat.objects.for_reader(reader)
    there = seats.filter(running(day), place.q("building"), organisation=OuterRef("organisation"))
    return found.filter(Exists(there))

"""What is to be done about the reader's organisations: the rules asked about all of them in one pass."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.core.scoping import Reader
from louyu.organisations.finding_words import Said, said
from louyu.organisations.models import (
    Appointment,
    Coverage,
    Membership,
    Office,
    Organisation,
    Seat,
    Transfer,
)
from louyu.organisations.queries import (
    Members,
    counted_memberships,
    is_of_the_line,
    members_of,
    numbers,
    organisations_today,
)
from louyu.organisations.rules.findings import (
    FEW,
    Code,
    Finding,
    Standing,
    findings,
    members_without_branch,
    probation_is_over,
    units_without_branch,
)
from louyu.organisations.rules.kinds import BRANCHES
from louyu.organisations.rules.kinds import Kind as KindCode
from louyu.organisations.rules.terms import letter_valid_until
from louyu.organisations.rules.thresholds import Thresholds
from louyu.places.models import Area, Unit
from louyu.places.queries import areas
from louyu.tenants.models import DeclaredCount
from louyu.tenants.queries import declared_by_enterprise, entries, occupancies_today, running

Day = datetime.date
LOOKED_UP = 300
"""Up to so many organisations are looked up by their keys, beyond it all of the reader's are read."""
BRANCH_KINDS = tuple(kind.value for kind in BRANCHES)


def standings(reader: User, day: Day, of: "QuerySet[Organisation]", rules: Thresholds) -> list[Standing]:
    """These organisations as the rules look at them; a constant number of queries.

    of: organisations of the reader that are there on the day.
    """
    rows = list(of.values_list("pk", "kind", "parent_id", "founded"))
    keys = {key for key, *_more in rows}
    within = None if len(keys) > LOOKED_UP else keys
    members = members_of(reader, day, within)
    offices = _offices(reader, day, within)
    units, twice = _units(reader, day, within)
    venues = _venues(reader, day, within)
    probation = _probation_over(reader, day, within, rules)
    letters = _letters_run_out(reader, day, within, rules)
    told = []
    for key, kind, parent, founded in rows:
        attached = members.get(key, Members())
        secretaries, seated, term_end = offices.get(key, (0, 0, None))
        told.append(
            Standing(
                key,
                KindCode(kind),
                full=attached.full,
                probationary=attached.probationary,
                secretaries=secretaries,
                committee=seated,
                term_end=term_end,
                units=units.get(key, {}),
                covered_twice=twice[key],
                superior=parent is not None,
                venue=venues.get(key),
                founded=founded,
                probation_over=probation[key],
                letters_run_out=letters[key],
            )
        )
    return told


def _within(rows: "QuerySet[Any]", within: Iterable[UUID] | None) -> "QuerySet[Any]":
    return rows if within is None else rows.filter(organisation__in=within)


def _offices(reader: Reader, day: Day, within: Any) -> dict[UUID, tuple[int, int, Day | None]]:
    """Secretaries, seats of the committee, end of the term that runs, of each organisation; one query."""
    rows = _within(Appointment.objects.for_reader(reader).filter(running(day)), within)
    told = (
        rows.order_by()
        .values("organisation")
        .annotate(
            secretaries=Count("pk", filter=Q(office=Office.SECRETARY)),
            seated=Count("person", distinct=True),
            term_ends=Max("term_end"),
        )
    )
    wanted = ("organisation", "secretaries", "seated", "term_ends")
    return {key: (secretaries, seated, end) for key, secretaries, seated, end in told.values_list(*wanted)}


def _units(reader: User, day: Day, within: Any) -> tuple[dict[UUID, dict[UUID, int | None]], Counter[UUID]]:
    """The enterprises that each branch covers, with their full members where the reader may know them.

    And how many of them another branch covers too. Three queries.
    """
    every: QuerySet[Coverage] = Coverage.objects.for_reader(reader)
    rows = every.filter(running(day), organisation__kind__in=BRANCH_KINDS)
    pairs = list(_within(rows, within).order_by().values_list("organisation_id", "enterprise_id"))
    others = rows.filter(enterprise=OuterRef("enterprise")).exclude(organisation=OuterRef("organisation"))
    twice = Counter(_within(rows, within).filter(Exists(others)).values_list("organisation_id", flat=True))
    known = full_members_by_enterprise(reader, day)
    units: dict[UUID, dict[UUID, int | None]] = {}
    for organisation, enterprise in pairs:
        units.setdefault(organisation, {})[enterprise] = known.get(enterprise)
    return units, twice


def full_members_by_enterprise(reader: User, day: Day) -> dict[UUID, int]:
    """Full members of enterprises as far as the reader may know them: on a roster or declared, whichever is more.

    The organisation line knows all, others only declared numbers from 3 on. Two queries.
    """
    rows: QuerySet[Membership] = Membership.objects.for_reader(reader)
    full = rows.filter(running(day), stage=Membership.Stage.FULL, enterprise__isnull=False).exclude(
        status=Membership.Status.GUEST
    )
    known = dict(full.order_by().values_list("enterprise").annotate(Count("pk")))
    for key, members in declared_by_enterprise(reader).items():
        known[key] = max(members, known.get(key, 0))
    return known


def _venues(reader: Reader, day: Day, within: Any) -> dict[UUID, bool]:
    """Whether a branch's building has a shared party space; branches whose seat is not known are left out."""
    seats: QuerySet[Seat] = Seat.objects.for_reader(reader)
    rows = _within(seats.filter(running(day), organisation__kind__in=BRANCH_KINDS), within)
    shared = Unit.rows_without_a_reader.filter(use=Unit.Use.PARTY, building=OuterRef("building"))
    venues: dict[UUID, bool] = {}
    known = rows.order_by().annotate(shared=Exists(shared))
    for key, there in known.values_list("organisation_id", "shared"):
        venues[key] = venues.get(key, False) or there
    return venues


def _probation_over(reader: Reader, day: Day, within: Any, rules: Thresholds) -> Counter[UUID]:
    """How many probationary members of each organisation are due; only the line is told, and opens the days."""
    rows: QuerySet[Membership] = Membership.objects.for_reader(reader)
    waiting = rows.filter(
        running(day), stage=Membership.Stage.PROBATIONARY, status=Membership.Status.ATTACHED
    ).exclude(joined_sealed=b"")
    opened = (
        _within(waiting, within)
        .select_related("person")
        .only("organisation_id", "joined_sealed", "person__key_sealed")
    )
    return Counter(m.organisation_id for m in opened if probation_is_over(m.joined_on, day, rules))


def _letters_run_out(reader: Reader, day: Day, within: Any, rules: Thresholds) -> Counter[UUID]:
    """How many letters on their way to each organisation ran out; only the line is told."""
    rows: QuerySet[Transfer] = Transfer.objects.for_reader(reader)
    going = rows.filter(state="let_go", letter_on__isnull=False, to_organisation__isnull=False)
    if within is not None:
        going = going.filter(to_organisation__in=within)
    return Counter(
        key
        for key, letter in going.values_list("to_organisation_id", "letter_on")
        if letter is not None and letter_valid_until(letter, rules) <= day
    )


@dataclass(frozen=True)
class WorkRow:
    """One line of the list of work: about what, its page, and the finding in words."""

    subject: str
    link: str
    place: str
    said: Said

    @property
    def code(self) -> Code:
        """What kind of finding it is."""
        return self.said.finding.code


def work_rows(reader: User, day: Day | None = None) -> list[WorkRow]:
    """What is to be done about the reader's organisations, members and enterprises, gravest first.

    A constant number of queries, one pass over the organisations.
    """
    day = day or timezone.localdate()
    rules, mine = numbers(), organisations_today(reader)
    told = [f for of in standings(reader, day, mine, rules) for f in findings(of, day, rules)]
    rows = _rows_of_organisations(told, reader)
    rows += _rows_of_areas(reader, day)
    rows += _rows_of_units(reader, day)
    rows += _rows_of_small_units(reader, day)
    return sorted(rows, key=lambda row: row.said.finding.place)


def findings_of(organisation: Organisation, reader: User, day: Day) -> list[Said]:
    """What is to be done about one organisation, in words."""
    rules = numbers()
    one = organisations_today(reader).filter(pk=organisation.pk)
    line = is_of_the_line(reader, organisation)
    return [
        said(found, line=line)
        for of in standings(reader, day, one, rules)
        for found in findings(of, day, rules)
    ]


def _rows_of_organisations(told: Sequence[Finding], reader: User) -> list[WorkRow]:
    keys = {found.subject for found in told}
    mine = organisations_today(reader).select_related("area")
    own = policy.rows(reader, "organisations.see_membership", Organisation)
    line = set(mine.filter(own).values_list("pk", flat=True)) if told else set()
    named = {
        key: (name, area or "")
        for key, name, area in mine.values_list("pk", "name", "area__name")
        if key in keys
    }
    return [
        WorkRow(
            named[key][0],
            reverse("organisations:organisation", args=[key]),
            named[key][1],
            said(found, line=key in line),
        )
        for found in told
        if (key := _key(found)) in named
    ]


def _place(area: Area) -> str:
    return area.parent.name if area.parent else ""


def _key(found: Finding) -> UUID:
    assert isinstance(found.subject, UUID)
    return found.subject


def _rows_of_areas(reader: User, day: Day) -> list[WorkRow]:
    """Members whose relation is with no organisation: by community, counted; two queries."""
    rows = counted_memberships(reader, day).filter(
        status__in=(Membership.Status.UNATTACHED, Membership.Status.TRANSFER_PENDING)
    )
    by_area = dict(rows.filter(area__isnull=False).order_by().values_list("area").annotate(Count("pk")))
    if not by_area:
        return []
    named = areas(reader).in_bulk(list(by_area))
    of_line = policy.rows(reader, "organisations.see_membership", Area)
    own = set(areas(reader).filter(of_line).values_list("pk", flat=True))
    return [
        WorkRow(
            named[key].name,
            f"{reverse('organisations:organisation_list')}?area={key}",
            _place(named[key]),
            said(found, line=key in own),
        )
        for found in members_without_branch(by_area)
        if (key := _key(found)) in named
    ]


def units_to_home(reader: User, day: Day) -> list[Finding]:
    """Enterprises with full members that no branch covers, as far as the reader may know of them. Three queries."""
    return units_without_branch(full_members_by_enterprise(reader, day), covered_enterprises(day))


def covered_enterprises(day: Day) -> set[UUID]:
    """The enterprises that some branch covers, whoever sees that branch: keys only. One query."""
    running_ones = Coverage.rows_without_a_reader.filter(running(day), organisation__kind__in=BRANCH_KINDS)
    return set(running_ones.values_list("enterprise_id", flat=True))


def _rows_of_units(reader: User, day: Day) -> list[WorkRow]:
    """Enterprises with members and no branch, each with its proposals behind the link; five queries."""
    told = units_to_home(reader, day)
    named = entries(reader).in_bulk([found.subject for found in told])
    sitting = occupancies_today(reader).filter(enterprise__in=list(named))
    places = dict(sitting.order_by("since").values_list("enterprise_id", "unit__building__name"))
    return [
        WorkRow(
            named[key].name,
            reverse("organisations:proposals", args=[key]),
            places.get(key, ""),
            said(found, line=True),
        )
        for found in told
        if (key := _key(found)) in named
    ]


def _rows_of_small_units(reader: User, day: Day) -> list[WorkRow]:
    """For the office, which is told no number below 3: how many such enterprises there are in each community."""
    if not policy.everywhere(reader, "tenants.see_declaredcount_from_three"):
        return []
    newer = DeclaredCount.rows_without_a_reader.filter(
        enterprise=OuterRef("enterprise"), as_of__gt=OuterRef("as_of")
    )
    small = DeclaredCount.rows_without_a_reader.filter(
        ~Exists(newer), members__gt=0, members__lt=FEW, enterprise__merged_into__isnull=True
    )
    without = set(small.values_list("enterprise_id", flat=True)) - covered_enterprises(day)
    sitting = occupancies_today(reader).filter(unit__building__area__isnull=False)
    where = sitting.order_by().values_list("enterprise_id", "unit__building__area_id").distinct()
    sizes = Counter(area for enterprise, area in where if enterprise in without)
    named = areas(reader).in_bulk(list(sizes))
    return [
        WorkRow(
            named[key].name,
            "",
            _place(named[key]),
            said(Finding(Code.UNITS_WITHOUT_BRANCH, key, persons=number), line=False),
        )
        for key, number in sizes.most_common()
    ]


@dataclass(frozen=True)
class Pile:
    """All lines of one kind, of which the first are shown: what it is, what to do, the rules behind it."""

    code: Code
    what: str
    mend: str
    sources: str
    number: int
    rows: list[WorkRow]


def piles(rows: Iterable[WorkRow], *, most: int) -> list[Pile]:
    """The lines by kind, the gravest first; of each kind so many at most."""
    by_code: dict[Code, list[WorkRow]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    return [
        Pile(
            code,
            told[0].said.what,
            told[0].said.mend,
            "；".join(dict.fromkeys(row.said.source for row in told)),
            len(told),
            told[:most],
        )
        for code, told in by_code.items()
    ]

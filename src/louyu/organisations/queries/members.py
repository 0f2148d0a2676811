"""Members who are with no organisation and where they could go; transfers on their way. For the organisation line."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.core.scoping import Reader
from louyu.organisations.models import Coverage, Membership, Organisation, Seat, Transfer
from louyu.organisations.queries import numbers, organisations_today
from louyu.organisations.rules.kinds import HOLDS_MEMBERS, Kind
from louyu.organisations.rules.terms import letter_valid_until
from louyu.organisations.states import ASKED, LET_GO, TRANSFERS
from louyu.people.models import Person
from louyu.people.queries import shown_openly
from louyu.tenants.models import Occupancy
from louyu.tenants.queries import running

Day = datetime.date
ANSWER_DAYS = 30
"""So long an asked transfer may wait for its letter before it is told as overdue. Source: the district's practice."""


def memberships(reader: Reader) -> "QuerySet[Membership]":
    """The memberships that exist for this reader."""
    found: QuerySet[Membership] = Membership.objects.for_reader(reader)
    return found.select_related("person", "organisation", "area", "enterprise")


def transfers(reader: Reader) -> "QuerySet[Transfer]":
    """The transfers of which the reader is the line of one side, newest first."""
    found: QuerySet[Transfer] = Transfer.objects.for_reader(reader)
    return found.select_related("person", "from_organisation", "to_organisation").order_by("-asked_on", "-pk")


@dataclass(frozen=True)
class Home:
    """An organisation to which somebody could go, and why."""

    organisation: Organisation
    why: str


@dataclass(frozen=True)
class Homeless:
    """A member who is with no organisation, the homes proposed, and whether the roster may know them already."""

    membership: Membership
    homes: list[Home]
    known: bool


def without_organisation(reader: User, day: Day) -> list[Homeless]:
    """The members of the reader's area who are with no organisation, who waits longest first; eight queries."""
    rows = memberships(reader).filter(
        status=Membership.Status.UNATTACHED, until__isnull=True, person__key_sealed__gt=b""
    )
    found = list(rows.order_by("since", "pk")[:MOST_AT_ONCE])
    homes = homes_for(found, reader, day)
    known = _known_elsewhere(found, reader)
    return [Homeless(m, homes[m.pk], m.person_id in known) for m in found]


def _known_elsewhere(found: list[Membership], reader: Reader) -> set[UUID]:
    """Those whose name and telephone stand in a roster of the reader's, too: perhaps the same human."""
    digests = {(bytes(m.person.name_digest), bytes(m.person.phone_digest)): m.person_id for m in found}
    alike = memberships(reader).filter(
        organisation__isnull=False,
        until__isnull=True,
        person__phone_digest__in={phone for _n, phone in digests},
    )
    told = {(bytes(m.person.name_digest), bytes(m.person.phone_digest)) for m in alike}
    return {person for key, person in digests.items() if key in told and key[1]}


def homes_for(found: list[Membership], reader: User, day: Day) -> dict[UUID, list[Home]]:
    """Membership → proposed homes: what covers the enterprise, then joint branches of its building, of its area."""
    units = {m.enterprise_id for m in found if m.enterprise_id}
    possible = {
        o.pk: o
        for o in organisations_today(reader)
        .filter(kind__in=[k.value for k in HOLDS_MEMBERS])
        .order_by("name")
    }
    covering: dict[UUID, list[UUID]] = defaultdict(list)
    covered = Coverage.objects.for_reader(reader).filter(enterprise__in=units).filter(running(day))
    for enterprise, organisation in covered.values_list("enterprise", "organisation"):
        covering[enterprise].append(organisation)
    sits = _buildings(units, reader, day)
    seated: dict[UUID, list[UUID]] = defaultdict(list)
    seats = Seat.objects.for_reader(reader).filter(
        running(day), building__in={b for s in sits.values() for b in s}
    )
    for building, organisation in seats.values_list("building", "organisation"):
        seated[building].append(organisation)
    return {m.pk: list(_homes(m, possible, covering, sits, seated))[:MOST_HOMES] for m in found}


MOST_AT_ONCE = 200
"""Members of the work list at once: who is dealt with makes room for the next."""
MOST_HOMES = 5


def _buildings(units: set[UUID], reader: User, day: Day) -> dict[UUID, set[UUID]]:
    sits: dict[UUID, set[UUID]] = defaultdict(set)
    occupancies = Occupancy.objects.for_reader(reader).filter(running(day), enterprise__in=units)
    for enterprise, building in occupancies.values_list("enterprise", "unit__building"):
        sits[enterprise].add(building)
    return sits


def _homes(
    membership: Membership,
    possible: dict[UUID, Organisation],
    covering: dict[UUID, list[UUID]],
    sits: dict[UUID, set[UUID]],
    seated: dict[UUID, list[UUID]],
) -> Iterable[Home]:
    told: set[UUID] = set()

    def new(keys: Iterable[UUID], why: str, kinds: tuple[str, ...] = ()) -> Iterable[Home]:
        for key in keys:
            one = possible.get(key)
            if one is not None and key not in told and (not kinds or one.kind in kinds):
                told.add(key)
                yield Home(one, why)

    unit: Any = membership.enterprise_id
    yield from new(covering.get(unit, ()), _("覆盖所在单位"))
    joint = (Kind.JOINT_BRANCH.value,)
    for building in sits.get(unit, ()):
        yield from new(seated.get(building, ()), _("同一幢楼"), joint)
    near = [key for key, o in possible.items() if o.area_id == membership.area_id]
    yield from new(near, _("同一社区"), joint)


@dataclass(frozen=True)
class Told:
    """A transfer with its deadline: the letter's, or the one for an answer."""

    transfer: Transfer
    until: Day
    overdue: bool


def open_transfers(reader: User, day: Day) -> list[Told]:
    """The reader's transfers that are on their way, the one that ends first first."""
    found = transfers(reader).filter(state__in=TRANSFERS.open_states)
    return sorted((told(t, day) for t in found), key=lambda one: (one.until, one.transfer.pk))


def told(transfer: Transfer, day: Day) -> Told:
    """A transfer with the first day on which it is late."""
    if transfer.state == LET_GO and transfer.letter_on is not None:
        until = letter_valid_until(transfer.letter_on, numbers())
    else:
        until = transfer.asked_on + datetime.timedelta(days=ANSWER_DAYS)
    return Told(transfer, until, day >= until and transfer.state in (ASKED, LET_GO))


def openly(organisation: Organisation) -> list[str]:
    """The names of the members of an organisation who show their membership openly; whoever sees it may read them."""
    persons = Person.rows_without_a_reader.filter(
        memberships__organisation=organisation, memberships__until__isnull=True
    )
    showing = shown_openly(persons).select_related("person")
    return sorted(c.person.opened("name") for c in showing if not c.person.erased)

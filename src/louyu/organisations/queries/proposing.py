"""Proposals for enterprises with too few members for a branch of their own, put into words."""

import datetime
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.core.coordinates import kilometres_between
from louyu.organisations.models import Coverage, Kind, Organisation
from louyu.organisations.queries import numbers, organisations_today, seats_today
from louyu.organisations.queries.work import covered_enterprises, full_members_by_enterprise
from louyu.organisations.rules.founding import may_found_branch
from louyu.organisations.rules.joint import Joint, Proposal, Unit, proposals
from louyu.organisations.rules.thresholds import Thresholds
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises, occupancies_today, running

Day = datetime.date


@dataclass(frozen=True)
class SaidProposal:
    """A proposal in words: whom to join or with whom to found, why it fits, and what it costs."""

    joins: Organisation | None
    partners: list[tuple[Enterprise, int]]
    """Each with its full members."""
    proposal: Proposal
    reasons: list[str]
    costs: list[str]

    @property
    def keys(self) -> list[UUID]:
        """The keys of the partners, for the form that founds."""
        return [enterprise.pk for enterprise, _members in self.partners]


@dataclass(frozen=True)
class Proposed:
    """What is proposed for one enterprise. founds: it has members enough for a branch of its own."""

    full_members: int
    founds: bool
    covered: bool
    said: list[SaidProposal]
    rules: Thresholds


def proposed(enterprise: Enterprise, reader: User, day: Day) -> Proposed:
    """How an enterprise of the reader comes to a branch; a constant number of queries."""
    known, covered, rules = full_members_by_enterprise(reader, day), covered_enterprises(day), numbers()
    own = known.get(enterprise.pk, 0)
    founds = may_found_branch(own, rules).holds
    answer = Proposed(own, founds, enterprise.pk in covered, [], rules)
    if founds or answer.covered or own == 0:
        return answer
    joints = _joint_branches(reader, day)
    wanted = {key for key, members in known.items() if members and key not in covered}
    everybody = wanted | {key for units in joints.values() for key in units}
    units = _units(everybody, known, reader)
    if enterprise.pk not in units:
        return answer
    found = proposals(
        units[enterprise.pk],
        [units[key] for key in wanted if key in units],
        [Joint(key, tuple(units[k] for k in keys if k in units)) for key, keys in joints.items()],
        _metres(reader),
        rules,
    )
    named = enterprises(reader).in_bulk([u.key for p in found for u in p.partners])
    branches = organisations_today(reader).in_bulk([p.joins for p in found if p.joins])
    answer.said.extend(_said(p, named, branches) for p in found)
    return answer


def where_they_sit(named: Iterable[Enterprise], reader: User) -> tuple[list[Building], Organisation | None]:
    """The buildings in which enterprises sit today, and what a branch for them stands under.

    That is the one building committee there, else the one community committee; None where there is none or are more.
    """
    sitting = occupancies_today(reader).filter(enterprise__in=named).values("unit__building")
    houses = list(buildings(reader).filter(pk__in=sitting).order_by("name"))
    today = organisations_today(reader)
    seats = seats_today(reader).filter(building__in=houses).values("organisation")
    for above in (
        today.filter(kind=Kind.BUILDING_COMMITTEE, pk__in=seats),
        today.filter(kind=Kind.COMMUNITY_COMMITTEE, area__in=[house.area_id for house in houses]),
    ):
        found = list(above[:2])
        if len(found) == 1:
            return houses, found[0]
    return houses, None


def _joint_branches(reader: User, day: Day) -> dict[UUID, list[UUID]]:
    found: Any = Coverage.objects.for_reader(reader).filter(
        running(day), organisation__kind=Kind.JOINT_BRANCH, organisation__dissolved__isnull=True
    )
    joints: dict[UUID, list[UUID]] = {}
    for organisation, unit in found.values_list("organisation_id", "enterprise_id"):
        joints.setdefault(organisation, []).append(unit)
    return joints


def _units(keys: set[UUID], known: dict[UUID, int], reader: User) -> dict[UUID, Unit]:
    """These enterprises as the rule looks at them, those that sit in a building today; one query."""
    rows = occupancies_today(reader).filter(enterprise__in=keys).order_by("-since", "pk")
    told = rows.values_list(
        "enterprise_id", "unit__building_id", "enterprise__industry_section", "enterprise__industry_class"
    )
    return {
        key: Unit(key, building, known.get(key, 0), section + code) for key, building, section, code in told
    }


def _metres(reader: User) -> Any:
    """Distances between the reader's buildings; one query."""
    placed = buildings(reader).values_list("pk", "longitude", "latitude")
    points: dict[Hashable, tuple[float, float]] = {
        key: (longitude, latitude)
        for key, longitude, latitude in placed
        if longitude is not None and latitude is not None
    }

    def between(one: Hashable, other: Hashable) -> float | None:
        if one not in points or other not in points:
            return None
        return 1000 * kilometres_between(points[one], points[other])

    return between


def _said(found: Proposal, named: dict[Any, Enterprise], branches: dict[Any, Organisation]) -> SaidProposal:
    others = found.units - 1
    reasons = [_("合计正式党员 %s 名") % found.full_members]
    if found.same_building:
        reasons.append(_("在同一幢楼"))
    if found.alike == others:
        reasons.append(_("行业大类相同"))
    elif found.unlike == 0:
        reasons.append(_("行业门类相同"))
    if found.joins:
        reasons.append(_("支部已经在运转"))
    costs = [_("覆盖 %s 个单位") % found.units]
    if not found.same_building:
        costs.append(_("最远相距约 %s 米") % int(round(found.metres, -1)))
    if found.unlike:
        costs.append(_("%s 个单位行业不同") % found.unlike)
    if found.left_behind:
        costs.append(_("同楼还剩 %s 家没有组织") % found.left_behind)
    return SaidProposal(
        branches.get(found.joins) if found.joins else None,
        [(named[u.key], u.full_members) for u in found.partners if u.key in named],
        found,
        reasons,
        costs,
    )

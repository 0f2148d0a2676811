"""Which organisation a roster means: one on record, or one that is founded by being named there.

A roster is the organisation's own list, so a branch that it names and nobody entered yet is founded with this origin,
without a question. 「联合党支部」 without a name of its own is that of the building in which the enterprise sits.
"""

import re
from functools import lru_cache
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.core.words import name_key, normalise, search_text
from louyu.organisations.models import Coverage, Kind, Organisation, Period, Seat
from louyu.places.models import Area, Building
from louyu.tenants.models import Enterprise, Occupancy
from louyu.tenants.queries import running
from louyu.workbooks.declare import Choice, Context, Entry, Plan, Question

_PARTY = re.compile(r"\A(?:中国共产党|中共)")
_ENDS = re.compile(
    r"(?:联合)?(?:党支部委员会|支部委员会|党总支部委员会|总支部委员会|党委会|党支部|党总支部|党总支|支部|党委|委员会)\Z"
)
_NAMED = re.compile(
    r"[\w（）()·]{0,60}?(?:党支部委员会|支部委员会|总支部委员会|党支部|联合支部|党总支|支部|党委)(?=\W|党员|花名|名册|在册|\Z)"
)
_NO_NAME = re.compile(
    r"(?:楼企|楼宇|企业|两新|非公|各|本|我|联合|第[一二三四五六七八九十\d]+|\d+|全体|社区|街道|所属|下属)*\Z"
)
MOST_CHOICES = 6
LEADING = (Kind.COMMUNITY_COMMITTEE, Kind.BUILDING_COMMITTEE)


@lru_cache(maxsize=4096)
def organisation_key(name: str) -> str:
    """The key by which two spellings of an organisation's name are found (中共…支部委员会, …党支部)."""
    stem = own_unit(name)
    return f"{kind_of(name).value}:{name_key(stem) if stem else ''}"


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind:
    """What an organisation is by its name; a branch where nothing says otherwise."""
    if "社区" in name and "大党委" in name:
        return Kind.COMMUNITY_COMMITTEE
    if "综合党委" in name:
        return Kind.BUILDING_COMMITTEE
    if "联合" in name and "支部" in name and "总支" not in name:
        return Kind.JOINT_BRANCH
    if "总支" in name:
        return Kind.GENERAL_BRANCH
    if "支部" not in name and ("党委" in name or name.endswith("委员会")):
        return Kind.COMMITTEE
    return Kind.BRANCH


def own_unit(name: str) -> str:
    """The unit that a branch is named after: 「中共海信律师事务所支部委员会」 → 「海信律师事务所」."""
    return _ENDS.sub("", _PARTY.sub("", normalise(name).replace(" ", "")))


def has_own_name(name: str) -> bool:
    """Whether a name says which organisation it is; 「联合党支部」 and 「本支部」 do not."""
    return not _NO_NAME.match(own_unit(name))


def organisation_in(text: str) -> str | None:
    """The organisation that a title or a sheet's name speaks of; None where it names none."""
    found = _NAMED.search(normalise(text))
    return found[0] if found and has_own_name(found[0]) else None


class Enterprises:
    """The enterprises on record by name, where each sits today, and those that this file adds."""

    def __init__(self, plan: Plan, context: Context) -> None:
        self.plan, self.context = plan, context
        self.by_name: dict[str, list[Enterprise]] = {}
        self.by_key: dict[str, list[Enterprise]] = {}
        for enterprise in Enterprise.rows_without_a_reader.filter(merged_into__isnull=True).iterator(5000):
            self.by_name.setdefault(enterprise.name, []).append(enterprise)
            self.by_key.setdefault(enterprise.name_key, []).append(enterprise)
        self.sits: dict[UUID, UUID] = {}
        seats = Occupancy.rows_without_a_reader.filter(running(timezone.localdate())).order_by("pk")
        for enterprise_id, building in seats.values_list("enterprise", "unit__building").iterator(5000):
            self.sits.setdefault(enterprise_id, building)
        self.buildings = {b.pk: b for b in Building.rows_without_a_reader.select_related("area")}

    def called(self, name: str) -> Enterprise | None:
        """The enterprise on record of this name; of several one that sits in a building."""
        known = self.by_name.get(name) or self.by_key.get(name_key(name), []) if name else []
        return next((e for e in known if e.pk in self.sits), known[0] if known else None)

    def of(self, organisation: Organisation) -> Enterprise | None:
        """The enterprise on record whose own branch it is by its name."""
        return self.called(own_unit(organisation.name)) if organisation.kind == Kind.BRANCH else None

    def named(self, name: str, entry: Entry) -> Enterprise:
        """The enterprise of this name; one that nobody knows yet is new, with what is known of it: its name."""
        known = self.called(name)
        if known is not None:
            return known
        fresh = Enterprise(
            name=name[:120],
            name_key=name_key(name)[:120],
            search=search_text(name)[:800],
            **self.context.origin(entry),
        )
        self.plan.writes.make(fresh)
        self.by_name[name] = [fresh]
        self.by_key.setdefault(fresh.name_key, []).append(fresh)
        return fresh

    def building(self, enterprise: Enterprise | None) -> Building | None:
        """The building in which it sits."""
        sits = self.sits.get(enterprise.pk) if enterprise else None
        return self.buildings[sits] if sits else None


class Organisations:
    """The organisations on record by name, the enterprises that they cover, and those that this file adds."""

    def __init__(self, plan: Plan, context: Context, enterprises: Enterprises) -> None:
        self.plan, self.context, self.enterprises = plan, context, enterprises
        self.by_name: dict[str, Organisation] = {}
        self.by_key: dict[str, list[Organisation]] = {}
        self.by_pk: dict[UUID, Organisation] = {}
        standing = Organisation.rows_without_a_reader.filter(dissolved__isnull=True).select_related("area")
        for organisation in standing.iterator(5000):
            self._keep(organisation)
        self.covering: dict[UUID, list[Organisation]] = {}
        covered = Coverage.rows_without_a_reader.filter(until__isnull=True)
        for enterprise, organisation_id in covered.values_list("enterprise", "organisation").iterator(5000):
            if organisation_id in self.by_pk:
                self.covering.setdefault(enterprise, []).append(self.by_pk[organisation_id])
        self.own_area = _only_area(context)
        self.committees = self._committees()

    def _committees(self) -> dict[UUID, Organisation]:
        """Building → the one building committee that sits in it."""
        seats = Seat.rows_without_a_reader.filter(
            until__isnull=True,
            organisation__kind=Kind.BUILDING_COMMITTEE,
            organisation__dissolved__isnull=True,
        )
        found: dict[UUID, Organisation | None] = {}
        for building, organisation in seats.values_list("building", "organisation"):
            found[building] = None if building in found else self.by_pk[organisation]
        return {building: one for building, one in found.items() if one is not None}

    def _keep(self, organisation: Organisation) -> None:
        self.by_pk[organisation.pk] = organisation
        self.by_name[organisation.name] = organisation
        self.by_key.setdefault(organisation_key(organisation.name), []).append(organisation)

    def named(self, entry: Entry, said: str, enterprise: Enterprise | None) -> Organisation | None:
        """The organisation that a row means; None lets the row wait."""
        name = normalise(said).replace(" ", "")
        if not has_own_name(name):
            known, name = self._without_a_name(name, enterprise)
            if known is not None:
                return self._permitted(entry, known)
        if not name:
            return None
        found = self.by_name.get(name)
        alike = [found] if found else self.by_key.get(organisation_key(name), [])
        if len(alike) == 1:
            return self._permitted(entry, alike[0])
        if len(alike) > 1:
            return self._which(entry, name, alike)
        return self._founded(entry, name, enterprise)

    def _without_a_name(self, name: str, enterprise: Enterprise | None) -> tuple[Organisation | None, str]:
        """Whose 「联合党支部」 it is: that which covers the enterprise, else its building's, else its own."""
        if enterprise is None:
            return None, ""
        kind = kind_of(name)
        covering = [o for o in self.covering.get(enterprise.pk, []) if o.kind == kind]
        if covering:
            return covering[0], name
        if kind == Kind.JOINT_BRANCH:
            building = self.enterprises.building(enterprise)
            return None, f"{building.name}{name}" if building else name
        return None, enterprise.name + name.removeprefix("本").removeprefix("我")

    def _permitted(self, entry: Entry, organisation: Organisation) -> Organisation | None:
        if organisation.kind in LEADING:
            self.plan.refuse(entry, entry.wrong("organisation_without_members", "organisation"), waits=True)
            return None
        if organisation.pk in self.made_here or self.context.permits(organisation):
            return organisation
        self.plan.refuse(entry, entry.wrong("outside_scope", "organisation", "name"), waits=True)
        return None

    @property
    def made_here(self) -> set[UUID]:
        """Organisations that this file founds."""
        return {o.pk for o in self.by_pk.values() if o._state.adding}

    def _which(self, entry: Entry, name: str, alike: list[Organisation]) -> Organisation | None:
        key = f"organisation:{name}"
        answer = self.context.answer(key)
        for one in alike:
            if answer == one.pk.hex:
                return self._permitted(entry, one)
        self.plan.ask(
            entry,
            Question(
                entry.sheet,
                entry.row,
                entry.column("organisation", "name"),
                key,
                _("「%s」可能是几个组织，是哪一个？") % name,
                (
                    *(Choice(o.pk.hex, o.name) for o in alike[:MOST_CHOICES]),
                    Choice("skip", _("先不导入这些行")),
                ),
            ),
        )
        return None

    def asked(self, entry: Entry, named: str) -> Organisation | None:
        """Where the members are of whom no row, title or sheet says it, asked once for a sheet; None: in none."""
        key = f"whose:{named}:{entry.section}:{entry.sheet}:{self.context.file_name}"
        answer = self.context.answer(key)
        known = [o for o in self.by_pk.values() if o.kind not in LEADING and self.context.permits(o)]
        offered = known if len(known) <= MOST_CHOICES else []
        for one in offered:
            if answer == one.pk.hex:
                return one
        if answer != "nowhere":
            text = _("表里没写党员在哪个组织，是哪一个？也可以加一列“所在党支部”再导入。")
            choices = [Choice(o.pk.hex, o.name) for o in sorted(offered, key=lambda o: o.name)]
            choices.append(Choice("nowhere", _("都还没有组织（未接转）")))
            choices.append(Choice("skip", _("先不导入这些行")))
            column = entry.column("organisation", "name")
            self.plan.ask(entry, Question(entry.sheet, entry.row, column, key, text, tuple(choices)))
        return None

    def _founded(self, entry: Entry, name: str, enterprise: Enterprise | None) -> Organisation | None:
        """A new organisation with this file as its origin; only within the importer's own area."""
        enterprise = enterprise or self.enterprises.called(own_unit(name))
        kind, building = kind_of(name), self.enterprises.building(enterprise)
        area = (building.area if building else None) or self.own_area
        if kind in LEADING:
            self.plan.refuse(entry, entry.wrong("organisation_without_members", "organisation"), waits=True)
            return None
        if not (self.context.permits(area) or self._everywhere):
            self.plan.refuse(entry, entry.wrong("outside_scope", "organisation", "name"), waits=True)
            return None
        origin = self.context.origin(entry)
        parent = self.committees.get(building.pk) if building else None
        founded = Organisation(
            name=name[:80], kind=kind, parent=parent, area=area, search=search_text(name)[:600], **origin
        )
        make = self.plan.writes.make
        make(founded)
        make(
            Period(
                organisation=founded,
                name=name[:80],
                kind=kind,
                parent=parent,
                area=area,
                began=Period.Began.FOUNDED,
            )
        )
        if building is not None:
            make(Seat(organisation=founded, building=building))
        self._keep(founded)
        return founded

    @property
    def _everywhere(self) -> bool:
        """Whether the importer may bring in rosters of the whole district."""
        return self.context.permits(None)

    def cover(self, organisation: Organisation, enterprise: Enterprise | None) -> None:
        """Queue that the organisation covers the enterprise, where it does not yet."""
        if enterprise is None:
            return
        covering = self.covering.setdefault(enterprise.pk, [])
        if organisation.pk not in {o.pk for o in covering}:
            covering.append(organisation)
            self.plan.writes.make(Coverage(organisation=organisation, enterprise=enterprise))


def _only_area(context: Context) -> Area | None:
    """The one community for which the importer answers; None where it is several or none."""
    if context.permits(None):
        return None
    areas = [a for a in Area.rows_without_a_reader.filter(kind=Area.Kind.COMMUNITY) if context.permits(a)]
    return areas[0] if len(areas) == 1 else None

"""How the rows of a roster meet what is known: who is new in which organisation, who changed, who is not listed now."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.core.sealing import CannotOpen
from louyu.organisations.models import Coverage, Kind, Membership, Organisation, Period, Seat
from louyu.organisations.registers.columns import Stage, Standing
from louyu.organisations.registers.humans import Humans, in_parts
from louyu.organisations.registers.standing import Enterprises, Organisations, organisation_in
from louyu.organisations.rules.terms import months_later
from louyu.people.models import Person
from louyu.places.models import Area
from louyu.tenants.models import Enterprise
from louyu.workbooks.declare import Absent, Choice, Context, Entry, Plan, Question, Writes

Status = Membership.Status
INSIDE = ("new", "changed", "unchanged", "duplicate")
LONGEST_PROBATION = 24
"""Months: a probation of one year may be prolonged by at most another. Source: Party Constitution, art. 7."""


@dataclass(frozen=True)
class Row:
    """One row with what it names found out."""

    entry: Entry
    organisation: Organisation | None
    enterprise: Enterprise | None
    standing: Standing
    area: Area | None


def plan(entries: list[Entry], context: Context) -> Plan:
    """One record is one member; where a row names no organisation, title, section or sheet may."""
    plan = Plan(entries)
    enterprises = Enterprises(plan, context)
    organisations = Organisations(plan, context, enterprises)
    _write_once(entries, "organisation", "enterprise")
    rows = [
        row
        for entry in entries
        if not entry.outcome and (row := _row(entry, enterprises, organisations, plan, context)) is not None
    ]
    _ask_about_own_branches(rows, organisations, plan, context)
    humans = Humans(plan, context, [row.entry for row in rows])
    members = Members(plan, context, humans)
    for row in rows:
        if not row.entry.outcome:
            members.put(row)
    for row in rows:
        if row.organisation is not None and row.entry.outcome in INSIDE:
            organisations.cover(row.organisation, row.enterprise or enterprises.of(row.organisation))
    _drop_unused(plan)
    plan.seen = members.listed
    return plan


def _write_once(entries: list[Entry], *fields: str) -> None:
    """Where most rows of a sheet leave a column blank, it is written once for the rows below it."""
    for field in fields:
        rows, told = Counter(e.sheet for e in entries), Counter(e.sheet for e in entries if field in e.values)
        above: dict[str, str] = {}
        for entry in entries:
            if field in entry.values:
                above[entry.sheet] = entry.values[field]
            elif entry.sheet in above and 2 * told[entry.sheet] < rows[entry.sheet]:
                entry.values[field] = above[entry.sheet]


def _row(
    entry: Entry, enterprises: Enterprises, organisations: Organisations, plan: Plan, context: Context
) -> Row | None:
    said = entry.values
    if "name" not in said:
        if len(said) < 3:
            entry.outcome = "skipped"
        else:
            plan.refuse(entry, entry.wrong("member_without_name", "name"), waits=True)
        return None
    if said.get("stage") == Stage.APPLICANT:
        entry.outcome = "skipped"
        return None
    enterprise = enterprises.named(said["enterprise"], entry) if "enterprise" in said else None
    named = said.get("organisation") or _around(entry, context)
    standing = said.get("standing")
    organisation = organisations.named(entry, named, enterprise) if named else None
    if organisation is None and not entry.outcome and standing not in (Standing.NOWHERE, Standing.LEFT):
        organisation = organisations.asked(entry, named or "")
    if entry.outcome:
        return None
    standing = standing or (Standing.HERE if organisation is not None else Standing.NOWHERE)
    if organisation is None and standing != Standing.LEFT:
        standing = Standing.NOWHERE
    building = enterprises.building(enterprise)
    area = (organisation.area if organisation else None) or (building.area if building else None)
    area = area or organisations.own_area
    if organisation is None and not (context.permits(None) or context.permits(area)):
        plan.refuse(entry, entry.wrong("outside_scope", "organisation", "name"), waits=True)
        return None
    return Row(entry, organisation, enterprise, standing, area)


def _around(entry: Entry, context: Context) -> str | None:
    """The organisation that the section, the title, the sheet or the file's name speaks of."""
    table = context.tables.get(entry.sheet)
    for text in (entry.section, table.title if table else "", entry.sheet, context.file_name):
        if found := organisation_in(text):
            return found
    return None


def _ask_about_own_branches(
    rows: Iterable[Row], organisations: Organisations, plan: Plan, context: Context
) -> None:
    """An enterprise with a branch of its own whose member stands in a joint one: only a person knows which is right."""
    own: dict[UUID, Organisation] = {}
    for enterprise, covering in organisations.covering.items():
        own.update((enterprise, o) for o in covering if o.kind == Kind.BRANCH)
    for row in rows:
        if row.enterprise and row.organisation and row.organisation.kind == Kind.BRANCH:
            own.setdefault(row.enterprise.pk, row.organisation)
    for row in rows:
        if row.enterprise is None or row.organisation is None or row.organisation.kind != Kind.JOINT_BRANCH:
            continue
        branch = own.get(row.enterprise.pk)
        if branch is None:
            continue
        key = f"joint:{row.enterprise.name}:{row.organisation.name}:{branch.name}"
        if context.answer(key) == "joint":
            continue
        plan.ask(
            row.entry,
            Question(
                row.entry.sheet,
                row.entry.row,
                row.entry.column("organisation", "name"),
                key,
                _("「%(enterprise)s」有自己的党支部，这里写的是联合党支部，对吗？")
                % {"enterprise": row.enterprise.name},
                (
                    Choice("joint", _("对，在联合党支部")),
                    Choice("skip", _("不对，改好表格再导入")),
                ),
                ((_("所在组织"), branch.name, row.organisation.name),),
            ),
        )


class Members:
    """The memberships that run, and those that the file adds, ends and changes."""

    def __init__(self, plan: Plan, context: Context, humans: Humans) -> None:
        self.plan, self.context, self.humans, self.writes = plan, context, humans, plan.writes
        self.listed: set[UUID] = set()
        self.running: dict[UUID, list[Membership]] = defaultdict(list)
        self.was_homed: set[UUID] = set()
        for some in in_parts(humans.on_record):
            known = Membership.rows_without_a_reader.filter(person__in=some)
            self.was_homed |= set(known.filter(homed=True).values_list("person", flat=True))
            for membership in known.filter(until__isnull=True).select_related("person", "organisation"):
                self.running[membership.person_id].append(membership)

    def put(self, row: Row) -> None:
        """Queue what a row says about its member; the row's outcome."""
        entry = row.entry
        person = self.humans.person(entry, row.organisation.pk if row.organisation else None)
        if person is None:
            return
        entry.subject = person.pk
        status = _STATUS[row.standing]
        running = self.running[person.pk]
        same = next((m for m in running if _says(m, status, row.organisation)), None)
        if any(m.pk in self.listed for m in running):
            self._again(row, person, same)
            return
        if row.standing == Standing.LEFT:
            self._left(row, running)
            return
        corrected = self.humans.correct(person, entry)
        if same is not None:
            self.listed.add(same.pk)
            corrected |= self._correct(same, row)
            entry.outcome = "changed" if corrected else "unchanged"
            return
        before = self._ended(row, person, status, running)
        if before is None:
            return
        self._begin(row, person, status, before)
        entry.outcome = "changed" if before else "new"

    def _again(self, row: Row, person: Person, same: Membership | None) -> None:
        """The same person a second time in the file: the same again, or in two organisations."""
        if same is not None or row.organisation is None:
            row.entry.outcome = "duplicate"
            return
        first = next(m for m in self.running[person.pk] if m.pk in self.listed)
        if first.organisation is None or first.organisation.pk == row.organisation.pk:
            row.entry.outcome = "duplicate"
            return
        answer = self._ask_two(row, person, first.organisation)
        if answer == "moved" and first._state.adding:
            self.writes.change(first, organisation=row.organisation, enterprise=row.enterprise)
            row.entry.outcome = "duplicate"
        elif answer == "moved":
            self._begin(row, person, Status.ATTACHED, [first])
            row.entry.outcome = "changed"

    def _ended(
        self, row: Row, person: Person, status: Membership.Status, running: list[Membership]
    ) -> list[Membership] | None:
        """What ends as this begins; None where only a person can say."""
        if status == Status.GUEST:
            return [m for m in running if m.organisation_id is None or _at(m, row.organisation)]
        attached = next((m for m in running if m.status == Status.ATTACHED), None)
        if attached is not None and status == Status.ATTACHED and not _at(attached, row.organisation):
            answer = self._ask_two(row, person, attached.organisation)
            if answer != "moved":
                return None
            return [m for m in running if m.status != Status.GUEST or _at(m, row.organisation)]
        if attached is not None and status == Status.UNATTACHED:
            row.entry.outcome = "unchanged"  # a roster that does not know of the home does not take it away
            self.listed.add(attached.pk)
            return None
        return [m for m in running if m.status != Status.GUEST or _at(m, row.organisation)]

    def _ask_two(self, row: Row, person: Person, other: Any) -> str | None:
        """One in two organisations. What was decided: moved (here), guest (there the relation, here a guest), there."""
        here: Any = row.organisation
        digests = (person.identity_digest, person.name_digest, person.phone_digest)
        key = f"two:{b''.join(map(bytes, digests)).hex()}:{other}:{here}"
        answer = self.context.answer(key)
        if answer == "there":
            row.entry.outcome = "skipped"
            return answer
        if answer == "guest":
            guests = [m for m in self.running[person.pk] if _at(m, here)]
            if not guests:
                self._begin(row, person, Status.GUEST, [])
            self.listed |= {m.pk for m in guests}
            row.entry.outcome = "unchanged" if guests else "new"
            return answer
        if answer == "moved":
            return answer
        self.plan.ask(
            row.entry,
            Question(
                row.entry.sheet,
                row.entry.row,
                row.entry.column("organisation", "name"),
                key,
                _("「%(name)s」的组织关系已在另一个组织，现在在哪里？") % {"name": row.entry.values["name"]},
                (
                    Choice("moved", _("已经转到「%s」") % here),
                    Choice("guest", _("组织关系在「%s」，在这里双报到") % other),
                    Choice("there", _("只在「%s」，这行不导入") % other),
                ),
                ((_("所在组织"), str(other), str(here)),),
            ),
        )
        return None

    def _left(self, row: Row, running: list[Membership]) -> None:
        ended = False
        for membership in running:
            if row.organisation is None or _at(membership, row.organisation):
                ended |= self._end(membership)
        row.entry.outcome = "changed" if ended else "skipped"

    def _end(self, membership: Membership) -> bool:
        return self.writes.change(membership, until=max(self.context.as_of, membership.since))

    def _begin(self, row: Row, person: Person, status: Membership.Status, before: list[Membership]) -> None:
        for membership in before:
            self._end(membership)
        pocket = any(m.organisation_id is None for m in before)
        fresh = Membership(
            person=person,
            organisation=row.organisation if status in (Status.ATTACHED, Status.GUEST) else None,
            area=row.area,
            enterprise=row.enterprise,
            status=status,
            stage=self._stage(row.entry),
            since=self._since(row, before),
            basis=Membership.Basis.ROSTER,
            homed=pocket and status == Status.ATTACHED and person.pk not in self.was_homed,
            **self.context.origin(row.entry),
        )
        with suppress(CannotOpen):  # their key is lost: the membership is on record without the day
            fresh.put_joined(row.entry.values.get("joined"))
        self.writes.make(fresh)
        self.running[person.pk] = [m for m in self.running[person.pk] if m not in before] + [fresh]
        self.listed.add(fresh.pk)

    def _since(self, row: Row, before: list[Membership]) -> date:
        """The day the file says, else the file's own day; not before what ends, nor in the future."""
        said = row.entry.values.get("since") or self.context.as_of
        said = min(said, self.context.as_of)
        founded = row.organisation.founded if row.organisation else None
        return max(
            [said, *(max(self.context.as_of, m.since) for m in before), *([founded] if founded else [])]
        )

    def _stage(self, entry: Entry) -> str:
        """Full or probationary: as said, else by the day of becoming full, else by the longest probation."""
        said = entry.values
        if said.get("stage") is not None:
            return str(Membership.Stage(said["stage"]).value)
        joined, full_on, today = said.get("joined"), said.get("full_on"), self.context.as_of
        if full_on is not None:
            probationary = full_on > today
        else:
            column = "full_on" in entry.columns
            longest = LONGEST_PROBATION if column else LONGEST_PROBATION // 2
            probationary = joined is not None and months_later(joined, longest) > today
        return str((Membership.Stage.PROBATIONARY if probationary else Membership.Stage.FULL).value)

    def _correct(self, membership: Membership, row: Row) -> bool:
        """Queue what a row says otherwise of a membership on record."""
        if membership._state.adding:
            return False
        said = row.entry.values
        values: dict[str, Any] = {}
        if said.keys() & {"stage", "full_on"} and membership.stage != (stage := self._stage(row.entry)):
            values["stage"] = stage
        if row.enterprise is not None and membership.enterprise_id != row.enterprise.pk:
            values["enterprise"] = row.enterprise
        if "joined" in said and _joined_otherwise(membership, said["joined"]):
            sealed = Membership(person=membership.person).put_joined(said["joined"])
            values["joined_sealed"] = sealed.joined_sealed
        return bool(values) and self.writes.change(membership, **values)


_STATUS = {
    Standing.HERE: Status.ATTACHED,
    Standing.NOWHERE: Status.UNATTACHED,
    Standing.ON_ITS_WAY: Status.UNATTACHED,
    Standing.ELSEWHERE: Status.GUEST,
    Standing.LEFT: Status.UNATTACHED,
}


def _joined_otherwise(membership: Membership, said: date) -> bool:
    """Whether another day of joining is held; not where the person's key is lost."""
    try:
        return membership.joined_on != said
    except CannotOpen:
        return False


def _at(membership: Membership, organisation: Organisation | None) -> bool:
    return organisation is not None and membership.organisation_id == organisation.pk


def _says(membership: Membership, status: Membership.Status, organisation: Organisation | None) -> bool:
    """Whether a membership on record already says what a row says."""
    if status == Status.UNATTACHED:
        return membership.organisation_id is None
    return membership.status == status and _at(membership, organisation)


def _drop_unused(plan: Plan) -> None:
    """Persons, enterprises and organisations that only waiting rows name are not made yet."""
    used: set[UUID | None] = set()
    for made in plan.writes.made:
        if isinstance(made, Membership):
            used |= {made.organisation_id, made.enterprise_id, made.person_id}
        elif isinstance(made, Coverage):
            used |= {made.organisation_id, made.enterprise_id}
    for _instance, values in plan.writes.changed.values():
        used |= {value.pk for value in values.values() if isinstance(value, Enterprise)}
    plan.writes.made = [
        made for made in plan.writes.made if _rests_on(made) is None or _rests_on(made) in used
    ]


def _rests_on(made: Any) -> UUID | None:
    """Without what being used a new record is not needed; None: it is needed anyhow."""
    if isinstance(made, Enterprise | Organisation | Person):
        return made.pk
    if isinstance(made, Period | Seat) and made.organisation._state.adding:
        return made.organisation_id
    return None


def absent(subjects: set[UUID]) -> list[Absent]:
    """Members of last time's roster who still are, and are not in this one; masked."""
    found = Membership.rows_without_a_reader.filter(pk__in=subjects, until__isnull=True)
    return [
        Absent(m.pk, m.person.name_masked, str(m.organisation or m.area or ""))
        for m in found.select_related("person", "organisation", "area").order_by("organisation__name")
    ]


def leave(subjects: set[UUID], day: date, writes: Writes) -> None:
    """They left the organisation by ``day``."""
    for membership in Membership.rows_without_a_reader.filter(pk__in=subjects, until__isnull=True):
        writes.change(membership, until=max(day, membership.since))

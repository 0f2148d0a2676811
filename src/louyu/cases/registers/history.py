"""How the rows of a ledger become cases: brought in as history, with the states and dates of the file.

A row is found again by the ledger's own number, year and enterprise; without a number by day, enterprise and words.
What was done with a case here since counts more than the file. A closed case whose closing date is wrong comes in
closed, but without a date: it counts in no figure until the file is mended, and the list of cases finds it.
"""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from louyu.accounts.rules import Role
from louyu.cases import rules
from louyu.cases.models import Case, CaseEvent, Category, Kind, TimeLimit
from louyu.cases.rules.ledger import Said, read_category, read_satisfaction, read_state
from louyu.cases.states import ACCEPTED, CASES, CLOSED, WAITING
from louyu.core import figures
from louyu.core.calendar import WorkingDays
from louyu.core.models import Fact
from louyu.core.queries import working_days
from louyu.core.readings import read_text
from louyu.core.sealing import keyed_digest
from louyu.core.words import building_key, name_key, search_text
from louyu.duties.models import Department
from louyu.duties.registers.planning import Departments
from louyu.places.models import Building
from louyu.tenants.models import Enterprise, Occupancy
from louyu.tenants.queries import running
from louyu.workbooks.declare import Context, Entry, Plan

HISTORY = CASES.transition("record_history")
COMPARED = (
    "building", "enterprise", "enterprise_name", "category", "kind", "text", "raised_on", "raised_at", "state",
    "department", "accept_by", "deadline", "deadline_provisional", "clock_stopped_at", "handed_over", "outcome",
    "outcome_reason", "answered_at", "closed_on", "satisfaction", "search",
)  # fmt: skip


def plan(entries: list[Entry], context: Context) -> Plan:
    """Match each row with the case that an earlier import made of it; a row listed twice counts once."""
    plan = Plan(entries)
    ledger = _Ledger(plan, context)
    rows = [row for entry in entries if not entry.outcome and (row := ledger.read(entry)) is not None]
    known = _stored([row.digest for row in rows])
    for row in rows:
        entry, stored = row.entry, known.get(row.digest)
        if stored is not None and stored.pk in plan.seen:
            entry.outcome, entry.subject = "duplicate", stored.pk
        elif not ledger.permitted(row):
            plan.refuse(entry, entry.wrong("outside_scope", "enterprise", "building", "text"), waits=True)
        elif stored is None:
            case = ledger.record_history(row)
            known[row.digest] = case
            entry.outcome, entry.subject = "new", case.pk
        else:
            entry.outcome = "changed" if ledger.correct(stored, row) else "unchanged"
            entry.subject = stored.pk
        if entry.subject is not None:
            plan.seen.add(entry.subject)
    return plan


@dataclass(frozen=True)
class _Row:
    """One row, understood."""

    entry: Entry
    digest: bytes
    number: str
    said: Said
    raised_on: datetime.date
    closed_on: datetime.date | None
    enterprise: Enterprise | None
    enterprise_name: str
    building: Building | None
    category: Category
    text: str
    words: str
    """The ledger's own words for the state, and what it says beside them."""


class _Ledger:
    """What the district knows, as far as rows can name it, and what a row makes of it."""

    def __init__(self, plan: Plan, context: Context) -> None:
        self.plan, self.context, self.writes = plan, context, plan.writes
        self.departments = Departments(plan.writes, context)
        self.categories: dict[str, Category] = {c.code: c for c in Category.rows_without_a_reader.all()}
        self.category_names = {c.name_zh: c for c in self.categories.values()}
        self.enterprises = _Enterprises()
        self.buildings = _buildings()
        self.limits = rules.LIMITS | {
            limit.code: rules.Limit(limit.working_days, limit.hours)
            for limit in TimeLimit.rows_without_a_reader.all()
        }
        self.days: WorkingDays = working_days()

    # Reading

    def read(self, entry: Entry) -> _Row | None:
        """The row as a case; None where it is none, or waits."""
        values = entry.values
        text, category = values.get("text", ""), values.get("category", "")
        if not text and not category:
            if len(values) < 3:
                entry.outcome = "skipped"
            else:
                self.plan.refuse(entry, entry.wrong("text_missing", "text", "category"), waits=True)
            return None
        named = values.get("enterprise", "")
        enterprise = self.enterprises.named(named)
        said = read_state(
            values.get("state", ""),
            values.get("remarks", ""),
            department="department" in values,
            closed="closed_on" in values,
        )
        raised_on = values.get("raised_on") or values.get("closed_on") or self.context.as_of
        number = _own_number(values.get("number", ""))
        return _Row(
            entry=entry,
            digest=_digest(number, raised_on, enterprise.name if enterprise else named, text or category),
            number=number,
            said=said,
            raised_on=raised_on,
            closed_on=self._closed_on(entry, said, raised_on),
            enterprise=enterprise,
            enterprise_name="" if enterprise else named[:120],
            building=self._building(values.get("building", ""), enterprise),
            category=self._category(category, text),
            text=text or category,
            words="；".join(w for w in (values.get("state", ""), values.get("remarks", "")) if w),
        )

    def _closed_on(self, entry: Entry, said: Said, raised_on: datetime.date) -> datetime.date | None:
        """The day it was closed on. Where the ledger has none it was by the ledger's own day; a wrong one is none."""
        if CASES.state(said.state).open:
            return None
        if "closed_on" in entry.values:
            day: datetime.date = entry.values["closed_on"]
            return day
        column = entry.columns.get("closed_on")
        cell = entry.raw[column] if column is not None and column < len(entry.raw) else None
        if cell not in (None, "") and read_text(cell) is not None:
            return None
        return max(self.context.as_of, raised_on)

    def _category(self, words: str, text: str) -> Category:
        named = self.categories.get(words) or self.category_names.get(words)
        if named is not None:
            return named
        return self.categories.get(read_category(words) or read_category(text)) or self.categories["other"]

    def _building(self, said: str, enterprise: Enterprise | None) -> Building | None:
        """The building named, else the only one in which the enterprise sits."""
        named = self.buildings.get(building_key(said)) if said else None
        return named or self.enterprises.building_of(enterprise)

    def permitted(self, row: _Row) -> bool:
        """Whether the importer may bring this row in: its building or its enterprise lies in their scope."""
        permits = self.context.permits
        return permits(row.building) or (row.enterprise is not None and permits(row.enterprise))

    # Writing

    def record_history(self, row: _Row) -> Case:
        """The case of a row that nobody knew, as it stands in the file: the declared transition ``record_history``."""
        origin = self.context.origin(row.entry)
        case = Case(number=row.number[:40], digest=row.digest, **self._values(row), **origin)
        self.writes.make(case)
        self._events(case, row)
        for code, since, until in _held(case):
            self.writes.make(figures.fact(code, case, since=since, until=until, building=case.building_id))
        return case

    def correct(self, case: Case, row: _Row) -> bool:
        """Queue what the file says otherwise; nothing where the case was worked on here since."""
        if case.version > 1:
            return False
        values = self._values(row)
        if "closed_on" not in row.entry.values and row.closed_on is not None and case.closed_on is not None:
            values["closed_on"] = (
                case.closed_on
            )  # the ledger gives none: the day it was first seen closed stays
            values["answered_at"] = case.answered_at
        before = (case.state, case.closed_on)
        if not self.writes.change(case, **{name: values[name] for name in COMPARED}):
            return False
        told = Case(pk=case.pk, **values)
        if before != (told.state, told.closed_on):
            self._events(told, row, only_last=True)
        self._facts(told)
        return True

    def _values(self, row: _Row) -> dict[str, Any]:
        state, outcome = row.said
        if state not in HISTORY.targets:
            raise ValueError(f"no history ends in {state}")
        department = self._department(row)
        raised_at = _midnight(row.raised_on)
        kind = row.category.kind
        limit = self.limits[kind]
        if row.category.working_days:
            limit = rules.Limit(working_days=row.category.working_days)
        due = rules.due(raised_at, limit, self.days)
        return {
            "state": state,
            "outcome": outcome,
            "outcome_reason": row.words if outcome else "",
            "building": row.building,
            "enterprise": row.enterprise,
            "enterprise_name": row.enterprise_name,
            "category": row.category,
            "kind": Kind(kind).value,
            "text": row.text,
            "raised_on": row.raised_on,
            "raised_at": raised_at,
            "department": department if state != ACCEPTED else None,
            "handed_over": department is not None and state != ACCEPTED,
            "accept_by": None,
            "deadline": due.at,
            "deadline_provisional": due.provisional,
            "clock_stopped_at": raised_at if state == WAITING else None,
            "answered_at": _midnight(row.closed_on) if row.closed_on and outcome else None,
            "closed_on": row.closed_on,
            "satisfaction": read_satisfaction(row.entry.values.get("satisfaction", ""))
            if state == CLOSED
            else "",
            "search": search_text(
                row.number, row.enterprise.name if row.enterprise else row.enterprise_name, row.text
            )[:600],
        }

    def _department(self, row: _Row) -> Department | None:
        said = row.entry.values.get("department")
        return self.departments.of(said, Role.SPECIALIST, row.entry)[0] if said else None

    def _events(self, case: Case, row: _Row, *, only_last: bool = False) -> None:
        """The time line as far as a ledger tells it: raised, and what came of it."""
        last = {
            "case": case,
            "at": _midnight(case.closed_on) if case.closed_on else case.raised_at,
            "transition": HISTORY.code,
            "text": row.words,
            "said": {"ledger": row.entry.values.get("state", ""), "outcome": case.outcome}
            | ({"department": row.entry.values["department"]} if "department" in row.entry.values else {}),
        }
        if not only_last:
            self.writes.make(
                CaseEvent(case=case, at=case.raised_at, transition=HISTORY.code, to_state=ACCEPTED)
            )
        if only_last or case.state != ACCEPTED:
            self.writes.make(CaseEvent(from_state=ACCEPTED, to_state=case.state, **last))

    def _facts(self, case: Case) -> None:
        """Make the facts of a corrected case those that the file now says."""
        wanted = {code: (since, until) for code, since, until in _held(case)}
        for stored in Fact.rows_without_a_reader.filter(subject=case.pk, code__in=[*_FIGURES]):
            since, until = wanted.pop(stored.code, (stored.since, stored.since))
            self.writes.change(stored, since=since, until=until, building=case.building_id or stored.building)
        for code, (since, until) in wanted.items():
            self.writes.make(figures.fact(code, case, since=since, until=until, building=case.building_id))


_FIGURES = ("cases.open", "cases.solved", "cases.solved_trt")


def _held(case: Case) -> list[tuple[str, datetime.date, datetime.date | None]]:
    """In which figures a case of the ledger counts, from when, until when; in none without the dates for it."""
    found: list[tuple[str, datetime.date, datetime.date | None]] = []
    is_open = CASES.state(case.state).open
    if is_open or case.closed_on is not None:
        found.append(("cases.open", case.raised_on, None if is_open else case.closed_on))
    if case.closed_on is not None:
        held = rules.figures_held(
            state=case.state,
            outcome=case.outcome,
            open_states=CASES.open_states,
            handed_over=case.handed_over,
            group=case.category.group,
        )
        found += [(code, case.closed_on, None) for code in sorted(held)]
    return found


class _Enterprises:
    """The enterprises on record by name, and the building of those that sit in one only."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[Enterprise]] = {}
        self.by_key: dict[str, list[Enterprise]] = {}
        known = Enterprise.rows_without_a_reader.filter(merged_into__isnull=True)
        for enterprise in known.only("pk", "name", "name_key").iterator(5000):
            self.by_name.setdefault(enterprise.name, []).append(enterprise)
            self.by_key.setdefault(enterprise.name_key, []).append(enterprise)
        self._sitting: dict[UUID, set[UUID]] = {}
        today = Occupancy.rows_without_a_reader.filter(running(timezone.localdate()))
        for enterprise_id, building in today.values_list("enterprise", "unit__building").iterator(5000):
            self._sitting.setdefault(enterprise_id, set()).add(building)
        self._buildings = {b.pk: b for b in Building.rows_without_a_reader.all()}

    def named(self, name: str) -> Enterprise | None:
        """The one enterprise of this name, or of this name without region and legal form; None where there is none."""
        if not name:
            return None
        exact = self.by_name.get(name, [])
        if exact:
            return exact[0] if len(exact) == 1 else None
        alike = self.by_key.get(name_key(name), [])
        return alike[0] if len(alike) == 1 else None

    def building_of(self, enterprise: Enterprise | None) -> Building | None:
        """The building in which it sits today, where it is one only."""
        where = self._sitting.get(enterprise.pk, set()) if enterprise else set()
        return self._buildings[next(iter(where))] if len(where) == 1 else None


def _buildings() -> dict[str, Building]:
    return {
        building_key(name): building
        for building in Building.rows_without_a_reader.all()
        for name in (building.name, *building.other_names)
    }


def _stored(digests: list[bytes]) -> dict[bytes, Case]:
    """Cases that earlier ledgers brought, by the digest of their row."""
    found: dict[bytes, Case] = {}
    for start in range(0, len(digests), 500):
        among = Q(digest__in=digests[start : start + 500])
        rows = Case.rows_without_a_reader.filter(among).select_related(
            "category", "department", "building", "enterprise"
        )
        found |= {bytes(case.digest or b""): case for case in rows}
    return found


def _own_number(said: str) -> str:
    """The ledger's own number; a mere count of its rows (17) is none, for it changes with the next copy."""
    return "" if said.isdecimal() and len(said) < 5 else said


def _digest(number: str, raised_on: datetime.date, enterprise: str, text: str) -> bytes:
    own = f"{number}\0{raised_on.year}\0{enterprise}" if number else f"{raised_on}\0{enterprise}\0{text}"
    return keyed_digest("ledger row", own)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))

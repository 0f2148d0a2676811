"""How the rows of a register of enterprises meet what is known: which enterprise, what is new, what changed."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from louyu.core.industries import guess_industry
from louyu.core.words import legal_form_of, name_key, normalise, search_text
from louyu.places.models import Unit
from louyu.tenants.models import Enterprise
from louyu.tenants.registers.columns import NOT_LET, SHARED_SPACES, VACANT
from louyu.tenants.registers.contacts import Contacts, DeclaredCounts
from louyu.tenants.registers.places import Places, Seat
from louyu.tenants.registers.seating import Seating
from louyu.workbooks.declare import Choice, Context, Entry, Plan, Question


def plan(entries: list[Entry], context: Context) -> Plan:
    """Match each row by code, else by name and place; several rows of one enterprise are read together."""
    plan = Plan(entries)
    places = Places(plan, context, entries)
    known = Known(entries)
    listed: dict[Any, Listed] = {}
    for entry in entries:
        if entry.outcome:
            continue
        use = _space(entry)
        if use is not None:
            places.note_space(entry, use)
            entry.outcome = "skipped"
            continue
        if "name" not in entry.values:
            _without_name(entry, plan)
            continue
        seats = places.seats(entry)
        if entry.outcome:  # waits: a building that nobody knows
            continue
        found = _enterprise(entry, seats, known, listed, plan, context)
        if entry.outcome:
            continue
        if found is None:
            found = _new_enterprise(entry, context)
            plan.writes.make(found)
            known.add(found)
        if found.pk in listed:
            entry.outcome, entry.subject = "duplicate", found.pk
            listed[found.pk].seats += [s for s in seats if s not in listed[found.pk].seats]
            continue
        entry.subject = found.pk
        listed[found.pk] = Listed(entry, found, list(seats))
        entry.outcome = "new" if found._state.adding else "unchanged"
    _compare(listed, plan, context)
    plan.seen = {one.enterprise.pk for one in listed.values()} | _waiting(entries, known)
    return plan


def _waiting(entries: list[Entry], known: "Known") -> set[Any]:
    """Enterprises on record that rows still waiting name: this file lists them, they are not absent."""
    names = {e.values.get("name") for e in entries if e.outcome in ("wrong", "ask")}
    return {enterprise.pk for name in names if name for enterprise in known.by_name.get(name, [])}


@dataclass
class Listed:
    """An enterprise of this file: its first row, and every seat that any of its rows names."""

    entry: Entry
    enterprise: Enterprise
    seats: list[Seat] = field(default_factory=list)


def _space(entry: Entry) -> str | None:
    """What a row without an enterprise is: a vacant unit, one that is not let, a shared space; None: something else."""
    said = normalise(str(entry.values.get("name") or entry.raw[entry.column("name")] or "")).strip("() ")
    if said in VACANT:
        return Unit.Use.LET
    if "credit_code" not in entry.values:
        if any(word in said for word in SHARED_SPACES):
            return Unit.Use.PARTY
        if said.split("(")[0] in NOT_LET:
            return Unit.Use.NOT_LET
    facts = {"credit_code", "contact_name", "contact_phone", "staff", "capital", "since"}
    if not said and entry.values.keys() & {"rooms", "place"} and not entry.values.keys() & facts:
        return Unit.Use.LET
    return None


def _without_name(entry: Entry, plan: Plan) -> None:
    """A row with facts but no name waits; a row with next to nothing in it is no record."""
    if entry.values.keys() & {"credit_code", "contact_phone", "contact_name"} or len(entry.values) >= 4:
        plan.refuse(entry, entry.wrong("name_missing", "name"), waits=True)
    else:
        entry.outcome = "skipped"


class Known:
    """The enterprises on record that the file may mean: by code, by name, by name without region and legal form."""

    def __init__(self, entries: list[Entry]) -> None:
        self.by_code: dict[str, Enterprise] = {}
        self.by_name: dict[str, list[Enterprise]] = {}
        self.by_key: dict[str, list[Enterprise]] = {}
        for enterprise in Enterprise.rows_without_a_reader.filter(merged_into__isnull=True).iterator(5000):
            self.add(enterprise)

    def add(self, enterprise: Enterprise) -> None:
        if enterprise.credit_code:
            self.by_code[enterprise.credit_code] = enterprise
        self.by_name.setdefault(enterprise.name, []).append(enterprise)
        self.by_key.setdefault(enterprise.name_key, []).append(enterprise)


def _enterprise(
    entry: Entry, seats: list[Seat], known: Known, listed: dict[Any, Listed], plan: Plan, context: Context
) -> Enterprise | None:
    """The enterprise that a row means; None: a new one. May let the row wait (``entry.outcome``)."""
    name, code = entry.values["name"], entry.values.get("credit_code")
    if code is not None:
        found = known.by_code.get(code)
        if found is not None:
            other = found.pk in listed and name_key(name) != found.name_key
            return _same_code(entry, found, plan, context) if other else found
        without = [e for e in known.by_name.get(name, []) if not e.credit_code]
        return without[0] if len(without) == 1 else None
    alike = known.by_name.get(name, [])
    if not alike:
        near = [e for e in known.by_key.get(name_key(name), []) if _sits_at(e, seats, listed, room=True)]
        return near[0] if len(near) == 1 else None
    if len(alike) == 1 and (not alike[0].credit_code or not seats):
        return alike[0]
    here = [e for e in alike if _sits_at(e, seats, listed)]
    if len(here) == 1:
        return here[0]
    return _same_name(entry, alike, plan, context)


def _sits_at(
    enterprise: Enterprise, seats: list[Seat], listed: dict[Any, Listed], *, room: bool = False
) -> bool:
    """Whether the enterprise is known to sit in one of the buildings (with ``room``: behind one of the doors)."""
    told = listed[enterprise.pk].seats if enterprise.pk in listed else []
    if room:
        doors = {(s.building.pk, s.number) for s in told}
        if not told and not enterprise._state.adding:
            doors |= set(_open(enterprise).values_list("unit__building_id", "unit__number"))
        return any((s.building.pk, s.number) in doors for s in seats if s.number)
    buildings = {s.building.pk for s in told}
    if not enterprise._state.adding:
        buildings |= set(_open(enterprise).values_list("unit__building_id", flat=True))
    return any(s.building.pk in buildings for s in seats)


def _open(enterprise: Enterprise) -> Any:
    return enterprise.occupancies(manager="rows_without_a_reader").filter(until__isnull=True)


def _same_code(entry: Entry, found: Enterprise, plan: Plan, context: Context) -> Enterprise | None:
    """One code, two names in one file: which is right only a person can say."""
    key = f"code:{found.credit_code}:{name_key(entry.values['name'])}"
    if context.answer(key) == "same":
        return found
    plan.ask(
        entry,
        Question(
            entry.sheet,
            entry.row,
            entry.column("name"),
            key,
            _("同一个信用代码写了两个名称，「%(said)s」和「%(held)s」是同一家吗？")
            % {"said": entry.values["name"], "held": found.name},
            (Choice("same", _("是同一家")), Choice("skip", _("不是，这行先不导入"))),
            (
                (_("企业名称"), found.name, entry.values["name"]),
                (_("信用代码"), found.credit_code or "", found.credit_code or ""),
            ),
        ),
    )
    return None


def _same_name(entry: Entry, alike: list[Enterprise], plan: Plan, context: Context) -> Enterprise | None:
    """A row without a code whose name is on record somewhere else: the same enterprise?"""
    key = f"name:{entry.values['name']}:{entry.values.get('building', '')}"
    answer = context.answer(key)
    if answer == "other":
        return None
    for enterprise in alike:
        if answer == enterprise.pk.hex:
            return enterprise
    plan.ask(
        entry,
        Question(
            entry.sheet,
            entry.row,
            entry.column("name"),
            key,
            _("「%s」没写信用代码，和登记册里的同名企业是同一家吗？") % entry.values["name"],
            (
                *(
                    Choice(e.pk.hex, _("是，代码 %s") % e.credit_code if e.credit_code else _("是同一家"))
                    for e in alike[:5]
                ),
                Choice("other", _("不是，另立一家")),
            ),
            tuple((_("信用代码"), e.credit_code or "—", "—") for e in alike[:3]),
        ),
    )
    return None


def _new_enterprise(entry: Entry, context: Context) -> Enterprise:
    values = _own_values(entry)
    name = entry.values["name"]
    form = legal_form_of(name)
    branch = values.get("branch_office", form == "branch_office")
    if "industry_section" not in values:
        guess = guess_industry(name)
        if guess:
            values |= {
                "industry_section": guess[0],
                "industry_class": guess[1] or "",
                "industry_guessed": True,
            }
    return Enterprise(
        name=name[:120],
        name_key=name_key(name)[:120],
        credit_code=entry.values.get("credit_code"),
        search=search_text(name, entry.values.get("credit_code") or "")[:800],
        **{**values, "branch_office": branch, "legal_form": form},
        **context.origin(entry),
    )


def _own_values(entry: Entry) -> dict[str, Any]:
    """The enterprise's own fields that the row says."""
    said = entry.values
    values: dict[str, Any] = {f: said[f] for f in ("staff", "branch_office", "note") if f in said}
    if "capital" in said:
        values["registered_capital_fen"] = said["capital"]
    if "industry" in said:
        values |= {
            "industry_section": said["industry"].section,
            "industry_class": said["industry"].code or "",
            "industry_guessed": False,
        }
    return values


def _compare(listed: dict[Any, Listed], plan: Plan, context: Context) -> None:
    """Queue what each listed enterprise changes: own fields, seats, contact, declared count."""
    ids = {one.enterprise.pk for one in listed.values() if not one.enterprise._state.adding}
    seating = Seating(
        plan.writes, context, ids, covered={s.building.pk for o in listed.values() for s in o.seats}
    )
    contacts = Contacts(plan.writes, context, ids)
    declared = DeclaredCounts(plan.writes, context, ids)
    for one in listed.values():
        changed = False
        if not one.enterprise._state.adding:
            changed |= _renamed(one, plan) | bool(
                plan.writes.change(one.enterprise, **_own_values(one.entry))
            )
        changed |= seating.seat(one.enterprise, one.seats, one.entry)
        changed |= contacts.name(one.enterprise, one.entry)
        changed |= declared.declare(one.enterprise, one.entry)
        if changed and one.entry.outcome == "unchanged":
            one.entry.outcome = "changed"


def _renamed(one: Listed, plan: Plan) -> bool:
    """A name spelled otherwise is no change; another name is, and so is a code where there was none."""
    said, values = one.entry.values, {}
    code = said.get("credit_code")
    if code and not one.enterprise.credit_code:
        values["credit_code"] = code
    if name_key(said["name"]) != one.enterprise.name_key:
        values |= {"name": said["name"][:120], "name_key": name_key(said["name"])[:120]}
    if values:
        name, code = values.get("name", one.enterprise.name), code or one.enterprise.credit_code or ""
        values["search"] = search_text(name, code)[:800]
        plan.writes.change(one.enterprise, **values)
    return bool(values)

"""Which human a roster means: by identity number, else by name and telephone, else by name in the same organisation."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.core.sealing import CannotOpen
from louyu.organisations.models import Membership
from louyu.people.models import Person, identity_digest, name_digest, phone_digest
from louyu.workbooks.declare import Choice, Context, Entry, Plan, Question

AT_ONCE = 500
FIELDS = ("name", "phone", "identity")


class Humans:
    """The persons on record that a file may mean, and those that it adds."""

    def __init__(self, plan: Plan, context: Context, entries: list[Entry]) -> None:
        self.plan, self.context = plan, context
        self.by_identity: dict[bytes, Person] = {}
        self.by_phone: dict[tuple[bytes, bytes], Person] = {}
        self.by_name: dict[bytes, list[Person]] = defaultdict(list)
        self._load(entries)
        self.listed: set[UUID] = set()
        """Persons whom this file named already."""
        self.standing: dict[UUID, set[UUID]] = defaultdict(set)
        self.on_record = {person.pk for alike in self.by_name.values() for person in alike}
        """Keys of those on record whom a row may mean."""
        running = Membership.rows_without_a_reader.filter(until__isnull=True, organisation__isnull=False)
        for some in in_parts(self.on_record):
            for person, organisation in running.filter(person__in=some).values_list("person", "organisation"):
                self.standing[person].add(organisation)

    def _load(self, entries: list[Entry]) -> None:
        names = {name_digest(e.values["name"]) for e in entries if "name" in e.values}
        numbers = {identity_digest(e.values["identity"]) for e in entries if "identity" in e.values}
        for field, digests in (("name_digest", names), ("identity_digest", numbers)):
            for some in in_parts(digests):
                for person in Person.rows_without_a_reader.filter(**{f"{field}__in": some}):
                    self._keep(person)

    def _keep(self, person: Person) -> None:
        number, name, phone = (
            bytes(d) for d in (person.identity_digest, person.name_digest, person.phone_digest)
        )
        if number:
            self.by_identity[number] = person
        if name and phone:
            self.by_phone[name, phone] = person
        if all(p.pk != person.pk for p in self.by_name[name]):
            self.by_name[name].append(person)

    def person(self, entry: Entry, organisation: UUID | None) -> Person | None:
        """The person that a row means, new or on record; None lets the row wait."""
        said: dict[str, str] = {f: entry.values[f] for f in FIELDS if f in entry.values}
        found = self._found(entry, said, organisation)
        if entry.outcome:
            return None
        if found is None:
            found = Person(**self.context.origin(entry)).put(**said)
            self.plan.writes.make(found)
        self._keep(found)
        self.listed.add(found.pk)
        if organisation is not None:
            self.standing[found.pk].add(organisation)
        return found

    def _found(self, entry: Entry, said: dict[str, str], organisation: UUID | None) -> Person | None:
        name, number = name_digest(said["name"]), said.get("identity")
        if number:
            by_number = self.by_identity.get(identity_digest(number))
            if by_number is not None:
                return self._same_number(entry, by_number, name)
        if "phone" in said:
            by_phone = self.by_phone.get((name, phone_digest(said["phone"])))
            if by_phone is not None:
                return self._same_phone(entry, by_phone, number)
        alike = [p for p in self.by_name[name] if organisation in self.standing[p.pk] and _may_be(p, number)]
        if len(alike) != 1:
            return None
        if alike[0].pk in self.listed and "phone" in said and bytes(alike[0].phone_digest):
            return self._asked(
                entry, "phone", alike[0], _("「%s」在同一个组织里写了两次，电话不同，是同一个人吗？")
            )
        return alike[0]

    def _same_number(self, entry: Entry, found: Person, name: bytes) -> Person | None:
        """One identity number, two names: which is right only a person can say."""
        held = bytes(found.name_digest)
        if not held or held == name:
            return found
        return self._asked(
            entry, "identity", found, _("同一个身份证号写了两个姓名，「%s」和已登记的是同一个人吗？")
        )

    def _same_phone(self, entry: Entry, found: Person, number: str | None) -> Person | None:
        held = bytes(found.identity_digest)
        if not number or not held:
            return found
        return self._asked(
            entry, "phone", found, _("「%s」的姓名和电话与已登记的一样，身份证号不同，是同一个人吗？")
        )

    def _asked(self, entry: Entry, field: str, found: Person, text: str) -> Person | None:
        name = entry.values["name"]
        key = f"person:{name}:{entry.values.get('identity', '')}:{entry.values.get('phone', '')}"
        answer = self.context.answer(key)
        if answer == "same":
            return found
        if answer == "other":
            return None
        self.plan.ask(
            entry,
            Question(
                entry.sheet,
                entry.row,
                entry.column(field, "name"),
                key,
                text % name,
                (Choice("same", _("是同一个人")), Choice("other", _("不是，另立一人"))),
                (
                    (_("姓名"), found.name_masked, name),
                    (_("身份证号"), found.identity_masked or "—", entry.values.get("identity", "—")),
                    (_("电话"), found.phone_masked or "—", entry.values.get("phone", "—")),
                ),
            ),
        )
        return None

    def correct(self, person: Person, entry: Entry) -> bool:
        """Queue what the row says of a person on record that is not held, or held otherwise; whether anything is."""
        if person._state.adding:
            return False
        values: dict[str, Any] = {}
        for field, digest in (("name", name_digest), ("phone", phone_digest), ("identity", identity_digest)):
            said = entry.values.get(field)
            if said and digest(said) != bytes(getattr(person, f"{field}_digest")):
                try:
                    other = Person(key_sealed=person.key_sealed).put(**{field: said})
                except CannotOpen:  # their key is lost: what is held stays as it is, the other rows come in
                    return False
                values |= {
                    f"{field}_{p}": getattr(other, f"{field}_{p}") for p in ("sealed", "digest", "masked")
                }
        return bool(values) and self.plan.writes.change(person, **values)


def in_parts(keys: Collection[Any]) -> Iterator[list[Any]]:
    """Keys in lists that one query can ask for."""
    listed = sorted(keys)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def _may_be(person: Person, number: str | None) -> bool:
    """Whether no other identity number is known of them."""
    held = bytes(person.identity_digest)
    return not (held and number) or identity_digest(number) == held

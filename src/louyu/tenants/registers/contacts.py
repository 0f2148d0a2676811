"""Contacts and declared counts that a register states for its enterprises."""

from typing import Any, NamedTuple
from uuid import UUID

from louyu.core.models import OriginKind
from louyu.people.models import Person, name_digest, phone_digest
from louyu.tenants.models import Contact, DeclaredCount, Enterprise
from louyu.workbooks.declare import Context, Entry, Writes


class Held(NamedTuple):
    """A contact on record, as far as a register's row is compared with it."""

    contact: UUID
    person: UUID
    name_digest: bytes
    phone_digest: bytes
    imported: bool
    position: str


class Contacts:
    """The contacts on record of the listed enterprises, and the persons that the file's phones lead to."""

    def __init__(self, writes: Writes, context: Context, enterprises: set[UUID]) -> None:
        self.writes, self.context = writes, context
        self.current: dict[UUID, list[Held]] = {}
        running = Contact.rows_without_a_reader.filter(until__isnull=True).order_by("pk")
        if len(enterprises) <= 500:
            running = running.filter(enterprise__in=enterprises)
        facts = (
            "enterprise",
            "pk",
            "person",
            "person__name_digest",
            "person__phone_digest",
            "origin",
            "position",
        )
        for enterprise, contact, person, name, phone, origin, position in running.values_list(
            *facts
        ).iterator(5000):
            if enterprise in enterprises:
                held = Held(
                    contact, person, bytes(name), bytes(phone), origin == OriginKind.IMPORTED, position
                )
                self.current.setdefault(enterprise, []).append(held)
        self.persons: dict[tuple[bytes, bytes], UUID] | None = None

    def name(self, enterprise: Enterprise, entry: Entry) -> bool:
        """Queue the contact that the row names; whether anything changes.

        The same name at the same enterprise is the same person, with a new phone; another name follows the old one.
        """
        name, phone = entry.values.get("contact_name"), entry.values.get("contact_phone")
        if not name and not phone:
            return False
        known = self.current.get(enterprise.pk, [])
        by_name, by_phone = name_digest(name or ""), phone_digest(phone or "")
        for held in known:
            if (not name or held.name_digest == by_name) and (not phone or held.phone_digest == by_phone):
                return self._position(held, entry)
        for held in known:
            if name and phone and held.name_digest == by_name:
                return self._tell_of_person(held, phone=phone)
            if name and phone and held.phone_digest == by_phone and not held.name_digest:
                return self._tell_of_person(held, name=name)
        for held in known:
            if held.imported:
                contact = Contact.rows_without_a_reader.get(pk=held.contact)
                self.writes.change(
                    contact, until=max(self.context.as_of, contact.since or self.context.as_of)
                )
        self.writes.make(
            Contact(
                enterprise=enterprise,
                person_id=self._person(name, phone, entry),
                position=(entry.values.get("position") or "")[:40],
                **self.context.origin(entry),
            )
        )
        return True

    def _position(self, held: Held, entry: Entry) -> bool:
        position = (entry.values.get("position") or "")[:40]
        if not position or position == held.position:
            return False
        return self.writes.change(Contact.rows_without_a_reader.get(pk=held.contact), position=position)

    def _tell_of_person(self, held: Held, **values: str) -> bool:
        person = Person.rows_without_a_reader.get(pk=held.person)
        return self.writes.change(person, **_sealed(person, **values))

    def _person(self, name: str | None, phone: str | None, entry: Entry) -> UUID:
        """Key of the person: the same name with the same phone is one person, whatever the enterprise."""
        known = self._known_persons()
        key = (name_digest(name or ""), phone_digest(phone or ""))
        if not (name and phone):
            return self._new_person(name, phone, entry)
        if key not in known:
            known[key] = self._new_person(name, phone, entry)
        return known[key]

    def _new_person(self, name: str | None, phone: str | None, entry: Entry) -> UUID:
        person = Person(**self.context.origin(entry)).put(name=name or None, phone=phone or None)
        self.writes.make(person)
        return person.pk

    def _known_persons(self) -> dict[tuple[bytes, bytes], UUID]:
        """Name and phone digests of everybody on record; loaded when the first contact is new."""
        if self.persons is None:
            found = Person.rows_without_a_reader.exclude(name_digest=b"").exclude(phone_digest=b"")
            self.persons = {
                (bytes(name), bytes(phone)): pk
                for name, phone, pk in found.values_list("name_digest", "phone_digest", "pk").iterator(5000)
            }
        return self.persons


def _sealed(person: Person, **values: str) -> dict[str, Any]:
    """The stored fields that these values give, sealed with the person's own key."""
    other = Person(key_sealed=person.key_sealed).put(**values)
    return {
        f"{name}_{part}": getattr(other, f"{name}_{part}")
        for name in values
        for part in ("sealed", "digest", "masked")
    }


class DeclaredCounts:
    """The newest declared count of each listed enterprise."""

    def __init__(self, writes: Writes, context: Context, enterprises: set[UUID]) -> None:
        self.writes, self.context = writes, context
        self.newest: dict[UUID, DeclaredCount] = {}
        for count in DeclaredCount.rows_without_a_reader.order_by("as_of").iterator(5000):
            if count.enterprise_id in enterprises:
                self.newest[count.enterprise_id] = count

    def declare(self, enterprise: Enterprise, entry: Entry) -> bool:
        """Queue the stated number of members, as declared on the file's day; whether it differs."""
        members = entry.values.get("members")
        if members is None:
            return False
        known = self.newest.get(enterprise.pk)
        if known is not None and (known.members == members or known.as_of > self.context.as_of):
            return False
        if known is not None and known.as_of == self.context.as_of:
            return self.writes.change(known, members=members)
        self.newest[enterprise.pk] = self.writes.make(
            DeclaredCount(
                enterprise=enterprise, members=members, as_of=self.context.as_of, **self.context.origin(entry)
            )
        )
        return True

"""What is decided for many at once and is one entry of the trail: members find a home, a committee is elected."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils.translation import gettext as _

from louyu.accounts import policy
from louyu.accounts.chain import Change
from louyu.accounts.commands import CHUNK, alone, command, made, record
from louyu.accounts.models import User
from louyu.core.errors import Conflict, NotPermitted
from louyu.organisations.commands.members import refuse_without_members
from louyu.organisations.commands.officers import doubled, new_person, refuse_wrong_days
from louyu.organisations.commands.periods import running_period
from louyu.organisations.commands.settings import district_numbers
from louyu.organisations.models import Appointment, Membership, Office, Organisation
from louyu.organisations.rules.kinds import Kind as KindCode
from louyu.organisations.rules.terms import term_ends
from louyu.people.models import Person

Day = datetime.date
Status = Membership.Status


@command("organisations.keep_members")
def attach_all(
    organisation: Organisation, *, memberships: Collection[Membership], since: Day, by: User
) -> list[Membership]:
    """Give everybody of a list who is with no organisation a home in this one: all or nobody.

    As ``attach`` does for one: whoever comes to an organisation for the first time counts as homed. Raises NotPermitted
    where ``by`` does not answer for one of them, Conflict where one is with an organisation already, is on the way to
    one, or registered after that day; nobody is named.
    """
    alone()
    refuse_without_members(organisation, since)
    keys = {membership.pk for membership in memberships}
    mine = Membership.rows_without_a_reader.filter(
        policy.rows(by, "organisations.keep_members", Membership), pk__in=keys
    )
    before = list(mine.order_by("pk"))
    if len(before) < len(keys):
        raise NotPermitted(_("您没有做这件事的权限。"), field="memberships")
    gone = [m for m in before if m.status != Status.UNATTACHED or m.until is not None or m.since > since]
    if gone:
        raise Conflict(
            _("这名党员的状态已经变了。"),
            field="memberships",
            value=str(gone[0].get_status_display()),
            mend=_("请刷新页面再看。"),
        )
    persons = {membership.person_id for membership in before}
    homed = Membership.rows_without_a_reader.filter(person__in=persons, homed=True)
    once = set(homed.values_list("person", flat=True))
    label = Membership._meta.label
    changes = [Change(label, m.pk, {"until": None}, {"until": since.isoformat()}) for m in before]
    Membership.rows_without_a_reader.filter(pk__in=keys).update(until=since)
    attached = [
        Membership(
            person_id=m.person_id,
            organisation=organisation,
            enterprise_id=m.enterprise_id,
            status=Status.ATTACHED,
            stage=m.stage,
            since=since,
            joined_sealed=m.joined_sealed,
            basis=m.basis,
            consent=m.consent,
            homed=m.person_id not in once,
        )
        for m in before
    ]
    Membership.rows_without_a_reader.bulk_create(attached, batch_size=CHUNK)
    record([*changes, *made(*attached)])
    return attached


@dataclass(frozen=True)
class Elected:
    """Who was elected to an office: somebody on record, or a name and telephone (digits) of somebody who is not yet."""

    office: str
    person: Person | None = None
    name: str = ""
    phone: str = ""


@command("organisations.keep_officers")
def elect(
    organisation: Organisation,
    *,
    elected: Sequence[Elected],
    since: Day,
    term_end: Day | None = None,
    document: str = "",
    by: User,
) -> list[Appointment]:
    """Record an election's whole result: everybody takes office on the same day, for the same term.

    term_end: the first day after the term, by default that of the rule. Refuses like ``appoint``.
    """
    alone()
    organisation.refresh_from_db()
    running_period(organisation)
    refuse_wrong_days(organisation, since, term_end)
    term_end = term_end or term_ends(since, KindCode(organisation.kind), district_numbers())
    changes: list[Change] = []
    appointments = []
    for one in elected:
        person = one.person
        if person is None:
            person = new_person(one.name, one.phone)
            changes += made(person)
        appointments.append(
            Appointment(
                organisation=organisation,
                person=person,
                office=str(Office(one.office).value),
                manner=Appointment.Manner.ELECTED,
                since=since,
                term_end=term_end,
                document=document[:60],
            )
        )
    try:
        Appointment.rows_without_a_reader.bulk_create(appointments)
    except IntegrityError as error:
        raise doubled(error, organisation) from error
    record(changes + made(*appointments))
    return appointments

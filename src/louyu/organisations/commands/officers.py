"""Commands on offices: appoint somebody, end an appointment."""

import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.core.errors import Conflict, Refusal
from louyu.organisations.commands.periods import refuse_future, running_period
from louyu.organisations.commands.settings import district_numbers
from louyu.organisations.models import Appointment, Office, Organisation
from louyu.organisations.rules.kinds import Kind as KindCode
from louyu.organisations.rules.terms import term_ends
from louyu.people.models import Person

Day = datetime.date


@command("organisations.keep_officers")
def appoint(
    organisation: Organisation,
    *,
    office: str,
    since: Day,
    person: Person | None = None,
    name: str = "",
    phone: str = "",
    manner: str = Appointment.Manner.ELECTED,
    term_end: Day | None = None,
    follows: Appointment | None = None,
    document: str = "",
    by: User,
) -> Appointment:
    """Record that a person was elected or appointed to an office, from a day on.

    person: somebody on record; or ``name`` (and ``phone``, digits) of somebody who is not yet. term_end: the first
    day after the term; for an election the rule's term by default. follows: the appointment that ends on that day.
    Raises Refusal for a day before the founding, Conflict for a second secretary or the same office twice.
    """
    alone()
    office, manner = str(Office(office).value), str(Appointment.Manner(manner).value)
    organisation.refresh_from_db()
    running_period(organisation)
    refuse_wrong_days(organisation, since, term_end)
    if term_end is None and manner == Appointment.Manner.ELECTED:
        term_end = term_ends(since, KindCode(organisation.kind), district_numbers())
    changes: list[Change] = []
    if person is None:
        person = new_person(name, phone)
        changes += made(person)
    if follows is not None:
        changes += _ended(follows, since, organisation)
    appointment = Appointment(
        organisation=organisation,
        person=person,
        office=office,
        manner=manner,
        since=since,
        term_end=term_end,
        document=document[:60],
    )
    try:
        appointment.save(force_insert=True)
    except IntegrityError as error:
        raise doubled(error, organisation) from error
    record(changes + made(appointment))
    return appointment


def refuse_wrong_days(organisation: Organisation, since: Day, term_end: Day | None) -> None:
    """Raises Refusal for an office that begins in the future, before the founding, or for no time at all."""
    refuse_future(since)
    if organisation.founded is not None and since < organisation.founded:
        raise Refusal(
            _("任职日期早于组织成立（%s）。") % organisation.founded,
            field="since",
            value=str(since),
            mend=_("请核对这两个日期。"),
        )
    _refuse_empty_term(since, term_end)


def new_person(name: str, phone: str) -> Person:
    """Somebody who is not on record yet, saved. Raises Refusal without a name."""
    if not name.strip():
        raise Refusal(_("还没有写姓名。"), field="name", mend=_("请填写姓名。"))
    person = Person().put(name=name.strip()[:40], phone=phone or None)
    person.save(force_insert=True)
    return person


def doubled(error: IntegrityError, organisation: Organisation) -> Conflict:
    """What the database refused, in words."""
    if "one_secretary_at_a_time" in str(error):
        return Conflict(
            _("这个组织在这段时间已有书记。"),
            field="office",
            value=organisation.name,
            mend=_("请先写明现任书记的离任日期，或选择接任。"),
        )
    if "appointment_no_overlap" in str(error):
        return Conflict(
            _("这个人已经担任这个职务。"),
            field="person",
            value=organisation.name,
            mend=_("请打开他现在的任职。"),
        )
    raise error


@command("organisations.keep_officers")
def end_appointment(
    appointment: Appointment, *, until: Day, reason: str = "", document: str = "", by: User
) -> None:
    """End an appointment: ``until`` is the first day without it.

    Raises Refusal for a day before it began, Conflict for one that is ended already.
    """
    alone()
    appointment.refresh_from_db()
    refuse_future(until, "until")
    told = "；".join(word for word in (reason.strip(), document.strip()) if word)
    record(_ended(appointment, until, appointment.organisation), reason=told[:200])


@command("organisations.keep_officers")
def set_term(appointment: Appointment, *, term_end: Day, document: str = "", by: User) -> None:
    """Say when the term of an appointment ends: ``term_end`` is the first day after it. An election that has to wait
    is approved by the level above; ``document`` is its approval.

    Raises Refusal for a day that is not after its beginning, Conflict for an appointment that is ended.
    """
    alone()
    appointment.refresh_from_db()
    if appointment.until is not None:
        raise Conflict(
            _("这项任职已在 %s 结束。") % appointment.until,
            field="term_end",
            value=str(term_end),
            mend=_("请刷新页面再看。"),
        )
    _refuse_empty_term(appointment.since, term_end)
    record(save_changed(appointment, term_end=term_end), reason=document.strip()[:100])


def _refuse_empty_term(since: Day, term_end: Day | None) -> None:
    if term_end is not None and term_end <= since:
        raise Refusal(
            _("任期届满不晚于任职日期。"),
            field="term_end",
            value=str(term_end),
            mend=_("请核对这两个日期。"),
        )


def _ended(appointment: Appointment, until: Day, organisation: Organisation) -> list[Change]:
    if appointment.organisation_id != organisation.pk:
        raise Refusal(_("接任的不是这个组织的任职。"), field="follows", value=str(appointment.organisation))
    if appointment.until is not None and appointment.until <= until:
        raise Conflict(
            _("这项任职已在 %s 结束。") % appointment.until,
            field="until",
            value=str(until),
            mend=_("请刷新页面再看。"),
        )
    if until < appointment.since:
        raise Refusal(
            _("离任日期早于任职日期（%s）。") % appointment.since,
            field="until",
            value=str(until),
            mend=_("请核对这两个日期。"),
        )
    return save_changed(appointment, until=until)

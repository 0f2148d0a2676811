"""How a member's relation (组织关系) goes from one organisation to another: out and in are one record.

The side that lets go confirms by its letter, the side that takes in when the letter is handed in. Where a side lies
outside the district, the other one enters what it sees of it.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.core.errors import Conflict, Refusal
from louyu.organisations.commands.members import refuse_without_members
from louyu.organisations.commands.periods import refuse_future
from louyu.organisations.commands.settings import district_numbers
from louyu.organisations.models import Membership, Organisation, Transfer
from louyu.organisations.rules.terms import letter_valid_until
from louyu.organisations.states import ARRIVED, ASKED, CALLED_OFF, LET_GO, REFUSED, TRANSFERS
from louyu.people.models import Consent, Person

Day = datetime.date
Status = Membership.Status
KEEP = "organisations.keep_members"


@command("organisations.ask_transfer")
def ask_transfer(
    membership: Membership,
    *,
    to: Organisation | None = None,
    to_outside: str = "",
    from_outside: str = "",
    asked_on: Day,
    reason: str = "",
    by: User,
) -> Transfer:
    """Ask for a member's relation to go to an organisation of the district (``to``) or elsewhere (``to_outside``).

    from_outside: where the relation of somebody is who is with no organisation here, as far as they say.
    Raises Refusal for a transfer to oneself, to two sides or none, or to one that holds no members; Conflict for
    somebody whose relation is on its way, has ended or is elsewhere (a guest).
    """
    alone()
    membership.refresh_from_db()
    refuse_future(asked_on, "asked_on")
    if membership.until is not None or membership.status == Status.GUEST:
        raise Conflict(
            _("这名党员的组织关系不在这里。"),
            field="membership",
            value=str(membership.get_status_display()),
            mend=_("请刷新页面再看。"),
        )
    if (to is None) == (not to_outside.strip()):
        raise Refusal(_("还没有写转到哪里。"), field="to", mend=_("选一个组织，或写区外的组织，只填一样。"))
    if to is not None and to.pk == membership.organisation_id:
        raise Refusal(_("不能转到原来的组织。"), field="to", value=to.name, mend=_("请选择另一个组织。"))
    if to is not None:
        refuse_without_members(to, asked_on)
    transfer = Transfer(
        person_id=membership.person_id,
        from_organisation_id=membership.organisation_id,
        from_outside="" if membership.organisation_id else from_outside.strip()[:120],
        to_organisation=to,
        to_outside=to_outside.strip()[:120],
        state=ASKED,
        asked_on=asked_on,
        reason=reason.strip()[:200],
    )
    try:
        transfer.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("这名党员的组织关系正在转接。"), field="membership", value="", mend=_("请打开正在办的转接。")
        ) from error
    changes = made(transfer)
    if membership.status == Status.UNATTACHED:
        changes += _become(membership, Status.TRANSFER_PENDING, asked_on)
    record(changes, reason=reason)
    return transfer


@command("organisations.let_go")
def let_go(transfer: Transfer, *, letter_on: Day, letter_number: str = "", by: User) -> None:
    """Confirm that the relation is let go, by the letter of introduction. Raises Conflict, Refusal."""
    _begin(transfer, "let_go")
    _require_side(by, transfer, "from")
    _refuse_letter(transfer, letter_on)
    record(
        save_changed(transfer, state=LET_GO, letter_on=letter_on, letter_number=letter_number.strip()[:40])
    )


@command("organisations.let_go")
def renew_letter(
    transfer: Transfer, *, letter_on: Day, reason: str, letter_number: str = "", by: User
) -> None:
    """Write the letter anew, since the first one ran out or was lost."""
    _begin(transfer, "renew_letter")
    _require_side(by, transfer, "from")
    _refuse_letter(transfer, letter_on)
    said = _reason(reason)
    record(save_changed(transfer, letter_on=letter_on, letter_number=letter_number.strip()[:40]), reason=said)


@command("organisations.take_in")
def take_in(transfer: Transfer, *, arrived_on: Day, by: User) -> Membership | None:
    """Confirm that the letter was handed in: from that day the relation is here. The new membership, if one begins.

    Raises Refusal for a day before the letter or after it ran out.
    """
    _begin(transfer, "take_in")
    _require_side(by, transfer, "to")
    refuse_future(arrived_on, "arrived_on")
    letter = transfer.letter_on or transfer.asked_on
    if arrived_on < letter:
        raise Refusal(
            _("接收日期早于介绍信日期（%s）。") % letter,
            field="arrived_on",
            value=str(arrived_on),
            mend=_("请核对这两个日期。"),
        )
    last = letter_valid_until(letter, district_numbers())
    if arrived_on >= last:
        raise Refusal(
            _("介绍信已在 %s 到期。") % last,
            field="arrived_on",
            value=str(arrived_on),
            mend=_("请让转出的一方重开介绍信。"),
        )
    before = _running(transfer)
    changes = save_changed(transfer, state=ARRIVED, arrived_on=arrived_on)
    attached = None
    if transfer.to_organisation is None:
        changes += save_changed(before, until=max(arrived_on, before.since))
    else:
        refuse_without_members(transfer.to_organisation, arrived_on)
        changes += _guest_no_more(transfer, arrived_on)
        changes += _become(before, Status.ATTACHED, arrived_on, transfer.to_organisation)
        attached = Membership.rows_without_a_reader.get(
            person=transfer.person_id, status="attached", until=None
        )
    record(changes)
    return attached


@command("organisations.take_in")
def refuse(transfer: Transfer, *, reason: str, by: User) -> None:
    """Send a transfer back; somebody who was with no organisation is so again."""
    _begin(transfer, "refuse")
    _require_side(by, transfer, "to")
    said = _reason(reason)
    record([*save_changed(transfer, state=REFUSED, reason=said), *_back(transfer.person_id)], reason=said)


@command("organisations.ask_transfer")
def call_off(transfer: Transfer, *, reason: str, by: User) -> None:
    """Give a transfer up; somebody who was with no organisation is so again."""
    _begin(transfer, "call_off")
    said = _reason(reason)
    record([*save_changed(transfer, state=CALLED_OFF, reason=said), *_back(transfer.person_id)], reason=said)


STEPS: dict[str, Callable[..., Any]] = {
    "let_go": let_go,
    "renew_letter": renew_letter,
    "take_in": take_in,
    "refuse": refuse,
    "call_off": call_off,
}
"""What can be done with a transfer, by the code of its transition."""


def end_what_consent_carried(person: Person) -> list[Change]:
    """End what rests on a person's own consent alone: open transfers, and that they are with no organisation."""
    changes: list[Change] = []
    for transfer in Transfer.rows_without_a_reader.filter(person=person, state__in=TRANSFERS.open_states):
        changes += save_changed(transfer, state=CALLED_OFF, reason=_("本人撤回同意"))
    own = Membership.rows_without_a_reader.filter(
        person=person, until__isnull=True, organisation__isnull=True, basis=Membership.Basis.OWN
    )
    for membership in own:
        changes += save_changed(membership, until=max(timezone.localdate(), membership.since))
    changes += _back(person.pk)
    return changes


def rests_on_an_organisation(person: Person) -> bool:
    """Whether an organisation holds the person by its own roster, or their relation is with one."""
    running = Membership.rows_without_a_reader.filter(person=person, until__isnull=True)
    return running.filter(Q(basis=Membership.Basis.ROSTER) | Q(organisation__isnull=False)).exists()


def _begin(transfer: Transfer, code: str) -> None:
    alone()
    transfer.refresh_from_db()
    if not TRANSFERS.can(code, transfer.state):
        raise Conflict(
            _("「%(now)s」的转接不能%(what)s。")
            % {"now": transfer.get_state_display(), "what": TRANSFERS.transition(code).label},
            field="state",
            value=str(transfer.get_state_display()),
            mend=_("请刷新页面再看。"),
        )


def _require_side(by: User, transfer: Transfer, side: str) -> None:
    """Each side confirms for itself; for one outside the district, the other enters it."""
    own, other = transfer.from_organisation, transfer.to_organisation
    if side == "to":
        own, other = other, own
    answering: Any = own or other
    require(by, KEEP, answering)


def _refuse_letter(transfer: Transfer, letter_on: Day) -> None:
    refuse_future(letter_on, "letter_on")
    if letter_on < transfer.asked_on and transfer.from_organisation_id is not None:
        raise Refusal(
            _("介绍信日期早于申请日期（%s）。") % transfer.asked_on,
            field="letter_on",
            value=str(letter_on),
            mend=_("请核对这两个日期。"),
        )


def _reason(reason: str) -> str:
    said = " ".join(reason.split())[:200]
    if not said:
        raise Refusal(_("还没有写原因。"), field="reason", mend=_("写一句话。"))
    return said


def _running(transfer: Transfer) -> Membership:
    found: Membership | None = (
        Membership.rows_without_a_reader.filter(person=transfer.person_id, until__isnull=True)
        .exclude(status=Status.GUEST)
        .first()
    )
    if found is None or found.organisation_id != transfer.from_organisation_id:
        raise Conflict(
            _("这名党员的状态已经变了。"), field="membership", value="", mend=_("请取消这次转接，再看一次。")
        )
    return found


def _guest_no_more(transfer: Transfer, day: Day) -> list[Change]:
    """Whoever took part here as a guest and is taken in is a guest no more."""
    guests = Membership.rows_without_a_reader.filter(
        person=transfer.person_id, organisation=transfer.to_organisation, until__isnull=True
    )
    return [c for guest in guests for c in save_changed(guest, until=max(day, guest.since))]


def _back(person: Any) -> list[Change]:
    """Whoever was on the way from nowhere is with no organisation again."""
    pending = Membership.rows_without_a_reader.filter(
        person=person, status=Status.TRANSFER_PENDING, until__isnull=True
    )
    day = timezone.localdate()
    return [
        c
        for membership in pending
        for c in (
            save_changed(membership, until=max(day, membership.since))
            if _withdrawn(membership)
            else _become(membership, Status.UNATTACHED, day)
        )
    ]


def _withdrawn(membership: Membership) -> bool:
    consent = membership.consent and Consent.rows_without_a_reader.filter(pk=membership.consent).first()
    return bool(consent and consent.withdrawn_at)


def _become(
    membership: Membership, status: Membership.Status, day: Day, organisation: Organisation | None = None
) -> list[Change]:
    """End one row and begin the next; the first home of somebody without one is counted once."""
    day = max(day, membership.since)
    changes = save_changed(membership, until=day)
    pocket = membership.organisation_id is None and organisation is not None
    homed = Membership.rows_without_a_reader.filter(person=membership.person_id, homed=True)
    fresh = Membership(
        person_id=membership.person_id,
        organisation=organisation,
        area_id=(organisation.area_id if organisation else None) or membership.area_id,
        enterprise_id=membership.enterprise_id,
        status=status,
        stage=membership.stage,
        since=day,
        joined_sealed=membership.joined_sealed,
        basis=membership.basis,
        consent=membership.consent,
        homed=pocket and not homed.exists(),
    )
    fresh.save(force_insert=True)
    return changes + made(fresh)

"""The spine of what is done to members: register somebody without an organisation, enrol, attach, end.

Membership enters by the person's own registration or the organisation's own roster, never by inference. What of a
person is shown to whom, consent and transfers with their steps stand on this.
"""

import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.core.errors import Conflict, Refusal
from louyu.organisations.commands.periods import refuse_future, running_period
from louyu.organisations.commands.settings import district_numbers
from louyu.organisations.models import Kind, Membership, Organisation
from louyu.organisations.rules.kinds import HOLDS_MEMBERS
from louyu.organisations.rules.terms import may_be_full, probation_ends
from louyu.people.models import Person
from louyu.places.models import Area
from louyu.tenants.models import Enterprise

Day = datetime.date
Status, Stage, Basis = Membership.Status, Membership.Stage, Membership.Basis


@command("organisations.keep_members")
def register_member(
    area: Area,
    *,
    person: Person,
    since: Day,
    stage: str = Stage.FULL,
    joined_on: Day | None = None,
    enterprise: Enterprise | None = None,
    basis: str = Basis.OWN,
    consent: UUID | None = None,
    by: User,
) -> Membership:
    """Record that somebody says they are a member and their relation is with no organisation (口袋党员).

    Raises Refusal for days that cannot be (a full member whose probation was shorter than a year), Conflict for
    somebody who is registered already.
    """
    alone()
    membership = Membership(
        person=person,
        area=area,
        enterprise=enterprise,
        status=Status.UNATTACHED,
        stage=str(Stage(stage).value),
        since=since,
        basis=str(Basis(basis).value),
        consent=consent,
    ).put_joined(joined_on)
    refuse_wrong_days(membership, joined_on)
    running = Membership.rows_without_a_reader.filter(person=person, until__isnull=True)
    if running.exclude(status=Status.GUEST).exists():
        raise _registered_already(person)
    record(_made_new([], membership))
    return membership


@command("organisations.keep_members")
def enrol(
    organisation: Organisation,
    *,
    person: Person,
    since: Day,
    guest: bool = False,
    stage: str = Stage.FULL,
    joined_on: Day | None = None,
    enterprise: Enterprise | None = None,
    basis: str = Basis.ROSTER,
    consent: UUID | None = None,
    by: User,
) -> Membership:
    """Record from an organisation's own roster that somebody is its member, or takes part as a guest (双报到).

    Raises Refusal for days that cannot be and for an organisation that holds no members; Conflict for somebody who
    is attached elsewhere or stands there already.
    """
    alone()
    refuse_without_members(organisation, since)
    membership = Membership(
        person=person,
        organisation=organisation,
        enterprise=enterprise,
        status=Status.GUEST if guest else Status.ATTACHED,
        stage=str(Stage(stage).value),
        since=since,
        basis=str(Basis(basis).value),
        consent=consent,
    ).put_joined(joined_on)
    refuse_wrong_days(membership, joined_on)
    running = Membership.rows_without_a_reader.filter(
        person=person, until__isnull=True, organisation__isnull=True
    )
    if not guest and running.exists():
        raise _registered_already(person)
    record(_made_new([], membership))
    return membership


@command("organisations.keep_members")
def attach(membership: Membership, *, organisation: Organisation, since: Day, by: User) -> Membership:
    """Give somebody who was with no organisation a home: from that day on they are attached to this one.

    The first time counts as found a home (``homed``). ``by`` answers for the organisation too. Raises Conflict where
    they are with one already, Refusal for a day before they registered.
    """
    alone()
    membership.refresh_from_db()
    require(by, "organisations.keep_members", organisation)
    if membership.organisation_id is not None or membership.until is not None:
        raise Conflict(
            _("这名党员的状态已经变了。"),
            field="membership",
            value=str(membership.get_status_display()),
            mend=_("请刷新页面再看。"),
        )
    refuse_without_members(organisation, since)
    if since < membership.since:
        raise Refusal(
            _("接转日期早于登记日期（%s）。") % membership.since,
            field="since",
            value=str(since),
            mend=_("请核对这两个日期。"),
        )
    changes = save_changed(membership, until=since)
    before = Membership.rows_without_a_reader.filter(person=membership.person_id, homed=True)
    attached = Membership(
        person_id=membership.person_id,
        organisation=organisation,
        enterprise_id=membership.enterprise_id,
        status=Status.ATTACHED,
        stage=membership.stage,
        since=since,
        joined_sealed=membership.joined_sealed,
        basis=membership.basis,
        consent=membership.consent,
        homed=not before.exists(),
    )
    record(_made_new(changes, attached))
    return attached


@command("organisations.keep_members")
def end_membership(membership: Membership, *, until: Day, reason: str, by: User) -> None:
    """End what somebody is to an organisation: ``until`` is the first day without it.

    Raises Refusal without a reason or for a day that does not fit, Conflict for one that is ended.
    """
    alone()
    membership.refresh_from_db()
    refuse_future(until, "until")
    if not reason.strip():
        raise Refusal(_("还没有写原因。"), field="reason", mend=_("例如：组织关系转出。"))
    if membership.until is not None:
        raise Conflict(
            _("已在 %s 结束。") % membership.until,
            field="until",
            value=str(until),
            mend=_("请刷新页面再看。"),
        )
    if until < membership.since:
        raise Refusal(
            _("结束日期早于起始日期（%s）。") % membership.since,
            field="until",
            value=str(until),
            mend=_("请核对这两个日期。"),
        )
    record(save_changed(membership, until=until), reason=reason.strip()[:200])


def _made_new(changes: list[Change], membership: Membership) -> list[Change]:
    try:
        membership.save(force_insert=True)
    except IntegrityError as error:
        raise _doubled(error, membership) from error
    return changes + made(membership)


def _doubled(error: IntegrityError, membership: Membership) -> Conflict:
    """What the database refused, in words; nobody is named."""
    if "attached_once_at_a_time" in str(error):
        return Conflict(
            _("这名党员的组织关系已在另一个组织。"),
            field="person",
            value=str(membership.person),
            mend=_("请先办理转接，或登记为双报到。"),
        )
    if "membership_no_overlap" in str(error) or "unattached_once_at_a_time" in str(error):
        return _registered_already(membership.person)
    raise error


def _registered_already(person: Person) -> Conflict:
    return Conflict(
        _("这名党员已经登记过。"), field="person", value=str(person), mend=_("请打开已有的登记。")
    )


def refuse_without_members(organisation: Organisation, since: Day) -> None:
    """Raises Refusal for an organisation that holds no members or was not there yet, Conflict for a dissolved one."""
    running_period(organisation)
    holds: tuple[Any, ...] = tuple(k.value for k in HOLDS_MEMBERS)
    if organisation.kind not in holds:
        raise Refusal(
            _("%(kind)s不直接管理党员。") % {"kind": Kind(organisation.kind).label},
            field="organisation",
            value=organisation.name,
            mend=_("请选择党支部或联合党支部。"),
        )
    if organisation.founded is not None and since < organisation.founded:
        raise Refusal(
            _("这一天组织还没有成立（%s）。") % organisation.founded,
            field="since",
            value=str(since),
            mend=_("请核对日期。"),
        )


def refuse_wrong_days(membership: Membership, joined_on: Day | None) -> None:
    """Raises Refusal for days that cannot be: in the future, or a probation that was too short."""
    refuse_future(membership.since)
    if joined_on is None:
        return
    if joined_on > min(membership.since, timezone.localdate()):
        raise Refusal(
            _("入党日期晚于登记日期。"),
            field="joined_on",
            value="",
            mend=_("请核对这两个日期。"),
        )
    numbers = district_numbers()
    if membership.stage == Stage.FULL and not may_be_full(joined_on, timezone.localdate(), numbers):
        raise Refusal(
            _("预备期不满一年，到 %s 才能转正。") % probation_ends(joined_on, numbers),
            field="stage",
            value=str(membership.get_stage_display()),
            mend=_("请登记为预备党员，或核对入党日期。"),
        )

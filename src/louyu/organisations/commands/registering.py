"""How somebody registers themselves as a member whose relation is with no organisation (口袋党员)."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.commands import alone, command, made, record
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.sealing import keyed_digest
from louyu.core.words import name_key
from louyu.organisations.commands.members import refuse_wrong_days
from louyu.organisations.models import Membership
from louyu.people.commands import consented, linked
from louyu.people.models import Person, PersonalLink, Purpose
from louyu.places.models import Area
from louyu.tenants.models import Enterprise

HOURLY_FROM_ONE_ADDRESS = 5
"""Registrations that one address may send within an hour: a family, not a list."""
HOURLY = 300
"""Registrations that the whole district takes within an hour."""


class TooManyRegistrations(Refusal):
    """The limit of registrations within an hour is reached."""

    status = 429


@command("organisations.register_oneself")
def register_oneself(
    *,
    area: Area,
    name: str,
    phone: str,
    stage: str = Membership.Stage.FULL,
    joined_on: datetime.date | None = None,
    unit: str = "",
    agreed: bool,
    address: str,
    by: User,
) -> str:
    """Record what somebody says of themselves, with their consent on record; the code of their personal link.

    Always a person of its own: whether the register knows somebody of this name and number already, a public page
    neither tells nor uses. unit: the name of the enterprise, kept where the register has one of this name.
    address: where the form came from, of which only a keyed hash of this hour is held.
    Raises Refusal without the consent or for days that cannot be, TooManyRegistrations.
    """
    alone()
    if not agreed:
        raise Refusal(_("还没有同意。"), field="agreed", mend=_("同意后才能登记；不同意就不会留下任何信息。"))
    now = timezone.now()
    made_from = keyed_digest(f"registration {now:%Y-%m-%d %H}", address)
    _refuse_too_many(made_from, now)
    person = Person().put(name=name, phone=phone)
    person.save(force_insert=True)
    consent, changes = consented(person, Purpose.REGISTER)
    membership = Membership(
        person=person,
        area=area,
        enterprise=_enterprise(unit),
        status=Membership.Status.UNATTACHED,
        stage=str(Membership.Stage(stage).value),
        since=timezone.localdate(),
        basis=Membership.Basis.OWN,
        consent=consent.pk,
    ).put_joined(joined_on)
    refuse_wrong_days(membership, joined_on)
    membership.save(force_insert=True)
    code, link = linked(person, made_from=made_from)
    record([*made(person), *changes, *made(membership), *link])
    return code


def _refuse_too_many(made_from: bytes, now: datetime.datetime) -> None:
    links = PersonalLink.rows_without_a_reader.filter(made_at__gt=now - datetime.timedelta(hours=1))
    if (
        links.filter(made_from=made_from).count() >= HOURLY_FROM_ONE_ADDRESS
        or links.exclude(made_from=b"").count() >= HOURLY
    ):
        raise TooManyRegistrations(
            _("一小时内的登记次数已达上限。"),
            field="name",
            mend=_("请过一小时再试，或到社区党群服务中心登记。"),
        )


def _enterprise(unit: str) -> Enterprise | None:
    known = Enterprise.rows_without_a_reader.filter(name_key=name_key(unit), merged_into__isnull=True)
    found = list(known[:2]) if unit.strip() else []
    return found[0] if len(found) == 1 else None

"""What is done to persons."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from louyu.accounts.commands import command, made, record
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.models import Record
from louyu.people.models import Person, RevealLog
from louyu.people.queries import recent_reveals
from louyu.people.rules import HOURLY_REVEALS, REVEALABLE, reason_says_something


class TooManyReveals(Refusal):
    """The limit of values shown within an hour is reached."""

    status = 429


@command("people.reveal")
def reveal(shown_by: Record, *, fields: Sequence[str], reason: str, by: User) -> dict[str, str]:
    """The values of a person in the clear, by field (``name``, ``phone``, ``identity``); logged before they are shown.

    shown_by: the person, or the record through which the reader meets them (a contact): it decides the scope.
    Raises Refusal without a reason or for an unknown field, TooManyReveals beyond HOURLY_REVEALS in an hour.
    """
    reason = " ".join(reason.split())
    unknown = [f for f in fields if f not in REVEALABLE]
    if unknown or not fields:
        raise Refusal(
            _("没有这一项个人信息。"),
            field="fields",
            value=", ".join(unknown),
            mend=_("请选择姓名、电话或身份证号。"),
        )
    if not reason_says_something(reason):
        raise Refusal(
            _("请说明为什么要看。"),
            field="reason",
            value=reason,
            mend=_("写一句话，2 到 200 个字，例如：回访停车问题。"),
        )
    User.rows_without_a_reader.select_for_update().get(
        pk=by.pk
    )  # counts one user's reveals one after the other
    if recent_reveals(by) >= HOURLY_REVEALS:
        raise TooManyReveals(
            _("一小时内查看的个人信息已达上限（%(most)s 次）。") % {"most": HOURLY_REVEALS},
            field="fields",
            value=", ".join(fields),
            mend=_("请稍后再试；确需大量使用，请与区楼宇办联系。"),
        )
    holder: Any = shown_by
    person: Person = holder if isinstance(holder, Person) else holder.person
    log = RevealLog(person=person, by=by, fields=",".join(fields), reason=reason)
    log.save(force_insert=True)
    record(made(log), reason=reason)
    return {field: person.opened(field) for field in fields}

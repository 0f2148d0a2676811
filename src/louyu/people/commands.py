"""What is done to persons."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.core.errors import Conflict, Refusal
from louyu.core.models import Record
from louyu.people.models import Person, RevealLog
from louyu.people.queries import needed_for, people_called, recent_reveals
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


@command("people.erase")
def look_up(*, name: str, phone: str, reason: str, by: User) -> list[Person]:
    """The persons of exactly this name and telephone, for one who asks to be forgotten; the search is on record.

    Raises Refusal without a name or telephone, or without a reason.
    """
    if not name and not phone:
        raise Refusal(_("还没有写要找谁。"), field="name", mend=_("请写姓名全名，或电话号码，最好两样都写。"))
    reason = _checked(reason)
    found = people_called(name, phone, by)
    record([], reason=reason)
    return found


@command("people.erase")
def erase(person: Person, *, reason: str, by: User) -> None:
    """Destroy the person's key and values: nothing opens them any more, here, in the trail or in a batch.

    Raises Refusal without a reason, Conflict while they are needed by name (a duty that runs, a sign-in in use) and
    when it was done before.
    """
    reason = _checked(reason)
    alone()
    person.refresh_from_db()
    if person.erased:
        raise Conflict(_("这个人的信息已经删除。"), field="person", mend=_("不用再删。"))
    if needed := needed_for(person):
        raise Conflict(
            _("现在还不能删除：%s。") % needed[0].words,
            field="person",
            value=str(person),
            mend=_("请先处理这一项，再回到这里。"),
        )
    _overwrite_what_is_deleted()
    changes = save_changed(
        person,
        key_sealed=b"",
        name_sealed=b"",
        name_digest=b"",
        name_masked=ERASED,
        phone_sealed=b"",
        phone_digest=b"",
        phone_masked="",
        identity_sealed=b"",
        identity_digest=b"",
        identity_masked="",
    )
    if person.user_id is not None:
        User.rows_without_a_reader.filter(pk=person.user_id).update(name=ERASED)
        changes.append(Change(User._meta.label, person.user_id, {}, {"name": ERASED}))
    record(changes, reason=reason)


ERASED = "（已删除）"


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason_says_something(reason):
        raise Refusal(
            _("请说明理由。"),
            field="reason",
            value=reason,
            mend=_("写一句话，2 到 200 个字，例如：本人 11 月 24 日书面申请。"),
        )
    return reason


def _overwrite_what_is_deleted() -> None:
    """Let the database leave no old copy of the key in its pages and its log."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    transaction.on_commit(_forget_old_copies)


def _forget_old_copies() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM people_person")

"""What is done to persons."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, cast

from django.apps import AppConfig
from django.apps import apps as installed
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts import policy
from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.core import readings
from louyu.core.errors import Conflict, Refusal
from louyu.core.models import Record
from louyu.core.reasons import mend_of, reason_of
from louyu.people.models import Consent, ConsentText, Person, PersonalLink, Purpose, RevealLog
from louyu.people.queries import Own, link_digest, needed_for, newest_text, people_called, recent_reveals
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
    see = f"{shown_by._meta.app_label}.see_{shown_by._meta.model_name}"
    if see in policy.declared():  # whoever does not see the record does not meet the person through it
        policy.require(by, see, shown_by)
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
    record(_forgotten(person), reason=_checked(reason))


def _forgotten(person: Person) -> list[Change]:
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
    PersonalLink.rows_without_a_reader.filter(person=person, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )
    return changes


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


# One's own page: whoever is on it is who the page is about (``queries.Own``)


@command("people.keep_own")
def correct_own(one: Own, *, field: str, value: str, by: User) -> None:
    """Correct one's own name or telephone. Raises Refusal for another field or a value that cannot be."""
    alone()
    reader = {
        "name": _read_name,
        "phone": readings.read_phone,
        "identity": readings.read_identity_number,
    }.get(field)
    if reader is None:
        raise Refusal(_("没有这一项个人信息。"), field="field", value=field[:40])
    try:
        read = reader(value)
    except readings.Unreadable as problem:
        raise Refusal(
            f"{reason_of(problem)}。", field=field, value=value[:40], mend=mend_of(problem)
        ) from problem
    if not read:
        raise Refusal(_("还没有填写。"), field=field, mend=_("请填写正确的内容。"))
    fresh = Person(key_sealed=one.person.key_sealed).put(**{field: read})
    values = {f"{field}_{part}": getattr(fresh, f"{field}_{part}") for part in ("sealed", "digest", "masked")}
    record(save_changed(one.person, **values), reason=_("本人更正"))


def _read_name(value: str) -> str | None:
    return readings.read_text(value[:40])


@command("people.keep_own")
def show_openly(one: Own, *, shown: bool, by: User) -> None:
    """Show one's membership openly (亮出身份), or not any more."""
    alone()
    running = Consent.rows_without_a_reader.filter(
        person=one.person, text__purpose=Purpose.SHOW_OPENLY, withdrawn_at__isnull=True
    )
    if not shown:
        changes = [c for consent in running for c in save_changed(consent, withdrawn_at=timezone.now())]
        record(changes, reason=_("本人撤回"))
        return
    record([] if running.exists() else consented(one.person, Purpose.SHOW_OPENLY)[1])


@command("people.keep_own")
def withdraw(one: Own, *, by: User) -> None:
    """Withdraw the consent by which one registered: what rests on it alone ends, and one's values are forgotten.

    Somebody whom the rooms above still need by name (an office, an organisation's own roster) stays; then only the
    consent and what rested on it end.
    """
    alone()
    changes: list[Change] = []
    for consent in Consent.rows_without_a_reader.filter(person=one.person, withdrawn_at__isnull=True):
        changes += save_changed(consent, withdrawn_at=timezone.now())
    for end in WHEN_WITHDRAWN:
        changes += end(one.person)
    if not any(found(one.person) for found in RESTS_ELSEWHERE) and not needed_for(one.person):
        changes += _forgotten(one.person)
    record(changes, reason=_("本人撤回同意"))


WHEN_WITHDRAWN: list[Callable[[Person], list[Change]]] = []
"""What the rooms above end when somebody withdraws the consent by which they registered."""
CONSENT_ALONE = {"people.Consent", "people.PersonalLink", "people.RevealLog"}
"""Kinds of records about a person that are no other ground to hold them by name; rooms above add theirs."""


def _named_elsewhere(person: Person) -> bool:
    return any(
        model.rows_without_a_reader.filter(**{relation.field.name: person}).exists()
        for relation in Person._meta.related_objects
        if (model := cast(Any, relation.related_model))._meta.label not in CONSENT_ALONE
        and not model._meta.proxy
    )


RESTS_ELSEWHERE: list[Callable[[Person], bool]] = [_named_elsewhere]
"""Whether the person is held on another ground than their own consent; rooms above add theirs."""


@command("people.keep_own")
def forget_me(one: Own, *, by: User) -> None:
    """Have one's own values deleted. Raises Conflict while one is needed by name."""
    record(_forgotten(one.person), reason=_("本人申请删除"))


def consented(person: Person, purpose: str) -> tuple[Consent, list[Change]]:
    """Put on record that the person agrees to the newest text of a purpose; part of the running command."""
    consent = Consent(person=person, text=newest_text(purpose))
    consent.save(force_insert=True)
    return consent, made(consent)


def linked(person: Person, *, made_from: bytes = b"") -> tuple[str, list[Change]]:
    """A fresh personal link (its code, shown once); part of the running command."""
    code = secrets.token_urlsafe(24)
    link = PersonalLink(person=person, digest=link_digest(code), made_from=made_from)
    link.save(force_insert=True)
    return code, made(link)


@command("people.keep_consent_texts")
def word_consent(purpose: str, *, text: str, by: User) -> ConsentText:
    """Word a consent anew: its next version, asked for from now on. Raises Refusal for a text of a few words."""
    alone()
    if len(text.strip()) < 20:
        raise Refusal(
            _("告知内容太短。"), field="text", mend=_("请写明谁收集、收集什么、用来做什么、怎样撤回。")
        )
    worded = ConsentText(
        purpose=Purpose(purpose).value, version=newest_text(purpose).version + 1, text=text.strip()
    )
    worded.save(force_insert=True)
    record(made(worded))
    return worded


FIRST_TEXTS = {
    Purpose.REGISTER: (
        "您登记的姓名、电话、党员类别和入党日期，由所在社区的党组织保管，只用来帮您把组织关系落到合适的党支部，"
        "并与您联系。党员身份属于敏感个人信息：加密保存，页面上打码，谁看过都有记录，您随时能查。"
        "不用于其他用途，不对企业、物业和楼宇公开。您可以随时在个人页面更正、带走、撤回同意或删除。"
    ),
    Purpose.SHOW_OPENLY: (
        "亮出身份后，能看到您所在党组织的人会看到您的姓名。您可以随时收回，收回后立即不再显示。"
    ),
}


def seed(*, apps: Any = installed, sender: AppConfig | None = None, **_signal: Any) -> None:
    """Make the first text of each purpose that has none; called whenever migrations have run."""
    model = apps.get_model("people", "ConsentText")
    known = set(model.rows_without_a_reader.values_list("purpose", flat=True))
    model.rows_without_a_reader.bulk_create(
        model(purpose=purpose.value, version=1, text=text)
        for purpose, text in FIRST_TEXTS.items()
        if purpose.value not in known
    )

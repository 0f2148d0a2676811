"""What is done on a desk: telling, reading, following, writing notes, keeping views."""

import datetime
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from louyu.accounts import policy
from louyu.accounts.chain import Change, snapshot
from louyu.accounts.commands import command, made, record, save_changed
from louyu.accounts.models import User
from louyu.core.errors import Conflict, Refusal
from louyu.core.lists import lists_by_name
from louyu.core.models import Record
from louyu.core.prepared import prepared
from louyu.core.queries import working_days
from louyu.desk import rules
from louyu.desk.models import Follow, NamedView, Note, Notification
from louyu.desk.things import thing_of


@dataclass(frozen=True)
class Telling:
    """Something to be told to users about a thing: which kind of matter, in which words.

    text: a message of gettext (``gettext_noop``); said: what stands in its places, no personal value.
    about: the thing, or its model's label and its key.
    urgent: it is dangerous, and does not wait for working hours.
    """

    users: Collection[UUID]
    kind: str
    text: str
    about: Record | tuple[str, UUID]
    said: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False

    @property
    def place(self) -> tuple[str, UUID]:
        """Model's label and key of the thing."""
        return self.about if isinstance(self.about, tuple) else (self.about._meta.label, self.about.pk)


def notify(*tellings: Telling, at: datetime.datetime | None = None) -> None:
    """Tell them, within the caller's transaction; two queries, none where nobody is to be told.

    Who has the same matter about the same thing unread is not told again: the database sees to it. The trail says
    what happened; that somebody was told of it is not in it.
    """
    tellings = tuple(t for t in tellings if t.users)
    if not tellings:
        return
    now = timezone.localtime(at)
    days = working_days()
    Notification.rows_without_a_reader.bulk_create(
        (
            Notification(
                user_id=user,
                kind=telling.kind,
                about_model=telling.place[0],
                about=telling.place[1],
                text=telling.text,
                said=telling.said,
                urgent=telling.urgent,
                made_at=now,
                shown_from=rules.shown_from(now, days, urgent=telling.urgent),
            )
            for telling in tellings
            for user in dict.fromkeys(telling.users)
        ),
        ignore_conflicts=True,
    )


def told_since(since: datetime.datetime, *, kinds: Collection[str]) -> set[tuple[UUID, str, UUID]]:
    """(user, kind, thing) of what was told since a moment, read or not; one query."""
    rows = Notification.rows_without_a_reader.filter(made_at__gte=since, kind__in=kinds)
    return set(rows.values_list("user_id", "kind", "about"))


def mark_read(reader: User, *, of: Iterable[UUID] | None = None, about: UUID | None = None) -> int:
    """Put the reader's own messages away: these, those about a thing, or all that are shown; how many that were.

    A mark of one's own reading is no change of any record, so it leaves nothing in the trail.
    """
    found = Notification.rows_without_a_reader.filter(user=reader, read_at__isnull=True)
    if about is not None:
        found = found.filter(about=about)
    elif of is not None:
        found = found.filter(pk__in=list(of))
    else:
        found = found.filter(shown_from__lte=timezone.now())
    return int(found.update(read_at=timezone.now()))


# Following


@command("desk.follow")
def follow(*, about: Record, by: User) -> None:
    """Be told from now on what happens to a thing that one sees. Following twice changes nothing."""
    _refuse_unseen(about, by)
    if not thing_of(about._meta.label).followed:
        raise Refusal(
            _("这类记录不能关注。"),
            field="about_model",
            value=about._meta.label,
            mend=_("可以关注楼宇、企业和办件。"),
        )
    row, fresh = Follow.rows_without_a_reader.get_or_create(
        user=by, about_model=about._meta.label, about=about.pk
    )
    record(made(row) if fresh else [])


@command("desk.follow")
def unfollow(*, about: UUID, by: User) -> None:
    """Follow a thing no longer; nothing happens where it was not followed."""
    rows = list(Follow.rows_without_a_reader.filter(user=by, about=about))
    changes = [Change(row._meta.label, row.pk, snapshot(row), None) for row in rows]
    Follow.rows_without_a_reader.filter(pk__in=[row.pk for row in rows]).delete()
    record(changes)


def followers(abouts: Iterable[UUID | None]) -> dict[UUID, list[UUID]]:
    """Thing → who follows it, of those things that somebody follows; one query."""
    found: dict[UUID, list[UUID]] = {}
    for about, user in _follows(*(a for a in abouts if a is not None)):
        found.setdefault(about, []).append(user)
    return found


@prepared
def _follows(*abouts: UUID) -> "models.QuerySet[Any]":
    return Follow.rows_without_a_reader.filter(about__in=abouts).values_list("about", "user_id")


def changed(about: UUID, text: str, said: dict[str, Any] | None = None, *, at: datetime.datetime) -> None:
    """Keep for those who follow a thing what happened to it last; its text is a message of gettext."""
    Follow.rows_without_a_reader.filter(about=about).update(
        changed_at=at, changed_text=text, changed_said=said or {}
    )


def tell_followers(touched: Iterable[UUID | None], kind: str, text: str, *, by: User, **said: Any) -> None:
    """Tell whoever follows one of these things that it changed: one query where nobody follows anything.

    touched: as many keys as an import touches, of things that can be followed or not; read only when it is needed.
    """
    rows: dict[UUID, list[Follow]] = {}
    for row in Follow.rows_without_a_reader.all():
        rows.setdefault(row.about, []).append(row)
    if not rows:
        return
    now = timezone.localtime()
    told: list[Telling] = []
    for about in rows.keys() & set(touched):
        changed(about, text, said, at=now)
        who = rules.of_others((row.user_id for row in rows[about]), but={by.pk})
        told.append(Telling(who, kind, text, (rows[about][0].about_model, about), said))
    notify(*told, at=now)


# Notes


@command("desk.write_note")
def write_note(*, about: Record, text: str, by: User) -> Note:
    """Write a note on a thing that one sees; those who follow it are told.

    Raises Refusal for a text that says nothing, is too long or holds what looks like a personal number.
    """
    _refuse_unseen(about, by)
    if not thing_of(about._meta.label).noted:
        raise Refusal(
            _("这类记录不能写备注。"),
            field="about_model",
            value=about._meta.label,
            mend=_("办件的备注写在办理经过里。"),
        )
    note = Note(about_model=about._meta.label, about=about.pk, text=_kept_text(text), by=by)
    note.save(force_insert=True)
    told = gettext_noop("%(who)s写了备注")
    said = {"who": str(by)}
    who = rules.of_others(followers([about.pk]).get(about.pk, ()), but={by.pk})
    notify(Telling(who, "note", gettext_noop("%(who)s在您关注的地方写了备注"), about, said))
    if who:
        changed(about.pk, told, said, at=note.at)
    record(made(note))
    return note


@command("desk.mend_note")
def correct_note(note: Note, *, text: str, by: User) -> None:
    """Say it better; the trail keeps what it said before. Only who wrote it may."""
    _refuse_withdrawn(note)
    text = _kept_text(text)
    record(save_changed(note, text=text, corrected_at=timezone.now()) if text != note.text else [])


@command("desk.mend_note")
def withdraw_note(note: Note, *, by: User) -> None:
    """Take a note of one's own back: it is shown no more, the trail keeps it."""
    _refuse_withdrawn(note)
    record(save_changed(note, withdrawn_at=timezone.now()))


def _refuse_withdrawn(note: Note) -> None:
    note.refresh_from_db()
    if note.withdrawn_at is not None:
        raise Conflict(_("这条备注已经撤回。"), field="note", value=note.text[:40], mend=_("可以另写一条。"))


def _kept_text(text: str) -> str:
    plain = text.replace("\0", "").encode(errors="ignore").decode().strip()
    if not rules.text_says_something(plain):
        raise Refusal(
            _("请写 1 到 %(most)s 个字。") % {"most": rules.MOST_TEXT},
            field="text",
            value=plain[:40],
            mend=_("写清楚是什么事；长的内容用附件或办件。"),
        )
    if found := rules.personal_in(plain):
        raise Refusal(
            _("备注里像是有手机号或身份证号。"),
            field="text",
            value=f"{found[:3]}…",
            mend=_("请删去号码；联系方式登记在联络人里，那里会加密和掩码。"),
        )
    return plain


def _refuse_unseen(about: Record, by: User) -> None:
    """What one may not see is not there. Raises DoesNotExist."""
    type(about).objects.for_reader(by).get(pk=about.pk)


# Views


@command("desk.keep_view")
def keep_view(*, list_name: str, path: str, query: str, name: str, shared: str = "", by: User) -> NamedView:
    """Keep a list's filters under a name. Raises Refusal for a list there is not, Conflict for a name taken."""
    if list_name not in lists_by_name():
        raise Refusal(_("没有这个列表。"), field="list", value=list_name[:40], mend=_("请从列表的页面上来。"))
    query = rules.normal_query(query)
    if len(query) > rules.MOST_QUERY:
        raise Refusal(
            _("筛选条件太长。"), field="query", value=query[:40], mend=_("请去掉几个筛选条件再保存。")
        )
    own = NamedView.rows_without_a_reader.filter(user=by)
    if own.count() >= rules.MOST_VIEWS:
        raise Refusal(
            _("最多保存 %(most)s 个视图。") % {"most": rules.MOST_VIEWS},
            field="name",
            value=name[:40],
            mend=_("请先删去不用的视图。"),
        )
    last = own.aggregate(last=models.Max("position"))["last"]
    view = NamedView(
        user=by,
        list=list_name,
        path=path[:200],
        query=query,
        name=_kept_name(name),
        position=0 if last is None else last + 1,
        **_shared_with(shared, by),
    )
    with _once(view.name):
        view.save(force_insert=True)
    record(made(view))
    return view


@command("desk.keep_view")
def change_view(view: NamedView, *, name: str, shared: str | None = None, by: User) -> None:
    """Rename a view of one's own, or share it otherwise (None: as before)."""
    values = {"name": _kept_name(name), **({} if shared is None else _shared_with(shared, by))}
    with _once(name):
        record(save_changed(view, **values))


@command("desk.keep_view")
def delete_view(view: NamedView, *, by: User) -> None:
    """Throw a view of one's own away."""
    changes = [Change(view._meta.label, view.pk, snapshot(view), None)]
    NamedView.rows_without_a_reader.filter(pk=view.pk).delete()
    record(changes)


@command("desk.keep_view")
def move_view(view: NamedView, *, up: bool, by: User) -> None:
    """Put a view of one's own one place further up or down."""
    own = {str(v.pk): v for v in NamedView.rows_without_a_reader.filter(user=by)}
    order = rules.moved(list(own), str(view.pk), up=up)
    record([change for n, key in enumerate(order) for change in save_changed(own[key], position=n)])


def _kept_name(name: str) -> str:
    plain = " ".join(name.replace("\0", "").encode(errors="ignore").decode().split())
    if not 0 < len(plain) <= rules.MOST_NAME:
        raise Refusal(
            _("名称要有 1 到 %(most)s 个字。") % {"most": rules.MOST_NAME},
            field="name",
            value=plain[:60],
            mend=_("写几个字，例如：超期的办件。"),
        )
    return plain


def _shared_with(shared: str, by: User) -> dict[str, Any]:
    """Whom a view is shared with: those of the maker's role, those of their scope, or everybody."""
    none = {"shared": "", "role": "", "scope_kind": "", "scope_id": None}
    if shared == NamedView.Shared.NOBODY:
        return none
    if shared not in NamedView.Shared.values:
        raise Refusal(_("没有这个选项。"), field="shared", value=shared[:40], mend=_("请从列表中选择。"))
    policy.require(by, "desk.share_view")
    if shared == NamedView.Shared.EVERYBODY and not policy.everywhere(by, "desk.share_view"):
        raise Refusal(
            _("只有区楼宇办能给所有人。"),
            field="shared",
            value=str(NamedView.Shared.EVERYBODY.label),
            mend=_("可以给同角色或同范围的人。"),
        )
    roles = policy.declared()["desk.share_view"].roles
    grant = next(g for g in by.running_grants if g.role in roles)
    if shared == NamedView.Shared.ROLE:
        return none | {"shared": shared, "role": grant.role}
    if shared == NamedView.Shared.SCOPE:
        return none | {"shared": shared, "scope_kind": grant.scope_kind, "scope_id": grant.scope_id}
    return none | {"shared": shared}


@contextmanager
def _once(name: str) -> Iterator[None]:
    """Turns the database's refusal of a name that is taken into words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(_("您已有同名的视图。"), field="name", value=name, mend=_("请换一个名称。")) from error

"""The list of users, and that of the audit trail."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts import queries, scopes
from louyu.accounts.action_words import ACTIONS, action_words
from louyu.accounts.change_words import without_numbers
from louyu.accounts.models import ROLE_NAMES, Grant
from louyu.core.lists import Choice, Chosen, Column, List, Option, yes_or_no
from louyu.core.lists.filters import DateRange, Text
from louyu.core.scoping import Reader


def _hang_grants(rows: Sequence[Any], reader: Reader) -> None:
    held = queries.grants_of(rows, reader)
    places = scopes.names_of(g for grants in held.values() for g in grants)
    for user in rows:
        user.held = "；".join(grant_words(g, places[g.pk]) for g in held.get(user.pk, ()))


def grant_words(grant: Grant, place: str) -> str:
    """「楼企管理员 华伟总部大厦，至 12-03」."""
    words = f"{grant.get_role_display()} {place}"
    if grant.until is None:
        return words
    last = grant.until - datetime.timedelta(days=1)
    return _("%(what)s，至 %(day)s") % {"what": words, "day": f"{last:%Y-%m-%d}"}


def _last_sign_in(user: Any) -> str | None:
    return f"{timezone.localtime(user.last_login):%Y-%m-%d %H:%M}" if user.last_login else None


def _state(user: Any) -> str:
    if not user.is_active:
        return _("已停用")
    return _("等本人改密码") if user.password_given else _("可以登录")


USERS = List(
    name="users",
    title=gettext_lazy("用户"),
    counted=gettext_lazy("共 %(count)s 位"),
    rows=queries.users,
    search="found_by",
    search_hint=gettext_lazy("用户名或称呼"),
    columns=(
        Column(
            "username",
            gettext_lazy("用户名"),
            "username",
            sort="username",
            nullable=False,
            link=lambda user: reverse("accounts:user", args=[user.pk]),
            prepare=_hang_grants,
            width=18,
        ),
        Column("name", gettext_lazy("称呼"), "name", sort="name", nullable=False, width=14),
        Column(
            "grants", gettext_lazy("授权"), "held", absent=gettext_lazy("没有授权"), style="wrap", width=50
        ),
        Column("state", gettext_lazy("状态"), _state, width=12),
        Column(
            "second_step",
            gettext_lazy("两步登录"),
            "second_step",
            "yes",
            annotations=lambda reader: {"second_step": queries.with_second_step()},
            priority=2,
            width=10,
        ),
        Column(
            "last_login",
            gettext_lazy("最近登录"),
            _last_sign_in,
            sort="last_login",
            absent=gettext_lazy("没有登录过"),
            priority=2,
            width=18,
        ),
    ),
    filters=(
        Choice(
            "role",
            gettext_lazy("角色"),
            lambda value, chosen: queries.holding("" if value == "none" else value, chosen.reader),
            (
                *(Option(role.value, name) for role, name in ROLE_NAMES.items()),
                Option("none", gettext_lazy("没有授权")),
            ),
        ),
        Choice(
            "state",
            gettext_lazy("状态"),
            lambda value, chosen: {
                "active": Q(is_active=True),
                "given": Q(is_active=True, password_given=True),
                "inactive": Q(is_active=False),
            }[value],
            (
                Option("active", gettext_lazy("可以登录")),
                Option("given", gettext_lazy("等本人改密码")),
                Option("inactive", gettext_lazy("已停用")),
            ),
        ),
        yes_or_no(
            "second_step", gettext_lazy("两步登录"), lambda value, chosen: Q(queries.with_second_step())
        ),
    ),
    default_sort="username",
    definition=gettext_lazy("能登录的和已停用的用户，命令行的用户也在内。"),
    empty=gettext_lazy("还没有用户"),
    empty_mend=gettext_lazy("请新建用户，或从一长两员名单开通。"),
)


def _hang_changes(rows: Sequence[Any], reader: Reader) -> None:
    told = queries.told(rows, most=3)
    for entry in rows:
        names = dict.fromkeys(f"{t.step.what} {t.name}" for t in told.get(entry.pk, ()) if t.step)
        entry.what = "、".join(names) + (
            _(" 等 %(count)s 条") % {"count": f"{entry.last + 1:,}"} if (entry.last or 0) > 2 else ""
        )


def _moment(entry: Any) -> str:
    return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"


def _reason(entry: Any) -> str:
    return without_numbers(entry.reason)


def _days(value: Any, chosen: Chosen) -> Q:
    first, last = (None if day is None else timezone.make_aware(_midnight(day)) for day in value)
    return queries.between(first, last + datetime.timedelta(days=1) if last else None)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min)


def _of_record(value: str, chosen: Chosen) -> Q:
    try:
        return queries.about(UUID(value.strip()))
    except ValueError:
        return queries.NOTHING


TRAIL = List(
    name="trail",
    title=gettext_lazy("审计记录"),
    counted=gettext_lazy("共 %(count)s 条"),
    rows=queries.entries,
    load=lambda rows, reader: rows.select_related("by"),
    columns=(
        Column(
            "action",
            gettext_lazy("做了什么"),
            lambda entry: (
                _("%(action)s：%(what)s") % {"action": action_words(entry.action), "what": entry.what}
                if entry.what
                else action_words(entry.action)
            ),
            link=lambda entry: reverse("accounts:entry", args=[entry.pk]),
            prepare=_hang_changes,
            width=60,
        ),
        Column("reason", gettext_lazy("理由"), _reason, brief=True, priority=2, width=36),
        Column("by", gettext_lazy("谁"), lambda entry: str(entry.by) if entry.by else None, width=14),
        Column("at", gettext_lazy("时间"), _moment, width=20),
        Column(
            "number",
            gettext_lazy("序号"),
            "sequence",
            "number",
            sort="sequence",
            nullable=False,
            width=10,
        ),
    ),
    filters=(
        Text("by", gettext_lazy("用户名"), lambda value, chosen: Q(by__username=value)),
        Choice(
            "action",
            gettext_lazy("做了什么"),
            "action",
            tuple(Option(code, words) for code, words in ACTIONS.items()),
        ),
        Text("record", gettext_lazy("记录的键"), _of_record),
        DateRange("day", gettext_lazy("日期"), _days),
    ),
    default_sort="-number",
    definition=gettext_lazy("每做一件事一条，环环相扣；个人信息加密保存，这里不打开。"),
    empty=gettext_lazy("还没有审计记录"),
)

"""Sign-ins for the people of the list of officers: several at once, or one that is there already."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from louyu.accounts.commands import add_user, new_password
from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.accounts.queries import users
from louyu.core.errors import NotPermitted, Refusal
from louyu.duties.commands import join_sign_in
from louyu.people.models import Person
from louyu.site.queries import officers_without_sign_in

MOST_AT_ONCE = 30
"""Each password is hashed, which takes a good part of a second on purpose."""


@dataclass
class Line:
    """An officer on the page: who, of what, the user name proposed or typed, and what is wrong with it."""

    person: Person
    name: str
    duties: str
    username: str
    chosen: bool = False
    error: str = ""

    @property
    def field(self) -> str:
        """The name of the input with the user name."""
        return f"username-{self.person.pk.hex}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def officer_sign_ins(request: HttpRequest) -> HttpResponse:
    """The officers who cannot sign in yet; those chosen are given a user name and a password to hand out."""
    reader: Any = request.user
    require(reader, "accounts.keep_users")
    lines = [Line(o.person, o.name, o.duties, o.proposed) for o in officers_without_sign_in()]
    if request.method != "POST":
        for line in lines[:MOST_AT_ONCE]:
            line.chosen = True
        return _page(request, lines)
    wanted = set(request.POST.getlist("person"))
    for line in lines:
        line.chosen = line.person.pk.hex in wanted
        line.username = request.POST.get(line.field, line.username).strip()
    chosen = [line for line in lines if line.chosen]
    if not chosen or len(chosen) > MOST_AT_ONCE:
        error = (
            _("还没有选人。请勾选要开通的人。")
            if not chosen
            else _("一次最多开通 %(most)s 人，您选了 %(count)s 人。请去掉几个，下一次再开通。")
            % {"most": MOST_AT_ONCE, "count": len(chosen)}
        )
        return _page(request, lines, error=error, status=422)
    handed = [made for line in chosen if (made := _made(line, reader)) is not None]
    if handed:
        left = [line for line in chosen if line.error]
        return render(request, "accounts/password_once.html", {"handed": handed, "left": left})
    return _page(request, lines, error=_("一个也没有开通。请看各行的说明。"), status=422)


def _made(line: Line, by: User) -> tuple[User, str] | None:
    """The new user with the password to hand over; None, with the error on the line, where it was refused."""
    password = new_password()
    try:
        with transaction.atomic():
            user = add_user(line.username, name=line.name, password=password, given=True, by=by)
            join_sign_in(user, person=line.person, by=by)
    except NotPermitted:
        raise
    except Refusal as refusal:
        line.error = f"{refusal.reason}{refusal.mend}"
        return None
    return user, password


def _page(request: HttpRequest, lines: list[Line], *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"lines": lines, "error": error, "most": MOST_AT_ONCE}
    return render(request, "site/officer_sign_ins.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join_officer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say which person of the list of officers a user is."""
    reader: Any = request.user
    require(reader, "accounts.keep_users")
    user: User = get_object_or_404(users(reader), pk=key)
    officers = officers_without_sign_in()
    error = ""
    if request.method == "POST":
        person = next((o.person for o in officers if o.person.pk.hex == request.POST.get("person")), None)
        if person is None:
            error = _("请选择一个人。")
        else:
            join_sign_in(user, person=person, by=reader)
            messages.success(request, _("已对应，职责给的权利自动跟着走。"))
            return redirect("accounts:user", key)
    officers.sort(key=lambda o: o.name != user.name)
    context = {"subject": user, "officers": officers, "error": error}
    return render(request, "site/join_officer.html", context, status=422 if error else 200)

"""Pages of users and of the audit trail."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from louyu.accounts import commands, queries, scopes
from louyu.accounts.action_words import action_words
from louyu.accounts.change_words import without_numbers
from louyu.accounts.forms import GrantForm, NameForm, NewUserForm, ReasonForm
from louyu.accounts.jobs import CHECK_TRAIL
from louyu.accounts.lists import TRAIL, USERS
from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.jobs import at_once, start
from louyu.core.lists import show
from louyu.core.queries import jobs

AT_ONCE = 20_000
"""Entries that are checked while the page waits; more by a runner."""


@require_safe
def user_list(request: HttpRequest) -> HttpResponseBase:
    """The users with what they were granted."""
    reader: Any = request.user
    require(reader, "accounts.keep_users")
    return show(request, USERS, "accounts/user_list.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_user(request: HttpRequest) -> HttpResponse:
    """Make a user with a first role; the password is shown once."""
    reader: Any = request.user
    require(reader, "accounts.keep_users")
    if request.method != "POST":
        return render(request, "accounts/new_user.html", {"form": NewUserForm(initial=_given(request))})
    form = NewUserForm(request.POST)
    if form.is_valid():
        said, password = form.cleaned_data, commands.new_password()
        try:
            with transaction.atomic():
                user = commands.add_user(
                    said["username"], name=said["name"], password=password, given=True, by=reader
                )
                commands.grant(user, **form.chosen(user), by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            return render(request, "accounts/password_once.html", {"handed": [(user, password)]})
    return render(request, "accounts/new_user.html", {"form": form}, status=422)


def _given(request: HttpRequest) -> dict[str, str]:
    return {k: request.GET[k] for k in ("username", "name", "role", "scope") if k in request.GET}


def _tell(form: Any, refusal: Refusal) -> None:
    """Put a refusal beside its field; above the form where it has no field there."""
    field = {"until": "last_day"}.get(refusal.field, refusal.field)
    form.add_error(field if field in form.fields else None, f"{refusal.reason}{refusal.mend}")


def _user(request: HttpRequest, key: UUID) -> User:
    reader: Any = request.user
    require(reader, "accounts.keep_users")
    found: User = get_object_or_404(queries.users(reader), pk=key)
    return found


@require_safe
@never_cache
def user(request: HttpRequest, key: UUID) -> HttpResponse:
    """One user: what they were granted, how they sign in, what can be done about it."""
    return _user_page(request, _user(request, key))


def _user_page(request: HttpRequest, found: User, **forms: Any) -> HttpResponse:
    reader: Any = request.user
    today = timezone.localdate()
    held = queries.all_grants_of(found, reader)
    places = scopes.names_of(held)
    sources = scopes.sources_of([g.pk for g in held])
    rows: list[dict[str, Any]] = [
        {"grant": g, "place": places[g.pk], "source": sources.get(g.pk)}
        for g in held
        if g.until is None or g.until > g.since
    ]
    context = {
        "subject": found,
        "running": [r for r in rows if r["grant"].until is None or r["grant"].until > today],
        "ended": [r for r in rows if r["grant"].until is not None and r["grant"].until <= today],
        "own": found.pk == reader.pk,
        "console": found.username == commands.CONSOLE,
        "sessions": queries.signed_in_devices(found),
        "second_step": queries.has_second_step(found),
        "grant_form": GrantForm(),
        "name_form": NameForm(initial={"name": found.name}),
        "reason_form": ReasonForm(),
    }
    return render(request, "accounts/user.html", context | forms, status=422 if forms else 200)


@require_POST
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a user a role over a scope."""
    reader: Any = request.user
    found, form = _user(request, key), GrantForm(request.POST)
    if form.is_valid():
        try:
            commands.grant(found, **form.chosen(found), by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, _("已授予。"))
            return redirect("accounts:user", key)
    return _user_page(request, found, grant_form=form)


@require_POST
def take_back(request: HttpRequest, key: UUID, grant: UUID) -> HttpResponse:
    """Take a role back."""
    reader: Any = request.user
    found = _user(request, key)
    given = next((g for g in queries.all_grants_of(found, reader) if g.pk == grant), None)
    if given is None:
        raise Refusal(_("没有这项授权。"), field="grant", value=str(grant), mend=_("请刷新页面再看。"))
    commands.end_grant(given, by=reader)
    messages.success(request, _("已收回，今天起不再有效。"))
    return redirect("accounts:user", key)


@require_POST
def rename(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change how a user is called."""
    reader: Any = request.user
    found, form = _user(request, key), NameForm(request.POST)
    if not form.is_valid():
        return _user_page(request, found, name_form=form)
    commands.rename_user(found, name=form.cleaned_data["name"], by=reader)
    messages.success(request, _("已改称呼。"))
    return redirect("accounts:user", key)


@require_POST
def set_active(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a user sign in no more, or again."""
    reader: Any = request.user
    found, form = _user(request, key), ReasonForm(request.POST)
    if not form.is_valid():
        return _user_page(request, found, reason_form=form)
    active = not found.is_active
    commands.set_active(found, active=active, reason=form.cleaned_data["reason"], by=reader)
    messages.success(request, _("已重新启用。") if active else _("已停用，登录都已结束。"))
    return redirect("accounts:user", key)


@require_POST
@never_cache
def reset_password(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a user a new password, shown this once."""
    reader: Any = request.user
    found = _user(request, key)
    password = commands.reset_password(found, by=reader)
    return render(request, "accounts/password_once.html", {"handed": [(found, password)]})


def _done_to(command: Callable[..., None], words: Callable[[], str]) -> Callable[..., HttpResponse]:
    """A page that does one thing to a user and goes back to them."""

    @require_POST
    def page(request: HttpRequest, key: UUID) -> HttpResponse:
        command(_user(request, key), by=request.user)
        messages.success(request, words())
        return redirect("accounts:user", key)

    return page


end_sessions = _done_to(commands.end_sessions, lambda: _("登录都已结束。"))
drop_second_step = _done_to(commands.drop_second_step, lambda: _("已停用两步登录。"))


# The trail


@require_safe
def trail(request: HttpRequest) -> HttpResponseBase:
    """The audit trail, the newest first."""
    reader: Any = request.user
    require(reader, "accounts.see_trail")
    return show(request, TRAIL, "accounts/trail.html")


@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry: who, when, why, and each record before and after."""
    reader: Any = request.user
    require(reader, "accounts.see_trail")
    found: Any = get_object_or_404(
        queries.entries(reader).select_related("by", "undoes"), pk=min(number, 2**62)
    )
    told = queries.told([found])[found.pk]
    newest = queries.newest_entry()
    return render(
        request,
        "accounts/entry.html",
        {
            "entry": found,
            "words": action_words(found.action),
            "reason": without_numbers(found.reason),
            "told": told,
            "more": (found.last + 1 if found.last is not None else 0) - len(told),
            "digest": bytes(found.digest).hex(),
            "before": found.pk - 1,
            "after": found.pk + 1 if found.pk < newest else 0,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_trail(request: HttpRequest) -> HttpResponse:
    """Whether the trail is whole: asked for, and what came of it the last time this reader asked."""
    reader: Any = request.user
    require(reader, "accounts.see_trail")
    if request.method == "POST":
        if queries.newest_entry() > AT_ONCE:
            start(CHECK_TRAIL, by=reader.pk)
        else:
            at_once(CHECK_TRAIL, by=reader.pk)
        return redirect("accounts:check_trail")
    last = jobs(reader).filter(kind=CHECK_TRAIL, by_id=reader.pk).order_by("-id").first()
    if last is None:
        return redirect("accounts:trail")
    return render(request, "accounts/trail_checked.html", {"check": last, "found": last.result})

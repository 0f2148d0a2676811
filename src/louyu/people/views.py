"""Pages about persons: who looked at whose values; a person who asks for it is forgotten; everybody's own page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from louyu.accounts.commands import public_user
from louyu.accounts.policy import require
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.lists import show
from louyu.people import commands, copies, queries
from louyu.people.forms import EraseForm, LookUpForm
from louyu.people.lists import REVEALS
from louyu.people.models import Purpose


@require_safe
def reveals(request: HttpRequest) -> HttpResponseBase:
    """Who looked at whose values, and why."""
    reader: Any = request.user
    require(reader, "people.see_reveallog")
    return show(request, REVEALS, "people/reveals.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """Find the person who asks to be forgotten; the search is on record."""
    reader: Any = request.user
    require(reader, "people.erase")
    form = LookUpForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = commands.look_up(**form.cleaned_data, by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field, f"{refusal.reason}{refusal.mend}")
    context = {"form": form, "found": found, "asked": found is not None}
    return render(request, "people/look_up.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: HttpRequest, key: UUID) -> HttpResponse:
    """What vanishes when this person is forgotten; the second step does it."""
    reader: Any = request.user
    require(reader, "people.erase")
    person = get_object_or_404(queries.people(reader), pk=key)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        commands.erase(person, reason=form.cleaned_data["reason"], by=reader)
        messages.success(request, _("已删除，密钥已销毁。"))
        return redirect("people:look_up")
    context = {
        "form": form,
        "person": person,
        "mentions": queries.mentions(person),
        "held": queries.held_in(person),
        "needed": queries.needed_for(person),
    }
    return render(request, "people/erase.html", context, status=422 if form.errors else 200)


# One's own page


def _own(request: HttpRequest, code: str) -> queries.Own | None:
    """Whose page it is: of the personal link, else of the sign-in. Raises Http404 for a link that is none."""
    if code:
        found = queries.own_by_link(code, public_user())
        if found is None:
            raise Http404
        return found
    user: Any = request.user
    return queries.own(user)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """Everything held on whoever is here, who looked at it and why; and what they can do about it."""
    one = _own(request, code)
    if one is None:
        return render(request, "people/own_nothing.html", status=200)
    refused = None
    if request.method == "POST":
        try:
            return _done(request, one)
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused = refusal
    openly = queries.shown_openly([one.person]).exists()
    context = {
        "one": one,
        "layout": "entrance.html" if code else "base.html",
        "held": queries.held_on(one),
        "looks": queries.looks_at(one),
        "consents": queries.consents_of(one),
        "openly": openly,
        "openly_text": queries.newest_text(Purpose.SHOW_OPENLY),
        "values": {field: one.person.opened(field) for field in queries.OWN_FIELDS},
        "refused": refused,
    }
    return render(request, "people/own.html", context, status=422 if refused else 200)


def _done(request: HttpRequest, one: queries.Own) -> HttpResponse:
    """Carry out what a form of the page asks for."""
    asked = request.POST.get("do", "")
    if asked == "correct":
        field, value = request.POST.get("field", ""), request.POST.get("value", "")
        commands.correct_own(one, field=field, value=value, by=one.by)
        messages.success(request, _("已更正。"))
    elif asked in ("show", "hide"):
        commands.show_openly(one, shown=asked == "show", by=one.by)
        messages.success(request, _("已亮出身份。") if asked == "show" else _("已收回，不再显示。"))
    elif asked == "withdraw":
        commands.withdraw(one, by=one.by)
        return render(request, "people/own_gone.html")
    elif asked == "forget":
        commands.forget_me(one, by=one.by)
        return render(request, "people/own_gone.html")
    else:
        raise Refusal(_("没有这个操作。"), field="do", value=asked[:40], mend=_("请刷新页面再试。"))
    return redirect("people:own_by_link", one.code) if one.code else redirect("people:own")


@require_safe
@never_cache
def own_copy(request: HttpRequest, form: str, code: str = "") -> HttpResponse:
    """A copy of everything held on whoever is here, to take along."""
    one = _own(request, code)
    if one is None or form not in ("json", "pdf"):
        raise Http404
    content, kind = (
        (copies.as_pdf(one), "application/pdf")
        if form == "pdf"
        else (copies.as_json(one), "application/json")
    )
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="louyu-my-data.{form}"'
    return answer

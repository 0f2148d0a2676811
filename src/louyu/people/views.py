"""Pages about persons: who looked at whose values; a person who asks for it is forgotten."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from louyu.accounts.policy import require
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.lists import show
from louyu.people import commands, queries
from louyu.people.forms import EraseForm, LookUpForm
from louyu.people.lists import REVEALS


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

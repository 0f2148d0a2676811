"""Notes on a thing: written on its page, corrected and withdrawn on one of their own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.core.errors import NotPermitted, Refusal
from louyu.desk import commands, queries
from louyu.desk.forms import NoteForm
from louyu.desk.models import Note
from louyu.desk.things import Thing
from louyu.desk.views.following import named_thing


@require_POST
def write_note(request: HttpRequest) -> HttpResponse:
    """Write a note; refused, a page shows what was typed with the reason."""
    reader: Any = request.user
    thing, found = named_thing(request, reader)
    form = NoteForm(request.POST)
    try:
        commands.write_note(about=found, text=request.POST.get("text", ""), by=reader)
    except NotPermitted:
        raise
    except Refusal as refusal:
        form.refused(refusal)
        return _page(request, thing, found, form)
    messages.success(request, _("已写下。"))
    return redirect(f"{thing.link(found.pk)}#notes")


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct a note of one's own."""
    reader: Any = request.user
    found, thing, about = _own(reader, key)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"text": found.text})
    if request.method == "POST":
        try:
            commands.correct_note(found, text=request.POST.get("text", ""), by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("已改好。"))
            return redirect(f"{thing.link(about.pk)}#notes")
    return _page(request, thing, about, form, note=found)


@require_POST
def withdraw_note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a note of one's own back."""
    reader: Any = request.user
    found, thing, about = _own(reader, key)
    commands.withdraw_note(found, by=reader)
    messages.success(request, _("已撤回。"))
    return redirect(f"{thing.link(about.pk)}#notes")


def _own(reader: User, key: UUID) -> tuple[Note, Thing, Any]:
    try:
        found = queries.note_for(reader, key)
    except Note.DoesNotExist as error:
        raise Http404 from error
    require(reader, "desk.mend_note", found)
    thing, about = queries.thing_for(reader, found.about_model, found.about)
    return found, thing, about


def _page(
    request: HttpRequest, thing: Thing, about: Any, form: NoteForm, *, note: Note | None = None
) -> HttpResponse:
    return render(
        request,
        "desk/note.html",
        {"thing": thing, "about": about, "words": thing.words(about), "link": thing.link(about.pk), "form": form,
         "note": note},
        status=422 if form.errors else 200,
    )  # fmt: skip

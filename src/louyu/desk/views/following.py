"""What the reader follows; the button that follows a thing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from louyu.accounts.models import User
from louyu.desk import commands, queries
from louyu.desk.things import Thing


@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """All that the reader follows, with what happened to it last."""
    reader: Any = request.user
    return render(request, "desk/following.html", {"followed": queries.followed(reader)})


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow a thing (``about_model``, ``about``), or with ``stop`` no longer; back to its page."""
    reader: Any = request.user
    thing, found = named_thing(request, reader)
    if request.POST.get("stop"):
        commands.unfollow(about=found.pk, by=reader)
        messages.success(request, _("已不再关注。"))
    else:
        commands.follow(about=found, by=reader)
        messages.success(request, _("已关注，有变化会告诉您。"))
    return redirect("desk:following" if request.POST.get("from") == "list" else thing.link(found.pk))


def named_thing(request: HttpRequest, reader: User) -> tuple[Thing, Any]:
    """The thing that a form names. What the reader may not see is not there (404)."""
    try:
        key = UUID(request.POST.get("about", ""))
        return queries.thing_for(reader, request.POST.get("about_model", ""), key)
    except (ValueError, ObjectDoesNotExist) as error:
        raise Http404 from error

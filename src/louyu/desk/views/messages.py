"""What the reader was told: the list, opening one, putting them away."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from louyu.desk import commands, queries
from louyu.desk.models import Notification


@require_safe
@never_cache
def message_list(request: HttpRequest) -> HttpResponse:
    """Unread messages, or with ``?all=1`` all of them, the newest first; ``?before=`` turns the page."""
    reader: Any = request.user
    everything = request.GET.get("all") == "1"
    before = _key(request.GET.get("before", ""))
    found, following = queries.messages_page(reader, only_unread=not everything, before=before)
    return render(
        request,
        "desk/messages.html",
        {
            "messages_told": found,
            "everything": everything,
            "following": following,
            "before": before,
            "today": timezone.localdate(),
        },
    )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
@never_cache
def open_message(request: HttpRequest, key: UUID) -> HttpResponse:
    """On to what a message is about; it has been read then."""
    reader: Any = request.user
    try:
        found = queries.message(reader, key)
    except Notification.DoesNotExist as error:
        raise Http404 from error
    (told,) = queries.messages_of([found], reader) or (None,)
    if told is None:
        raise Http404
    if found.read_at is None and request.method == "GET":
        commands.mark_read(reader, of=[key])
    return redirect(told.link)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Put one message away (``message``), or all that are shown."""
    reader: Any = request.user
    if text := request.POST.get("message", ""):
        key = _key(text)
        commands.mark_read(reader, of=[key] if key else [])
    else:
        commands.mark_read(reader)
    return redirect(reverse("desk:messages") + ("?all=1" if request.POST.get("all") == "1" else ""))

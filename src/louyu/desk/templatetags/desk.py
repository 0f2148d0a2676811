"""What other rooms' pages show of the desk: the bell, whether a thing is followed, the notes on it."""

from typing import Any

from django import template

from louyu.accounts.models import User
from louyu.accounts.policy import may
from louyu.core.models import Record
from louyu.desk import commands, queries
from louyu.desk.rules import MOST_TEXT

register = template.Library()


@register.inclusion_tag("desk/bell.html", takes_context=True)
def bell(context: dict[str, Any]) -> dict[str, Any]:
    """The bell of the top bar with the number unread; what is told of the thing on this page has been read by it."""
    request = context["request"]
    reader: User = request.user
    found = queries.unread_keys(reader)
    here = request.resolver_match.kwargs.get("key") if request.resolver_match else None
    seen = [message for message, about in found if about == here]
    if seen and request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        commands.mark_read(reader, of=seen)
    number = len(found) - len(seen)
    return {
        "number": number,
        "shown": f"{queries.MOST_COUNTED}+" if number > queries.MOST_COUNTED else str(number),
        "here": request.path,
    }


@register.inclusion_tag("desk/follow.html", takes_context=True)
def follow_button(context: dict[str, Any], thing: Record) -> dict[str, Any]:
    """The button that follows this thing, or no longer; one query."""
    reader: User = context["request"].user
    return {
        "label": thing._meta.label,
        "key": thing.pk,
        "followed": queries.is_followed(reader, thing.pk),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("desk/notes.html", takes_context=True)
def notes(context: dict[str, Any], thing: Record) -> dict[str, Any]:
    """The notes on this thing with a field for another one; nothing for whoever is not of the staff. One query."""
    reader: User = context["request"].user
    staff = may(reader, "desk.write_note")
    return {
        "staff": staff,
        "notes": queries.notes_on(reader, thing.pk) if staff else [],
        "label": thing._meta.label,
        "key": thing.pk,
        "reader": reader,
        "most": MOST_TEXT,
        "csrf_token": context.get("csrf_token"),
    }

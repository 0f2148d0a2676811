"""Parts of a page that are the same for many readers: drawn once, with what is each reader's own put in afterwards."""

from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from louyu.site.navigation import ENTRIES

register = template.Library()

TOKEN, HERE = "\ue000token\ue000", "\ue000here\ue000"
"""Stand in a drawn part for the reader's token against forged forms, and for the address of the page."""
MOST = 1000
"""Parts kept at a time."""


@register.simple_tag(takes_context=True)
def shared(context: Any, part: str) -> SafeString:
    """A part of the top bar. It sees what is named here and nothing else, so that nobody is shown another's."""
    user = context["user"]
    who = None
    if user.is_authenticated:
        grants = user.running_grants
        who = f"{grants[0].get_role_display() if grants else ''} {user}"
    drawn = _drawn(
        part,
        get_language(),
        tuple(address for address, _words, _room in context["navigation"]),
        context["room"],
        context["district_name"],
        context["larger_type"],
        who,
    )
    here = escape(context["request"].get_full_path())
    return mark_safe(drawn.replace(TOKEN, str(context["csrf_token"])).replace(HERE, here))


@register.simple_tag
@cache
def frontend() -> SafeString:
    """Style and script of every page; they change when the frontend is built, and the server begins anew."""
    return mark_safe(render_to_string("components/frontend.html"))


@lru_cache(MOST)
def _drawn(
    part: str,
    language: str,
    addresses: tuple[str, ...],
    room: str,
    district_name: str,
    larger_type: bool,
    who: str | None,
) -> str:
    """language: the one that is spoken while this is called. who: None where nobody is signed in."""
    told = {
        "navigation": [entry[:3] for entry in ENTRIES if entry[0] in addresses],
        "room": room,
        "district_name": district_name,
        "larger_type": larger_type,
        "signed_in": who is not None,
        "who": who,
        "csrf_token": TOKEN,
        "request": SimpleNamespace(get_full_path=HERE),
    }
    return render_to_string(part, told)

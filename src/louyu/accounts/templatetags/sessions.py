"""Words for a signed-in device."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

BROWSERS = (
    ("MicroMessenger/", gettext_lazy("微信")),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""Marks in a user agent, the telling ones first: most browsers also name those they descend from."""


@register.filter
def device(user_agent: str) -> str:
    """System and browser in two words ("Windows Edge"); the agent's own first words when neither is known."""
    found = [
        next((str(name) for mark, name in marks if mark in user_agent), "") for marks in (SYSTEMS, BROWSERS)
    ]
    return " ".join(name for name in found if name) or user_agent[:40] or _("未知设备")

"""The top bar: which rooms a reader finds there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

ENTRIES = (
    ("site:start", _("首页"), "start"),
    ("places:building_list", _("楼宇"), "places"),
    ("tenants:enterprise_list", _("企业"), "tenants"),
    ("cases:case_list", _("办件"), "cases"),
    ("duties:officer_list", _("职责"), "duties"),
    ("workbooks:batch_list", _("导入"), "workbooks"),
)


ROOM_OF_SITE_PAGES = {"start": "start", "building": "places", "buildings": "places"}
"""Pages of the site that stand in another room's place; all others light up nothing."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: the entries, the room we are in, the district's name."""
    found = getattr(request, "resolver_match", None)
    room = found.app_name if found else ""
    if found and room in ("", "site"):
        room = ROOM_OF_SITE_PAGES.get(found.url_name or "", "")
    return {
        "navigation": ENTRIES,
        "room": room,
        "district_name": settings.DISTRICT_NAME,
        "larger_type": request.COOKIES.get("larger") == "1",
    }

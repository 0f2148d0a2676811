"""The top bar: which rooms a reader finds there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

ENTRIES = (
    ("site:start", _("首页"), "start"),
    ("places:building_list", _("楼宇"), "places"),
    ("tenants:enterprise_list", _("企业"), "tenants"),
    ("workbooks:batch_list", _("导入"), "workbooks"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: the entries, the room we are in, the district's name."""
    room = request.resolver_match.app_name if getattr(request, "resolver_match", None) else ""
    return {
        "navigation": ENTRIES,
        "room": "start" if room == "site" else room,
        "district_name": settings.DISTRICT_NAME,
        "larger_type": request.COOKIES.get("larger") == "1",
    }

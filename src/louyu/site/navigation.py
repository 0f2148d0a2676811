"""The top bar: which rooms a reader finds there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ENTRIES = (
    ("site:start", _("首页"), "start", ""),
    ("places:building_list", _("楼宇"), "places", "places.see_building"),
    ("tenants:enterprise_list", _("企业"), "tenants", "tenants.see_enterprise"),
    ("cases:case_list", _("办件"), "cases", "cases.see_case"),
    ("organisations:tree", pgettext_lazy("room", "组织"), "organisations", "organisations.see_organisation"),
    ("duties:officer_list", _("职责"), "duties", "duties.see_duty"),
    ("workbooks:batch_list", _("导入"), "workbooks", "workbooks.bring_in"),
    ("accounts:user_list", _("用户"), "users", "accounts.keep_users"),
    ("site:settings", _("系统"), "system", "site.see_settings"),
    ("accounts:trail", _("审计"), "audit", "accounts.see_trail"),
)
"""Address, words, room, and the permission without which a reader finds nothing there."""


ROOM_OF_SITE_PAGES = {
    "start": "start",
    "building": "places",
    "buildings": "places",
    "settings": "system",
    "settings_checked": "system",
    "officer_sign_ins": "users",
    "join_officer": "users",
}
"""Pages of the site that stand in another room's place; all others light up nothing."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: the entries, the room we are in, the district's name."""
    found = getattr(request, "resolver_match", None)
    reader: Any = getattr(request, "user", None)
    signed_in = reader is not None and reader.is_authenticated
    room = found.app_name if found else ""
    if room in ("accounts", "people"):
        room = "audit" if request.path.startswith("/audit/") else "users"
    if found and room in ("", "site"):
        room = ROOM_OF_SITE_PAGES.get(found.url_name or "", "")
    return {
        "navigation": [
            (address, words, place)
            for address, words, place, action in ENTRIES
            if not action or (signed_in and reader.may(action))
        ],
        "may_see_missing": signed_in and reader.may("site.see_missing"),
        "may_keep_categories": signed_in and reader.may("cases.keep_categories"),
        "may_see_members": signed_in and reader.may("organisations.see_membership"),
        "may_erase": signed_in and reader.may("people.erase"),
        "room": room,
        "district_name": settings.DISTRICT_NAME,
        "larger_type": request.COOKIES.get("larger") == "1",
    }

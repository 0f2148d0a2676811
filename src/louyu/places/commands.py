"""Commands on places."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from louyu.accounts.commands import command, record, save_changed
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.places.models import Area

SHAPES = ("Polygon", "MultiPolygon")


@command("places.draw_areas")
def draw_areas(outlines: Mapping[str, Any], *, by: User) -> int:
    """Give areas their outlines on the map, from a GeoJSON FeatureCollection (WGS 84) whose features name them.

    How many areas were found by name (a subdistrict or community of that name). Raises Refusal for anything else.
    """
    features = outlines.get("features") if outlines.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise Refusal(
            _("这不是 GeoJSON 的 FeatureCollection。"),
            field="outlines",
            mend=_("请导出带 name 属性的面要素。"),
        )
    shapes = {
        str(f.get("properties", {}).get("name", "")): f.get("geometry")
        for f in features
        if isinstance(f, dict) and (f.get("geometry") or {}).get("type") in SHAPES
    }
    areas = list(Area.rows_without_a_reader.filter(name__in=shapes))
    changes = [change for area in areas for change in save_changed(area, outline=shapes[area.name])]
    record(changes)
    return len(areas)

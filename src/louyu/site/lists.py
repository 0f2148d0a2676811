"""Lists that several rooms make together."""

from django.utils.translation import gettext_lazy as _

from louyu.core.lists import Column
from louyu.places.lists import BUILDINGS
from louyu.tenants.queries import enterprises_in_building

BUILDINGS_WITH_ENTERPRISES = BUILDINGS.with_columns(
    Column(
        "enterprises",
        _("入驻企业"),
        "enterprises_today",
        "number",
        unit=_("家"),
        sort="enterprises_today",
        nullable=False,
        annotations=lambda reader: {"enterprises_today": enterprises_in_building(reader)},
    ),
    after="floor_area",
)
"""The buildings with the number of enterprises that sit in each today."""

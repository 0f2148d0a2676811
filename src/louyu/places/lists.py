"""The list of buildings, and the filters by place that other lists use."""

from typing import Any

from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from louyu.core.lists import Chosen, Column, Condition, Keyed, List, NumberRange, yes_or_no
from louyu.places.models import Area, Building
from louyu.places.queries import area_options, building_options, buildings
from louyu.workbooks.lists import ORIGIN


def subdistrict_of(building: Building) -> str | None:
    """The subdistrict's name; None where the building's area is not known."""
    area = building.area
    if area is None:
        return None
    return area.parent.name if area.kind == Area.Kind.COMMUNITY and area.parent else area.name


def community_of(building: Building) -> str | None:
    """The community's name; None where only the subdistrict is known."""
    return building.area.name if building.area and building.area.kind == Area.Kind.COMMUNITY else None


def _in_area(value: Any, chosen: Chosen) -> Q:
    return Q(area=value) | Q(area__parent=value)


def area_filter(condition: Condition = _in_area) -> Keyed:
    """A choice of subdistrict or community; other rooms say what it means for their rows."""
    return Keyed("area", _("街道、社区"), condition, area_options)


def building_filter(condition: Condition) -> Keyed:
    """A choice among the reader's buildings."""
    return Keyed("building", _("楼宇"), condition, building_options)


def building_link(building: Any) -> str:
    """The address of a building's page."""
    return reverse("site:building", args=[building.pk])


BUILDINGS = List(
    name="buildings",
    title=_("楼宇"),
    counted=_("共 %(count)s 座"),
    rows=buildings,
    load=lambda rows, reader: rows.select_related("area__parent").defer("search", "area__outline"),
    search="search",
    search_hint=_("名称、地址或拼音首字母"),
    columns=(
        Column("name", _("楼宇名称"), "name", sort="name", nullable=False, link=building_link, width=28),
        Column(
            "subdistrict",
            _("街道"),
            subdistrict_of,
            sort=Case(
                When(area__kind=Area.Kind.COMMUNITY, then=F("area__parent__name")), default=F("area__name")
            ),
            priority=2,
        ),
        Column(
            "community",
            _("社区"),
            community_of,
            sort=Case(When(area__kind=Area.Kind.COMMUNITY, then=F("area__name"))),
            priority=2,
        ),
        Column("key", _("重点楼宇"), "key", "yes", sort="key", nullable=False),
        Column("floors_above", _("地上层数"), "floors_above", "number", sort="floors_above"),
        Column("floor_area", _("建筑面积"), "floor_area", "number", unit="m²", sort="floor_area", width=16),
        Column("address", _("地址"), "address", priority=3, style="quiet", brief=True, width=36),
        ORIGIN,
    ),
    filters=(
        area_filter(),
        yes_or_no("key", _("重点楼宇"), "key", yes=_("重点楼宇"), no=_("其他楼宇")),
        yes_or_no(
            "placed",
            _("坐标"),
            lambda value, chosen: Q(longitude__isnull=False),
            yes=_("有坐标"),
            no=_("没有坐标"),
        ),
        yes_or_no(
            "measured",
            _("有没有建筑面积"),
            lambda value, chosen: Q(floor_area__isnull=False),
            yes=_("有建筑面积"),
            no=_("没有建筑面积"),
        ),
        NumberRange("floor_area", _("建筑面积"), "floor_area"),
        NumberRange("floors_above", _("地上层数"), "floors_above"),
    ),
    filters_shown=2,
    choosable=True,
    default_sort="name",
    definition=_("登记在册、仍在使用的商务楼宇，以读者的范围为限。"),
    empty=_("还没有您能看到的楼宇"),
    empty_mend=_("请在「导入」中上传楼宇台账；如果楼宇已经登记，请向安全管理员申请范围。"),
)

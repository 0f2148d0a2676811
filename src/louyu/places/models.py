"""The map and what stands on it: areas, buildings, floors, units."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import ScopeKind
from louyu.core.models import Sourced


class Area(Sourced):
    """District, subdistrict (街道) or community (社区). One level lies within the one above it."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("区")
        SUBDISTRICT = "subdistrict", _("街道")
        COMMUNITY = "community", _("社区")

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        ScopeKind.SUBDISTRICT: ("id", "parent_id"),
        ScopeKind.COMMUNITY: ("id",),
    }

    kind = models.CharField(_("级别"), max_length=12, choices=Kind)
    name = models.CharField(_("名称"), max_length=60)
    code = models.CharField(_("区划代码"), max_length=12, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    outline = models.JSONField(_("轮廓"), null=True, blank=True)
    """GeoJSON geometry (WGS 84) drawn on the district's map; null where none is known."""

    class Meta(Sourced.Meta):
        verbose_name = _("区域")
        constraints = [
            models.UniqueConstraint(fields=("kind", "name", "parent"), name="area_name_once_in_its_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Building(Sourced):
    """A commercial building. Areas in m², coordinates in WGS 84 degrees."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        ScopeKind.SUBDISTRICT: ("area_id", "area__parent_id"),
        ScopeKind.COMMUNITY: ("area_id",),
        ScopeKind.BUILDING: ("id",),
    }
    not_in_the_trail = ("search",)

    name = models.CharField(_("楼宇名称"), max_length=80, unique=True)
    other_names = models.JSONField(_("别名"), default=list, blank=True)
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="buildings",
        verbose_name=_("所属街道社区"),
    )
    key = models.BooleanField(_("重点楼宇"), default=False)
    active = models.BooleanField(_("在用"), default=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    floors_above = models.PositiveSmallIntegerField(_("地上层数"), null=True, blank=True)
    floors_below = models.PositiveSmallIntegerField(_("地下层数"), null=True, blank=True)
    floor_area = models.DecimalField(
        _("建筑面积（m²）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    lettable_area = models.DecimalField(
        _("可出租面积（m²）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    coordinate_system = models.CharField(_("坐标原系"), max_length=8, blank=True)
    """The system the coordinates were given in (WGS84, GCJ02, BD09); stored values are WGS 84."""
    built_year = models.PositiveSmallIntegerField(_("建成年份"), null=True, blank=True)
    property_manager = models.CharField(_("物业公司"), max_length=100, blank=True)
    owner = models.CharField(_("产权单位"), max_length=100, blank=True)
    search = models.CharField(max_length=600, blank=True, editable=False)

    class Meta(Sourced.Meta):
        verbose_name = _("楼宇")
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="building_coordinates_are_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(floor_area__isnull=True) | Q(floor_area__gt=0), name="building_area"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Floor(Sourced):
    """One storey. ``number`` counts from 1 upwards, from -1 downwards; there is no floor 0."""

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = {
        kind: tuple("building_id" if p == "id" else f"building__{p}" for p in paths)
        for kind, paths in Building.scope_paths.items()
    }

    class Use(models.TextChoices):
        LET = "let", _("出租")
        NOT_LET = "not_let", _("不出租")

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="floors")
    number = models.SmallIntegerField(_("楼层"))
    area = models.DecimalField(_("建筑面积（m²）"), max_digits=10, decimal_places=2, null=True, blank=True)
    use = models.CharField(_("用途"), max_length=8, choices=Use, default=Use.LET)
    note = models.CharField(_("说明"), max_length=80, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("楼层")
        constraints = [
            models.UniqueConstraint(fields=("building", "number"), name="floor_once_in_building"),
            models.CheckConstraint(condition=~Q(number=0), name="no_floor_zero"),
        ]


class Unit(Sourced):
    """A door in a building. ``area`` is the unit's own (m²); unknown where no register says it.

    Registers do not always say where: a unit without a number is "somewhere on that floor", one without a floor
    and number is "somewhere in that building".
    """

    scope_paths: ClassVar[dict[str, tuple[str, ...]]] = Floor.scope_paths

    class Use(models.TextChoices):
        LET = "let", _("出租")
        NOT_LET = "not_let", _("不出租")
        PARTY = "party", _("党群共享空间")

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="units")
    floor = models.ForeignKey(Floor, null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    number = models.CharField(_("房号"), max_length=30, blank=True)
    area = models.DecimalField(_("建筑面积（m²）"), max_digits=10, decimal_places=2, null=True, blank=True)
    use = models.CharField(_("用途"), max_length=8, choices=Use, default=Use.LET)
    note = models.CharField(_("说明"), max_length=80, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("单元")
        constraints = [
            models.UniqueConstraint(fields=("floor", "number"), name="unit_once_on_floor"),
            models.UniqueConstraint(
                fields=("building", "number"), condition=Q(floor__isnull=True), name="unit_once_without_floor"
            ),
            models.CheckConstraint(condition=Q(area__isnull=True) | Q(area__gt=0), name="unit_area"),
        ]

    def __str__(self) -> str:
        return self.number

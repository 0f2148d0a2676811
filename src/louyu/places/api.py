"""Buildings by machine."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import BaseModel, Field

from louyu.core.api import ApiRequest, Page, asked_of, listed, number, one
from louyu.core.models import OriginKind
from louyu.places import models, queries
from louyu.places.lists import BUILDINGS, community_of, subdistrict_of

router = Router(tags=["buildings"])


class Building(BaseModel):
    """A commercial building. Areas in m², coordinates in degrees (WGS 84)."""

    id: UUID
    name: str
    other_names: list[str]
    subdistrict: str | None
    community: str | None
    key: bool = Field(description="Whether it is one of the district's key buildings.")
    active: bool
    address: str
    floors_above: int | None
    floors_below: int | None
    floor_area: float | None
    lettable_area: float | None
    longitude: float | None
    latitude: float | None
    built_year: int | None
    property_manager: str
    owner: str
    origin: OriginKind


Buildings = asked_of(BUILDINGS)
"""Which buildings, as the list of buildings declares it; those no longer in use are left out of it."""


def shown(building: models.Building) -> Building:
    """The building as the API says it; its area is read with it."""
    return Building(
        id=building.pk,
        name=building.name,
        other_names=building.other_names,
        subdistrict=subdistrict_of(building),
        community=community_of(building),
        key=building.key,
        active=building.active,
        address=building.address,
        floors_above=building.floors_above,
        floors_below=building.floors_below,
        floor_area=number(building.floor_area),
        lettable_area=number(building.lettable_area),
        longitude=building.longitude,
        latitude=building.latitude,
        built_year=building.built_year,
        property_manager=building.property_manager,
        owner=building.owner,
        origin=OriginKind(building.origin),
    )


@router.get("", response=Page[Building], summary="Buildings in use", operation_id="list_buildings")
def list_buildings(request: ApiRequest, given: Query[Buildings]) -> dict[str, Any]:  # type: ignore[valid-type]
    """The buildings in use within the token's scope, in the order in which they came in, or as `sort` says."""
    return listed(BUILDINGS, request, given, shown, load=_with_areas)


def _with_areas(rows: "QuerySet[models.Building]") -> "QuerySet[models.Building]":
    return rows.select_related("area__parent").defer("search", "area__outline")


@router.get("/{id}", response=Building, summary="One building", operation_id="get_building")
def get_building(request: ApiRequest, id: UUID) -> Building:
    """A building within the token's scope, in use or not."""
    return shown(one(_with_areas(queries.all_buildings(request.auth)), id))

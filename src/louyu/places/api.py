"""Buildings by machine."""

from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
from ninja import Query, Router
from pydantic import BaseModel, Field, WithJsonSchema

from louyu.core.api import ApiRequest, Key, Page, Paging, number, one, page
from louyu.core.models import OriginKind
from louyu.places import models, queries
from louyu.places.lists import community_of, subdistrict_of

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


class Buildings(Paging):
    """Which buildings; those no longer in use are left out of the list."""

    area: Key = Field(None, description="Key of a subdistrict or community.")
    key: Annotated[bool | None, WithJsonSchema({"type": "boolean"})] = Field(
        None, description="Key buildings only, or others only."
    )


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
def list_buildings(request: ApiRequest, given: Query[Buildings]) -> dict[str, Any]:
    """The buildings in use within the token's scope."""
    rows = queries.all_buildings(request.auth).filter(active=True).defer("search", "area__outline")
    if given.area:
        rows = rows.filter(Q(area=given.area) | Q(area__parent=given.area))
    if given.key is not None:
        rows = rows.filter(key=given.key)
    return page(rows, given, shown)


@router.get("/{id}", response=Building, summary="One building", operation_id="get_building")
def get_building(request: ApiRequest, id: UUID) -> Building:
    """A building within the token's scope, in use or not."""
    return shown(one(queries.all_buildings(request.auth).defer("search", "area__outline"), id))

"""Organisations by machine: what they are and where. Nobody in them is named, and no number of members is told."""

import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Prefetch
from ninja import Query, Router
from pydantic import BaseModel, Field, WithJsonSchema

from louyu.core.api import ApiRequest, Page, asked_of, listed, one
from louyu.core.models import OriginKind
from louyu.organisations import models, queries
from louyu.organisations.lists import ORGANISATIONS

router = Router(tags=["organisations"])

KIND = {"type": "string", "enum": list(models.Kind.values)}
"""The kinds, written where they stand: the contract knows its parts by name, and cases have a ``Kind`` too."""


class Organisation(BaseModel):
    """An organisation of the party, or one beside it, as it is today or was when it was dissolved."""

    id: UUID
    name: str
    kind: Annotated[models.Kind, WithJsonSchema(KIND)]
    parent: UUID | None = Field(description="Under which it stands.")
    area: UUID | None = Field(description="The community or subdistrict in which it stands.")
    buildings: list[UUID] = Field(description="In which it sits today.")
    founded: datetime.date | None
    founding_document: str
    dissolved: datetime.date | None
    merged_into: UUID | None
    origin: OriginKind


Organisations = asked_of(ORGANISATIONS)
"""Which organisations, as the list of organisations declares it; dissolved ones are among them."""


def shown(organisation: Any) -> Organisation:
    """The organisation as the API says it; read by ``_with_seats``."""
    return Organisation(
        id=organisation.pk,
        name=organisation.name,
        kind=models.Kind(organisation.kind),
        parent=organisation.parent_id,
        area=organisation.area_id,
        buildings=[seat.building_id for seat in organisation.sitting],
        founded=organisation.founded,
        founding_document=organisation.founding_document,
        dissolved=organisation.dissolved,
        merged_into=organisation.merged_into_id,
        origin=organisation.origin,
    )


def _with_seats(rows: Any, request: ApiRequest) -> Any:
    seats = queries.seats_today(request.auth)
    return rows.prefetch_related(Prefetch("seats", queryset=seats, to_attr="sitting"))


@router.get("", response=Page[Organisation], summary="Organisations", operation_id="list_organisations")
def list_organisations(request: ApiRequest, given: Query[Organisations]) -> dict[str, Any]:  # type: ignore[valid-type]
    """The organisations within the token's scope, dissolved ones too. Members and officers are not told."""
    return listed(ORGANISATIONS, request, given, shown, load=lambda rows: _with_seats(rows, request))


@router.get("/{id}", response=Organisation, summary="One organisation", operation_id="get_organisation")
def get_organisation(request: ApiRequest, id: UUID) -> Organisation:
    """An organisation within the token's scope; one that was merged into another says into which."""
    return shown(one(_with_seats(queries.organisations(request.auth), request), id))

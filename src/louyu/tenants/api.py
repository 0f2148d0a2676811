"""Enterprises by machine."""

import datetime
from typing import Any
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel, Field

from louyu.core.api import ApiRequest, Page, asked_of, listed, number, one
from louyu.core.models import OriginKind
from louyu.tenants import models, queries
from louyu.tenants.lists import ENTERPRISES

router = Router(tags=["enterprises"])


class Place(BaseModel):
    """Where an enterprise sits today. ``area`` (m²) is what it uses there, null where no register says it."""

    building: UUID
    building_name: str
    floor: int | None
    unit: str = Field(description="The unit's number; empty where the register gives none.")
    area: float | None
    since: datetime.date | None


class Contact(BaseModel):
    """A contact of today, masked as everywhere; the clear value is shown on its page alone, with a reason."""

    name_masked: str
    phone_masked: str
    position: str


class Enterprise(BaseModel):
    """An enterprise or an unincorporated branch office."""

    id: UUID
    name: str
    credit_code: str | None = Field(description="Unified social credit code (GB 32100-2015).")
    legal_form: str
    branch_office: bool
    industry_section: str = Field(description="Letter of GB/T 4754-2017; empty where it is not known.")
    industry_class: str = Field(description="Division, group or class of GB/T 4754-2017.")
    industry_guessed: bool
    registered_capital_fen: int | None
    staff: int | None
    places: list[Place]
    contacts: list[Contact]
    merged_into: UUID | None
    origin: OriginKind


Enterprises = asked_of(ENTERPRISES)
"""Which enterprises, as the list of enterprises declares it; those merged into another are left out of it."""


def shown(enterprise: Any) -> Enterprise:
    """The enterprise as the API says it; read by ``_rows``."""
    return Enterprise(
        id=enterprise.pk,
        name=enterprise.name,
        credit_code=enterprise.credit_code,
        legal_form=enterprise.legal_form,
        branch_office=enterprise.branch_office,
        industry_section=enterprise.industry_section,
        industry_class=enterprise.industry_class,
        industry_guessed=enterprise.industry_guessed,
        registered_capital_fen=enterprise.registered_capital_fen,
        staff=enterprise.staff,
        places=[_place(occupancy) for occupancy in enterprise.sitting],
        contacts=[_contact(contact) for contact in enterprise.reachable],
        merged_into=enterprise.merged_into_id,
        origin=enterprise.origin,
    )


def _place(occupancy: models.Occupancy) -> Place:
    unit = occupancy.unit
    return Place(
        building=unit.building_id,
        building_name=unit.building.name,
        floor=unit.floor.number if unit.floor else None,
        unit=unit.number,
        area=number(occupancy.area),
        since=occupancy.since,
    )


def _contact(contact: models.Contact) -> Contact:
    person = contact.person
    return Contact(
        name_masked=person.name_masked, phone_masked=person.phone_masked, position=contact.position
    )


@router.get("", response=Page[Enterprise], summary="Enterprises", operation_id="list_enterprises")
def list_enterprises(request: ApiRequest, given: Query[Enterprises]) -> dict[str, Any]:  # type: ignore[valid-type]
    """The enterprises within the token's scope, with where they sit today and their masked contacts."""
    return listed(
        ENTERPRISES,
        request,
        given,
        shown,
        load=lambda rows: queries.with_places_and_contacts(rows, request.auth),
    )


@router.get("/{id}", response=Enterprise, summary="One enterprise", operation_id="get_enterprise")
def get_enterprise(request: ApiRequest, id: UUID) -> Enterprise:
    """An enterprise within the token's scope; one that was merged into another says into which."""
    return shown(one(queries.with_places_and_contacts(queries.entries(request.auth), request.auth), id))

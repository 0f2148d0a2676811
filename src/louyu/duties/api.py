"""Departments by machine."""

from typing import Any
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel, Field

from louyu.core.api import ApiRequest, Page, Paging, page
from louyu.duties import models, queries

router = Router(tags=["departments"])


class Department(BaseModel):
    """A body that solves problems."""

    id: UUID
    name: str
    short_names: list[str]
    categories: list[str] = Field(
        description="Codes of the categories of case it answers for, its own first."
    )
    outside: bool = Field(description="Whether it is no body of the state.")


def shown(department: models.Department) -> Department:
    """The department as the API says it."""
    return Department(
        id=department.pk,
        name=department.name,
        short_names=department.short_names,
        categories=department.categories,
        outside=department.outside,
    )


@router.get("", response=Page[Department], summary="Departments", operation_id="list_departments")
def list_departments(request: ApiRequest, given: Query[Paging]) -> dict[str, Any]:
    """The departments to which cases are handed."""
    return page(queries.departments(request.auth), given, shown)

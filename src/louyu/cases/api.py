"""Cases by machine: opened, read, and moved by every transition that the machine declares."""

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from louyu.accounts.models import User
from louyu.accounts.rules import STAFF, Role
from louyu.cases import commands, models, queries
from louyu.cases.lists import LIST, enterprise_of
from louyu.cases.rules import ANSWERS, MOST_TEXT
from louyu.cases.states import CASES
from louyu.core.api import ApiRequest, Given, Page, Paging, Text, asked_of, can_be_kept, listed, one, page
from louyu.core.errors import Refusal
from louyu.core.models import OriginKind
from louyu.core.prepared import prepared
from louyu.core.states import Transition
from louyu.duties.models import Department
from louyu.duties.queries import departments
from louyu.places.models import Building
from louyu.places.queries import all_buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises

router = Router(tags=["cases"])
categories_router = Router(tags=["categories"])

STATES = [state.code for state in CASES.states]
LongText = Annotated[str, Field(min_length=2, max_length=MOST_TEXT), AfterValidator(can_be_kept)]
Reason = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(can_be_kept)]
DEFERRED = ("search", "digest", "building__search", "enterprise__search", "enterprise__note")


def _a_state(code: str) -> str:
    if code not in STATES:
        raise PydanticCustomError("enum", "no such state", {"expected": "、".join(STATES)})
    return code


State = Annotated[str, AfterValidator(_a_state), WithJsonSchema({"type": "string", "enum": STATES})]


class Case(BaseModel):
    """A need that has an owner and a deadline. Moments carry their zone."""

    id: UUID
    number: str
    text: str
    category: str = Field(description="Code of the category; see `/api/v1/categories`.")
    kind: models.Kind
    building: UUID | None
    building_name: str | None
    enterprise: UUID | None
    enterprise_name: str | None = Field(description="As a ledger wrote it where it is not on record.")
    state: State
    version: int = Field(
        description="Counts what was done; give it back with a transition to be told of others."
    )
    raised_on: datetime.date
    raised_at: datetime.datetime
    accept_by: datetime.datetime | None
    deadline: datetime.datetime | None
    deadline_provisional: bool = Field(description="Beyond the published holidays; may still move.")
    extended: bool
    department: UUID | None
    department_name: str | None
    handler: UUID | None
    handler_name: str | None
    handed_over: bool
    outcome: models.Outcome | Literal[""]
    outcome_reason: str
    answered_at: datetime.datetime | None
    closed_on: datetime.date | None
    satisfaction: models.Satisfaction | Literal[""]
    merged_into: UUID | None
    origin: OriginKind


class OneCase(Case):
    """A case, with what the token's user may do with it now."""

    possible: list[str] = Field(description="Transitions: `POST /api/v1/cases/{id}/{transition}`.")


class Opened(Given):
    """What a case is opened with."""

    category: Text
    text: LongText
    building: UUID | None = None
    enterprise: UUID | None = None
    kind: models.Kind | None = Field(None, description="Where it is not the category's own.")


Cases = asked_of(LIST)
"""Which cases, as the list of cases declares it."""


class Line(BaseModel):
    """One thing done about a case, in words."""

    at: datetime.datetime
    day_only: bool = Field(description="Only the day is known.")
    transition: str
    what: str
    text: str
    proposal: str
    state: State
    inside: bool = Field(description="Among staff; the asker does not see it.")


class TimeLine(BaseModel):
    """All that was done about a case, oldest first."""

    items: list[Line]


class Category(BaseModel):
    """What a case can be about."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    group: str
    kind: models.Kind
    working_days: int | None


def _values(case: models.Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "text": case.text,
        "category": case.category.code,
        "kind": case.kind,
        "building": case.building_id,
        "building_name": case.building.name if case.building else None,
        "enterprise": case.enterprise_id,
        "enterprise_name": enterprise_of(case),
        "state": case.state,
        "version": case.version,
        "raised_on": case.raised_on,
        "raised_at": _local(case.raised_at),
        "accept_by": _local(case.accept_by),
        "deadline": _local(case.deadline),
        "deadline_provisional": case.deadline_provisional,
        "extended": case.extended,
        "department": case.department_id,
        "department_name": case.department.name if case.department else None,
        "handler": case.handler_id,
        "handler_name": str(case.handler) if case.handler else None,
        "handed_over": case.handed_over,
        "outcome": case.outcome,
        "outcome_reason": case.outcome_reason,
        "answered_at": _local(case.answered_at),
        "closed_on": case.closed_on,
        "satisfaction": case.satisfaction,
        "merged_into": case.merged_into_id,
        "origin": case.origin,
    }


def _local(moment: datetime.datetime | None) -> datetime.datetime | None:
    return timezone.localtime(moment) if moment else None


def shown(case: models.Case) -> Case:
    """The case as lists of the API say it; read by ``_rows``."""
    return Case(**_values(case))


def _shown_to(case: models.Case, reader: User) -> OneCase:
    return OneCase(**_values(case), possible=[t.code for t in queries.possible(case, reader)])


def _rows(reader: User) -> "QuerySet[models.Case]":
    return _with_records(queries.cases(reader))


def _with_records(found: "QuerySet[models.Case]") -> "QuerySet[models.Case]":
    return found.select_related("building", "enterprise", "category", "department", "handler").defer(
        *DEFERRED
    )


@router.get("", response=Page[Case], summary="Cases", operation_id="list_cases")
def list_cases(request: ApiRequest, given: Query[Cases]) -> dict[str, Any]:  # type: ignore[valid-type]
    """The cases within the token's scope, in the order in which they came in, or as `sort` says."""
    return listed(LIST, request, given, shown, load=_with_records)


@router.post("", response={201: OneCase}, summary="Open a case", operation_id="open_case")
def open_case(request: ApiRequest, given: Opened, response: HttpResponse) -> Status[OneCase]:
    """Open a case for a building, an enterprise or neither; it goes to the building's administrator first."""
    reader: User = request.auth
    category = queries.category_by_code(reader, given.category)
    if category is None:
        raise Refusal(
            _("没有这个类别，或者它已停用。"),
            field="category",
            value=given.category,
            mend=_("请从 /api/v1/categories 选择一个代码。"),
        )
    case = commands.open_case(
        category=category,
        text=given.text,
        building=_named("building", _building, reader, given.building),
        enterprise=_named("enterprise", _enterprise, reader, given.enterprise),
        kind=given.kind or "",
        asker=_asker(reader, nowhere=given.building is None and given.enterprise is None),
        origin=OriginKind.API,
        by=reader,
    )
    response["Location"] = f"/api/v1/cases/{case.pk}"
    return Status(201, _shown_to(case, reader))


@router.get("/{id}", response=OneCase, summary="One case", operation_id="get_case")
def get_case(request: ApiRequest, id: UUID) -> OneCase:
    """A case within the token's scope."""
    return _shown_to(one(_rows(request.auth), id), request.auth)


@router.get("/{id}/time_line", response=TimeLine, summary="What was done", operation_id="get_time_line")
def get_time_line(request: ApiRequest, id: UUID) -> TimeLine:
    """All that was done about a case, oldest first, in words that a stranger understands."""
    lines = queries.time_line(one(_rows(request.auth), id), request.auth)
    return TimeLine(
        items=[
            Line(
                at=line.at,
                day_only=line.day_only,
                transition=line.code,
                what=line.what,
                text=line.text,
                proposal=line.proposal,
                state=line.state,
                inside=line.inside,
            )
            for line in lines
        ]
    )


@categories_router.get("", response=Page[Category], summary="Categories", operation_id="list_categories")
def list_categories(request: ApiRequest, given: Query[Paging]) -> dict[str, Any]:
    """The categories in use."""
    return page(queries.categories(request.auth), given, _category)


def _category(category: models.Category) -> Category:
    return Category(
        id=category.pk,
        code=category.code,
        name_zh=category.name_zh,
        name_en=category.name_en,
        group=category.group,
        kind=models.Kind(category.kind),
        working_days=category.working_days,
    )


def _asker(reader: User, *, nowhere: bool) -> User | None:
    """Staff who pass on a need are not asked back, unless it is of no place: then nobody else could be, and they
    would not find it again."""
    staff = any(Role(grant.role) in STAFF for grant in reader.running_grants)
    return None if staff and not nowhere else reader


@prepared
def _building(reader: User, key: UUID) -> "QuerySet[Building]":
    return all_buildings(reader).filter(pk=key)


@prepared
def _enterprise(reader: User, key: UUID) -> "QuerySet[Enterprise]":
    return enterprises(reader).filter(pk=key)


@prepared
def _department(reader: User, key: UUID) -> "QuerySet[Department]":
    return departments(reader).filter(pk=key)


@prepared
def _case(reader: User, key: UUID) -> "QuerySet[models.Case]":
    return queries.cases(reader).filter(pk=key)


def _named(field: str, rows: Callable[[User, UUID], list[Any]], reader: User, key: UUID | None) -> Any:
    """The record that a body names. Raises Refusal when it does not exist for the reader."""
    if key is None:
        return None
    found = next(iter(rows(reader, key)), None)
    if found is None:
        raise Refusal(
            _("没有这条记录，或者它不在您的范围内。"),
            field=field,
            value=str(key),
            mend=_("请用列表给出的 id。"),
        )
    return found


# Transitions

FORMS: dict[str, Any] = {
    "text": LongText,
    "reason": Reason,
    "proposal": LongText,
    "outcome": Literal[ANSWERS],
    "department": UUID,
    "handler": UUID,
    "days": Annotated[int, Field(ge=1, le=366)],
    "satisfaction": models.Satisfaction,
    "into": UUID,
    "visible": bool,
}
"""What a transition can need or take → its form in a body."""


def _body(step: Transition) -> type[Given]:
    """The body of a transition, from its declaration."""
    fields: dict[str, Any] = {name: (FORMS[name], ...) for name in step.needs}
    fields |= {name: (FORMS[name] | None, None) for name in step.takes}
    version = Field(
        None, ge=1, le=2**31 - 1, description="The version that was seen; none: whatever it is now."
    )
    return create_model(
        step.code.title().replace("_", ""), __base__=Given, version=(int | None, version), **fields
    )


def _offer(step: Transition) -> None:
    """Declare the operation that does a transition."""
    body: Any = _body(step)

    def move(request: ApiRequest, id: UUID, given: body) -> OneCase:
        reader: User = request.auth
        case = one(_rows(reader), id)
        said = given.model_dump(exclude_unset=True, exclude_none=True)
        version = said.pop("version", None)
        told = _records(case, said, reader)
        moved = commands.transition(case, step.code, by=reader, version=version, **told)
        return _shown_to(moved, reader)

    move.__doc__ = f"In state {', '.join(step.sources)}; permission `{step.action}`."
    declare: Callable[[Any], Any] = router.post(
        f"/{{id}}/{step.code}",
        response=OneCase,
        summary=step.code.replace("_", " "),
        operation_id=f"case_{step.code}",
    )
    declare(move)


def _records(case: models.Case, said: dict[str, Any], reader: User) -> dict[str, Any]:
    """What was said, with the records that its keys name."""
    told = dict(said)
    if "department" in said:
        told["department"] = _named("department", _department, reader, said["department"])
    if "into" in said:
        told["into"] = _named("into", _case, reader, said["into"])
    if "handler" in said:
        told["handler"] = _colleague(told.get("department") or case.department, said["handler"])
    return told


def _colleague(department: Department | None, key: UUID) -> User:
    """The specialist whom a body names. Raises Refusal when the department has no such one."""
    for colleague in queries.colleagues_of(department) if department else ():
        if colleague.pk == key:
            return colleague
    raise Refusal(
        _("这个人不是该部门的服务专员。"),
        field="handler",
        value=str(key),
        mend=_("请填写该部门服务专员的 id，或者不填。"),
    )


for _step in CASES.transitions:
    if not _step.makes:
        _offer(_step)

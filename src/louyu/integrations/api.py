"""The API root: collects what the rooms declare, and says it as OpenAPI 3.1."""

import json
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from ninja.security.base import AuthBase

from louyu import __version__
from louyu.cases import api as cases
from louyu.core.errors import Refusal
from louyu.desk import api as desk
from louyu.duties import api as duties
from louyu.integrations.problems import MEDIA_TYPE, Problem, invalid, problem, refused
from louyu.integrations.rules import LONGEST_KEY
from louyu.organisations import api as organisations
from louyu.places import api as places
from louyu.tenants import api as tenants

REFUSALS = {
    "401": "No token, or one that opens nothing any more",
    "403": "The token lacks the scope, or its user the permission",
    "422": "Something is wrong with what was given; nothing was done",
    "503": "Busy; try the same again",
}
REFUSALS_OF_ONE = {"404": "It is not there, or not within the token's scope"}
REFUSALS_OF_WRITES = {
    "400": "The body cannot be read",
    "409": "Somebody was faster, or it cannot be done any more",
    "411": "The length of the body is missing",
    "413": "The body is too large",
    "415": "The body is not JSON",
}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    "description": "A text of your own, new for each write, such as a UUID. The same key and request are answered "
    "the same way again, at least for a day, and done once; the same key with another request is refused.",
}


class PlainJSON(JSONRenderer):
    """JSON in which Chinese stays readable."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class Token(AuthBase):
    """The door let it in with a token already; here the contract says so."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "auth", None)


class RootApi(NinjaAPI):
    """The API with what holds for every operation: refusals, keys of writes."""

    def validation_error_from_error_contexts(self, error_contexts: list[Any]) -> ValidationError:
        """What does not fit, each with where it stands and what was given."""
        return ValidationError(
            [
                dict(error) | {"loc": _place(context.model, error["loc"])}
                for context in error_contexts
                for error in context.pydantic_validation_error.errors(include_url=False)
            ]
        )

    @cached_property
    def _said(self) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix="api/v1/")
        _reference, definitions = _problem_schema()
        schema["components"]["schemas"].update(definitions)
        for address, operations in schema["paths"].items():
            for method, operation in operations.items():
                _complete(operation, of_one="{" in address, writes=method != "get")
        written = json.dumps(schema)
        for name in [n for n in schema["components"]["schemas"] if f'schemas/{n}"' not in written]:
            del schema["components"]["schemas"][name]  # forms of query parameters, said there one by one
        return schema

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The contract; the same for every reader, made once."""
        return self._said


def _place(model: Any, steps: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Where in the request an error stands: its part, and the names by which the contract knows it."""
    return (model.__ninja_param_source__, *model.__ninja_flatten_map_reverse__.get(steps, steps))


def _problem_schema() -> tuple[dict[str, str], dict[str, Any]]:
    template = "#/components/schemas/{model}"
    whole = Problem.model_json_schema(ref_template=template, mode="serialization")
    definitions = whole.pop("$defs", {})
    return {"$ref": template.format(model="Problem")}, definitions | {"Problem": whole}


def _complete(operation: dict[str, Any], *, of_one: bool, writes: bool) -> None:
    """Add to an operation what every one of its kind has."""
    refusals = REFUSALS | (REFUSALS_OF_ONE if of_one else {}) | (REFUSALS_OF_WRITES if writes else {})
    reference, _definitions = _problem_schema()
    responses = operation["responses"]
    for status in sorted(refusals):
        responses[status] = {
            "description": refusals[status],
            "content": {MEDIA_TYPE: {"schema": reference}},
        }
    if writes:
        operation["parameters"].append(KEY_PARAMETER)


api = RootApi(
    title="Louyu 楼宇",
    version="1",
    description=f"Buildings, enterprises and cases of a district, within the scope of a token's user. "
    f"Louyu {__version__}. Times in ISO 8601, areas in m², money in fen.",
    docs_url=None,
    openapi_url="openapi.json",
    auth=Token(),
    urls_namespace="api",
    renderer=PlainJSON(),
    servers=[{"url": "/"}],
)


for _room, _router in {
    "buildings": places.router,
    "enterprises": tenants.router,
    "departments": duties.router,
    "organisations": organisations.router,
    "categories": cases.categories_router,
    "cases": cases.router,
    "notifications": desk.router,
    "views": desk.views_router,
}.items():
    api.add_router(_room, _router)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return refused(refusal)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return invalid(error.errors)


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return HttpResponse(status=404)  # the door says it in full


@api.exception_handler(HttpError)
def _library(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return problem(
            400,
            _("请求的内容不是完整的 JSON。"),
            code="not-json",
            field="body",
            mend=_("请发送一个 UTF-8 编码的 JSON 对象。"),
        )
    return HttpResponse(status=error.status_code)

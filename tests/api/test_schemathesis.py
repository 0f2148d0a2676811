"""Requests made up from the contract, twice over one database: no fault of ours, every answer as the contract says."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from louyu.desk import commands, queries
from tests.factories import (
    CaseFactory,
    ContactFactory,
    DepartmentFactory,
    OccupancyFactory,
    OrganisationFactory,
    user_with,
)

EXAMPLES = 20
"""For each operation, kind of request and run."""

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.allow_header_conformance,
    checks.ignored_auth,
]
"""Not ``positive_data_acceptance``: a body that fits its form may still name a record that is not there."""


@pytest.fixture
def contract(db: None) -> Iterator[Any]:
    from louyu.site.wsgi import application

    for signal in (
        request_started,
        request_finished,
    ):  # they would close the connection of the test's transaction
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _stock(reader: Any) -> dict[str, list[str]]:
    """A small district of which the reader was told; the keys of its records by the fields that name them."""
    occupancies = OccupancyFactory.create_batch(3)
    for occupancy in occupancies:
        ContactFactory(enterprise=occupancy.enterprise)
    department = DepartmentFactory()
    specialist = user_with("specialist", department)
    cases = [
        CaseFactory(state=state, department=department, building=occupancies[0].unit.building)
        for state in (
            "accepted",
            "assigned",
            "in_hand",
            "waiting",
            "answered",
            "returned",
            "reopened",
            "closed",
        )
    ]
    commands.notify(
        *(commands.Telling([reader.pk], "followed", "您关注的办件有新进展", c, urgent=True) for c in cases)
    )
    return {
        "notifications": [str(key) for key, _about in queries.unread_keys(reader)],
        "buildings": [str(o.unit.building.pk) for o in occupancies],
        "enterprises": [str(o.enterprise.pk) for o in occupancies],
        "organisations": [str(OrganisationFactory().pk)],
        "cases": [str(c.pk) for c in cases],
        "department": [str(department.pk)],
        "handler": [str(specialist.pk)],
        "into": [str(cases[0].pk)],
        "building": [str(occupancies[0].unit.building.pk)],
        "enterprise": [str(occupancies[0].enterprise.pk)],
        "category": ["parking", "tax"],
    }


def _point_at_records(case: Any, stock: dict[str, Any]) -> None:
    """Let a made-up request name records that are there, so that it gets beyond "not found"."""
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = next(stock[case.path.split("/")[3]])
    if isinstance(case.body, dict):
        for name in set(case.body) & set(stock):
            case.body[name] = next(stock[name])
        if "version" in case.body:
            case.body["version"] = None


def _run(operation: Any, mode: GenerationMode, token: str, stock: dict[str, Any]) -> set[int]:
    """So many requests of one kind; the statuses that came back."""
    statuses: set[int] = set()
    turns = itertools.count()

    @seed(5)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and next(turns) % 4:
            _point_at_records(case, stock)
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS, headers={"Authorization": f"Bearer {token}"})

    ask()
    return statuses


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_two_runs_over_one_database_find_no_fault(contract: Any, mode: GenerationMode) -> None:
    from louyu.integrations.commands import issue_token

    reader = user_with("office")
    _token, text = issue_token(reader, by=user_with("security"))
    stock = {name: itertools.cycle(keys) for name, keys in _stock(reader).items()}
    for _run_of in ("first", "second"):
        for found in contract.get_all_operations():
            statuses = _run(found.ok(), mode, text, stock)
            if mode is GenerationMode.POSITIVE:
                assert statuses & {200, 201, 403, 409, 422}, found.ok().label

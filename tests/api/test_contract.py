"""The contract at ``/api/v1/openapi.json``: OpenAPI 3.1, open to everybody, complete."""

import re
from pathlib import Path

import pytest

from louyu.cases.states import CASES
from louyu.integrations.api import api


@pytest.fixture
def contract(client):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return answer.json()


def operations(contract):
    return [
        (path, method, operation)
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_openapi_3_1_and_needs_no_token(contract):
    assert contract["openapi"].startswith("3.1")


def test_every_operation_needs_a_token_and_names_its_refusals(contract):
    for path, method, operation in operations(contract):
        assert operation["security"], path
        statuses = set(operation["responses"])
        assert {"401", "403", "422"} <= statuses
        assert ("404" in statuses) == ("{" in path)
        if method == "post":
            assert {"400", "409", "411", "413", "415"} <= statuses
            assert "Idempotency-Key" in {p["name"] for p in operation["parameters"]}
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert set(answer["content"]) == {"application/problem+json"}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(contract):
    names = [operation["operationId"] for _path, _method, operation in operations(contract)]
    assert len(names) == len(set(names))
    assert all(operation["description"] for _path, _method, operation in operations(contract))


def test_every_list_is_paged(contract):
    for path, methods in contract["paths"].items():
        if "{" not in path:
            names = {p["name"] for p in methods["get"]["parameters"]}
            assert {"cursor", "limit"} <= names


def test_every_form_is_used(contract):
    text = str(contract)
    assert all(f"schemas/{name}'" in text for name in contract["components"]["schemas"])


def test_the_contract_cannot_be_written(client):
    assert client.post("/api/v1/openapi.json").status_code == 405


def test_it_is_made_once():
    assert api.get_openapi_schema() is api.get_openapi_schema()


def test_the_page_for_developers_names_every_address(contract):
    page = (Path(__file__).parents[2] / "docs" / "developers" / "api.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(/api/v1/\S+)`", page, re.MULTILINE))
    transitions = {f"/api/v1/cases/{{id}}/{t.code}" for t in CASES.transitions}
    there = {"/api/v1/cases/{id}/{transition}" if path in transitions else path for path in contract["paths"]}
    assert told == there

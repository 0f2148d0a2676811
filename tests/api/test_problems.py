"""Every refusal has one form (RFC 9457), whoever refuses: the door, the library, a rule, the database."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from tests.factories import CaseFactory, user_with

pytestmark = pytest.mark.django_db

MEMBERS = {"type", "title", "status", "detail", "field", "value", "reason", "mend", "errors"}


def problem(answer, status):
    """What a problem says, after its form was looked at."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    told = json.loads(answer.content)
    assert set(told) == MEMBERS
    assert told["status"] == status
    assert told["type"].startswith("urn:louyu:problem:")
    assert told["reason"]
    assert told["mend"]
    return told


def test_no_token_is_told_what_to_bring(client):
    answer = client.get("/api/v1/cases")
    assert problem(answer, 401)["field"] == "Authorization"
    assert answer["WWW-Authenticate"] == 'Bearer realm="louyu"'


@pytest.mark.parametrize(
    "header",
    ["Bearer wrong", "Bearer", "Basic b2ZmaWNlOng=", "louyu_x", "Bearer \udce4", "Bearer " + "x" * 5000],
)
def test_a_wrong_token_is_told_apart_from_none(client, header):
    answer = client.get("/api/v1/cases", headers={"Authorization": header})
    problem(answer, 401)
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_signed_in_browser_is_nobody_here(client):
    client.force_login(user_with("office"))
    problem(client.get("/api/v1/cases"), 401)
    body = {"category": "parking", "text": "车位不够"}
    problem(client.post("/api/v1/cases", body, content_type="application/json"), 401)


def test_an_answer_sets_no_cookie(machine):
    assert not machine().get("cases").cookies


def test_whether_an_address_exists_is_told_with_a_token_only(client, machine):
    problem(client.get("/api/v1/nothing"), 401)
    told = problem(machine().get("nothing"), 404)
    assert (told["field"], told["value"]) == ("path", "/api/v1/nothing")


@pytest.mark.parametrize("address", ["", "cases/", "buildings/7/8", "%00", "openapi.json/"])
def test_addresses_that_are_none_are_not_found(machine, address):
    problem(machine().get(address), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["cases", "buildings"])
def test_a_method_that_is_none_is_told_which_there_are(machine, method, address):
    answer = machine().ask(method, address)
    told = problem(answer, 405)
    assert told["value"] == method
    assert answer["Allow"] == ("GET, HEAD, POST" if address == "cases" else "GET, HEAD")


def test_head_is_answered_like_get(machine):
    system = machine()
    assert system.ask("HEAD", "buildings").status_code == 200


def test_a_token_for_reading_does_not_write(machine):
    reading = machine(scopes=["cases:read"])
    assert reading.get("cases").status_code == 200
    answer = reading.post("cases", {})
    assert problem(answer, 403)["value"] == "cases:write"
    assert 'scope="cases:write"' in answer["WWW-Authenticate"]
    problem(reading.get("buildings"), 403)


def test_a_token_opens_no_more_than_its_user_may(machine):
    chief_of_another = machine(user_with("chief", CaseFactory().building))
    problem(chief_of_another.get(f"cases/{CaseFactory().pk}"), 404)


def test_a_broken_body_is_told_so(machine):
    for body in (b"{", b"\xff\xfe", b'{"a":' + b"[" * 100_000, b"1" * 5000):
        assert problem(machine().post("cases", body), 400)["field"] == "body"


def test_a_body_without_a_length_is_told_to_bring_it(machine):
    problem(machine().ask("POST", "cases", b""), 411)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_is_not_json_is_told_what_to_send(machine, kind):
    system = machine()
    answer = system.client.generic(
        "POST", "/api/v1/cases", b"{}", content_type=kind, headers={"Authorization": f"Bearer {system.token}"}
    )
    assert problem(answer, 415)["field"] == "Content-Type"


def test_a_body_of_100_megabytes_is_refused_before_it_is_read(machine, settings):
    system = machine()
    answer = system.client.generic(
        "POST",
        "/api/v1/cases",
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {system.token}", "Idempotency-Key": "k"},
        CONTENT_LENGTH=str(100 * 1024 * 1024),
    )
    problem(answer, 413)


def test_a_strange_host_is_told_so(machine):
    problem(machine().get("cases", Host="evil.example"), 400)


def test_a_fault_of_ours_says_nothing_of_itself_and_leaves_nothing(machine, monkeypatch):
    system = machine()
    system.client.raise_request_exception = False
    monkeypatch.setattr("louyu.cases.commands.open_case", lambda **_given: 1 / 0)
    answer = system.post("cases", {"category": "parking", "text": "车位不够"})
    assert "division" not in answer.content.decode()
    problem(answer, 500)


def test_a_database_that_is_busy_asks_to_come_again(machine, monkeypatch):
    def busy(**_given):
        raise OperationalError("database is locked")

    monkeypatch.setattr("louyu.cases.commands.open_case", busy)
    answer = machine().post("cases", {"category": "parking", "text": "车位不够"})
    problem(answer, 503)
    assert answer["Retry-After"] == "2"


def test_words_are_those_of_the_language_asked_for(machine):
    system = machine()
    chinese = problem(system.get("nothing"), 404)["title"]
    english = problem(system.get("nothing", **{"Accept-Language": "en"}), 404)["title"]
    assert chinese == "找不到"
    assert english.isascii()


def test_pages_are_not_touched(client):
    assert client.get("/").status_code == 302
    assert Client().get("/healthz").status_code == 200

"""What a scope opens, what can be a key, what is the same request."""

import datetime

import pytest

from louyu.integrations.api import api
from louyu.integrations.rules import ROOMS, SCOPES, WRITTEN, is_a_key, opens, same_request, scope_needed

DAY = datetime.date(2026, 10, 1)


def test_a_read_needs_the_room_s_read_scope_and_a_write_its_write_scope() -> None:
    assert scope_needed("GET", "cases") == scope_needed("HEAD", "cases") == "cases:read"
    assert scope_needed("POST", "cases") == "cases:write"


def test_scopes_are_those_of_the_contract() -> None:
    paths = api.get_openapi_schema()["paths"]
    there = {path.split("/")[3] for path in paths}
    written = {path.split("/")[3] for path, operations in paths.items() if set(operations) - {"get"}}
    assert (there, written) == (set(ROOMS), set(WRITTEN))
    assert set(SCOPES) == {f"{room}:read" for room in there} | {f"{room}:write" for room in written}


@pytest.mark.parametrize("key", ["1", "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "a" * 255, "!~"])
def test_a_key_is_visible_ascii(key: str) -> None:
    assert is_a_key(key)


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "键", "a\n", "\x7f"])
def test_anything_else_is_no_key(key: str) -> None:
    assert not is_a_key(key)


def test_the_order_of_fields_does_not_make_another_request() -> None:
    assert same_request("POST", "/a", b'{"a": 1, "b": 2}') == same_request("POST", "/a", b'{"b":2,"a":1}')


@pytest.mark.parametrize(
    "other", [("POST", "/b", b"{}"), ("PUT", "/a", b"{}"), ("POST", "/a", b"[]"), ("POST", "/a", b"{")]
)
def test_method_address_and_body_make_another_request(other: tuple[str, str, bytes]) -> None:
    assert same_request("POST", "/a", b"{}") != same_request(*other)


def test_a_token_opens_until_the_day_it_expires() -> None:
    tomorrow = DAY + datetime.timedelta(days=1)
    assert opens(today=DAY, expires_on=tomorrow, revoked=False)
    assert not opens(today=tomorrow, expires_on=tomorrow, revoked=False)
    assert not opens(today=DAY, expires_on=tomorrow, revoked=True)

"""A client of the API as another system is one: a token, JSON, nothing of a browser."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


def _json(body: Any) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a character, which only an escape can bring
        return json.dumps(body).encode()


@dataclass
class Machine:
    """Another system with a token."""

    client: Any
    token: str
    user: Any

    def ask(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """The answer to a request under ``/api/v1/``; ``body`` is sent as JSON, bytes as they are."""
        said = body if isinstance(body, bytes) else _json(body if body is not None else {})
        return self.client.generic(
            method,
            f"/api/v1/{address}",
            said if method not in ("GET", "HEAD") else b"",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"} | headers,
        )

    def get(self, address: str, **headers: str) -> Any:
        return self.ask("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", address, body, **headers)

    def items(self, address: str) -> list[Any]:
        answer = self.get(address)
        assert answer.status_code == 200, answer.content
        found: list[Any] = answer.json()["items"]
        return found


@pytest.fixture
def machine() -> Callable[..., Machine]:
    """``machine(user)``: a client with a fresh token of this user; further values as ``issue_token`` takes them."""
    from django.test import Client

    from louyu.integrations.commands import issue_token
    from tests.factories import user_with

    def make(user: Any = None, **values: Any) -> Machine:
        user = user or user_with("office")
        _token, text = issue_token(user, by=user_with("security"), **values)
        return Machine(Client(raise_request_exception=True), text, user)

    return make

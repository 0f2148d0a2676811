"""I8: nobody sees or does on any page or by machine what their role and scope do not allow.

Generated from the routes: every reader of ``world.READERS`` asks for every address of ``routes.py`` about records
inside and outside their scope. All of it on SQLite, a sample on PostgreSQL.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from louyu.accounts.adapter import by_mail
from tests.access.matrix import (
    Asked,
    faults,
    hidden_from,
    keeping_cookies,
    requests_for,
    sent_back,
)
from tests.access.routes import OPERATIONS, PAGES, Page, rows_of
from tests.access.world import READERS, Reader, World

pytestmark = pytest.mark.django_db

SAMPLE = 0.15
"""The part of the matrix that is asked on PostgreSQL."""
API = "/api/v1/"


def addresses(resolver: URLResolver, within: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """All addresses that the site answers, by their names with those of the rooms."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, (*within, one.namespace) if one.namespace else within)
        elif one.callback is not by_mail:  # switched off, whatever the library calls it
            yield ":".join((*within, one.name or str(one.pattern))), one


def route_names() -> set[str]:
    """The names of the pages."""
    return {name for name, _one in addresses(get_resolver()) if not name.startswith("api:")}


def operations() -> set[str]:
    """The addresses of the API below its root."""
    found = {str(one.pattern) for name, one in addresses(get_resolver()) if name.startswith("api:")}
    return {address.replace("<", "{").replace(">", "}") for address in found} - {""}


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    named = route_names()
    assert sorted(named - set(PAGES)) == [], "routes without a row in tests/access/routes.py"
    assert sorted(set(PAGES) - named) == [], "rows of tests/access/routes.py without a route"


def test_every_operation_of_the_api_has_its_row() -> None:
    assert sorted(operations() - set(OPERATIONS)) == [], "operations without a row in tests/access/routes.py"
    assert sorted(set(OPERATIONS) - operations()) == [], "rows without an operation"


def asked_of(reader: Reader, asked: Asked) -> Any:
    """The answer of a page to this reader."""
    keys = {asked.page.key: asked.cell.records[asked.page.record].pk} if asked.page.record else {}
    keys |= {name: asked.cell.records[record].pk for name, (record, _see) in asked.page.also.items()}
    address = reverse(asked.route, kwargs=keys | dict(asked.page.given)) + asked.query
    if asked.method == "GET":
        return keeping_cookies(reader, lambda: reader.browser.get(address))
    given = asked.page.sends(asked.cell, reader.user) if asked.page.sends else {}
    return keeping_cookies(reader, lambda: reader.browser.post(address, given))


def asked_by_machine(reader: Reader, asked: Asked) -> Any:
    """The answer of the API to this reader's token."""
    key = str(asked.cell.records[asked.page.record].pk) if asked.page.record else ""
    given = asked.page.sends(asked.cell, reader.user) if asked.page.sends else {}
    return sent_back(
        lambda: Client().generic(
            asked.method,
            API + asked.route.replace("{id}", key),
            json.dumps(given, default=str) if asked.method == "POST" else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {reader.token}"},
        )
    )


def sample(asked: list[Asked], seed: str) -> list[Asked]:
    """All of it on SQLite; on PostgreSQL a part, another one for each reader, the same at every run."""
    if connection.vendor == "sqlite":
        return asked
    return random.Random(seed).sample(asked, int(len(asked) * SAMPLE))


PAGE_ROWS = [(name, row) for name in PAGES for row in rows_of(name)]


@pytest.mark.parametrize("who", READERS)
def test_pages_show_and_do_what_the_rows_allow(world: World, who: str) -> None:
    reader = world.reader(who)
    hidden = hidden_from(reader, world)
    wrong = []
    for asked in sample(list(requests_for(PAGE_ROWS, reader, world)), who):
        answer = asked_of(reader, asked)
        if not reader.user.is_active:
            wrong += stranger_faults(asked, answer)
        else:
            wrong += faults(asked, answer, reader, world, hidden)
    assert not wrong, "\n" + "\n".join(wrong)


def stranger_faults(asked: Asked, answer: Any) -> list[str]:
    """Who is not signed in is asked to, wherever they knock."""
    if asked.page.public or (answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]):
        return []
    return [f"{asked}: answered {answer.status_code} to a stranger"]


@pytest.mark.parametrize("who", READERS)
def test_machines_get_and_do_what_the_rows_allow(world: World, who: str) -> None:
    reader = world.reader(who)
    hidden = hidden_from(reader, world)
    wrong = []
    for asked in sample(list(requests_for(OPERATIONS.items(), reader, world)), who):
        answer = asked_by_machine(reader, asked)
        if not reader.user.is_active and not asked.page.public:
            wrong += [] if answer.status_code == 401 else [f"{asked}: let a barred user in"]
        else:
            wrong += faults(asked, answer, reader, world, hidden)
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_matrix_notices_who_gets_more_than_their_rows_give(world: World) -> None:
    chief = world.reader("chief over building")
    asked = Asked("cases:case", Page("case", see="cases.see_case"), world.cells[0])
    answer = asked_of(chief, asked)
    assert faults(asked, answer, chief, world, hidden_from(chief, world)) == []
    without = replace(chief, held=())  # what a chief is answered, held against who may see nothing
    told = faults(asked, answer, without, world, hidden_from(without, world))
    assert any("200, not 404" in fault for fault in told)
    assert any("LEAKS qaassignedtextmark" in fault for fault in told)

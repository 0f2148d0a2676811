"""Asking everybody for everything: the requests, the answers called for, the words that may not be there."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction

from louyu.accounts.rules import ScopeKind
from tests.access.routes import OPERATIONS, PAGES, Page
from tests.access.world import Cell, Mark, Reader, World


@dataclass(frozen=True)
class Asked:
    """A request about a cell. method: GET, or POST with what the row sends."""

    route: str
    page: Page
    cell: Cell
    method: str = "GET"
    query: str = ""

    def __str__(self) -> str:
        words = " ".join(f"{k}={v}" for k, v in self.page.given.items())
        return f"{self.method} {self.route}{self.query} {words} {self.page.record} of {self.cell.name}"


def requests_for(table: Iterable[tuple[str, Page]], reader: Reader, world: World) -> Iterator[Asked]:
    """Every row of the table: looked at in every cell, sent about the last cell within sight and the first beyond."""
    told = set()
    for route, page in table:
        of_a_cell = bool(page.record or page.also or page.chooses or page.names)
        if page.get is not None and (page.get or route not in told):
            for cell in world.cells if of_a_cell and page.get else world.cells[:1]:
                yield Asked(route, page, cell)
        if page.sends is not None:
            for cell in edges(reader, world) if of_a_cell else world.cells[:1]:
                yield Asked(route, page, cell, method="POST")
        elif route not in told:
            yield Asked(route, page, world.cells[0], method="POST")
        if page.lists and route in PAGES:
            for query in ("?q=mark", "?format=xlsx", f"?building={world.cells[-1].building.pk}"):
                yield Asked(route, page, world.cells[0], query=query)
        told.add(route)


def edges(reader: Reader, world: World) -> list[Cell]:
    """The last cell within a reader's scope and the first one beyond it."""
    within = {ScopeKind.DISTRICT: 4, ScopeKind.SUBDISTRICT: 3, ScopeKind.COMMUNITY: 2}
    last = max((within.get(one.kind, 1) for one in reader.held), default=1)
    return world.cells[last - 1 : last + 1]


def expected(asked: Asked, reader: Reader, world: World) -> int:
    """The status that the declared rows call for."""
    page, records = asked.page, asked.cell.records
    sent = asked.method == "POST"
    if (page.sends is None) if sent else not page.get:
        return 405
    if page.needs and not reader.may(page.needs):
        return page.refused
    named = [(page.record, page.see), *page.also.values(), *([page.names] if page.names and sent else [])]
    if not all(reader.may(action, records[name]) for name, action in named if name and action):
        return 404
    may = not page.do or reader.may(page.do, records[_subject(page)] if _subject(page) else None)
    if not sent:
        return page.gets if may or not page.guarded else 403
    if page.chooses:
        name, see = page.chooses
        offered = asked.route in OPERATIONS or any(
            reader.may(see, cell.records[name]) for cell in world.cells
        )
        if asked.route in PAGES and not reader.may(page.do):
            return 403
        chosen = reader.may(see, records[name]) and reader.may(page.do, records[name])
        return page.done if chosen or not offered else page.unreached
    return page.done if may else 403


def _subject(page: Page) -> str:
    """The name in a cell of what the form does something about."""
    return page.record or (page.names[0] if page.names else "")


def text_of(answer: Any) -> str:
    """What an answer says, whatever it is packed in."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return body.decode("utf-8", "replace") + str(answer.headers)


def sent_back(send: Any) -> Any:
    """An answer, of whose request nothing stays: neither in the database nor in the browser."""
    with transaction.atomic():
        answer = send()
        transaction.set_rollback(True)
    return answer


def keeping_cookies(reader: Reader, send: Any) -> Any:
    """The same, the browser's cookies as before."""
    before = SimpleCookie({name: morsel.value for name, morsel in reader.browser.cookies.items()})
    try:
        return sent_back(send)
    finally:
        reader.browser.cookies = before


def hidden_from(reader: Reader, world: World) -> list[str]:
    """The words that may stand nowhere in what this reader is answered."""
    return [mark.word for mark in world.marks if not reader.reads(mark)]


def shown_marks(asked: Asked, reader: Reader, world: World) -> list[Mark]:
    """Marks of the records that this list has to name."""
    listed = asked.page.lists
    if not listed or asked.method != "GET" or asked.query not in ("", "?q=mark"):
        return []
    seen = [c for c in world.cells if reader.may(asked.page.see, c.records[RECORD_OF.get(listed, listed)])]
    return [cell.marks[listed] for cell in seen if listed in cell.marks]


RECORD_OF = {"officer": "duty"}
"""Marks that are called otherwise than the record that shows them."""


def faults(asked: Asked, answer: Any, reader: Reader, world: World, hidden: list[str]) -> list[str]:
    """What is wrong with an answer: another status, a word that may not be there, one that is missing."""
    found = []
    called_for = expected(asked, reader, world)
    if answer.status_code != called_for and not (asked.query and answer.status_code in (200, 302)):
        found.append(f"{asked}: {answer.status_code}, not {called_for}")
    text = text_of(answer)
    said: set[str] = set()
    if asked.method == "POST" and answer.status_code == asked.page.done:
        said = {asked.cell.marks[name].word for name in asked.page.shows}
        found += [f"{asked}: does not say {word}" for word in said if word not in text]
    found += [f"{asked}: LEAKS {word}" for word in hidden if word not in said and word in text]
    marks = shown_marks(asked, reader, world)
    return found + [f"{asked}: does not list {mark.word}" for mark in marks if mark.word not in text]

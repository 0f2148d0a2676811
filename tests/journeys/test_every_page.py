"""Every page of the route table in a browser: axe finds nothing serious, and nothing sticks out sideways.

A page's structure does not depend on its colours, nor its contrasts on the language: so each is looked at in Chinese
and light on a PC, and in English and dark on a phone.
"""

from collections import defaultdict

import pytest
from django.urls import reverse

from tests.access.matrix import Asked, expected
from tests.access.routes import PAGES, rows_of
from tests.access.world import Reader, World, whole_world
from tests.browser import PC, PHONE, AxeFindings, OpenPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

LOOKERS = ("office over district", "security over district", "system over district", "audit over district")
"""Who looks: the first to whom a page is shown; the last resort is somebody with a scope of their own."""
LOOKS = {
    "chinese, light, PC": {"language": "zh-CN", "color_scheme": "light", "size": PC},
    "english, dark, phone": {"language": "en", "color_scheme": "dark", "size": PHONE},
}


def address_of(asked: Asked) -> str:
    """Where the page of a row stands."""
    page = asked.page
    keys = {page.key: asked.cell.records[page.record].pk} if page.record else {}
    keys |= {name: asked.cell.records[record].pk for name, (record, _see) in page.also.items()}
    return reverse(asked.route, kwargs=keys | dict(page.given))


def is_page(reader: Reader, address: str) -> bool:
    """Whether a whole page answers there, and no file, part of a page or other format."""
    answer = reader.browser.get(address)
    return answer.status_code == 200 and not answer.streaming and b"</html>" in answer.content


def pages(world: World) -> dict[str, list[str]]:
    """Every page once, by who looks at it."""
    readers = [world.readers[name] for name in (*LOOKERS, "chief over building", "liaison over enterprise")]
    found: dict[str, list[str]] = defaultdict(list)
    for route in PAGES:
        row = next((row for row in rows_of(route) if row.get and row.gets == 200), None)
        if row is None:
            continue
        asked = Asked(route, row, world.cells[0])
        for reader in readers:
            if expected(asked, world.reader(reader.name), world) == 200:
                if is_page(reader, address_of(asked)):
                    found[reader.name].append(address_of(asked))
                break
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_serious_fault(look: str, open_page: OpenPage, axe: AxeFindings) -> None:
    world = whole_world()
    faults = []
    number = 0
    for name, addresses in pages(world).items():
        page = open_page(world.reader(name).user, **LOOKS[look])
        for address in addresses:
            number += 1
            page.goto(address)
            faults += [f"{address} {finding}" for finding in axe(page)]
            beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if beyond > 0:
                faults.append(f"{address} is {beyond} px wider than the window")
    assert number > 60
    assert faults == []

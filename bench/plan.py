"""The page of a 60-storey tower with 800 tenants: queries, size of the HTML, time until Chromium has drawn it."""

import datetime
import os
import statistics
import sys
from pathlib import Path
from typing import Any

import django

from bench.figures import figure

STOREYS = 60
FLOOR_AREA = 1800
TIMES = 5

_DRAWN = """() => {
    const page = performance.getEntriesByType('navigation')[0];
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return Math.max(paint ? paint.startTime : 0, page.domContentLoadedEventEnd) - page.responseEnd;
}"""


def tower(tenants: int) -> Any:
    """A building with 60 let storeys and so many tenants, each in a unit of its own."""
    from tests import factories

    building = factories.BuildingFactory(floors_above=STOREYS, floor_area=STOREYS * FLOOR_AREA)
    floors = [
        factories.FloorFactory(building=building, number=n + 1, area=FLOOR_AREA) for n in range(STOREYS)
    ]
    of_a_floor = -(-tenants // STOREYS)
    for number in range(tenants):
        floor = floors[number % STOREYS]
        unit = factories.UnitFactory(
            floor=floor,
            number=f"{floor.number}{number // STOREYS + 1:02d}",
            area=FLOOR_AREA * 9 // 10 // of_a_floor,
        )
        factories.OccupancyFactory(
            unit=unit,
            since=datetime.date(2008 + number % 16, 1 + number % 12, 1),
            enterprise__industry_section="IMKLFGJ"[number % 7],
        )
    return building


def page_of(building: Any, user: Any) -> tuple[int, int]:
    """Number of queries and bytes of HTML of a building's page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    client.get(f"/buildings/{building.pk}/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/buildings/{building.pk}/")
    if answer.status_code != 200:
        raise RuntimeError(f"the page answered {answer.status_code}")
    return len(queries), len(answer.content)


def drawn_in_chromium(building: Any, password: str, username: str) -> float:
    """Median of the milliseconds from the last byte of HTML until the page was painted and its script had run."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from tools.chromium import FLAGS, PC, find_chromium
    from tools.serving import served

    with served(Path(settings.HOME)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(
            base_url=server.url, viewport={"width": PC[0], "height": PC[1]}, locale="zh-CN"
        )
        page.goto("/accounts/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        took = []
        for _ in range(TIMES + 1):
            page.goto(f"/buildings/{building.pk}/", wait_until="load")
            page.wait_for_timeout(300)
            took.append(page.evaluate(_DRAWN))
        browser.close()
    return statistics.median(took[1:])


def main() -> int:
    """The exit status is 1 when an aim is missed."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests import factories

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", verbosity=0)
    print(f"plan of a tower: {STOREYS} storeys, 800 tenants")
    small, large = tower(80), tower(800)
    user = factories.user_with("office")
    few, _ = page_of(small, user)
    many, size = page_of(large, user)
    holds = [
        figure("queries with 800 tenants beyond those with 80", many - few, 0),
        figure("HTML", size / 1000, 300, " KB"),
        figure("drawn in Chromium", drawn_in_chromium(large, factories.PASSWORD, user.username), 200, " ms"),
    ]
    print(f"  {many} queries")
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Real pages in a real Chromium: the fixtures ``browser``, ``open_page``, ``page`` and ``axe``.

A page opens on the served application (pytest-django's ``live_server``), in Chinese, at a PC's size. A script
error or a breach of the content security policy fails the test that met it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.chromium import FLAGS, PC, PHONE, find_chromium

AXE = Path(__file__).resolve().parent.parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

__all__ = ["PC", "PHONE", "AxeFindings", "OpenPage"]

OpenPage = Callable[..., Page]
AxeFindings = Callable[[Page], list[str]]


def _without(part: str) -> None:
    """Says loudly that a test cannot run: a failure in continuous integration, a skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI opens pages in a real browser, but {part}", pytrace=False)
    pytest.skip(part)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    program = find_chromium()
    if program is None:
        _without("Chromium is not on this machine (Debian: chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Opens pages: ``open_page(user=None, size=PC, language="zh-CN", **context)``, signed in as ``user``.

    Each page has a context (cookies, storage) of its own; ``page.goto("/…")`` is relative to the server.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_one(
        user: Any = None, *, size: tuple[int, int] = PC, language: str = "zh-CN", **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user is not None:
            context.add_cookies([{**_session_cookie(user), "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda said: troubles.extend(_breaches(page.url, said.text)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def _breaches(url: str, text: str) -> list[str]:
    return [f"{url}: {text}"] if "Content Security Policy" in text else []


def _session_cookie(user: Any) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page at a PC's size, nobody signed in."""
    return open_page()


@pytest.fixture(scope="session")
def axe() -> AxeFindings:
    """``axe(page)``: what axe-core finds serious or critical on the page, one line each; empty is clean."""
    if not AXE.exists():
        _without("axe-core is not installed (make setup)")
    source = AXE.read_text(encoding="utf-8")

    def look(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{violation['impact']} {violation['id']}: {node['html']} — {node['failureSummary']}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    return look

"""The browser fixtures notice what they are there to notice."""

import pytest
from playwright.sync_api import Page

from tests import factories
from tests.browser import PHONE, AxeFindings, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BARE = '<!doctype html><html lang="zh"><title>页</title><main><h1>页</h1>{}</main></html>'


def test_axe_finds_a_picture_without_words(page: Page, axe: AxeFindings) -> None:
    page.set_content(
        '<!doctype html><html lang="zh"><title>页</title><main><h1>页</h1><img src="x.png"></main>'
    )
    assert [finding.split(":")[0] for finding in axe(page)] == ["critical image-alt"]
    page.set_content(BARE.format("<p>文字</p>"))
    assert axe(page) == []


def test_page_opens_at_a_phones_size_signed_in(open_page: OpenPage) -> None:
    user = factories.user_with("office")
    page = open_page(user, size=PHONE, language="en")
    answer = page.goto("/accounts/email/")
    assert answer is not None
    assert "login" not in page.url
    assert page.evaluate("window.innerWidth") == 390

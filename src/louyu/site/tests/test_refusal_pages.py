"""What a reader sees when something is refused, missing or broken."""

import pytest
from django.template.loader import render_to_string

from louyu.core.errors import Refusal
from louyu.site.middleware import RefusalsAsPages
from tests.factories import user_with

REFUSAL = Refusal("面积超过了本层。", field="建筑面积", value="34,200<b>", mend="请核对单位。")


def refused(rf, user, **headers):
    request = rf.get("/buildings/", **headers)
    request.user, request.htmx = user, "HTTP_HX_REQUEST" in headers
    answer = RefusalsAsPages(lambda _: None).process_exception(request, REFUSAL)
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_refusal_shows_field_value_reason_and_mend(rf):
    status, page = refused(rf, user_with("office"))
    assert status == 422
    for words in ("建筑面积", "<mark>34,200&lt;b&gt;</mark>", "面积超过了本层。", "请核对单位。", "<html"):
        assert words in page


@pytest.mark.django_db
def test_refusal_of_an_htmx_request_is_only_its_words(rf):
    _, page = refused(rf, user_with("office"), HTTP_HX_REQUEST="true")
    assert "data-refusal" in page
    assert "请核对单位。" in page
    assert "<html" not in page


@pytest.mark.django_db
def test_missing_page_says_where_to_look(client):
    client.force_login(user_with("office"))
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert 'role="search"' in answer.content.decode()


def test_page_for_a_broken_program_needs_neither_request_nor_database():
    assert "程序出错了" in render_to_string("500.html")

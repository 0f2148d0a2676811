"""Signing in: what the page says at the field, when a lock ends, which devices are signed in."""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from louyu.accounts.templatetags.sessions import device
from tests.factories import PASSWORD, user_with

pytestmark = pytest.mark.django_db

WINDOWS_EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"
)
PHONE_WEIXIN = (
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0"
)


def sign_in(client, username, password=PASSWORD):
    return client.post("/accounts/login/", {"login": username, "password": password})


def test_wrong_password_is_said_at_the_password_and_the_name_stays(client):
    page = sign_in(client, "zhoumin", "wrong").content.decode()
    assert 'aria-describedby="password-error"' in page
    assert 'id="password-error"' in page
    assert 'value="zhoumin"' in page


def test_right_password_leads_to_the_start_page(client):
    answer = sign_in(client, user_with("office").username)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@time_machine.travel("2026-11-24 08:00:00+08:00", tick=False)
def test_the_tenth_wrong_password_locks_and_names_the_minute_it_ends(client):
    user = user_with("office")
    answers = [sign_in(client, user.username, "wrong") for _ in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert "<strong>08:15</strong>" in answers[-1].content.decode()
    assert sign_in(client, user.username).status_code == 429


def test_lock_of_one_user_leaves_others_alone(client):
    locked, other = user_with("office"), user_with("office")
    for _ in range(10):
        sign_in(client, locked.username, "wrong")
    assert sign_in(client, other.username).status_code == 302


def test_ending_other_sessions_keeps_this_one():
    user = user_with("office")
    here, elsewhere = Client(HTTP_USER_AGENT=WINDOWS_EDGE), Client(HTTP_USER_AGENT=PHONE_WEIXIN)
    for client in (elsewhere, here):
        sign_in(client, user.username)
    page = here.get("/accounts/sessions/").content.decode()
    assert "Windows Edge" in page
    assert "Android 微信" in page
    here.post("/accounts/sessions/")
    assert UserSession.objects.filter(user=user).count() == 1
    assert here.get("/accounts/sessions/").status_code == 200
    assert elsewhere.get("/accounts/sessions/").status_code == 302


@time_machine.travel("2026-11-24 08:00:00+08:00", tick=False)
def test_a_session_lasts_twelve_hours_even_if_the_browser_is_closed(client):
    cookie = sign_in(client, user_with("office").username).cookies["sessionid"]
    assert cookie["max-age"] == 12 * 3600


def test_sessions_tell_when_they_began_and_looking_at_pages_writes_nothing(client):
    sign_in(client, user_with("office").username)
    page = client.get("/accounts/sessions/").content.decode()
    assert "登录时间" in page
    assert "最近使用" not in page
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/sessions/")
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (WINDOWS_EDGE, "Windows Edge"),
        (PHONE_WEIXIN, "Android 微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "iPhone Safari"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "未知设备"),
    ],
)
def test_device_is_named_by_what_tells_it_from_those_it_descends_from(user_agent, words):
    assert device(user_agent) == words


def test_larger_type_can_be_chosen_before_signing_in_and_without_script(client):
    answer = client.post("/display/", {"larger": "1", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    assert 'class="larger"' in client.get("/accounts/login/").content.decode()

"""What is sent wrongly, or by somebody who tries doors: each gets a clear answer, loses nothing and shows nothing."""

import io
import re
import tarfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from louyu.accounts.models import AuditEntry, Grant, User
from louyu.accounts.rules import Role
from louyu.cases.forms import fresh_key
from louyu.cases.models import Case
from louyu.core.errors import Refusal
from louyu.integrations.commands import issue_token, revoke_token
from louyu.site.backups import put_back
from tests import factories
from tests.factories import PASSWORD, user_with

pytestmark = pytest.mark.django_db

LISTS = (
    "buildings",
    "tenants:enterprise_list",
    "cases:case_list",
    "workbooks:batch_list",
    "duties:people_list",
)
EVIL = "//evil.example/door"


def signed_in(user: User, **options: Any) -> Client:
    browser = Client(raise_request_exception=False, **options)
    browser.force_login(user)
    return browser


@pytest.fixture
def office() -> Client:
    return signed_in(user_with(Role.OFFICE))


def words(answer: Any) -> str:
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()


def new_case(by: User, **more: Any) -> dict[str, Any]:
    return {"text": "电梯停了一上午", "category": "parking", "form": fresh_key(by), **more}


# Lists


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "asked", ["page=1000000000", "after=1000000000", "before=%00", "after=" + "A" * 3000]
)
def test_a_page_that_is_none_shows_the_first_and_says_so(office: Client, name: str, asked: str) -> None:
    answer = office.get(f"{reverse(name)}?{asked}")
    assert answer.status_code == 200
    assert "notice" in words(answer)
    assert answer.context["list"].notices[0].field == asked.partition("=")[0]
    assert answer.context["list"].notices[0].mend


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "field", ["password", "-user__password", "name__startswith", "'; DROP TABLE x--", "\0"]
)
def test_a_sort_by_an_unknown_field_is_not_followed(office: Client, name: str, field: str) -> None:
    answer = office.get(reverse(name), {"sort": field})
    assert answer.status_code == 200
    (notice,) = answer.context["list"].notices
    assert notice.field == "sort"
    assert answer.context["list"].sort == answer.context["list"].declared.default_sort


# Keys


@pytest.mark.parametrize(
    "route", ["site:building", "tenants:enterprise", "cases:case", "duties:duty", "workbooks:batch"]
)
def test_a_key_of_another_scope_or_type_or_none_is_not_there(route: str) -> None:
    chief = signed_in(user_with(Role.CHIEF, factories.BuildingFactory()))
    foreign = factories.CaseFactory(text="外楼的秘密事项", building=factories.BuildingFactory(name="外楼"))
    for key in (foreign.pk, foreign.building_id, foreign.enterprise_id, uuid4()):
        answer = chief.get(reverse(route, args=[key]))
        assert answer.status_code == 404
        assert "外楼" not in words(answer)
    template = reverse(route, args=[foreign.pk])
    for text in ("1", "none", "..", "%00", "0" * 300, f"{foreign.pk}x"):
        assert chief.get(template.replace(str(foreign.pk), text)).status_code == 404


@pytest.mark.parametrize("filter", ["building", "area", "enterprise"])
def test_a_filter_by_a_key_of_another_scope_finds_nothing_of_it(filter: str) -> None:
    here, far = factories.BuildingFactory(), factories.BuildingFactory(name="外楼")
    factories.OccupancyFactory(unit=factories.UnitFactory(building=far), enterprise__name="外楼企业")
    chief = signed_in(user_with(Role.CHIEF, here))
    for key in (far.pk, far.area_id, far.area.parent_id, "none", "1 OR 1=1"):
        for name in ("tenants:enterprise_list", "cases:case_list"):
            answer = chief.get(reverse(name), {filter: key})
            assert answer.status_code == 200
            assert "外楼" not in words(answer)


def test_numbers_tried_in_series_open_nothing() -> None:
    for number in range(5):
        factories.CaseFactory(number=f"2026-{number:06d}", text="别人的事")
    liaison = signed_in(user_with(Role.LIAISON, factories.EnterpriseFactory()))
    for number in range(20):
        assert liaison.get(f"/cases/2026-{number:06d}/").status_code == 404
        assert "别人的事" not in words(liaison.get("/cases/", {"q": f"2026-{number:06d}"}))


# Forms


def test_a_form_sent_twice_does_it_once() -> None:
    user = user_with(Role.OFFICE)
    browser, form = signed_in(user), new_case(user)
    first, second = (browser.post(reverse("cases:new_case"), form) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.rows_without_a_reader.count() == 1


def test_a_step_sent_twice_is_done_once() -> None:
    case = factories.CaseFactory(state="accepted")
    browser = signed_in(user_with(Role.OFFICE))
    form = {"outcome": "solved", "text": "已经协调好", "version": case.version, "seen": 0}
    answers = [browser.post(reverse("cases:do", args=[case.pk, "answer"]), form) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert AuditEntry.rows_without_a_reader.filter(action="cases.answer").count() == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/"}],
)
def test_a_form_from_elsewhere_does_nothing(headers: dict[str, str]) -> None:
    user = user_with(Role.OFFICE)
    browser = signed_in(user, enforce_csrf_checks=True)
    browser.get(reverse("cases:new_case"))
    token = browser.cookies["csrftoken"].value if headers else ""
    form = new_case(user, csrfmiddlewaretoken=token)
    secure = "Referer" in headers  # only there is a Referer asked for
    answer = browser.post(reverse("cases:new_case"), form, headers=headers, secure=secure)
    assert answer.status_code == 403
    assert "没有提交" in words(answer)
    assert not Case.rows_without_a_reader.exists()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", ""])
def test_a_host_that_is_not_ours_is_refused_in_words(office: Client, host: str) -> None:
    answer = office.get("/", headers={"Host": host or "x y"})
    assert answer.status_code == 400
    assert "读不了" in words(answer)
    assert "evil" not in words(answer)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize("name", ["site:start", "cases:case_list", "cases:new_case", "workbooks:batch_list"])
def test_a_method_that_is_none_is_told_which_there_are(office: Client, method: str, name: str) -> None:
    answer = office.generic(method, reverse(name))
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"text": "x"}'),
        ("text/plain", b"x"),
        ("application/x-www-form-urlencoded; charset=utf-16", "text=电".encode("utf-16")),
        ("application/x-www-form-urlencoded; charset=no-such", b"text=x"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe%00&category=%f0%28"),
        ("multipart/form-data", b"without a boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nnot a part"),
        ("", b"x"),
    ],
)
def test_a_body_of_another_type_or_encoding_makes_no_case_and_no_error(
    office: Client, kind: str, body: bytes
) -> None:
    answer = office.generic("POST", reverse("cases:new_case"), body, content_type=kind)
    assert answer.status_code in (400, 422)
    assert re.search("[一-龥]", words(answer))
    assert not Case.rows_without_a_reader.exists()


class _Endless(io.RawIOBase):
    """A body that says how much of it was read."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += max(size, 0)
        return b"x" * max(size, 0)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("name", ["cases:new_case", "account_login", "site:display"])
def test_a_body_of_100_megabytes_is_refused_before_it_is_read(office: Client, kind: str, name: str) -> None:
    body = _Endless()
    sent = {"wsgi.input": body, "CONTENT_LENGTH": str(100 * 1024 * 1024), "CONTENT_TYPE": kind}
    answer = office.post(reverse(name), **sent)
    assert answer.status_code in (400, 413)
    assert body.taken < 6 * 1024 * 1024
    assert not Case.rows_without_a_reader.exists()


# Where an answer leads


@pytest.mark.parametrize(
    "to", [EVIL, "https://evil.example", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere(to: str) -> None:
    user = user_with(Role.OFFICE)
    out = Client()
    answers = [
        out.post(f"{reverse('account_login')}?next={to}", {"login": user.username, "password": PASSWORD}),
        signed_in(user).get(reverse("account_login"), {"next": to}),
        signed_in(user).post(reverse("site:display"), {"next": to}),
        signed_in(user).post(reverse("set_language"), {"next": to, "language": "en"}),
        signed_in(user).post(reverse("account_logout"), {"next": to}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert re.fullmatch(r"/[^/\\].*|/", answer.headers["Location"]), answer.headers["Location"]


@pytest.mark.parametrize("sign", ["\r\n", "\n", "%0d%0a", "\u560d\u560a"])
def test_no_header_is_smuggled_in(sign: str) -> None:
    told = f"/{sign}X-Evil: 1{sign}{sign}<b>"
    browser = signed_in(user_with(Role.OFFICE))
    for answer in (
        browser.post(reverse("site:display"), {"next": told}),
        browser.post(reverse("set_language"), {"next": told, "language": told}),
        browser.get(reverse("cases:case_list"), {"q": told}, headers={"HX-Target": "list"}),
        browser.get(reverse("account_login"), {"next": told}),
    ):
        assert answer.status_code < 500
        assert "X-Evil" not in answer.headers
        assert not any("\n" in value or "\r" in value for value in answer.headers.values())


# Sign-in


def test_the_cookie_of_a_session_that_ended_opens_nothing(client: Client) -> None:
    user = user_with(Role.OFFICE)
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    kept = client.cookies["sessionid"].value
    assert client.get("/cases/").status_code == 200
    client.post(reverse("account_logout"))
    for cookie in (kept, "0" * 32, "' OR 1=1", "\xff"):
        thief = Client()
        thief.cookies["sessionid"] = cookie
        answer = thief.get("/cases/")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))


def _plain(answer: Any) -> str:
    """What an answer says, without what differs anyhow: the name typed, keys of forms, minutes."""
    text = re.sub(r"known-one|nobody-at-all|nobody-at-al", "NAME", words(answer))
    return re.sub(r'"[A-Za-z0-9]{64}"|nonce="[^"]*"|\d{1,2}:\d{2}', "", text)


def test_a_thousand_wrong_passwords_lock_and_say_nothing_of_who_exists() -> None:
    factories.UserFactory(username="known-one")
    told: dict[str, list[tuple[int, str]]] = {}
    for name, tries, place in (("known-one", 1000, "10.0.0.1"), ("nobody-at-all", 20, "10.0.0.2")):
        browser = Client(REMOTE_ADDR=place)
        told[name] = []
        for number in range(tries):
            answer = browser.post(reverse("account_login"), {"login": name, "password": f"wrong {number}"})
            told[name].append((answer.status_code, _plain(answer) if number < 20 else ""))
    assert told["known-one"][:20] == told["nobody-at-all"]
    assert [status for status, _words in told["known-one"][9:]] == [429] * 991
    browser = Client(REMOTE_ADDR="10.0.0.1")
    assert (
        browser.post(reverse("account_login"), {"login": "known-one", "password": PASSWORD}).status_code
        == 429
    )
    assert not User.rows_without_a_reader.filter(username="nobody-at-all").exists()


# Machines


def _asks(token: str, address: str = "cases", method: str = "GET", body: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return Client().generic(
        method, f"/api/v1/{address}", body, content_type="application/json", headers=headers
    )


def test_a_token_of_another_scope_expired_revoked_or_of_somebody_barred_opens_nothing() -> None:
    factories.CaseFactory(text="办件里的话")
    security, user = user_with(Role.SECURITY), user_with(Role.OFFICE)
    narrow = issue_token(user, scopes=["buildings:read"], by=security)
    expired, revoked = (issue_token(user, by=security) for _ in range(2))
    barred = issue_token(user_with(Role.OFFICE), by=security)
    revoke_token(revoked[0], by=security)
    expired[0].expires_on = timezone.localdate()
    expired[0].save()
    User.rows_without_a_reader.filter(pk=barred[0].user_id).update(is_active=False)
    for (_token, text), status in ((narrow, 403), (expired, 401), (revoked, 401), (barred, 401)):
        for method, body in (("GET", ""), ("POST", '{"category": "parking", "text": "电梯停了"}')):
            answer = _asks(text, method=method, body=body)
            assert answer.status_code == status
            assert answer.json()["mend"]
            assert "办件里的话" not in words(answer)
    assert Case.rows_without_a_reader.count() == 1
    assert _asks(narrow[1], "buildings").status_code == 200


def test_a_token_has_no_more_than_its_user_still_has() -> None:
    building = factories.BuildingFactory()
    user = user_with(Role.CHIEF, building)
    _token, text = issue_token(user, by=user_with(Role.SECURITY))
    assert len(_asks(text, "buildings").json()["items"]) == 1
    Grant.rows_without_a_reader.filter(user=user).update(until=timezone.localdate())
    assert _asks(text, "buildings").json()["items"] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("cases?cursor=1000000000", 422),
        ("cases?limit=1000000000", 422),
        ("cases?sort=password", 422),
        ("cases?page=1000000000", 422),
        ("cases/none", 422),
        ("cases/0190b5a0-0000-7000-8000-000000000000", 404),
        ("cases/..%2f..%2fusers", 404),
    ],
)
def test_a_machine_that_asks_for_what_is_none_is_told_the_field(address: str, status: int) -> None:
    _token, text = issue_token(user_with(Role.OFFICE), by=user_with(Role.SECURITY))
    answer = _asks(text, address)
    assert answer.status_code == status
    assert answer.json()["field"]
    assert answer.json()["mend"]


# Restoring


def _tar(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


FILES = {
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "a packed nothing": b"\x1f\x8b\x08\x00" + bytes(50),
    "half a packed file": b"BZh91AY&SY" + bytes(50),
    "no manifest": _tar(database=b"x"),
    "a manifest that is a list": _tar(**{"manifest.json": b"[]"}),
    "a manifest that is no text": _tar(**{"manifest.json": b"\xff\xfe"}),
    "a manifest of nothing": _tar(**{"manifest.json": b"{}"}),
    "parts that are no parts": _tar(**{"manifest.json": b'{"parts": [1], "engine": "sqlite"}'}),
    "no database": _tar(**{"manifest.json": b'{"parts": {}, "engine": "sqlite", "trail": 1}'}),
    "a way out": _tar(**{"../../outside": b"x", "manifest.json": b"{}"}),
    "cut in the middle": _tar(**{"manifest.json": b'{"parts": {}}' + b" " * 4000})[:1500],
}


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("replace", [False, True])
def test_a_file_that_is_no_backup_restores_nothing(what: str, replace: bool, tmp_path: Path) -> None:
    user_with(Role.OFFICE)
    file = tmp_path / "louyu.backup"
    file.write_bytes(FILES[what])
    with pytest.raises(Refusal) as refused:
        put_back(file, replace=replace)
    assert refused.value.mend
    assert User.rows_without_a_reader.count() == 1
    assert not (tmp_path.parent / "outside").exists()

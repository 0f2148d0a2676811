"""Users and their roles: who may change what about whom, and what follows."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from louyu.accounts import commands, queries
from louyu.accounts.action_words import ACTIONS
from louyu.accounts.models import AuditChange, AuditEntry, Grant, User
from louyu.accounts.policy import declared
from louyu.accounts.rules import Role, ScopeKind, may_be_held_with, username_can_be_typed
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.duties.commands import join_sign_in
from louyu.duties.models import Duty
from tests.browser import PHONE
from tests.factories import (
    PASSWORD,
    BuildingFactory,
    EnterpriseFactory,
    PersonFactory,
    UserFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 24)


def given(user, role, **more):
    return commands.grant(
        user, role=role, scope_kind=ScopeKind.DISTRICT, scope_id=None, **{"by": user_with("security"), **more}
    )


# Rules


def test_system_security_and_audit_are_each_held_alone():
    assert may_be_held_with(Role.SECURITY, [])
    assert may_be_held_with(Role.OFFICE, [Role.MEMBER])
    assert not may_be_held_with(Role.SECURITY, [Role.OFFICE])
    assert not may_be_held_with(Role.CHIEF, [Role.AUDIT])
    assert not may_be_held_with(Role.AUDIT, [Role.SECURITY])


@pytest.mark.parametrize(
    ("username", "fits"), [("lin.guo-ping", True), ("周敏华", True), ("a", False), ("a b", False)]
)
def test_a_user_name_can_be_written_on_paper(username, fits):
    assert username_can_be_typed(username) is fits


# Commands


def test_nobody_decides_about_themselves():
    security = user_with("security")
    (own,) = Grant.rows_without_a_reader.filter(user=security)
    for change in (
        lambda: given(security, Role.OFFICE, by=security),
        lambda: commands.end_grant(own, by=security),
        lambda: commands.set_active(security, active=False, by=security),
        lambda: commands.reset_password(security, by=security),
        lambda: commands.drop_second_step(security, by=security),
        lambda: commands.rename_user(security, name="甲", by=security),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert refused.value.code == "own_grants"
    assert not AuditEntry.rows_without_a_reader.exists()


def test_the_last_security_administrator_stays():
    last, by = user_with("security"), commands.console_user()
    (own,) = Grant.rows_without_a_reader.filter(user=last)
    with pytest.raises(Conflict):
        commands.end_grant(own, by=by)
    with pytest.raises(Conflict):
        commands.set_active(last, active=False, by=by)
    user_with("security")
    commands.end_grant(own, by=by)
    own.refresh_from_db()
    assert own.until == timezone.localdate()


def test_a_role_is_not_given_twice_nor_beside_one_that_is_held_alone():
    office = user_with("office")
    with pytest.raises(Conflict):
        given(office, Role.OFFICE)
    with pytest.raises(Refusal) as refused:
        given(office, Role.AUDIT)
    assert refused.value.field == "role"


def test_a_role_ends_on_its_day_and_not_before(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC))
    user = UserFactory()
    given(user, Role.OFFICE, until=TODAY + datetime.timedelta(days=1))
    assert User.rows_without_a_reader.get(pk=user.pk).may("places.see_building")
    time_machine.move_to(datetime.datetime(2026, 11, 25, 9, tzinfo=datetime.UTC))
    assert not User.rows_without_a_reader.get(pk=user.pk).may("places.see_building")


def test_a_right_that_follows_from_a_duty_is_ended_there():
    person, building, user = PersonFactory(), BuildingFactory(), UserFactory()
    Duty(person=person, building=building, role="administrator", since=TODAY).save()
    join_sign_in(user, person=person, by=user_with("security"))
    (right,) = Grant.rows_without_a_reader.filter(user=user)
    with pytest.raises(Refusal) as refused:
        commands.end_grant(right, by=user_with("security"))
    assert building.name in str(refused.value.reason)


def test_only_the_security_administrator_keeps_users():
    for role in ("office", "audit", "system"):
        with pytest.raises(NotPermitted):
            commands.add_user("zhang", name="张三", password=PASSWORD, by=user_with(role))


def test_no_hash_of_a_password_enters_the_trail():
    by = user_with("security")
    user = commands.add_user("zhang", name="张三", password=PASSWORD, by=by)
    commands.reset_password(user, by=by)
    commands.choose_password(user, password="another long one", by=user)
    told = "".join(f"{c.before}{c.after}" for c in AuditChange.rows_without_a_reader.all())
    assert "md5" not in told
    assert "password_given" in told
    assert list(queries.trail_faults()) == []


def test_a_password_is_chosen_by_its_holder_alone():
    user = UserFactory()
    with pytest.raises(Refusal):
        commands.choose_password(user, password="another long one", by=user_with("security"))


# Signing in


def signed_in(user, password=PASSWORD, **headers):
    client = Client(**headers)
    assert client.post("/accounts/login/", {"login": user.username, "password": password}).status_code == 302
    return client


def test_a_user_that_is_stopped_is_out_at_once_on_every_device():
    user, by = user_with("office"), user_with("security")
    client = signed_in(user)
    assert client.get("/").status_code == 200
    commands.set_active(user, active=False, reason="离职", by=by)
    assert client.get("/").status_code == 302
    assert not UserSession.objects.filter(user=user).exists()
    answer = Client().post("/accounts/login/", {"login": user.username, "password": PASSWORD}, follow=True)
    assert "这个用户已停用" in answer.content.decode()


def test_a_password_from_somebody_else_is_changed_before_anything_else():
    user, by = user_with("office"), user_with("security")
    handed = commands.reset_password(user, by=by)
    client = signed_in(user, handed)
    for address in ("/", "/enterprises/", "/imports/"):
        assert client.get(address).headers["Location"] == "/accounts/password/change/"
    page = client.get("/accounts/password/change/").content.decode()
    assert "先改成自己的密码" in page
    same = {"oldpassword": handed, "password1": handed, "password2": handed}
    assert "这就是现在的密码" in client.post("/accounts/password/change/", same).content.decode()
    chosen = {"oldpassword": handed, "password1": "自己的 long 密码", "password2": "自己的 long 密码"}
    assert client.post("/accounts/password/change/", chosen).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    entry = AuditEntry.rows_without_a_reader.order_by("-sequence").first()
    assert (entry.action, entry.by_id) == ("accounts.choose_password", user.pk)


def test_a_role_that_asks_for_two_steps_comes_to_no_page_before(settings):
    settings.TWO_FACTOR = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})
    office, security = signed_in(user_with("office")), signed_in(user_with("security"))
    assert office.get("/").status_code == 200
    assert security.get("/users/").headers["Location"] == "/accounts/2fa/totp/activate/"
    asked_again = security.get("/accounts/2fa/totp/activate/").headers["Location"]
    page = security.post(asked_again, {"password": PASSWORD}, follow=True)
    assert "设好之后才能打开其他页面" in page.content.decode()
    code = hotp_value(page.context["form"].secret, next(yield_hotp_counters_from_time()))
    answer = security.post("/accounts/2fa/totp/activate/", {"code": f"{code:06d}"})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert security.get("/users/").status_code == 200


def test_the_secret_of_the_second_step_lies_sealed_in_the_database():
    user, secret = UserFactory(), generate_totp_secret()
    TOTP.activate(user, secret)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    code = f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06d}"
    assert TOTP(Authenticator.objects.get(user=user)).validate_code(code)


def test_a_lost_telephone_is_forgotten_by_another_administrator():
    user, by = user_with("office"), user_with("security")
    TOTP.activate(user, generate_totp_secret())
    assert queries.has_second_step(user)
    commands.drop_second_step(user, by=by)
    assert not queries.has_second_step(user)


BY_MAIL = (
    "accounts/email/",
    "accounts/confirm-email",
    "accounts/login/code/",
    "accounts/password/reset",
    "accounts/password/set/",
)
FILES = ("accounts/2fa/recovery-codes/download/",)


def _addresses(resolver, before=""):
    for one in resolver.url_patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _addresses(one, address)
        elif isinstance(one, URLPattern):
            yield address


def test_every_page_of_the_sign_in_library_looks_like_the_house_or_is_off():
    user = user_with("office")
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    addresses = {
        a.replace("<path:key>", "x") for a in _addresses(get_resolver()) if a.startswith("accounts/")
    }
    off = {a for a in addresses if a.startswith(BY_MAIL)}
    plain = sorted(addresses - off - set(FILES))
    assert len(plain) >= 12
    for address in sorted(off):
        if "^" not in address:  # those are found behind the ones that are switched off
            assert client.get(f"/{address}").status_code == 404
    for address in plain:
        for reader in (client, Client()):
            answer = reader.get(f"/{address}", follow=True)
            assert answer.status_code in (200, 404), address
            assert 'class="brand"' in answer.content.decode(), address


def test_pages_by_mail_are_off_even_where_the_library_would_answer(client):
    client.force_login(user_with("office"), backend="louyu.site.sessions.SignedIn")
    for address in (
        "confirm-email/abc/",
        "password/reset/key/1-abc/",
        "password/reset/done/",
        "email/",
        "password/set/",
    ):
        assert client.get(f"/accounts/{address}").status_code == 404


# Pages


@pytest.fixture
def security(client):
    user = user_with("security", name="吴守一")
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    return user


def test_a_new_user_has_a_role_and_a_password_that_is_shown_once(client, security):
    building = BuildingFactory(name="云帆大厦")
    said = {
        "username": "chen",
        "name": "陈晓燕",
        "role": "administrator",
        "scope": "云帆大厦",
        "last_day": "",
    }
    page = client.post("/users/new/", said)
    ((user, password),) = page.context["handed"]
    assert password in page.content.decode()
    assert user.check_password(password)
    assert user.password_given
    (grant,) = Grant.rows_without_a_reader.filter(user=user)
    assert (grant.role, grant.scope_id) == ("administrator", building.pk)
    assert page.headers["Cache-Control"].startswith("max-age=0")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"scope": ""}, "这个角色要写范围：楼宇"),
        ({"scope": "没有的楼"}, "登记册里没有叫这个名字的楼宇"),
        ({"role": "liaison", "scope": "双子公司"}, "登记册里有几处叫这个名字"),
        ({"role": "office", "scope": "云帆大厦"}, "这个角色管全区，不用写范围"),
        ({"username": "a b"}, "用户名要有 2 到 60 个字"),
        ({"username": "taken"}, "这个用户名已有人使用"),
        ({"last_day": "2020-01-01"}, "截止日期已经过了"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_said_at_the_field_and_nothing_is_made(
    client, security, said, words
):
    BuildingFactory(name="云帆大厦")
    EnterpriseFactory.create_batch(2, name="双子公司")
    UserFactory(username="taken")
    before = User.rows_without_a_reader.count()
    page = client.post(
        "/users/new/",
        {"username": "chen", "name": "陈", "role": "administrator", "scope": "云帆大厦", **said},
    )
    assert page.status_code == 422
    assert words in page.content.decode()
    assert User.rows_without_a_reader.count() == before


def test_the_page_of_a_user_gives_and_takes_back(client, security):
    user = user_with("office")
    page = f"/users/{user.pk}/"
    (held,) = Grant.rows_without_a_reader.filter(user=user)
    assert client.post(f"{page}grants/{held.pk}/end/").status_code == 302
    assert client.post(f"{page}give/", {"role": "member", "scope": "", "last_day": ""}).status_code == 302
    assert [g.role for g in queries.grants_of([user], security)[user.pk]] == ["member"]
    shown = client.post(f"{page}password/")
    assert shown.context["handed"][0][1] in shown.content.decode()
    assert client.post(f"{page}active/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}active/", {"reason": "离职"}).status_code == 302
    assert not User.rows_without_a_reader.get(pk=user.pk).is_active


def test_ones_own_page_offers_nothing(client, security):
    page = client.get(f"/users/{security.pk}/").content.decode()
    assert "这是您自己" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_others_find_no_users(client):
    someone = UserFactory()
    for role in ("office", "audit", "system", "subdistrict"):
        client.force_login(user_with(role), backend="louyu.site.sessions.SignedIn")
        for address in ("/users/", "/users/new/", f"/users/{someone.pk}/", "/users/officers/"):
            assert client.get(address).status_code == 403


def test_the_lists_of_users_and_of_the_trail_ask_a_constant_number_of_queries(client, security):
    by = commands.console_user()

    def asked(address, reader):
        client.force_login(reader, backend="louyu.site.sessions.SignedIn")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    auditor = user_with("audit")
    commands.add_user("first", name="甲", password=PASSWORD, by=by)
    few = asked("/users/", security), asked("/audit/", auditor)
    for n in range(12):
        commands.grant(
            commands.add_user(f"more{n}", name="乙", password=PASSWORD, by=by),
            role=Role.ADMINISTRATOR, scope_kind=ScopeKind.BUILDING, scope_id=BuildingFactory().pk, by=by,
        )  # fmt: skip
    many = asked("/users/", security), asked("/audit/", auditor)
    assert many[0] <= few[0] + 1  # the names of buildings
    assert many[1] <= few[1] + 2


# The trail


def test_the_trail_tells_before_and_after_in_words_and_opens_nothing(client):
    auditor, by = user_with("audit"), user_with("security", name="吴守一")
    person = PersonFactory(name="沈雨晴", phone="13812342046")
    user = commands.add_user("chen", name="陈晓燕", password=PASSWORD, by=by)
    join_sign_in(user, person=person, by=by)
    commands.rename_user(user, name="陈某 13812342046", by=by)
    client.force_login(auditor, backend="louyu.site.sessions.SignedIn")
    listed = client.get("/audit/").content.decode()
    assert "吴守一" in listed
    assert "用户与授权：用户 陈某" in listed
    newest = queries.newest_entry()
    page = client.get(f"/audit/{newest}/").content.decode()
    assert "陈晓燕" in page
    assert "陈某 138****2046" in page
    everything = "".join(client.get(f"/audit/{n}/").content.decode() for n in range(1, newest + 1))
    assert "沈雨晴" not in everything
    assert "13812342046" not in everything


def test_the_trail_narrows_by_user_command_record_and_day(client):
    auditor, by, other = user_with("audit"), user_with("security"), user_with("security")
    user = commands.add_user("chen", name="陈晓燕", password=PASSWORD, by=by)
    commands.rename_user(user, name="陈燕", by=other)
    commands.choose_password(other, password="another long one", by=other)
    client.force_login(auditor, backend="louyu.site.sessions.SignedIn")

    def found(query):
        return [row.record.pk for row in client.get(f"/audit/?{query}").context["page"].rows]

    assert found("") == [3, 2, 1]
    assert found(f"by={other.username}") == [3, 2]
    assert found("action=accounts.choose_password") == [3]
    assert found(f"record={user.pk}") == [2, 1]
    assert found("record=nonsense") == []
    today = timezone.localdate()
    assert found(f"day.from={today}&day.to={today}") == [3, 2, 1]
    assert found(f"day.to={today - datetime.timedelta(days=1)}") == []


def test_the_trail_turns_its_pages_by_number(client):
    by = user_with("security")
    user = commands.add_user("chen", name="陈", password=PASSWORD, by=by)
    for n in range(30):
        commands.rename_user(user, name=f"陈{n}", by=by)
    client.force_login(user_with("audit"), backend="louyu.site.sessions.SignedIn")
    first = client.get("/audit/").context["page"]
    second = client.get(first.next).context["page"]
    assert [row.record.pk for row in (*first.rows, *second.rows)] == list(range(31, 0, -1))
    assert not second.next


@pytest.mark.django_db(transaction=True)
def test_who_audits_sees_whether_the_trail_was_touched(client):
    by = user_with("security")
    commands.add_user("chen", name="陈", password=PASSWORD, by=by)
    client.force_login(user_with("audit"))
    assert client.get("/audit/check/").headers["Location"] == "/audit/"
    assert "审计记录完整" in client.post("/audit/check/", follow=True).content.decode()
    AuditEntry.rows_without_a_reader.filter(pk=1).update(reason="别的")
    page = client.post("/audit/check/", follow=True).content.decode()
    assert "审计记录被动过" in page
    assert "entry 1: altered" in page


def test_a_long_trail_is_checked_by_a_runner(client, monkeypatch):
    monkeypatch.setattr("louyu.accounts.views.AT_ONCE", 0)
    commands.add_user("chen", name="陈", password=PASSWORD, by=user_with("security"))
    client.force_login(user_with("audit"))
    assert "正在核对" in client.post("/audit/check/", follow=True).content.decode()


@pytest.mark.parametrize("role", ["office", "security", "system", "subdistrict"])
def test_nobody_else_reads_the_trail(client, role):
    by = user_with("security")
    commands.add_user("chen", name="陈", password=PASSWORD, by=by)
    client.force_login(user_with(role), backend="louyu.site.sessions.SignedIn")
    assert [client.get(a).status_code for a in ("/audit/", "/audit/1/", "/audit/reveals/")] == [403] * 3
    assert client.post("/audit/check/").status_code == 403


def test_every_command_has_its_words():
    from tests.architecture.source import PACKAGE

    text = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    written = {action for action in declared() if f'@command("{action}")' in text}
    assert written
    assert written - set(ACTIONS) == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_users_and_of_the_trail_are_accessible(open_page, axe, scheme):
    security, auditor = user_with("security"), user_with("audit")
    user = user_with("office")
    commands.rename_user(user, name="周敏华", by=security)
    person, building = PersonFactory(), BuildingFactory()
    Duty(person=person, building=building, role="administrator", since=TODAY).save()
    addresses = {
        security: (
            "/users/",
            "/users/new/",
            f"/users/{user.pk}/",
            "/users/officers/",
            f"/users/{user.pk}/officer/",
        ),
        auditor: ("/audit/", "/audit/1/", "/audit/reveals/"),
        user: (
            "/accounts/password/change/",
            "/accounts/2fa/",
            "/people/erase/",
            f"/people/{person.pk}/erase/",
        ),
    }
    for reader, pages in addresses.items():
        page = open_page(reader, size=PHONE, color_scheme=scheme)
        for address in pages:
            page.goto(address)
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address

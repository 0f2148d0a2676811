"""Start your own: the pages that lead through, what is missing, the settings, first users from the list."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from louyu.accounts.models import Grant, User
from louyu.core.jobs import at_once
from louyu.core.models import Job
from louyu.duties.models import Duty
from louyu.site.backups import Kept, last_backup
from louyu.site.begin import SAMPLE_FILES, SAMPLES
from louyu.site.jobs import BACKUP, CHECK
from louyu.site.missing import facts, following, lacks, steps
from louyu.site.settings_views import SETTINGS, _without_password
from tests.browser import PHONE
from tests.factories import (
    BuildingFactory,
    EnterpriseFactory,
    OccupancyFactory,
    PersonFactory,
    user_with,
)

pytestmark = pytest.mark.django_db


def duty(person, building, role="administrator"):
    Duty(person=person, building=building, role=role, since=datetime.date(2026, 1, 1)).save()


def test_an_empty_district_begins_with_its_buildings():
    assert following(facts()) == "楼宇"
    assert [step.code for step in steps(facts()) if step.done] == []


def test_each_register_leads_to_the_next():
    BuildingFactory()
    assert following(facts()) == "企业"
    OccupancyFactory()
    assert following(facts()) == "一长两员"
    duty(PersonFactory(), BuildingFactory())
    assert following(facts()) == ""


def test_what_is_missing_is_counted_and_says_where_it_is_mended():
    building = BuildingFactory(longitude=None, latitude=None, floor_area=None)
    EnterpriseFactory(credit_code=None)
    duty(PersonFactory(), building)
    told = {lack.what: lack.link for lack in lacks(facts())}
    assert told["1 座楼没有坐标，地图上看不到"] == "/buildings/?placed=no"
    assert told["1 座楼没有建筑面积"] == "/buildings/?measured=no"
    assert told["1 座楼没有配齐一长两员"] == "/duties/gaps/"
    assert told["1 家企业没有信用代码，改名后会认不出"] == "/enterprises/?code=no"
    assert told["1 位在任的人还不能登录"] == "/users/officers/"
    assert told["没有审计员"] == "/users/new/?role=audit"


def test_keepers_are_missed_until_there_are_two_and_one_who_audits():
    def missed():
        return {lack.what for lack in lacks(facts())} & {
            "没有系统管理员", "系统管理员只有一位", "没有安全管理员", "安全管理员只有一位", "没有审计员",
        }  # fmt: skip

    assert missed() == {"没有系统管理员", "没有安全管理员", "没有审计员"}
    user_with("system"), user_with("security"), user_with("audit")
    assert missed() == {"系统管理员只有一位", "安全管理员只有一位"}
    user_with("system"), user_with("security")
    assert missed() == set()


def test_next_years_notice_is_missed_once_it_is_due(time_machine):
    time_machine.move_to(datetime.datetime(2031, 10, 1, 9, tzinfo=datetime.UTC))
    assert facts().next_notice == 2031
    time_machine.move_to(datetime.datetime(2025, 10, 1, 9, tzinfo=datetime.UTC))
    assert facts().next_notice == 0


@pytest.mark.parametrize(("days", "missed"), [(None, "还没有备份过"), (8, "超过七天了"), (1, "")])
def test_a_backup_is_missed_when_there_is_none_or_an_old_one(monkeypatch, days, missed):
    kept = None if days is None else Kept(timezone.now() - datetime.timedelta(days=days), "b.tar", 1, 1)
    monkeypatch.setattr("louyu.site.missing.last_backup", lambda: kept)
    told = [lack.what for lack in lacks(facts()) if "备份" in lack.what]
    assert [missed in what for what in told] == ([True] if missed else [])


def test_the_page_asks_a_constant_number_of_queries(client):
    client.force_login(user_with("office"))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/begin/").status_code == 200
        return len(queries)

    duty(PersonFactory(), BuildingFactory())
    OccupancyFactory()
    asked()
    few = asked()
    for _n in range(5):
        OccupancyFactory()
        duty(PersonFactory(), BuildingFactory(longitude=None, latitude=None))
    assert asked() == few


@pytest.mark.parametrize("name", SAMPLE_FILES)
def test_the_samples_can_be_taken_from_the_page(client, name):
    client.force_login(user_with("office"))
    answer = client.get(f"/begin/samples/{name}/")
    assert b"".join(answer.streaming_content) == (SAMPLES / SAMPLE_FILES[name]).read_bytes()
    assert client.get("/begin/samples/settings/").status_code == 404


def test_the_start_page_leads_to_the_beginning(client):
    client.force_login(user_with("office"))
    assert 'href="/begin/"' in client.get("/").content.decode()
    BuildingFactory()
    assert "还没有企业" in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["subdistrict", "audit", "liaison", "administrator"])
def test_others_are_not_led(client, role):
    scope = {"audit": None, "liaison": EnterpriseFactory(), "administrator": BuildingFactory()}.get(role)
    client.force_login(user_with(role, scope))
    assert [client.get(a).status_code for a in ("/begin/", "/begin/samples/buildings/", "/system/")] == [
        403
    ] * 3


# First users from the list of officers


@pytest.fixture
def security(client):
    user = user_with("security")
    client.force_login(user)
    return user


def test_officers_are_given_user_names_and_their_rights_follow_from_their_duties(client, security):
    building = BuildingFactory()
    first, second = PersonFactory(name="林国平"), PersonFactory(name="林国平")
    duty(first, building, "chief"), duty(second, building)
    page = client.get("/users/officers/").content.decode()
    assert 'value="linguoping"' in page
    assert 'value="linguoping2"' in page
    said = {
        "person": [first.pk.hex, second.pk.hex],
        f"username-{first.pk.hex}": "linguoping",
        f"username-{second.pk.hex}": "lin er",
    }
    page = client.post("/users/officers/", said)
    ((user, password),) = page.context["handed"]
    assert password in page.content.decode()
    assert "用户名要有 2 到 60 个字" in page.content.decode()
    first.refresh_from_db()
    assert first.user == user
    assert [(g.role, g.scope_id) for g in Grant.rows_without_a_reader.filter(user=user)] == [
        ("chief", building.pk)
    ]
    assert [o.name for o in client.get("/users/officers/").context["lines"]] == ["林国平"]


def test_nobody_chosen_and_too_many_are_said(client, security):
    duty(PersonFactory(), BuildingFactory())
    assert client.post("/users/officers/", {}).status_code == 422
    building = BuildingFactory()
    people = PersonFactory.create_batch(31)
    for person in people:
        duty(person, building)
    page = client.post("/users/officers/", {"person": [p.pk.hex for p in people]})
    assert page.status_code == 422
    assert "您选了 31 人" in page.content.decode()
    assert User.rows_without_a_reader.count() == 1


def test_a_user_that_is_there_is_joined_to_an_officer(client, security):
    person, building, user = (
        PersonFactory(name="林国平"),
        BuildingFactory(),
        user_with("member", name="林国平"),
    )
    duty(person, building)
    assert client.post(f"/users/{user.pk}/officer/", {"person": "x"}).status_code == 422
    assert client.post(f"/users/{user.pk}/officer/", {"person": person.pk.hex}).status_code == 302
    assert Grant.rows_without_a_reader.filter(user=user, role="administrator", scope_id=building.pk).exists()
    page = client.get(f"/users/{user.pk}/").content.decode()
    assert "跟着职责走" in page


# Settings


def test_a_password_in_an_address_is_not_shown():
    assert _without_password("postgresql://louyu:geheim@db/louyu") == "postgresql://louyu:***@db/louyu"
    assert _without_password("椒江区") == "椒江区"


def test_every_setting_is_told():
    from tools.reference import settings_in_code

    source = (SAMPLES.parent / "settings.py").read_text(encoding="utf-8")
    assert set(SETTINGS) == set(settings_in_code(source))


def test_the_system_administrator_asks_for_a_check_and_sees_what_came_of_it(client):
    client.force_login(user_with("system"))
    assert client.get("/system/").status_code == 200
    assert client.post("/system/check/").status_code == 302
    client.post("/system/check/")
    job = Job.rows_without_a_reader.get(kind=CHECK)
    assert "正在检查" in client.get("/system/").content.decode()
    Job.rows_without_a_reader.filter(pk=job.pk).update(
        state=Job.State.DONE,
        ended_at=timezone.now(),
        result={"findings": [["error", "trail: cut"]], "wrong": 1},
    )
    page = client.get("/system/").content.decode()
    assert "有 1 处不对" in page
    assert "trail: cut" in page


@pytest.mark.django_db(transaction=True)
def test_the_check_and_the_backup_are_done_as_jobs(client):
    system = user_with("system")
    checked = at_once(CHECK, by=system.pk)
    assert checked.state == Job.State.DONE
    assert [text for level, text in checked.result["findings"] if level == "note"]
    client.force_login(system)
    assert "检查" in client.get("/system/").content.decode()
    written = at_once(BACKUP, by=system.pk).result["written"]
    kept = last_backup()
    assert kept is not None
    assert kept.file.endswith(written)
    assert written in client.get("/system/").content.decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(open_page, axe, scheme):
    for role, addresses in {"office": ("/begin/",), "system": ("/system/", "/begin/")}.items():
        page = open_page(user_with(role, password_given=False), size=PHONE, color_scheme=scheme)
        for address in addresses:
            page.goto(address)
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address

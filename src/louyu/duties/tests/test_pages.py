"""The pages of duties: what they say, to whom, and how they answer a form."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from louyu.duties import commands
from louyu.duties.models import Absence, Duty
from tests.factories import BuildingFactory, DepartmentFactory, PersonFactory, user_with

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


@pytest.fixture
def office():
    return user_with("office")


@pytest.fixture
def building():
    return BuildingFactory(name="华伟总部大厦")


def signed_in(user):
    client = Client()
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    return client


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def appoint(building, by, role="administrator", name="陈晓燕", **values):
    return commands.appoint(building, role=role, since=today(), name=name, by=by, **values)


def test_officers_stand_in_the_clear_and_their_phones_masked(office, building):
    appoint(building, office, phone="13812342046")
    client = signed_in(office)
    assert "陈晓燕" in text_of(client.get("/duties/"))
    people = text_of(client.get("/duties/people/"))
    assert "陈晓燕" in people
    assert "138****2046" in people
    assert "13812342046" not in people


def test_the_building_page_says_who_answers_and_what_is_empty(office, building):
    appoint(building, office)
    page = text_of(signed_in(office).get(f"/buildings/{building.pk}/"))
    assert "陈晓燕" in page
    assert page.count("空缺") == 2
    assert f"/duties/appoint/?building={building.pk}&amp;role=chief" in page


def test_a_deputy_is_shown_for_whom_and_until_when(office, building):
    duty = appoint(building, office)
    deputy = PersonFactory(name="吴海波")
    back = today() + datetime.timedelta(days=9)
    commands.record_absence(duty, since=today(), until=back, deputy=deputy, by=office)
    last = f"{back - datetime.timedelta(days=1):%m-%d}"
    assert f"吴海波（代 陈晓燕，至 {last}）" in text_of(signed_in(office).get("/duties/"))


def test_what_is_missing_is_a_list_of_work(office, building):
    duty = appoint(building, office)
    commands.record_absence(
        duty, since=today(), until=today() + datetime.timedelta(days=1), deputy=None, by=office
    )
    client = signed_in(office)
    page = text_of(client.get("/duties/gaps/"))
    for words in ("没有楼长", "没有服务专员", "离岗无人代理"):
        assert words in page
    one = text_of(client.get("/duties/gaps/?kind=no_chief"))
    assert len(client.get("/duties/gaps/?kind=no_chief").context["rows"]) == 1
    assert "任命" in one


@pytest.mark.parametrize(
    ("gap", "found"),
    [("any", {"缺"}), ("none", {"齐"}), ("no_chief", {"缺"}), ("no_administrator", set())],
)
def test_the_filter_and_the_list_of_work_agree(office, gap, found):
    tax = DepartmentFactory(name="税务局", code="tax")
    full, lacking = BuildingFactory(name="齐"), BuildingFactory(name="缺")
    appoint(full, office, "chief", name="林国平", position="街道党工委委员")
    for place in (full, lacking):
        appoint(place, office)
        appoint(place, office, "specialist", name="徐立", department=tax)
    answer = signed_in(office).get(f"/duties/?gap={gap}")
    assert {row.record.name for row in answer.context["page"].rows} == found


def test_each_sees_the_officers_of_their_scope(office, building):
    appoint(building, office)
    duty = appoint(BuildingFactory(), office, name="吴海波")
    own = signed_in(user_with("specialist", building))
    assert "陈晓燕" in text_of(own.get("/duties/"))
    assert "吴海波" not in text_of(own.get("/duties/people/"))
    assert own.get(f"/duties/{duty.pk}/").status_code == 404
    assert "陈晓燕" not in text_of(signed_in(user_with("audit")).get("/duties/people/"))


def test_whoever_may_not_appoint_is_not_offered_it(office, building):
    duty = appoint(building, office)
    client = signed_in(user_with("administrator", building))
    assert "/duties/appoint/" not in text_of(client.get(f"/buildings/{building.pk}/"))
    assert "记下离任" not in text_of(client.get(f"/duties/{duty.pk}/"))
    assert client.get("/duties/appoint/").status_code == 403
    assert client.post(f"/duties/{duty.pk}/end/", {"last_day": today()}).status_code == 403


def form(building, **said):
    return {"building": building.pk, "role": "administrator", "name": "陈晓燕", "since": today()} | said


def test_appointing_by_the_form(office, building):
    tax = DepartmentFactory(name="税务局", code="tax")
    answer = signed_in(office).post(
        "/duties/appoint/", form(building, role="specialist", department=tax.pk, phone="138 1234 2046")
    )
    assert answer.status_code == 302
    duty = Duty.rows_without_a_reader.get()
    assert (duty.role, duty.department, duty.person.phone_masked) == ("specialist", tax, "138****2046")


def test_a_refusal_stands_beside_its_field_and_asks_for_a_reason(office, building):
    client = signed_in(office)
    said = form(building, role="chief", position="社区书记")
    page = text_of(client.post("/duties/appoint/", said), 422)
    assert "看职务不是街道班子成员" in page
    assert 'name="despite"' in page
    assert client.post("/duties/appoint/", {**said, "despite": "换届过渡"}).status_code == 302


def test_the_same_name_on_record_is_asked_about(office, building):
    known = appoint(BuildingFactory(name="万达广场"), office).person
    client = signed_in(office)
    page = text_of(client.post("/duties/appoint/", form(building)), 422)
    assert "万达广场" in page
    assert client.post("/duties/appoint/", form(building, person=known.pk)).status_code == 302
    assert Duty.rows_without_a_reader.filter(person=known).count() == 2


@pytest.mark.parametrize(
    "wrong", [{"phone": "138"}, {"since": "2026-02-30"}, {"name": ""}, {"building": "x"}]
)
def test_a_wrong_value_is_told(office, building, wrong):
    assert signed_in(office).post("/duties/appoint/", form(building) | wrong).status_code == 422
    assert not Duty.rows_without_a_reader.exists()


def test_leaving_and_being_away_by_their_forms(office, building):
    duty = appoint(building, office)
    other = appoint(building, office, name="吴海波")
    client = signed_in(office)
    days = {"since": today(), "last_day": today() + datetime.timedelta(days=2)}
    away = client.post(f"/duties/{duty.pk}/away/", {**days, "deputy": other.person_id})
    assert away.status_code == 302
    absence = Absence.rows_without_a_reader.get()
    assert (absence.deputy, absence.until) == (other.person, today() + datetime.timedelta(days=3))
    assert "由 吴海波 代理" in text_of(client.get(f"/duties/{duty.pk}/"))
    again = client.post(f"/duties/{duty.pk}/away/", days)
    assert "这段时间已经记过离岗" in text_of(again, 422)
    assert client.post(f"/duties/absences/{absence.pk}/back/").status_code == 302
    assert client.post(f"/duties/{duty.pk}/end/", {"last_day": today()}).status_code == 302
    duty.refresh_from_db()
    assert duty.until == today() + datetime.timedelta(days=1)


@pytest.mark.parametrize("path", ["/duties/", "/duties/gaps/", "/duties/people/"])
def test_the_number_of_queries_does_not_grow(office, path):

    client = signed_in(office)
    client.get(path)  # what is asked once a session
    numbers = []
    for _ in range(2):
        for n in range(6):
            appoint(BuildingFactory(), office, name=f"陈晓{'燕海波平立敏'[n]}")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(path)
        numbers.append(len(caught))
    assert numbers[0] == numbers[1]

"""My Monday: what came since the last working day, what waits, what was done last week; done in place."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from louyu.core.calendar import seeded
from louyu.duties.models import Absence, Duty
from louyu.site.monday import last_close, last_week, monday
from tests.factories import (
    BuildingFactory,
    CaseEventFactory,
    CaseFactory,
    DepartmentFactory,
    EnterpriseFactory,
    PersonFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

MONDAY = "2023-09-25 09:00+08:00"


def at(text):
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


@pytest.fixture(autouse=True)
def a_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def building():
    return BuildingFactory(name="云帆大厦")


@pytest.fixture
def administrator(building):
    return user_with("administrator", building)


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2023-09-25 09:00", "2023-09-22 17:30"),  # a Monday
        ("2023-09-27 18:00", "2023-09-26 17:30"),  # after hours, but today is not over
        ("2023-10-07 08:00", "2023-09-28 17:30"),  # a worked Saturday behind the autumn holidays
    ],
)
def test_what_came_since_offices_closed_last_before_today(now, closed):
    assert last_close(at(now), seeded()) == at(closed)


def test_last_week_ends_on_sunday():
    assert last_week(datetime.date(2023, 9, 27)) == (datetime.date(2023, 9, 18), datetime.date(2023, 9, 24))
    assert last_week(datetime.date(2023, 9, 25)) == (datetime.date(2023, 9, 18), datetime.date(2023, 9, 24))


def raised(building, day, **values):
    case = CaseFactory(building=building, raised_at=at(day), **values)
    CaseEventFactory(case=case, at=at(day), transition="open_case", visible=True, to_state="accepted")
    return case


def piles(user):
    return {pile.code: [line.case for line in pile.lines] for pile in monday(user).piles}


def test_cases_stand_under_why_they_wait(building, administrator):
    old = raised(building, "2023-09-15 10:00", deadline=at("2023-09-22 17:30"))
    today = raised(building, "2023-09-20 10:00", deadline=at("2023-09-25 17:30"))
    later = raised(building, "2023-09-21 10:00", deadline=at("2023-09-28 17:30"))
    weekend = raised(building, "2023-09-23 21:00", deadline=at("2023-09-29 17:30"))
    raised(BuildingFactory(), "2023-09-23 21:00", deadline=at("2023-09-29 17:30"))
    raised(building, "2023-09-23 21:00", state="closed")
    assert piles(administrator) == {"came": [weekend], "overdue": [old], "today": [today], "later": [later]}


def test_a_specialist_finds_what_was_handed_over_at_the_weekend(building):
    department = DepartmentFactory()
    case = raised(
        building, "2023-09-15 10:00", state="assigned", department=department, deadline=at("2023-09-28 17:30")
    )
    specialist = user_with("specialist", department)
    assert piles(specialist) == {"later": [case]}
    CaseEventFactory(case=case, at=at("2023-09-24 20:00"), transition="hand_over", to_state="assigned")
    assert piles(specialist) == {"came": [case]}


def test_a_case_is_taken_in_place_and_the_page_comes_back(client, building, administrator):
    case = raised(building, "2023-09-23 21:00")
    client.force_login(administrator)
    text = client.get("/monday/").text
    action, version = re.search(
        r'action="([^"]*/do/take/)".*?name="version" value="(\d+)"', text, re.S
    ).groups()
    answer = client.post(action, {"version": version, "next": "/monday/"})
    assert answer["Location"] == "/monday/"
    case.refresh_from_db()
    assert (case.state, case.handler) == ("in_hand", administrator)
    assert "承办：" not in client.get("/monday/").text


def test_a_step_done_in_place_leads_nowhere_else(client, building, administrator):
    case = raised(building, "2023-09-23 21:00")
    client.force_login(administrator)
    answer = client.post(f"/cases/{case.pk}/do/take/", {"version": 1, "next": "https://elsewhere.example/"})
    assert answer["Location"].startswith(f"/cases/{case.pk}/")


def test_an_empty_monday_says_what_last_week_came_to(client, building, administrator):
    def done(raised_on, closed_on, **values):
        values = {"handler": administrator, "building": building, "state": "closed"} | values
        CaseFactory(raised_at=at(f"{raised_on} 10:00"), closed_on=closed_on, **values)

    done("2023-09-18", "2023-09-19")  # 1
    done("2023-09-15", "2023-09-20")  # 3, over a weekend
    done("2023-09-15", "2023-09-24")  # 5; closed on the Sunday
    done("2023-09-13", "2023-09-17")  # the week before
    done("2023-09-18", "2023-09-19", handler=user_with("office"))
    client.force_login(administrator)
    assert "都处理完了。</h2><p>上周您办结 3 件，平均 3.0 个工作日。" in client.get("/monday/").text


def test_who_closed_nothing_is_told_no_number(client, administrator):
    client.force_login(administrator)
    text = client.get("/monday/").text
    assert "都处理完了。" in text
    assert "上周您办结" not in text


def test_terms_that_end_soon_and_absences_are_announced(building, administrator):
    leaving, away = PersonFactory(name="严知衡"), PersonFactory(name="陈疏桐")
    ends = datetime.date(2023, 10, 16)
    Duty.rows_without_a_reader.create(person=leaving, role="chief", building=building, until=ends)
    Duty.rows_without_a_reader.create(person=away, role="administrator", building=building)
    Absence.rows_without_a_reader.create(
        person=away, since=datetime.date(2023, 9, 28), until=datetime.date(2023, 10, 8)
    )
    texts = [line.text for line in monday(administrator).others]
    assert sorted(texts) == ["严知衡（楼长）10-15 离任", "陈疏桐 09-28 至 10-07 离岗"]


@pytest.mark.parametrize("role", ["office", "secretary", "chief", "liaison", "system"])
def test_everybody_has_a_monday(client, building, role):
    scope = {"secretary": building.area, "chief": building, "liaison": EnterpriseFactory()}.get(role)
    client.force_login(user_with(role, scope))
    assert client.get("/monday/").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_cases(client, building, administrator):
    client.force_login(administrator)

    def asked():
        client.get("/monday/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/monday/")
        return len(captured)

    raised(building, "2023-09-23 21:00")
    few = asked()
    for n in range(15):
        raised(building, f"2023-09-{n + 8:02} 21:00")
    assert asked() == few
    assert few <= 20

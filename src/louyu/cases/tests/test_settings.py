"""Categories and time limits on their page; deadlines that a new notice moves."""

import datetime

import pytest
from django.utils import timezone

from louyu.accounts.queries import trail_faults
from louyu.cases.commands import change_category, move_deadlines
from louyu.cases.models import CaseEvent, Category, TimeLimit
from louyu.cases.rules import due_by_new_notice
from louyu.core.calendar import WorkingDays
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.queries import working_days
from louyu.duties.commands import load_notice
from tests.browser import PHONE
from tests.factories import CaseFactory, user_with

pytestmark = pytest.mark.django_db

YEAR = 2028
"""A year whose notice nobody has."""


def at(text):
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def test_a_deadline_lies_as_many_working_days_behind_its_beginning_as_before():
    holiday = {datetime.date(2028, 10, day): False for day in range(2, 7)}
    known = WorkingDays(holiday, frozenset({2028}))
    due = due_by_new_notice(at("2028-09-29T10:00"), at("2028-10-04T17:30"), WorkingDays(), known)
    assert due == (at("2028-10-11T17:30"), False)
    assert due_by_new_notice(
        at("2028-09-29T10:00"), at("2028-10-04T17:30"), WorkingDays(), WorkingDays()
    ).provisional


@pytest.fixture
def holiday_loaded():
    """What was known before, with a week off in October of YEAR loaded since."""
    before = working_days()
    days = [datetime.date(YEAR, 10, day) for day in range(2, 7)]
    load_notice(
        YEAR, days_off=days, make_up_days=[], document="国办发明电〔2027〕1号", by=user_with("system")
    )
    return before


def late_september(**more):
    case = {"raised_at": at(f"{YEAR}-09-29T10:00"), "deadline": at(f"{YEAR}-10-04T17:30")}
    return CaseFactory(**{**case, "deadline_provisional": True, **more})


@pytest.fixture
def in_2028(time_machine):
    time_machine.move_to(at(f"{YEAR}-09-30T09:00"))


def test_a_notice_moves_the_provisional_deadlines_of_open_cases_and_tells_each(in_2028, holiday_loaded):
    moving, sure, closed = (
        late_september(),
        late_september(deadline_provisional=False),
        late_september(state="closed"),
    )
    stays = late_september(deadline=at(f"{YEAR}-09-29T17:30"))
    by = user_with("system")
    assert move_deadlines(before=holiday_loaded, by=by) == 1
    for case in (moving, sure, closed, stays):
        case.refresh_from_db()
    assert (moving.deadline, moving.deadline_provisional) == (at(f"{YEAR}-10-11T17:30"), False)
    assert sure.deadline == closed.deadline == at(f"{YEAR}-10-04T17:30")
    assert (stays.deadline_provisional, closed.deadline_provisional) == (False, True)
    told = {e.case_id: e.text for e in CaseEvent.rows_without_a_reader.all()}
    assert "由 2028-10-04 改为 2028-10-11" in told[moving.pk]
    assert "不再是暂定的" in told[stays.pk]
    assert set(told) == {moving.pk, stays.pk}
    assert list(trail_faults()) == []
    assert move_deadlines(before=working_days(), by=by) == 0


def test_the_page_of_the_calendar_says_how_many_moved(in_2028, client):
    case = late_september()
    client.force_login(user_with("system"))
    said = {
        "document": "国办发明电〔2027〕1号",
        "days_off": f"{YEAR}-10-02 至 {YEAR}-10-06",
        "make_up_days": "",
    }
    page = client.post(f"/calendar/?year={YEAR}", said, follow=True).content.decode()
    assert "1 件办件的时限改了日期" in page
    case.refresh_from_db()
    assert case.deadline == at(f"{YEAR}-10-11T17:30")


def test_only_who_loads_the_notice_moves_deadlines():
    with pytest.raises(NotPermitted):
        move_deadlines(before=working_days(), by=user_with("office"))


def test_the_last_category_in_use_stays():
    office = user_with("office")
    first, *others = Category.rows_without_a_reader.all()
    for other in others:
        change_category(other, active=False, by=office)
    with pytest.raises(Refusal):
        change_category(first, active=False, by=office)


@pytest.fixture
def office(client):
    user = user_with("office")
    client.force_login(user)
    return user


def test_the_office_changes_adds_and_puts_out_of_use(client, office):
    parking = Category.rows_without_a_reader.get(code="parking")
    said = {"name_zh": "停车难", "name_en": "Parking", "kind": "help", "working_days": "3", "trt": "on"}
    assert client.post(f"/cases/settings/categories/{parking.pk}/", said).status_code == 302
    parking.refresh_from_db()
    assert (parking.name_zh, parking.working_days, parking.group, parking.active) == (
        "停车难",
        3,
        "trt",
        False,
    )
    new = {"name_zh": "充电", "name_en": "Charging", "code": "charging", "kind": "help"}
    assert client.post("/cases/settings/categories/", new).status_code == 302
    again = client.post("/cases/settings/categories/", new)
    assert again.status_code == 422
    assert "这个代码已经用过" in again.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"working_days": "3", "hours": "4"}, "只填一样"),
        ({"working_days": "", "hours": ""}, "只填一样"),
        ({"working_days": "-1", "hours": ""}, "1"),
    ],
)
def test_a_limit_is_days_or_hours(client, office, said, words):
    page = client.post("/cases/settings/limits/help/", said)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert TimeLimit.rows_without_a_reader.get(code="help").working_days == 5


def test_a_limit_is_saved_and_an_unknown_one_refused(client, office):
    assert client.post("/cases/settings/limits/help/", {"working_days": "4", "hours": ""}).status_code == 302
    assert TimeLimit.rows_without_a_reader.get(code="help").working_days == 4
    assert (
        client.post("/cases/settings/limits/nothing/", {"working_days": "4", "hours": ""}).status_code == 422
    )


def test_nobody_else_finds_them(client):
    client.force_login(user_with("subdistrict"))
    assert client.get("/cases/settings/").status_code == 403


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_their_pages_are_accessible(open_page, axe, scheme):
    page = open_page(user_with("office"), size=PHONE, color_scheme=scheme)
    parking = Category.rows_without_a_reader.get(code="parking")
    for address in ("/cases/settings/", f"/cases/settings/categories/{parking.pk}/"):
        page.goto(address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address

"""The working calendar's page: what it shows to everybody, and the notice that is loaded there."""

import datetime

import pytest
import time_machine

from louyu.core.models import WorkCalendarDay
from louyu.core.queries import working_days
from tests.browser import PC, PHONE
from tests.factories import user_with

pytestmark = pytest.mark.django_db

NOTICE = {
    "document": "国办发明电〔2026〕9号",
    "days_off": "10月1日（周五）至7日（周四）\n2027-02-05",
    "make_up_days": "2027-09-26、2027-10-09",
}
PAGE = "/calendar/?year=2027"


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel("2026-11-24 10:00:00+08:00", tick=True):
        yield


@pytest.fixture
def keeper(client):
    client.force_login(user_with("system"))
    return client


def cell(answer, date):
    day = datetime.date.fromisoformat(date)
    weeks = answer.context["months"][day.month - 1].weeks
    return next(c for week in weeks for c in week if c and c.day == day)


def test_a_year_with_a_notice_marks_days_off_and_make_up_days_in_words(client):
    client.force_login(user_with("liaison"))
    answer = client.get("/calendar/?year=2023")
    assert (cell(answer, "2023-10-02").mark, cell(answer, "2023-10-07").mark) == ("休", "班")
    assert (cell(answer, "2023-10-14").mark, cell(answer, "2023-10-14").worked) == ("", False)
    assert "2023 年工作日历" in answer.text
    assert "2,023" not in answer.text
    assert "暂按周一至周五" not in answer.text
    assert answer.context["working"] == sum(month.working for month in answer.context["months"])
    assert "<textarea" not in answer.text


def test_this_year_is_shown_first_and_today_is_told(client):
    client.force_login(user_with("office"))
    answer = client.get("/calendar/")
    assert "2026 年工作日历" in answer.text
    assert answer.text.count('aria-current="date"') == 1


def test_a_year_without_a_notice_says_that_it_is_provisional(client):
    client.force_login(user_with("office"))
    assert "暂按周一至周五" in client.get(PAGE).text


@pytest.mark.parametrize("year", ["2003", "2029", "abcd", "²⁰²⁷", "99999", "-1"])
def test_a_year_that_is_none_is_refused_with_those_that_are(client, year):
    client.force_login(user_with("office"))
    answer = client.get("/calendar/", {"year": year})
    assert answer.status_code == 422
    assert "可以看 2004 年至 2028 年。" in answer.text


def test_a_notice_is_loaded_and_counts_at_once(keeper):
    answer = keeper.post(PAGE, NOTICE, follow=True)
    assert "已装入 2027 年的放假通知。" in answer.text
    assert NOTICE["document"] in answer.text
    assert (cell(answer, "2027-10-07").mark, cell(answer, "2027-09-26").mark) == ("休", "班")
    known = working_days()
    assert not known.is_provisional(datetime.date(2027, 10, 8))
    assert known.is_working_day(datetime.date(2027, 10, 9))


def test_a_loaded_notice_stands_in_the_form_and_is_replaced_by_what_is_sent(keeper):
    keeper.post(PAGE, NOTICE)
    form = keeper.get(PAGE).context["form"]
    assert form.initial["days_off"] == "2027-02-05\n2027-10-01 至 2027-10-07"
    keeper.post(PAGE, form.initial | {"days_off": "2027-10-01"})
    assert sorted(
        WorkCalendarDay.rows_without_a_reader.filter(working=False).values_list("day", flat=True)
    ) == [datetime.date(2027, 10, 1)]


def test_a_sunday_may_be_named_among_the_days_off(keeper):
    assert keeper.post(PAGE, NOTICE | {"days_off": "2027-10-03"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "text", "value", "words"),
    [
        ("days_off", "2027-02-30", "2027-02-30", "请写成 2027-10-01"),
        ("days_off", "", "", "请照通知逐日填写"),
        ("days_off", "、", "", "请照通知逐日填写"),
        ("days_off", "2026-10-01", "2026-10-01", "请核对年份"),
        ("days_off", "10月7日至1日", "10月7日至1日", "请写成 2027-10-01"),
        ("make_up_days", "2027-10-08", "2027-10-08", "周六或周日"),
        ("make_up_days", "2028-10-07", "2028-10-07", "请核对年份"),
        ("make_up_days", "2027-10-03", "2027-10-03", "去掉"),
        ("make_up_days", "下周六", "下周六", "请写成 2027-10-01"),
        ("document", "", "", "文号"),
        ("document", "号" * 81, "", ""),
    ],
)
def test_a_wrong_notice_is_told_at_its_field_and_nothing_is_written(keeper, field, text, value, words):
    answer = keeper.post(PAGE, NOTICE | {field: text})
    assert answer.status_code == 422
    (told,) = answer.context["form"].errors[field]
    assert value in told
    assert words in told
    assert list(answer.context["form"].errors) == [field]
    assert NOTICE["make_up_days" if field != "make_up_days" else "document"] in answer.text
    assert not WorkCalendarDay.rows_without_a_reader.exists()


def test_who_may_not_keep_the_calendar_sees_no_form_and_is_refused(client):
    client.force_login(user_with("office"))
    assert 'id="notice"' not in client.get(PAGE).text
    assert client.post(PAGE, NOTICE).status_code == 403
    assert not WorkCalendarDay.rows_without_a_reader.exists()


def test_the_account_menu_leads_there(client):
    client.force_login(user_with("office"))
    assert 'href="/calendar/"' in client.get("/").text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PC, PHONE])
def test_the_calendar_fits_the_window_and_can_be_used_by_everybody(open_page, axe, size):
    page = open_page(user_with("system"), size=size)
    page.goto("/calendar/?year=2023")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(PAGE)
    page.get_by_label("文号").fill(NOTICE["document"])
    page.get_by_label("放假", exact=True).fill("2027-02-30")
    page.get_by_role("button", name="装入").click()
    page.get_by_text("「2027-02-30」").wait_for()
    assert axe(page) == []
    page.get_by_label("放假", exact=True).fill(NOTICE["days_off"])
    page.get_by_role("button", name="装入").click()
    page.get_by_text("已装入 2027 年的放假通知。").wait_for()

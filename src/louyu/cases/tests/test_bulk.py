"""Many cases at once: which can, all or none, told line by line, taken back, done once."""

import datetime
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from louyu.accounts.models import AuditEntry
from louyu.cases import commands
from louyu.cases.commands.bulk import MANY, batch_of, do_with_many, take_back
from louyu.cases.models import Case, CaseEvent, Category
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.core.lists import NotAll
from louyu.core.models import Fact
from tests.factories import BuildingFactory, CaseFactory, DepartmentFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """A building with an administrator, the tax office with a specialist, and how many cases."""

    class Here:
        building = BuildingFactory(name="云帆大厦")
        tax = DepartmentFactory(name="区税务局", categories=["tax"])

    Here.administrator = user_with("administrator", Here.building, name="陈晓燕")
    Here.specialist = user_with("specialist", Here.tax, name="徐立")
    category = Category.rows_without_a_reader.get(code="tax")
    Here.cases = [
        commands.open_case(
            category=category, text=f"发票额度不够，第{n}家", building=Here.building, by=Here.administrator
        )
        for n in range(20)
    ]
    return Here


def seen(cases, **versions):
    return {case.pk: case.version for case in cases}


def handed_over(here, cases=None, *, by=None, batch=None):
    batch = batch or uuid4()
    do_with_many(
        seen(cases or here.cases),
        "hand_over",
        by=by or here.administrator,
        batch=batch,
        department=here.tax,
        reason="请一并答复",
    )
    return batch


def stored(cases):
    keys = [case.pk for case in cases]
    return list(Case.rows_without_a_reader.filter(pk__in=keys).order_by("pk").values())


def facts():
    return sorted(Fact.rows_without_a_reader.values_list("code", "subject", "since", "until"), key=str)


# The command


def test_twenty_are_handed_over_in_one_batch_each_with_its_line(here):
    batch = handed_over(here)
    assert {c["state"] for c in stored(here.cases)} == {"assigned"}
    assert {c["department_id"] for c in stored(here.cases)} == {here.tax.pk}
    lines = CaseEvent.rows_without_a_reader.filter(transition="hand_over")
    assert {line.case_id for line in lines} == {case.pk for case in here.cases}
    assert {line.text for line in lines} == {"请一并答复"}
    entries = AuditEntry.rows_without_a_reader.filter(batch=batch)
    assert entries.count() == 20
    assert {e.action for e in entries} == {"cases.hand_over"}


def test_with_one_that_cannot_none_is_done_and_each_is_named(here):
    commands.answer(here.cases[3], outcome="solved", text="已经解决", by=here.administrator)
    elsewhere = CaseFactory()
    before = stored(here.cases)
    with pytest.raises(NotAll) as refused:
        handed_over(here, [*here.cases, elsewhere])
    assert set(refused.value.left) == {here.cases[3].pk, elsewhere.pk}
    assert isinstance(refused.value.left[elsewhere.pk], NotPermitted)
    assert isinstance(refused.value.left[here.cases[3].pk], commands.NotPossible)
    assert stored(here.cases) == before
    assert not CaseEvent.rows_without_a_reader.filter(transition="hand_over").exists()


def test_whoever_was_faster_with_one_is_named(here):
    asked = seen(here.cases)
    commands.take(here.cases[0], by=user_with("office", name="周敏"))
    with pytest.raises(NotAll) as refused:
        do_with_many(asked, "take", by=here.administrator, batch=uuid4())
    (refusal,) = refused.value.left.values()
    assert "周敏" in str(refusal)


def test_the_same_batch_is_done_once(here):
    batch = handed_over(here)
    lines = CaseEvent.rows_without_a_reader.count()
    assert handed_over(here, batch=batch) == batch
    assert CaseEvent.rows_without_a_reader.count() == lines


def test_what_is_wrong_for_all_is_told_where_it_was_said(here):
    with pytest.raises(Refusal) as refused:
        do_with_many(
            seen(here.cases),
            "hand_over",
            by=here.administrator,
            batch=uuid4(),
            department=DepartmentFactory(),
        )
    assert refused.value.field == "department"


def test_taken_back_they_are_as_before_and_the_time_line_says_so(here):
    before, counted = stored(here.cases), facts()
    batch = handed_over(here)
    assert take_back(batch, [c.pk for c in here.cases], by=here.administrator) == 20
    now = stored(here.cases)
    assert [c | {"version": 0} for c in now] == [c | {"version": 0} for c in before]
    assert all(a["version"] > b["version"] + 1 for a, b in zip(now, before, strict=True))
    assert facts() == counted
    lines = CaseEvent.rows_without_a_reader.filter(case=here.cases[0]).order_by("at", "id")
    assert [line.transition for line in lines] == ["open_case", "hand_over", "note"]
    assert take_back(batch, [c.pk for c in here.cases], by=here.administrator) == 0


def test_closed_ones_count_as_before_when_taken_back(here):
    office = user_with("office")
    for case in here.cases:
        commands.answer(case, outcome="solved", text="已经解决", by=office)
    counted, batch = facts(), uuid4()
    do_with_many(seen(here.cases), "close", by=office, batch=batch)
    assert facts() != counted
    take_back(batch, [c.pk for c in here.cases], by=office)
    assert facts() == counted


def test_one_that_moved_on_is_named_and_stays_and_the_others_go_back(here):
    batch = handed_over(here)
    moved = Case.rows_without_a_reader.get(pk=here.cases[5].pk)
    commands.take(moved, by=here.specialist)
    keys = [c.pk for c in here.cases]
    with pytest.raises(NotAll) as refused:
        take_back(batch, keys, by=here.administrator)
    assert set(refused.value.left) == {moved.pk}
    assert {c["state"] for c in stored(here.cases)} == {"assigned", "in_hand"}
    assert take_back(batch, [k for k in keys if k != moved.pk], by=here.administrator) == 19
    states = {c["id"]: c["state"] for c in stored(here.cases)}
    assert states.pop(moved.pk) == "in_hand"
    assert set(states.values()) == {"accepted"}


def test_nobody_takes_back_what_another_did_nor_on_another_day(here, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 1, tzinfo=datetime.UTC), tick=True)
    batch = handed_over(here)
    assert batch_of(batch, user_with("office")) is None
    with pytest.raises(Refusal):
        take_back(batch, [here.cases[0].pk], by=user_with("office"))
    time_machine.move_to(datetime.datetime(2026, 11, 25, 1, tzinfo=datetime.UTC), tick=True)
    with pytest.raises(Conflict):
        take_back(batch, [here.cases[0].pk], by=here.administrator)
    assert {c["state"] for c in stored(here.cases)} == {"assigned"}


@pytest.mark.parametrize("code", MANY)
def test_each_thing_done_with_many_is_found_again(here, code):
    office = user_with("office")
    by, cases = {"pass_on": here.specialist}.get(code, office), here.cases[:2]
    given = {
        "hand_over": {"department": here.tax},
        "pass_on": {"handler": user_with("specialist", here.tax)},
        "extend": {"reason": "需要与物业再协调一次"},
        "note": {"text": "已电话联系"},
    }.get(code, {})
    if code == "pass_on":
        handed_over(here, cases)
    if code == "close":
        for case in cases:
            commands.answer(case, outcome="solved", text="已经解决", by=office)
    cases = list(Case.rows_without_a_reader.filter(pk__in=[c.pk for c in cases]))
    before, batch = stored(cases), uuid4()
    assert do_with_many(seen(cases), code, by=by, batch=batch, **given) == 2
    found = batch_of(batch, by)
    assert (found.code, {d.case for d in found.done}) == (code, {c.pk for c in cases})
    assert found.may_go_back == (code != "note")
    took = take_back(batch, [c.pk for c in cases], by=by)
    assert took == (0 if code == "note" else 2)
    assert [c | {"version": 0} for c in stored(cases)] == [c | {"version": 0} for c in before]


# The pages


def ticked(cases):
    return [case.pk.hex for case in cases]


def hidden(page):
    return dict(re.findall(r'name="(batch)" value="([0-9a-f]{32})"', page.content.decode()))


def rows_on(page):
    return re.findall(r'name="row" value="([^"]+)" checked', page.content.decode())


def asked_for(client, cases, name="hand_over", **values):
    return client.get(reverse("cases:bulk"), {"bulk": name, "row": ticked(cases), **values})


def sent(client, page, here, **values):
    told = {"bulk": "hand_over", "row": rows_on(page), "department": here.tax.pk, "reason": "请一并答复"}
    return client.post(reverse("cases:bulk"), told | hidden(page) | values)


def test_the_page_names_which_can_and_which_cannot_and_does_those_that_can(client, here):
    commands.answer(here.cases[3], outcome="solved", text="已经解决", by=here.administrator)
    client.force_login(here.administrator)
    page = asked_for(client, here.cases)
    text = page.content.decode()
    assert len(rows_on(page)) == 19
    assert "交办 19 件" in text
    assert "「反馈」的办件不能交办。" in text
    done = sent(client, page, here)
    assert done.status_code == 302
    shown = client.get(done["Location"]).content.decode()
    assert "已交办 19 件" in shown
    assert "撤销这 19 件" in shown
    states = [c["state"] for c in stored(here.cases)]
    assert (states.count("assigned"), states.count("answered")) == (19, 1)


def test_one_that_changed_meanwhile_is_named_before_the_others_are_done(client, here):
    client.force_login(here.administrator)
    page = asked_for(client, here.cases)
    commands.take(here.cases[7], by=user_with("office", name="周敏"))
    again = sent(client, page, here)
    assert again.status_code == 409
    assert "周敏" in again.content.decode()
    assert len(rows_on(again)) == 19
    assert "请一并答复" in again.content.decode()
    assert {c["state"] for c in stored(here.cases)} == {"accepted", "in_hand"}
    assert sent(client, again, here).status_code == 302
    assert [c["state"] for c in stored(here.cases)].count("assigned") == 19


def test_the_same_page_sent_twice_does_it_once(client, here):
    client.force_login(here.administrator)
    page = asked_for(client, here.cases)
    first, second = sent(client, page, here), sent(client, page, here)
    assert first["Location"] == second["Location"]
    assert CaseEvent.rows_without_a_reader.filter(transition="hand_over").count() == 20


def test_what_is_missing_is_said_at_its_field(client, here):
    client.force_login(here.administrator)
    page = asked_for(client, here.cases)
    again = sent(client, page, here, department="")
    assert again.status_code == 422
    assert "请选择部门。" in again.content.decode()
    assert len(rows_on(again)) == 20


def test_a_department_without_specialists_is_told_at_its_field(client, here):
    client.force_login(here.administrator)
    empty = DepartmentFactory(name="区商务局")
    again = sent(client, asked_for(client, here.cases), here, department=empty.pk)
    assert again.status_code == 422
    assert "这个部门还没有服务专员。" in again.content.decode()
    assert {c["state"] for c in stored(here.cases)} == {"accepted"}


def test_all_that_match_are_those_of_the_list_s_address(client, here):
    client.force_login(here.administrator)
    CaseFactory(building=here.building, state="closed")
    page = asked_for(client, [], everything="1", list="?state=accepted")
    assert len(rows_on(page)) == 20
    whole = asked_for(client, [], rows=",".join(ticked(here.cases[:4])))
    assert len(rows_on(whole)) == 4


def test_more_than_can_be_done_at_once_are_refused(client, here, monkeypatch):
    monkeypatch.setattr("louyu.core.lists.work.MOST_AT_ONCE", 10)
    client.force_login(here.administrator)
    page = asked_for(client, [], everything="1", list="?state=accepted")
    assert page.status_code == 422
    assert "一次最多办 10 条。" in page.content.decode()


@pytest.mark.parametrize("rows", [[], ["7"], ["'; DROP"], [""]])
def test_nothing_chosen_is_said_on_the_list(client, here, rows):
    client.force_login(here.administrator)
    page = client.get(reverse("cases:bulk"), {"bulk": "hand_over", "row": rows}, follow=True)
    assert "还没有选中任何一行" in page.content.decode()


def test_rows_out_of_scope_are_not_there(client, here):
    client.force_login(here.administrator)
    page = asked_for(client, [here.cases[0], CaseFactory()])
    assert len(rows_on(page)) == 1
    assert "有 1 条已不在您的范围内" in page.content.decode()


def test_buttons_are_those_of_the_reader_and_no_others_do(client, here):
    handed_over(here)
    client.force_login(here.specialist)
    listed = client.get(reverse("cases:case_list")).content.decode()
    assert 'name="bulk" value="pass_on"' in listed
    assert 'name="bulk" value="hand_over"' not in listed
    assert asked_for(client, here.cases).status_code == 403
    assert asked_for(client, here.cases, "close").status_code == 403
    assert asked_for(client, here.cases, "explode").status_code == 403


def test_the_rows_chosen_are_a_list_of_their_own(client, here):
    client.force_login(here.administrator)
    answer = asked_for(client, here.cases[:3], "export")
    assert answer.status_code == 302
    assert answer["Location"].endswith("format=xlsx")
    page = client.get(answer["Location"].removesuffix("&format=xlsx")).content.decode()
    assert "共 3 件" in page
    assert "选中的：3 条" in page


def test_the_batch_is_taken_back_from_its_page_once(client, here):
    batch = handed_over(here)
    commands.take(Case.rows_without_a_reader.get(pk=here.cases[2].pk), by=here.specialist)
    client.force_login(here.administrator)
    address = reverse("cases:bulk_done", args=[batch])
    page = client.get(address).content.decode()
    assert "撤销这 19 件" in page
    assert "有 1 件后来又办理过" in page
    rows = re.findall(r'name="row" value="([0-9a-f]{32})"', page)
    for _time in range(2):
        assert client.post(address, {"row": rows}).status_code == 302
    page = client.get(address).content.decode()
    assert "其中 19 件已撤销。" in page
    assert CaseEvent.rows_without_a_reader.filter(transition="note").count() == 19
    case = client.get(reverse("cases:case", args=[here.cases[0].pk])).content.decode()
    assert "陈晓燕撤销了刚才的「交办」" in case


def test_a_batch_exists_for_whoever_did_it_alone(client, here):
    address = reverse("cases:bulk_done", args=[handed_over(here)])
    client.force_login(user_with("office"))
    assert client.get(address).status_code == 404
    assert client.get(reverse("cases:bulk_done", args=[uuid4()])).status_code == 404


def test_the_page_for_many_asks_the_same_however_many(client, here, django_assert_max_num_queries):
    client.force_login(here.administrator)
    asked_for(client, here.cases[:1])
    with django_assert_max_num_queries(16):
        asked_for(client, here.cases)

"""The pages of cases: for whom they exist, what they say, what can be done there, what a refusal keeps."""

import datetime
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from louyu.cases import commands
from louyu.cases.models import Attachment, Case, CaseEvent, Category
from louyu.cases.states import CASES
from tests.factories import (
    BuildingFactory,
    CaseEventFactory,
    CaseFactory,
    DepartmentFactory,
    EnterpriseFactory,
    OccupancyFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

CHINA = datetime.timezone(datetime.timedelta(hours=8))


@pytest.fixture
def here():
    """A building with an administrator, an enterprise with its liaison, and the tax office with a specialist."""

    class Here:
        building = BuildingFactory(name="云帆大厦")
        enterprise = EnterpriseFactory(name="台州云杉软件有限公司")
        tax = DepartmentFactory(name="区税务局", categories=["tax"])

    Here.sitting = OccupancyFactory(enterprise=Here.enterprise, unit=UnitFactory(building=Here.building))
    Here.administrator = user_with("administrator", Here.building, name="陈晓燕")
    Here.specialist = user_with("specialist", Here.tax, name="徐立")
    Here.liaison = user_with("liaison", Here.enterprise, name="沈雨晴")
    Here.office = user_with("office", name="周敏")
    return Here


def opened(here, **values):
    told = {
        "text": "电子发票额度不够，当月如何临时提额",
        "building": here.building,
        "enterprise": here.enterprise,
    }
    category = Category.rows_without_a_reader.get(code="tax")
    return commands.open_case(**(told | values), category=category, by=here.administrator)


def page_of(case, query=""):
    return reverse("cases:case", args=[case.pk]) + query


def step_of(case, code):
    return reverse("cases:do", args=[case.pk, code])


def sent(case, seen=1, **values):
    return {"version": case.version, "seen": seen, **values}


def picture(name="现场.jpg"):
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), content_type="image/jpeg")


# For whom it exists


def test_a_case_exists_for_those_it_concerns(client, here):
    case = commands.hand_over(opened(here), to=here.tax, by=here.administrator)
    for user, status in (
        (here.office, 200),
        (here.administrator, 200),
        (here.specialist, 200),
        (here.liaison, 200),
        (user_with("subdistrict", here.building.area.parent), 200),
        (user_with("administrator", BuildingFactory()), 404),
        (user_with("specialist", DepartmentFactory()), 404),
        (user_with("liaison", EnterpriseFactory()), 404),
        (user_with("audit"), 404),
    ):
        client.force_login(user)
        assert client.get(page_of(case)).status_code == status, user.running_grants[0].role
        assert (
            client.post(step_of(case, "note"), sent(case, text="已电话联系")).status_code
            in ({200: (302, 403), 404: (404,)}[status])
        ), user.running_grants[0].role


def test_an_enterprises_cases_exist_where_the_enterprise_does(client, here):
    case = opened(here)
    address = reverse("cases:of_enterprise", args=[here.enterprise.pk])
    client.force_login(here.administrator)
    assert case.text in client.get(address, headers={"HX-Request": "true"}).content.decode()
    client.force_login(user_with("liaison", EnterpriseFactory()))
    assert client.get(address).status_code == 404


# The list


def test_the_switch_counts_what_it_opens(client, here):
    client.force_login(here.administrator)
    now = timezone.now()
    CaseFactory(building=here.building, deadline=now - datetime.timedelta(days=1))
    CaseFactory(building=here.building, deadline=now + datetime.timedelta(days=40))
    CaseFactory(building=here.building, state="waiting", handler=here.administrator)
    CaseFactory(building=here.building, state="closed", deadline=now - datetime.timedelta(days=9))
    page = client.get(reverse("cases:case_list"))
    counted = {h.address: h.count for h in page.context["switch"] if h.count is not None}
    assert sorted(counted.values()) == [0, 0, 1, 1, 1]
    for address, count in counted.items():
        assert client.get(address).context["list"].count == count, address


def test_an_overdue_case_says_so_in_a_word(client, here):
    client.force_login(here.administrator)
    CaseFactory(building=here.building, deadline=timezone.now() - datetime.timedelta(days=1))
    text = client.get(reverse("cases:case_list")).content.decode()
    assert re.search(r'<td class="overdue"[^>]*>超期 ', text)


def test_a_long_text_is_cut_in_the_list_and_whole_in_the_workbook(client, here):
    client.force_login(here.administrator)
    CaseFactory(building=here.building, text="长" * 400)
    assert "长" * 100 not in client.get(reverse("cases:case_list")).content.decode()
    answer = client.get(reverse("cases:case_list") + "?format=xlsx")
    assert answer["Content-Type"].endswith("sheet")


# A new case


def form_key(client, query=""):
    return client.get(reverse("cases:new_case") + query).context["signed"]


def test_a_case_is_opened_where_the_link_says(client, here):
    client.force_login(here.administrator)
    page = client.get(reverse("cases:new_case") + f"?enterprise={here.enterprise.pk}")
    form = page.context["form"]
    assert form["building"].value() == str(here.building.pk)
    assert form["enterprise"].value() == str(here.enterprise.pk)
    answer = client.post(
        reverse("cases:new_case"),
        {
            "form": page.context["signed"],
            "building": here.building.pk,
            "enterprise": here.enterprise.pk,
            "category": "tax",
            "text": "电子发票额度不够",
            "attached": [picture(), picture("第二张.jpg")],
        },
    )
    case = Case.rows_without_a_reader.get()
    assert answer.url == page_of(case)
    assert (case.building, case.enterprise, case.state) == (here.building, here.enterprise, "accepted")
    assert sorted(a.name for a in Attachment.rows_without_a_reader.all()) == ["现场.jpg", "第二张.jpg"]


def test_the_same_form_sent_twice_makes_one_case(client, here):
    client.force_login(here.administrator)
    told = {"form": form_key(client), "category": "tax", "text": "电子发票额度不够"}
    answers = [client.post(reverse("cases:new_case"), told) for _click in range(2)]
    case = Case.rows_without_a_reader.get()
    assert [a.url for a in answers] == [page_of(case)] * 2


def test_somebody_elses_form_makes_nothing(client, here):
    client.force_login(here.office)
    key = form_key(client)
    client.force_login(here.administrator)
    answer = client.post(reverse("cases:new_case"), {"form": key, "category": "tax", "text": "发票额度不够"})
    assert answer.status_code == 422
    assert "发票额度不够" in answer.content.decode()
    assert not Case.rows_without_a_reader.exists()


def test_a_refused_attachment_keeps_what_was_typed_and_makes_nothing(client, here):
    client.force_login(here.administrator)
    liar = SimpleUploadedFile("合同.pdf", b"MZ" + b"\0" * 100, content_type="application/pdf")
    answer = client.post(
        reverse("cases:new_case"),
        {"form": form_key(client), "category": "tax", "text": "发票额度不够", "attached": [picture(), liar]},
    )
    assert answer.status_code == 422
    assert "发票额度不够" in answer.content.decode()
    assert answer.context["form"].errors["attached"]
    assert not Case.rows_without_a_reader.exists()
    assert not Attachment.rows_without_a_reader.exists()


def test_the_promise_follows_category_and_kind(client, request, time_machine):
    ask = reverse("cases:promise")
    time_machine.move_to(datetime.datetime(2026, 11, 20, 9, 14, tzinfo=CHINA))
    client.force_login(request.getfixturevalue("here").administrator)
    assert "预计 11月27日（周五）前答复" in client.get(ask + "?category=tax").content.decode()
    assert "预计 今天 11:14 前答复" in client.get(ask + "?category=tax&kind=safety").content.decode()
    assert client.get(ask + "?category=nothing").content.strip() == b""


def test_a_liaison_asks_for_the_own_enterprise(client, here):
    client.force_login(here.liaison)
    client.post(
        reverse("cases:new_case"),
        {
            "form": form_key(client),
            "enterprise": here.enterprise.pk,
            "category": "tax",
            "text": "发票额度不够",
        },
    )
    case = Case.rows_without_a_reader.get()
    assert (case.asker, case.enterprise, case.building) == (here.liaison, here.enterprise, here.building)


def test_a_need_of_no_building_is_the_openers_own(client, here):
    client.force_login(here.administrator)
    told = {"form": form_key(client), "building": "", "category": "other", "text": "哪里办理居住证"}
    answer = client.post(reverse("cases:new_case"), told, follow=True)
    assert answer.status_code == 200
    assert Case.rows_without_a_reader.get().asker == here.administrator


# One case


def test_buttons_are_what_the_reader_may_do_now(client, here):
    case = opened(here)
    client.force_login(here.administrator)
    shown = client.get(page_of(case)).context
    codes = {t.code for t in (*shown["buttons"], *shown["others"])}
    assert codes == {
        "answer", "hand_over", "take", "ask_asker", "extend", "withdraw", "merge", "note",
    }  # fmt: skip
    client.force_login(here.liaison)
    shown = client.get(page_of(case)).context
    assert {t.code for t in (*shown["buttons"], *shown["others"])} == {"withdraw"}


@pytest.mark.parametrize("code", [t.code for t in CASES.transitions if t.sources])
def test_every_step_has_a_form_with_all_it_needs_and_takes(client, here, code):
    step = CASES.transition(code)
    asker = code in ("asker_replies", "confirm", "reopen", "withdraw")
    user = (
        here.liaison
        if asker
        else here.specialist
        if code in ("pass_on", "return_case")
        else here.administrator
    )
    case = CaseFactory(
        building=here.building, enterprise=here.enterprise, department=here.tax, state=step.sources[0]
    )
    client.force_login(user)
    form = client.get(page_of(case, f"?do={code}")).context["form"]
    assert form.step.code == code
    assert set(step.needs) | set(step.takes) <= set(form.fields)
    assert {name for name in step.needs if not form.fields[name].required} == set()


def test_handing_over_offers_the_department_that_answers_and_its_people(client, here):
    DepartmentFactory(name="区住建局")
    case = opened(here)
    client.force_login(here.administrator)
    page = client.get(page_of(case, "?do=hand_over"))
    form = page.context["form"]
    assert form["department"].value() == str(here.tax.pk)
    assert "徐立" in str(form["handler"])
    client.post(
        step_of(case, "hand_over"),
        sent(case, department=here.tax.pk, handler=here.specialist.pk, reason="请看附件"),
    )
    case.refresh_from_db()
    assert (case.state, case.department, case.handler) == ("assigned", here.tax, here.specialist)


def test_a_department_without_specialists_is_refused_at_its_field(client, here):
    empty = DepartmentFactory(name="区体育局")
    case = opened(here)
    client.force_login(here.administrator)
    answer = client.post(step_of(case, "hand_over"), sent(case, department=empty.pk, reason="请看看这件事"))
    assert answer.status_code == 422
    assert "还没有服务专员" in str(answer.context["form"].errors["department"])
    assert "请看看这件事" in answer.content.decode()


def test_what_is_missing_is_said_at_the_field_and_the_rest_stays(client, here):
    case = commands.hand_over(opened(here), to=here.tax, by=here.administrator)
    client.force_login(here.specialist)
    answer = client.post(step_of(case, "return_case"), sent(case, reason="不属于税务事项"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["proposal"]
    assert "不属于税务事项" in answer.content.decode()


def test_the_next_case_is_offered_after_sending(client, here):
    first, second = (commands.hand_over(opened(here), to=here.tax, by=here.administrator) for _n in range(2))
    client.force_login(here.specialist)
    answer = client.post(
        step_of(first, "answer"), sent(first, seen=2, outcome="solved", text="已临时提额"), follow=True
    )
    assert answer.context["done"].code == "answer"
    assert answer.context["next"] == second


def test_whoever_is_slower_sees_what_happened_and_keeps_the_words(client, here):
    case = commands.hand_over(opened(here), to=here.tax, by=here.administrator)
    colleague = user_with("specialist", here.tax, name="郑敏")
    stale = sent(case, seen=2, outcome="solved", text="我这边已经办好了")
    commands.answer(case, outcome="explained", text="已电话说明", by=colleague)
    client.force_login(here.specialist)
    answer = client.post(step_of(case, "answer"), stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert [line.code for line in answer.context["newer"]] == ["answer"]
    assert "已电话说明" in text
    assert "我这边已经办好了" in text
    case.refresh_from_db()
    assert case.outcome == "explained"


def test_the_same_step_sent_twice_is_done_once(client, here):
    case = commands.hand_over(opened(here), to=here.tax, by=here.administrator)
    client.force_login(here.specialist)
    form = sent(case, seen=2, outcome="solved", text="已临时提额")
    answers = [client.post(step_of(case, "answer"), form) for _click in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert CaseEvent.rows_without_a_reader.filter(case=case, transition="answer").count() == 1


def test_files_go_with_an_answer_or_not_at_all(client, here):
    case = opened(here)
    client.force_login(here.administrator)
    liar = SimpleUploadedFile("照片.jpg", b"%PDF-1.7", content_type="image/jpeg")
    refused = client.post(
        step_of(case, "answer"), sent(case, outcome="solved", text="已解决了", attached=liar)
    )
    assert refused.status_code == 422
    case.refresh_from_db()
    assert case.state == "accepted"
    client.post(step_of(case, "answer"), sent(case, outcome="solved", text="已解决了", attached=picture()))
    case.refresh_from_db()
    assert case.state == "answered"
    assert case.attachments.count() == 1


def test_the_asker_sees_nothing_that_is_among_staff(client, here):
    case = opened(here)
    CaseEventFactory(case=case, text="企业已三次反映，请重视", visible=False)
    commands.note(case, text="已约明天上门", visible=True, by=here.administrator)
    client.force_login(here.liaison)
    text = client.get(page_of(case)).content.decode()
    assert "请重视" not in text
    assert "已约明天上门" in text
    client.force_login(here.administrator)
    assert "请重视" in client.get(page_of(case)).content.decode()


def test_a_step_that_is_not_possible_now_is_said(client, here):
    client.force_login(here.administrator)
    answer = client.get(page_of(opened(here), "?do=confirm"))
    assert answer.context["form"] is None
    assert "现在不能" in answer.content.decode()


@pytest.mark.parametrize("code", ["open_case", "record_history", "nothing"])
def test_what_is_no_step_of_a_page_is_not_there(client, here, code):
    case = opened(here)
    client.force_login(here.administrator)
    assert client.post(step_of(case, code), sent(case, text="再来一件")).status_code == 404


def test_a_deadline_is_told_as_a_sentence(client, request, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 20, 9, 14, tzinfo=CHINA))
    here = request.getfixturevalue("here")
    case = opened(here)
    client.force_login(here.administrator)
    page = client.get(page_of(case)).content.decode()
    assert "预计 11月27日（周五）前答复" in page
    assert "还有 5 个工作日" in page
    time_machine.move_to(datetime.datetime(2026, 11, 30, 9, 0, tzinfo=CHINA))
    client.force_login(here.administrator)
    late = client.get(page_of(case)).content.decode()
    assert "已超期：应在 11月27日（周五）前答复" in late
    assert "已超过 1 个工作日" in late


def test_a_deadline_beyond_the_notices_is_provisional(client, request, time_machine):
    time_machine.move_to(datetime.datetime(2026, 12, 30, 9, 0, tzinfo=CHINA))
    here = request.getfixturevalue("here")
    client.force_login(here.administrator)
    assert "暂定" in client.get(page_of(opened(here))).content.decode()


# Attachments


def test_an_attachment_is_given_in_the_clear_to_readers_alone_and_kept_nowhere(client, here):
    client.force_login(here.administrator)
    case = opened(here)
    client.post(step_of(case, "note"), sent(case, text="照片", visible="on", attached=picture()))
    kept = Attachment.rows_without_a_reader.get()
    address = reverse("cases:attachment", args=[kept.pk])
    answer = client.get(address)
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    client.force_login(here.specialist)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


# Queries


def queries_of(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_pages_ask_the_same_whatever_there_is(client, here, django_assert_max_num_queries):
    client.force_login(here.administrator)
    case = opened(here)
    CaseFactory(
        building=here.building,
        enterprise=here.enterprise,
        deadline=timezone.now() - datetime.timedelta(days=1),
    )
    addresses = [
        page_of(case),
        page_of(case, "?do=hand_over"),
        reverse("cases:case_list"),
        reverse("cases:case_list") + "?work=overdue&sort=deadline",
        reverse("cases:new_case"),
        reverse("cases:of_enterprise", args=[here.enterprise.pk]),
        reverse("site:building", args=[here.building.pk]),
    ]
    client.get(addresses[0])
    before = [queries_of(client, a, django_assert_max_num_queries) for a in addresses]
    for n in range(12):
        OccupancyFactory(unit=UnitFactory(building=here.building))
        DepartmentFactory(categories=["tax"])
        other = CaseFactory(building=here.building, enterprise=here.enterprise, category="tax")
        CaseFactory(building=here.building, deadline=timezone.now() - datetime.timedelta(days=n + 1))
        CaseEventFactory(case=other)
        commands.note(case, text="已电话联系", by=here.administrator)
    after = [queries_of(client, a, django_assert_max_num_queries) for a in addresses]
    assert after == before

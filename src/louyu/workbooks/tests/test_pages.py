"""The import pages, by requests: from the upload to the undo."""

import io
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from louyu.core.errors import Refusal
from louyu.core.files import file_path
from louyu.core.jobs.runner import run_next
from louyu.core.models import Job
from louyu.places.models import Building
from louyu.tenants.models import Enterprise, Occupancy
from louyu.workbooks import commands, views
from louyu.workbooks.models import Decision, ImportBatch
from louyu.workbooks.views import showing
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("jobs_at_once")]

HEADINGS = ("序号", "企业名称", "统一社会信用代码", "所在楼宇", "房号", "面积（㎡）", "联系人", "手机")


@pytest.fixture
def office() -> Any:
    return factories.user_with("office")


@pytest.fixture
def client(office: Any) -> Client:
    return signed_in(office)


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    return client


def row(number: int, building: str = "云帆大厦", **said: Any) -> list[Any]:
    """A right row of the register; ``said`` overrules by heading."""
    values = {
        "序号": number,
        "企业名称": f"台州海蓝{number}号科技有限公司",
        "统一社会信用代码": factories.credit_code(number),
        "所在楼宇": building,
        "房号": f"{number % 9 + 1}0{number % 7 + 1}",
        "面积（㎡）": 100 + number,
        "联系人": "沈雨晴",
        "手机": f"138{number:08d}",
    }
    return list((values | said).values())


def workbook(*rows: list[Any], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "企业"
    for line in (headings, *rows):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "2026-11 企业台账.xlsx", **more: Any) -> Any:
    return client.post(
        reverse("workbooks:batch_list"), {"file": SimpleUploadedFile(name, content), **more}, follow=True
    )


def sent(client: Client, content: bytes, name: str = "2026-11 企业台账.xlsx") -> ImportBatch:
    batch: ImportBatch = send(client, content, name).context["batch"]
    return batch


def post(client: Client, name: str, batch: ImportBatch, **said: Any) -> Any:
    return client.post(reverse(f"workbooks:{name}", args=[batch.pk]), said, follow=True)


def page(client: Client, batch: ImportBatch, **asked: Any) -> Any:
    return client.get(reverse("workbooks:batch", args=[batch.pk]), asked)


def stored(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    return batch


def known_building() -> None:
    factories.BuildingFactory(name="云帆大厦", floors_above=20)


def test_an_uploaded_file_is_understood_and_nothing_is_written(client: Client) -> None:
    known_building()
    response = send(client, workbook(row(1), row(2), row(3, 手机="1385764204")))
    text = response.content.decode()
    assert response.context["batch"].state == ImportBatch.State.READY
    assert "还没有写入任何数据" in text
    assert "可以导入 3 行" in text
    assert "导入这 3 行" in text
    assert "1 格要改" in text
    assert not Enterprise.rows_without_a_reader.exists()


def test_samples_mask_persons(client: Client) -> None:
    known_building()
    text = send(client, workbook(row(1), row(2))).content.decode()
    assert "沈**" in text
    assert "138****0001" in text
    assert "沈雨晴" not in text
    assert "13800000001" not in text


@pytest.mark.parametrize(
    ("text", "field", "heading", "shown"),
    [
        ("张三 13812342046", "contact", "联系人及电话", "张* 138****2046"),
        ("331002199003072511", "", "身份证号", "3310**********2511"),
        ("沈雨晴", "", "法定代表人姓名", "沈**"),
        ("91331002MA2HK47R1D", "credit_code", "代码", "91331002MA2HK47R1D"),
        ("10000000000", "capital", "注册资本", "10000000000"),
    ],
)
def test_a_sample_is_masked_by_what_it_is(text: str, field: str, heading: str, shown: str) -> None:
    assert showing.masked(text, field=field, heading=heading) == shown


def test_a_corrected_column_counts_at_once_and_is_remembered(client: Client) -> None:
    known_building()
    headings = (*HEADINGS[:5], "大小", *HEADINGS[6:])
    batch = sent(client, workbook(row(1), row(2), headings=headings))
    response = post(client, "correct_column", batch, sheet="企业", letter="F", field="area")
    columns = {c.letter: c for c in response.context["tables"][0].columns}
    assert columns["F"].field == "area"
    assert str(columns["F"].evidence) == "已更正"
    post(client, "bring_in", batch)
    assert sorted(Occupancy.rows_without_a_reader.values_list("area", flat=True)) == [101, 102]
    later = sent(client, workbook(row(4), headings=headings), "2026-12 企业台账.xlsx")
    columns = {c.letter: c for c in page(client, later, step="understood").context["tables"][0].columns}
    assert (columns["F"].field, str(columns["F"].evidence)) == ("area", "记得")


def test_a_register_keeps_the_column_without_which_it_is_none(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    response = post(client, "correct_column", batch, sheet="企业", letter="B", field="")
    assert response.status_code == 422
    assert "这张表不能没有「企业名称」这一列" in response.content.decode()
    assert stored(batch).state == ImportBatch.State.READY


def test_an_unknown_building_is_asked_about_once_and_frees_its_rows(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1), row(2, "星河广场"), row(3, "星河广场")))
    response = page(client, batch, step="left")
    question = response.context["question"]
    assert question.rows == 2
    assert len(response.context["questions"]) == 1
    response = post(client, "decide", batch, question=question.digest, choice="new")
    assert response.context["question"] is None
    assert response.context["figures"].right == 3
    assert not Building.rows_without_a_reader.filter(name="星河广场").exists()
    post(client, "bring_in", batch)
    assert Building.rows_without_a_reader.filter(name="星河广场").count() == 1
    assert Enterprise.rows_without_a_reader.count() == 3


def test_alike_questions_are_answered_together(client: Client) -> None:
    batch = sent(client, workbook(row(1, "星河广场"), row(2, "海门大厦"), row(3, "葭沚中心")))
    question = page(client, batch, step="left").context["question"]
    assert question.alike == 2
    response = post(client, "decide", batch, question=question.digest, choice="new", alike="1")
    assert response.context["question"] is None
    assert Decision.rows_without_a_reader.count() == 3


def test_a_question_set_aside_waits_and_can_still_be_answered(client: Client) -> None:
    batch = sent(client, workbook(row(1, "星河广场")))
    question = page(client, batch, step="left").context["question"]
    response = post(client, "decide", batch, question=question.digest, choice="skip")
    assert response.context["question"] is None
    assert [q.digest for q in response.context["aside"]] == [question.digest]
    response = post(client, "decide", batch, question=question.digest, choice="new")
    assert response.context["aside"] == []


def test_a_replayed_answer_or_one_that_was_not_offered_does_no_harm(client: Client) -> None:
    batch = sent(client, workbook(row(1, "星河广场"), row(2, "海门大厦")))
    question = page(client, batch, step="left").context["question"]
    post(client, "decide", batch, question=question.digest, choice="somewhere else")
    assert not Decision.rows_without_a_reader.exists()
    for _again in range(2):
        post(client, "decide", batch, question=question.digest, choice="new")
    assert Decision.rows_without_a_reader.count() == 1


def test_an_answer_after_applying_brings_the_freed_rows_in(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1), row(2, "星河广场")))
    post(client, "bring_in", batch)
    assert Enterprise.rows_without_a_reader.count() == 1
    question = page(client, batch).context["question"]
    post(client, "decide", batch, question=question.digest, choice="new")
    assert Enterprise.rows_without_a_reader.count() == 2
    assert stored(batch).state == ImportBatch.State.APPLIED


def test_a_batch_is_applied_once_and_undone_as_one(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1), row(2)))
    for _click in range(2):
        response = post(client, "bring_in", batch)
    assert "已导入 2 行" in response.content.decode()
    assert Enterprise.rows_without_a_reader.count() == 2
    asked = client.get(reverse("workbooks:undo", args=[batch.pk]))
    assert "整批撤销" in asked.content.decode()
    for _click in range(2):
        response = post(client, "undo", batch)
    assert "这次导入已整批撤销" in response.content.decode()
    assert not Enterprise.rows_without_a_reader.exists()


def test_a_dropped_import_says_so_and_stays_dropped(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    assert "这次导入已放弃" in post(client, "drop", batch).content.decode()
    post(client, "bring_in", batch)
    assert stored(batch).state == ImportBatch.State.DROPPED
    assert not Enterprise.rows_without_a_reader.exists()


def test_those_absent_are_answered_for(client: Client) -> None:
    known_building()
    first = sent(client, workbook(*(row(n) for n in range(1, 7))), "2026-10 企业台账.xlsx")
    post(client, "bring_in", first)
    second = sent(client, workbook(*(row(n) for n in range(1, 5))), "2026-11 企业台账.xlsx")
    absent = page(client, second, step="left").context["absent"]
    assert [a.name for a in absent] == ["台州海蓝5号科技有限公司", "台州海蓝6号科技有限公司"]
    post(client, "settle_absent", second, answer="gone", all="1")
    assert not Occupancy.rows_without_a_reader.filter(until__isnull=False).exists()  # nothing before it is in
    post(client, "bring_in", second)
    post(client, "settle_absent", second, answer="here", subject=absent[0].subject.hex)
    response = post(client, "settle_absent", second, answer="gone", all="1")
    assert response.context["absent"] == []
    gone = Occupancy.rows_without_a_reader.filter(until__isnull=False)
    assert [o.enterprise_id for o in gone] == [absent[1].subject]


def test_an_encrypted_file_says_what_to_do(client: Client) -> None:
    response = send(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "加密.xlsx")
    text = response.content.decode()
    assert response.context["batch"].state == ImportBatch.State.FAILED
    assert "没有读成，没有写入任何数据" in text
    assert response.context["failure"]["mend"] in text
    assert "换一个文件" in text


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024**2
    response = send(client, b"x" * (1024**2 + 1), "大表.xlsx")
    assert response.status_code == 422
    assert "「大表.xlsx」有 2 MB，超过 1 MB" in response.content.decode()
    assert not ImportBatch.rows_without_a_reader.exists()


def test_no_file_is_said_at_the_field(client: Client) -> None:
    response = client.post(reverse("workbooks:batch_list"), {})
    assert response.status_code == 422
    assert "还没有选择文件" in response.content.decode()


def test_a_second_click_on_upload_finds_the_first(client: Client) -> None:
    content = workbook(row(1))
    assert sent(client, content).pk == sent(client, content).pk


def test_the_marked_copy_is_kept_by_no_cache(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1, 手机="1385764204")))
    response: Any = client.get(reverse("workbooks:marked", args=[batch.pk]))
    assert response["Cache-Control"] == "no-store"
    sheet: Any = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))["企业"]
    assert sheet["H2"].comment is not None
    assert sheet["H3"].comment is None


def test_a_long_file_is_marked_by_a_job(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known_building()
    batch = sent(client, workbook(row(1, 手机="1385764204")))
    monkeypatch.setattr(views, "AT_ONCE", 1)
    response: Any = client.get(reverse("workbooks:marked", args=[batch.pk]), follow=True)
    job = Job.rows_without_a_reader.get(kind="workbooks.mark")
    assert response.redirect_chain == [(reverse("desk:job", args=[job.pk]), 302)]
    response = client.get(reverse("desk:job_file", args=[job.pk]))
    sheet: Any = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))["企业"]
    assert sheet["H2"].comment is not None


PAGES = ("batch", "progress", "undo", "marked")
ACTIONS = ("correct_column", "decide", "settle_absent", "bring_in", "undo", "drop")


def test_somebody_elses_import_is_not_there(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    other = signed_in(factories.user_with("administrator", factories.BuildingFactory()))
    assert [other.get(reverse(f"workbooks:{name}", args=[batch.pk])).status_code for name in PAGES] == [
        404
    ] * 4
    assert [other.post(reverse(f"workbooks:{name}", args=[batch.pk])).status_code for name in ACTIONS] == [
        404
    ] * 6
    assert batch.file_name not in other.get(reverse("workbooks:batch_list")).content.decode()


def at_work(batch: ImportBatch, kind: str = "workbooks.bring_in", **said: Any) -> Job:
    """A runner has it, and has said so far."""
    values = {"state": "running", "attempts": 1, "by_id": batch.by_id, "language": "zh-hans"} | said
    job: Job = Job.rows_without_a_reader.create(kind=kind, subject=batch.pk, **values)
    return job


def test_a_batch_at_work_shows_progress_and_refuses_to_be_started_twice(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    at_work(batch)
    assert 'hx-trigger="every 700ms"' in page(client, batch).content.decode()
    post(client, "bring_in", batch)
    assert stored(batch).state == ImportBatch.State.READY


def test_a_file_whose_reading_was_cut_off_can_be_read_again_or_given_up(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    rows = ImportBatch.rows_without_a_reader.filter(pk=batch.pk)
    rows.update(state=ImportBatch.State.READING)
    assert "再试一次" in page(client, batch).content.decode()
    post(client, "bring_in", batch)
    assert stored(batch).state == ImportBatch.State.READY
    rows.update(state=ImportBatch.State.READING)
    post(client, "drop", batch)
    assert stored(batch).state == ImportBatch.State.DROPPED


def test_a_job_that_fails_unforeseen_says_so_and_leaves_no_batch_reading(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_building()
    monkeypatch.setattr(commands, "look", lambda batch, progress: 1 / 0)
    response = send(client, workbook(row(1)))
    batch = response.context["batch"]
    assert batch.state == ImportBatch.State.FAILED
    assert "程序出了意外" in response.content.decode()
    monkeypatch.undo()
    client.post(reverse("workbooks:bring_in", args=[batch.pk]))
    run_next()
    assert stored(batch).state == ImportBatch.State.READY


def test_an_import_that_is_refused_stays_ready_and_says_why(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: Any, **_said: Any) -> None:
        raise Refusal("名单有误。", field="file", value="a.xlsx", mend="请核对名单。")

    known_building()
    batch = sent(client, workbook(row(1)))
    monkeypatch.setattr(commands, "apply", refused)
    text = post(client, "bring_in", batch).content.decode()
    assert "名单有误。" in text
    assert "请核对名单。" in text
    assert stored(batch).state == ImportBatch.State.READY


def test_what_was_brought_in_is_still_said_after_rows_that_had_waited_follow(client: Client) -> None:
    batch = sent(client, workbook(row(1, "云帆大厦"), row(2, "云帆大厦")))
    known_building()
    post(client, "bring_in", batch)
    first = stored(batch).counts
    commands.apply(batch, by=batch.by)
    assert stored(batch).counts["new"] == first["new"]
    assert stored(batch).counts["unchanged"] == first["unchanged"]


def test_progress_counts_rows_and_ends_with_a_new_page(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    address = reverse("workbooks:progress", args=[batch.pk])
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    at_work(batch, "workbooks.look", progress={"stage": "understanding", "done": 1500, "total": 2622})
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "已读 1,500 行，共 2,622 行" in text
    assert 'max="2622" value="1500"' in text


def test_reading_stops_when_asked_and_the_file_goes(client: Client, office: Any) -> None:
    batch = commands.upload(workbook(row(1)), file_name="a.xlsx", by=office)
    at_work(batch, "workbooks.look", state="queued", attempts=0)
    assert "停止" in page(client, batch).content.decode()
    assert "这次导入已放弃" in post(client, "drop", batch).content.decode()
    assert not file_path(batch.pk).exists()


def test_cells_to_mend_are_filtered_by_field_and_paged(client: Client) -> None:
    known_building()
    bad = [row(n, 手机="1385764204") for n in range(1, 61)]
    batch = sent(client, workbook(*bad, row(61, **{"面积（㎡）": "三百二十几"})))
    mend = page(client, batch, step="left").context["mend"]
    assert (mend.total, len(mend.cells), mend.more) == (61, 50, 11)
    mend = page(client, batch, step="left", field=mend.fields[0][0], **{"from": 50}).context["mend"]
    assert (len(mend.cells), mend.more, mend.previous) == (10, 0, 0)
    assert {c.cell[0] for c in mend.cells} == {"H"}


def test_the_wrong_signs_of_a_value_are_emphasised_and_the_rest_escaped() -> None:
    assert showing.differing("A<OO1", "A<001") == "A&lt;<em>OO</em>1"
    assert showing.differing("<b>", "x") == "&lt;b&gt;"


def test_what_the_file_says_is_shown_as_text(client: Client) -> None:
    text = send(
        client, workbook(row(1, "<script>alert(1)</script>大厦"), row(2)), "<b>.xlsx"
    ).content.decode()
    assert "<script>alert" not in text
    assert "<b>.xlsx" not in text


def test_the_number_of_queries_does_not_grow_with_the_file(client: Client) -> None:
    known_building()
    counts = []
    for size in (3, 90):
        rows = [row(n + 100 * size, f"新楼{n % 9}号大厦", 手机="1385764204") for n in range(size)]
        batch = sent(client, workbook(*rows))
        for step in ("understood", "left"):
            with CaptureQueriesContext(connection) as captured:
                page(client, batch, step=step)
            counts.append(len(captured))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]


def test_the_page_is_english_for_an_english_reader(client: Client) -> None:
    known_building()
    batch = sent(client, workbook(row(1)))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = page(client, batch)
    assert '<html lang="en"' in response.content.decode()

"""Exports as jobs, the log of them, the pages of jobs."""

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from louyu.accounts.models import AuditChange, AuditEntry
from louyu.core import commands
from louyu.core.files import file_path
from louyu.core.jobs import cancel, start
from louyu.core.jobs.runner import run_next
from louyu.core.models import Job
from louyu.core.queries import file_of
from louyu.desk import jobs
from louyu.workbooks.understanding import understand
from tests import factories

pytestmark = pytest.mark.django_db


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


BUILDINGS = "/buildings/?format=xlsx"


def buildings(number: int = 3) -> None:
    for n in range(number):
        factories.BuildingFactory(name=f"云帆{n}号楼", key=n % 2 == 0, search=f"云帆{n}号楼 yf")


def export(client: Client, address: str = BUILDINGS) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def newest() -> Job:
    job: Job = Job.rows_without_a_reader.order_by("-id")[0]
    return job


def test_a_short_list_comes_at_once_and_is_in_the_log(client: Client, office: Any) -> None:
    buildings()
    book = export(client, "/buildings/?key=yes&format=xlsx")
    assert [c.value for c in book.worksheets[0]["A"]][2:] == ["云帆0号楼", "云帆2号楼"]
    job = newest()
    assert (job.kind, job.title, job.by_id, job.state) == ("desk.export", "楼宇", office.pk, "done")
    assert job.result["rows"] == 2
    text = client.get(reverse("desk:export_list")).content.decode()
    assert "重点 是" in text or "重点" in text
    assert str(office) in text


def test_an_export_leaves_an_audit_entry_without_what_was_searched_for(client: Client, office: Any) -> None:
    buildings()
    export(client, "/buildings/?q=yf&format=xlsx")
    entry = AuditEntry.rows_without_a_reader.get(action="desk.export_list")
    assert entry.by == office
    said = AuditChange.rows_without_a_reader.get(entry=entry).after
    assert '"rows":3' in said
    assert "yf" not in said
    assert "yf" in client.get(reverse("desk:export_list")).content.decode()


def test_a_long_list_is_written_by_the_runner(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    buildings()
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    response = client.get(BUILDINGS, follow=True)
    job = newest()
    assert response.redirect_chain == [(reverse("desk:job", args=[job.pk]), 302)]
    assert "排队中" in response.content.decode()
    assert run_next()
    page = client.get(reverse("desk:job", args=[job.pk])).content.decode()
    assert reverse("desk:job_file", args=[job.pk]) in page
    assert "3 行" in page
    book = export(client, reverse("desk:job_file", args=[job.pk]))
    assert book.worksheets[0].max_row == 5


def test_a_list_of_a_figure_is_written_as_its_address_says(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    buildings(4)
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    client.get("/figures/places.key_buildings/?format=xlsx")
    assert run_next()
    assert newest().result["rows"] == 2


def test_the_file_is_sealed_and_only_there_for_whoever_asked(client: Client) -> None:
    buildings()
    export(client)
    job = newest()
    kept = file_path(job.pk, commands.file_part(1)).read_bytes()
    assert b"PK" not in kept[:4]
    assert file_of(job)[:2] == b"PK"
    for other in ("office", "audit", "system"):
        stranger = signed_in(factories.user_with(other))
        assert stranger.get(reverse("desk:job_file", args=[job.pk])).status_code == 404
        assert stranger.post(reverse("desk:cancel_job", args=[job.pk])).status_code == 404


def test_audit_readers_see_every_export_and_others_their_own(client: Client, office: Any) -> None:
    buildings()
    export(client)
    job = reverse("desk:job", args=[newest().pk])
    auditor, other = signed_in(factories.user_with("audit")), signed_in(factories.user_with("office"))
    assert str(office) in auditor.get(reverse("desk:export_list")).content.decode()
    assert str(office) in auditor.get(job).content.decode()
    assert job not in other.get(reverse("desk:export_list")).content.decode()
    assert other.get(job).status_code == 404


def test_an_auditor_does_not_see_other_work_of_others(office: Any) -> None:
    job = start("workbooks.look", by=office.pk, title="台账.xlsx")
    auditor = signed_in(factories.user_with("audit"))
    assert auditor.get(reverse("desk:job", args=[job.pk])).status_code == 404


def test_the_file_goes_after_a_week_and_the_record_stays(client: Client) -> None:
    buildings()
    export(client)
    job = newest()
    assert job.file_until - timezone.now() > datetime.timedelta(days=6)
    Job.rows_without_a_reader.update(file_until=timezone.now())
    assert commands.drop_old_files() == 1
    assert not file_path(job.pk, commands.file_part(1)).exists()
    assert client.get(reverse("desk:job_file", args=[job.pk])).status_code == 404
    assert "已到期删除" in client.get(reverse("desk:job", args=[job.pk])).content.decode()
    assert "楼宇" in client.get(reverse("desk:export_list")).content.decode()


def test_a_reader_who_lost_the_list_gets_no_file(
    client: Client, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    buildings()
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    client.get("/figures/places.key_buildings/?format=xlsx")
    office.grants.all().delete()
    assert run_next()
    assert (newest().state, newest().refusal["code"]) == ("failed", "list_not_there")
    assert "您已看不到这个列表" in client.get(reverse("desk:job", args=[newest().pk])).content.decode()


def test_an_address_that_was_not_followed_is_refused_and_not_logged(client: Client) -> None:
    buildings()
    assert client.get("/buildings/?sort=unknown&format=xlsx").status_code == 422
    assert not Job.rows_without_a_reader.exists()


def test_our_own_import_understands_an_exported_list(client: Client) -> None:
    for n in range(5):
        unit = factories.UnitFactory()
        factories.OccupancyFactory(
            enterprise=factories.EnterpriseFactory(credit_code=factories.credit_code(n)), unit=unit
        )
    response: Any = client.get("/enterprises/?format=xlsx")
    found = understand(b"".join(response.streaming_content), "企业.xlsx", today=timezone.localdate())
    assert found.register.kind == "enterprises"
    assert len(found.entries) == 5
    assert {"name", "credit_code"} <= {h.field for h in found.tables[0].headings}
    assert found.as_of == timezone.localdate()


def test_a_waiting_job_is_cancelled_by_its_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    buildings()
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    client.get(BUILDINGS)
    job = newest()
    page = client.post(reverse("desk:cancel_job", args=[job.pk]), follow=True).content.decode()
    assert "按您的要求停止了" in page
    assert not run_next()
    cancel(newest())
    assert newest().state == Job.State.CANCELLED


def test_ones_own_work_shows_how_far_it_is(client: Client, office: Any) -> None:
    job = start("desk.export", by=office.pk, title="企业", address="/enterprises/", narrowed=[])
    Job.rows_without_a_reader.update(state="running", progress={"stage": "rows", "done": 1500, "total": 9000})
    address = reverse("desk:job_list")
    assert "正在逐行写入 1,500 / 9,000" in client.get(address).content.decode()
    polled = {"HX-Request": "true", "HX-Target": "working"}
    text = client.get(f"{address}?seen={job.pk.hex}", headers=polled).content.decode()
    assert 'max="9000" value="1500"' in text
    assert "<html" not in text
    Job.rows_without_a_reader.update(state="done")
    assert client.get(f"{address}?seen={job.pk.hex}", headers=polled)["HX-Refresh"] == "true"


@pytest.mark.parametrize("page", ["job_list", "export_list"])
def test_the_number_of_queries_does_not_grow_with_the_jobs(client: Client, page: str) -> None:
    buildings()
    counts = []
    for _round in range(2):
        for _n in range(4):
            export(client)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"desk:{page}"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_pages_without_any_work_say_what_comes_there(client: Client) -> None:
    assert "还没有任务" in client.get(reverse("desk:job_list")).content.decode()
    assert "还没有导出过" in client.get(reverse("desk:export_list")).content.decode()

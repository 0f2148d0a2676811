"""A job's effect happens exactly once, or the job says why not: whatever dies in the middle."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from louyu.core import commands
from louyu.core.errors import Refusal
from louyu.core.jobs import Finish, Run, at_once, cancel, declare, doing, start
from louyu.core.jobs.runner import release_of_the_dead, run_next, run_until
from louyu.core.models import Job, new_id
from louyu.core.queries import file_of
from tests import factories
from tests.deployment import Deployment
from tests.imports.books import building, buildings, enterprise, enterprises

ENTERPRISES = 1500
DEADLINE = 90.0
"""Seconds in which something has to happen that does."""
LONGEST = 2.0
"""Seconds after which a kill comes at the latest: so long the longest of the jobs takes, about."""


def until(happened: Callable[[], Any], *, within: float = DEADLINE) -> Any:
    """Look until something is so; what it then is."""
    end = time.monotonic() + within
    while not (found := happened()):
        assert time.monotonic() < end, f"not within {within} s"
        time.sleep(0.01)
    return found


# Whole processes, killed


def rows(deployment: Deployment, sql: str) -> list[Any]:
    """What a deployment's database says, asked past every process of the deployment."""
    if deployment.database_url:
        import psycopg

        with psycopg.connect(deployment.database_url) as database:
            return database.execute(sql).fetchall()
    with sqlite3.connect(deployment.home / "db.sqlite3", timeout=30) as database:
        found = database.execute(sql).fetchall()
    database.close()
    return found


def number(deployment: Deployment, sql: str) -> int:
    return int(rows(deployment, f"SELECT COUNT(*) FROM {sql}")[0][0])


def ask(deployment: Deployment, code: str) -> None:
    """Ask for something in a process of its own, as a page would."""
    deployment.must("manage", "shell", "--no-imports", "-v", "0", "-c", ASKING + code)


ASKING = """
from louyu.accounts.commands import console_user
from louyu.core.jobs import start
from louyu.workbooks import commands
from louyu.workbooks.models import ImportBatch
by = console_user()
batch = ImportBatch.rows_without_a_reader.filter(file_name="花名册.xlsx").first()
"""


@contextmanager
def runner(deployment: Deployment) -> Iterator["subprocess.Popen[bytes]"]:
    """A job runner of the deployment, as ``louyu serve`` begins it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "louyu.site.serving"],
        env=deployment.environment | {"LOUYU_RUNNER_OF": str(os.getpid())},
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)


def newest(deployment: Deployment) -> str:
    """The state of the newest job."""
    return str(rows(deployment, "SELECT state FROM core_job ORDER BY id DESC LIMIT 1")[0][0])


def killed_and_begun_again(deployment: Deployment, moment: float, halves: Callable[[], None]) -> None:
    """Kill the runner so many seconds after it took the newest job; then let another one end it."""
    with runner(deployment) as process:
        until(lambda: newest(deployment) != "queued")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    halves()
    with runner(deployment):
        until(lambda: newest(deployment) not in ("queued", "running"))
    state, attempts, refusal = rows(
        deployment, "SELECT state, attempts, refusal FROM core_job ORDER BY id DESC LIMIT 1"
    )[0]
    assert (state, attempts in (1, 2)) == ("done", True), refusal


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(
        enterprises(*[enterprise(n, f"{1 + n % 30}{1 + n // 30:02d}") for n in range(1, ENTERPRISES + 1)])
    )
    return path


def test_a_runner_killed_in_the_middle_of_each_kind_of_job_does_it_once(
    deployment: Deployment, register: Path, tmp_path: Path
) -> None:
    first = tmp_path / "楼宇.xlsx"
    first.write_bytes(buildings(building("云帆大厦", 30, 90)))
    deployment.must("import", first, "--apply")
    moments = random.Random()

    def nothing_is_known() -> None:
        assert number(deployment, "tenants_enterprise") in (0, ENTERPRISES)
        assert number(deployment, "tenants_occupancy") in (0, ENTERPRISES)

    ask(
        deployment,
        f"batch = commands.upload(open({str(register)!r}, 'rb').read(), file_name='花名册.xlsx', by=by)\n"
        "start('workbooks.look', by=by.pk, title=batch.file_name, subject=batch.pk)",
    )
    killed_and_begun_again(deployment, moments.uniform(0, LONGEST), nothing_is_known)
    state = "SELECT state FROM workbooks_importbatch WHERE file_name = '花名册.xlsx'"
    assert rows(deployment, state) == [("ready",)]
    assert number(deployment, "tenants_enterprise") == 0

    ask(deployment, "start('workbooks.bring_in', by=by.pk, title=batch.file_name, subject=batch.pk)")
    killed_and_begun_again(deployment, moments.uniform(0, LONGEST), nothing_is_known)
    assert rows(deployment, state) == [("applied",)]
    assert number(deployment, "tenants_enterprise") == ENTERPRISES
    made = "accounts_auditchange WHERE model = 'tenants.Enterprise' AND before IS NULL"
    assert number(deployment, made) == ENTERPRISES

    ask(deployment, "start('workbooks.mark', by=by.pk, title=batch.file_name, batch=batch.pk.hex)")
    killed_and_begun_again(deployment, moments.uniform(0, LONGEST), lambda: None)
    assert len(kept_files(deployment)) == 1

    ask(deployment, "start('desk.export', by=by.pk, title='企业', address='/enterprises/', narrowed=[])")
    killed_and_begun_again(deployment, moments.uniform(0, LONGEST), lambda: None)
    assert number(deployment, "accounts_auditentry WHERE action = 'desk.export_list'") == 1
    assert len(kept_files(deployment)) == 2

    ask(deployment, "start('workbooks.undo', by=by.pk, title=batch.file_name, subject=batch.pk)")
    killed_and_begun_again(deployment, moments.uniform(0, LONGEST), nothing_is_known)
    assert rows(deployment, state) == [("undone",)]
    assert number(deployment, "tenants_enterprise") == 0

    for kind in ("site.check", "site.backup", "accounts.check_trail"):
        ask(deployment, f"start('{kind}', by=by.pk)")
        killed_and_begun_again(deployment, moments.uniform(0, LONGEST), lambda: None)
    backups = list((deployment.home / "backups").glob("*.tar"))
    assert len(backups) in (1, 2)  # the killed attempt may have written its own to the end
    for backup in backups:
        with tarfile.open(backup) as whole:
            assert "manifest.json" in whole.getnames()
    done = {kind for (kind,) in rows(deployment, "SELECT DISTINCT kind FROM core_job WHERE state = 'done'")}
    assert done == set(declare.kinds()) - {"test.work"}, "a kind of job that nobody killed"
    assert deployment.must("check").splitlines()[-1] == "all well"


def kept_files(deployment: Deployment) -> list[Path]:
    """The files that jobs keep, whole ones."""
    return [p for p in (deployment.home / "files").rglob("*.file-*") if not p.name.endswith(".part")]


def test_a_runner_that_alone_died_is_begun_anew_by_the_server(deployment: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "花名册.xlsx"
    file.write_bytes(buildings(building("云帆大厦", 30, 90)))
    with deployment.served() as server:
        (child,) = until(lambda: _runners_of(server.process.pid))
        os.kill(child, signal.SIGKILL)
        ask(
            deployment,
            f"batch = commands.upload(open({str(file)!r}, 'rb').read(), file_name='花名册.xlsx', by=by)\n"
            "start('workbooks.look', by=by.pk, title=batch.file_name, subject=batch.pk)",
        )
        until(lambda: newest(deployment) == "done")
        assert child not in _runners_of(server.process.pid)


def _runners_of(server: int) -> list[int]:
    """The processes of a server that do jobs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            line = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == server and b"louyu.site.serving" in line:
            found.append(int(path.parent.name))
    return found


# One process, its attempts


@pytest.fixture
def effects() -> list[str]:
    """What jobs of the kind "test.work" did, in the transaction that ended them."""
    return []


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch, effects: list[str]) -> dict[str, Any]:
    """The kind "test.work"; ``work["prepare"]`` is what it does first, ``work["ended"]`` what came to nothing."""
    said: dict[str, Any] = {"prepare": lambda run: None, "ended": []}

    def do(run: Run, *, word: str = "done") -> Finish:
        said["prepare"](run)

        def finish() -> dict[str, Any]:
            effects.append(word)
            return {"word": word}

        return finish

    kind = declare.Kind("test.work", do, "试验", otherwise=lambda job: said["ended"].append(job.state))
    declare.kinds()
    monkeypatch.setitem(declare._kinds, "test.work", kind)
    return said


def asked(**said: Any) -> Job:
    return start("test.work", by=said.pop("by", new_id()), **said)


def stored(job: Job) -> Job:
    job.refresh_from_db()
    return job


def lease_is_over(job: Job) -> None:
    Job.rows_without_a_reader.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_job_is_done_in_turn_and_keeps_what_came_of_it(effects: list[str]) -> None:
    first, second = asked(word="一"), asked(word="二")
    assert run_next()
    assert run_next()
    assert not run_next()
    assert effects == ["一", "二"]
    assert (stored(first).state, first.result, first.attempts) == ("done", {"word": "一"}, 1)
    assert second.is_open is True
    assert stored(second).is_open is False


@pytest.mark.django_db
def test_on_one_record_there_is_one_open_job(effects: list[str]) -> None:
    record = new_id()
    first = asked(subject=record)
    assert asked(subject=record) == first
    with pytest.raises(Refusal) as refused:
        at_once("test.work", by=new_id(), subject=record)
    assert refused.value.code == "busy"
    run_next()
    assert asked(subject=record) != first


@pytest.mark.django_db
def test_a_job_done_at_once_is_recorded_like_any_other(effects: list[str]) -> None:
    job = at_once("test.work", by=new_id(), word="现在")
    assert effects == ["现在"]
    assert (job.state, job.result) == ("done", {"word": "现在"})
    assert not run_next()


@pytest.mark.django_db
def test_a_refused_job_says_field_value_and_mend(work: dict[str, Any], effects: list[str]) -> None:
    def refuse(run: Run) -> None:
        raise Refusal("不行。", field="名称", value="甲", mend="请改。", code="no")

    work["prepare"] = refuse
    job = asked()
    run_next()
    said = {"code": "no", "field": "名称", "value": "甲", "reason": "不行。", "mend": "请改。"}
    assert (stored(job).state, job.refusal) == ("failed", said)
    assert (effects, work["ended"]) == ([], ["failed"])


@pytest.mark.django_db
def test_an_exception_ends_the_job_with_words_and_not_the_runner(
    work: dict[str, Any], effects: list[str]
) -> None:
    def fail(run: Run) -> None:
        raise ZeroDivisionError("secret 13800000001")

    work["prepare"] = fail
    job = asked()
    assert run_next()
    assert (stored(job).state, job.refusal["code"]) == ("failed", "unforeseen")
    assert "13800000001" not in str(job.refusal)
    assert work["ended"] == ["failed"]


@pytest.mark.django_db
def test_a_job_whose_end_fails_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(run: Run) -> Finish:
        def finish() -> None:
            factories.BuildingFactory(name="半座楼")
            raise Refusal("不行。")

        return finish

    monkeypatch.setitem(declare._kinds, "test.work", declare.Kind("test.work", work, "试验"))
    job = asked()
    run_next()
    assert stored(job).state == "failed"
    from louyu.places.models import Building

    assert not Building.rows_without_a_reader.exists()


@pytest.mark.django_db
def test_what_is_being_done_stops_when_asked(work: dict[str, Any], effects: list[str]) -> None:
    job = asked()

    def cancelled_meanwhile(run: Run) -> None:
        run.tell("rows", 1, 10)
        cancel(job)
        run.tell("more", 2, 10)

    work["prepare"] = cancelled_meanwhile
    run_next()
    assert stored(job).state == "cancelled"
    assert (effects, work["ended"]) == ([], ["cancelled"])


@pytest.mark.django_db
def test_a_job_cancelled_before_its_last_step_has_no_effect(work: dict[str, Any], effects: list[str]) -> None:
    job = asked()
    work["prepare"] = lambda run: cancel(job)
    run_next()
    assert (stored(job).state, effects) == ("cancelled", [])


@pytest.mark.django_db
def test_a_job_that_waits_is_cancelled_at_once(work: dict[str, Any]) -> None:
    job = asked()
    cancel(job)
    assert stored(job).state == "cancelled"
    assert work["ended"] == ["cancelled"]
    assert not run_next()


@pytest.mark.django_db
def test_progress_is_not_a_write_for_every_row(
    work: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    def many_rows(run: Run) -> None:
        with django_assert_max_num_queries(8):
            for row in range(100_000):
                run.tell("rows", row, 100_000)

    work["prepare"] = many_rows
    job = asked()
    run_next()
    assert stored(job).state == "done"


@pytest.mark.django_db
def test_a_runner_told_to_end_gives_the_job_back(work: dict[str, Any], effects: list[str]) -> None:
    stopping = threading.Event()

    def told_to_end(run: Run) -> None:
        stopping.set()
        run.tell("rows", 1, 10)

    work["prepare"] = told_to_end
    job = asked()
    run_next(stopping)
    assert (stored(job).state, job.attempts) == ("queued", 0)
    work["prepare"] = lambda run: None
    run_next()
    assert (stored(job).state, effects) == ("done", ["done"])


@pytest.mark.django_db
def test_a_job_whose_runner_is_silent_is_begun_anew_once_its_lease_is_over(effects: list[str]) -> None:
    job = asked()
    assert commands.take_job("elsewhere:1") == job
    assert not run_next()
    lease_is_over(job)
    assert run_next()
    assert (stored(job).attempts, effects) == (2, ["done"])


@pytest.mark.django_db
def test_jobs_of_dead_processes_of_this_machine_do_not_wait_for_the_lease(effects: list[str]) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    here = doing.runner_name().rpartition(":")[0]
    dead = asked(word="死")
    commands.take_job(f"{here}:{process.pid}")
    living = asked(word="活")
    commands.take_job(f"{here}:{os.getppid()}")
    release_of_the_dead()
    assert run_next()
    assert not run_next()
    assert effects == ["死"]
    assert (stored(dead).state, stored(living).state) == ("done", "running")


@pytest.mark.django_db
def test_a_job_that_was_cut_off_too_often_says_so(effects: list[str], work: dict[str, Any]) -> None:
    job = asked()
    for _attempt in range(doing.MOST_ATTEMPTS):
        commands.take_job("elsewhere:1")
        lease_is_over(job)
    assert run_next()
    assert (stored(job).state, job.refusal["code"]) == ("failed", "cut_off")
    assert "3 次" in job.refusal["reason"]
    assert (effects, work["ended"]) == ([], ["failed"])


def taken_over_in_the_middle(work: dict[str, Any], job: Job) -> None:
    """One attempt falls silent; another does the job; the first goes on."""

    def overtaken(run: Run) -> None:
        work["prepare"] = lambda run: None
        lease_is_over(job)
        assert run_next()

    work["prepare"] = overtaken
    assert run_next()


@pytest.mark.django_db
def test_without_the_fence_a_job_taken_over_is_done_twice(
    work: dict[str, Any], effects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test below could fail: it does when any attempt may end the job."""
    monkeypatch.setattr(commands, "hold", lambda job: Job.rows_without_a_reader.get(pk=job.pk))
    taken_over_in_the_middle(work, asked())
    assert effects == ["done", "done"]


@pytest.mark.django_db
def test_a_job_taken_over_is_done_once(work: dict[str, Any], effects: list[str]) -> None:
    job = asked()
    taken_over_in_the_middle(work, job)
    assert effects == ["done"]
    assert (stored(job).state, job.attempts) == ("done", 2)


@pytest.mark.django_db
def test_the_file_of_an_attempt_that_was_overtaken_is_not_the_jobs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts: list[int] = []

    def work(run: Run) -> Finish:
        attempts.append(run.job.attempts)
        if run.job.attempts == 1:
            lease_is_over(job)
            assert run_next()
        run.keep(f"attempt {run.job.attempts}".encode(), "a.txt")
        return lambda: None

    monkeypatch.setitem(declare._kinds, "test.work", declare.Kind("test.work", work, "试验"))
    job = asked()
    run_next()
    assert attempts == [1, 2]
    assert file_of(stored(job)) == b"attempt 2"
    assert job.result == {"file": "a.txt"}


@pytest.mark.django_db
def test_a_job_that_met_a_busy_database_is_begun_again(work: dict[str, Any], effects: list[str]) -> None:
    def busy(run: Run) -> None:
        raise OperationalError("database is locked")

    work["prepare"] = busy
    job = asked()
    with pytest.raises(OperationalError):
        run_next()
    assert stored(job).state == "running"
    work["prepare"] = lambda run: None
    assert run_next()
    assert (stored(job).state, effects) == ("done", ["done"])


@pytest.mark.django_db(transaction=True)
def test_many_runners_do_each_job_once(effects: list[str]) -> None:
    jobs = [asked(word=str(n)) for n in range(30)]
    stopping = threading.Event()

    def run() -> None:
        try:
            run_until(stopping)
        finally:
            connection.close()

    runners = [threading.Thread(target=run) for _n in range(4)]
    for one in runners:
        one.start()
    until(lambda: not Job.rows_without_a_reader.exclude(state="done").exists())
    stopping.set()
    for one in runners:
        one.join()
    assert sorted(effects, key=int) == [str(n) for n in range(30)]
    assert {stored(job).attempts for job in jobs} == {1}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_says_nothing_for_long_keeps_its_lease(
    work: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "BEAT", 0.05)
    job = asked()

    def silent(run: Run) -> None:
        lease = stored(job).lease_until
        until(lambda: stored(job).lease_until > lease)

    work["prepare"] = silent
    run_next()
    assert stored(job).state == "done"

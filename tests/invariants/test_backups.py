"""I15: restore(backup) is the data at the backup's moment; a broken or foreign file restores nothing."""

import io
import json
import shutil
import tarfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.test_kill import System
from tests.deployment import Deployment
from tests.imports.books import building, buildings, enterprise, enterprises


@pytest.fixture
def filled(deployment: Deployment, tmp_path: Path) -> Deployment:
    (tmp_path / "楼宇.xlsx").write_bytes(buildings(building("云帆大厦")))
    (tmp_path / "花名册.xlsx").write_bytes(enterprises(*[enterprise(n, f"13{n:02d}") for n in range(1, 6)]))
    deployment.must("import", tmp_path / "楼宇.xlsx", "--apply")
    deployment.must("import", tmp_path / "花名册.xlsx", "--apply")
    return deployment


def test_a_backup_restored_elsewhere_is_the_same_district(
    filled: Deployment, new_deployment: Callable[[], Deployment], tmp_path: Path
) -> None:
    filled.must("backup", tmp_path / "b")
    later = tmp_path / "later.xlsx"
    later.write_bytes(enterprises(enterprise(6, "1306")))
    filled.must("import", later, "--apply")
    other = new_deployment()
    shutil.copytree(filled.home / "keys", other.home / "keys")
    other.must("restore", tmp_path / "b")
    assert other.must("check").splitlines()[-1] == "all well"
    again = json.loads(other.must("import", tmp_path / "花名册.xlsx", "--json"))
    assert (again["unchanged"], again["new"]) == (5, 0)
    assert json.loads(other.must("import", later, "--json"))["new"] == 1


def test_a_restore_into_a_district_in_use_is_refused(filled: Deployment, tmp_path: Path) -> None:
    filled.must("backup", tmp_path / "b")
    refused = filled.louyu("restore", tmp_path / "b")
    assert refused.returncode != 0
    assert "--replace" in refused.stderr
    filled.must("restore", tmp_path / "b", "--replace")
    assert filled.must("check").splitlines()[-1] == "all well"


WRITERS = 3
AT_LEAST = 6
"""Cases that are answered before the backup begins, and again while it is made and after."""
TOLD = """
import hashlib, json
from louyu.accounts.models import AuditChange, AuditEntry
from louyu.cases.models import Case
upto = {upto}
entries = AuditEntry.rows_without_a_reader.filter(sequence__lte=upto).order_by("sequence")
changes = AuditChange.rows_without_a_reader.filter(entry__lte=upto).order_by("entry", "position")
digest = hashlib.sha256()
for row in (*entries.values_list("sequence", "action", "digest"), *changes.values_list("entry", "position", "after")):
    digest.update(repr([bytes(v).hex() if isinstance(v, (bytes, memoryview)) else v for v in row]).encode())
print(json.dumps({{
    "newest": AuditEntry.rows_without_a_reader.order_by("sequence").last().sequence,
    "trail": digest.hexdigest(),
    "opened": entries.filter(action="cases.open_case").count(),
    "cases": [c.hex for c in Case.rows_without_a_reader.values_list("pk", flat=True)],
}}))
"""
"""What a deployment tells of its trail up to an entry, and of its cases."""


def told(deployment: Deployment, upto: int) -> Any:
    return json.loads(
        deployment.must("manage", "shell", "-v", "0", "-c", TOLD.format(upto=upto)).splitlines()[-1]
    )


def test_a_backup_under_load_is_the_district_of_one_moment(
    filled: Deployment, new_deployment: Callable[[], Deployment], tmp_path: Path
) -> None:
    filled.must("user", "office", "--role", "office")
    system = System(filled.must("token", "office").splitlines()[-1])
    answered: dict[str, str | None] = {}
    enough = threading.Event()
    with filled.served() as server:
        system.url = server.url
        writers = [
            threading.Thread(target=system.write_until, args=(enough, answered)) for _n in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        _until(lambda: len(_known(answered)) >= AT_LEAST, writers)
        before = _known(answered)
        filled.must("backup", tmp_path / "b")
        during = _known(answered)
        _until(lambda: len(_known(answered)) >= len(during) + 1, writers)
        enough.set()
        for writer in writers:
            writer.join()
    assert during > before, "nothing was written while the backup was made"
    with tarfile.open(tmp_path / "b") as tar:
        moment = json.load(tar.extractfile("manifest.json") or io.BytesIO())["trail"]
    other = new_deployment()
    shutil.copytree(filled.home / "keys", other.home / "keys")
    other.must("restore", tmp_path / "b")
    assert other.must("check").splitlines()[-1] == "all well"
    here, there = told(filled, moment), told(other, moment)
    assert there["newest"] == moment < here["newest"]
    assert there["trail"] == here["trail"]
    assert len(there["cases"]) == there["opened"]
    assert before <= {str(uuid.UUID(key)) for key in there["cases"]}
    figures = {f["code"]: f["value"] for f in json.loads(other.must("figures", "--json"))}
    assert figures["cases.open"] == len(there["cases"])


def _known(answered: dict[str, str | None]) -> set[str]:
    """The cases that the server said it has."""
    return {str(uuid.UUID(key)) for key in list(answered.values()) if key}


def _until(reached: Callable[[], bool], writers: list[threading.Thread]) -> None:
    """Wait for the writers, who go on writing meanwhile."""
    while not reached():
        assert any(writer.is_alive() for writer in writers), "the writers were stopped by an error"
        time.sleep(0.05)


def test_figures_of_the_restored_district_are_those_of_the_one_that_was_kept(
    filled: Deployment, new_deployment: Callable[[], Deployment], tmp_path: Path
) -> None:
    filled.must("backup", tmp_path / "b")
    other = new_deployment()
    shutil.copytree(filled.home / "keys", other.home / "keys")
    other.must("restore", tmp_path / "b")
    ours, theirs = (json.loads(d.must("figures", "--json")) for d in (filled, other))
    assert theirs == ours
    assert any(figure["value"] for figure in ours)


def test_nothing_is_restored_under_a_server_that_runs(filled: Deployment, tmp_path: Path) -> None:
    filled.must("backup", tmp_path / "b")
    with filled.served():
        refused = filled.louyu("restore", tmp_path / "b", "--replace")
    assert refused.returncode != 0
    assert "还在运行" in refused.stderr
    assert "Traceback" not in refused.stderr
    filled.must("restore", tmp_path / "b", "--replace")
    assert filled.must("check").splitlines()[-1] == "all well"


def test_a_backup_of_a_newer_program_is_refused(filled: Deployment, tmp_path: Path) -> None:
    filled.must("backup", tmp_path / "b")
    with tarfile.open(tmp_path / "b") as tar:
        tar.extractall(tmp_path / "parts", filter="data")
    manifest = json.loads((tmp_path / "parts" / "manifest.json").read_text())
    (tmp_path / "parts" / "manifest.json").write_text(json.dumps(manifest | {"louyu": "99.0"}))
    with tarfile.open(tmp_path / "b", "w") as tar:
        for part in (tmp_path / "parts").iterdir():
            tar.add(part, part.name)
    refused = filled.louyu("restore", tmp_path / "b", "--replace")
    assert refused.returncode != 0
    assert "99.0" in refused.stderr


def test_a_place_that_cannot_be_written_is_said(filled: Deployment, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("a file, no folder")
    refused = filled.louyu("backup", tmp_path / "full" / "b")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert "备份写不进去" in refused.stderr


@pytest.mark.parametrize("harm", ["cut", "altered", "foreign", "empty", "not ours"])
def test_a_broken_or_foreign_file_restores_nothing(
    filled: Deployment, new_deployment: Callable[[], Deployment], tmp_path: Path, harm: str
) -> None:
    filled.must("backup", tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    harmed = {
        "cut": whole[: len(whole) // 2],
        "altered": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
        "foreign": b"PK\x03\x04 not a backup",
        "empty": b"",
        "not ours": _another_archive(),
    }[harm]
    (tmp_path / "b").write_bytes(harmed)
    other = new_deployment()
    other.must("check")
    refused = other.louyu("restore", tmp_path / "b")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert other.must("check").splitlines()[-1] == "all well"


def _another_archive() -> bytes:
    """A good tar file that somebody else made."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, text in (("manifest.json", b'["a list"]'), ("database", b"x")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return stream.getvalue()


def test_a_backup_is_not_restored_under_other_keys(
    filled: Deployment, new_deployment: Callable[[], Deployment], tmp_path: Path
) -> None:
    filled.must("backup", tmp_path / "b")
    other = new_deployment()
    refused = other.louyu("restore", tmp_path / "b")
    assert refused.returncode != 0
    assert "keys" in refused.stderr
    shutil.rmtree(other.home / "keys")
    shutil.copytree(filled.home / "keys", other.home / "keys")
    other.must("restore", tmp_path / "b")
    assert other.must("check").splitlines()[-1] == "all well"

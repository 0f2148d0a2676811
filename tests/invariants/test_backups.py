"""I15: restore(backup) is the data at the backup's moment; a broken or foreign file restores nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("harm", ["cut", "altered", "foreign"])
def test_a_broken_or_foreign_file_restores_nothing(
    filled: Deployment, new_deployment: Callable[[], Deployment], tmp_path: Path, harm: str
) -> None:
    filled.must("backup", tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    harmed = {
        "cut": whole[: len(whole) // 2],
        "altered": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
        "foreign": b"PK\x03\x04 not a backup",
    }[harm]
    (tmp_path / "b").write_bytes(harmed)
    other = new_deployment()
    other.must("check")
    refused = other.louyu("restore", tmp_path / "b")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert other.must("check").splitlines()[-1] == "all well"


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

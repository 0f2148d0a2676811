"""I7 and I1 for imports: all or nothing, once, whatever happens in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deployment import Deployment
from tests.imports.books import building, buildings, enterprise, enterprises

LOUYU = [sys.executable, "-m", "louyu.site.cli"]


@pytest.fixture
def register(deployment: Deployment, tmp_path: Path) -> Path:
    """A deployment that knows one building, and a file of 1,500 enterprises to bring in."""
    first = tmp_path / "楼宇.xlsx"
    first.write_bytes(buildings(building("云帆大厦", 30, 90)))
    deployment.must("import", first, "--apply")
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(enterprises(*[enterprise(n, f"{1 + n % 30}{1 + n // 30:02d}") for n in range(1, 1501)]))
    return path


def start(deployment: Deployment, path: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*LOUYU, "import", str(path), "--apply", "--json"],
        env=deployment.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def known(deployment: Deployment, path: Path) -> dict[str, int]:
    looked = json.loads(deployment.must("import", path, "--json"))
    return {name: looked[name] for name in ("new", "changed", "unchanged")}


def test_after_kill_9_in_the_middle_nothing_of_the_file_is_there(
    deployment: Deployment, register: Path
) -> None:
    took = time.monotonic()
    subprocess.run(
        [*LOUYU, "import", str(register), "--json"],
        env=deployment.environment,
        capture_output=True,
        check=True,
    )
    took = time.monotonic() - took
    for part in (0.5, 0.7, 0.85, 0.95):
        process = start(deployment, register)
        try:
            process.wait(took * part)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        found = known(deployment, register)
        assert found in (
            {"new": 1500, "changed": 0, "unchanged": 0},
            {"new": 0, "changed": 0, "unchanged": 1500},
        )
        if found["unchanged"]:
            break  # it was brought in before the kill, said or not
    assert deployment.must("check").splitlines()[-1] == "all well"


def test_two_imports_at_once_do_not_double(deployment: Deployment, register: Path) -> None:
    both = [start(deployment, register) for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert sorted(a["new"] for a in answers) == [0, 1500]
    assert sorted(a["unchanged"] for a in answers) == [0, 1500]
    assert known(deployment, register) == {"new": 0, "changed": 0, "unchanged": 1500}

"""The check of tracked files finds what it looks for, and nothing else."""

from tools.check_tracked_files import findings


def test_path_of_a_machine_is_found() -> None:
    path = "/".join(("", "home", "lin", "louyu"))
    assert list(findings("a.py", f'x = 1\nHOME = "{path}"\n')) == [f"a.py:2: path of a machine: {path}"]
    assert list(findings("a.md", "see docs/home/page and ~/work/x and https://example.org/home/x\n")) == []


def test_host_in_a_lock_is_found() -> None:
    line = '"resolved": "https://registry.example/vite.tgz"'
    assert list(findings("frontend/package-lock.json", line)) == [
        "frontend/package-lock.json:1: host in a lock: https://registry.example/vite.tgz"
    ]
    assert list(findings("README.md", line)) == []
    assert list(findings("frontend/package-lock.json", '"url": "https://opencollective.com/x"')) == []

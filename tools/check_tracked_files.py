"""No tracked file names a path of somebody's machine, and no lock names a registry's host."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:home/[a-z]|Users/\w|root/|work/)[\w./-]*")
_HOST = re.compile(r"https?://[^\s\"'<>)]+")
_LOCKS = ("requirements.lock", "requirements-node.lock", "frontend/package-lock.json")
_FUNDING = re.compile(r"\"(?:url|funding)\":")


def findings(name: str, text: str) -> Iterator[str]:
    """``file:line: what`` for each breach in one file; ``name`` is its path from the root."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _MACHINE_PATH.search(line):
            yield f"{name}:{number}: path of a machine: {found.group()}"
        if name in _LOCKS and (found := _HOST.search(line)) and not _FUNDING.search(line):
            yield f"{name}:{number}: host in a lock: {found.group()}"


def tracked() -> Iterator[tuple[str, str]]:
    """Name and text of every tracked text file."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue


if __name__ == "__main__":
    told = [line for name, text in tracked() for line in findings(name, text)]
    print("\n".join(told))
    sys.exit(bool(told))

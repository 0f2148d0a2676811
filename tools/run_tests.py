"""Run the test suite on both engines and say the sum at the end, after pytest's own closing lines."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

ENGINES = ("sqlite", "postgresql")
WORKERS = "2"

_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?)\b")
_CLOSING = re.compile(
    r"^=* ?(?:no tests ran|\d+ (?:passed|failed|skipped|error|deselected|warning)).* in [\d.]+s"
)


def counts(closing_line: str) -> Counter[str]:
    """How many tests passed, failed and were skipped, from pytest's closing line; errors count as failed."""
    found: Counter[str] = Counter()
    for number, word in _COUNT.findall(closing_line):
        found["failed" if word.startswith("error") else word] += int(number)
    return found


def total(closing_lines: Iterable[str]) -> str:
    """One closing line for all runs."""
    summed: Counter[str] = sum(map(counts, closing_lines), Counter())
    return f"{summed['passed']} passed, {summed['failed']} failed, {summed['skipped']} skipped"


def run(engine: str, arguments: list[str]) -> tuple[int, str]:
    """Run the suite on one engine, showing what it prints; its exit status and closing line."""
    print(f"tests on {engine}", flush=True)
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--engine",
        engine,
        "-n",
        WORKERS,
        "--dist",
        "loadgroup",
        *arguments,
    ]
    closing = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as pytest:
        assert pytest.stdout is not None
        for line in pytest.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if _CLOSING.match(line):
                closing = line.strip().strip("= ")
    return pytest.returncode, closing


def main(arguments: list[str]) -> int:
    """The exit status is pytest's of the first run that did not pass; no test at all is a failure too."""
    runs = {engine: run(engine, arguments) for engine in ENGINES}
    print()
    for engine, (_, closing) in runs.items():
        print(f"{engine}: {closing or 'the run did not end'}")
    print(total(closing for _, closing in runs.values()))
    return next((status for status, _ in runs.values() if status), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

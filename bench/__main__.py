"""``python -m bench [NAME …]``: run all measurements or the named ones, each in a deployment of its own.

Prints a line for each figure: what, measured, aim. The exit status is 1 when an aim is missed. ``BENCH_ROWS`` makes
the register smaller than 100,000 rows and ``BENCH_CASES`` the number of cases, to see that a measurement runs.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("imports", "plan", "facts", "organisations", "cases")


def main(names: list[str]) -> int:
    """Run each measurement in its own process and home."""
    status = 0
    for name in names or NAMES:
        with tempfile.TemporaryDirectory(prefix="louyu-bench-") as home:
            told = {
                "LOUYU_HOME": home,
                "LOUYU_DATABASE_URL": "",
                "DJANGO_SETTINGS_MODULE": "louyu.site.settings",
            }
            command = [sys.executable, "-m", f"bench.{name}"]
            root = Path(__file__).resolve().parent.parent
            status |= subprocess.run(command, env={**os.environ, **told}, cwd=root, check=False).returncode
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The running deployment: the web server with its workers, and the runner of jobs beside it."""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any, NoReturn

from granian import Granian
from granian.constants import Interfaces

ENDS_WITHIN = 20
"""Seconds that the runner has to give its job back; one that has not done so is begun again with the next start."""


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; the job runner ends with the server, and is begun anew when it alone is gone."""
    runner = _Runner()
    try:
        Granian(
            "louyu.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            respawn_failed_workers=True,
            log_access=False,
            websockets=False,
        ).serve()
    finally:
        runner.end()


class _Runner:
    """The process that does jobs, and a thread that begins it anew when it died."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process = self._begun()
        threading.Thread(target=self._watch, daemon=True).start()

    def _begun(self) -> "subprocess.Popen[bytes]":
        environment = os.environ | {"LOUYU_RUNNER_OF": str(os.getpid())}
        return subprocess.Popen([sys.executable, "-m", "louyu.site.serving"], env=environment)

    def _watch(self) -> None:
        while not self._ending.is_set():
            self._process.wait()
            if not self._ending.wait(1):  # one that dies at once is not begun anew at once
                self._process = self._begun()

    def end(self) -> None:
        self._ending.set()
        self._process.terminate()
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _end_with(parent: int) -> None:
    """End this process when the server that started it is gone, however it went."""

    def watch() -> NoReturn:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def run_jobs() -> None:
    """Take jobs from the database and do them, one after another, until told to end."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "louyu.site.settings")
    django.setup()
    from louyu.core.jobs.runner import run_until

    stopping = threading.Event()

    def told_to_end(*_signal: Any) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, told_to_end)
    signal.signal(signal.SIGINT, told_to_end)
    _end_with(int(os.environ.get("LOUYU_RUNNER_OF", os.getppid())))
    run_until(stopping)


if __name__ == "__main__":
    run_jobs()

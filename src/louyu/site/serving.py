"""The running deployment: the web server with its workers, and the runner of jobs beside it."""

import os
import subprocess
import sys
import threading
import time
from typing import NoReturn

from granian import Granian
from granian.constants import Interfaces


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; the job runner ends with the server."""
    runner = subprocess.Popen(
        [sys.executable, "-m", "louyu.site.serving"], env=os.environ | {"LOUYU_RUNNER_OF": str(os.getpid())}
    )
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
        runner.terminate()
        runner.wait(20)


def _end_with(parent: int) -> None:
    """End this process when the server that started it is gone, however it went."""

    def watch() -> NoReturn:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def run_jobs() -> None:
    """Take jobs from the database and do them, one after another."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "louyu.site.settings")
    django.setup()
    from django.core.management import call_command

    _end_with(int(os.environ.get("LOUYU_RUNNER_OF", os.getppid())))
    call_command("db_worker", interval=0.5, verbosity=0)


if __name__ == "__main__":
    run_jobs()

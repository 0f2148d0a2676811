"""A served deployment for tests and pictures: ``louyu serve`` as a user would start it, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOUYU = Path(sys.executable).with_name("louyu")
READY_SECONDS = 60


@dataclass
class Served:
    """A running server: its address and its process, which leads a process group of its own."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a deployment in ``home``; SQLite there unless ``more`` names a database."""
    return {**os.environ, "LOUYU_DATABASE_URL": "", **(more or {}), "LOUYU_HOME": str(home)}


def run_louyu(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run one ``louyu`` command in ``home`` and wait for it; its output is captured, its exit status not judged."""
    return subprocess.run(
        [LOUYU, *arguments],
        env=environment(home, more),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def served(home: Path, **more: str) -> Iterator[Served]:
    """Serve the deployment in ``home`` until the block ends. Raises RuntimeError with what it said if it does not."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = home / "serve.log"
    with log.open("ab") as said:
        process = subprocess.Popen(
            [LOUYU, "serve", "--port", str(port)],
            env=environment(home, more),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    server = Served(f"http://127.0.0.1:{port}", process)
    try:
        _wait(server, log)
        yield server
    finally:
        server.stop()


def _wait(server: Served, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            urllib.request.urlopen(f"{server.url}/accounts/login/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # an answer, whatever it says
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer:\n{log.read_text(errors='replace')[-2000:]}")

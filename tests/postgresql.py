"""A PostgreSQL server for one test run: its own cluster in a temporary folder, on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 30


class PostgreSQLMissing(Exception):
    """No PostgreSQL on this machine, or nobody it may run as."""


def find_program(name: str) -> Path:
    """The newest ``initdb`` or ``postgres`` of this machine. Raises PostgreSQLMissing."""
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    if packaged:
        return packaged[-1]
    on_path = shutil.which(name)
    if on_path is None:
        raise PostgreSQLMissing(f"PostgreSQL's {name} is not on this machine (Debian: postgresql)")
    return Path(on_path).resolve()


def _owner() -> str | None:
    """Whom the server runs as: it refuses root, so root uses the packaged ``postgres`` user."""
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        pwd.getpwnam("postgres")
    except KeyError as error:
        raise PostgreSQLMissing("PostgreSQL does not run as root and there is no user postgres") from error
    return "postgres"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class PostgreSQL:
    """A running server; ``url`` names a database that exists."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path

    @classmethod
    def start(cls) -> "PostgreSQL":
        """Make a cluster without durability (a test run needs none), start it, wait until it answers."""
        initdb, postgres, owner = find_program("initdb"), find_program("postgres"), _owner()
        folder = Path(tempfile.mkdtemp(prefix="louyu-postgresql-"))
        if owner:
            shutil.chown(folder, owner)
        cluster, port = folder / "cluster", _free_port()
        subprocess.run(
            [initdb, "-D", cluster, "-U", "louyu", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=owner,
        )
        choices = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "300",
        }
        options = [part for name, value in choices.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [postgres, "-D", cluster, "-p", str(port), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                user=owner,
                start_new_session=True,  # the terminal's Ctrl-C is the tests', who stop the server themselves
            )
        server = cls(f"postgresql://louyu@127.0.0.1:{port}/postgres", process, folder)
        server._wait()
        return server

    def _wait(self) -> None:
        import psycopg

        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    log = (self.folder / "log").read_text(errors="replace")[-2000:]
                    self.stop()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
                time.sleep(0.1)

    def stop(self) -> None:
        """End the server (fast shutdown) and remove its cluster."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

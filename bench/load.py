"""Servers on 127.0.0.1 and the load put on them: a few readers who each ask for the next page when one has come."""

import json
import re
import socket
import statistics
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from tools.serving import Served

READY_SECONDS = 60
READERS = 2


@contextmanager
def serving(python: Path, application: str, environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Serve a WSGI application with granian, one worker and two threads; gives host and port.

    python: of the environment that holds application and granian. Raises RuntimeError with what the server said when
    it does not answer.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        *(
            str(python),
            "-m",
            "granian",
            application,
            "--interface",
            "wsgi",
            "--no-ws",
            "--log-level",
            "warning",
        ),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "2"),
    ]
    with log.open("ab") as said:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    server = Served(f"127.0.0.1:{port}", process)
    try:
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError as error:
                if time.monotonic() > until or process.poll() is not None:
                    raise RuntimeError(log.read_text(errors="replace")[-2000:]) from error
                time.sleep(0.1)
        yield server.url
    finally:
        server.stop()


@dataclass
class Reader:
    """Somebody with a browser: one kept connection and the cookies of their sign-in."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    """Milliseconds of each request."""
    sent_to: str = ""
    """Address to which the last answer sends on."""

    def __post_init__(self) -> None:
        self._connection = HTTPConnection(self.host, timeout=120)

    def get(self, path: str) -> str:
        """The page. Raises RuntimeError for any other answer than 200."""
        return self._ask("GET", path, 200)

    def post(self, path: str, form: Mapping[str, str]) -> str:
        """Send a form; the page that the browser is sent to. Raises RuntimeError for any other answer."""
        told = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{self.host}{path}"}
        self._ask("POST", path, 302, urllib.parse.urlencode(form), told)
        return self.get(self.sent_to)

    def post_json(self, path: str, value: object, **headers: str) -> None:
        """Send JSON as a machine does. Raises RuntimeError for any other answer than 201."""
        told = {name.replace("_", "-"): said for name, said in headers.items()}
        told |= {"Content-Type": "application/json", "Accept": "application/json"}
        self._ask("POST", path, 201, json.dumps(value), told)

    def _ask(
        self,
        method: str,
        path: str,
        expected: int,
        body: str | None = None,
        told: Mapping[str, str] | None = None,
    ) -> str:
        headers = {"Accept-Language": "zh-CN", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers |= told or {}
        start = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self.took.append((time.perf_counter() - start) * 1000)
        self.sent_to = answer.headers.get("Location", "")
        for set_cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != expected:
            raise RuntimeError(f"{method} {path} answered {answer.status}\n{text[:500]}")
        return text

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the forms on a page."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=.hidden.[^>]*>", page):
        attributes = dict(re.findall(r"(name|value)=[\"']([^\"']*)[\"']", tag))
        if "name" in attributes:
            found[attributes["name"]] = attributes.get("value", "")
    return found


@dataclass
class Measured:
    """How long visits took, and each of their requests; milliseconds."""

    took: list[float] = field(default_factory=list)
    requests: list[list[float]] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        """Visits a second, all readers together."""
        return READERS * 1000 / statistics.fmean(self.took)

    def __str__(self) -> str:
        return f"{self.a_second:.1f}/s, median {statistics.median(self.took):.1f} ms"


Visit = Callable[[Reader], None]


@dataclass
class Asked:
    """A page of a server: whom to ask, as whom, what."""

    host: str
    cookies: Mapping[str, str]
    visit: Visit
    seconds: float
    measured: Measured = field(default_factory=Measured)


def ask_in_turn(pages: Sequence[Asked], rounds: int) -> None:
    """Put READERS on each page for its seconds, in so many rounds, so that a busy machine slows all alike.

    A visit is what a person calls a page; it may be several requests. The first visits are not counted. Raises what
    a visit raised.
    """
    for page in pages:
        _ask(page, 0, Measured())
    for _ in range(rounds):
        for page in pages:
            _ask(page, page.seconds / rounds, page.measured)


def _ask(page: Asked, seconds: float, into: Measured) -> None:
    """Each reader makes at least one visit."""
    until = time.perf_counter() + seconds
    failed: list[Exception] = []

    def read() -> None:
        reader = Reader(page.host, dict(page.cookies))
        try:
            while True:
                start = time.perf_counter()
                reader.took = []
                page.visit(reader)
                into.took.append((time.perf_counter() - start) * 1000)
                into.requests.append(reader.took)
                if failed or time.perf_counter() >= until:
                    break
        except Exception as error:
            failed.append(error)
        finally:
            reader.close()

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]

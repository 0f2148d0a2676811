"""A write answered with 201 is there after ``kill -9``; repeated by its key it is not there twice."""

import collections
import http.client
import json
import random
import threading
import time
import urllib.request
import uuid
from typing import Any

from tests.deployment import Deployment

KILLS = 2
CLIENTS = 4
AT_LEAST = 5
"""Writes that are answered before a kill."""


class System:
    """Another system that keeps on writing to a deployment through its crashes."""

    def __init__(self, token: str) -> None:
        self.token, self.url = token, ""

    def call(self, method: str, address: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        asked = urllib.request.Request(
            f"{self.url}/api/v1/{address}",
            json.dumps(body).encode() if body else None,
            head | ({"Idempotency-Key": key} if key else {}),
            method=method,
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, json.load(answer)

    def open_case(self, key: str) -> Any:
        status, case = self.call("POST", "cases", {"category": "parking", "text": f"车位 {key}"}, key)
        assert status == 201
        return case["id"]

    def write_until(self, dead: threading.Event, answered: dict[str, str | None]) -> None:
        """Write until the server is gone; what was answered under which key, None where nobody knows."""
        while not dead.is_set():
            key = str(uuid.uuid4())
            answered[key] = None
            try:
                answered[key] = self.open_case(key)
            except (OSError, ValueError, http.client.HTTPException):
                return

    def texts(self) -> collections.Counter[str]:
        found: collections.Counter[str] = collections.Counter()
        cursor = ""
        while cursor is not None:
            page = self.call("GET", f"cases?limit=100&cursor={cursor}")[1]
            found.update(case["text"] for case in page["items"])
            cursor = page["next"]
        return found


def _known(answered: dict[str, str | None]) -> int:
    return sum(known is not None for known in list(answered.values()))


def test_what_was_answered_survives_and_what_is_repeated_does_not_double(deployment: Deployment) -> None:
    deployment.must("user", "office", "--role", "office")
    system = System(deployment.must("token", "office").splitlines()[-1])
    answered: dict[str, str | None] = {}
    moments = random.Random(3)
    for _kill in range(KILLS):
        dead = threading.Event()
        with deployment.served() as server:
            system.url = server.url
            writers = [
                threading.Thread(target=system.write_until, args=(dead, answered)) for _n in range(CLIENTS)
            ]
            for writer in writers:
                writer.start()
            before = _known(answered)
            while _known(answered) < before + AT_LEAST:
                time.sleep(0.05)
            time.sleep(moments.uniform(0, 0.5))
            server.kill()
            dead.set()
            for writer in writers:
                writer.join()
    with deployment.served() as server:
        system.url = server.url
        assert _known(answered) >= KILLS * AT_LEAST
        for key, known in answered.items():
            again = system.open_case(key)
            assert known in (None, again)
        assert system.texts() == collections.Counter(f"车位 {key}" for key in answered)
    assert deployment.must("check").splitlines()[-1] == "all well"

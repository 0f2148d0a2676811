"""Jobs in tests: the fixture ``jobs_at_once`` does each as it is asked for, as a runner beside the test would."""

from typing import Any

import pytest


@pytest.fixture
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every job be done before ``start`` returns."""
    from louyu.core.jobs import asking
    from louyu.core.jobs.runner import run_next

    queue_job = asking.commands.queue_job

    def queue_and_run(kind: str, **said: Any) -> Any:
        queued = queue_job(kind, **said)
        if not said.get("runner"):
            while run_next():
                pass
        return queued

    monkeypatch.setattr(asking.commands, "queue_job", queue_and_run)

"""A whole deployment of its own for one test: the fixture ``deployment``, driven by the command ``louyu``.

What happens between processes (a kill in the middle, two imports at once, a restore elsewhere) is shown on this, on
the engine of the run, and not on the tests' own database.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tools.serving import Served, environment, run_louyu, served


@dataclass
class Deployment:
    """A home folder and a database of its own."""

    home: Path
    database_url: str = ""

    def louyu(self, *arguments: object) -> "CompletedProcess[str]":
        """Run a command and wait for it; the exit status is not judged."""
        return run_louyu(self.home, *map(str, arguments), LOUYU_DATABASE_URL=self.database_url)

    def must(self, *arguments: object) -> str:
        """Run a command that has to succeed; what it printed."""
        ran = self.louyu(*arguments)
        assert ran.returncode == 0, f"louyu {arguments}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def served(self) -> AbstractContextManager[Served]:
        """Serve it on a free port, as a context."""
        return served(self.home, LOUYU_DATABASE_URL=self.database_url)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands, for a test that starts processes itself."""
        return environment(self.home, {"LOUYU_DATABASE_URL": self.database_url})


@pytest.fixture
def new_deployment() -> Iterator[Callable[[], Deployment]]:
    """Makes deployments: ``new_deployment()``, as many as the test needs."""
    made: list[Deployment] = []
    server = os.environ.get("LOUYU_DATABASE_URL", "")

    def make() -> Deployment:
        home = Path(tempfile.mkdtemp(prefix="louyu-deployment-"))
        made.append(Deployment(home, _new_database(server) if server else ""))
        return made[-1]

    yield make
    for deployment in made:
        shutil.rmtree(deployment.home, ignore_errors=True)


@pytest.fixture
def deployment(new_deployment: Callable[[], Deployment]) -> Deployment:
    """One deployment, empty."""
    return new_deployment()


def _new_database(server: str) -> str:
    """A fresh database on the run's PostgreSQL server, which goes with the server at the end of the run."""
    import psycopg

    name = f"deployment_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.rsplit("/", 1)[0] + f"/{name}"

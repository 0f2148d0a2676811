"""Prepares a test run before Django reads its settings: a home of its own, the database engine, its server.

``pytest`` runs on SQLite, ``pytest --engine postgresql`` on a PostgreSQL server that is started for the run.
Both use a real database file or server with the settings of a deployment. See docs/developers/testing.md.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import PostgreSQL, PostgreSQLMissing

MUST_RUN = os.environ.get("CI") == "true"
"""In continuous integration nothing may be skipped because a part is missing."""

pytest_plugins = ["tests.browser", "tests.deployment", "tests.jobs"]

engine_key = pytest.StashKey[str]()
home_key = pytest.StashKey[Path]()
server_key = pytest.StashKey[PostgreSQL]()
missing_key = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="database engine of this run; a PostgreSQL server is started for it and stopped at its end",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before pytest-django sets Django up; under pytest-xdist in the controller and in each worker."""
    engine = config.stash[engine_key] = config.getoption("--engine")
    if engine == "postgresql":
        if os.environ.get("DJANGO_SETTINGS_MODULE"):
            raise pytest.UsageError(
                "unset DJANGO_SETTINGS_MODULE: Django reads its settings too early with it"
            )
        os.environ["LOUYU_DATABASE_URL"] = os.environ.get("LOUYU_TEST_SERVER") or _start_server(config)
    else:
        os.environ.pop("LOUYU_DATABASE_URL", None)
    if getattr(config.option, "numprocesses", None):
        return  # the workers, who inherit the environment, run the tests
    home = config.stash[home_key] = Path(tempfile.mkdtemp(prefix="louyu-test-"))
    os.environ["LOUYU_HOME"] = str(home)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps an event loop in our thread
    os.environ["DJANGO_SETTINGS_MODULE"] = "louyu.site.settings"
    _settings_of_a_test_run(home)


def _start_server(config: pytest.Config) -> str:
    try:
        server = config.stash[server_key] = PostgreSQL.start()
    except PostgreSQLMissing as error:
        if MUST_RUN:
            raise pytest.UsageError(f"CI runs on both engines, but {error}") from error
        config.stash[missing_key] = str(error)
        return ""
    os.environ["LOUYU_TEST_SERVER"] = server.url
    return server.url


def _settings_of_a_test_run(home: Path) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    database["CONN_MAX_AGE"] = 0
    settings.FIGURES_KEPT = False  # factories write past the trail
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"] = {"NAME": str(home / "test.sqlite3")}


def pytest_report_header(config: pytest.Config) -> str:
    return f"engine: {config.stash[engine_key]}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reason = config.stash.get(missing_key, "")
    if reason:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[config.stash[engine_key]]
    chosen = [item for item in items if item.get_closest_marker(other) is None]
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(other)])
        items[:] = chosen


def pytest_unconfigure(config: pytest.Config) -> None:
    if server_key in config.stash:
        config.stash[server_key].stop()
        os.environ.pop("LOUYU_TEST_SERVER", None)
    if home_key in config.stash:
        shutil.rmtree(config.stash[home_key], ignore_errors=True)


@pytest.fixture(autouse=True)
def chinese_first() -> Iterator[None]:
    """Every test begins in Chinese, whatever language the last page was asked for in."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield

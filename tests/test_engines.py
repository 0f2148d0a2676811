"""The run's database is what it says it is, with the settings of a deployment."""

import pytest
from django.db import connection


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_run_uses_a_file_with_write_ahead_log_and_foreign_keys() -> None:
    with connection.cursor() as cursor:
        values = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_run_has_the_extensions_that_the_constraints_need() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert {"btree_gist", "pg_trgm"} <= {row[0] for row in cursor.fetchall()}

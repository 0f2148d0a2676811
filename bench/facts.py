"""A figure over many facts: what its value as of a day costs, and what the tallies cost whoever writes facts.

Facts of ten years in 500 buildings, a third of them ended. ``BENCH_ROWS`` is their number (100,000; decision 0009
was measured with 5,000,000).
"""

import datetime
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import django

from bench.figures import Clock, figure

ROWS = int(os.environ.get("BENCH_ROWS", 100_000))
WRITTEN = min(ROWS, 100_000)
BUILDINGS = 500
FIRST = datetime.date(2016, 1, 1)
TIMES = 20

_clock = Clock()

FACTS_ON_SQLITE = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)
INSERT INTO core_fact (id, code, subject, building, since, until, amount, declared)
SELECT printf('%%032x', i + 1), 'bench.solved', printf('%%032x', i), printf('%%032x', (i * 7919 + i / 3650) %% %s + 1),
date(%s, '+' || (i * 104729 %% 3650) || ' days'),
CASE WHEN i %% 3 = 0 THEN date(%s, '+' || (i * 104729 %% 3650 + i %% 400) || ' days') END, 1, 0 FROM n
"""


def median(call: Callable[[], Any], times: int = TIMES) -> float:
    """Milliseconds."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def written(code: str) -> list[Any]:
    """Facts such as an import makes."""
    from louyu.core import figures

    return [
        figures.fact(
            code,
            uuid.uuid4(),
            since=FIRST + datetime.timedelta(days=n * 7 % 700),
            building=uuid.UUID(int=n % BUILDINGS + 1),
        )
        for n in range(WRITTEN)
    ]


def main() -> int:
    """The exit status is 1 when an aim is missed."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from louyu.core import figures
    from louyu.core.models import Fact, Tally
    from louyu.core.tallies import Tallied

    call_command("migrate", verbosity=0)
    print(f"a figure over {ROWS} facts")
    with _clock.measure("facts made"), connection.cursor() as cursor:
        cursor.execute(FACTS_ON_SQLITE, [ROWS, BUILDINGS, FIRST.isoformat(), FIRST.isoformat()])
    print(f"  {Tally.rows_without_a_reader.count()} tallies")

    day, codes = datetime.date(2025, 11, 24), ["bench.solved"]
    facts = Fact.rows_without_a_reader.filter(figures.on_day(day), code="bench.solved")
    true, told = facts.count(), figures.tallied(codes, day)["bench.solved"].records
    if true != told:
        print(f"MISS the tallies say {told}, the facts are {true}")
        return 1
    few = [uuid.UUID(int=n + 1) for n in range(56)]
    recount = median(lambda: facts.count(), 3)
    value = median(lambda: figures.tallied(codes, day))
    part = median(lambda: figures.tallied(codes, day, few))
    print(f"  recount {recount:.1f} ms, value {value:.1f} ms, value of 56 buildings {part:.1f} ms")

    with _clock.measure(f"write {WRITTEN} facts"), transaction.atomic():
        Fact.rows_without_a_reader.bulk_create(written("bench.tallied"), batch_size=1000)
    with connection.cursor() as cursor:
        for constraint in Fact._meta.constraints:
            for name in constraint.names() if isinstance(constraint, Tallied) else ():
                cursor.execute(f'DROP TRIGGER "{name}"')
    with _clock.measure(f"write {WRITTEN} facts without tallies"), transaction.atomic():
        Fact.rows_without_a_reader.bulk_create(written("bench.bare"), batch_size=1000)
    tallied, bare = list(_clock.seconds.values())[-2:]
    holds = [
        figure("value of a figure", value, 20, " ms"),
        figure("value in 56 buildings", part, 10, " ms"),
        figure("writing with / without tallies", tallied / bare, 2),
    ]
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())

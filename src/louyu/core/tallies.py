"""Tallies that the database keeps beside the facts, so that a figure as of a day is one small sum.

Every door through which a fact is written (a command, an import of 100,000 rows, the undoing of a batch) goes
through the table, and the triggers stand there: a tally cannot be forgotten. Decision 0009.
"""

import uuid
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint

WHOLE = uuid.UUID(int=2**128 - 1)
"""Stands for the building in the tallies of the whole district: a figure over all buildings is a sum of its own."""

COLUMNS = "code, span, start, building, records, amount, declared"
EVENTS = ("insert", "update", "delete")

# Each fact is +amount on the day it begins and −amount on the day it ends; both within a day, a month and a year, in
# its building and in the whole district.

_SQLITE_DELTAS = f"""
SELECT {{row}}.code code, span, CASE span WHEN 'day' THEN day WHEN 'month' THEN substr(day, 1, 8) || '01'
ELSE substr(day, 1, 5) || '01-01' END start, place building, sign records, sign * {{row}}.amount amount,
sign * {{row}}.amount * {{row}}.declared declared
FROM (SELECT 'day' span UNION ALL SELECT 'month' UNION ALL SELECT 'year'),
(SELECT {{row}}.building place UNION ALL SELECT '{WHOLE.hex}'),
(SELECT COALESCE({{row}}.since, '0001-01-01') day, 1 sign
UNION ALL SELECT {{row}}.until, -1 WHERE {{row}}.until IS NOT NULL)"""

_SQLITE_ADD = f"""
INSERT INTO core_tally ({COLUMNS}) SELECT * FROM ({_SQLITE_DELTAS.format(row="NEW")}) WHERE true
ON CONFLICT (code, span, start, building) DO UPDATE SET records = records + excluded.records,
amount = amount + excluded.amount, declared = declared + excluded.declared;"""

# What a fact added is there to be taken away; where all tables are emptied it may be gone already. Summed up first:
# one row of an update meets at most one row that it is joined with.
_SQLITE_SUBTRACT = f"""
UPDATE core_tally SET records = core_tally.records - d.records, amount = core_tally.amount - d.amount,
declared = core_tally.declared - d.declared FROM (SELECT code, span, start, building, sum(records) records,
sum(amount) amount, sum(declared) declared FROM ({_SQLITE_DELTAS.format(row="OLD")}) GROUP BY 1, 2, 3, 4) d
WHERE core_tally.code = d.code AND core_tally.span = d.span AND core_tally.start = d.start
AND core_tally.building = d.building;"""

_SQLITE_BODIES = {
    "insert": _SQLITE_ADD,
    "update": _SQLITE_SUBTRACT + _SQLITE_ADD,
    "delete": _SQLITE_SUBTRACT,
}

# On PostgreSQL once a statement, whatever the number of its rows; in one order, so that two writers do not wait
# for each other.

_POSTGRESQL_ADD = """
INSERT INTO core_tally ({columns})
SELECT code, span, date_trunc(span, day::timestamp)::date, place, sum(sign), sum(sign * amount),
sum(CASE WHEN declared THEN sign * amount ELSE 0 END)
FROM ({facts}) f CROSS JOIN (VALUES ('day'), ('month'), ('year')) spans (span)
CROSS JOIN LATERAL (VALUES (building), ('{whole}'::uuid)) places (place)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (code, span, start, building) DO UPDATE SET records = core_tally.records + excluded.records,
amount = core_tally.amount + excluded.amount, declared = core_tally.declared + excluded.declared;"""

_POSTGRESQL_FACTS = (
    "SELECT code, building, amount, declared, COALESCE(since, '0001-01-01') AS day, {begins} AS sign FROM {rows}"
    " UNION ALL SELECT code, building, amount, declared, until, {ends} FROM {rows} WHERE until IS NOT NULL"
)
_MADE = _POSTGRESQL_FACTS.format(rows="made", begins=1, ends=-1)
_GONE = _POSTGRESQL_FACTS.format(rows="gone", begins=-1, ends=1)

_POSTGRESQL_BODIES = {
    "insert": ("NEW TABLE AS made", _MADE),
    "update": ("OLD TABLE AS gone NEW TABLE AS made", f"{_MADE} UNION ALL {_GONE}"),
    "delete": ("OLD TABLE AS gone", _GONE),
}


class Tallied(BaseConstraint):
    """The rows of this table (code, building, since, until, amount, declared) are tallied in ``core_tally``."""

    def names(self) -> tuple[str, ...]:
        """The triggers by which the database holds it."""
        return tuple(f"{self.name}_{event}" for event in EVENTS)

    def _sqlite(self, table: Table) -> list[Statement]:
        return [
            Statement(
                f'CREATE TRIGGER "{self.name}_{event}" AFTER {event.upper()} ON %(table)s'
                f" BEGIN {_SQLITE_BODIES[event]} END",
                table=table,
            )
            for event in EVENTS
        ]

    def _postgresql(self, table: Table) -> list[Statement]:
        made = []
        for event in EVENTS:
            tables, facts = _POSTGRESQL_BODIES[event]
            body = _POSTGRESQL_ADD.format(columns=COLUMNS, facts=facts, whole=WHOLE)
            name = f"{self.name}_{event}"
            made.append(
                Statement(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                    f" $$ BEGIN {body} RETURN NULL; END $$;"
                    f" CREATE TRIGGER {name} AFTER {event.upper()} ON %(table)s REFERENCING {tables}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
                    table=table,
                )
            )
        return made

    def _statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        if schema_editor.connection.vendor == "postgresql":
            return self._postgresql(table)
        return self._sqlite(table)

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return None  # SQLite adds a constraint by making the table anew: constraint_sql says it then

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            table = schema_editor.quote_name(model._meta.db_table)
            return "; ".join(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}" for name in self.names())
        return None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to refuse: the database adds up what it is given."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tallied) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

"""Constraints that Django has for one engine only, said once for both."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint, F, Func, Q, Value


class NoOverlap(BaseConstraint):
    """Rows with equal ``same`` fields never overlap in time (``since`` included, ``until`` not).

    A missing ``since`` means "from before anyone knows", a missing ``until`` means "still". On PostgreSQL this is
    an exclusion constraint, on SQLite two triggers that raise; both inside the writing transaction.

    where: (field, value); only rows with this value are meant ("one chief at a time").
    """

    def __init__(
        self,
        *,
        same: Sequence[str],
        since: str = "since",
        until: str = "until",
        where: tuple[str, str] | None = None,
        name: str,
    ) -> None:
        super().__init__(name=name)
        self.same, self.since, self.until = tuple(same), since, until
        self.where = tuple(where) if where else None

    def _exclusion(self) -> ExclusionConstraint:
        span = Func(
            F(self.since), F(self.until), Value("[)"), function="daterange", output_field=DateRangeField()
        )
        return ExclusionConstraint(
            name=self.name,
            expressions=[(span, "&&"), *((f, "=") for f in self.same)],
            condition=Q(self.where) if self.where else None,
        )

    def _triggers(self, model: Any, schema_editor: Any) -> list[Statement]:
        table = Table(model._meta.db_table, schema_editor.quote_name)

        def column(field: str) -> Columns:
            name = model._meta.get_field(field).column
            return Columns(model._meta.db_table, [name], schema_editor.quote_name)

        parts: dict[str, Any] = {"table": table, "since": column(self.since), "until": column(self.until)}
        parts |= {f"same{i}": column(f) for i, f in enumerate(self.same)}
        equal = " AND ".join(f"o.%(same{i})s = NEW.%(same{i})s" for i in range(len(self.same)))
        if self.where:
            parts["where"] = column(self.where[0])
            value = schema_editor.quote_value(self.where[1]).replace("%", "%%")
            equal += f" AND o.%(where)s = {value} AND NEW.%(where)s = {value}"
        return [
            Statement(
                f'CREATE TRIGGER "{self.name}_{event}" BEFORE {event.upper()} ON %(table)s WHEN EXISTS ('
                f"SELECT 1 FROM %(table)s o WHERE o.id <> NEW.id AND {equal}"
                " AND COALESCE(o.%(since)s, '0001-01-01') < COALESCE(o.%(until)s, '9999-12-31')"
                " AND COALESCE(NEW.%(since)s, '0001-01-01') < COALESCE(NEW.%(until)s, '9999-12-31')"
                " AND COALESCE(o.%(since)s, '0001-01-01') < COALESCE(NEW.%(until)s, '9999-12-31')"
                " AND COALESCE(NEW.%(since)s, '0001-01-01') < COALESCE(o.%(until)s, '9999-12-31'))"
                f" BEGIN SELECT RAISE(ABORT, 'constraint failed: {self.name}'); END",
                **parts,
            )
            for event in ("insert", "update")
        ]

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().create_sql(model, schema_editor)
        return None  # SQLite adds a constraint by making the table anew: constraint_sql says it then

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().remove_sql(model, schema_editor)
        return None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Left to the database: under concurrency only it can decide."""

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        kwargs |= {"same": self.same, "since": self.since, "until": self.until}
        return path, (), kwargs | ({"where": self.where} if self.where else {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.same))

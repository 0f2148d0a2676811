"""Statements of a fixed shape: built and compiled once, then asked many times.

Building a query and its SQL takes Django several times as long as the database takes to answer it, and for a page it
is always the same SQL. A prepared query is compiled once in each connection for each shape::

    @prepared
    def _one(reader: Reader, key: UUID) -> QuerySet[Case]:
        return Case.objects.for_reader(reader).filter(pk=key)

    found = _one(reader, key)  # a list

The function says what a query is; it is called with stand-ins and must not look at its values. Only values of the
types in ``STAND_INS`` may differ from call to call; a reader, by what they may see (``User.scope``), None and a bool
are part of the shape, and so is whatever is given by keyword. Prefetched relations are not read.
"""

import datetime
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql import InsertQuery

M = TypeVar("M", bound=models.Model)

MOST = 500
"""Statements that a connection keeps; the one that was not asked for longest goes first."""

STAND_INS: dict[type, Callable[[int], Any]] = {
    UUID: lambda n: UUID(int=0x5EED0000_0000_4000_8000_000000000000 + n),
    datetime.datetime: lambda n: datetime.datetime(1, 1, 1 + n, 1, 2, 3, 4, tzinfo=datetime.UTC),
    datetime.date: lambda n: datetime.date(1, 1, 2 + n),
    str: lambda n: f"\ue000{n}\ue000",
    bytes: lambda n: f"\ue000{n}\ue000".encode(),
}


def _own() -> Any:
    """This thread's own connection, and not what finds it: that is asked a dozen times for a statement."""
    return connections[DEFAULT_DB_ALIAS]


def _stored(value: Any, connection: Any) -> Any:
    """A value as this database takes it."""
    match value:
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case datetime.datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case datetime.date():
            return connection.ops.adapt_datefield_value(value)
        case bytes():
            return connection.Database.Binary(value)
    return value


def _compared(value: Any) -> Any:
    """A stored value as it can be compared: drivers wrap bytes."""
    if isinstance(value, memoryview):
        return bytes(value)
    return bytes(value.obj) if type(value).__name__ == "Binary" else value


@dataclass
class _Statement:
    """rows: the query, whose compiler is always ``compiler``; places: parameter → which of the values it is."""

    rows: "models.QuerySet[Any]"
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    places: dict[int, int]

    def ask(self, values: list[Any]) -> list[Any]:
        parameters = list(self.parameters)
        for place, which in self.places.items():
            parameters[place] = _stored(values[which], self.compiler.connection)
        self.compiler.as_sql = lambda *args, **kwargs: (self.sql, parameters)
        rows: Any = self.rows
        return list(rows._iterable_class(rows))


def prepared(build: "Callable[..., models.QuerySet[M]]") -> Callable[..., list[M]]:
    """Make a function that gives a query into one that gives its rows; see above.

    Raises ValueError for a value that the query does not hand on to the database as it is.
    """

    @wraps(build)
    def rows(*given: Any, **shape: Hashable) -> list[M]:
        kept = _kept(_own())
        key = (build, *map(_shape, given), *shape.items())
        if key in kept:
            kept.move_to_end(key)
        else:
            kept[key] = _compiled(build, given, shape)
            while len(kept) > MOST:
                kept.popitem(last=False)
        statement = kept[key]
        return [] if statement is None else statement.ask([v for v in given if type(v) in STAND_INS])

    return rows


def _kept(connection: Any) -> OrderedDict[Hashable, Any]:
    found: OrderedDict[Hashable, Any] = vars(connection).setdefault("prepared", OrderedDict())
    return found


def _shape(value: Any) -> Hashable:
    if value is None or isinstance(value, bool):
        return value
    if type(value) in STAND_INS:
        return str(type(value))
    scope: Hashable = value.scope
    return scope


def _compiled(
    build: "Callable[..., models.QuerySet[Any]]", given: tuple[Any, ...], shape: dict[str, Hashable]
) -> _Statement | None:
    """None: whatever the values are, there are no such rows."""
    stand_ins: list[Any] = []
    told = []
    for value in given:
        if type(value) in STAND_INS:
            stand_ins.append(STAND_INS[type(value)](len(stand_ins)))
            told.append(stand_ins[-1])
        else:
            told.append(value)
    rows: Any = build(*told, **shape)
    compiler: Any = rows.query.get_compiler(using=rows.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    stored = [_compared(_stored(value, compiler.connection)) for value in stand_ins]
    compared = [_compared(parameter) for parameter in parameters]
    places = {n: stored.index(p) for n, p in enumerate(compared) if p in stored}
    if set(places.values()) != set(range(len(stored))):
        raise ValueError(f"{build.__qualname__} does not hand on all of its values as they are")
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    compiler.get_converters = lambda columns: converters
    rows.query.get_compiler = lambda *args, **kwargs: compiler
    return _Statement(rows, compiler, sql, tuple(parameters), places)


class Inserted(models.Model):
    """A model whose ``save`` inserts by SQL that is compiled once in each connection."""

    class Meta:
        abstract = True

    def _do_insert(
        self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool
    ) -> list[tuple[Any, ...]]:
        connection = _own()
        kept = _kept(connection)
        key = (type(self), tuple(field.attname for field in fields))
        if key not in kept:
            query = InsertQuery(type(self))
            query.insert_values(fields, [self], raw=raw)
            compiler: Any = query.get_compiler(using=using)
            compiler.returning_fields = returning_fields
            ((kept[key], _parameters),) = compiler.as_sql()
        values = [
            field.get_db_prep_save(
                getattr(self, field.attname) if raw else field.pre_save(self, add=True), connection
            )
            for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(kept[key], values)
            return [cursor.fetchone()] if returning_fields else []

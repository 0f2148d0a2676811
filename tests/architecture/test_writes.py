"""All writes stand in ``commands.py``: the room is guarded, or it does not hold."""

import ast

import pytest

from tests.architecture.source import breaches, kind_of, writes

PERMITTED: dict[str, str] = {
    "core/statistics.py::count_for_the_planner": "SQLite counts rows for its planner; no record changes",
    "site/backups.py::_copy_postgresql": "says how its own reads are to see the database",
    "core/prepared.py::Inserted._do_insert": "the inside of save(), of which this guard knows where it is called",
}
"""Places that write although they are not commands (``module::function``), and why."""


def may_write(module: str) -> bool:
    return kind_of(module) == "commands"


@pytest.mark.parametrize(
    "line",
    [
        "building.save()",
        "building.save(update_fields=['name'])",
        "Building.rows_without_a_reader.create(name=name)",
        "Building.rows_without_a_reader.bulk_create(rows)",
        "Building.objects.for_reader(by).filter(key=True).update(key=False)",
        "occupancies.delete()",
        "await unit.asave()",
        "Area.objects.get_or_create(name=name)",
        "cursor.execute('DELETE FROM places_unit WHERE id = %s', [key])",
        "cursor.execute(f'UPDATE {table} SET name = 1')",
        "cursor.execute(sql)",
    ],
)
def test_the_guard_sees_a_write(line: str) -> None:
    assert list(writes(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "digest.update(text)",
        "choices.update({'a': 1})",
        "workbook.save(path)",
        "cache.delete(key)",
        "cursor.execute('SELECT 1')",
        "Building.objects.for_reader(by).filter(key=True).first()",
    ],
)
def test_the_guard_leaves_other_calls_alone(line: str) -> None:
    assert not list(writes(ast.parse(line)))


def test_writes_stand_in_commands_only() -> None:
    assert breaches(writes, may_write, PERMITTED) == []

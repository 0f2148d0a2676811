"""The package's own source as syntax trees, and what the architecture tests look for in them."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "louyu"

Finder = Callable[[ast.AST], Iterator[tuple[int, str]]]
"""Gives line and words for each breach in a tree."""

MANAGERS = frozenset({"objects", "rows_without_a_reader", "_default_manager", "_base_manager"})
_ALWAYS_A_WRITE = frozenset({"bulk_create", "bulk_update", "get_or_create", "update_or_create"})
_A_WRITE_BY_KEYWORD = frozenset({"create", "update", "save", "delete"})
_SQL_READS = ("SELECT", "WITH", "PRAGMA", "EXPLAIN", "SHOW", "VALUES")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package but its tests and migrations, by path from the package ("places/models.py")."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts)
    }


def rooms() -> list[str]:
    """The packages that are rooms."""
    return sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def kind_of(module: str) -> str:
    """What a module is in its room: "commands" for ``places/commands.py`` and for ``places/commands/close.py``."""
    parts = module.removesuffix(".py").split("/")
    return parts[1] if len(parts) > 1 else ""


@dataclass(frozen=True)
class Breach:
    """Something found where it is not allowed, with the function it stands in (empty: at the module's level)."""

    module: str
    function: str
    line: int
    words: str

    @property
    def place(self) -> str:
        """How a list of exceptions names it: ``places/queries.py::function``."""
        return f"{self.module}::{self.function}"

    def __str__(self) -> str:
        return f"{self.place} line {self.line}: {self.words}"


def found(finder: Finder, allowed: Callable[[str], bool]) -> list[Breach]:
    """All that the finder finds in modules where it is not allowed."""
    return [
        Breach(module, _function_at(tree, line), line, words)
        for module, tree in modules().items()
        if not allowed(module)
        for line, words in finder(tree)
    ]


def breaches(finder: Finder, allowed: Callable[[str], bool], permitted: Iterable[str] = ()) -> list[str]:
    """What was found beyond the permitted places, as words; and permitted places where nothing is found any more."""
    there = found(finder, allowed)
    gone = set(permitted) - {breach.place for breach in there}
    return [str(b) for b in there if b.place not in set(permitted)] + [
        f"{p}: not needed any more" for p in gone
    ]


def _function_at(tree: ast.Module, line: int) -> str:
    names = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return ".".join(names)


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls that write through the ORM or by SQL.

    ``create``, ``update``, ``save`` and ``delete`` are common words: they count when called as the ORM's are, by
    keyword or without arguments (``digest.update(text)`` and ``workbook.save(path)`` are something else), or on a
    manager.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        names = {node.func.attr, node.func.attr.removeprefix("a")}  # the asynchronous twins too
        if names & _ALWAYS_A_WRITE:
            yield node.lineno, f".{node.func.attr}()"
        elif names & _A_WRITE_BY_KEYWORD and (not node.args or _on_a_manager(node.func.value)):
            if node.func.attr == "update" and not node.keywords and not _on_a_manager(node.func.value):
                continue
            yield node.lineno, f".{node.func.attr}()"
        elif node.func.attr in ("execute", "executemany", "executescript") and node.args:
            yield from _sql_writes(node)


def _on_a_manager(receiver: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in MANAGERS for n in ast.walk(receiver))


def _sql_writes(call: ast.Call) -> Iterator[tuple[int, str]]:
    said = call.args[0]
    first = said.values[0] if isinstance(said, ast.JoinedStr) and said.values else said
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        yield call.lineno, "SQL that cannot be read here"
    elif not first.value.lstrip(" (\n").upper().startswith(_SQL_READS):
        yield call.lineno, f"SQL: {first.value[:30]}"


def managers(*names: str) -> Finder:
    """A finder of attributes with these names."""

    def find(tree: ast.AST) -> Iterator[tuple[int, str]]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in names:
                yield node.lineno, f".{node.attr}"

    return find

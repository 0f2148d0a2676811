"""Write docs/reference/ from the declarations in the code. A test compares, so that the two cannot drift."""

import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tools.access_reference import pages_section

if TYPE_CHECKING:
    from louyu.core.states import Machine
    from louyu.workbooks.declare import Register

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
HEAD = "<!-- Written by `make reference`; do not edit by hand. -->\n\n"

SETTINGS = {
    "LOUYU_HOME": "Folder of the deployment: SQLite database, keys, encrypted files.",
    "LOUYU_DATABASE_URL": "Database, `postgresql://user:password@host:port/name` or `sqlite:///path`; empty: "
    "`db.sqlite3` in `LOUYU_HOME`.",
    "LOUYU_DISTRICT": "Name of the district, as pages show it.",
    "LOUYU_DISTRICT_CODE": "Division code of the district (GB/T 2260), six digits.",
    "LOUYU_MAP_TILES_URL": "Address pattern of a tile server, `https://…/{z}/{x}/{y}.png`; empty: the district's own "
    "outlines only.",
    "LOUYU_HOSTS": "Names under which browsers reach the server, with commas.",
    "LOUYU_ORIGINS": "Origins (`https://…`) from which forms may be sent, with commas; needed behind a proxy.",
    "LOUYU_TLS": "`1` when browsers reach the server by TLS: secure cookies and HSTS.",
    "LOUYU_TWO_FACTOR": "Roles that sign in by two steps, with commas, e.g. `system,security,audit`; empty: whoever "
    "wants to.",
    "LOUYU_DEBUG": "`1` shows errors in full and must never be set on a machine that others reach.",
    "LOUYU_UPLOAD_MAX_MB": "Largest workbook that is taken, MiB.",
}
"""What each setting means; its default is read from the code."""


def settings_in_code(source: str) -> dict[str, str]:
    """The LOUYU_* variables that a module reads from the environment, with their defaults as written."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get" and node.args:
            name, *default = node.args
            if isinstance(name, ast.Constant) and str(name.value).startswith("LOUYU_"):
                value = default[0].value if default and isinstance(default[0], ast.Constant) else ""
                found[str(name.value)] = str(value)
    return found


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def settings_page() -> str:
    """Every setting of a deployment."""
    defaults = settings_in_code((ROOT / "src/louyu/site/settings.py").read_text(encoding="utf-8"))
    if set(defaults) != set(SETTINGS):
        raise SystemExit(f"tools/reference.py and settings.py differ in {set(defaults) ^ set(SETTINGS)}")
    rows = (
        (f"`{name}`", f"`{defaults[name]}`" if defaults[name] else "", SETTINGS[name]) for name in SETTINGS
    )
    return "# Settings\n\nRead from the environment.\n\n" + table(("setting", "default", "meaning"), rows)


def access_page() -> str:
    """Every access row: who may do what within their scope, and why."""
    from louyu.accounts.models import ROLE_NAMES, SCOPE_NAMES
    from louyu.accounts.policy import Row, declared
    from louyu.accounts.rules import SCOPES_OF_ROLE

    def held(row: Row, role: str) -> str:
        kinds = ", ".join(sorted(kind for narrowed, kind in row.narrowed if narrowed == role))
        return f"{role} (own)" if kinds == "self" else f"{role} (over a {kinds})" if kinds else role

    def who(row: Row) -> str:
        found = "everybody signed in" if row.everybody else ", ".join(held(row, r) for r in sorted(row.roles))
        if row.these is not None:
            return f"{found}: {(row.these.__doc__ or '').partition('.')[0].lower()}"
        return found + (f"; own (`{row.own}`)" if row.own else "")

    roles = (
        (f"`{role}`", ROLE_NAMES[role], ", ".join(f"{kind} ({SCOPE_NAMES[kind]})" for kind in kinds))
        for role, kinds in SCOPES_OF_ROLE.items()
    )
    rows = ((f"`{action}`", who(row), row.why) for action, row in sorted(declared().items()))
    return (
        "# Access\n\nA role counts only together with a scope. What is not declared here nobody may do.\n\n"
        f"## Roles\n\n{table(('role', 'name', 'may be given over'), roles)}\n"
        f"## Rows\n\n{table(('action', 'who, within their scope', 'why'), rows)}\n"
        f"{pages_section(table)}"
    )


def registers_page() -> str:
    """Every kind of register with its columns and the headings it knows."""
    parts = [
        "# Registers\n\nKinds of workbook that can be imported, and the headings by which a column is known.\n"
    ]
    for register in _registers():
        rows = (
            (
                f"`{column.field}`",
                column.label,
                "、".join(column.headings),
                "a wrong value lets the row wait" if column.identity else "",
            )
            for column in register.columns
        )
        needs = ", ".join(f"`{name}`" for name in register.required)
        parts.append(
            f"## {register.label} (`{register.kind}`)\n\nNeeds {needs}; permission `{register.action}`.\n\n"
            + table(("field", "name", "headings", ""), rows)
        )
    return "\n".join(parts)


def _registers() -> "Iterator[Register]":
    from django.apps import apps

    for config in apps.get_app_configs():
        if config.name.startswith("louyu.") and find_spec(f"{config.name}.registers"):
            yield from import_module(f"{config.name}.registers").REGISTERS


def states_page() -> str:
    """Every kind of record that has states: what it can be, what can be done with it, how one leads to the other."""
    parts = [
        "# States\n\nWho may do what is in [Access](access.md); only what is declared here can be done.\n"
    ]
    for machine in _machines():
        states = (
            (
                f"`{s.code}`",
                s.label,
                "yes" if s.open else "",
                s.clock.value,
                ", ".join(f"`{t.code}`" for t in machine.possible(s.code)),
            )
            for s in machine.states
        )
        steps = (
            (
                f"`{t.code}`",
                t.label,
                ", ".join(f"`{code}`" for code in t.sources) or "makes it",
                ", ".join(f"`{code}`" for code in t.reached_from(""))
                if t.target or t.targets
                else "as it was",
                ", ".join(t.needs),
                ", ".join(t.takes),
                f"`{t.action}`",
            )
            for t in machine.transitions
        )
        parts.append(
            f"## {machine.name}\n\n```mermaid\n{machine.diagram(but=('note', 'record_history'))}```\n\n"
            + table(("state", "name", "open", "clock", "what can be done"), states)
            + "\n"
            + table(("transition", "name", "in", "to", "needs", "takes", "permission"), steps)
        )
    return "\n".join(parts)


def _machines() -> "Iterator[Machine]":
    from django.apps import apps

    from louyu.core.states import Machine

    for config in apps.get_app_configs():
        if config.name.startswith("louyu.") and find_spec(f"{config.name}.states"):
            module = import_module(f"{config.name}.states")
            yield from (value for value in vars(module).values() if isinstance(value, Machine))


def figures_page() -> str:
    """Every figure: its code, names, definition, unit, and the rule by which it is counted."""
    from louyu.indicators.registry import GROUPS, indicators

    parts = [
        "# Figures\n\nEach opens on the very records that were counted. A figure counted by *facts* is kept by the "
        "commands that change it and tallied by the database; one counted over its *list* is counted when it is asked "
        "for. [Decision 0009](../decisions/0009-figures-by-dated-facts-that-the-database-tallies.md).\n"
    ]
    for group, heading in GROUPS.items():
        rows = (
            (
                f"`{i.code}`",
                f"{i.name_zh}<br>{i.name_en}",
                f"{i.definition_zh}<br>{i.definition_en}",
                f"{i.unit_zh} / {i.unit_en}",
                ("facts" if i.held else "list")
                + (f"; {i.terms[2]} ÷ {i.terms[3]}" if i.terms else "")
                + (f"; each `{i.each}` once" if i.each != "pk" else "")
                + ("" if i.dated else "; has no date"),
            )
            for i in indicators().values()
            if i.group == group
        )
        parts.append(f"## {heading}\n\n" + table(("code", "name", "definition", "unit", "counted by"), rows))
    return "\n".join(parts)


@dataclass(frozen=True, order=True)
class Said:
    """A refusal as the code writes it: the room, the class or code, the field, the reason and the mend."""

    room: str
    code: str
    field: str
    reason: str
    mend: str


def refusals_in(source: str, kinds: Iterable[str], room: str = "") -> list[Said]:
    """Every refusal that a module makes, in the order of its lines; what is computed is written 「…」."""
    wanted = set(kinds)
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in wanted or not node.args:
            continue
        given = {keyword.arg: _words_in(keyword.value) for keyword in node.keywords}
        code = given.get("code") or str(getattr(node.func, "id", ""))
        reason = _words_in(node.args[0])
        found.append(Said(room, code, given.get("field", ""), reason, given.get("mend", "")))
    return found


def _words_in(node: ast.AST) -> str:
    """The text that an expression is made of: a literal, a translated one, one with values put in."""
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.IfExp():
            return " / ".join(dict.fromkeys(w for w in (_words_in(node.body), _words_in(node.orelse)) if w))
        case ast.BinOp(op=ast.Mod()):
            return re.sub(r"%(\(\w+\))?s", "…", _words_in(node.left))
        case ast.Call(func=ast.Name(id="_" | "gettext" | "ngettext")):
            return _words_in(node.args[0])
    return "…"


def refusal_classes() -> dict[str, int]:
    """The refusals that the code knows, by name, with the status that pages and API answer."""
    from louyu.core.errors import Refusal

    known: dict[str, int] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("louyu."):
            known[kind.__name__] = kind.status
        waiting += kind.__subclasses__()
    return known


def errors_page() -> str:
    """Every refusal: its code, the field, why, and what to do instead; as pages, API and command line say it."""
    package = ROOT / "src" / "louyu"
    sources = {
        path: path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts)
    }
    for path in sources:  # so that every class of refusal is known
        if "Refusal" in sources[path] or "Conflict" in sources[path]:
            import_module(
                ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
            )
    kinds = refusal_classes()
    said = {
        one
        for path, source in sources.items()
        for one in refusals_in(source, kinds, path.relative_to(package).parts[0])
        if one.reason != "…"
    }
    parts = [
        "# Errors\n\nA refusal names the field, the value that was given, why not, and the mend; pages, API and "
        "command line show the same words. `…` stands for a value.\n",
        table(("class", "status"), ((f"`{name}`", status) for name, status in sorted(kinds.items()))),
    ]
    for room in sorted({one.room for one in said}):
        rows = (
            (f"`{o.code}`", f"`{o.field}`" if o.field else "", o.reason, o.mend)
            for o in sorted(said)
            if o.room == room
        )
        parts.append(f"## {room}\n\n" + table(("code", "field", "why", "mend"), rows))
    return "\n".join(parts)


def commands_page() -> str:
    """The command line, as it describes itself."""
    import click

    from louyu.site.cli import main

    parts = ["# Commands\n"]
    for name, command in sorted(main.commands.items()):
        context = click.Context(command, info_name=f"louyu {name}", max_content_width=100, terminal_width=100)
        parts.append(f"## louyu {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """Every page of the reference by file name."""
    from django.utils import translation

    with translation.override("zh-hans"):
        return {
            name: HEAD + write()
            for name, write in {
                "settings.md": settings_page,
                "access.md": access_page,
                "registers.md": registers_page,
                "states.md": states_page,
                "commands.md": commands_page,
                "figures.md": figures_page,
                "errors.md": errors_page,
            }.items()
        }


def main() -> int:
    """Write all pages."""
    import django

    with tempfile.TemporaryDirectory() as home:
        os.environ.update(DJANGO_SETTINGS_MODULE="louyu.site.settings", LOUYU_HOME=home)
        django.setup()
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

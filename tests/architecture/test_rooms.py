"""The plan of the house is whole: every room in the order, every file by a name that every room uses."""

import tomllib
from collections.abc import Iterable

from django.conf import settings

from tests.architecture.source import PACKAGE, ROOT, rooms

FILES = {
    "__init__", "apps", "models", "rules", "queries", "commands", "access", "indicators", "registers", "lists",
    "forms", "views", "api", "urls",
}  # fmt: skip
FOLDERS = {"templates", "static", "locale", "tests", "migrations", "templatetags"}

MECHANISMS: dict[str, dict[str, str]] = {
    "accounts": {
        "action_words": "what each command does, in words",
        "jobs": "holds the trail against its digests",
        "change_words": "a change of the trail in words",
        "scopes": "what the rooms above tell of grants: the names behind a scope, where a grant comes from",
        "adapter": "how the sign-in library behaves here",
        "chain": "the audit trail's canonical form and hashes",
        "policy": "asks the access rows of all rooms",
        "recorded": "what was done to a record, out of the trail",
    },
    "cases": {
        "states": "what a case can be and what can be done with it: the declaration behind pages, API and tests",
    },
    "desk": {
        "jobs": "what the job runner does with a list",
        "things": "of which records of higher rooms somebody can be told, and where their pages are",
    },
    "indicators": {
        "kept": "answers that hold as long as no command was done",
        "registry": "all figures of all rooms",
        "words": "a figure, its change and the reasons in words, with their links",
    },
    "integrations": {
        "door": "lets machines in by token, keeps the answers of writes, apart from the pages' middleware",
        "problems": "every refusal of the API as RFC 9457 has it",
    },
    "organisations": {
        "finding_words": "the words of findings and their sources; the rules are pure and know no language",
        "letters": "the letter of introduction as a Word file",
        "member_forms": "the forms of the pages of members",
        "member_views": "the pages of members and transfers: another line of readers than those of organisations",
        "states": "what a transfer can be and what can be done with it",
    },
    "people": {
        "copies": "a copy of everything held on a person, for themselves",
    },
    "tenants": {
        "stacking_words": "the words of the stacking plan; its rules are pure and know no language",
    },
    "workbooks": {
        "declare": "how a room declares a kind of register",
        "understanding": "finds tables and headings in a sheet",
        "guards": "refuses hostile files before anything reads them",
        "sheets": "opens a workbook of any kind as sheets of cells",
        "jobs": "what the job runner does with a file",
        "marking": "marks wrong cells in the user's own file",
        "reports": "what came of an import, row by row",
    },
}
"""Modules with other names: mechanisms that several rooms use, and what they do. ``core`` and ``site`` hold nothing
but such, and are free in their names."""


def contract_layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return list(layers)


def rules_modules_of_the_contract() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (pure,) = [contract["source_modules"] for contract in contracts if contract["type"] == "forbidden"]
    return set(pure)


def strange_names(room: str, names: Iterable[str]) -> list[str]:
    """Names in a room that no room uses and that no mechanism explains."""
    known = FILES | FOLDERS | set(MECHANISMS.get(room, ()))
    return [name for name in names if name.removesuffix(".py") not in known]


def names_in(room: str) -> list[str]:
    return sorted(
        path.name
        for path in (PACKAGE / room).iterdir()
        if path.name != "__pycache__" and (path.suffix == ".py" or path.is_dir())
    )


def test_a_strange_name_is_noticed() -> None:
    assert strange_names("places", ["models.py", "utils.py", "rules", "helpers"]) == ["utils.py", "helpers"]
    assert strange_names("accounts", ["policy.py"]) == []
    assert strange_names("places", ["policy.py"]) == ["policy.py"]


def test_every_room_is_in_the_order() -> None:
    assert sorted(contract_layers()) == rooms()


def test_every_room_is_installed() -> None:
    assert {app.removeprefix("louyu.") for app in settings.INSTALLED_APPS if app.startswith("louyu.")} == set(
        rooms()
    )


def test_files_have_the_names_that_every_room_uses() -> None:
    strange = {room: strange_names(room, names_in(room)) for room in rooms() if room not in ("core", "site")}
    assert {room: names for room, names in strange.items() if names} == {}


def test_every_named_mechanism_is_there() -> None:
    for room, names in MECHANISMS.items():
        present = {name.removesuffix(".py") for name in names_in(room)}
        assert set(names) <= present


def test_rules_of_every_room_are_held_pure() -> None:
    written = {f"louyu.{room}.rules" for room in rooms() if (PACKAGE / room / "rules.py").exists()}
    written |= {
        f"louyu.{room}.rules" for room in rooms() if (PACKAGE / room / "rules" / "__init__.py").exists()
    }
    assert rules_modules_of_the_contract() == written

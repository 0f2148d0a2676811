"""The part of the reference that says who sees and does what, page by page and operation by operation.

Read from the rows of ``tests/access/routes.py``, which the tests ask everybody about, and the declared permissions.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from louyu.accounts.rules import Role, ScopeKind
    from tests.access.routes import Page

HEADS = {
    "system": "sys",
    "security": "sec",
    "audit": "aud",
    "office": "off",
    "subdistrict": "sub",
    "secretary": "scy",
    "chief": "chi",
    "administrator": "adm",
    "specialist": "spe",
    "department_lead": "led",
    "organisation_secretary": "org",
    "liaison": "lia",
    "chair": "cha",
    "member": "mem",
    "api": "api",
}
"""Role → its column's head."""
LEGEND = """## Pages and operations

Who sees a page or an operation of the API, and who may send its form. Tests ask every role for every line, about
records inside and outside of its scope.

`S` sees what lies in their scope, `s` only what is their own or shared with them; `D`, `d`: may do it there. Two
letters: sees and does. Empty: it is refused (403), and a record of it is not there (404). A list is open to everybody
who may sign in; the letter says whether it can have a line for them.

"""


def _model_of(action: str) -> Any:
    """The model of which a permission says who sees it; None for one that is about no kind of record."""
    from django.apps import apps

    room, _dot, what = action.partition(".")
    name = what.removeprefix("see_")
    if name == what:
        return None
    return next((m for m in apps.get_app_config(room).get_models() if m._meta.model_name == name), None)


def _reach(action: str, role: "Role", kind: "ScopeKind", model: Any) -> str:
    """How far a permission reaches for a role over a kind of scope: "scope", "own" or nothing."""
    from louyu.accounts.policy import declared
    from louyu.accounts.rules import ScopeKind

    row = declared()[action]
    if row.these is not None:
        return "own" if role in row.roles else ""
    if row.everybody:
        return "scope"
    lies = model is None or kind == ScopeKind.DISTRICT or kind in getattr(model, "scope_paths", {})
    if row.over(role, kind) and lies:
        return "own" if kind == ScopeKind.SELF else "scope"
    return "own" if row.own and role in row.roles else ""


def _letters(page: "Page", role: "Role", kind: "ScopeKind") -> str:
    """What a role over a kind of scope sees and does there."""
    see = [page.see, *(action for _record, action in page.also.values())]
    see += [page.names[1]] if page.names else []
    model = _model_of(page.see or (page.names or ("", ""))[1])
    seen = [_reach(a, role, kind, _model_of(a)) for a in see if a]
    seen += [_reach(page.needs, role, kind, None)] if page.needs else []
    if not all(seen):
        return ""
    done = [*seen, _reach(page.do, role, kind, model) if page.do else "scope"]
    looks = page.get and (_asks_to_look(page) or page.gets == 200) and (all(done) or not page.guarded)
    sees = "" if not looks else "s" if "own" in seen else "S"
    if page.sends is None:
        return sees
    return sees + ("" if not all(done) else "d" if "own" in done else "D")


def _asks_to_look(page: "Page") -> bool:
    """Whether looking at it asks for anything."""
    return bool(page.see or page.needs or page.also)


def _name(name: str, page: "Page") -> str:
    given = " ".join(page.given.values())
    return f"`{name}`" + (f" {given}" if given else "")


def _lines(table: Mapping[str, Any]) -> Iterator[tuple[str, "Page"]]:
    for name, rows in table.items():
        told = set()
        for page in rows if isinstance(rows, tuple) else (rows,):
            if _name(name, page) not in told:
                yield name, page
            told.add(_name(name, page))


def _room(line: tuple[str, "Page"]) -> str:
    """The room of a page; those of the sign-in library and single addresses stand with the site."""
    room, colon, _name = line[0].partition(":")
    return room if colon else "site"


def _columns() -> list[tuple[str, "Role", "ScopeKind"]]:
    """A column for each role; two where its kinds of scope reach differently far."""
    from louyu.accounts.rules import SCOPES_OF_ROLE, Role, ScopeKind

    found = [(HEADS[role], role, kinds[0]) for role, kinds in SCOPES_OF_ROLE.items()]
    at = next(n for n, (_head, role, _kind) in enumerate(found) if role == Role.SPECIALIST)
    found.insert(at + 1, ("spe-b", Role.SPECIALIST, ScopeKind.BUILDING))
    return found


def pages_section(table: Any) -> str:
    """The whole of it as Markdown; ``table`` writes a table from a head and rows."""
    from tests.access.routes import OPERATIONS, PAGES

    columns = _columns()
    heads = ", ".join(f"`{head}` {role}" for head, role, _kind in columns if head != "spe-b")
    parts = [LEGEND, f"{heads}; `spe` over a department, `spe-b` over a building.\n\n"]
    by_room = groupby(sorted(_lines(PAGES), key=_room), key=_room)
    rooms = [(f"Pages: {room}", list(lines)) for room, lines in by_room]
    for title, lines in [*rooms, ("Operations of the API", list(_lines(OPERATIONS)))]:
        parts.append(f"### {title}\n\n")
        asked = [(name, page) for name, page in lines if page.asked]
        free = [
            _name(name, page) + (" (public)" if page.public else "") for name, page in lines if not page.asked
        ]
        if free:
            parts.append(f"For everybody signed in, each with what is theirs: {', '.join(free)}.\n\n")
        if asked:
            rows = (
                (
                    _name(name, page),
                    ", ".join(f"`{action}`" for action in page.asked),
                    *(_letters(page, role, kind) for _head, role, kind in columns),
                )
                for name, page in asked
            )
            parts.append(table(("", "asks for", *(head for head, _role, _kind in columns)), rows) + "\n")
    return "".join(parts).rstrip("\n") + "\n"

"""What the rooms above tell of grants: the names behind a scope, and where a grant comes from.

A grant names its scope by key alone; which building that is, the room of buildings knows. The site declares both in
its ``AppConfig.ready()``.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.accounts.models import SCOPE_NAMES, Grant
from louyu.accounts.rules import ScopeKind


@dataclass(frozen=True)
class Places:
    """A kind of scope: its names by key, the keys that a name or code may mean, and some names to choose from."""

    names: Callable[[Collection[UUID]], dict[UUID, str]]
    find: Callable[[str], list[UUID]]
    offered: Callable[[], list[str]]


@dataclass(frozen=True)
class Source:
    """What a grant follows from: in words, and the page on which that is changed."""

    words: str
    link: str


PLACES: dict[ScopeKind, Places] = {}
SOURCES: list[Callable[[Collection[UUID]], dict[UUID, Source]]] = []
"""Functions of the keys of grants: those that follow from something else, and from what."""


def names_of(grants: Iterable[Grant]) -> dict[UUID, str]:
    """Over what each grant counts, in words, by the grant's key; one query per kind of scope."""
    grants = list(grants)
    wanted: dict[ScopeKind, set[UUID]] = {}
    for grant in grants:
        if grant.scope_id is not None:
            wanted.setdefault(ScopeKind(grant.scope_kind), set()).add(grant.scope_id)
    known: dict[Any, str] = {}
    for kind, keys in wanted.items():
        if kind in PLACES:
            known |= PLACES[kind].names(keys)
    return {g.pk: known.get(g.scope_id, str(SCOPE_NAMES[ScopeKind(g.scope_kind)])) for g in grants}


def sources_of(grants: Collection[UUID]) -> dict[UUID, Source]:
    """Those of these grants that follow from something else, and from what."""
    found: dict[UUID, Source] = {}
    for source in SOURCES:
        found |= source(grants)
    return found


def offered(kinds: Iterable[ScopeKind]) -> list[str]:
    """Names to choose a scope from; enterprises are too many and are typed."""
    return sorted({name for kind in kinds if kind in PLACES for name in PLACES[kind].offered()})


def ways_to_say(kinds: Iterable[ScopeKind]) -> str:
    """The kinds of scope in words: 「部门、楼宇」."""
    return _("、").join(str(SCOPE_NAMES[kind]) for kind in kinds)

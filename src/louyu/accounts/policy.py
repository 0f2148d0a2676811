"""Who may do what where, from the rows that each room declares in its ``access.py``.

One row answers four questions: may he (``may``), which rows (``rows``), who may (``Row.roles``), why (``Row.why``).
Predicate and row filter come from the same row, so they cannot disagree.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from louyu.accounts.rules import Role, ScopeKind
from louyu.core.errors import NotPermitted
from louyu.core.prepared import prepared

if TYPE_CHECKING:
    from louyu.accounts.models import User


@dataclass(frozen=True)
class Row:
    """One permission: an action ("places.see_building"), the roles that have it within their scope, and why."""

    action: str
    roles: frozenset[Role]
    why: str
    everybody: bool = False
    own: str = ""
    """Field that names the user: those rows count too, whatever the scope (own imports)."""
    these: Callable[["User"], Q] | None = None
    """Which rows, where no scope says it: the user's own alone, or those beside a record that they see. The district
    does not reach further then."""

    narrowed: frozenset[tuple[Role, ScopeKind]] = frozenset()
    """Roles that have it over this kind of scope alone; over SELF: only where the record is theirs (``own``)."""

    @classmethod
    def of(cls, action: str, *roles: Role | tuple[Role, ScopeKind], why: str, own: str = "") -> "Row":
        """Who has it within their scope; ``(role, kind)``: over this kind of scope only."""
        narrowed = frozenset(given for given in roles if isinstance(given, tuple))
        held = frozenset(given[0] if isinstance(given, tuple) else given for given in roles)
        return cls(action, held, why, own=own, narrowed=narrowed)

    @classmethod
    def of_these(cls, action: str, these: Callable[["User"], Q], *roles: Role, why: str) -> "Row":
        """These rows of whoever has one of the roles; without roles: of every signed-in user."""
        return cls(action, frozenset(roles or Role), why, everybody=not roles, these=these)

    @classmethod
    def for_everybody(cls, action: str, why: str) -> "Row":
        """Every signed-in user, whatever their scope."""
        return cls(action, frozenset(Role), why, everybody=True)

    def over(self, role: Role, kind: ScopeKind) -> bool:
        """Whether whoever holds this role over this kind of scope has the permission in it."""
        kinds = {k for narrowed, k in self.narrowed if narrowed == role}
        return role in self.roles and (not kinds or kind in kinds)


@cache
def declared() -> dict[str, Row]:
    """All rows of all rooms, by action. Nobody sees them half read: two first requests may come at once."""
    found: dict[str, Row] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("louyu."):
            try:
                room = import_module(f"{config.name}.access")
            except ModuleNotFoundError as error:
                if error.name != f"{config.name}.access":
                    raise
                continue
            for row in room.ROWS:
                if row.action in found:
                    raise RuntimeError(f"{row.action} is declared twice")
                found[row.action] = row
    return found


def _paths(model: Any, kind: ScopeKind, ids: Iterable[Any]) -> Q:
    """Rows of ``model`` whose scope of this kind is one of ``ids``; nothing when the model has no such path."""
    found = Q(pk__in=[])
    for path in getattr(model, "scope_paths", {}).get(kind, ()):
        leads = Q(**{f"{path}__in": list(ids)})
        for step in getattr(model, "scope_ends", ()):
            if path.startswith(f"{step}__"):
                leads &= Q(**{f"{step}__until": None}) | Q(**{f"{step}__until__gt": timezone.localdate()})
        if _is_many_valued(model, path):  # ask by key, so that no row comes twice
            found |= Q(pk__in=model.rows_without_a_reader.filter(leads).values("pk"))
        else:
            found |= leads
    return found


def _holds_one_of(user: "User", row: Row) -> bool:
    return any(Role(grant.role) in row.roles for grant in user.running_grants)


@cache
def _is_many_valued(model: Any, path: str) -> bool:
    """Whether this path of lookups may lead from one row to several."""
    for step in path.split("__")[:-1]:
        field = model._meta.get_field(step)
        if field.one_to_many or field.many_to_many:
            return True
        model = field.related_model
    return False


def rows(user: "User", action: str, model: type[models.Model]) -> Q:
    """Which rows of ``model`` this user may do ``action`` to. No row declared: none."""
    row = declared().get(action)
    if row is None or not user.is_active:
        return Q(pk__in=[])
    if row.these is not None:
        return row.these(user) if may(user, action) else Q(pk__in=[])
    if row.everybody:
        return Q()
    scopes: dict[ScopeKind, set[Any]] = {}
    for grant in user.running_grants:
        kind = ScopeKind(grant.scope_kind)
        if row.over(Role(grant.role), kind):
            # Whoever is over themselves is so over nobody else, whatever the grant names.
            scopes.setdefault(kind, set()).add(user.pk if kind == ScopeKind.SELF else grant.scope_id)
    if ScopeKind.DISTRICT in scopes:
        return Q()
    found = Q(**{row.own: user}) if row.own and _holds_one_of(user, row) else Q(pk__in=[])
    for kind, ids in scopes.items():
        found |= _paths(model, kind, ids)
    return found


def may(user: "User", action: str, on: models.Model | None = None) -> bool:
    """Whether this user may do ``action``: to the record, or, with none named, anywhere in their scope."""
    row = declared().get(action)
    if row is None or not user.is_active:
        return False
    if row.everybody and (on is None or row.these is None):
        return True
    if on is None:
        if row.own:
            return _holds_one_of(user, row)
        return any(row.over(Role(g.role), ScopeKind(g.scope_kind)) for g in user.running_grants)
    return bool(_among(user, on.pk, action=action, model=type(on)))


@prepared
def _among(user: "User", key: Any, *, action: str, model: Any) -> "models.QuerySet[Any]":
    """The key, if the record is one of those to which this user may do this."""
    return model.rows_without_a_reader.filter(rows(user, action, model), pk=key).values_list("pk")  # type: ignore[no-any-return]


def everywhere(user: "User", action: str) -> bool:
    """Whether this user may do ``action`` in the whole district."""
    row = declared().get(action)
    return bool(
        row
        and row.these is None
        and user.is_active
        and (
            row.everybody
            or any(
                g.scope_kind == ScopeKind.DISTRICT and row.over(Role(g.role), ScopeKind.DISTRICT)
                for g in user.running_grants
            )
        )
    )


def require(user: "User", action: str, on: models.Model | None = None) -> None:
    """Raises NotPermitted with the reason unless the user may."""
    if not may(user, action, on):
        from django.utils.translation import gettext as _

        row = declared().get(action)
        raise NotPermitted(
            _("您没有做这件事的权限。"),
            field=action,
            mend=_("请向安全管理员申请。") if row else "",
            code="NotPermitted",
        )

"""What the site tells lower rooms, which know nothing of each other: places of grants, their source, who holds what."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts import scopes
from louyu.accounts.rules import ScopeKind
from louyu.accounts.scopes import Places, Source
from louyu.duties.models import Department, Duty, Right
from louyu.people import queries as people
from louyu.people.models import Person
from louyu.people.queries import Holding
from louyu.places.models import Area, Building
from louyu.tenants.models import Enterprise
from louyu.workbooks.models import ImportBatch

MOST_FILES = 20


def tell() -> None:
    """Say all of it; when the application begins."""
    scopes.PLACES.update(
        {
            ScopeKind.SUBDISTRICT: _places(Area, Q(kind=Area.Kind.SUBDISTRICT)),
            ScopeKind.COMMUNITY: _places(Area, Q(kind=Area.Kind.COMMUNITY)),
            ScopeKind.BUILDING: _places(Building),
            ScopeKind.DEPARTMENT: _places(Department, find=_departments),
            ScopeKind.ENTERPRISE: _places(Enterprise, find=_enterprises, offered=list),
        }
    )
    scopes.SOURCES.append(_duties_behind)
    people.NEEDED_FOR.extend([_running_duties, _sign_in_in_use])
    people.HELD_IN.extend([_uploads, _sign_in_kept])


def _places(
    model: Any,
    these: Q = Q(),  # noqa: B008 — a query is never changed in place
    *,
    find: Callable[[str], list[UUID]] | None = None,
    offered: Callable[[], list[str]] | None = None,
) -> Places:
    """A kind of scope that is a model's records. Who gives rights over them is told their names, whoever they are."""
    rows = model.rows_without_a_reader.filter(these)

    def by_name(text: str) -> list[UUID]:
        return list(rows.filter(name=text).values_list("pk", flat=True)[:3])

    return Places(
        names=lambda keys: dict(rows.filter(pk__in=keys).values_list("pk", "name")),
        find=find or by_name,
        offered=offered or (lambda: list(rows.values_list("name", flat=True))),
    )


def _departments(text: str) -> list[UUID]:
    """By the name or a short one."""
    return [d.pk for d in Department.rows_without_a_reader.all() if text in (d.name, *d.short_names)]


def _enterprises(text: str) -> list[UUID]:
    """By the name or the credit code, but for those merged into another."""
    found = Enterprise.rows_without_a_reader.filter(Q(name=text) | Q(credit_code=text), merged_into=None)
    return list(found.values_list("pk", flat=True)[:3])


def _duties_behind(grants: Collection[UUID]) -> dict[UUID, Source]:
    rights = Right.rows_without_a_reader.filter(grant__in=list(grants)).select_related("duty__building")
    return {r.grant_id: Source(f"{r.duty.building.name} {r.duty.get_role_display()}", "") for r in rights}


def _running_duties(person: Person) -> Iterator[Holding]:
    running = Q(until__isnull=True) | Q(until__gt=timezone.localdate())
    for duty in Duty.rows_without_a_reader.filter(running, person=person).select_related("building"):
        words = _("现任 %(building)s %(role)s，请先记下离任") % {
            "building": duty.building.name,
            "role": duty.get_role_display(),
        }
        yield Holding(words, reverse("duties:duty", args=[duty.pk]))


def _sign_in_in_use(person: Person) -> Iterator[Holding]:
    if person.user is not None and person.user.is_active:
        yield Holding(_("用户 %s 还能登录，请安全管理员先停用") % person.user.username)


def _sign_in_kept(person: Person) -> Iterator[Holding]:
    if person.user is not None:
        words = _("用户名 %s 和以前的称呼留在审计记录里，说明当时是谁经手的") % person.user.username
        yield Holding(words)


def _uploads(person: Person) -> Iterable[Holding]:
    """The uploaded workbooks whose rows became records of this person; encrypted as a whole, with keys of their own."""
    batches = {person.origin_batch}
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if any(field.name == "origin_batch" for field in model._meta.fields):
            rows = model.rows_without_a_reader.filter(**{relation.field.name: person})
            batches |= set(rows.values_list("origin_batch", flat=True))
    kept = ImportBatch.rows_without_a_reader.filter(pk__in=[b for b in batches if b])[:MOST_FILES]
    return [
        Holding(
            _("上传过的表「%s」里还有，整个文件是加密的") % batch.file_name,
            reverse("workbooks:batch", args=[batch.pk]),
        )
        for batch in kept
    ]

"""Pages of enterprises: the list, one enterprise, a contact's values shown once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.core.industries import colour_family
from louyu.core.lists import show
from louyu.people.commands import reveal
from louyu.tenants import commands, queries
from louyu.tenants.lists import ENTERPRISES, section_name
from louyu.tenants.models import Enterprise
from louyu.tenants.queries.history import history
from louyu.workbooks.lists import origin_words, say_origin
from louyu.workbooks.queries import file_names


@require_safe
def enterprise_list(request: HttpRequest) -> HttpResponseBase:
    """The list of enterprises."""
    return show(request, ENTERPRISES, "tenants/enterprise_list.html")


@require_safe
@never_cache
def enterprise(request: HttpRequest, key: UUID) -> HttpResponse:
    """An enterprise's page; with ``?panel=1`` only the panel that stands beside the stacking plan."""
    reader: Any = request.user
    found = get_object_or_404(queries.entries(reader), pk=key)
    context = _facts(found, reader)
    if request.GET.get("panel") == "1":
        return render(request, "tenants/enterprise_panel.html", context)
    return render(request, "tenants/enterprise.html", context | _around(found, reader))


def _facts(found: Enterprise, reader: User) -> dict[str, Any]:
    """What panel and page both say."""
    now, before = queries.places_of(found, reader)
    contacts = list(queries.contacts_today(reader).filter(enterprise=found))
    say_origin([found])
    places: list[Any] = [*now, *before]
    for occupancy in places:
        occupancy.unit_words = queries.unit_words(occupancy)
    known = [o.area for o in now if o.area is not None]
    begun = [o.since for o in now if o.since is not None]
    return {
        "enterprise": found,
        "section": section_name(found),
        "family": colour_family(found.industry_section, found.industry_class),
        "now": now,
        "before": before,
        "place": queries.place_words(now),
        "area": sum(known) if known else None,
        "area_unknown": len(known) < len(now),
        "since": min(begun, default=None),
        "contacts": contacts,
        "may_reveal": policy.may(reader, "people.reveal") and bool(contacts),
        "declared": queries.declared_members(found, reader),
    }


def _around(found: Enterprise, reader: User) -> dict[str, Any]:
    """What only the page says."""
    return {
        "may_merge": policy.may(reader, "tenants.merge_enterprises"),
        "merged": queries.merged_into(found, reader),
        "offices": queries.branch_offices(found, reader),
        "alike": queries.near_duplicates(found, reader),
        "parent": queries.enterprises(reader).filter(pk=found.parent_id).first() if found.parent_id else None,
        "history": history(found, reader),
        "today": timezone.localdate(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Two records side by side; sent, the other goes into the first."""
    reader: Any = request.user
    kept, doubled = (get_object_or_404(queries.enterprises(reader), pk=k) for k in (key, other))
    if request.method == "POST":
        commands.merge(kept, doubled, reason=request.POST.get("reason", "")[:200], by=reader)
        messages.success(request, _("已合并。"))
        return redirect("tenants:enterprise", kept.pk)
    sides = zip(_as_compared(kept, reader), _as_compared(doubled, reader), strict=True)
    rows = [(label, here, there) for (label, here), (_label, there) in sides]
    return render(request, "tenants/merge.html", {"kept": kept, "other": doubled, "sides": rows})


def _as_compared(found: Enterprise, reader: User) -> list[tuple[Any, str]]:
    now, before = queries.places_of(found, reader)
    reachable = queries.contacts_today(reader).filter(enterprise=found)
    contacts = [f"{c.person.name_masked} {c.person.phone_masked}" for c in reachable]
    return [
        (_("企业名称"), found.name),
        (_("统一社会信用代码"), found.credit_code or ""),
        (_("行业"), section_name(found) or ""),
        (_("位置"), queries.place_words(now)),
        (_("以前"), queries.place_words(before)),
        (_("联络人"), "、".join(contacts)),
        (_("从业人数"), "" if found.staff is None else str(found.staff)),
        (_("来源"), origin_words(found, file_names([found.origin_batch] if found.origin_batch else []))),
    ]


@require_POST
def part(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the newest merge into this enterprise back."""
    reader: Any = request.user
    kept = get_object_or_404(queries.enterprises(reader), pk=key)
    commands.part(kept, by=reader)
    messages.success(request, _("已撤销合并。"))
    return redirect("tenants:enterprise", kept.pk)


@require_POST
@never_cache
def reveal_contact(request: HttpRequest, key: UUID, contact: UUID) -> HttpResponse:
    """Name and phone of a contact in the clear, once: not kept by any cache, on record before it is shown."""
    reader: Any = request.user
    named = get_object_or_404(queries.contacts(reader), pk=contact, enterprise=key)
    values = reveal(named, fields=("name", "phone"), reason=request.POST.get("reason", ""), by=reader)
    template = "tenants/revealed_line.html" if "HX-Request" in request.headers else "tenants/revealed.html"
    return render(request, template, {"contact": named, "values": values, "enterprise": named.enterprise})

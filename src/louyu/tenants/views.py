"""Pages of enterprises: the list, one enterprise, a contact's values shown once."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.core.industries import colour_family
from louyu.core.lists import show
from louyu.people.commands import reveal
from louyu.tenants import queries
from louyu.tenants.lists import ENTERPRISES, section_name
from louyu.tenants.models import Enterprise
from louyu.tenants.queries.history import history
from louyu.workbooks.lists import say_origin


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
        "offices": queries.branch_offices(found, reader),
        "alike": queries.near_duplicates(found, reader),
        "parent": queries.enterprises(reader).filter(pk=found.parent_id).first() if found.parent_id else None,
        "history": history(found, reader),
        "today": timezone.localdate(),
    }


@require_POST
@never_cache
def reveal_contact(request: HttpRequest, key: UUID, contact: UUID) -> HttpResponse:
    """Name and phone of a contact in the clear, once: not kept by any cache, on record before it is shown."""
    reader: Any = request.user
    named = get_object_or_404(queries.contacts(reader), pk=contact, enterprise=key)
    values = reveal(named, fields=("name", "phone"), reason=request.POST.get("reason", ""), by=reader)
    template = "tenants/revealed_line.html" if "HX-Request" in request.headers else "tenants/revealed.html"
    return render(request, template, {"contact": named, "values": values, "enterprise": named.enterprise})

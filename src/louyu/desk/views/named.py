"""Filters kept under a name: above every list, and on a page of their own."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from louyu.accounts.models import User
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.lists import Listing, lists_by_name
from louyu.desk import commands, queries
from louyu.desk.forms import ViewForm
from louyu.desk.models import NamedView
from louyu.desk.rules import normal_query

SALT = "desk.view"
"""A list's page says itself which list it is: nobody keeps an address that is none."""


@dataclass(frozen=True)
class ShownView:
    """A named view as its reader finds it: where it leads, whose it is, what is wrong with it (empty: nothing)."""

    view: NamedView
    link: str
    own: bool
    title: str
    fault: str
    listing: Listing | None = None


def shown(view: NamedView, reader: User) -> ShownView:
    """A view read for its reader, with the list that it is; what is not there any more is said."""
    declared = lists_by_name().get(view.list)
    own = view.user_id == reader.pk
    link = f"{view.path}?{view.query}" if view.query else view.path
    if declared is None:
        return ShownView(view, view.path, own, view.list, _("这个列表已经没有了。"))
    listing = Listing(declared, reader, QueryDict(view.query), path=view.path)
    fault = "；".join(f"{n.field}「{n.value}」：{n.reason}" for n in listing.notices)
    return ShownView(view, link, own, str(declared.title), fault, listing)


def beside_a_list(request: HttpRequest, listing: Listing) -> str:
    """The named views of a list, and the way to keep what is shown now; nothing beside a part of another page."""
    reader: Any = request.user
    kept = lists_by_name().get(listing.declared.name)
    if kept is None or kept.rows is not listing.declared.rows:
        return ""
    here = normal_query(request.GET.urlencode())
    found = [
        (view, view.query == here, view.user_id == reader.pk)
        for view in queries.views_of_list(reader, kept.name)
    ]
    return render_to_string(
        "desk/views_of_list.html",
        {
            "views": found,
            "place": signing.dumps([kept.name, request.path], salt=SALT),
            "query": here,
            "form": ViewForm(reader, auto_id="view_%s"),
            "worth_keeping": bool(here) and not any(chosen for _view, chosen, _own in found),
        },
        request=request,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request: HttpRequest) -> HttpResponse:
    """The reader's named views; sent, a list's filters are kept as one."""
    reader: Any = request.user
    if request.method == "POST":
        return _keep(request, reader)
    return _page(request, reader)


def _page(
    request: HttpRequest, reader: User, *, form: ViewForm | None = None, edited: UUID | None = None
) -> HttpResponse:
    found = [shown(view, reader) for view in queries.own_first(queries.views(reader), reader)]
    return render(
        request,
        "desk/views.html",
        {
            "own": [v for v in found if v.own],
            "others": [v for v in found if not v.own],
            "form": form,
            "edited": edited,
        },
        status=422 if form is not None and form.errors else 200,
    )


def _keep(request: HttpRequest, reader: User) -> HttpResponse:
    list_name, path, query = _stands_at(request)
    form = ViewForm(reader, request.POST)
    try:
        view = commands.keep_view(
            list_name=list_name,
            path=path,
            query=query,
            name=request.POST.get("name", ""),
            shared=request.POST.get("shared", ""),
            by=reader,
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        form.refused(refusal)
        return render(
            request,
            "desk/keep_view.html",
            {"form": form, "place": request.POST.get("place", ""), "path": path, "query": query},
            status=refusal.status,
        )
    messages.success(request, _("已保存为视图。"))
    return redirect(shown(view, reader).link)


def _stands_at(request: HttpRequest) -> tuple[str, str, str]:
    """Name, path and filters of the list that is shown; filtering moves the address at which the browser stands."""
    try:
        name, path = signing.loads(request.POST.get("place", ""), salt=SALT)
    except signing.BadSignature as error:
        raise Refusal(_("没有这个列表。"), field="list", value="", mend=_("请从列表的页面上来。")) from error
    query = request.POST.get("query", "")
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.path == path and came_from.netloc == request.get_host():
        query = came_from.query
    return name, path, query


def _own(request: HttpRequest, key: UUID) -> NamedView:
    reader: Any = request.user
    try:
        return queries.view_for(reader, key)
    except NamedView.DoesNotExist as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def change_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Rename a view of one's own, or share it."""
    reader: Any = request.user
    found = _own(request, key)
    if request.method != "POST":
        form = ViewForm(reader, initial={"name": found.name, "shared": found.shared})
        return _page(request, reader, form=form, edited=key)
    form = ViewForm(reader, request.POST)
    try:
        commands.change_view(
            found,
            name=request.POST.get("name", ""),
            shared=request.POST.get("shared", "") if "shared" in form.fields else None,
            by=reader,
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        form.refused(refusal)
        return _page(request, reader, form=form, edited=key)
    messages.success(request, _("已改好。"))
    return redirect("desk:views")


@require_POST
def delete_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw a view of one's own away."""
    reader: Any = request.user
    commands.delete_view(_own(request, key), by=reader)
    messages.success(request, _("已删去这个视图。"))
    return redirect("desk:views")


@require_POST
def move_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a view of one's own one place further up (``up=1``) or down."""
    reader: Any = request.user
    commands.move_view(_own(request, key), up=request.POST.get("up") == "1", by=reader)
    return redirect("desk:views")

"""The answer of a list's view: the page, its table alone when only that changes, or the Excel file.

Higher rooms add to every list what this one knows nothing of, in their ``AppConfig.ready()``: ``BESIDE`` holds what
stands beside the count of its rows, ``EXPORTERS`` who takes the Excel file in hand.
"""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

from louyu.core.lists.declare import List
from louyu.core.lists.export import export_file
from louyu.core.lists.listing import Listing

BESIDE: list[Callable[[HttpRequest, Listing], str]] = []
"""What is drawn with every list (its named views): functions of request and listing, safe HTML."""
EXPORTERS: list[Callable[[HttpRequest, Listing], HttpResponseBase]] = []
"""Who answers when an Excel file is asked for; without any the file is made at once, in the request."""

REFRESHED = "list"
"""Id of the element that filtering, sorting and turning pages exchange."""


def show(
    request: HttpRequest,
    declared: List,
    template: str,
    *,
    refreshed: str = "core/list_table.html",
    **context: Any,
) -> HttpResponseBase:
    """Answer a request for this list; ``template`` extends the base page and includes "core/list.html".

    refreshed: what is drawn anew when a reader filters, sorts or turns the page.
    Raises Refusal when an Excel file is asked for that would not be what the address says.
    """
    reader: Any = request.user
    listing = Listing(declared, reader, request.GET, path=request.path)
    if (form := listing.given.pop("format", "")) == "xlsx":
        for exporter in EXPORTERS:
            return exporter(request, listing)
        made = export_file(listing, made_for=str(reader))
        return FileResponse(made.stream, as_attachment=True, filename=made.name)
    if form:
        listing.note("format", form, _("没有这种文件格式。"), _("可以导出 xlsx。"))
    table_only = request.headers.get("HX-Target") == REFRESHED
    response = render(
        request,
        refreshed if table_only else template,
        {
            "list": listing,
            "page": listing.page,
            "beside": [beside(request, listing) for beside in BESIDE],
            **context,
        },
    )
    if table_only:
        response["HX-Push-Url"] = listing.own_link
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    patch_cache_control(response, private=True, no_cache=True)
    return response

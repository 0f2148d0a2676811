"""The page on which something is done with several rows of a list at once; it works without script.

The list asks for it with the rows that were ticked (or "all that match", with its own address), so that the page has
an address, and the way back leads to it. It shows exactly which rows those are and which of them cannot, with the
reason; only what it shows as possible is done, all of it or nothing. A row that has become impossible meanwhile is
named, and the reader confirms the others anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from louyu.core.errors import Refusal
from louyu.core.lists.bulk import MOST_AT_ONCE, Bulk, NotAll
from louyu.core.lists.cells import Drawn
from louyu.core.lists.declare import List
from louyu.core.lists.listing import Listing
from louyu.core.models import new_id

EXPORT = "export"
"""Name of the button that every list has: the rows chosen as an Excel file."""


@dataclass(frozen=True)
class Chosen:
    """A row as the page shows it: its key with what was seen of it, its cells, and why it cannot (None: it can)."""

    stamp: str
    cells: Sequence[str]
    refusal: Refusal | None


def do_with_rows(request: HttpRequest, declared: List, *, list_address: str) -> HttpResponse:
    """Ask what is to be said, or do it. ``list_address``: name of the list's own address.

    Raises Refusal for more rows than MOST_AT_ONCE, PermissionDenied for what the reader may nowhere do.
    """
    back = reverse(list_address)
    told = request.POST if request.method == "POST" else request.GET
    if told.get("list", "").startswith("?"):
        back += told["list"]
    reader: Any = request.user
    seen = _seen(told, declared, reader)
    name = told.get("bulk", "")
    if not seen:
        messages.warning(request, _("还没有选中任何一行。请先在列表里勾选。"))
        return redirect(back)
    if name == EXPORT:
        return redirect(f"{reverse(list_address)}?only={','.join(k.hex for k in seen)}&format=xlsx")
    bulk = next((b for b in declared.bulk if b.name == name), None)
    if bulk is None or not reader.may(bulk.action):
        raise PermissionDenied
    listing = Listing(declared, reader, QueryDict(), path=reverse(list_address))
    rows = listing.records(list(seen))
    left = dict(bulk.why_not(rows, reader))
    sent = "batch" in request.POST
    form: Any = bulk.form(
        request.POST if sent else None, [row for row in rows if row.pk not in left] or rows, reader
    )
    status = 200
    if sent and form.is_valid():
        try:
            done = bulk.do(seen, by=reader, batch=_batch(request), **form.given)
        except NotAll as refusal:
            status, left = refusal.status, dict(refusal.left)
        except Refusal as refusal:
            status = refusal.status
            form.refused(refusal)
        else:
            return redirect(done)
    elif sent:
        status = 422
    return _page(request, listing, bulk, form, rows, left, back=back, status=status, seen=seen)


def _page(
    request: HttpRequest,
    listing: Listing,
    bulk: Bulk,
    form: Any,
    rows: Sequence[Any],
    left: Mapping[UUID, Refusal],
    *,
    back: str,
    status: int,
    seen: Mapping[UUID, str],
) -> HttpResponse:
    shown = [c for c in listing.declared.columns if c.priority == 1]
    drawn = [Drawn(column, first=n == 0) for n, column in enumerate(shown)]
    chosen = [
        Chosen(
            f"{row.pk.hex}.{seen.get(row.pk) or bulk.seen(row)}",
            [d.cell(row) for d in drawn],
            left.get(row.pk),
        )
        for row in rows
    ]
    able = [c for c in chosen if c.refusal is None]
    return render(
        request,
        "core/bulk.html",
        {
            "list": listing.declared,
            "bulk": bulk,
            "form": form,
            "columns": shown,
            "able": able,
            "unable": [c for c in chosen if c.refusal is not None],
            "gone": len(seen) - len(rows) if seen else 0,
            "do_words": str(bulk.done) % {"count": len(able)},
            "batch": new_id().hex,
            "back": back,
            "asked": (request.POST or request.GET).get("list", ""),
        },
        status=status,
    )


def _batch(request: HttpRequest) -> UUID:
    """The key that the page was made with: the same page sent twice does it once."""
    try:
        return UUID(request.POST["batch"])
    except ValueError as error:
        raise Refusal(
            _("这个页面不完整。"),
            field="batch",
            value=request.POST["batch"][:40],
            mend=_("请回到列表重新勾选。"),
        ) from error


def _seen(told: QueryDict, declared: List, reader: Any) -> dict[UUID, str]:
    """The rows that were ticked, or all that match; with what was seen of each. Raises Refusal for too many."""
    if told.get("everything"):
        asked = QueryDict(told.get("list", "").removeprefix("?"))
        listing = Listing(declared, reader, asked)
        found: dict[UUID, str] = dict.fromkeys(listing.first_keys(MOST_AT_ONCE + 1), "")
    else:
        whole = (key for given in told.getlist("rows") for key in given.split(","))
        found = _stamps([*told.getlist("row"), *whole])
    if len(found) > MOST_AT_ONCE:
        raise Refusal(
            _("一次最多办 %(most)s 条。") % {"most": MOST_AT_ONCE},
            field="row",
            value=len(found),
            mend=_("请先筛选，再分几次办。"),
            code="too_many_rows",
        )
    return found


def _stamps(given: Iterable[str]) -> dict[UUID, str]:
    """Keys with what was seen; what is no key is left out: no row has it."""
    found: dict[UUID, str] = {}
    for text in given:
        key, _dot, stamp = text.partition(".")
        try:
            found[UUID(key)] = stamp[:20]
        except ValueError:
            continue
    return found

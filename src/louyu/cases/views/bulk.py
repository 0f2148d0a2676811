"""Many cases at once: the page that asks and does, and the page of what was done, from which it is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from louyu.cases import queries
from louyu.cases.commands.bulk import Batch, batch_of, take_back
from louyu.cases.models import Case
from louyu.cases.states import CASES
from louyu.cases.views.listing import SHOWN
from louyu.cases.views.words import matter_of
from louyu.core.errors import Refusal
from louyu.core.lists import NotAll, do_with_rows


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk(request: HttpRequest) -> HttpResponse:
    """What is to be said with the cases that were ticked in the list, and which of them cannot."""
    return do_with_rows(request, SHOWN, list_address="cases:case_list")


@dataclass(frozen=True)
class Line:
    """A case of the batch: what it is about, where it stands now, whether it can still go back, and why not."""

    case: Case
    matter: str
    state: Any
    undone: bool
    goes_back: bool
    refusal: Refusal | None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk_done(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was done with many cases; sent, it is taken back for those that have not moved on."""
    reader: Any = request.user
    batch = batch_of(key, reader)
    if batch is None:
        raise Http404
    left: Mapping[UUID, Refusal] = {}
    status = 200
    if request.method == "POST":
        try:
            take_back(
                key, [d.case for d in batch.done if d.case.hex in request.POST.getlist("row")], by=reader
            )
        except NotAll as refusal:
            left, status = refusal.left, refusal.status
        else:
            return redirect("cases:bulk_done", key)
    lines = _lines(batch, reader, left)
    back = [line for line in lines if line.goes_back]
    return render(
        request,
        "cases/bulk_done.html",
        {
            "batch": batch,
            "step": CASES.transition(batch.code),
            "lines": lines,
            "back": back if batch.may_go_back else [],
            "undone": sum(d.undone for d in batch.done),
            "moved": [line for line in lines if not line.goes_back and not line.undone] if back else [],
            "takes_back": any(d.version is not None for d in batch.done),
            "unseen": len(batch.done) - len(lines),
            "left": left,
        },
        status=status,
    )


def _lines(batch: Batch, reader: Any, left: Mapping[UUID, Refusal]) -> list[Line]:
    rows = queries.for_showing(queries.cases(reader).filter(pk__in=[d.case for d in batch.done]))
    found = {case.pk: case for case in rows}
    return [
        Line(
            case,
            matter_of(case),
            CASES.state(case.state).label,
            d.undone,
            d.version == case.version and not d.undone and d.case not in left,
            left.get(d.case),
        )
        for d in batch.done
        if (case := found.get(d.case))
    ]

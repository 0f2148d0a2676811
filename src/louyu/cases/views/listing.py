"""The list of cases with the reader's work, and the open cases of one enterprise."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.cases import queries
from louyu.cases.lists import PILE_NAMES, WITH_WORK, case_link
from louyu.cases.models import Case
from louyu.cases.states import CASES
from louyu.cases.views.words import deadline_cell, dots, due_words, is_late, matter_of, stage_words
from louyu.core.lists import show
from louyu.tenants.queries import entries


def _tone(case: Case) -> str:
    return "overdue" if is_late(case, timezone.now()) else ""


_ON_THE_PAGE: dict[str, dict[str, Any]] = {
    "text": {"value": matter_of, "link": case_link, "style": "matter", "brief": False},
    "deadline": {"value": deadline_cell, "tone": _tone},
}
SHOWN = replace(
    WITH_WORK, columns=tuple(replace(c, **_ON_THE_PAGE.get(c.name, {})) for c in WITH_WORK.columns)
)
"""The list as the page shows it: the matter leads to the case, and what is overdue says so."""


@dataclass(frozen=True)
class Heading:
    """One word of the work list's switch."""

    label: Any
    address: str
    count: int | None
    here: bool
    urgent: bool = False


def _switch(request: HttpRequest, reader: User) -> list[Heading]:
    """Overdue, today, this week, later, waiting, all; for an asker what waits for them, and all."""
    everything = Heading(
        _("全部"), request.path, None, not (request.GET.get("work") or request.GET.get("mine"))
    )
    if not policy.may(reader, "cases.see_notes"):
        mine = Heading(_("等您答复"), f"{request.path}?mine=yes", None, request.GET.get("mine") == "yes")
        return [mine, everything]
    sizes = queries.pile_sizes(reader)
    headings = [
        Heading(
            name,
            f"{request.path}?work={code}&sort=deadline",
            sizes[code],
            request.GET.get("work") == code,
            urgent=code == "overdue" and sizes[code] > 0,
        )
        for code, name in PILE_NAMES.items()
    ]
    return [*headings, everything]


@require_safe
def case_list(request: HttpRequest) -> HttpResponseBase:
    """The list of cases; its switch narrows it to what the reader has to do."""
    reader: Any = request.user
    if request.GET.get("format"):
        return show(request, WITH_WORK, "cases/case_list.html")
    return show(
        request,
        SHOWN,
        "cases/case_list.html",
        switch=[] if request.htmx else _switch(request, reader),  # type: ignore[attr-defined]
        may_open=policy.may(reader, "cases.open_case"),
    )


@require_safe
def of_enterprise(request: HttpRequest, key: UUID) -> HttpResponse:
    """The open cases of one enterprise, as a part of its page."""
    reader: Any = request.user
    enterprise = get_object_or_404(entries(reader), pk=key)
    found = queries.open_of_enterprise(enterprise, reader)
    lines = [
        {
            "case": case,
            "title": matter_of(case),
            "dots": dots(case),
            "stage": stage_words(case),
            "state": CASES.state(case.state).label,
            "who": queries.turn_words(case),
            "due": due_words(case),
            "late": is_late(case, timezone.now()),
        }
        for case in found
    ]
    return render(
        request,
        "cases/of_enterprise.html" if request.htmx else "cases/of_enterprise_page.html",  # type: ignore[attr-defined]
        {
            "enterprise": enterprise,
            "lines": lines,
            "may_open": policy.may(reader, "cases.open_case", enterprise),
        },
    )

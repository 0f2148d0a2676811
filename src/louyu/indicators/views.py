"""The page of a figure: what it is, why it changed, and the very records behind it."""

import datetime
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from louyu.core.figures import Day, Indicator, Measure, Place
from louyu.core.lists import List, show
from louyu.core.lists.cells import number_words
from louyu.core.lists.filters import Filter, Misread
from louyu.indicators.lists import AREA, AS_OF, BUILDING, COMPARED, end_of_last_month, part_filter
from louyu.indicators.queries import Moves, measures, moves, place_of, shown_to
from louyu.indicators.registry import GROUPS
from louyu.indicators.words import (
    Reason,
    ShownFigure,
    change_words,
    reasons,
    value_words,
)


@require_safe
def figure(request: HttpRequest, code: str) -> HttpResponseBase:
    """A figure proved: ``?as_of=`` and ``?since=`` choose the days, ``?area=`` and ``?building=`` the part of the
    district, ``?part=`` what is listed: all its records, those that came or went.
    """
    reader: Any = request.user
    indicator = next((i for i in shown_to(reader) if i.code == code), None)
    if indicator is None:
        raise Http404
    parts = part_filter(indicator.words, changed=indicator.held)
    chosen = _chosen(
        request, (AS_OF, COMPARED, AREA, BUILDING, parts) if indicator.dated else (AREA, BUILDING)
    )
    as_of: Day = chosen.get("as_of") or timezone.localdate()
    since: Day = chosen.get("since") or end_of_last_month(as_of)
    within = {k: v for k in ("area", "building") if (v := chosen.get(k))}
    place = place_of(reader, **within)
    found = moves(indicator, reader, since, as_of, place)
    rows = {"came": found.came, "went": found.went, "changed": found.changed}.get(chosen.get("part", ""))
    whole = _asks_for_another_figure(request)
    answer = show(
        request,
        _listed(indicator, as_of, place, rows, parts),
        "indicators/figure.html",
        refreshed="indicators/figure_opened.html" if whole else "core/list_table.html",
        indicator=indicator,
        group=GROUPS[indicator.group],
        as_of=as_of,
        since=since,
        today=timezone.localdate(),
        proof=_proof(indicator, reader, since, as_of, place, found, within) if indicator.dated else None,
        shown=ShownFigure(indicator, measures([indicator], reader, as_of, place)[code], ""),
        in_room=indicator.link(as_of, within) if indicator.link and rows is None else "",
    )
    if whole:
        answer["HX-Retarget"] = "#figure"
    return answer


def _asks_for_another_figure(request: HttpRequest) -> bool:
    """Whether the page that asks shows other days or another part of the district: then its head changes too."""
    shown = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    names = [f.name for f in (AS_OF, COMPARED, AREA, BUILDING)]
    return any(shown.get(name, "") != request.GET.get(name, "") for name in (*names, "part"))


def _chosen(request: HttpRequest, filters: tuple[Filter, ...]) -> dict[str, Any]:
    """What the address chooses; what cannot be read is left out here and said by the list."""
    reader: Any = request.user
    given = {k: v for k, v in request.GET.dict().items() if "\0" not in str(v)}
    found = {}
    for one in filters:
        try:
            value = one.read(given, one.options_for(reader))
        except Misread:
            continue
        if value is not None:
            found[one.name] = value
    return found


def _listed(indicator: Indicator, as_of: Day, place: Place, rows: Any, parts: Filter) -> List:
    """The room's own list, of exactly these records."""
    days = (AS_OF, COMPARED, parts) if indicator.dated else ()
    return replace(
        indicator.listing,
        title=indicator.name,
        definition=indicator.definition,
        rows=lambda reader: indicator.counted(reader, as_of, place) if rows is None else rows,
        filters=(*days, AREA, BUILDING),
        filters_shown=len(days) + 2,
        choosable=False,
        bulk_address="",
    )


@dataclass(frozen=True)
class Term:
    """One day's value in the equation; of a ratio with its two terms."""

    day: datetime.date
    value: str
    above: str = ""
    below: str = ""


@dataclass(frozen=True)
class Proof:
    """value before + what came − what went = value now, each with its list."""

    before: Term
    now: Term
    change: str
    reasons: list[Reason]
    came: Reason | None
    went: Reason | None


def _proof(
    indicator: Indicator, reader: Any, since: Day, as_of: Day, place: Place, found: Moves, within: Any
) -> Proof:
    before = measures([indicator], reader, since, place)[indicator.code]
    now = measures([indicator], reader, as_of, place)[indicator.code]
    told = reasons(indicator, found, since=since, as_of=as_of, chosen=within)
    by_words = {r.words: r for r in told}
    return Proof(
        _term(indicator, since, before),
        _term(indicator, as_of, now),
        change_words(indicator, before, now),
        told,
        by_words.get(indicator.words["came"]),
        by_words.get(indicator.words["went"]),
    )


def _term(indicator: Indicator, day: Day, measure: Measure) -> Term:
    above = "" if measure.numerator is None else number_words(measure.numerator)
    below = "" if measure.denominator is None else number_words(measure.denominator)
    return Term(day, value_words(indicator, measure.value), above, below)

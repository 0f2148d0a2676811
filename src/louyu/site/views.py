"""Pages made of several rooms: start, search, one building, the list of buildings with their enterprises, the map."""

import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from louyu.accounts.policy import may
from louyu.cases.queries import open_by_enterprise, open_in_building, sees
from louyu.core.errors import Refusal
from louyu.duties.queries import officers_of
from louyu.indicators.lists import end_of_last_month
from louyu.indicators.queries import scope_names
from louyu.indicators.words import figure_groups
from louyu.places.queries import all_buildings, buildings
from louyu.places.views import building_list as places_building_list
from louyu.site.lists import BUILDINGS_WITH_ENTERPRISES
from louyu.site.monday import counted_views, monday, pressing
from louyu.site.queries import cases_due, found_by, work_for
from louyu.tenants import stacking_words
from louyu.tenants.queries.plans import plan_floors, rates_on
from louyu.tenants.rules.stacking import draw, occupancy
from louyu.tenants.rules.through_time import month_days, through_time
from louyu.workbooks.lists import say_origin


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where a signed-in reader begins: their figures, what waits for them, how to begin where nothing is.

    ``?as_of=`` shows the figures of an earlier day.
    """
    reader: Any = request.user
    today = timezone.localdate()
    as_of = min(_day(request.GET.get("as_of", ""), field="as_of"), today)
    since = end_of_last_month(as_of)
    names = scope_names(reader)
    return render(
        request,
        "site/start.html",
        {
            "groups": [g for g in figure_groups(reader, as_of=as_of, since=since, today=today) if g.begun],
            "begun": buildings(reader).exists(),
            "may_begin": reader.may("workbooks.bring_in") and reader.may("places.see_building"),
            "scope": names,
            "as_of": as_of,
            "since": since,
            "now": timezone.localtime(),
            "cases": pressing(reader),
            "piles": cases_due(reader),
            "work": work_for(reader),
            "views": counted_views(reader),
        },
    )


@require_safe
def my_monday(request: HttpRequest) -> HttpResponse:
    """What a reader's week begins with, done in place."""
    reader: Any = request.user
    return render(request, "site/monday.html", {"monday": monday(reader), "today": timezone.localtime()})


@require_safe
def building_list(request: HttpRequest) -> HttpResponseBase:
    """The list of buildings, with how many enterprises sit in each."""
    return places_building_list(request, BUILDINGS_WITH_ENTERPRISES)


@require_safe
def building(request: HttpRequest, key: UUID) -> HttpResponse:
    """A building with its stacking plan, today or as of ``?date=``."""
    reader: Any = request.user
    found = get_object_or_404(all_buildings(reader), pk=key)
    day = _day(request.GET.get("date", ""))
    badges = open_by_enterprise(found, reader) if day == timezone.localdate() else {}
    floors, unplaced = plan_floors(found, reader, day, badges)
    colour = request.GET.get("colour", "industry")
    words = stacking_words.words()
    if colour not in words.colours:
        raise Refusal(_("剖面图没有这种着色。"), field="colour", value=colour, mend="、".join(words.colours))
    drawing = draw(floors, colour_by=colour, as_of=day, words=words)
    rate = occupancy(floors)
    months = month_days(timezone.localdate())
    tenants = {t.id for floor in floors for unit in floor.units for t in unit.tenants}
    tenants |= {o.enterprise_id.hex for o in unplaced}
    say_origin([found])
    return render(
        request,
        "site/building.html",
        {
            "building": found,
            "drawing": drawing,
            "chosen_colour": colour if "colour" in request.GET else "",
            "through_time": through_time(months, rates_on(found, reader, months), day) if floors else None,
            "rate": rate,
            "unplaced": unplaced,
            "tenants": len(tenants),
            "staff": sum({t.id: t.staff or 0 for f in floors for u in f.units for t in u.tenants}.values()),
            "officers": officers_of(found, reader, day),
            "may_appoint": may(reader, "duties.keep_duties", found),
            "cases": open_in_building(found, reader),
            "may_open": may(reader, "cases.open_case"),
            "sees_tenants": sees(reader, "tenants.see_occupancy", found),
            "day": day,
            "today": timezone.localdate(),
        },
    )


def _day(text: str, *, field: str = "date") -> datetime.date:
    if not text:
        return timezone.localdate()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(
            _("日期写法不对。"), field=field, value=text, mend=_("请写成 2026-11-24 这样。")
        ) from error


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Buildings and enterprises found by name, pinyin, initials or a code's last digits."""
    reader: Any = request.user
    asked = request.GET.get("q", "").strip()[:100]
    return render(request, "site/search.html", {"asked": asked, "found": found_by(asked, reader)})


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Switch larger type (适老化) on or off for this browser."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    answer = redirect(back)
    answer.set_cookie(
        "larger", "0" if request.COOKIES.get("larger") == "1" else "1", max_age=365 * 86400, samesite="Lax"
    )
    return answer


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: it answers, and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")

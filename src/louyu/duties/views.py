"""Pages of duties: who answers for which building, what is missing, appointing, ending, absences."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from louyu.accounts.policy import may, require
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.lists import show
from louyu.duties import commands, queries
from louyu.duties.forms import AppointForm, AwayForm, EndForm
from louyu.duties.lists import OFFICERS, PEOPLE
from louyu.duties.models import GAPS, Duty
from louyu.workbooks.lists import say_origin


@require_safe
def officer_list(request: HttpRequest) -> HttpResponseBase:
    """The buildings with their officers."""
    return show(request, OFFICERS, "duties/officer_list.html", may_keep=_may_keep(request))


@require_safe
def people_list(request: HttpRequest) -> HttpResponseBase:
    """The persons in place, each once, with what they answer for."""
    return show(request, PEOPLE, "duties/officer_list.html", may_keep=_may_keep(request))


def _may_keep(request: HttpRequest) -> bool:
    reader: Any = request.user
    return may(reader, "duties.keep_duties")


@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    """The list of work: what is missing in the reader's buildings, all of it or of one kind."""
    reader: Any = request.user
    rows = queries.gap_rows(reader)
    kind = request.GET.get("kind", "")
    kinds = [(k.value, words, sum(r.gap.kind == k for r in rows)) for k, words in GAPS.items()]
    shown = [r for r in rows if kind in ("", r.gap.kind)]
    return render(
        request,
        "duties/gap_list.html",
        {"rows": shown, "kinds": kinds, "kind": kind, "all": len(rows), "may_keep": _may_keep(request)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Appoint somebody; ``?building=``, ``?role=`` and ``?follows=`` fill the form."""
    reader: Any = request.user
    require(reader, "duties.keep_duties")
    if request.method != "POST":
        given = {k: request.GET[k] for k in ("building", "role", "follows") if k in request.GET}
        return render(request, "duties/appoint.html", {"form": AppointForm(reader, initial=given)})
    form = AppointForm(reader, request.POST)
    if form.is_valid():
        building = form.places[form.cleaned_data["building"]]
        try:
            commands.appoint(building, **form.chosen(), by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.ask_for_a_reason()
            _tell(form, refusal)
        else:
            messages.success(request, _("已任命。"))
            return redirect(reverse("site:building", args=[building.pk]))
    return render(request, "duties/appoint.html", {"form": form}, status=422)


def _tell(form: Any, refusal: Refusal) -> None:
    """Put a refusal beside its field; above the form where it has no field there."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, f"{refusal.reason}{refusal.mend}")


@require_safe
def duty(request: HttpRequest, key: UUID) -> HttpResponse:
    """One duty: who, what, since when; the person's other duties and absences."""
    reader: Any = request.user
    return _duty_page(request, get_object_or_404(queries.duties(reader), pk=key))


def _duty_page(request: HttpRequest, found: Duty, **forms: Any) -> HttpResponse:
    reader: Any = request.user
    today = timezone.localdate()
    say_origin([found])
    others = queries.duties(reader).filter(person=found.person_id).exclude(pk=found.pk)
    ended = found.until is not None and found.until <= today
    context = {
        "duty": found,
        "officer": queries.officer_on(found, today),
        "name": queries.officer_name(found.person),
        "others": others.order_by("building__name"),
        "absences": _with_deputies(queries.absences(reader).filter(person=found.person_id)),
        "today": today,
        "ended": ended,
        "may_keep": not ended and may(reader, "duties.keep_duties", found),
        "may_keep_absences": not ended and may(reader, "duties.keep_absences", found),
        "end_form": EndForm(),
        "away_form": AwayForm(found, reader),
    }
    status = 422 if forms else 200
    return render(request, "duties/duty.html", context | forms, status=status)


def _with_deputies(found: Any) -> list[Any]:
    """Absences, newest first, each with its deputy's name."""
    rows = list(found.order_by("-since"))
    for absence in rows:
        absence.deputy_name = queries.officer_name(absence.deputy) if absence.deputy else ""
    return rows


@require_POST
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a duty after its last day."""
    reader: Any = request.user
    found = get_object_or_404(queries.duties(reader), pk=key)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            commands.end_duty(found, until=form.until, reason=form.cleaned_data["reason"], by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.add_error(
                "last_day" if refusal.field == "until" else None, f"{refusal.reason}{refusal.mend}"
            )
        else:
            messages.success(request, _("已记下离任日期。"))
            return redirect(reverse("duties:duty", args=[key]))
    return _duty_page(request, found, end_form=form)


@require_POST
def away(request: HttpRequest, key: UUID) -> HttpResponse:
    """Record that the holder is away, with their deputy."""
    reader: Any = request.user
    found = get_object_or_404(queries.duties(reader), pk=key)
    form = AwayForm(found, reader, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            commands.record_absence(
                found,
                since=said["since"],
                until=form.until,
                deputy=form.stand_in,
                reason=said["reason"],
                by=reader,
            )
        except NotPermitted:
            raise
        except Refusal as refusal:
            _tell(
                form,
                Refusal(refusal.reason, field=refusal.field.replace("until", "last_day"), mend=refusal.mend),
            )
        else:
            messages.success(request, _("已记下离岗，代理人到期自动交还。"))
            return redirect(reverse("duties:duty", args=[key]))
    return _duty_page(request, found, away_form=form)


@require_POST
def back(request: HttpRequest, key: UUID) -> HttpResponse:
    """End an absence today, or call it off before it begins."""
    reader: Any = request.user
    found = get_object_or_404(queries.absences(reader), pk=key)
    commands.end_absence(found, by=reader)
    messages.success(request, _("已提前返岗。"))
    last = queries.duties(reader).filter(person=found.person_id).order_by("building__name").first()
    return redirect(reverse("duties:duty", args=[last.pk]) if last else reverse("duties:officer_list"))

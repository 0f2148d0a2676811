"""Pages of organisations: the tree, the list, one of them as it was on a day, what is to be done, every change."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from louyu.accounts.models import User
from louyu.accounts.policy import may, require
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.lists import show
from louyu.organisations import commands, queries
from louyu.organisations.finding_words import number_of_persons
from louyu.organisations.forms import (
    AppointForm,
    CoverForm,
    EndAppointmentForm,
    EndForm,
    FoundForm,
    MoveForm,
    NumbersForm,
    OrganisationForm,
    RenameForm,
    TermForm,
)
from louyu.organisations.lists import ORGANISATIONS
from louyu.organisations.models import Appointment, Organisation
from louyu.organisations.queries.members import openly
from louyu.organisations.queries.proposing import proposed, where_they_sit
from louyu.organisations.queries.work import findings_of, piles, work_rows
from louyu.people.commands import reveal
from louyu.places.queries import areas
from louyu.tenants.queries import enterprises
from louyu.workbooks.lists import say_origin

KEEP = "organisations.keep_organisations"


def _day(request: HttpRequest) -> tuple[datetime.date, str]:
    """The day that the address asks for, today where it names none; and why another was not followed."""
    text, today = request.GET.get("as_of", "").strip(), timezone.localdate()
    if not text:
        return today, ""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return today, _("这不是日期，请写成 2026-11-24 的样子。现在显示的是今天。")
    if day > today:
        return today, _("这一天还没有到。现在显示的是今天。")
    return day, ""


def _around(request: HttpRequest) -> dict[str, Any]:
    """What every page of the room knows: the day, and what the reader may do."""
    reader: Any = request.user
    day, notice = _day(request)
    past = day != timezone.localdate()
    return {
        "day": day,
        "past": past,
        "day_notice": notice,
        "day_query": f"?{urlencode({'as_of': day.isoformat()})}" if past else "",
        "may_keep": may(reader, KEEP),
    }


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """The tree as it was on a day (``?as_of=``): the top of it, area by area; what is below comes when it is opened.

    ``?under=`` shows what stands under one organisation, for those without script.
    """
    reader: Any = request.user
    require(reader, "organisations.see_organisation")
    context = _around(request)
    day, root = context["day"], None
    if under := _key(request.GET.get("under", "")):
        root = get_object_or_404(queries.organisations(reader), pk=under)
        context["path"] = [*queries.path_to(root, reader), root]
        context["nodes"] = queries.below(root, reader, day)
    elif within := _key(request.GET.get("area", "")):
        area = get_object_or_404(areas(reader), pk=within)
        context["area"] = area
        context["nodes"] = queries.tops_in(area, reader, day)
    else:
        context["grounds"] = queries.grounds(reader, day)
    return render(request, "organisations/tree.html", context | {"root": root})


def _key(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@require_safe
def below(request: HttpRequest, key: UUID) -> HttpResponse:
    """A part of the tree: what stands directly under an organisation on the day."""
    reader: Any = request.user
    found = get_object_or_404(queries.organisations(reader), pk=key)
    context = _around(request)
    return render(
        request,
        "organisations/nodes.html",
        context | {"nodes": queries.below(found, reader, context["day"])},
    )


@require_safe
def tops_of_area(request: HttpRequest, key: UUID) -> HttpResponse:
    """A part of the tree: what stands at its top in one area on the day."""
    reader: Any = request.user
    area = get_object_or_404(areas(reader), pk=key)
    context = _around(request)
    return render(
        request,
        "organisations/nodes.html",
        context | {"nodes": queries.tops_in(area, reader, context["day"])},
    )


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponseBase:
    """The list of organisations, dissolved ones too."""
    reader: Any = request.user
    require(reader, "organisations.see_organisation")
    return show(request, ORGANISATIONS, "organisations/organisation_list.html", may_keep=may(reader, KEEP))


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """The list of work: what the rules find today, all of it or of one kind (``?kind=``)."""
    reader: Any = request.user
    require(reader, "organisations.see_organisation")
    rows = work_rows(reader)
    kind = request.GET.get("kind", "")
    every = piles(rows, most=MOST if kind else A_FEW)
    shown = [pile for pile in every if kind in ("", pile.code)]
    context = {
        "kinds": every,
        "kind": kind,
        "all": len(rows),
        "piles": shown,
        "may_set": may(reader, "organisations.keep_thresholds"),
    }
    return render(request, "organisations/work_list.html", context | _around(request))


MOST = 500
"""Lines of one kind on a page of their own."""
A_FEW = 10
"""Lines of each kind where all kinds are shown."""


@require_safe
def organisation(request: HttpRequest, key: UUID) -> HttpResponse:
    """One organisation as it is, or as it was on a day (``?as_of=``)."""
    reader: Any = request.user
    found = get_object_or_404(queries.organisations(reader).select_related("merged_into"), pk=key)
    return render(request, "organisations/organisation.html", _page(request, found))


def _page(request: HttpRequest, found: Organisation) -> dict[str, Any]:
    reader: Any = request.user
    context = _around(request)
    day = context["day"]
    say_origin([found])
    now, before = queries.officers_of(found, reader, day)
    active = found.dissolved is None and not context["past"]
    line = queries.is_of_the_line(reader, found)
    return context | {
        "organisation": found,
        "period": queries.period_on(found, reader, day),
        "path": queries.path_to(found, reader),
        "history": queries.history_of(found, reader),
        "seats": queries.seats_of(found, reader, day),
        "coverages": queries.coverages_of(found, reader, day),
        "officers": now,
        "former": before,
        "below": queries.below(found, reader, day),
        "members": _members(found, reader, day, line),
        "findings": findings_of(found, reader, day) if active else [],
        "may_change": active and may(reader, KEEP, found),
        "may_appoint": active and may(reader, "organisations.keep_officers", found),
        "openly": openly(found),
        "may_reveal": may(reader, "people.reveal", found),
        "today": timezone.localdate(),
    }


def _members(found: Organisation, reader: User, day: datetime.date, line: bool) -> dict[str, str] | None:
    """How many members belong to it, in words; below 3 nobody outside the organisation line is told."""
    told = queries.members_of(reader, day, [found.pk]).get(found.pk)
    if told is None:
        return None
    numbers = {
        "attached": told.attached,
        "full": told.full,
        "probationary": told.probationary,
        "guests": told.guests,
    }
    return {name: number_of_persons(number, line=line) for name, number in numbers.items()}


@require_safe
def unit_proposals(request: HttpRequest, key: UUID) -> HttpResponse:
    """An enterprise with too few members: whom it could join, with reasons and costs."""
    reader: Any = request.user
    require(reader, "organisations.see_organisation")
    found = get_object_or_404(enterprises(reader), pk=key)
    context = _around(request) | {
        "enterprise": found,
        "proposed": proposed(found, reader, timezone.localdate()),
    }
    return render(request, "organisations/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_numbers(request: HttpRequest) -> HttpResponse:
    """The numbers that the rules go by, with their sources; the office sets them for the district."""
    reader: Any = request.user
    require(reader, "organisations.keep_thresholds")
    form, status = NumbersForm(queries.numbers(), request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if form.changes:
                    commands.set_thresholds(form.changes, document=form.cleaned_data["document"], by=reader)
            except NotPermitted:
                raise
            except Refusal as refusal:
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, f"{refusal.reason}{refusal.mend}")
            else:
                messages.success(request, _("已保存，要办的事按新的数值计算。"))
                return redirect("organisations:work_list")
    context = {
        "form": form,
        "title": _("规则的数值"),
        "note": _("条例没有写死的，由区里设定；改动后，要办的事按新的数值计算。"),
        "button": _("保存"),
    }
    return render(request, "organisations/step.html", context, status=status)


# Changes


@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Found an organisation; ``?kind=``, ``?parent=``, ``?area=`` and ``?enterprise=`` (several) fill the form.

    Where the enterprises sit, and what stands above a branch there, is filled in from the register.
    """
    reader: Any = request.user
    require(reader, KEEP)
    if request.method != "POST":
        given: dict[str, Any] = {
            k: request.GET[k] for k in ("kind", "parent", "area", "name") if k in request.GET
        }
        keys = [key for text in request.GET.getlist("enterprise") if (key := _key(text))]
        named = enterprises(reader).filter(pk__in=keys).order_by("name")
        given["enterprises"] = "\n".join(enterprise.name for enterprise in named)
        houses, above = where_they_sit(named, reader)
        given["buildings"] = [str(house.pk) for house in houses]
        if above is not None:
            given.setdefault("parent", str(above.pk))
        return _asked(request, FoundForm(None, reader, initial=given), _("登记新组织"))
    form = FoundForm(None, reader, request.POST)
    if form.is_valid():
        under, said = form.chosen()
        try:
            made = commands.found(under, **said, by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("已登记。"))
            return redirect("organisations:organisation", made.pk)
    return _asked(request, form, _("登记新组织"), status=422)


def _asked(
    request: HttpRequest,
    form: OrganisationForm,
    title: str,
    *,
    note: str = "",
    button: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "organisation": form.organisation, "title": title, "note": note}
    return render(
        request, "organisations/step.html", context | {"button": button or _("登记")}, status=status
    )


def _step(
    request: HttpRequest,
    key: UUID,
    form_of: type[OrganisationForm],
    act: Callable[[Organisation, Any, User], object],
    title: str,
    *,
    action: str = KEEP,
    note: str = "",
    **initial: Any,
) -> HttpResponse:
    """One change of one organisation: asked with a form, done by a command, answered on the organisation's page."""
    reader: Any = request.user
    one = get_object_or_404(queries.organisations(reader), pk=key)
    require(reader, action, one)
    if request.method != "POST":
        return _asked(request, form_of(one, reader, initial=initial), title, note=note)
    form = form_of(one, reader, request.POST)
    if form.is_valid():
        try:
            act(one, form, reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("已登记。"))
            return redirect("organisations:organisation", one.pk)
    return _asked(request, form, title, note=note, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another name or kind."""

    def act(one: Organisation, form: Any, reader: User) -> None:
        commands.rename(one, **form.chosen(), by=reader)

    return _step(request, key, RenameForm, act, _("更名或改设"))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another superior or seat."""

    def act(one: Organisation, form: Any, reader: User) -> None:
        commands.move(one, **form.chosen(), by=reader)

    return _step(request, key, MoveForm, act, _("调整隶属或驻地"))


@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, key: UUID) -> HttpResponse:
    """The enterprises it covers: some more, some no longer."""

    def act(one: Organisation, form: Any, reader: User) -> None:
        said = form.cleaned_data
        commands.change_coverage(
            one,
            add=said["enterprises"],
            leave=[form.covered[key] for key in said.get("leave", ())],
            since=said["since"],
            document=said["document"],
            by=reader,
        )

    wanted = [one for text in request.GET.getlist("enterprise") if (one := _key(text))]
    reader: Any = request.user
    named = enterprises(reader).filter(pk__in=wanted).order_by("name").values_list("name", flat=True)
    return _step(request, key, CoverForm, act, _("覆盖企业"), enterprises="\n".join(named) if wanted else "")


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Dissolve an organisation, or merge it into another."""

    def act(one: Organisation, form: Any, reader: User) -> None:
        said = dict(form.cleaned_data)
        into = form.one_of("into", form.others)
        del said["into"]
        if into is None:
            commands.dissolve(one, **said, by=reader)
        else:
            commands.merge(one, into=into, **said, by=reader)

    note = _("并入时，党员、覆盖企业和下级组织一起转过去。直接撤销前，请先转接党员、调整下级组织。")
    return _step(request, key, EndForm, act, _("撤销或并入"), note=note)


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, key: UUID) -> HttpResponse:
    """Record an election or appointment; ``?office=`` and ``?follows=`` fill the form."""

    def act(one: Organisation, form: Any, reader: User) -> None:
        commands.appoint(one, **form.chosen(), by=reader)

    given = {k: request.GET[k] for k in ("office", "follows") if k in request.GET}
    return _step(request, key, AppointForm, act, _("登记任职"), action="organisations.keep_officers", **given)


@require_http_methods(["GET", "HEAD", "POST"])
def end_appointment(request: HttpRequest, key: UUID) -> HttpResponse:
    """End an office after its last day."""

    def act(held: Appointment, form: Any, reader: User) -> None:
        said = form.cleaned_data
        commands.end_appointment(
            held, until=form.until, reason=said["reason"], document=said["document"], by=reader
        )

    return _office_step(request, key, EndAppointmentForm, act, _("离任"), {"until": "last_day"})


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say when the term of an office ends, or that its election waits."""

    def act(held: Appointment, form: Any, reader: User) -> None:
        commands.set_term(held, **form.cleaned_data, by=reader)

    return _office_step(request, key, TermForm, act, _("任期"), {})


def _office_step(
    request: HttpRequest,
    key: UUID,
    form_of: type[Any],
    act: Callable[[Appointment, Any, User], object],
    title: str,
    fields: dict[str, str],
) -> HttpResponse:
    """One change of one office; ``fields``: a command's word for a field → the form's."""
    reader: Any = request.user
    held = get_object_or_404(queries.appointments(reader), pk=key)
    require(reader, "organisations.keep_officers", held)
    form, status = form_of(request.POST or None, initial={"term_end": held.term_end}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(held, form, reader)
            except NotPermitted:
                raise
            except Refusal as refusal:
                field = fields.get(refusal.field, refusal.field)
                form.add_error(field if field in form.fields else None, f"{refusal.reason}{refusal.mend}")
            else:
                messages.success(request, _("已登记。"))
                return redirect("organisations:organisation", held.organisation_id)
    context = {
        "form": form,
        "organisation": held.organisation,
        "title": title,
        "note": f"{held.get_office_display()} {held.person.name_masked}",
        "button": _("登记"),
    }
    return render(request, "organisations/step.html", context, status=status)


@require_POST
@never_cache
def reveal_officer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name and phone of an officer in the clear, once: on record before it is shown."""
    reader: Any = request.user
    held = get_object_or_404(queries.appointments(reader), pk=key)
    values = reveal(held, fields=("name", "phone"), reason=request.POST.get("reason", ""), by=reader)
    part = "HX-Request" in request.headers
    template = "organisations/revealed_line.html" if part else "organisations/revealed.html"
    return render(request, template, {"officer": held, "values": values, "organisation": held.organisation})

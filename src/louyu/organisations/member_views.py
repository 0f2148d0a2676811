"""Pages of members: register oneself, who is with no organisation, a transfer step by step, its letter."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from louyu.accounts.commands import public_user
from louyu.accounts.policy import may, require
from louyu.core.errors import NotPermitted, Refusal
from louyu.organisations import commands, letters
from louyu.organisations.commands.transfers import STEPS
from louyu.organisations.member_forms import AskTransferForm, RegisterForm, StepForm
from louyu.organisations.models import Membership, Transfer
from louyu.organisations.queries import organisations
from louyu.organisations.queries.members import (
    homes_for,
    memberships,
    open_transfers,
    told,
    without_organisation,
)
from louyu.organisations.queries.members import transfers as transfers_of
from louyu.organisations.states import TRANSFERS
from louyu.people.commands import reveal
from louyu.people.models import Purpose
from louyu.people.queries import newest_text
from louyu.places.models import Area
from louyu.places.queries import areas, community_named_by

SEE, KEEP = "organisations.see_membership", "organisations.keep_members"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, key: UUID) -> HttpResponse:
    """Register oneself with a community, by link or QR; no sign-in needed."""
    area = community_named_by(key)
    if area is None:
        return render(request, "organisations/join_nowhere.html", status=404)
    form = RegisterForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            code = commands.register_oneself(
                area=area,
                address=request.META.get("REMOTE_ADDR", ""),
                by=public_user(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, f"{refusal.reason}{refusal.mend}")
            status = refusal.status
        else:
            messages.success(request, _("已登记。请收藏这一页，您随时可以更正、带走或撤回。"))
            return redirect("people:own_by_link", code)
    status = 422 if form.errors and status < 400 else status
    context = {"area": area, "form": form, "text": newest_text(Purpose.REGISTER)}
    return render(request, "organisations/join.html", context, status=status)


@require_safe
def join_code(request: HttpRequest, key: UUID) -> HttpResponse:
    """The link and QR code by which members of a community register themselves, to be printed."""
    reader: Any = request.user
    require(reader, KEEP)
    area = get_object_or_404(areas(reader).filter(kind=Area.Kind.COMMUNITY), pk=key)
    link = request.build_absolute_uri(reverse("organisations:join", args=[area.pk]))
    drawn = segno.make(link, error="m").svg_inline(scale=6, dark="#1f2329", light="#ffffff", svgclass="qr")
    context = {"area": area, "link": link, "code": mark_safe(drawn)}  # drawn from our own address
    return render(request, "organisations/join_code.html", context)


@require_safe
@never_cache
def member_work(request: HttpRequest) -> HttpResponse:
    """Who is with no organisation, where each could go, and which transfers are on their way."""
    reader: Any = request.user
    require(reader, SEE)
    day = timezone.localdate()
    context = {
        "homeless": without_organisation(reader, day),
        "transfers": open_transfers(reader, day),
        "communities": areas(reader).filter(kind=Area.Kind.COMMUNITY).order_by("name")[:30],
        "day": day,
    }
    return render(request, "organisations/members.html", context)


@require_safe
@never_cache
def members(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who belongs to an organisation, masked; for its line."""
    reader: Any = request.user
    found = get_object_or_404(organisations(reader), pk=key)
    require(reader, SEE, found)
    running = (
        memberships(reader).filter(organisation=found, until__isnull=True).order_by("status", "since", "pk")
    )
    context = {"organisation": found, "members": running[:MOST_MEMBERS], "number": running.count()}
    return render(request, "organisations/roster.html", context)


MOST_MEMBERS = 300
"""Members on one page; a committee with more is looked at branch by branch."""


@require_POST
@never_cache
def reveal_member(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name and phone of a member in the clear, once: on record before it is shown, and told to them."""
    reader: Any = request.user
    held = get_object_or_404(memberships(reader), pk=key)
    values = reveal(held, fields=("name", "phone"), reason=request.POST.get("reason", ""), by=reader)
    part = "HX-Request" in request.headers
    template = "organisations/member_revealed_line.html" if part else "organisations/member_revealed.html"
    return render(request, template, {"membership": held, "values": values})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_transfer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for a member's relation to go somewhere."""
    reader: Any = request.user
    membership: Membership = get_object_or_404(memberships(reader), pk=key)
    require(reader, "organisations.ask_transfer", membership)
    homes = homes_for([membership], reader, timezone.localdate())[membership.pk]
    form = AskTransferForm(membership, homes, reader, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.ask_transfer(membership, **form.cleaned_data, by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, f"{refusal.reason}{refusal.mend}")
        else:
            return redirect("organisations:transfer", made.pk)
    context = {"membership": membership, "homes": homes, "form": form}
    return render(request, "organisations/ask_transfer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def transfer(request: HttpRequest, key: UUID) -> HttpResponse:
    """One transfer: what was done, what comes next, by whom and until when."""
    reader: Any = request.user
    found: Transfer = get_object_or_404(transfers_of(reader), pk=key)
    bound: tuple[str, StepForm] | None = None
    if request.method == "POST":
        code = request.POST.get("do", "")
        step = next((s for s in TRANSFERS.possible(found.state) if s.code == code), None)
        if step is None:
            messages.error(request, _("现在不能这样做，请看页面上的下一步。"))
            return redirect("organisations:transfer", found.pk)
        require(reader, step.action, found)
        form = StepForm((*step.needs, *step.takes), request.POST)
        if form.is_valid():
            try:
                STEPS[code](found, **form.cleaned_data, by=reader)
            except NotPermitted:
                raise
            except Refusal as refusal:
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, f"{refusal.reason}{refusal.mend}")
            else:
                messages.success(request, _("已办：%s。") % step.label)
                return redirect("organisations:transfer", found.pk)
        bound = (code, form)
    steps = [
        (
            step,
            bound[1]
            if bound and bound[0] == step.code
            else StepForm((*step.needs, *step.takes), auto_id=f"{step.code}_%s"),
        )
        for step in TRANSFERS.possible(found.state)
        if _may_do(reader, step.code, found)
    ]
    context = {
        "told": told(found, timezone.localdate()),
        "transfer": found,
        "waits": found.state in TRANSFERS.open_states,
        "forward": [(step, form) for step, form in steps if step.code in FORWARD],
        "aside": [(step, form) for step, form in steps if step.code not in FORWARD],
        "way": _way(found),
        "nowhere": _("还没有组织"),
    }
    return render(request, "organisations/transfer.html", context, status=422 if bound else 200)


FORWARD = ("let_go", "take_in")
"""The steps by which a transfer goes on; the others turn it back or begin anew."""


def _may_do(reader: Any, code: str, found: Transfer) -> bool:
    """Whether the step is this side's: letting go is the giving side's, taking in the taking one's."""
    own, other = found.from_organisation, found.to_organisation
    if code in ("take_in", "refuse"):
        own, other = other, own
    if code == "call_off":
        return may(reader, "organisations.ask_transfer", found)
    return may(reader, KEEP, own or other)


def _way(found: Transfer) -> list[tuple[Any, Any]]:
    """The states that a transfer goes through, with the day on which it came there, as far as it came."""
    days = {"asked": found.asked_on, "let_go": found.letter_on, "arrived": found.arrived_on}
    usual = [TRANSFERS.state(code) for code in ("asked", "let_go", "arrived")]
    ended = [TRANSFERS.state(found.state)] if found.state not in days else []
    return [(state, days.get(state.code)) for state in [*usual, *ended]]


@require_POST
@never_cache
def letter(request: HttpRequest, key: UUID) -> HttpResponse:
    """The letter of introduction as a Word file; that its values were taken is logged as a reveal."""
    reader: Any = request.user
    found: Transfer = get_object_or_404(transfers_of(reader), pk=key)
    require(reader, "organisations.let_go", found)
    values = reveal(found, fields=("name", "identity", "phone"), reason=_("开具组织关系介绍信"), by=reader)
    held = memberships(reader).filter(person=found.person_id).order_by("-since").first()
    content = letters.letter(found, held, values["name"], values["identity"], values["phone"])
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = 'attachment; filename="letter.docx"'
    return answer

"""The page of a case: what it is about, what was done, who has it until when, and what can be done with it now."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from louyu.accounts.models import User
from louyu.cases import commands, queries
from louyu.cases.forms import StepForm
from louyu.cases.lists import KEYS
from louyu.cases.models import Attachment, Case
from louyu.cases.states import CASES
from louyu.cases.views.files import attach_each
from louyu.cases.views.words import headline, is_late, matter_of, moment_words, stages, title_of
from louyu.core.errors import Conflict, Refusal
from louyu.core.queries import working_days
from louyu.core.states import Transition
from louyu.workbooks.lists import say_origin

INSTEAD = {"hand_over": "pass_on", "confirm": "close"}
"""Asked for the one where only the other is possible: H hands on to a colleague within a department."""
FIRST = ("asker_replies", "confirm", "hand_over", "answer", "close", "take")
"""What a reader most likely does next is the filled button: the first of these that is possible."""
IN_THE_OPEN = (
    "answer",
    "hand_over",
    "take",
    "pass_on",
    "return_case",
    "confirm",
    "reopen",
    "asker_replies",
)
"""Steps with a button of their own; the others stand behind 「其他」."""


def _found(request: HttpRequest, key: UUID) -> Case:
    reader: Any = request.user
    try:
        return queries.case_for(reader, key)
    except Case.DoesNotExist as error:
        raise Http404 from error


@require_safe
@never_cache
def case(request: HttpRequest, key: UUID) -> HttpResponse:
    """A case; ``?do=`` opens the form of a step, ``?done=`` says which one was just done."""
    reader: Any = request.user
    found = _found(request, key)
    possible = queries.possible(found, reader)
    asked = request.GET.get("do", "")
    step = _step_among(possible, asked)
    form = None
    if step is not None:
        form = StepForm(case=found, step=step, reader=reader, initial=_initial(request))
    elif asked:
        label = next((t.label for t in CASES.transitions if t.code == asked), asked[:20])
        messages.warning(request, _("这个办件现在不能%(what)s。") % {"what": label})
    return _page(request, found, possible, form)


def _initial(request: HttpRequest) -> dict[str, str]:
    """The department chosen on the page, so that its people can be offered."""
    return {"department": request.GET["department"]} if request.GET.get("department") else {}


def _step_among(possible: list[Transition], code: str) -> Transition | None:
    by_code = {t.code: t for t in possible}
    return by_code.get(code) or by_code.get(INSTEAD.get(code, ""))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def do(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """Do this with the case; refused, the page comes back with the reason at its field and all that was typed."""
    reader: Any = request.user
    if request.method != "POST":  # a refused form's page, asked for again
        return redirect(f"{reverse('cases:case', args=[key])}?{urlencode({'do': code})}")
    found = _found(request, key)
    step = next((t for t in CASES.transitions if t.code == code and not t.makes), None)
    if step is None:
        raise Http404
    form = StepForm(request.POST, request.FILES, case=found, step=step, reader=reader)
    status = 422
    if form.is_valid():
        try:
            _done(found, form, by=reader, version=_whole(request.POST.get("version", "")))
        except Refusal as refusal:
            status = refusal.status
            if isinstance(refusal, Conflict) and _sent_before(request, form, key):
                return _after(request, key, step)
            form.refused(refusal, field="attached" if refusal.field == "file" else "")
        else:
            return _after(request, key, step)
    now = _found(request, key)
    possible = queries.possible(now, reader)
    return _page(request, now, possible, form, status=status)


@transaction.atomic
def _done(found: Case, form: StepForm, *, by: User, version: int | None) -> None:
    """The step and its files: all of it, or nothing."""
    commands.transition(found, form.step.code, by=by, version=version, **form.given)
    attach_each(found, form.cleaned_data.get("attached", ()), by=by)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _newer(request: HttpRequest, lines: list[queries.Line]) -> list[queries.Line]:
    """What happened since the form was made: it says how many lines it saw."""
    seen = _whole(request.POST.get("seen", ""))
    return lines[seen:] if seen is not None else []


def _sent_before(request: HttpRequest, form: StepForm, key: UUID) -> bool:
    """Whether this very form was sent before: the same reader did the same with the same words meanwhile."""
    lines = _newer(request, queries.time_line(_found(request, key), form.reader))
    words = next((form.given[n] for n in ("text", "reason") if form.given.get(n)), "")
    return any(
        line.code == form.step.code and line.by == form.reader.pk and line.text == words for line in lines
    )


def _after(request: HttpRequest, key: UUID, step: Transition) -> HttpResponse:
    """On to the page of the case with what was done; to the list where the case went out of the reader's sight.

    ``next``: back to the page on which the step was done in place.
    """
    reader: Any = request.user
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        messages.success(request, _("已%(what)s。") % {"what": step.label})
        return redirect(back)
    if not queries.cases(reader).filter(pk=key).exists():
        messages.success(request, _("已%(what)s。") % {"what": step.label})
        return redirect("cases:case_list")
    return redirect(f"{reverse('cases:case', args=[key])}?{urlencode({'done': step.code})}")


def _page(
    request: HttpRequest, found: Case, possible: list[Transition], form: StepForm | None, *, status: int = 200
) -> HttpResponse:
    reader: Any = request.user
    now = timezone.localtime()
    staff = queries.sees(reader, "cases.see_notes", found)
    lines = queries.time_line(found, reader)
    alike = queries.like_cases(found, reader)
    say_origin([found])
    done = next((t for t in CASES.transitions if t.code == request.GET.get("done", "")), None)
    open_steps = [t for t in possible if t.code in IN_THE_OPEN] or possible
    primary = "" if form else next((c for c in FIRST if any(t.code == c for t in possible)), "")
    return render(
        request,
        "cases/case.html",
        {
            "case": found,
            "title": title_of(found),
            "staff": staff,
            "headline": headline(found, now, working_days(), for_asker=not staff),
            "stages": stages(found, lines),
            "lines": lines[::-1],
            "newer": _newer(request, lines)[::-1] if request.method == "POST" else [],
            "who": queries.turn_words(found),
            "deadline": moment_words(timezone.localtime(found.deadline), now),
            "late": is_late(found, now),
            "alike": [{"case": c, "title": matter_of(c), "state": CASES.state(c.state).label} for c in alike],
            "attachments": queries.attachments(found, reader),
            "state": CASES.state(found.state).label,
            "keys": KEYS,
            "buttons": sorted(open_steps, key=lambda t: t.code != primary),
            "others": [t for t in possible if t not in open_steps],
            "primary": primary,
            "form": form,
            "may_send": form is not None and form.step in possible,
            "departments": list(form.departments.values()) if form and "proposal" in form.fields else [],
            "done": done,
            "next": queries.next_case(reader, found) if staff else None,
            "may_see_building": queries.sees(reader, "places.see_building", found.building),
            "may_see_enterprise": queries.sees(reader, "tenants.see_enterprise", found.enterprise),
        },
        status=status,
    )


@require_safe
@never_cache
def attachment(request: HttpRequest, key: UUID) -> HttpResponse:
    """An attachment in the clear, for who may see its case; kept by no cache, run by no browser."""
    reader: Any = request.user
    try:
        kept = queries.attachment_for(reader, key)
        content = queries.content_of(kept)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    except FileNotFoundError as error:
        raise Refusal(
            _("这个附件的文件不在了。"), field="file", value=kept.name, mend=_("请告诉系统管理员从备份恢复。")
        ) from error
    response = HttpResponse(content, content_type=kept.media_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=kept.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response

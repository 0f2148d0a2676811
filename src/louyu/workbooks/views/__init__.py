"""Pages of imports: the list with its drop zone, and one page for the whole life of a batch."""

import datetime
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.jobs import at_once, cancel, start
from louyu.core.lists import show
from louyu.core.models import Job
from louyu.core.queries import job_on
from louyu.core.sealing import keyed_digest
from louyu.workbooks import commands, jobs, queries, reports
from louyu.workbooks.forms import UploadForm
from louyu.workbooks.lists import BATCHES
from louyu.workbooks.marking import marked_copy, marked_name
from louyu.workbooks.models import ImportBatch
from louyu.workbooks.understanding import registers
from louyu.workbooks.views import showing

State = ImportBatch.State
AT_ONCE = 2000
"""A file with fewer rows is looked at again within the request, so that an answer shows at once."""
SAME_CLICK = datetime.timedelta(minutes=2)
"""The same file again from the same user within this time is the same upload."""
TOO_LONG = datetime.timedelta(minutes=2)
"""A job that no runner has taken up for so long waits for a runner that is not there."""
NOT_THE_FILE = ("cut_off", "unforeseen")
"""Codes of refusals that say nothing about the file."""


@require_http_methods(["GET", "HEAD", "POST"])
def batch_list(request: HttpRequest) -> HttpResponseBase:
    """The imports that the reader sees; a file sent here is taken in."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        return _take_in(request, form)
    response = show(request, BATCHES, "workbooks/batch_list.html", form=form)
    if form.errors:
        response.status_code = 422
    return response


def _take_in(request: HttpRequest, form: UploadForm) -> HttpResponse:
    by: Any = request.user
    taken = [
        _uploaded(file.read(), file.name or "", form.cleaned_data["kind"], by)
        for file in form.cleaned_data["file"]
    ]
    if len(taken) == 1:
        return redirect("workbooks:batch", taken[0].pk)
    messages.success(request, _("已收下 %(count)s 个文件，正在逐个读取。") % {"count": len(taken)})
    return redirect("workbooks:batch_list")


def _uploaded(data: bytes, name: str, kind: str, by: User) -> ImportBatch:
    """A batch for this file; a second click finds the first one's."""
    same = queries.batches(by).filter(
        by=by,
        file_digest=keyed_digest("upload", data),
        state__in=(State.READING, State.READY),
        made_at__gt=timezone.now() - SAME_CLICK,
    )
    found = same.filter(kind=kind).first() if kind else same.first()
    if found is None:
        found = commands.upload(data, file_name=name, kind=kind, by=by)
        _start("workbooks.look", found, by)
    return found


@require_safe
@never_cache
def batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """One import, whatever became of it."""
    return _page(request, _seen_by(request, key))


def _seen_by(request: HttpRequest, key: UUID) -> ImportBatch:
    reader: Any = request.user
    return get_object_or_404(queries.batches(reader), pk=key)


def _page(request: HttpRequest, found: ImportBatch, refused: Any = None) -> HttpResponse:
    """The page of a batch; with what was refused on top, if anything was."""
    context: dict[str, Any] = {"batch": found, "register": registers().get(found.kind), "refused": refused}
    work = job_on(found.pk)
    if work is not None and work.is_open:
        return render(request, "workbooks/working.html", context | _work(work))
    if found.state in (State.UNDONE, State.DROPPED):
        return render(request, "workbooks/ended.html", context)
    report = {} if found.state == State.READING else queries.report(found)
    if found.state == State.FAILED or "tables" not in report:
        context |= {
            "failure": report.get("refused", {}),
            "cut_off": _was_cut_off(found),
            "form": UploadForm(initial={"kind": found.kind}),
        }
        return render(request, "workbooks/failed.html", context)
    status = 422 if refused and not request.headers.get("HX-Request") else 200
    context |= _told(request, found, report)
    context["refused"] = refused or (work.refusal if work is not None else None)
    return render(request, "workbooks/batch.html", context, status=status)


def _told(request: HttpRequest, found: ImportBatch, report: dict[str, Any]) -> dict[str, Any]:
    """What page and forms show of a report."""
    decided = queries.decisions(found.kind)
    waiting, aside = showing.questions(report, decided)
    absent = showing.absent(report, decided)
    asked_for = request.GET.get("question", "")
    at = next((n for n, q in enumerate(waiting) if q.digest == asked_for), 0)
    left = len(report["wrong"]) + len(waiting) + len(aside) + len(absent)
    applied = found.state == State.APPLIED
    return {
        "report": report,
        "figures": showing.figures(found.counts, len(absent), report["rows"]),
        "step": request.GET.get("step")
        if request.GET.get("step") in ("understood", "left")
        else ("left" if applied else "understood"),
        "left": left,
        "applied": applied,
        "tables": showing.tables(report),
        "fields": [(c.field, c.label) for c in registers()[found.kind].columns],
        "notes": [showing.NOTES[n] for n in report["notes"] if n in showing.NOTES],
        "mend": showing.cells_to_mend(
            report, request.GET.get("field", ""), _number(request.GET.get("from", ""))
        ),
        "question": waiting[at] if waiting else None,
        "question_number": at + 1,
        "questions": waiting,
        "next_question": waiting[(at + 1) % len(waiting)] if len(waiting) > 1 else None,
        "aside": aside,
        "absent": absent,
        "absent_named": absent[: showing.ABSENT_NAMED],
    }


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _at_work(found: ImportBatch) -> bool:
    """Whether a job has this batch, or will have it in a moment."""
    work = job_on(found.pk)
    return work is not None and work.is_open


def _was_cut_off(found: ImportBatch) -> bool:
    """Whether its reading came to nothing by no fault of the file: then it can be read again."""
    work = job_on(found.pk)
    if found.state == State.READING:
        return True
    return found.state == State.FAILED and work is not None and work.refusal.get("code") in NOT_THE_FILE


def _work(work: Job) -> dict[str, Any]:
    """How far the job is, in words and per cent."""
    queued = work.state == Job.State.QUEUED
    stage, done, total = (work.progress.get(name) for name in ("stage", "done", "total"))
    return {
        "stage": _("马上开始") if queued else jobs.STAGES.get(stage or "reading", ""),
        "done": done or 0,
        "total": total or 0,
        "stopping": work.cancel_asked,
        "reading": work.kind == "workbooks.look",
        "may_stop": not work.cancel_asked and stage not in ("writing", "undoing"),
        "too_long": queued and timezone.now() - work.made_at > TOO_LONG,
    }


@require_GET
@never_cache
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far the job is; when it is done, the whole page comes anew."""
    found = _seen_by(request, key)
    if not request.headers.get("HX-Request"):
        return redirect("workbooks:batch", key)
    work = job_on(found.pk)
    if work is None or not work.is_open:
        return HttpResponseClientRefresh()
    return render(request, "workbooks/progress.html", {"batch": found, **_work(work)})


@require_POST
def correct_column(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what a column means; the file is read again with it."""
    by: Any = request.user
    found = _seen_by(request, key)
    if found.state != State.READY or _at_work(found):
        return redirect("workbooks:batch", key)
    report = queries.report(found)
    sheet, letter, field = (request.POST.get(name, "") for name in ("sheet", "letter", "field"))
    table = next(
        (
            t
            for t in report["tables"]
            if t["sheet"] == sheet and any(c["letter"] == letter for c in t["columns"])
        ),
        None,
    )
    if table is None:
        return redirect("workbooks:batch", key)
    column = next(c for c in table["columns"] if c["letter"] == letter)
    if column["field"] != field:
        try:
            _still_a_register(found, table, column, field)
            commands.correct_column(
                found, sheet=sheet, letter=letter, heading=column["heading"], field=field, by=by
            )
        except Refusal as refused:
            return _page(request, found, refused)
        _look_again(found, report["rows"], by)
    return redirect("workbooks:batch", key)


def _still_a_register(found: ImportBatch, table: dict[str, Any], column: dict[str, Any], field: str) -> None:
    """Raises Refusal when the table would lose the column without which it is no register of its kind."""
    register = registers()[found.kind]
    if column["field"] in register.required and field != column["field"]:
        label = register.field_label(column["field"])
        raise Refusal(
            _("这张表不能没有「%(field)s」这一列。") % {"field": label},
            field=column["heading"] or column["letter"],
            mend=_("请先把真正的那一列改为「%(field)s」，这一列就会空出来。") % {"field": label},
        )


def _look_again(found: ImportBatch, rows: int, by: User) -> None:
    """Compare the file again with what is known now: at once if it is small, else by a job."""
    if found.state == State.APPLIED:
        _start("workbooks.bring_in", found, by)
    elif rows < AT_ONCE:
        _do("workbooks.look", found, by)
    else:
        _start("workbooks.look", found, by)


def _start(kind: str, found: ImportBatch, by: User) -> None:
    start(kind, by=by.pk, title=found.file_name, subject=found.pk)


def _do(kind: str, found: ImportBatch, by: User) -> Refusal | None:
    """Do it here and now; why not, if it was refused (the page tells it too, from the job)."""
    try:
        at_once(kind, by=by.pk, title=found.file_name, subject=found.pk)
    except Refusal as refused:
        return refused
    return None


@require_POST
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer a question, or all of its sort alike; a question that is not open any more is left alone."""
    by: Any = request.user
    found = _seen_by(request, key)
    if found.state in (State.READY, State.APPLIED) and not _at_work(found):
        report = queries.report(found)
        waiting, aside = showing.questions(report, queries.decisions(found.kind))
        choice = request.POST.get("choice", "")
        question = next((q for q in (*waiting, *aside) if q.digest == request.POST.get("question")), None)
        if question is not None and choice in {c["code"] for c in question.choices}:
            others = waiting if request.POST.get("alike") else []
            keys = showing.answered_alike(question, choice, others)
            commands.decide(found, keys=keys, choice=choice, by=by)
            if choice != showing.NOT_NOW:
                _look_again(found, report["rows"], by)
            messages.success(request, _remembered(len(keys)))
    return _back_to_what_is_left(key)


def _remembered(answers: int) -> str:
    return ngettext("回答已记住，下月不再问。", "%(count)s 件都已记住，下月不再问。", answers) % {
        "count": answers
    }


def _back_to_what_is_left(key: UUID) -> HttpResponse:
    return redirect(f"{reverse('workbooks:batch', args=[key])}?step=left")


@require_POST
def settle_absent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say of absent records that they are gone (once the list is in) or still there."""
    by: Any = request.user
    found = _seen_by(request, key)
    gone = request.POST.get("answer") == "gone"
    if _at_work(found) or found.state not in ((State.APPLIED,) if gone else (State.READY, State.APPLIED)):
        return _back_to_what_is_left(key)
    open_ones = showing.absent(queries.report(found), queries.decisions(found.kind))
    named = set(request.POST.getlist("subject"))
    subjects = [a.subject for a in open_ones if request.POST.get("all") or a.subject.hex in named]
    if subjects:
        commands.settle_absent(found, subjects=subjects, left=gone, by=by)
        said = (
            ngettext("%(count)s 家记为已搬走。", "%(count)s 家记为已搬走。", len(subjects))
            if gone
            else ngettext("%(count)s 家记为还在。", "%(count)s 家记为还在。", len(subjects))
        )
        messages.success(request, said % {"count": len(subjects)})
    elif open_ones:
        messages.warning(request, _("还没有勾选。请先勾选，再回答。"))
    return _back_to_what_is_left(key)


@require_POST
def bring_in(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bring in what is right, by a job; a second click finds the job at work or done.

    A file whose reading was cut off is read again.
    """
    by: Any = request.user
    found = _seen_by(request, key)
    if not _at_work(found):
        if _was_cut_off(found):
            commands.read_again(found)
            _start("workbooks.look", found, by)
        elif found.state == State.READY:
            _start("workbooks.bring_in", found, by)
    return redirect("workbooks:batch", key)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a whole batch back; says what depends on it if something does."""
    by: Any = request.user
    found = _seen_by(request, key)
    if found.state != State.APPLIED or _at_work(found):
        return redirect("workbooks:batch", key)
    refused: Refusal | None = None
    if request.method == "POST":
        if found.counts.get("new", 0) + found.counts.get("changed", 0) < AT_ONCE:
            refused = _do("workbooks.undo", found, by)
        else:
            _start("workbooks.undo", found, by)
        if refused is None:
            return redirect("workbooks:batch", key)
    figures = showing.figures(found.counts, 0)
    context = {
        "batch": found,
        "register": registers().get(found.kind),
        "figures": figures,
        "conflict": refused,
    }
    return render(request, "workbooks/undo.html", context, status=refused.status if refused else 200)


@require_POST
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give an import up; a job that is at it stops at its next row."""
    by: Any = request.user
    found = _seen_by(request, key)
    work = job_on(found.pk)
    if work is not None and work.is_open:
        cancel(work)
    elif found.state in (State.READING, State.READY, State.FAILED):
        commands.drop(found, by=by)
    return redirect("workbooks:batch", key)


@require_safe
def marked(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The user's own workbook with the wrong cells marked; of a long one the job that marks it. Kept by no cache."""
    by: Any = request.user
    found = _seen_by(request, key)
    if found.state not in (State.READY, State.APPLIED):
        return redirect("workbooks:batch", key)
    report, name = queries.report(found), marked_name(found.file_name)
    if report["rows"] >= AT_ONCE:
        return redirect("desk:job", start("workbooks.mark", by=by.pk, title=name, batch=found.pk.hex).pk)
    content = marked_copy(queries.upload(found), found.file_name, reports.marks(report))
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    return response

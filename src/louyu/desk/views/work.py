"""Pages of jobs: one's own with what is being done, one job with what came of it, the log of exports."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from louyu.core.jobs import cancel, kinds
from louyu.core.lists import show
from louyu.core.models import Job
from louyu.core.queries import jobs
from louyu.desk.jobs import file_answer
from louyu.desk.lists import EXPORTS, JOBS, came_of, job_link, kind_words, user_names

MOST_SHOWN = 20
"""Jobs at work that the page shows one by one."""


@require_safe
@never_cache
def job_list(request: HttpRequest) -> HttpResponseBase:
    """The reader's jobs; those at work on top, with how far they are."""
    working = _at_work(request)
    if request.headers.get("HX-Target") == "working":
        if any(key not in {w["job"].pk.hex for w in working} for key in request.GET.getlist("seen")):
            return HttpResponseClientRefresh()  # one has ended: the list below has changed too
        return render(request, "desk/working.html", {"working": working})
    return show(request, JOBS, "desk/job_list.html", working=working)


def _at_work(request: HttpRequest) -> list[dict[str, Any]]:
    reader: Any = request.user
    found = jobs(reader).filter(by_id=reader.pk, state__in=Job.OPEN).order_by("id")
    return [_shown(job) for job in found[:MOST_SHOWN]]


def _shown(job: Job) -> dict[str, Any]:
    """A job as pages show it: its words, how far it is."""
    kind = kinds().get(job.kind)
    stage, done, total = (job.progress.get(name) for name in ("stage", "done", "total"))
    return {
        "job": job,
        "kind": kind_words(job),
        "link": job_link(job),
        "stage": (kind.stages.get(stage) if kind and stage else None) or job.get_state_display(),
        "done": done or 0,
        "total": total or 0,
        "came_of": came_of(job),
    }


@require_safe
@never_cache
def job(request: HttpRequest, key: UUID) -> HttpResponse:
    """One job: how far it is, what came of it, its file for whoever asked."""
    found = _seen_by(request, key)
    reader: Any = request.user
    own = found.by_id == reader.pk
    context = _shown(found) | {
        "own": own,
        "who": "" if own else user_names([found.by_id]).get(found.by_id, ""),
        "narrowed": found.arguments.get("narrowed", ()),
        "file": found.result.get("file") if own and found.file_until else None,
    }
    if request.headers.get("HX-Target") == "working":
        if not found.is_open:
            return HttpResponseClientRefresh()
        return render(request, "desk/job_progress.html", context)
    return render(request, "desk/job.html", context)


def _seen_by(request: HttpRequest, key: UUID) -> Job:
    reader: Any = request.user
    return get_object_or_404(jobs(reader), pk=key)


def _own(request: HttpRequest, key: UUID) -> Job:
    found = _seen_by(request, key)
    reader: Any = request.user
    if found.by_id != reader.pk:
        raise Http404
    return found


@require_safe
def job_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file that came of the reader's own job; nobody else's is there, nor one that was taken away."""
    try:
        return file_answer(_own(request, key))
    except FileNotFoundError as error:
        raise Http404 from error


@require_POST
def cancel_job(request: HttpRequest, key: UUID) -> HttpResponse:
    """Do without a job of one's own; one that has ended stays as it is."""
    cancel(_own(request, key))
    return redirect("desk:job", key)


@require_safe
def export_list(request: HttpRequest) -> HttpResponseBase:
    """The log of exports: one's own, for audit readers all."""
    return show(request, EXPORTS, "desk/export_list.html")

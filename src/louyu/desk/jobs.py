"""Exports of lists: every one a job, so that each is in the log; short ones are done while the page waits."""

import io
from typing import Any
from urllib.parse import urlsplit

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.accounts.chain import Change, snapshot
from louyu.accounts.commands import command, record
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.jobs import Finish, Run, at_once, job, start
from louyu.core.lists import Listing
from louyu.core.lists.export import Exported, export_file, narrowed_words, refuse_unless_as_asked
from louyu.core.models import Job
from louyu.core.queries import file_of

EXPORT = "desk.export"
AT_ONCE = 2000
"""So many rows are written while the page waits; more by a runner."""


def answer_export(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    """The Excel file of a list, or the page of the job that makes it. Raises Refusal as ``export_file`` does."""
    if isinstance(request, _AskedAgain):
        return _Listed(listing)
    refuse_unless_as_asked(listing)
    reader: Any = request.user
    asked = {
        "by": reader.pk,
        "title": str(listing.declared.title),
        "address": listing.link(),
        "narrowed": narrowed_words(listing),
    }
    if listing.count > AT_ONCE:
        return redirect("desk:job", start(EXPORT, **asked).pk)
    return file_answer(at_once(EXPORT, **asked))


def file_answer(job: Job) -> FileResponse:
    """The file that came of a job, kept by no cache. Raises FileNotFoundError when it is gone."""
    answer = FileResponse(io.BytesIO(file_of(job)), as_attachment=True, filename=job.result["file"])
    answer["Cache-Control"] = "no-store"
    return answer


@job(EXPORT, gettext_lazy("导出列表"), stages={"rows": gettext_lazy("正在逐行写入")})
def export_list(run: Run, *, address: str, narrowed: list[tuple[str, str]]) -> Finish:
    """Write the Excel file of a list, as whoever asked sees it now: the address is the list.

    address: the list's own, with all that narrows it. narrowed: the same in words, for the log.
    """
    reader = User.rows_without_a_reader.get(pk=run.job.by_id)
    made = export_file(_listing(address, reader), made_for=str(reader), progress=run.tell)
    with made.stream:
        run.keep(made.stream.read(), made.name)
    return lambda: hand_out(run.job, made, by=reader)


@command("desk.export_list")
def hand_out(job: Job, made: Exported, *, by: User) -> dict[str, Any]:
    """Enter in the trail that somebody takes a list along; what the job then says of it.

    What they searched for is not in the trail, which forgets nothing: it may name a person.
    """
    said = {"rows": made.rows, "as_of": made.at.isoformat()}
    record([Change(job._meta.label, job.pk, None, snapshot(job) | {"result": said})])
    return said


class _AskedAgain(HttpRequest):
    """A list's address asked by a job, for the reader who wanted it."""

    htmx = False

    def __init__(self, address: str, reader: User) -> None:
        super().__init__()
        parts = urlsplit(address)
        self.method, self.path, self.path_info, self.user = "GET", parts.path, parts.path, reader
        self.GET = QueryDict(f"{parts.query}&format=xlsx")


class _Listed(HttpResponse):
    """The answer to a job: the list itself."""

    def __init__(self, listing: Listing) -> None:
        super().__init__()
        self.listing = listing


def _listing(address: str, reader: User) -> Listing:
    """The list at an address, as its own view makes it for this reader. Raises Refusal when they cannot see it."""
    request = _AskedAgain(address, reader)
    view, given, named = resolve(request.path)
    try:
        answer = view(request, *given, **named)
    except Http404:
        answer = None
    if not isinstance(answer, _Listed):
        raise Refusal(
            _("您已看不到这个列表。"), field="list", mend=_("请回到列表页再试。"), code="list_not_there"
        )
    return answer.listing

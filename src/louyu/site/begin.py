"""The pages that lead through the beginning of a district, and say what it still lacks."""

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from louyu.accounts.policy import may, require
from louyu.site.missing import facts, lacks, steps
from louyu.workbooks.forms import UploadForm
from louyu.workbooks.queries import under_way

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_FILES = {
    "buildings": "重点楼宇台账.xlsx",
    "enterprises": "入驻企业登记表.xlsx",
    "officers": "一长两员名单.xlsx",
}
"""The three workbooks of the invented district, to try with."""


@require_safe
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Step by step what is there, what to do next, and what is still missing."""
    reader: Any = request.user
    require(reader, "site.see_missing")
    found = facts()
    told = steps(found)
    following = next((step for step in told if not step.done and (step.kind or step.link)), None)
    missing = lacks(found) if found.buildings or found.users else []
    return render(
        request,
        "site/begin.html",
        {
            "steps": told,
            "following": following,
            "begun": all(step.done for step in told),
            "lacks": [(lack, may(reader, lack.action)) for lack in missing],
            "may_now": {step.code for step in told if step.action and may(reader, step.action)},
            "under_way": under_way(following.kind, reader) if following and following.kind else None,
            "form": UploadForm(),
        },
    )


@require_safe
def sample(request: HttpRequest, name: str) -> FileResponse:
    """One of the three sample workbooks."""
    reader: Any = request.user
    require(reader, "site.see_missing")
    if name not in SAMPLE_FILES:
        raise Http404
    path = SAMPLES / SAMPLE_FILES[name]
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)

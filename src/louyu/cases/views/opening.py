"""A new case: the form, and until when it would be answered."""

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from louyu.accounts import policy
from louyu.accounts.models import User
from louyu.cases import commands, queries
from louyu.cases.commands.steps import limit_of
from louyu.cases.forms import NewCaseForm, fresh_key, key_in
from louyu.cases.models import Case, Kind
from louyu.cases.rules import due
from louyu.cases.views.files import attach_each
from louyu.cases.views.words import promise_words
from louyu.core.errors import Refusal
from louyu.core.queries import working_days


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_case(request: HttpRequest) -> HttpResponse:
    """Tell a need; ``?building=`` and ``?enterprise=`` fill in where. The same form sent twice makes one case."""
    reader: Any = request.user
    policy.require(reader, "cases.open_case")
    if request.method != "POST":
        form = NewCaseForm(reader=reader, initial=request.GET.dict())
        return _page(request, form, fresh_key(reader))
    signed = request.POST.get("form", "")
    key = key_in(signed, reader)
    if key is not None and (same := queries.case_if_any(reader, key)):
        return _to(request, same)
    form = NewCaseForm(request.POST, request.FILES, reader=reader)
    status = 422
    if key is None:
        form.add_error(None, _("这个表单已经过期。您写的内容还在，请再点一次「提交」。"))
        signed = fresh_key(reader)
    elif form.is_valid():
        try:
            return _to(request, _opened(Case(pk=key), form, by=reader))
        except Refusal as refusal:
            status = refusal.status
            form.refused(refusal, field="attached" if refusal.field == "file" else "")
        except IntegrityError:
            if same := queries.case_if_any(reader, key):  # the other click was faster
                return _to(request, same)
            raise
    return _page(request, form, signed, status=status)


def _opened(case: Case, form: NewCaseForm, *, by: User) -> Case:
    """The case and its files: all of it, or nothing."""
    given = form.cleaned_data
    case.category = given["category"]
    case.kind = given["kind"]
    case.text = given["text"]
    case.building = form.building_meant
    case.enterprise = given.get("enterprise")
    case.asker = _asker(case, by)
    with (
        transaction.atomic() if given["attached"] else nullcontext()
    ):  # the command is one transaction by itself
        case = commands.transition(case, "open_case", by=by, text=case.text, category=case.category)
        attach_each(case, given["attached"], by=by)
    return case


def _asker(case: Case, by: User) -> User | None:
    """Staff who pass on a need are not asked back, unless it is of no place: then nobody else could be."""
    nowhere = case.building is None and case.enterprise is None
    return by if nowhere or not policy.may(by, "cases.see_notes") else None


def _to(request: HttpRequest, case: Case) -> HttpResponse:
    messages.success(request, _("已提出，编号 %(number)s。") % {"number": case.number})
    return redirect("cases:case", case.pk)


def _page(request: HttpRequest, form: NewCaseForm, signed: str, *, status: int = 200) -> HttpResponse:
    category, kind = (form["category"].value() or "", form["kind"].value() or "")
    context = {"form": form, "signed": signed, "promise": _promise(str(category), str(kind), form.reader)}
    return render(request, "cases/new_case.html", context, status=status)


@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """Until when a case of this category and kind would be answered if it were opened now, as a part of the form."""
    reader: Any = request.user
    words = _promise(request.GET.get("category", ""), request.GET.get("kind", ""), reader)
    return render(request, "cases/promise.html", {"promise": words})


def _promise(code: str, kind: str, reader: User) -> str:
    category = queries.category_by_code(reader, code[:30]) if code else None
    if category is None:
        return ""
    case = Case(category=category, kind=kind if kind in Kind.values else category.kind)
    now = timezone.localtime()
    return promise_words(due(now, limit_of(case), working_days()), now)

"""Categories and time limits, as the district office keeps them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from louyu.accounts.policy import require
from louyu.cases import commands
from louyu.cases.forms import CategoryForm, LimitForm, NewCategoryForm
from louyu.cases.queries import all_categories, time_limits
from louyu.core.errors import NotPermitted, Refusal


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """The categories with their limits, and the limits of each kind."""
    reader: Any = request.user
    require(reader, "cases.keep_categories")
    return _page(request)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    reader: Any = request.user
    context = {
        "categories": all_categories(reader),
        "limits": time_limits(reader),
        "form": NewCategoryForm(),
        "limit_form": LimitForm(),
    }
    return render(request, "cases/settings.html", context | more, status=422 if more else 200)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a category of the district's own."""
    reader: Any = request.user
    require(reader, "cases.keep_categories")
    form = NewCategoryForm(request.POST)
    if form.is_valid() and _done(form, lambda said: commands.add_category(**said, by=reader)):
        messages.success(request, _("已增加类别。"))
        return redirect("cases:settings")
    return _page(request, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def category(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a category, put it out of use or back into it."""
    reader: Any = request.user
    require(reader, "cases.keep_categories")
    found = get_object_or_404(all_categories(reader), pk=key)
    form = CategoryForm(request.POST if request.method == "POST" else None, initial=CategoryForm.of(found))
    if form.is_valid() and _done(form, lambda said: commands.change_category(found, **said, by=reader)):
        messages.success(request, _("已保存。正在办的时限不变。"))
        return redirect("cases:settings")
    return render(
        request, "cases/category.html", {"category": found, "form": form}, status=422 if form.errors else 200
    )


@require_POST
def limit(request: HttpRequest, code: str) -> HttpResponse:
    """Say how long a kind of case may take."""
    reader: Any = request.user
    require(reader, "cases.keep_categories")
    form = LimitForm(request.POST)
    if form.is_valid() and _done(form, lambda said: commands.set_limit(code, limit=form.limit, by=reader)):
        messages.success(request, _("已保存。正在办的时限不变。"))
        return redirect("cases:settings")
    return _page(request, limit_form=form, changed=code)


def _done(form: Any, change: Any) -> bool:
    """Whether the command did it; what it refused stands beside the form's field."""
    try:
        change(form.cleaned_data)
    except NotPermitted:
        raise
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, f"{refusal.reason}{refusal.mend}")
        return False
    return True

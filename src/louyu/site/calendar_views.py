"""The working calendar: a year's days off and make-up days, and the form by which its notice is loaded."""

import calendar
import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from louyu.accounts.policy import may, require
from louyu.core.calendar import WorkingDays
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.queries import notice_document, working_days
from louyu.site.notices import days_in, load_and_move, moved_words, source_words, spans_in_words

FIRST_YEAR = 2004
YEARS_AHEAD = 2
MOST_TEXT = 4000


@dataclass(frozen=True)
class Cell:
    """A day in its month. mark: 「休」, 「班」, or nothing where the plain week says it."""

    day: datetime.date
    worked: bool
    mark: str


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday; None where a week reaches into another month."""

    first: datetime.date
    weeks: list[list[Cell | None]]
    working: int


def month_of(year: int, month: int, known: WorkingDays) -> Month:
    """A month with what the notices say of its days."""

    def cell(day: int) -> Cell | None:
        if not day:
            return None
        date = datetime.date(year, month, day)
        worked = known.is_working_day(date)
        mark = "" if date not in known.overrides else (_("班") if worked else _("休"))
        return Cell(date, worked, mark)

    weeks = [[cell(day) for day in week] for week in calendar.Calendar().monthdayscalendar(year, month)]
    working = sum(c.worked for week in weeks for c in week if c)
    return Month(datetime.date(year, month, 1), weeks, working)


def _days_field(label: Any, hint: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        **more,
    )


class NoticeForm(forms.Form):
    """A notice as it is typed: its number, the days off, the days worked for them."""

    document = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=80,
        help_text=gettext_lazy("例如：国办发明电〔2025〕7号"),
        error_messages={"required": gettext_lazy("还没有写文号。请照通知填写。")},
    )
    days_off = _days_field(
        gettext_lazy("放假"),
        gettext_lazy("每行一天或一段，例如：10月1日至7日。用顿号分开也行。"),
        error_messages={"required": gettext_lazy("还没有写放假的日期。请照通知逐日填写。")},
    )
    make_up_days = _days_field(
        gettext_lazy("调休上班"), gettext_lazy("周六、周日上班的日子；没有就不填。"), required=False
    )

    def __init__(self, year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_days_off(self) -> list[datetime.date]:
        """The days off."""
        return self._days("days_off")

    def clean_make_up_days(self) -> list[datetime.date]:
        """The days worked for them."""
        return self._days("make_up_days")

    def _days(self, field: str) -> list[datetime.date]:
        try:
            return days_in(self.cleaned_data[field], field, self.year)
        except Refusal as refusal:
            raise forms.ValidationError(in_one_line(refusal)) from refusal


def in_one_line(refusal: Refusal) -> str:
    """Value, reason and mend, to stand at the field: 「2027-02-30」：日期不存在。请写成……"""
    value = f"「{refusal.value}」：" if refusal.value else ""
    return f"{value}{refusal.reason}{refusal.mend}"


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_of_year(request: HttpRequest) -> HttpResponse:
    """How a year is worked, ``?year=``, by default this one; who may keep the calendar loads its notice here."""
    reader: Any = request.user
    year = _year(request.GET.get("year", ""))
    if request.method != "POST":
        return _page(request, year, _form(year) if may(reader, "duties.keep_calendar") else None)
    require(reader, "duties.keep_calendar")
    form = NoticeForm(year, request.POST)
    if form.is_valid():
        try:
            moved = load_and_move(year, **form.cleaned_data, by=reader)
        except NotPermitted:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, in_one_line(refusal))
        else:
            messages.success(request, _("已装入 %(year)s 年的放假通知。") % {"year": year})
            if moved:
                messages.success(request, moved_words(moved))
            return redirect(f"{reverse('site:calendar')}?year={year}#top")
    return _page(request, year, form, status=422)


def _year(text: str) -> int:
    this_year = timezone.localdate().year
    year = this_year if not text else int(text) if len(text) == 4 and text.isdecimal() else 0
    if not FIRST_YEAR <= year <= this_year + YEARS_AHEAD:
        raise Refusal(
            _("工作日历没有这一年。"),
            field="year",
            value=text,
            mend=_("可以看 %(first)s 年至 %(last)s 年。")
            % {"first": FIRST_YEAR, "last": this_year + YEARS_AHEAD},
        )
    return year


def _form(year: int) -> NoticeForm:
    """The form with what is known of the year, to be corrected rather than typed again."""
    told = working_days().of_year(year)
    return NoticeForm(
        year,
        initial={
            "document": notice_document(year),
            "days_off": "\n".join(spans_in_words(day for day, worked in told if not worked)),
            "make_up_days": "\n".join(spans_in_words(day for day, worked in told if worked)),
        },
    )


def _page(request: HttpRequest, year: int, form: NoticeForm | None, *, status: int = 200) -> HttpResponse:
    known = working_days()
    months = [month_of(year, n, known) for n in range(1, 13)]
    last = timezone.localdate().year + YEARS_AHEAD
    context = {
        "year": str(year),
        "years": [str(y) for y in range(year - 2, year + 3) if FIRST_YEAR <= y <= last],
        "months": months,
        "working": sum(month.working for month in months),
        "source": source_words(year),
        "provisional": year not in known.years,
        "today": timezone.localdate(),
        "form": form,
    }
    return render(request, "site/calendar.html", context, status=status)

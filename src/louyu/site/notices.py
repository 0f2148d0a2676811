"""The State Council's notice of a year as an administrator types it, and a year's calendar in words."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from louyu.accounts.models import User
from louyu.cases.commands import move_deadlines
from louyu.core.errors import Refusal
from louyu.core.queries import notice_document, working_days
from louyu.core.readings import Unreadable, read_date
from louyu.core.reasons import reason_of
from louyu.duties.commands import load_notice

LONGEST = 31
"""No holiday is longer than this many days: a longer one is a slip of the pen."""
_TO = r"\.\.|至|到|~|—+"
_WEEKDAY = re.compile(r"(?<=[\d日号])\s*\(?(?:周|星期)[一二三四五六日天]\)?")
_IN_FULL = re.compile(r"\d+\D+\d+\D+\d+\D?\Z|\d{8}\Z", re.ASCII)
_MONTH_AND_DAY = re.compile(r"\d{1,2}月\d{1,2}[日号]?\Z", re.ASCII)
_DAY_ALONE = re.compile(r"\d{1,2}[日号]\Z", re.ASCII)


def days_in(text: str, field: str, year: int) -> list[datetime.date]:
    """The days of a list: 「2027-02-05..2027-02-11, 2027-04-05」, 「10月1日（周五）至7日、10月10日」, in any lines.

    year: that of the notice, for days written without one. Raises Refusal with the part that is no day and no span.
    """
    flat = _WEEKDAY.sub("", unicodedata.normalize("NFKC", text))
    flat = re.sub(rf"\s*({_TO})\s*", r"\1", flat)
    parts = [part for part in re.split(r"[,、;。\s]+", flat) if part]
    return [day for part in parts for day in _days_of(part, field, year)]


def _days_of(part: str, field: str, year: int) -> list[datetime.date]:
    try:
        first_text, *more = re.split(_TO, part)
        first = _day(f"{year}年{first_text}" if _MONTH_AND_DAY.match(first_text) else first_text)
        last = first
        for last_text in more:
            if _DAY_ALONE.match(last_text):
                last_text = f"{first.month}月{last_text}"
            last = _day(f"{first.year}年{last_text}" if _MONTH_AND_DAY.match(last_text) else last_text)
    except Unreadable as problem:
        raise _refused(part, field, year, f"{reason_of(problem)}。") from problem
    if len(more) > 1 or not 0 <= (last - first).days < LONGEST:
        raise _refused(part, field, year, _("这一段日期前后颠倒，或者太长。"))
    return [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]


def _day(text: str) -> datetime.date:
    """The day that is written in full; a month or a year alone is none here."""
    day = read_date(text) if _IN_FULL.match(text) else None
    if day is None:
        raise Unreadable("date_text")
    return day


def _refused(part: str, field: str, year: int, reason: str) -> Refusal:
    return Refusal(
        reason,
        field=field,
        value=part,
        mend=_("请写成 %(year)s-10-01 或 %(year)s-10-01 至 %(year)s-10-07 的样子。") % {"year": year},
    )


def spans_in_words(days: Iterable[datetime.date]) -> list[str]:
    """Days as somebody would type them, days in a row as one span: 「2027-10-01 至 2027-10-07」."""
    spans: list[list[datetime.date]] = []
    for day in sorted(days):
        if spans and (day - spans[-1][-1]).days == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    return [str(s[0]) if len(s) == 1 else f"{s[0]} 至 {s[-1]}" for s in spans]


def load(year: int, *, days_off: str, make_up_days: str, document: str, by: User) -> list[str]:
    """Load a notice given as two lists of days; the year's calendar as lines. Raises Refusal, NotPermitted."""
    moved = load_and_move(
        year,
        days_off=days_in(days_off, "days_off", year),
        make_up_days=days_in(make_up_days, "make_up_days", year),
        document=document,
        by=by,
    )
    return [*calendar_lines(year), *([moved_words(moved)] if moved else [])]


def load_and_move(year: int, *, by: User, **notice: Any) -> int:
    """Load a notice, and count the deadlines anew that were provisional without it; how many moved. All or none."""
    with transaction.atomic():
        before = working_days()
        load_notice(year, **notice, by=by)
        return move_deadlines(before=before, by=by)


def moved_words(moved: int) -> str:
    """「3 件办件的时限改了日期」."""
    return ngettext("%(n)s 件办件的时限改了日期。", "%(n)s 件办件的时限改了日期。", moved) % {"n": moved}


def calendar_lines(year: int) -> list[str]:
    """By what a year counts, and its days that differ from the plain week, one a line."""
    known = working_days()
    differing = [
        f"{day:%Y-%m-%d} {_('上班') if worked else _('放假')}" for day, worked in known.of_year(year)
    ]
    return [_("%(year)s 年：%(source)s") % {"year": year, "source": source_words(year)}, *differing]


def source_words(year: int) -> str:
    """By what a year's working days are counted: the notice loaded, the one brought along, or the plain week."""
    if document := notice_document(year):
        return document
    if year in working_days().years:
        return _("按国务院办公厅的放假通知，随程序提供")
    return _("还没有放假通知，暂按周一至周五")

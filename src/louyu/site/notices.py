"""What ``louyu calendar`` does: show how a year is worked, or load the State Council's notice of it."""

import datetime
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.queries import working_days
from louyu.duties.commands import load_notice

_DAY = r"(\d{4}-\d{2}-\d{2})"
_PART = re.compile(rf"{_DAY}(?:\.\.{_DAY})?\Z")
LONGEST = 31


def days_in(text: str, field: str) -> list[datetime.date]:
    """The days of a list: 「2027-02-05..2027-02-11,2027-04-05」. Raises Refusal with the part that is none."""
    return [day for part in re.split(r"[,，、\s]+", text.strip()) if part for day in _days_of(part, field)]


def _days_of(part: str, field: str) -> Iterator[datetime.date]:
    found = _PART.match(part)
    try:
        first, last = (
            (datetime.date.fromisoformat(found[n] or found[1]) for n in (1, 2)) if found else (None, None)
        )
    except ValueError:
        first = last = None
    if first is None or last is None or not 0 <= (last - first).days < LONGEST:
        raise Refusal(
            _("这不是日期，也不是一段日期。"),
            field=field,
            value=part,
            mend=_("请写成 2027-02-05 或 2027-02-05..2027-02-11 的样子。"),
        )
    for n in range((last - first).days + 1):
        yield first + datetime.timedelta(days=n)


def load(year: int, *, days_off: str, make_up_days: str, document: str, by: User) -> list[str]:
    """Load a notice given as two lists of days; the year's calendar as lines. Raises Refusal, NotPermitted."""
    load_notice(
        year,
        days_off=days_in(days_off, "days_off"),
        make_up_days=days_in(make_up_days, "make_up_days"),
        document=document,
        by=by,
    )
    return calendar_lines(year)


def calendar_lines(year: int) -> list[str]:
    """The days of a year that differ from the plain week, one a line; what a year without a notice counts by."""
    known = working_days()
    if year not in known.years:
        return [_("%s 年还没有放假通知，按周一至周五计，期限为暂定。") % year]
    return [f"{day:%Y-%m-%d} {_('上班') if worked else _('放假')}" for day, worked in known.of_year(year)]

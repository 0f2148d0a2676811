"""The yearly notice of the State Council on days off, loaded into the working calendar."""

import datetime
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change, snapshot
from louyu.accounts.commands import alone, command, made, record
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.models import WorkCalendarDay

SPREAD = datetime.timedelta(days=15)
"""So far a notice may reach into the years before and after its own."""


@command("duties.keep_calendar")
def load_notice(
    year: int,
    *,
    days_off: Collection[datetime.date],
    make_up_days: Collection[datetime.date],
    document: str,
    by: User,
) -> None:
    """Load the notice of a year: its days off and the days worked for them (调休). An earlier loading is replaced.

    Days off that are Saturdays and Sundays anyway may be named or not. Raises Refusal, with the day, for one that is
    in both lists, not in that year, or (a make-up day) no Saturday or Sunday.
    """
    alone()
    _refuse_wrong_days(year, set(days_off), set(make_up_days), document)
    days = dict.fromkeys(days_off, False) | dict.fromkeys(make_up_days, True)
    stale = WorkCalendarDay.rows_without_a_reader.filter(notice_year=year) | (
        WorkCalendarDay.rows_without_a_reader.filter(day__in=days)
    )
    changes = [Change(d._meta.label, d.pk, snapshot(d), None) for d in stale]
    stale.delete()
    fresh = [
        WorkCalendarDay(notice_year=year, day=day, working=working, document=document.strip()[:80])
        for day, working in sorted(days.items())
    ]
    WorkCalendarDay.rows_without_a_reader.bulk_create(fresh)
    record(changes + made(*fresh), reason=document)


def _refuse_wrong_days(
    year: int, days_off: set[datetime.date], make_up_days: set[datetime.date], document: str
) -> None:
    this_year = timezone.localdate().year
    if not 2004 <= year <= this_year + 2:
        raise Refusal(
            _("国务院办公厅还没有发布这一年的放假通知。"),
            field="year",
            value=str(year),
            mend=_("请核对年份。"),
        )
    if not document.strip():
        raise Refusal(
            _("还没有写文号。"), field="document", mend=_("请照通知填写，例如：国办发明电〔2025〕7号。")
        )
    if not days_off:
        raise Refusal(_("还没有写放假的日期。"), field="days_off", mend=_("请照通知逐日填写。"))
    for field, days in (("days_off", days_off), ("make_up_days", make_up_days)):
        for day in sorted(days):
            first, last = datetime.date(year, 1, 1) - SPREAD, datetime.date(year, 12, 31) + SPREAD
            if not first <= day <= last:
                raise Refusal(
                    _("这一天不在这一年的通知里。"), field=field, value=str(day), mend=_("请核对年份。")
                )
    for day in sorted(days_off & make_up_days):
        raise Refusal(
            _("同一天既放假又上班。"), field="make_up_days", value=str(day), mend=_("请从一个列表里去掉。")
        )
    for day in sorted(make_up_days):
        if day.weekday() < 5:
            raise Refusal(
                _("这一天本来就上班。"),
                field="make_up_days",
                value=str(day),
                mend=_("调休上班的只会是周六或周日，请核对。"),
            )

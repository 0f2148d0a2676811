"""What every room may read, for nobody in particular: the working calendar is published by the State Council."""

import datetime

from louyu.core.calendar import WorkingDays, seeded
from louyu.core.models import WorkCalendarDay


def working_days() -> WorkingDays:
    """The working days this deployment knows: those of the package, and those of notices loaded since. One query."""
    known = seeded()
    notices: dict[int, dict[datetime.date, bool]] = {}
    loaded = WorkCalendarDay.rows_without_a_reader.values_list("notice_year", "day", "working")
    for year, day, working in loaded.order_by("notice_year"):
        notices.setdefault(year, {})[day] = working
    for year, overrides in notices.items():
        known = known.with_notice(year, overrides)
    return known


def notice_document(year: int) -> str:
    """The number of the notice that was loaded for a year; empty where none was."""
    loaded = WorkCalendarDay.rows_without_a_reader.filter(notice_year=year)
    return loaded.values_list("document", flat=True).first() or ""

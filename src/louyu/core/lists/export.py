"""A list as an Excel file, with a second sheet that says how it came about."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.core.errors import Refusal
from louyu.core.exports import ExportColumn, Note, write_workbook
from louyu.core.jobs import Tell, no_progress
from louyu.core.lists.listing import Listing

MOST_ROWS = 100_000
TOLD_EVERY = 100


def refuse_unless_as_asked(listing: Listing) -> None:
    """Raises Refusal when a parameter was not followed: the file would hold other rows than its link says."""
    if listing.notices:
        wrong = listing.notices[0]
        raise Refusal(
            wrong.reason, field=wrong.field, value=wrong.value, mend=wrong.mend, code="list_not_as_asked"
        )


@dataclass(frozen=True)
class Exported:
    """An .xlsx file (open, at its start), its name, its rows, and the moment whose state it shows."""

    stream: IO[bytes]
    name: str
    rows: int
    at: datetime.datetime


def export_file(listing: Listing, *, made_for: str, progress: Tell = no_progress) -> Exported:
    """The list as an .xlsx file; masked values stay masked.

    progress: told the rows written, of those there are.
    Raises Refusal when a parameter was not followed and for more than MOST_ROWS rows.
    """
    refuse_unless_as_asked(listing)
    total = listing.narrowed.values("pk")[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise Refusal(
            _("这个列表超过 %(most)s 行，不能一次导出。") % {"most": f"{MOST_ROWS:,}"},
            field="format",
            value="xlsx",
            mend=_("请先筛选，再分次导出。"),
            code="too_many_rows",
        )
    now = timezone.localtime()
    columns = listing.declared.columns
    written = 0

    def rows() -> Iterator[list[object]]:
        nonlocal written
        for record in listing.every_record():
            written += 1
            if written % TOLD_EVERY == 0:
                progress("rows", written, total)
            yield [column.of(record) for column in columns]

    progress("rows", 0, total)
    stream = write_workbook(
        str(listing.declared.title),
        [ExportColumn(c.heading, c.kind, c.decimals, c.width) for c in columns],
        rows(),
        lambda count: note(listing, made_for=made_for, now=now, rows=count),
        mark=_mark(listing, made_for, now),
    )
    return Exported(stream, f"{listing.declared.title}_{now:%Y-%m-%d_%H%M}.xlsx", written, now)


def _mark(listing: Listing, made_for: str, now: datetime.datetime) -> str:
    """「椒江区 · 企业 · 沈雨晴 2026-11-24 09:30 导出」"""
    said = {
        "district": settings.DISTRICT_NAME,
        "list": listing.declared.title,
        "name": made_for,
        "at": f"{now:%Y-%m-%d %H:%M}",
    }
    return _("%(district)s · %(list)s · %(name)s %(at)s 导出") % said


def narrowed_words(listing: Listing) -> list[Note]:
    """How the list was narrowed: search and filters in use, label and words."""
    searched = [(_("搜索"), listing.query)] if listing.query else []
    return [*searched, *((str(f.filter.label), f.words) for f in listing.in_use)]


def note(listing: Listing, *, made_for: str, now: datetime.datetime, rows: int) -> list[Note]:
    """What the second sheet says: what the list counts, how it was narrowed and sorted, when, by whom."""
    lines: list[Note] = [
        (_("列表"), str(listing.declared.title)),
        (_("口径"), str(listing.declared.definition)),
        (_("搜索"), listing.query or _("无")),
        *[(str(f.filter.label), f.words) for f in listing.in_use],
        *([] if listing.in_use else [(_("筛选"), _("无"))]),
        (_("排序"), listing.sort_words),
        (_("行数"), f"{rows:,}"),
        (_("截至"), f"{now:%Y-%m-%d %H:%M}"),
        (_("导出人"), made_for),
    ]
    if any(c.secret for c in listing.declared.columns):
        lines.append((_("个人信息"), _("已遮盖；需要时请在页面上逐条查看，查看会留下记录。")))
    return lines

"""A list as an Excel file, with a second sheet that says how it came about."""

import datetime
from collections.abc import Iterator
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.core.errors import Refusal
from louyu.core.exports import ExportColumn, Note, write_workbook
from louyu.core.lists.listing import Listing

MOST_ROWS = 100_000


def export_file(listing: Listing, *, made_for: str) -> tuple[IO[bytes], str]:
    """The list as an .xlsx file (open, at its start) and the file's name; masked values stay masked.

    Raises Refusal when a parameter was not followed (the file would hold other rows than its link says) and for
    more than MOST_ROWS rows.
    """
    if listing.notices:
        wrong = listing.notices[0]
        raise Refusal(
            wrong.reason, field=wrong.field, value=wrong.value, mend=wrong.mend, code="list_not_as_asked"
        )
    if listing.narrowed.values("pk")[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise Refusal(
            _("这个列表超过 %(most)s 行，不能一次导出。") % {"most": f"{MOST_ROWS:,}"},
            field="format",
            value="xlsx",
            mend=_("请先筛选，再分次导出。"),
            code="too_many_rows",
        )
    now = timezone.localtime()
    columns = listing.declared.columns

    def rows() -> Iterator[list[object]]:
        for record in listing.every_record():
            yield [column.of(record) for column in columns]

    stream = write_workbook(
        str(listing.declared.title),
        [ExportColumn(c.heading, c.kind, c.decimals, c.width) for c in columns],
        rows(),
        lambda count: note(listing, made_for=made_for, now=now, rows=count),
    )
    return stream, f"{listing.declared.title}_{now:%Y-%m-%d_%H%M}.xlsx"


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

"""What a reader begins the week with: what came since the last working day, what waits, what last week came to."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from louyu.accounts.models import User
from louyu.cases.models import Case
from louyu.cases.queries import Line, came_since, case_ends, closed_by, work_list
from louyu.cases.states import ACCEPTED, ASSIGNED, REOPENED, RETURNED, TO_BE_DONE
from louyu.cases.views.words import is_late, matter_of, next_due_words
from louyu.core.calendar import DAY, OFFICE_HOURS, WorkingDays
from louyu.core.lists.listing import COUNTED_UP_TO
from louyu.core.queries import working_days
from louyu.desk.models import NamedView
from louyu.desk.queries import own_first, views
from louyu.desk.views.named import shown
from louyu.indicators.kept import kept
from louyu.site.queries import OTHER_WORK, Work, work_of

TO_BE_TAKEN = (ACCEPTED, ASSIGNED, RETURNED, REOPENED)
MOST_VIEWS = 8
"""Views whose count stands on the start page."""
MOST_PRESSING = 8
"""Cases that are the reader's turn on the start page."""
MOST_LINES = 10
"""Cases under one heading; the rest is a tap away."""


def last_close(now: datetime.datetime, days: WorkingDays) -> datetime.datetime:
    """When offices closed last before today: on a Monday, Friday 17:30. ``now``: local time."""
    day = now.date() - DAY
    while not days.is_working_day(day):
        day -= DAY
    return datetime.datetime.combine(day, OFFICE_HOURS.ends, now.tzinfo)


def last_week(today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Monday and Sunday of the week before this one."""
    monday = today - DAY * (today.weekday() + 7)
    return monday, monday + DAY * 6


@dataclass(frozen=True)
class CaseLine:
    """A case on the page: what it is, how and when it came, until when, what can be done in place."""

    case: Case
    title: str
    due: str
    late: bool
    came: Line | None
    to_be_taken: bool
    to_be_answered: bool


@dataclass(frozen=True)
class Pile:
    """Cases under one heading, the most urgent first; more: how many there are beyond those shown."""

    code: str
    heading: str
    lines: Sequence[CaseLine]
    more: int = 0


@dataclass(frozen=True)
class Monday:
    """The page: piles of cases, what else waits, and what came of last week in one sentence ("": of nothing)."""

    since: datetime.datetime
    piles: Sequence[Pile] = field(default_factory=list)
    others: Sequence[Work] = field(default_factory=list)
    last_week: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self.piles and not self.others


def monday(reader: User) -> Monday:
    """What this reader's week begins with; a constant number of queries."""
    now, days = timezone.localtime(), working_days()
    since = last_close(now, days)
    mine = work_list(reader) if reader.may("cases.see_case") else []
    came = came_since(mine, reader, since) if mine else {}
    today = now.replace(hour=23, minute=59, second=59, microsecond=0)
    headed: dict[str, list[Case]] = {code: [] for code in ("came", "overdue", "today", "later")}
    for case in mine:
        ends = case_ends(case)
        late = ends < now and case.state in TO_BE_DONE
        code = "came" if case.pk in came else "overdue" if late else "today" if ends <= today else "later"
        headed[code].append(case)
    headings = {"came": _("下班后来的"), "overdue": _("超期"), "today": _("今天要办"), "later": _("以后")}
    takes, answers = reader.may("cases.take"), reader.may("cases.answer")
    return Monday(
        since=since,
        piles=[
            Pile(
                code,
                headings[code],
                [
                    _line(case, came.get(case.pk), now, takes=takes, answers=answers)
                    for case in found[:MOST_LINES]
                ],
                max(0, len(found) - MOST_LINES),
            )
            for code, found in headed.items()
            if found
        ],
        others=work_of(reader, OTHER_WORK),
        last_week=last_week_words(reader, now.date(), days),
    )


def pressing(reader: User) -> list[CaseLine]:
    """The cases that are the reader's turn, the first to be done on top, as the start page shows them; one query."""
    if not reader.may("cases.see_case"):
        return []
    mine = sorted(work_list(reader, most=MOST_PRESSING * 4), key=case_ends)[:MOST_PRESSING]
    now, takes, answers = timezone.localtime(), reader.may("cases.take"), reader.may("cases.answer")
    return [_line(case, None, now, takes=takes, answers=answers) for case in mine]


def _line(case: Case, came: Line | None, now: datetime.datetime, *, takes: bool, answers: bool) -> CaseLine:
    return CaseLine(
        case=case,
        title=matter_of(case),
        due=next_due_words(case) or _("等您答复"),
        late=is_late(case, now),
        came=came,
        to_be_taken=takes and case.state in TO_BE_TAKEN,
        to_be_answered=answers and case.state in TO_BE_DONE,
    )


def last_week_words(reader: User, today: datetime.date, days: WorkingDays) -> str:
    """「上周您办结 12 件，平均 2.1 个工作日。」, counted in the cases this reader handled; "" where there was none."""
    done = closed_by(reader, *last_week(today))
    if not done:
        return ""
    spent = sum(days.working_days_between(raised, closed) for raised, closed in done) / len(done)
    words = ngettext(
        "上周您办结 %(n)s 件，平均 %(days)s 个工作日。",
        "上周您办结 %(n)s 件，平均 %(days)s 个工作日。",
        len(done),
    )
    return words % {"n": len(done), "days": number_format(spent, 1)}


@dataclass(frozen=True)
class CountedView:
    """A named view with how many rows the reader has in it; what is wrong with it instead, where something is."""

    name: str
    link: str
    title: str
    count: str
    fault: str


def counted_views(reader: User) -> tuple[CountedView, ...]:
    """The reader's first views with their counts: two queries, and those of the lists once a minute or command."""
    found = own_first(views(reader)[: 4 * MOST_VIEWS], reader)[:MOST_VIEWS]
    if not found:
        return ()
    minute = timezone.now().replace(second=0, microsecond=0)  # what is overdue becomes so without a command
    question = ("views", minute, tuple((view.name, view.list, view.path, view.query) for view in found))
    return kept(reader, question, lambda: tuple(_counted(view, reader) for view in found))


def _counted(view: NamedView, reader: User) -> CountedView:
    drawn = shown(view, reader)
    count = ""
    if drawn.listing is not None and not drawn.fault:
        number = drawn.listing.count
        count = f"{COUNTED_UP_TO:,}+" if number > COUNTED_UP_TO else f"{number:,}"
    return CountedView(view.name, drawn.link, drawn.title, count, drawn.fault)

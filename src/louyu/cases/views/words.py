"""How a case is told: its deadline and its stages in words, as somebody reads them who never saw one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.cases.models import Case, Outcome, Satisfaction
from louyu.cases.queries import Line, turn_words
from louyu.cases.rules import Due
from louyu.cases.states import (
    ACCEPTED,
    ANSWERED,
    ASSIGNED,
    CASES,
    CLOSED,
    IN_HAND,
    MERGED,
    REOPENED,
    RETURNED,
    TO_BE_DONE,
    WAITING,
    WITHDRAWN,
)
from louyu.core.calendar import OFFICE_HOURS, WorkingDays

WEEKDAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"), gettext_lazy("周五"),
    gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip
LONGEST_TITLE = 48
LONGEST_LINE = 80


def title_of(case: Case, most: int = LONGEST_TITLE) -> str:
    """The matter in one line: the first line of its text, cut where it is long."""
    line = " ".join(case.text.split("\n", 1)[0].split())
    return line if len(line) <= most else line[: most - 1] + "…"


def matter_of(case: Case) -> str:
    """The matter as lists show it."""
    return title_of(case, LONGEST_LINE)


def number_and_matter(case: Case) -> str:
    """「2026-004839 停车位不够」: how a case is called where it stands among other things."""
    return f"{case} {title_of(case)}"


def day_words(day: datetime.date, today: datetime.date) -> str:
    """「11月27日（周五）」; with the year where it is another one."""
    pattern = _("n月j日") if day.year == today.year else _("Y年n月j日")
    return _("%(date)s（%(weekday)s）") % {
        "date": date_format(day, pattern),
        "weekday": WEEKDAYS[day.weekday()],
    }


def moment_words(at: datetime.datetime, now: datetime.datetime) -> str:
    """「今天 16:20」, 「11月27日（周五）」; the hour only where it is not that of closing time. Both local."""
    if at.date() == now.date():
        return _("今天 %(time)s") % {"time": f"{at:%H:%M}"}
    day = day_words(at.date(), now.date())
    return day if at.time() == OFFICE_HOURS.ends else f"{day} {at:%H:%M}"


def _spaced(words: str) -> str:
    """With a space behind it where a figure would touch the next word."""
    return f"{words} " if words[-1].isascii() else words


def promise_words(due: Due, now: datetime.datetime) -> str:
    """「预计 11月27日（周五）前答复」, and that the date may move where it lies beyond the notices."""
    words = _("预计 %(moment)s前答复") % {"moment": _spaced(moment_words(due.at, now))}
    return words + _("（暂定，节假日安排公布后可能调整）") if due.provisional else words


def is_late(case: Case, now: datetime.datetime) -> bool:
    """Whether it should have been answered, or taken up, before ``now``."""
    if case.state not in TO_BE_DONE:
        return False
    return case.deadline < now or (
        case.state == ACCEPTED and case.accept_by is not None and case.accept_by < now
    )


def deadline_cell(case: Case) -> str:
    """「2026-11-27 17:30」 in a list, 「超期 2026-11-20 17:30」 in time's default."""
    moment = f"{timezone.localtime(case.deadline):%Y-%m-%d %H:%M}"
    if case.state not in (*TO_BE_DONE, WAITING):
        return moment
    if is_late(case, timezone.now()):
        return (
            _("超期 %(moment)s") % {"moment": moment}
            if case.deadline < timezone.now()
            else _("待受理 %(moment)s") % {"moment": moment}
        )
    return f"{moment}（{_('暂定')}）" if case.deadline_provisional else moment


def next_due_words(case: Case) -> str:
    """What has to be done about a case first, and by when: 「今天 17:30 前受理，预计 12月1日（周二）前」."""
    now = timezone.localtime()
    words = due_words(case)
    if case.state != ACCEPTED or case.accept_by is None or case.deadline < now:
        return words
    first = {"moment": _spaced(moment_words(timezone.localtime(case.accept_by), now)), "due": words}
    if case.accept_by < now:
        return _("受理超期，应在 %(moment)s前受理，%(due)s") % first
    return _("%(moment)s前受理，%(due)s") % first


def due_words(case: Case) -> str:
    """The deadline in few words, for a line about a case: 「预计 11月26日（周四）前」, 「超期，应在 …前」."""
    now = timezone.localtime()
    if case.state not in TO_BE_DONE:
        return ""
    told = {"moment": _spaced(moment_words(timezone.localtime(case.deadline), now))}
    return _("超期，应在 %(moment)s前") % told if case.deadline < now else _("预计 %(moment)s前") % told


@dataclass(frozen=True)
class Headline:
    """A case in two sentences; urgent: it is overdue, and the first sentence says so."""

    sentence: str
    second: str
    urgent: bool = False


def headline(case: Case, now: datetime.datetime, days: WorkingDays, *, for_asker: bool) -> Headline:
    """What to expect of a case, and who is at it. ``now``: local."""
    at = timezone.localtime(case.deadline)
    if case.state in TO_BE_DONE:
        doing = _doing(case)
        if at < now:
            late = days.working_days_between(at.date(), now.date())
            return Headline(
                _("已超期：应在 %(moment)s前答复") % {"moment": _spaced(moment_words(at, now))},
                _("%(doing)s，已超过时限。") % {"doing": doing}
                if late == 0
                else _("%(doing)s，已超过 %(days)s 个工作日。") % {"doing": doing, "days": late},
                urgent=True,
            )
        left = days.working_days_between(now.date(), at.date())
        second = (
            _("%(doing)s，今天到期。") % {"doing": doing}
            if left == 0
            else _("%(doing)s，还有 %(days)s 个工作日。") % {"doing": doing, "days": left}
        )
        if is_late(case, now):
            second = _("%(second)s受理已超过时限。") % {"second": second}
        return Headline(promise_words(Due(at, case.deadline_provisional), now), second, is_late(case, now))
    told = {"outcome": Outcome(case.outcome).label if case.outcome else ""}
    match case.state:
        case "waiting":
            sentence = _("等您补充情况") if for_asker else _("等反映人补充情况")
            second = _("办理时间暂停计算；原定 %(moment)s前答复。") % {
                "moment": _spaced(moment_words(at, now))
            }
        case "answered":
            sentence = _("已答复：%(outcome)s") % told
            second = _("解决了吗？请您确认，或要求重办。") if for_asker else _("等反映人确认。")
        case "closed":
            sentence = _("已办结：%(outcome)s") % told if case.outcome else _("已办结")
            second = _closing(case, now)
        case "merged":
            sentence, second = _("已合并"), _("这件事并入另一个办件继续办理。")
        case _:
            sentence, second = _("已撤回"), _closing(case, now)
    return Headline(sentence, second)


def _doing(case: Case) -> str:
    who = {"who": turn_words(case), "department": str(case.department or "")}
    match case.state:
        case "accepted":
            return _("等%(who)s受理") % who
        case "assigned":
            return _("已交给%(who)s") % who
        case "returned":
            return _("%(department)s退回，等%(who)s重新交办") % who
        case "reopened":
            return _("要求重办，等%(who)s办理") % who
    return _("%(who)s正在办理") % who


def _closing(case: Case, now: datetime.datetime) -> str:
    if case.closed_on is None:
        return _("台账没有写办结日期。")
    told = {
        "day": day_words(case.closed_on, now.date()),
        "satisfaction": Satisfaction(case.satisfaction).label if case.satisfaction else "",
    }
    return (
        _("%(day)s办结，反映人%(satisfaction)s。") % told if case.satisfaction else _("%(day)s办结。") % told
    )


@dataclass(frozen=True)
class Stage:
    """One of the stages of a case: done, now or to come, and when."""

    label: Any
    mark: str
    """ "done", "now" or "ahead"."""
    when: str


STAGES = (ACCEPTED, ASSIGNED, IN_HAND, ANSWERED, CLOSED)
STANDS_AT = {
    ACCEPTED: 0, RETURNED: 0, REOPENED: 0, ASSIGNED: 1, IN_HAND: 2, WAITING: 2, ANSWERED: 3, CLOSED: 4, WITHDRAWN: 4,
    MERGED: 4,
}  # fmt: skip
"""State → the stage at which a case in it stands."""


def stages(case: Case, lines: Sequence[Line]) -> list[Stage]:
    """The case as a row of stages; those that it passed by are not shown."""
    now = STANDS_AT[case.state]
    reached = {line.state: f"{line.at:%m-%d}" for line in lines}
    over = case.state not in CASES.open_states
    shown: list[Stage] = []
    for place, code in enumerate(STAGES):
        if place == now:
            mark = "done" if over else "now"
            when = reached.get(case.state, "") if over else _("现在")
            shown.append(Stage(CASES.state(case.state).label, mark, when))
        elif place < now and (code in reached or place == 0):
            first = f"{timezone.localtime(case.raised_at):%m-%d}"
            shown.append(Stage(CASES.state(code).label, "done", reached.get(code, first)))
        elif place > now:
            promised = code == ANSWERED and case.state in TO_BE_DONE
            when = _("%(day)s 前") % {"day": f"{timezone.localtime(case.deadline):%m-%d}"} if promised else ""
            shown.append(Stage(CASES.state(code).label, "ahead", when))
    return shown


def stage_words(case: Case) -> str:
    """「第 3 步，共 5 步：承办」: for whoever does not see the dots."""
    return _("第 %(n)s 步，共 %(all)s 步：%(state)s") % {
        "n": STANDS_AT[case.state] + 1,
        "all": len(STAGES),
        "state": CASES.state(case.state).label,
    }


def dots(case: Case) -> list[bool]:
    """The stages of a case as dots of one line: reached or not."""
    return [place <= STANDS_AT[case.state] for place in range(len(STAGES))]

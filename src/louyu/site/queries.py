"""Reads for pages made of several rooms."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.cases.queries import cases, late, pile_sizes, whose_turn
from louyu.core.calendar import DAY
from louyu.core.words import as_typed, normalise
from louyu.duties.models import Duty
from louyu.duties.queries import absences, duties, gap_rows, officer_name
from louyu.indicators.kept import kept
from louyu.organisations.queries.work import piles, work_rows
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.site import missing
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises
from louyu.workbooks.models import ImportBatch
from louyu.workbooks.queries import batches

MOST_FOUND = 20


@dataclass(frozen=True)
class Work:
    """One line of what waits for a reader: what kind, what (with its page), where, since when, what to do about it.

    urgent: overdue, or a gap in who answers; shown in red, with its word.
    """

    label: Any
    text: str
    link: str
    place: str = ""
    since: Any = ""
    action: Any = ""
    urgent: bool = False


Block = Callable[[User], list[Work]]


def work_for(reader: User) -> list[Work]:
    """What waits for this reader besides the cases that are their turn, the urgent first; each room gives its lines."""
    return work_of(reader, WORK)


def work_of(reader: User, blocks: Sequence[Block]) -> list[Work]:
    """The lines of these blocks, the urgent first."""
    lines = [line for block in blocks for line in block(reader)]
    return sorted(lines, key=lambda line: not line.urgent)


def _imports_to_finish(reader: User) -> list[Work]:
    return [_import_to_finish(batch) for batch in unfinished_imports(reader)]


def _import_to_finish(batch: ImportBatch) -> Work:
    """What is left to do about an import: rows to decide, rows to mend, or to bring it in at all."""
    ask, wrong = batch.counts.get("ask", 0), batch.counts.get("wrong", 0)
    label, text, action = _("待导入"), "「%(file)s」", _("去导入")
    if ask:
        label, text, action = _("待判断"), _("「%(file)s」有 %(ask)s 行要您判断"), _("去判断")
    elif wrong:
        label, text, action = _("待修改"), _("「%(file)s」有 %(wrong)s 行要修改"), _("去修改")
    return Work(
        label=label,
        text=text % {"file": batch.file_name, "ask": ask, "wrong": wrong},
        link=reverse("workbooks:batch", args=[batch.pk]),
        place="，".join(
            [
                str(batch.get_state_display()),
                *([_("需修改 %(rows)s 行") % {"rows": wrong}] if ask and wrong else []),
            ]
        ),
        since=batch.applied_at or batch.made_at,
        action=action,
    )


def cases_due(reader: User) -> list[Work]:
    """How many cases are the reader's turn, by urgency; for an asker how many wait for their answer."""
    if not reader.may("cases.see_case"):
        return []
    listed = reverse("cases:case_list")
    if not reader.may("cases.see_notes"):
        waiting = cases(reader).filter(whose_turn(reader)).count()
        told = [(_("等您答复"), _("%(n)s 件办件等您答复"), waiting, "mine=yes", False)]
    else:
        sizes = pile_sizes(reader)
        told = [
            (_("超期"), _("%(n)s 件办件超期"), sizes["overdue"], "work=overdue", True),
            (_("今天"), _("%(n)s 件办件今天要办"), sizes["today"], "work=today", False),
            (_("本周"), _("%(n)s 件办件本周要办"), sizes["this_week"], "work=this_week", False),
            (_("以后"), _("%(n)s 件办件以后要办"), sizes["later"], "work=later", False),
        ]
    return [
        Work(label, text % {"n": n}, f"{listed}?{query}", action=_("去办"), urgent=urgent)
        for label, text, n, query, urgent in told
        if n
    ]


def _cases_overdue_in_scope(reader: User) -> list[Work]:
    """For whoever answers for a building, an area or the district: all that is overdue there, whoever has it."""
    roles = {grant.role for grant in reader.running_grants}
    if not roles & {Role.OFFICE, Role.SUBDISTRICT, Role.SECRETARY, Role.CHIEF}:
        return []
    number = cases(reader).filter(late(timezone.now())).count()
    if not number:
        return []
    link = f"{reverse('cases:case_list')}?overdue=yes"
    return [
        Work(_("超期"), _("范围内共 %(n)s 件办件超期") % {"n": number}, link, action=_("去看"), urgent=True)
    ]


def _duties_missing(reader: User) -> list[Work]:
    if not reader.may("duties.keep_duties"):
        return []
    names = kept(reader, "gaps", lambda: tuple(dict.fromkeys(str(row.building) for row in gap_rows(reader))))
    if not names:
        return []
    shown = "、".join(names[:3]) + (_("等") if len(names) > 3 else "")
    return [
        Work(
            label=_("空缺"),
            text=_("%(n)s 幢楼没有配齐一长两员") % {"n": len(names)},
            link=reverse("duties:gap_list"),
            place=shown,
            action=_("指派"),
            urgent=True,
        )
    ]


SOON = datetime.timedelta(days=30)
"""How long before its end a term of office is announced."""
MOST_NAMED = 5


def _terms_that_end(reader: User) -> list[Work]:
    """Duties of the reader's scope that end soon, and those who are away or will be within a week; two queries."""
    if not reader.may("duties.see_duty"):
        return []
    today = timezone.localdate()
    ending = duties(reader).filter(until__gt=today, until__lte=today + SOON).order_by("until", "id")
    lines = [
        Work(
            _("到期"),
            _("%(name)s（%(role)s）%(day)s 离任") % _of_duty(duty, duty.until - DAY),
            reverse("duties:duty", args=[duty.pk]),
            place=duty.building.name,
            action=_("去看"),
        )
        for duty in ending[:MOST_NAMED]
        if duty.until is not None
    ]
    soon = today + datetime.timedelta(days=7)
    away = absences(reader).filter(until__gt=today, since__lte=soon).order_by("since", "id")
    return lines + [
        Work(
            _("离岗"),
            _("%(name)s %(first)s 至 %(last)s 离岗")
            % {
                "name": officer_name(absence.person),
                "first": f"{absence.since:%m-%d}",
                "last": f"{absence.last_day:%m-%d}",
            },
            reverse("duties:officer_list"),
            place=_("代理：%(name)s") % {"name": officer_name(absence.deputy)}
            if absence.deputy
            else _("没有代理人"),
            action=_("去看"),
            urgent=absence.deputy is None,
        )
        for absence in away[:MOST_NAMED]
    ]


def _of_duty(duty: Duty, last: datetime.date) -> dict[str, str]:
    return {"name": officer_name(duty.person), "role": str(duty.get_role_display()), "day": f"{last:%m-%d}"}


def _beginning(reader: User) -> list[Work]:
    """The next step of a district that has only begun, for whoever leads through it."""
    if not reader.may("site.see_missing"):
        return []
    following = kept(reader, "beginning", lambda: missing.following(missing.facts()))
    if not following:
        return []
    text = _("还没有%(what)s，三张表加上第一批用户就能用起来") % {"what": following}
    return [Work(_("开始"), text, reverse("site:begin"), action=_("接着来"))]


OTHER_WORK: tuple[Block, ...] = (_beginning, _duties_missing, _terms_that_end, _imports_to_finish)


def _organisations_to_see_to(reader: User) -> list[Work]:
    """For a secretary of the organisation line: what there is to do about organisations and members, by kind."""
    if not {grant.role for grant in reader.running_grants} & {Role.SECRETARY, Role.ORGANISATION_SECRETARY}:
        return []
    link = reverse("organisations:work_list")
    return [
        Work(
            label=_("组织"),
            text=f"{pile.what} · {pile.number}",
            link=f"{link}?kind={pile.code}",
            place="、".join(row.subject for row in pile.rows)
            + (_("等") if pile.number > len(pile.rows) else ""),
            action=_("去办"),
        )
        for pile in piles(work_rows(reader), most=2)
    ]


WORK = (_cases_overdue_in_scope, _organisations_to_see_to, *OTHER_WORK)
"""What each room has to say: a block per kind of work, each a constant number of queries. A room adds its own here;
the start page and "my Monday" show the cases that are the reader's turn themselves."""


@dataclass(frozen=True)
class WithoutSignIn:
    """An officer who cannot sign in: who, what they answer for, and a user name that is free."""

    person: Person
    name: str
    duties: str
    proposed: str


def officers_without_sign_in() -> list[WithoutSignIn]:
    """The officers in place who have no user, by name; two queries. For those who keep users."""
    today = timezone.localdate()
    held: dict[Person, list[Duty]] = {}
    running = Duty.rows_without_a_reader.filter(
        Q(until__isnull=True) | Q(until__gt=today), person__user__isnull=True
    )
    for duty in running.select_related("person", "building", "department").order_by("role", "building__name"):
        held.setdefault(duty.person, []).append(duty)
    taken = {name.casefold() for name in User.rows_without_a_reader.values_list("username", flat=True)}
    found = []
    for person, own in sorted(held.items(), key=lambda item: as_typed(officer_name(item[0]))):
        name = officer_name(person)
        proposed = _free(as_typed(name) or "user", taken)
        taken.add(proposed)
        found.append(WithoutSignIn(person, name, _answers_for(own), proposed))
    return found


def _free(username: str, taken: set[str]) -> str:
    """This user name, with the first number behind it that makes it one that nobody has."""
    numbered = (f"{username}{number}" for number in count(2))
    return username if username not in taken else next(name for name in numbered if name not in taken)


def _answers_for(duties: list[Duty]) -> str:
    """「服务专员，税务局，华伟总部大厦等 12 座」."""
    first = duties[0]
    unit = first.department.name if first.department else first.position
    where = first.building.name
    if len(duties) > 1:
        where = _("%(building)s等 %(count)s 座") % {"building": where, "count": len(duties)}
    return "，".join(word for word in (str(first.get_role_display()), unit, where) if word)


def unfinished_imports(reader: User) -> "QuerySet[ImportBatch]":
    """Imports that wait for a person: not yet brought in, or with rows left to mend or to decide; the newest ten."""
    waits = Q(state__in=(ImportBatch.State.READY, ImportBatch.State.READING))
    left = Q(state=ImportBatch.State.APPLIED) & (Q(counts__wrong__gt=0) | Q(counts__ask__gt=0))
    return batches(reader).filter(waits | left)[:10]


def found_by(asked: str, reader: User) -> dict[str, list[Any]]:
    """The reader's buildings and enterprises whose search text holds every word asked for."""
    words = [w for w in normalise(asked).casefold().split() if w]
    if not words:
        return {}
    known_buildings: QuerySet[Building] = buildings(reader)
    known_enterprises: QuerySet[Enterprise] = enterprises(reader)
    for word in words:
        known_buildings = known_buildings.filter(search__contains=word)
        known_enterprises = known_enterprises.filter(search__contains=word)
    return {
        "buildings": list(known_buildings.select_related("area__parent").order_by("name")[:MOST_FOUND]),
        "enterprises": list(known_enterprises.order_by("name")[:MOST_FOUND]),
    }

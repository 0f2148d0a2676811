"""Reads of cases: always for a reader."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Model, Q, QuerySet, Value, When
from django.db.models import Case as Whether
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts import policy
from louyu.accounts.models import Grant, User
from louyu.accounts.rules import Role, ScopeKind
from louyu.cases.models import Attachment, Case, CaseEvent, Category, Outcome, Satisfaction, TimeLimit
from louyu.cases.rules import LIMITS, who_has_it
from louyu.cases.states import (
    ACCEPTED,
    ANSWERED,
    CASES,
    TO_BE_DONE,
    UNANSWERED,
    WAITING,
    WITH_SOMEBODY,
    WITH_THE_BUILDING,
)
from louyu.core.files import kept_file
from louyu.core.lists import Option
from louyu.core.prepared import prepared
from louyu.core.scoping import Reader
from louyu.core.states import Transition
from louyu.duties.models import Department
from louyu.places.models import Building
from louyu.tenants.models import Enterprise

MOST_COUNTED = 5_000
"""Cases on a work list that are counted; nobody has more to do."""

SHOWN = (
    "number", "text", "state", "kind", "version", "raised_on", "raised_at", "accept_by", "deadline",
    "deadline_provisional", "extended", "closed_on", "outcome", "enterprise_name",
    "origin", "origin_batch", "origin_sheet", "origin_row",
    "building__name", "enterprise__name", "category__name_zh", "category__name_en", "department__name",
    "handler__name", "handler__username",
)  # fmt: skip
"""What lists show of a case, and nothing more."""


def cases(reader: Reader) -> "QuerySet[Case]":
    """The cases that exist for this reader."""
    found: QuerySet[Case] = Case.objects.for_reader(reader)
    return found


def for_showing(rows: "QuerySet[Case]") -> "QuerySet[Case]":
    """Rows with what lists show of them: one query."""
    return rows.select_related("building", "enterprise", "category", "department", "handler").only(*SHOWN)


def case_for(reader: Reader, key: UUID) -> Case:
    """One case with all that its page shows. Raises Case.DoesNotExist when the reader may not see it."""
    if (found := case_if_any(reader, key)) is None:
        raise Case.DoesNotExist
    return found


def case_if_any(reader: Reader, key: UUID) -> Case | None:
    """The same; None when the reader may not see it."""
    return next(iter(_one(reader, key)), None)


@prepared
def _one(reader: Reader, key: UUID) -> "QuerySet[Case]":
    related = ("building", "enterprise", "category", "department", "handler", "asker")
    return cases(reader).select_related(*related).filter(pk=key)


def categories(reader: Reader) -> "QuerySet[Category]":
    """The categories in use, in the district's order."""
    found: QuerySet[Category] = Category.objects.for_reader(reader)
    return found.filter(active=True)


@prepared
def categories_in_use(reader: Reader) -> "QuerySet[Category]":
    """The same as a list."""
    return categories(reader)


def all_categories(reader: Reader) -> "QuerySet[Category]":
    """Every category, those no longer in use too, in the district's order."""
    found: QuerySet[Category] = Category.objects.for_reader(reader)
    return found


def time_limits(reader: Reader) -> list[TimeLimit]:
    """How long acceptance and each kind of case may take, acceptance first."""
    found: QuerySet[TimeLimit] = TimeLimit.objects.for_reader(reader)
    order = list(LIMITS)
    return sorted(found, key=lambda limit: order.index(limit.code) if limit.code in order else len(order))


def category_options(reader: Reader) -> list[Option]:
    """Every category, those no longer in use too; one query."""
    found: QuerySet[Category] = Category.objects.for_reader(reader)
    return [Option(c.code, str(c)) for c in found]


def category_by_code(reader: Reader, code: str) -> Category | None:
    """The category of this code that can be chosen today; None where there is none."""
    return next(iter(_of_code(reader, code)), None)


@prepared
def _of_code(reader: Reader, code: str) -> "QuerySet[Category]":
    return categories(reader).filter(code=code)


def colleagues_of(department: Department) -> list[User]:
    """Who can sign in as a specialist or lead of this department today; deputies are, while they stand in."""
    today = timezone.localdate()
    over = Grant.rows_without_a_reader.filter(
        Q(until__isnull=True) | Q(until__gt=today),
        role__in=(Role.SPECIALIST, Role.DEPARTMENT_LEAD),
        scope_kind=ScopeKind.DEPARTMENT,
        scope_id=department.pk,
        since__lte=today,
    )
    return list(
        User.rows_without_a_reader.filter(pk__in=over.values("user"), is_active=True).order_by("name")
    )


# The work list


def whose_turn(reader: User) -> Q:
    """The cases about which this reader has to do something, by what they are here for.

    A department's people: what was handed to it. An administrator: what is with the building. The district office:
    what belongs to no building. An asker: what was answered, or waits for them.
    """
    turn = Q(handler=reader, state__in=TO_BE_DONE) | Q(asker=reader, state__in=(WAITING, ANSWERED))
    for grant in reader.running_grants:
        match Role(grant.role), ScopeKind(grant.scope_kind):
            case ((Role.SPECIALIST | Role.DEPARTMENT_LEAD), ScopeKind.DEPARTMENT):
                turn |= Q(department=grant.scope_id, state__in=WITH_SOMEBODY)
            case Role.ADMINISTRATOR, ScopeKind.BUILDING:
                turn |= Q(building=grant.scope_id, state__in=WITH_THE_BUILDING)
                turn |= Q(building=grant.scope_id, state__in=WITH_SOMEBODY, department__isnull=True)
            case Role.OFFICE, ScopeKind.DISTRICT:
                turn |= Q(building__isnull=True, state__in=WITH_THE_BUILDING)
                turn |= Q(building__isnull=True, state__in=WITH_SOMEBODY, department__isnull=True)
            case Role.LIAISON, ScopeKind.ENTERPRISE:
                turn |= Q(enterprise=grant.scope_id, state__in=(WAITING, ANSWERED))
    return turn


def _waits_for_others(reader: User) -> Q:
    """Cases that this reader has and that wait for the asker's reply."""
    waits = Q(handler=reader, state=WAITING)
    for grant in reader.running_grants:
        if grant.scope_kind == ScopeKind.DEPARTMENT:
            waits |= Q(department=grant.scope_id, state=WAITING)
        elif grant.role == Role.ADMINISTRATOR:
            waits |= Q(building=grant.scope_id, state=WAITING)
    return waits


def late(now: datetime.datetime) -> Q:
    """Cases not answered in time: past their deadline, or not taken up within the time for acceptance."""
    return Q(state__in=TO_BE_DONE, deadline__lt=now) | Q(state=ACCEPTED, accept_by__lt=now)


def case_ends(case: Case) -> datetime.datetime:
    """The moment by which something has to be done about a case: acceptance first."""
    return min(case.deadline, case.accept_by) if case.accept_by and case.state == ACCEPTED else case.deadline


PILES = ("overdue", "today", "this_week", "later", "waiting")


def in_pile(code: str, reader: User, now: datetime.datetime) -> Q:
    """The cases under one heading of the work list: overdue, today, this_week, later, waiting. ``now``: local."""
    if code == "waiting":
        return _waits_for_others(reader) & (Q(asker__isnull=True) | ~Q(asker=reader))
    today, week = _ends(now)
    within = {
        "overdue": late(now),
        "today": ~late(now) & _due_by(today),
        "this_week": ~_due_by(today) & _due_by(week),
        "later": ~_due_by(week),
    }
    return whose_turn(reader) & within[code]


def _ends(now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """The ends of today and of this week."""
    today = now.replace(hour=23, minute=59, second=59, microsecond=0)
    return today, today + datetime.timedelta(days=6 - now.weekday())


def _due_by(end: datetime.datetime) -> Q:
    return Q(deadline__lte=end) | Q(state=ACCEPTED, accept_by__lte=end)


def pile_sizes(reader: User, *, now: datetime.datetime | None = None) -> dict[str, int]:
    """How many cases stand under each heading of the reader's work list, up to MOST_COUNTED in all; two queries.

    The database finds the cases by their indexes, and they are counted here: the same as ``in_pile`` says to it.
    """
    moment = timezone.localtime(now)
    today, week = _ends(moment)
    sizes = dict.fromkeys(PILES, 0)
    turn = cases(reader).filter(whose_turn(reader)).order_by()
    for state, deadline, accept_by in turn.values_list("state", "deadline", "accept_by")[:MOST_COUNTED]:
        first = min(deadline, accept_by) if accept_by and state == ACCEPTED else deadline
        if first < moment and state in TO_BE_DONE:
            sizes["overdue"] += 1
        else:
            sizes["today" if first <= today else "this_week" if first <= week else "later"] += 1
    sizes["waiting"] = cases(reader).filter(in_pile("waiting", reader, moment)).count()
    return sizes


CAME_BY = (
    "open_case",
    "hand_over",
    "pass_on",
    "return_case",
    "reopen",
    "asker_replies",
    "ask_asker",
    "answer",
)
"""Transitions by which a case comes to somebody."""


def work_list(reader: User, *, most: int = 100) -> list[Case]:
    """The cases about which this reader has to do something, the most urgent first; one query."""
    turn = for_showing(cases(reader).filter(whose_turn(reader)))
    return list(turn.order_by("deadline", "pk")[:most])


def came_since(of: Sequence[Case], reader: User, moment: datetime.datetime) -> "dict[UUID, Line]":
    """Which of these cases came to the reader since a moment, by another's doing, and how; one query."""
    events: QuerySet[CaseEvent] = CaseEvent.objects.for_reader(reader)
    found = events.filter(case__in=[case.pk for case in of], at__gte=moment, transition__in=CAME_BY)
    rows = found.exclude(by=reader).select_related("by").order_by("at", "id")
    return {event.case_id: _line(event) for event in rows}


def closed_by(
    reader: User, first: datetime.date, last: datetime.date
) -> list[tuple[datetime.date, datetime.date]]:
    """(raised on, closed on) of the cases that this reader handled and that were closed on these days; one query."""
    own = cases(reader).filter(handler=reader, state="closed", closed_on__gte=first, closed_on__lte=last)
    return [(raised, closed) for raised, closed in own.values_list("raised_on", "closed_on") if closed]


def next_case(reader: User, after: Case) -> Case | None:
    """The most urgent case of the reader's work list besides this one: it opens when this one is done."""
    return next(iter(_most_urgent(reader, after.pk)), None)


@prepared
def _most_urgent(reader: User, besides: UUID) -> "QuerySet[Case]":
    mine = cases(reader).filter(whose_turn(reader)).exclude(pk=besides)
    return mine.only("number", "text").order_by("deadline", "pk")[:1]


# One case


@dataclass(frozen=True)
class Line:
    """One line of the time line: when (only the day is known: ``day_only``), what was done in words, what was said."""

    at: datetime.datetime
    day_only: bool
    what: str
    text: str
    proposal: str
    state: str
    code: str
    inside: bool
    """Among staff: the asker does not see it."""
    by: UUID | None = None
    """Who did it."""

    @property
    def day(self) -> str:
        """「2026-11-20」."""
        return f"{self.at:%Y-%m-%d}"

    @property
    def hour(self) -> str:
        """「16:20」."""
        return f"{self.at:%H:%M}"


def time_line(case: Case, reader: User) -> list[Line]:
    """All that was done about a case, oldest first, as somebody understands who meets it for the first time."""
    return [_line(event) for event in _events(reader, case.pk, sees(reader, "cases.see_notes", case))]


@prepared
def _events(reader: Reader, case: UUID, notes: bool) -> "QuerySet[CaseEvent]":
    """notes: those that the asker does not see, too."""
    events: QuerySet[CaseEvent] = CaseEvent.objects.for_reader(reader)
    found = events.filter(Q() if notes else Q(visible=True), case=case)
    return found.select_related("by").only(*LINE).order_by("at", "id")


LINE = (
    "at", "transition", "from_state", "to_state", "text", "said", "visible", "by__name", "by__username",
)  # fmt: skip
"""What a line of the time line needs of an event."""


def sees(reader: User, action: str, record: Model | None) -> bool:
    """Whether the reader may do this to a record that was read just now; no query for the whole district."""
    if record is None:
        return False
    return policy.everywhere(reader, action) or policy.may(reader, action, record)


def _line(event: CaseEvent) -> Line:
    return Line(
        at=timezone.localtime(event.at),
        day_only=event.transition == "record_history",
        what=_what(event),
        text=event.text,
        proposal=str(event.said.get("proposal", "")),
        state=event.to_state,
        code=event.transition,
        inside=not event.visible,
        by=event.by_id,
    )


def _what(event: CaseEvent) -> str:
    """「区税务局 王专员 答复：已解决」: who did what, and what it came to."""
    said = event.said
    told = {
        "by": str(event.by) if event.by else "",
        "department": said.get("department", ""),
        "handler": said.get("handler", ""),
        "deadline": _deadline_words(said),
        "by_when": _deadline_words(said, behind=" "),
        "outcome": Outcome(said["outcome"]).label if said.get("outcome") else "",
        "satisfaction": Satisfaction(said["satisfaction"]).label if said.get("satisfaction") else "",
        "into": said.get("into", ""),
        "state": CASES.state(event.to_state).label,
    }
    match event.transition:
        case "open_case":
            words = _("%(by)s提出，请在 %(by_when)s前答复")
        case "hand_over" | "pass_on" if told["handler"]:
            words = _("%(by)s交给%(department)s的%(handler)s办理")
        case "hand_over":
            words = _("%(by)s交给%(department)s办理")
        case "take":
            words = _("%(by)s开始办理")
        case "answer":
            words = _("%(by)s答复：%(outcome)s")
        case "return_case":
            words = _("%(department)s的%(by)s退回，认为不归本部门办理")
        case "ask_asker":
            words = _("%(by)s请反映人补充情况，办理时间暂停计算")
        case "asker_replies" if told["deadline"]:
            words = _("%(by)s补充了情况，办理时间继续计算，时限顺延到 %(deadline)s")
        case "asker_replies":
            words = _("%(by)s补充了情况，办理时间继续计算")
        case "extend":
            words = _("%(by)s延期到 %(deadline)s")
        case "confirm" if told["satisfaction"]:
            words = _("%(by)s确认办结，%(satisfaction)s")
        case "confirm":
            words = _("%(by)s确认办结")
        case "close":
            words = _("%(by)s办结")
        case "reopen":
            words = _("%(by)s要求重办，请在 %(by_when)s前答复")
        case "withdraw":
            words = _("%(by)s撤回")
        case "merge":
            words = _("%(by)s把它并入 %(into)s")
        case "note" if said.get("undone"):
            what = CASES.transition(said["undone"]).label
            return _("%(by)s撤销了刚才的「%(what)s」") % {"by": told["by"], "what": what}
        case "record_history" if not event.from_state:
            words = _("台账记载：企业反映")
        case "record_history" if told["outcome"]:
            words = _("台账记载：%(state)s，%(outcome)s")
        case "record_history":
            words = _("台账记载：%(state)s")
        case _:
            words = _("%(by)s备注")
    return (words % told).rstrip()


def _deadline_words(said: dict[str, Any], *, behind: str = "") -> str:
    """「2026-12-02 17:30」; ``behind``: what parts its last figure from the word that follows."""
    if not said.get("deadline"):
        return ""
    moment = datetime.datetime.fromisoformat(said["deadline"])
    words = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
    return _("%(moment)s（暂定）") % {"moment": words} if said.get("provisional") else words + behind


def possible(case: Case, reader: User) -> list[Transition]:
    """What this reader may do with the case now, in the order of the declaration; one query at most."""
    steps = CASES.possible(case.state)
    allowed = may_each(case, reader, {t.action for t in steps})
    return [t for t in steps if t.action in allowed]


def may_each(case: Case, reader: User, actions: set[str]) -> set[str]:
    """Which of these the reader may do to the case, asked of the access rows all at once.

    No query for what they may in the whole district.
    """
    sure = {action for action in actions if policy.everywhere(reader, action)}
    open_ones = {action for action in actions - sure if policy.may(reader, action)}
    named = {f"may{n}": action for n, action in enumerate(sorted(open_ones))}
    if not named:
        return sure
    asked = {
        name: Whether(
            When(policy.rows(reader, action, Case), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for name, action in named.items()
    }
    told = Case.rows_without_a_reader.filter(pk=case.pk).annotate(**asked).values(*asked).first()
    return sure | {named[name] for name, yes in (told or {}).items() if yes}


def turn_words(case: Case) -> str:
    """Whose turn it is, in words: 「楼企管理员」, 「区税务局」, 「反映人」."""
    match who_has_it(
        case.state, department=case.department_id is not None, building=case.building_id is not None
    ):
        case "department":
            return str(case.department)
        case "asker":
            return _("反映人")
        case "administrator":
            return str(case.handler) if case.handler_id and case.state == "in_hand" else _("楼企管理员")
        case "office":
            return str(case.handler) if case.handler_id and case.state == "in_hand" else _("区楼宇办")
    return ""


MOST_ALIKE = 5


def like_cases(case: Case, reader: User) -> list[Case]:
    """Other cases about the same in the same building, or of the same enterprise; the newest first."""
    if not case.building_id and not case.enterprise_id:
        return []
    category = case.category_id if case.building_id else None
    return _alike(reader, case.pk, case.building_id, category, case.enterprise_id)


@prepared
def _alike(
    reader: Reader, besides: UUID, building: UUID | None, category: UUID | None, enterprise: UUID | None
) -> "QuerySet[Case]":
    """The newest of each sort by its index, then the newest of both: an "or" would read all of either and sort."""
    others = cases(reader).exclude(pk=besides).order_by("-raised_at", "-pk")
    found = Q()
    if building:
        found |= Q(pk__in=others.filter(building=building, category=category).values("pk")[:MOST_ALIKE])
    if enterprise:
        found |= Q(pk__in=others.filter(enterprise=enterprise).values("pk")[:MOST_ALIKE])
    newest = cases(reader).filter(found)
    return newest.only("number", "text", "state", "raised_on").order_by("-raised_at", "-pk")[:MOST_ALIKE]


def mergeable(case: Case, reader: User, *, most: int = 20) -> list[Case]:
    """Cases into which this one may go: not yet answered, in the same building or of the same enterprise."""
    where = Q()
    if case.building_id:
        where |= Q(building=case.building_id)
    if case.enterprise_id:
        where |= Q(enterprise=case.enterprise_id)
    found = cases(reader).filter(where, state__in=UNANSWERED).exclude(pk=case.pk)
    return list(for_showing(found).order_by("-raised_at", "-pk")[:most])


def attachments(case: Case, reader: User) -> list[Attachment]:
    """What is attached to a case."""
    return _attached(reader, case.pk)


@prepared
def _attached(reader: Reader, case: UUID) -> "QuerySet[Attachment]":
    found: QuerySet[Attachment] = Attachment.objects.for_reader(reader)
    return found.filter(case=case)


def attachment_for(reader: User, key: UUID) -> Attachment:
    """One attachment. Raises Attachment.DoesNotExist when the reader may not see it."""
    found: Attachment = Attachment.objects.for_reader(reader).get(pk=key)
    return found


def content_of(attachment: Attachment) -> bytes:
    """The file in the clear, of an attachment that was read for its reader."""
    return kept_file(attachment.pk, sealed_key=bytes(attachment.key_sealed))


# Cases seen from elsewhere


@dataclass(frozen=True)
class OpenCases:
    """Open cases of a building: all, overdue, due today, and those that concern no enterprise."""

    open: int
    overdue: int
    due_today: int
    of_the_building: int


def open_in_building(building: Building, reader: Reader) -> OpenCases:
    """What is open in a building, as far as the reader sees it; one query."""
    now = timezone.localtime()
    end = now.replace(hour=23, minute=59, second=59, microsecond=0)
    told = _open(reader, Q(building=building)).aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=late(now)),
        due_today=Count("pk", filter=Q(state__in=TO_BE_DONE, deadline__gte=now, deadline__lte=end)),
        of_the_building=Count("pk", filter=Q(enterprise__isnull=True)),
    )
    return OpenCases(**told)


def open_by_enterprise(building: Building, reader: Reader) -> dict[UUID, tuple[int, int]]:
    """Enterprise → its open cases in a building, and how many of them are overdue; one query."""
    rows = _open(reader, Q(building=building, enterprise__isnull=False)).values_list("enterprise")
    counted = rows.annotate(open=Count("pk"), overdue=Count("pk", filter=late(timezone.now())))
    return {key: (open_cases, overdue) for key, open_cases, overdue in counted}


def open_of_enterprise(enterprise: Enterprise, reader: Reader, *, most: int = 6) -> list[Case]:
    """The open cases of an enterprise, the most urgent first; one query."""
    return list(for_showing(_open(reader, Q(enterprise=enterprise))).order_by("deadline", "pk")[:most])


def _open(reader: Reader, where: Q) -> "QuerySet[Case]":
    return cases(reader).filter(where, state__in=CASES.open_states).order_by()

"""What happens to a case: deadlines, who has it, what is said of it, in which figure it counts from when."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from louyu.accounts.models import AuditEntry, User
from louyu.accounts.rules import Role
from louyu.cases import commands
from louyu.cases.commands import NotPossible
from louyu.cases.models import Case, Category
from louyu.cases.queries import (
    PILES,
    cases,
    in_pile,
    like_cases,
    next_case,
    pile_sizes,
    possible,
    time_line,
    turn_words,
)
from louyu.cases.rules import Limit
from louyu.core import figures
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.core.models import Fact
from louyu.duties.models import Department
from tests.factories import (
    BuildingFactory,
    CaseEventFactory,
    CaseFactory,
    DepartmentFactory,
    EnterpriseFactory,
    OccupancyFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db


class People:
    """A building with its administrator, an enterprise with its liaison, the tax department with a specialist."""

    def __init__(self) -> None:
        self.building, self.enterprise = BuildingFactory(), EnterpriseFactory()
        OccupancyFactory(enterprise=self.enterprise, unit=UnitFactory(building=self.building))
        self.tax: Department = DepartmentFactory(name="税务局")
        self.administrator: User = user_with(Role.ADMINISTRATOR, self.building, name="林管理员")
        self.specialist: User = user_with(Role.SPECIALIST, self.tax, name="王专员")
        self.liaison: User = user_with(Role.LIAISON, self.enterprise, name="陈联络员")
        self.office: User = user_with(Role.OFFICE, name="区楼宇办")

    def opened(self, category: str = "tax", **said: Any) -> Case:
        return commands.open_case(
            category=Category.rows_without_a_reader.get(code=category),
            text=said.pop("text", "发票额度不足，请协调"),
            building=self.building,
            enterprise=self.enterprise,
            by=said.pop("by", self.administrator),
            **said,
        )

    def handed_over(self) -> Case:
        return commands.hand_over(self.opened(), to=self.tax, by=self.administrator)

    def answered(self, outcome: str = "solved") -> Case:
        return commands.answer(self.handed_over(), outcome=outcome, text="额度已调高", by=self.specialist)

    def closed(self, outcome: str = "solved") -> Case:
        return commands.confirm(self.answered(outcome), by=self.liaison)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2023-09-28 10:00+08:00", tick=False) as moved:
        yield moved


def local(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.timezone(datetime.timedelta(hours=8))):%Y-%m-%d %H:%M}"


def held(case: Case, day: datetime.date | None = None) -> set[str]:
    """The figures in which the case counts today, or on a day."""
    day = day or datetime.date.today()
    return set(
        Fact.rows_without_a_reader.filter(figures.on_day(day), subject=case.pk).values_list("code", flat=True)
    )


# Deadlines


def test_a_case_before_national_day_has_the_deadline_that_its_make_up_days_give(
    clock: Any, people: People
) -> None:
    case = people.opened()
    assert case.raised_on == datetime.date(2023, 9, 28)
    assert local(case.deadline) == "2023-10-11 17:30"
    assert case.accept_by is not None
    assert local(case.accept_by) == "2023-10-07 17:30"
    assert not case.deadline_provisional


def test_waiting_for_the_asker_over_the_holiday_moves_the_deadline(clock: Any, people: People) -> None:
    case = commands.ask_asker(people.handed_over(), text="请提供开票明细", by=people.specialist)
    assert case.state == "waiting"
    clock.move_to("2023-10-08 09:00+08:00")
    case = commands.asker_replies(case, text="明细已发", by=people.liaison)
    assert (case.state, case.clock_stopped_at, local(case.deadline)) == ("in_hand", None, "2023-10-13 17:30")


def test_an_extension_moves_the_deadline_once_by_working_days(clock: Any, people: People) -> None:
    case = people.handed_over()
    commands.extend(case, reason="要等省局批复", by=people.specialist)
    assert local(case.deadline) == "2023-10-18 17:30"
    with pytest.raises(Refusal) as refused:
        commands.extend(case, reason="还要再等", by=people.specialist)
    assert refused.value.code == "extended_already"


def test_waiting_and_an_extension_add_up(clock: Any, people: People) -> None:
    case = commands.ask_asker(people.handed_over(), text="请提供开票明细", by=people.specialist)
    clock.move_to("2023-10-08 09:00+08:00")
    commands.asker_replies(case, text="明细已发", by=people.liaison)
    commands.extend(case, reason="要等省局批复", days=2, by=people.specialist)
    assert local(case.deadline) == "2023-10-17 17:30"


def test_an_extension_after_the_end_is_refused_and_changes_nothing(clock: Any, people: People) -> None:
    case = people.handed_over()
    clock.move_to("2023-10-11 17:31+08:00")
    with pytest.raises(Refusal) as refused:
        commands.extend(case, reason="要等省局批复", by=people.specialist)
    assert (refused.value.field, refused.value.value) == ("deadline", "2023-10-11 17:30")
    assert refused.value.mend
    case.refresh_from_db()
    assert local(case.deadline) == "2023-10-11 17:30"


@pytest.mark.parametrize("days", [6, 0, -1, "viel"])
def test_an_extension_longer_than_the_first_time_is_refused(people: People, days: Any) -> None:
    with pytest.raises(Refusal, match="不能超过") as refused:
        commands.extend(people.handed_over(), reason="要等省局批复", days=days, by=people.specialist)
    assert "5" in str(refused.value.mend)


def test_while_the_clock_stands_an_extension_is_not_too_late(clock: Any, people: People) -> None:
    case = commands.ask_asker(people.handed_over(), text="请提供开票明细", by=people.specialist)
    clock.move_to("2023-11-30 09:00+08:00")
    assert commands.extend(case, reason="要等省局批复", by=people.specialist).extended


def test_a_deadline_beyond_the_notices_is_provisional(people: People) -> None:
    with time_machine.travel("2031-10-09 10:00+08:00", tick=False):
        administrator = user_with(Role.ADMINISTRATOR, people.building)
        case = people.opened(by=administrator)
        assert case.deadline_provisional
        assert time_line(case, administrator)[0].what.endswith("17:30（暂定）前答复")


def test_the_time_line_parts_the_deadline_from_the_word_behind_it(clock: Any, people: People) -> None:
    assert time_line(people.opened(), people.liaison)[0].what.endswith("请在 2023-10-11 17:30 前答复")


def test_a_matter_of_safety_has_two_hours(clock: Any, people: People) -> None:
    assert local(people.opened("fire_safety", kind="safety").deadline) == "2023-09-28 12:00"


def test_a_district_sets_its_own_time(clock: Any, people: People) -> None:
    commands.set_limit("help", limit=Limit(working_days=1), by=people.office)
    assert local(people.opened().deadline) == "2023-10-07 17:30"
    with pytest.raises(Refusal):
        commands.set_limit("whenever", limit=Limit(working_days=1), by=people.office)


def test_a_category_may_have_a_time_of_its_own(clock: Any, people: People) -> None:
    Category.rows_without_a_reader.filter(code="tax").update(working_days=2)
    assert local(people.opened().deadline) == "2023-10-08 17:30"
    assert local(people.opened(kind="complex").deadline) == "2023-10-25 17:30"


def test_a_reopened_case_has_the_whole_time_anew(clock: Any, people: People) -> None:
    case = people.closed()
    clock.move_to("2023-10-09 10:00+08:00")
    commands.reopen(case, reason="额度又降回去了", by=people.liaison)
    assert (local(case.deadline), case.extended, case.outcome, case.closed_on) == (
        "2023-10-16 17:30",
        False,
        "",
        None,
    )


# Figures


def test_a_case_counts_as_solved_from_the_day_it_is_closed_on(clock: Any, people: People) -> None:
    case = people.answered()
    assert held(case) == {"cases.open"}
    clock.move_to("2023-10-09 10:00+08:00")
    commands.confirm(case, by=people.liaison)
    assert held(case) == {"cases.solved", "cases.solved_trt"}
    assert held(case, datetime.date(2023, 10, 8)) == {"cases.open"}


def test_a_reopened_case_counts_as_solved_until_then_and_again_from_the_next_closing(
    clock: Any, people: People
) -> None:
    case = people.closed()
    clock.move_to("2023-10-09 10:00+08:00")
    commands.reopen(case, reason="额度又降回去了", by=people.liaison)
    assert held(case) == {"cases.open"}
    assert "cases.solved" in held(case, datetime.date(2023, 9, 28))
    clock.move_to("2023-10-10 10:00+08:00")
    commands.answer(case, outcome="solved", text="已固定额度", by=people.administrator)
    commands.confirm(case, by=people.liaison)
    assert "cases.solved" in held(case)
    assert "cases.solved" not in held(case, datetime.date(2023, 10, 9))


def test_explained_is_not_solved(people: People) -> None:
    assert held(people.closed("explained")) == set()


def test_what_the_administrator_solves_alone_is_not_handed_over_and_solved(people: People) -> None:
    case = commands.answer(people.opened(), outcome="solved", text="已解决", by=people.administrator)
    commands.close(case, by=people.administrator)
    assert held(case) == {"cases.solved_trt"}


def test_a_withdrawn_case_is_open_no_more(people: People) -> None:
    case = commands.withdraw(people.opened(), reason="自己解决了", by=people.liaison)
    assert held(case) == set()
    assert (case.outcome, case.closed_on) == ("withdrawn", datetime.date.today())


# Who has it


def test_from_the_administrator_to_tax_back_and_again_until_the_liaison_confirms(people: People) -> None:
    case = people.opened()
    assert turn_words(case) == "楼企管理员"
    commands.hand_over(case, to=people.tax, handler=people.specialist, by=people.administrator)
    assert (turn_words(case), case.handler) == ("税务局", people.specialist)
    commands.return_case(case, reason="属于市场监管", proposal="市场监管局", by=people.specialist)
    assert (case.state, case.handler, turn_words(case)) == ("returned", None, "楼企管理员")
    commands.hand_over(case, to=people.tax, reason="确属税务", by=people.administrator)
    commands.take(case, by=people.specialist)
    commands.answer(case, outcome="solved", text="额度已调高", by=people.specialist)
    commands.confirm(case, satisfaction="very_satisfied", by=people.liaison)
    assert (case.state, case.outcome, case.satisfaction) == ("closed", "solved", "very_satisfied")
    told = [(line.code, line.what) for line in time_line(case, people.liaison)]
    assert [code for code, _what in told] == [
        "open_case", "hand_over", "return_case", "hand_over", "take", "answer", "confirm",
    ]  # fmt: skip
    assert dict(told)["answer"] == "王专员答复：已解决"
    assert dict(told)["confirm"] == "陈联络员确认办结，非常满意"
    assert time_line(case, people.office)[2].proposal == "市场监管局"


def test_a_department_without_specialists_is_refused(people: People) -> None:
    nobody = DepartmentFactory(name="教育局")
    case = people.opened()
    with pytest.raises(Refusal) as refused:
        commands.hand_over(case, to=nobody, by=people.administrator)
    assert (refused.value.field, refused.value.value) == ("department", "教育局")
    assert refused.value.mend
    assert Case.rows_without_a_reader.get(pk=case.pk).state == "accepted"


def test_a_specialist_of_another_department_is_refused_and_the_right_ones_are_named(people: People) -> None:
    with pytest.raises(Refusal, match="王专员") as refused:
        commands.hand_over(
            people.opened(),
            to=people.tax,
            handler=user_with(Role.SPECIALIST, DepartmentFactory()),
            by=people.administrator,
        )
    assert refused.value.field == "handler"


def test_colleagues_hand_on_to_each_other(people: People) -> None:
    colleague = user_with(Role.DEPARTMENT_LEAD, people.tax, name="赵科长")
    case = commands.pass_on(people.handed_over(), to=colleague, by=people.specialist)
    assert (case.state, case.handler, case.department) == ("assigned", colleague, people.tax)


def test_a_duty_at_the_building_does_not_answer_what_nobody_handed_over(people: People) -> None:
    case = CaseFactory(state="in_hand", department=None, building=people.building)
    by = user_with(Role.SPECIALIST, people.building)
    for step in (
        lambda: commands.return_case(case, reason="不归我们", proposal="街道", by=by),
        lambda: commands.pass_on(case, to=people.specialist, by=by),
        lambda: commands.answer(case, outcome="solved", text="已协调好", by=by),
        lambda: commands.extend(case, reason="还要几天", by=by),
    ):
        with pytest.raises(NotPermitted):
            step()
    assert commands.note(case, text="在楼里听说过", by=by).state == "in_hand"


def test_an_administrator_takes_a_case_back_from_a_department(people: People) -> None:
    case = commands.take(people.handed_over(), by=people.administrator)
    assert (case.department, case.handler, case.handed_over) == (None, people.administrator, True)


def test_the_last_steps_of_satisfaction_ask_why(people: People) -> None:
    case = people.answered()
    with pytest.raises(Refusal) as refused:
        commands.confirm(case, satisfaction="dissatisfied", by=people.liaison)
    assert refused.value.field == "reason"
    assert (
        commands.confirm(case, satisfaction="dissatisfied", reason="等了太久", by=people.liaison).state
        == "closed"
    )


def test_two_cases_about_one_matter_become_one(people: People) -> None:
    one, other = people.opened(), people.opened()
    commands.merge(one, into=other, by=people.administrator)
    assert (one.state, one.outcome, one.merged_into) == ("merged", "merged", other)
    assert held(one) == set()
    with pytest.raises(Refusal, match="自己"):
        commands.merge(other, into=other, by=people.administrator)
    third = people.opened()
    with pytest.raises(Conflict, match="已经合并"):
        commands.merge(third, into=one, by=people.administrator)


# Opening


def test_a_liaison_opens_for_the_own_enterprise_only(people: People) -> None:
    assert people.opened(by=people.liaison).state == "accepted"
    with pytest.raises(NotPermitted):
        people.opened(by=user_with(Role.LIAISON, EnterpriseFactory()))


def test_a_member_opens_a_case_for_neither_and_follows_it(people: People) -> None:
    member = user_with(Role.MEMBER)
    category = Category.rows_without_a_reader.get(code="canteen")
    case = commands.open_case(category=category, text="想要一个食堂", asker=member, by=member)
    assert (case.building, case.enterprise, turn_words(case)) == (None, None, "区楼宇办")
    assert [line.code for line in time_line(case, member)] == ["open_case"]
    assert commands.withdraw(case, reason="已经有了", by=member).state == "withdrawn"


def test_numbers_begin_anew_each_year(people: People) -> None:
    with time_machine.travel("2024-12-31 10:00+08:00", tick=False):
        last = people.opened(by=user_with(Role.OFFICE))
    with time_machine.travel("2025-01-01 00:30+08:00", tick=False):
        first = people.opened(by=user_with(Role.OFFICE))
    assert (last.number[:5], first.number) == ("2024-", "2025-000001")


@pytest.mark.parametrize("text", ["", " ", "好", "aaaa", "字" * 5001, "\0"])
def test_a_text_that_says_nothing_or_too_much_is_refused_and_opens_nothing(people: People, text: str) -> None:
    entries = AuditEntry.rows_without_a_reader.count()
    with pytest.raises(Refusal) as refused:
        people.opened(text=text)
    assert refused.value.field == "text"
    assert refused.value.mend
    assert not Case.rows_without_a_reader.exists()
    assert AuditEntry.rows_without_a_reader.count() == entries


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{ 7*7 }}", "😀车位", "ab\u202ecd"]
)
def test_a_text_is_kept_as_it_was_written(people: People, text: str) -> None:
    assert people.opened(text=text).text == text


def test_signs_that_no_database_takes_are_left_out(people: People) -> None:
    assert people.opened(text="车位\0不够\ud800").text == "车位不够"


def test_an_unknown_kind_or_a_category_no_longer_used_is_refused(people: People) -> None:
    with pytest.raises(Refusal, match="没有这个选项") as refused:
        people.opened(kind="wish")
    assert "咨询" in str(refused.value.mend)
    Category.rows_without_a_reader.filter(code="tax").update(active=False)
    with pytest.raises(Refusal, match="停用"):
        people.opened()


def test_a_district_adds_its_own_category(people: People) -> None:
    added = commands.add_category("pets", name_zh="宠物", name_en="Pets", by=people.office)
    assert people.opened("pets").category == added
    for code in ("pets", "Pets!", "宠物"):
        with pytest.raises(Refusal):
            commands.add_category(code, name_zh="宠物", name_en="Pets", by=people.office)


# Somebody was faster


def test_whoever_saw_an_older_case_is_told_who_was_faster(people: People) -> None:
    case = people.handed_over()
    old = Case.rows_without_a_reader.get(pk=case.pk)
    commands.answer(case, outcome="solved", text="额度已调高", by=people.specialist)
    with pytest.raises(Conflict, match="王专员已先处理") as refused:
        commands.answer(old, outcome="explained", text="另一个答复", by=people.administrator)
    assert refused.value.field == "version"
    stored = Case.rows_without_a_reader.get(pk=case.pk)
    assert (stored.outcome, stored.outcome_reason) == ("solved", "额度已调高")


def test_a_page_says_which_version_it_saw(people: People) -> None:
    case = people.handed_over()
    with pytest.raises(Conflict):
        commands.take(case, by=people.specialist, version=case.version - 1)
    assert commands.take(case, by=people.specialist, version=case.version).state == "in_hand"


def test_a_note_stands_beside_whatever_was_done_meanwhile(people: People) -> None:
    case = people.handed_over()
    old = Case.rows_without_a_reader.get(pk=case.pk)
    commands.take(case, by=people.specialist)
    assert commands.note(old, text="已电话联系", by=people.administrator).version == case.version


def test_what_cannot_be_done_now_says_what_can(people: People) -> None:
    with pytest.raises(NotPossible, match="「受理」的办件不能确认") as refused:
        commands.confirm(people.opened(), by=people.liaison)
    assert "交办" in str(refused.value.mend)
    done = commands.withdraw(people.opened(), reason="自己解决了", by=people.liaison)
    with pytest.raises(NotPossible, match="已经结束"):
        commands.reopen(done, reason="又出现了", by=people.liaison)


def test_what_a_step_does_not_take_is_an_error_of_the_program(people: People) -> None:
    with pytest.raises(TypeError, match="colour"):
        commands.transition(people.opened(), "take", by=people.administrator, colour="blue")


# What a reader meets


def test_notes_among_staff_are_not_for_the_asker(people: People) -> None:
    case = people.opened()
    commands.note(case, text="这家企业很急", by=people.administrator)
    commands.note(case, text="已联系税务局", visible=True, by=people.administrator)
    assert [line.text for line in time_line(case, people.liaison)][1:] == ["已联系税务局"]
    assert [line.text for line in time_line(case, people.specialist)] == []
    assert [(line.text, line.inside) for line in time_line(case, people.office)][1:] == [
        ("这家企业很急", True),
        ("已联系税务局", False),
    ]


def test_buttons_are_what_the_declaration_allows_this_reader(people: People) -> None:
    case = people.handed_over()
    assert [t.code for t in possible(case, people.specialist)] == [
        "answer", "pass_on", "take", "return_case", "ask_asker", "extend", "note",
    ]  # fmt: skip
    assert [t.code for t in possible(case, people.liaison)] == ["withdraw"]
    assert possible(case, user_with(Role.SPECIALIST, DepartmentFactory())) == []


def test_buttons_cost_one_query(people: People, django_assert_num_queries: Any) -> None:
    case = people.handed_over()
    by = User.rows_without_a_reader.get(pk=people.specialist.pk)
    with django_assert_num_queries(2):  # what the reader was granted; the rows of all permissions at once
        possible(case, by)


def piles(reader: User) -> dict[str, set[Case]]:
    """The work list; the numbers beside its headings are those of its cases."""
    now = timezone.localtime()
    found = {code: set(cases(reader).filter(in_pile(code, reader, now))) for code in PILES}
    assert pile_sizes(reader) == {code: len(each) for code, each in found.items()}
    return found


def test_the_work_list_tells_what_is_most_urgent(clock: Any, people: People) -> None:
    late = CaseFactory(
        state="assigned", department=people.tax, deadline=datetime.datetime(2023, 9, 27, tzinfo=datetime.UTC)
    )
    today = CaseFactory(
        state="in_hand",
        department=people.tax,
        deadline=datetime.datetime(2023, 9, 28, 9, tzinfo=datetime.UTC),
    )
    later = CaseFactory(
        state="assigned", department=people.tax, deadline=datetime.datetime(2023, 10, 30, tzinfo=datetime.UTC)
    )
    waiting = CaseFactory(state="waiting", department=people.tax)
    CaseFactory(state="assigned", department=DepartmentFactory())
    CaseFactory(state="answered", department=people.tax)
    assert piles(people.specialist) == {
        "overdue": {late},
        "today": {today},
        "this_week": set(),
        "later": {later},
        "waiting": {waiting},
    }
    assert next_case(people.specialist, late) == today


def test_the_work_list_of_an_administrator_is_what_is_with_the_building(people: People) -> None:
    new = people.opened()
    people.handed_over()
    assert set().union(*piles(people.administrator).values()) == {new}
    asked = commands.ask_asker(new, text="请提供开票明细", by=people.administrator)
    assert set().union(*piles(people.liaison).values()) == {asked}


def test_a_case_not_accepted_in_time_is_overdue_before_its_deadline(clock: Any, people: People) -> None:
    case = people.opened()
    clock.move_to("2023-10-07 17:31+08:00")
    administrator = user_with(Role.ADMINISTRATOR, people.building)
    assert piles(administrator)["overdue"] == {case}


def test_the_work_list_does_not_cost_more_with_more_cases(
    people: People, django_assert_num_queries: Any
) -> None:
    CaseFactory.create_batch(30, state="assigned", department=people.tax)
    by = User.rows_without_a_reader.get(pk=people.specialist.pk)
    with django_assert_num_queries(3):  # grants; cases to be done; cases that wait
        assert sum(pile_sizes(by).values()) == 30


def test_like_cases_are_those_of_the_building_and_of_the_enterprise(people: People) -> None:
    case = people.opened()
    same, other = people.opened(), CaseFactory(building=people.building, category="lift")
    elsewhere = CaseFactory(enterprise=people.enterprise, category="lift")
    assert set(like_cases(case, people.office)) == {same, elsewhere}
    assert set(like_cases(case, people.administrator)) == {same}
    assert like_cases(CaseFactory(building=None, enterprise=None), people.office) == []
    assert other not in like_cases(case, people.office)


def test_the_time_line_costs_the_same_however_long_it_is(
    people: People, django_assert_num_queries: Any
) -> None:
    case = people.handed_over()
    CaseEventFactory.create_batch(20, case=case, by=people.specialist)
    by = User.rows_without_a_reader.get(pk=people.specialist.pk)
    with django_assert_num_queries(3):  # grants; may they read notes; the lines with who wrote them
        assert len(time_line(case, by)) == 22

"""Ledgers of problems, brought in: states and dates of the file, found again, counted right."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
import time_machine

from louyu.accounts.commands import console_user
from louyu.accounts.rules import Role
from louyu.cases import commands as cases
from louyu.cases.models import Case, CaseEvent
from louyu.cases.queries import time_line
from louyu.core.errors import Conflict
from louyu.core.models import Fact
from louyu.duties.models import Department
from louyu.workbooks import commands
from tests.factories import BuildingFactory, EnterpriseFactory, OccupancyFactory, UnitFactory, user_with
from tests.imports.books import bring_in, cells, workbook

pytestmark = pytest.mark.django_db

HEADER = (
    "编号",
    "反映时间",
    "反映企业",
    "问题类别",
    "具体内容",
    "交办部门",
    "办理情况",
    "办结时间",
    "满意度",
)
TITLE = "楼宇企业问题需求交办清单"
DAY = datetime.date


def ledger(*rows: Sequence[Any], header: Sequence[str] = HEADER, title: str = TITLE) -> bytes:
    return workbook(header, rows, title, "台账")


def row(number: int = 1, **said: Any) -> tuple[Any, ...]:
    """A solved tax problem; ``said`` changes what a column says."""
    values = {
        "number": f"JJ{number:04d}",
        "raised": "2023-05-12",
        "enterprise": f"台州第{number}软件有限公司",
        "category": "税务",
        "text": "发票额度不足，请协调",
        "department": "区税务局",
        "state": "已办结：已与企业对接",
        "closed": "2023年6月2日",
        "satisfaction": "非常满意",
    } | said
    return tuple(values.values())


def brought(*rows: Sequence[Any], **how: Any) -> tuple[dict[str, Any], Any]:
    return bring_in(ledger(*rows, **how), "问题需求交办清单.xlsx")


def stored(number: int = 1) -> Case:
    return Case.rows_without_a_reader.get(number=f"JJ{number:04d}")


def facts(case: Case) -> set[tuple[str, DAY | None, DAY | None]]:
    return set(Fact.rows_without_a_reader.filter(subject=case.pk).values_list("code", "since", "until"))


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in report["counts"].items() if n}


def test_a_row_becomes_a_case_that_was_closed_last_year() -> None:
    report, batch = brought(row())
    case = stored()
    assert counts(report) == {"new": 1}
    assert (case.state, case.outcome, case.raised_on, case.closed_on) == (
        "closed",
        "solved",
        DAY(2023, 5, 12),
        DAY(2023, 6, 2),
    )
    assert (case.category.code, str(case.department), case.handed_over) == ("tax", "税务局", True)
    assert (case.satisfaction, case.enterprise_name) == ("very_satisfied", "台州第1软件有限公司")
    assert batch is not None
    assert (case.origin, case.origin_batch, case.origin_row) == ("imported", batch.pk, 3)


def test_history_counts_from_the_days_of_the_file() -> None:
    brought(row())
    raised, closed = DAY(2023, 5, 12), DAY(2023, 6, 2)
    assert facts(stored()) == {
        ("cases.open", raised, closed),
        ("cases.solved", closed, None),
        ("cases.solved_trt", closed, None),
    }


def test_the_time_line_says_what_the_ledger_said() -> None:
    brought(row())
    lines = time_line(stored(), user_with(Role.OFFICE))
    assert [(line.at.date(), line.day_only, line.state) for line in lines] == [
        (DAY(2023, 5, 12), True, "accepted"),
        (DAY(2023, 6, 2), True, "closed"),
    ]
    assert lines[1].text == "已办结：已与企业对接"


@pytest.mark.parametrize(
    ("words", "state", "outcome", "open_"),
    [
        ("已解决：已与企业对接", "closed", "solved", False),
        ("已办结：因政策原因无法解决", "closed", "not_possible", False),
        ("已办结：已解释", "closed", "explained", False),
        ("退回", "returned", "", True),
        ("已交办", "assigned", "", True),
        ("办理中：已与企业对接", "in_hand", "", True),
        ("待交办", "accepted", "", True),
    ],
)
def test_states_in_the_ledgers_own_words(words: str, state: str, outcome: str, open_: bool) -> None:
    brought(row(state=words, closed="" if open_ else "2023-06-02"))
    case = stored()
    assert (case.state, case.outcome) == (state, outcome)
    codes = {code for code, _since, _until in facts(case)}
    assert codes == {"cases.open"} | ({"cases.solved", "cases.solved_trt"} if outcome == "solved" else set())


def test_a_case_still_to_be_handed_over_has_no_department_yet() -> None:
    brought(row(state="待交办", closed=""))
    assert (stored().department, stored().handed_over) == (None, False)


def test_closed_before_raised_is_told_and_counts_in_no_figure() -> None:
    report, _ = brought(row(raised="2023-06-05"), row(2))
    assert cells(report) == {("H3", "closed_before_raised")}
    case = stored()
    assert (case.state, case.outcome, case.closed_on) == ("closed", "solved", None)
    assert facts(case) == set()


def test_a_mended_closing_date_counts() -> None:
    brought(row(raised="2023-06-05"))
    report, _ = brought(row(raised="2023-06-05", closed="2023-06-09"))
    assert counts(report) == {"changed": 1}
    assert stored().closed_on == DAY(2023, 6, 9)
    assert ("cases.solved", DAY(2023, 6, 9), None) in facts(stored())


def test_mending_the_other_date_finds_the_case_again() -> None:
    brought(row(raised="2023-06-05"))
    report, _ = brought(row(raised="2023-05-05"))
    assert counts(report) == {"changed": 1}
    assert (stored().raised_on, stored().closed_on) == (DAY(2023, 5, 5), DAY(2023, 6, 2))


def test_a_raising_date_in_2099_lets_the_row_wait_and_a_closing_date_does_not() -> None:
    report, _ = brought(row(raised="2099-05-12"), row(2, closed="2099-06-02"), row(3))
    assert cells(report) == {("B3", "date_range"), ("H4", "date_range")}
    assert counts(report) == {"new": 2, "wrong": 2, "waiting": 1}
    assert (stored(2).state, stored(2).closed_on) == ("closed", None)


def test_dates_that_lie_ahead_are_told() -> None:
    ahead = datetime.date.today() + datetime.timedelta(days=40)
    report, _ = brought(row(raised=ahead), row(2, closed=ahead))
    assert cells(report) == {("B3", "raised_ahead"), ("H4", "closed_ahead")}
    assert counts(report) == {"new": 1, "wrong": 2, "waiting": 1}


def test_the_same_file_again_changes_nothing() -> None:
    data = [
        row(),
        row(2, state="办理中", closed=""),
        row(3, raised="2023-07-01"),
        row(4, state="待交办", closed=""),
    ]
    brought(*data)
    before = (
        Case.rows_without_a_reader.count(),
        CaseEvent.rows_without_a_reader.count(),
        Fact.rows_without_a_reader.count(),
    )
    with time_machine.travel(datetime.datetime.now() + datetime.timedelta(days=3), tick=True):
        report, _ = brought(*data)
    assert counts(report) == {"unchanged": 4, "wrong": 1}
    assert before == (
        Case.rows_without_a_reader.count(),
        CaseEvent.rows_without_a_reader.count(),
        Fact.rows_without_a_reader.count(),
    )


def test_next_months_ledger_moves_a_case_on() -> None:
    brought(row(state="办理中", closed=""))
    report, _ = brought(row())
    assert counts(report) == {"changed": 1}
    assert stored().state == "closed"
    assert ("cases.open", DAY(2023, 5, 12), DAY(2023, 6, 2)) in facts(stored())
    assert [e.to_state for e in CaseEvent.rows_without_a_reader.filter(case=stored())] == [
        "accepted",
        "in_hand",
        "closed",
    ]


def test_what_was_done_here_counts_more_than_the_file() -> None:
    brought(row(state="办理中", closed=""))
    cases.answer(stored(), outcome="explained", text="已说明办理条件", by=user_with(Role.OFFICE))
    report, _ = brought(row())
    assert counts(report) == {"unchanged": 1}
    assert stored().state == "answered"


def test_rows_without_numbers_are_told_apart_by_day_enterprise_and_words() -> None:
    header = ("序号", *HEADER[1:])
    rows = [(1, *row()[1:]), (2, *row(2)[1:]), (3, *row()[1:]), (4, *row(text="开票太慢")[1:])]
    report, _ = brought(*rows, header=header)
    assert counts(report) == {"new": 3, "duplicates": 1}
    report, _ = brought(*[(n + 20, *r[1:]) for n, r in enumerate(rows)], header=header)
    assert counts(report) == {"unchanged": 3, "duplicates": 1}


def test_an_enterprise_on_record_is_joined_with_the_building_it_sits_in() -> None:
    enterprise = EnterpriseFactory(name="台州第1软件有限公司", name_key="第1软件")
    building = BuildingFactory(name="云帆大厦")
    OccupancyFactory(enterprise=enterprise, unit=UnitFactory(building=building))
    brought(row(), row(2, enterprise="浙江第1软件公司"))
    for number in (1, 2):
        case = stored(number)
        assert (case.enterprise, case.building, case.enterprise_name) == (enterprise, building, "")
    assert set(Fact.rows_without_a_reader.values_list("building", flat=True)) == {building.pk}


def test_departments_unknown_so_far_are_made_once() -> None:
    brought(row(), row(2), row(3, department="物业公司"), row(4, department="街道"))
    assert sorted(Department.rows_without_a_reader.values_list("name", flat=True)) == [
        "物业公司",
        "税务局",
        "街道",
    ]


def test_a_category_nobody_knows_is_other_unless_the_words_tell() -> None:
    brought(row(category="综合", text="想认识邻居"), row(2, category="综合", text="电梯太挤"))
    assert [stored(n).category.code for n in (1, 2)] == ["other", "lift"]


def test_without_a_closing_column_a_closed_case_was_closed_by_the_day_of_the_ledger() -> None:
    rows = [(*row()[:7], row()[8])]
    header = (*HEADER[:7], HEADER[8])
    brought(*rows, header=header, title=f"{TITLE}（截至2023年12月31日）")
    assert stored().closed_on == DAY(2023, 12, 31)
    report, _ = brought(*rows, header=header, title=f"{TITLE}（截至2024年1月31日）")
    assert counts(report) == {"unchanged": 1}


def test_other_words_in_the_header_are_read() -> None:
    header = (
        "工单编号",
        "受理日期",
        "诉求主体",
        "诉求类型",
        "诉求内容",
        "责任单位",
        "当前进度",
        "完成日期",
        "企业评价",
    )
    report, _ = brought(row(), row(2, state="办理中", closed=""), header=header)
    assert report["kind"] == "ledger"
    assert counts(report) == {"new": 2}
    assert (stored().state, stored().closed_on, stored().satisfaction) == (
        "closed",
        DAY(2023, 6, 2),
        "very_satisfied",
    )


def test_importers_bring_in_only_what_lies_in_their_scope() -> None:
    building = BuildingFactory(name="云帆大厦")
    header = (*HEADER, "所在楼宇")
    data = ledger((*row(), "云帆大厦"), (*row(2), "别处大厦"), header=header)
    by = user_with(Role.ADMINISTRATOR, building)
    report, _ = commands.import_file(data, file_name="清单.xlsx", kind="ledger", by=by)
    assert counts(report) == {"new": 1, "wrong": 1, "waiting": 1}
    assert stored().building == building


def test_an_import_is_undone_whole_and_not_once_somebody_worked_on_it() -> None:
    _report, batch = brought(row(), row(2, state="办理中", closed=""))
    commands.undo(batch, by=console_user())
    assert not Case.rows_without_a_reader.exists()
    assert not Fact.rows_without_a_reader.exists()
    _report, batch = brought(row(state="办理中", closed=""))
    cases.note(stored(), text="已电话联系", by=user_with(Role.OFFICE))
    with pytest.raises(Conflict):
        commands.undo(batch, by=console_user())
    assert stored().state == "in_hand"


def test_a_long_description_is_no_wrong_cell() -> None:
    report, _ = brought(row(text="停车位不够，" * 200))
    assert counts(report) == {"new": 1}
    assert len(stored().text) == 1200

"""How long a case may take, whose turn it is, what counts as solved; the words of ledgers."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louyu.cases import rules
from louyu.cases.rules import Due, Limit
from louyu.cases.rules.ledger import CATEGORY_WORDS, read_category, read_satisfaction, read_state
from louyu.core.calendar import seeded

CHINA = ZoneInfo("Asia/Shanghai")
DAYS = seeded()
HELP, SAFETY = rules.LIMITS["help"], rules.LIMITS["safety"]


def at(day: str, time: str = "10:00") -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day} {time}").replace(tzinfo=CHINA)


def test_a_case_before_national_day_counts_make_up_days() -> None:
    """2023: Thursday 28 September raised; 29 September to 6 October off; Saturday 7 and Sunday 8 October worked."""
    assert rules.due(at("2023-09-28"), HELP, DAYS) == Due(at("2023-10-11", "17:30"), False)


def test_a_case_raised_on_a_holiday_counts_from_the_first_working_day() -> None:
    assert rules.due(at("2023-10-02"), Limit(working_days=1), DAYS).at == at("2023-10-07", "17:30")


def test_safety_runs_by_the_clock_through_nights_and_holidays() -> None:
    assert rules.due(at("2023-10-01", "23:30"), SAFETY, DAYS) == Due(at("2023-10-02", "01:30"), False)


def test_beyond_the_notices_a_deadline_is_provisional() -> None:
    found = rules.due(at("2031-10-09"), HELP, DAYS)
    assert found == Due(at("2031-10-16", "17:30"), True)


def test_a_way_that_leads_beyond_the_notices_is_provisional() -> None:
    last = DAYS.last_year
    assert last is not None
    assert rules.due(at(f"{last}-12-30"), rules.LIMITS["complex"], DAYS).provisional


def test_waiting_over_the_holiday_moves_the_deadline_by_the_working_days_waited() -> None:
    """Asked on 28 September, replied on 8 October: 7 and 8 October were worked, so two days are given back."""
    due = rules.due(at("2023-09-28"), HELP, DAYS)
    later = rules.due_after_waiting(due, at("2023-09-28", "11:00"), at("2023-10-08"), HELP, DAYS)
    assert later == Due(at("2023-10-13", "17:30"), False)


def test_a_reply_on_the_same_day_moves_nothing() -> None:
    due = rules.due(at("2023-09-28"), HELP, DAYS)
    assert (
        rules.due_after_waiting(due, at("2023-09-28", "11:00"), at("2023-09-28", "16:00"), HELP, DAYS) == due
    )


def test_waiting_in_a_matter_of_safety_moves_the_deadline_by_the_clock() -> None:
    due = rules.due(at("2023-10-01"), SAFETY, DAYS)
    later = rules.due_after_waiting(due, at("2023-10-01", "10:30"), at("2023-10-01", "11:15"), SAFETY, DAYS)
    assert later.at == at("2023-10-01", "12:45")


def test_an_extension_counts_working_days_too() -> None:
    due = Due(at("2023-09-28", "17:30"), False)
    assert rules.due_after_extension(due, HELP, DAYS, by=5) == Due(at("2023-10-11", "17:30"), False)
    assert rules.due_after_extension(due, SAFETY, DAYS, by=2).at == at("2023-09-28", "19:30")


@pytest.mark.parametrize(
    ("why", "now", "extended", "by"),
    [
        ("", "10:00", False, 5),
        ("", "17:30", False, 1),
        ("extended_already", "10:00", True, 5),
        ("after_the_end", "17:31", False, 5),
        ("longer_than_the_first", "10:00", False, 6),
        ("longer_than_the_first", "10:00", False, 0),
    ],
)
def test_one_extension_of_at_most_the_same_length_before_the_end(
    why: str, now: str, extended: bool, by: int
) -> None:
    told = rules.why_not_extend(
        now=at("2023-10-11", now), deadline=at("2023-10-11", "17:30"), extended=extended, by=by, limit=HELP
    )
    assert told == why


@given(
    st.datetimes(datetime.datetime(2015, 1, 1), datetime.datetime(2026, 6, 1)),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(1, 20),
)
def test_a_deadline_falls_on_a_working_day_and_waiting_never_shortens_it(
    start: datetime.datetime, wait: int, waited: int, length: int
) -> None:
    start = start.replace(tzinfo=CHINA)
    limit = Limit(working_days=length)
    due = rules.due(start, limit, DAYS)
    stopped = start + datetime.timedelta(days=wait)
    later = rules.due_after_waiting(due, stopped, stopped + datetime.timedelta(days=waited), limit, DAYS)
    assert DAYS.is_working_day(due.at.date())
    assert DAYS.is_working_day(later.at.date())
    assert DAYS.working_days_between(due.at.date(), later.at.date()) == DAYS.working_days_between(
        stopped.date(), stopped.date() + datetime.timedelta(days=waited)
    )


def test_a_limit_is_in_days_or_in_hours() -> None:
    with pytest.raises(ValueError, match="working days or hours"):
        Limit()
    with pytest.raises(ValueError, match="working days or hours"):
        Limit(working_days=1, hours=2)


@pytest.mark.parametrize(
    ("state", "department", "building", "who"),
    [
        ("accepted", False, True, "administrator"),
        ("accepted", False, False, "office"),
        ("assigned", True, True, "department"),
        ("in_hand", True, False, "department"),
        ("in_hand", False, True, "administrator"),
        ("returned", True, True, "administrator"),
        ("waiting", True, True, "asker"),
        ("answered", True, True, "asker"),
        ("closed", True, True, "nobody"),
    ],
)
def test_whose_turn_it_is(state: str, department: bool, building: bool, who: str) -> None:
    assert rules.who_has_it(state, department=department, building=building) == who


@pytest.mark.parametrize(
    ("state", "outcome", "handed_over", "group", "held"),
    [
        ("accepted", "", False, "trt", {"cases.open"}),
        ("answered", "solved", True, "trt", {"cases.open"}),
        ("closed", "solved", True, "trt", {"cases.solved", "cases.solved_trt"}),
        ("closed", "solved", False, "trt", {"cases.solved_trt"}),
        ("closed", "solved", True, "", {"cases.solved"}),
        ("closed", "explained", True, "trt", set()),
        ("closed", "not_possible", True, "trt", set()),
        ("withdrawn", "withdrawn", True, "trt", set()),
        ("merged", "merged", True, "trt", set()),
    ],
)
def test_only_closed_and_solved_counts_as_solved(
    state: str, outcome: str, handed_over: bool, group: str, held: set[str]
) -> None:
    told = rules.figures_held(
        state=state,
        outcome=outcome,
        open_states=("accepted", "answered"),
        handed_over=handed_over,
        group=group,
    )
    assert told == held


@pytest.mark.parametrize(
    ("words", "state", "outcome"),
    [
        ("已办结", "closed", "solved"),
        ("已解决：已与企业对接", "closed", "solved"),
        ("已办结:已与企业对接", "closed", "solved"),
        ("办结", "closed", "solved"),
        ("已完成", "closed", "solved"),
        ("是", "closed", "solved"),
        ("已办结：未解决", "closed", "not_possible"),
        ("已办结：因政策原因无法解决", "closed", "not_possible"),
        ("已办结（已向企业解释）", "closed", "explained"),
        ("已办结：已解释", "closed", "explained"),
        ("已解释", "closed", "explained"),
        ("退回", "returned", ""),
        ("退回：已与企业对接", "returned", ""),
        ("待交办", "accepted", ""),
        ("待交办：已与企业对接", "accepted", ""),
        ("已受理", "accepted", ""),
        ("已交办", "assigned", ""),
        ("已转办", "assigned", ""),
        ("办理中", "in_hand", ""),
        ("正在办理", "in_hand", ""),
        ("未办结", "in_hand", ""),
        ("未解决", "in_hand", ""),
        ("否", "in_hand", ""),
        ("持续推进", "in_hand", ""),
        ("挂起", "waiting", ""),
        ("待企业补充材料", "waiting", ""),
        ("已答复", "answered", "solved"),
        ("已答复，待回访", "answered", "solved"),
        ("重办", "reopened", ""),
        ("企业撤回", "withdrawn", "withdrawn"),
        ("重复件", "merged", "merged"),
        ("", "assigned", ""),
        ("联系过企业", "in_hand", ""),
    ],
)
def test_states_in_the_words_of_ledgers(words: str, state: str, outcome: str) -> None:
    assert read_state(words, "", department=True, closed=False) == (state, outcome)


@pytest.mark.parametrize(
    ("words", "remarks", "outcome"),
    [
        ("", "", "solved"),
        ("协调物业后企业表示满意", "", "solved"),
        ("无法解决", "", "not_possible"),
        ("已办结", "现行政策不允许，无法解决", "not_possible"),
        ("已办结", "已向企业作政策解释", "explained"),
        ("已答复", "", "solved"),
    ],
)
def test_a_closing_date_says_that_it_is_over(words: str, remarks: str, outcome: str) -> None:
    assert read_state(words, remarks, department=True, closed=True) == ("closed", outcome)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("税务", "tax"),
        ("房租", "rent"),
        ("人才公寓", "housing"),
        ("注册", "registration"),
        ("消防", "fire_safety"),
        ("电梯", "lift"),
        ("网络", "network"),
        ("停车难", "parking"),
        ("招聘", "recruitment"),
        ("发票额度不足，请协调", "tax"),
        ("营业执照地址变更，请协调", "registration"),
        ("租金与物业费过高，请协调", "rent"),
        ("别的事", ""),
    ],
)
def test_categories_in_the_words_of_ledgers(words: str, code: str) -> None:
    assert read_category(words) == code


def test_every_category_told_by_words_is_one_of_the_districts() -> None:
    from louyu.cases.commands.settings import CATEGORIES

    assert {code for code, _words in CATEGORY_WORDS} <= {row[0] for row in CATEGORIES}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("非常满意", "very_satisfied"),
        ("满意", "satisfied"),
        ("基本满意", "fair"),
        ("一般", "fair"),
        ("不满意", "dissatisfied"),
        ("非常不满意", "very_dissatisfied"),
        ("未回访", ""),
        ("", ""),
    ],
)
def test_satisfaction_in_the_words_of_ledgers(words: str, code: str) -> None:
    assert read_satisfaction(words) == code

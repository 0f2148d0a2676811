"""Who is told what about a case, when, and what it costs."""

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.cases import commands
from louyu.cases.models import Case, Category
from louyu.desk.commands import follow
from louyu.desk.models import Notification
from louyu.desk.queries import messages_page, unread_keys
from tests.factories import (
    BuildingFactory,
    CaseFactory,
    DepartmentFactory,
    EnterpriseFactory,
    OccupancyFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

WORKING, NIGHT, SUNDAY = "2023-09-27 10:00+08:00", "2023-09-27 22:00+08:00", "2023-09-24 10:00+08:00"


class Town:
    """A building with its administrator, an enterprise in it with its liaison, the tax department with two people."""

    def __init__(self) -> None:
        self.building, self.enterprise = BuildingFactory(), EnterpriseFactory()
        OccupancyFactory(enterprise=self.enterprise, unit=UnitFactory(building=self.building))
        self.tax = DepartmentFactory(name="税务局")
        self.administrator = user_with(Role.ADMINISTRATOR, self.building, name="林管理员")
        self.specialist = user_with(Role.SPECIALIST, self.tax, name="王专员")
        self.colleague = user_with(Role.SPECIALIST, self.tax, name="赵专员")
        self.liaison = user_with(Role.LIAISON, self.enterprise, name="陈联络员")
        self.office = user_with(Role.OFFICE, name="区楼宇办")

    def opened(self, category: str = "tax", by: User | None = None, **said: Any) -> Case:
        return commands.open_case(
            category=Category.rows_without_a_reader.get(code=category),
            text="发票额度不足，请协调",
            building=said.pop("building", self.building),
            enterprise=said.pop("enterprise", self.enterprise),
            by=by or self.liaison,
            **said,
        )


@pytest.fixture
def town(db: Any) -> Town:
    with time_machine.travel("2023-09-01 10:00+08:00", tick=False):
        return Town()


def told(user: User) -> list[str]:
    """What this user has unread now, the newest first."""
    return [m.text for m in messages_page(user, only_unread=True)[0]]


@time_machine.travel(WORKING, tick=False)
def test_a_new_case_goes_to_the_administrator_and_not_to_who_opened_it(town: Town) -> None:
    town.opened()
    assert told(town.administrator) == ["新办件，请受理"]
    town.opened(by=town.administrator)
    assert len(told(town.administrator)) == 1
    assert told(town.office) == told(town.specialist) == []


@time_machine.travel(WORKING, tick=False)
def test_a_case_without_a_building_goes_to_the_office(town: Town) -> None:
    town.opened(building=None)
    assert told(town.office) == ["新办件，请受理"]


@time_machine.travel(WORKING, tick=False)
def test_a_department_is_told_and_of_a_named_specialist_only_that_one(town: Town) -> None:
    commands.hand_over(town.opened(), to=town.tax, by=town.administrator)
    assert told(town.specialist) == told(town.colleague) == ["林管理员交给您办理"]
    assert told(town.administrator) == [], "who acts on a case has read what they were told of it"
    commands.hand_over(town.opened(), to=town.tax, handler=town.colleague, by=town.administrator)
    assert len(told(town.specialist)) == 1
    assert len(told(town.colleague)) == 2


@time_machine.travel(WORKING, tick=False)
def test_the_way_of_a_case_tells_whose_turn_it_is(town: Town) -> None:
    case = commands.hand_over(town.opened(), to=town.tax, handler=town.specialist, by=town.administrator)
    commands.pass_on(case, to=town.colleague, by=town.specialist)
    assert told(town.colleague) == ["王专员转交给您办理"]
    commands.return_case(case, reason="不归我们管", proposal="城管", by=town.colleague)
    assert told(town.administrator) == ["赵专员退回，请重新交办"]
    commands.hand_over(case, to=town.tax, handler=town.specialist, by=town.administrator)
    commands.ask_asker(case, text="请补充材料", by=town.specialist)
    assert told(town.liaison) == ["请您补充情况"]
    commands.asker_replies(case, text="已补充", by=town.liaison)
    assert told(town.liaison) == []
    assert told(town.specialist) == ["反映人补充了情况，时限继续计算"]
    commands.answer(case, outcome="solved", text="额度已调高", by=town.specialist)
    assert told(town.liaison) == ["您反映的问题已答复，请确认"]
    commands.reopen(case, reason="没有解决", by=town.liaison)
    assert told(town.administrator) == ["反映人要求重办"]


def test_at_night_nothing_is_shown_before_offices_open_but_danger_is(town: Town) -> None:
    with time_machine.travel(NIGHT, tick=False):
        town.opened()
        assert told(town.administrator) == []
        town.opened("fire_safety", kind="safety")
        assert told(town.administrator) == ["新办件，请受理"]
    with time_machine.travel("2023-09-28 08:29+08:00", tick=False):
        assert len(told(town.administrator)) == 1
    with time_machine.travel("2023-09-28 08:30+08:00", tick=False):
        assert len(told(town.administrator)) == 2


@time_machine.travel(WORKING, tick=False)
def test_who_follows_a_case_learns_of_each_step_once_until_they_read(town: Town) -> None:
    case = town.opened()
    follow(about=case, by=town.office)
    commands.hand_over(case, to=town.tax, by=town.administrator)
    commands.take(case, by=town.specialist)
    assert told(town.office) == ["您关注的办件有新进展"]
    commands.note(case, text="已电话联系", by=town.specialist)
    Notification.rows_without_a_reader.filter(user=town.office).update(read_at=timezone.now())
    commands.answer(case, outcome="solved", text="额度已调高", by=town.specialist)
    assert told(town.office) == ["您关注的办件有新进展"]


@time_machine.travel(WORKING, tick=False)
def test_who_follows_a_building_or_an_enterprise_learns_of_a_new_case_there_and_of_no_more(
    town: Town,
) -> None:
    follow(about=town.building, by=town.office)
    follow(about=town.enterprise, by=town.office)
    case = town.opened()
    assert told(town.office) == ["您关注的地方有新办件"]
    commands.take(case, by=town.administrator)
    assert len(told(town.office)) == 1


@time_machine.travel(WORKING, tick=False)
def test_a_note_among_staff_tells_no_asker_that_follows_the_case(town: Town) -> None:
    case = town.opened()
    follow(about=case, by=town.liaison)
    commands.note(case, text="内部情况", by=town.administrator)
    assert told(town.liaison) == []


def at(hour: int, day: str = "2023-09-27") -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(f"{day} {hour:02}:00"))


@time_machine.travel(WORKING, tick=False)
def test_what_ends_today_and_what_is_overdue_is_said_to_who_has_it_once(town: Town) -> None:
    held = {"department": town.tax, "raised_at": at(9, "2023-09-20"), "enterprise": town.enterprise}
    CaseFactory(building=town.building, state="assigned", deadline=at(17), **held)
    CaseFactory(building=town.building, state="in_hand", handler=town.specialist, deadline=at(9), **held)
    CaseFactory(building=town.building, state="accepted", accept_by=at(9), **held | {"department": None})
    CaseFactory(building=town.building, state="waiting", deadline=at(9), **held)
    CaseFactory(building=town.building, state="assigned", deadline=at(9, "2023-09-28"), **held)
    assert commands.remind() == 3
    assert commands.remind() == 3
    assert told(town.colleague) == ["今天到期，请在今天答复"]
    assert sorted(told(town.specialist)) == ["今天到期，请在今天答复", "已超过时限，请尽快答复"]
    assert told(town.administrator) == ["已超过时限，请尽快答复"]
    Notification.rows_without_a_reader.update(read_at=timezone.now())
    commands.remind()
    assert told(town.administrator) == [], "who has read it is not told again on the same day"
    with time_machine.travel("2023-09-28 10:00+08:00", tick=False):
        commands.remind()
        assert told(town.administrator) == ["已超过时限，请尽快答复"]


@pytest.mark.parametrize("moment", [SUNDAY, NIGHT])
def test_nobody_is_reminded_on_a_day_off_or_at_night(town: Town, moment: str) -> None:
    CaseFactory(building=town.building, raised_at=at(9, "2023-09-20"), deadline=at(9, "2023-09-21"))
    with time_machine.travel(moment, tick=False):
        assert commands.remind() == 0
    assert Notification.rows_without_a_reader.count() == 0


@time_machine.travel(WORKING, tick=False)
def test_reminding_of_many_cases_asks_no_more_than_of_one(town: Town, django_assert_num_queries: Any) -> None:
    for number in (1, 30):
        for _n in range(number):
            CaseFactory(building=town.building, raised_at=at(9, "2023-09-20"), deadline=at(9, "2023-09-21"))
        with django_assert_num_queries(6):  # calendar twice; cases; who has them; who was told; the rows
            commands.remind()


@time_machine.travel(WORKING, tick=False)
def test_what_somebody_may_not_see_any_more_is_not_shown_to_them(town: Town) -> None:
    case = commands.hand_over(town.opened(), to=town.tax, by=town.administrator)
    assert len(unread_keys(town.colleague)) == 1
    Case.rows_without_a_reader.filter(pk=case.pk).update(department=DepartmentFactory())
    assert told(town.colleague) == []
    assert unread_keys(town.colleague) == []

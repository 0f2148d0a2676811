"""Nobody is told the same twice while it is unread, nor disturbed after hours, nor shown what is not theirs."""

import datetime
import itertools
from typing import Any

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from louyu.accounts import policy
from louyu.accounts.models import Grant, User
from louyu.core.calendar import OFFICE_HOURS, seeded
from louyu.desk import commands, queries
from louyu.desk.models import NamedView, Note, Notification
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
START = datetime.datetime.fromisoformat("2023-09-25 00:00+08:00")
DAYS = 14
"""With a weekend, the autumn holidays and a worked Saturday."""

steps = st.lists(
    st.tuples(
        st.integers(0, DAYS * 24 * 60),  # the minute
        st.sampled_from(["tell", "urgent", "read one", "read all"]),
        st.integers(0, 1),  # who
        st.integers(0, 1),  # of what
        st.sampled_from(["handed", "answered"]),
    ),
    min_size=1,
    max_size=25,
)


def seen(user: User) -> set[Any]:
    return {row.pk for row in queries.unread(user)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_same_matter_meets_nobody_twice_unread_and_nothing_new_shows_after_hours(
    steps: list[tuple[int, str, int, int, str]],
) -> None:
    users, things = [user_with("office") for _ in range(2)], [BuildingFactory() for _ in range(2)]
    days, before = seeded(), {user.pk: set() for user in users}
    stops = sorted({minute for minute, *_rest in steps} | set(range(0, DAYS * 24 * 60, 12 * 60)))
    for minute in stops:
        now = START + datetime.timedelta(minutes=minute)
        with time_machine.travel(now, tick=False):
            for _at, act, who, what, kind in [step for step in steps if step[0] == minute]:
                user = users[who]
                if act in ("tell", "urgent"):
                    commands.notify(
                        commands.Telling([user.pk], kind, "说", things[what], urgent=act == "urgent")
                    )
                elif act == "read all":
                    commands.mark_read(user)
                elif unread := sorted(seen(user)):
                    commands.mark_read(user, of=unread[:1])
            for user in users:
                rows = list(queries.unread(user))
                matters = [(row.kind, row.about) for row in rows]
                assert len(matters) == len(set(matters))
                assert {row.pk for row in rows} == {key for key, _about in queries.unread_keys(user)}
                disturbed = {row.pk for row in rows if not row.urgent and row.shown_from == now} - before[
                    user.pk
                ]
                working = (
                    days.is_working_day(now.date()) and OFFICE_HOURS.begins <= now.time() < OFFICE_HOURS.ends
                )
                assert working or not disturbed
                assert all(
                    row.urgent
                    or OFFICE_HOURS.begins
                    <= row.shown_from.astimezone(START.tzinfo).time()
                    < OFFICE_HOURS.ends
                    for row in rows
                )
                before[user.pk] = {row.pk for row in rows}


def test_without_the_constraint_the_walk_would_find_a_double_message() -> None:
    office, building = user_with("office"), BuildingFactory()
    telling = commands.Telling([office.pk], "handed", "说", building, urgent=True)
    commands.notify(telling)
    commands.notify(telling)
    assert queries.unread(office).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX told_once_while_unread")
    commands.notify(telling)
    assert queries.unread(office).count() == 2


class World:
    """Two of each: buildings, enterprises, departments, cases; every role over each of them; all that a desk holds."""

    def __init__(self) -> None:
        self.buildings = [BuildingFactory() for _ in range(2)]
        self.enterprises = [EnterpriseFactory() for _ in range(2)]
        self.departments = [DepartmentFactory() for _ in range(2)]
        self.users = [user_with("office"), user_with("system"), user_with("audit"), user_with("member")]
        self.things: list[Any] = [*self.buildings, *self.enterprises]
        for building, enterprise, department in zip(
            self.buildings, self.enterprises, self.departments, strict=True
        ):
            OccupancyFactory(enterprise=enterprise, unit=UnitFactory(building=building))
            self.things.append(CaseFactory(building=building, enterprise=enterprise, department=department))
            for role in ("chief", "administrator", "chair"):
                self.users.append(user_with(role, building))
            self.users.append(user_with("secretary", building.area))
            self.users.append(user_with("subdistrict", building.area.parent))
            self.users.append(user_with("liaison", enterprise))
            self.users += [user_with(role, department) for role in ("specialist", "department_lead")]
        for thing, user in itertools.product(self.things, self.users):
            commands.notify(commands.Telling([user.pk], "kind", "说", thing, urgent=True))
            Note.rows_without_a_reader.create(
                about_model=thing._meta.label, about=thing.pk, text="备注", by=user
            )
        for user in self.users:
            grant = user.running_grants[0]
            for shared in NamedView.Shared.values:
                NamedView.rows_without_a_reader.create(
                    user=user,
                    list="cases",
                    path="/cases/",
                    name=f"{shared} {user.username}",
                    shared=shared,
                    role=grant.role,
                    scope_kind=grant.scope_kind,
                    scope_id=grant.scope_id,
                )

    def sees(self, user: User, thing: Any) -> bool:
        return bool(type(thing).objects.for_reader(user).filter(pk=thing.pk).exists())


def test_nobody_finds_on_their_desk_what_is_not_theirs() -> None:
    world = World()
    staff = {"office", "subdistrict", "secretary", "administrator", "chief", "specialist", "department_lead"}
    for user in world.users:
        (grant,) = user.running_grants
        here = {thing.pk for thing in world.things if world.sees(user, thing)}
        told = list(queries.notifications(user))
        assert {row.user_id for row in told} <= {user.pk}
        assert {row.about for row in told} == here
        assert {about for _key, about in queries.unread_keys(user)} == here
        notes = {thing.pk: queries.notes_on(user, thing.pk) for thing in world.things}
        found = {about for about, notes_there in notes.items() if notes_there}
        assert found == (here if grant.role in staff else set())
        for view in queries.views(user):
            (of,) = Grant.rows_without_a_reader.filter(user=view.user_id)
            reached = {
                "": view.user_id == user.pk,
                "everybody": True,
                "role": of.role == grant.role,
                "scope": (of.scope_kind, of.scope_id) == (grant.scope_kind, grant.scope_id),
            }
            assert reached[view.shared]


def test_predicate_and_rows_of_the_desk_agree_for_everybody() -> None:
    world = World()
    held: dict[str, list[Any]] = {
        "desk.see_notification": list(Notification.rows_without_a_reader.all()[::37]),
        "desk.see_note": list(Note.rows_without_a_reader.all()[::37]),
        "desk.mend_note": list(Note.rows_without_a_reader.all()[::37]),
        "desk.see_namedview": list(NamedView.rows_without_a_reader.all()[::7]),
        "desk.keep_view": list(NamedView.rows_without_a_reader.all()[::7]),
    }
    for user, (action, records) in itertools.product(world.users, held.items()):
        kept = {
            row.pk
            for row in type(records[0]).rows_without_a_reader.filter(
                policy.rows(user, action, type(records[0]))
            )
        }
        for record in records:
            assert policy.may(user, action, record) == (record.pk in kept)

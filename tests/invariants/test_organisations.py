"""One secretary at a time, one home for a member, one period of an organisation: whoever writes at once."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from louyu.accounts.queries import trail_faults
from louyu.core.errors import Refusal
from louyu.organisations import commands, queries
from louyu.organisations.models import Appointment, Coverage, Membership, Organisation, Period
from louyu.organisations.rules.kinds import Kind, may_stand_under
from tests import factories

CLIENTS = 8
DAY = datetime.date(2024, 3, 1)


def at_once(write: Callable[[int], object]) -> int:
    """So many clients write at the same moment: how many were taken."""
    start, taken = threading.Barrier(CLIENTS), []

    def one(number: int) -> None:
        start.wait()
        try:
            write(number)
            taken.append(1)
        except DatabaseError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken)


@pytest.mark.django_db(transaction=True)
def test_of_many_secretaries_at_once_exactly_one_is_named() -> None:
    organisation = factories.OrganisationFactory()
    persons = [factories.PersonFactory() for _n in range(CLIENTS)]

    def name(number: int) -> None:
        Appointment(organisation=organisation, person=persons[number], office="secretary", since=DAY).save(
            force_insert=True
        )

    assert at_once(name) == Appointment.rows_without_a_reader.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_homes_at_once_a_member_has_exactly_one() -> None:
    homes = [factories.OrganisationFactory() for _n in range(CLIENTS)]
    person = factories.PersonFactory()

    def attach(number: int) -> None:
        Membership(
            person=person, organisation=homes[number], status="attached", since=DAY, basis="roster"
        ).save(force_insert=True)

    assert at_once(attach) == Membership.rows_without_a_reader.count() == 1


class District(RuleBasedStateMachine):
    """Organisations founded, renamed, moved, merged and dissolved in any order, on days that move on."""

    def __init__(self) -> None:
        super().__init__()
        self.office = factories.user_with("office")
        self.area = factories.AreaFactory()
        self.secretary = factories.user_with("secretary", self.area)
        self.day = datetime.date(2020, 1, 1)
        self.number = 0
        self.refusals: list[Refusal] = []
        self.found_on: dict[datetime.date, set[tuple[str, str | None]]] = {}

    def next_day(self) -> datetime.date:
        self.day += datetime.timedelta(days=7)
        return self.day

    def some(self, data: st.DataObject) -> Organisation | None:
        there = list(Organisation.rows_without_a_reader.filter(dissolved__isnull=True).order_by("pk"))
        return data.draw(st.sampled_from(there)) if there else None

    def attempt(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Refusal as refusal:
            self.refusals.append(refusal)
        self.found_on[self.day] = as_it_is()

    @rule(data=st.data(), kind=st.sampled_from(Kind))
    def found(self, data: st.DataObject, kind: Kind) -> None:
        self.number += 1
        under = self.some(data) or self.area
        name, since = f"组织{self.number}", self.next_day()
        self.attempt(lambda: commands.found(under, kind=kind, name=name, since=since, by=self.office))

    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        if one := self.some(data):
            self.number += 1
            name, since = f"组织{self.number}", self.next_day()
            self.attempt(lambda: commands.rename(one, name=name, since=since, by=self.office))

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        one, parent = self.some(data), self.some(data)
        if one and parent:
            since = self.next_day()
            self.attempt(
                lambda: commands.move(
                    one, parent=parent, area=self.area, buildings=[], since=since, by=self.office
                )
            )

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        one, into = self.some(data), self.some(data)
        if one and into:
            since = self.next_day()
            self.attempt(lambda: commands.merge(one, into=into, since=since, by=self.office))

    @rule(data=st.data())
    def dissolve(self, data: st.DataObject) -> None:
        if one := self.some(data):
            since = self.next_day()
            self.attempt(lambda: commands.dissolve(one, since=since, by=self.office))

    @rule(data=st.data(), guest=st.booleans())
    def enrol(self, data: st.DataObject, guest: bool) -> None:
        if one := self.some(data):
            since, person = self.next_day(), factories.PersonFactory()
            self.attempt(
                lambda: commands.enrol(one, person=person, since=since, guest=guest, by=self.secretary)
            )

    @invariant()
    def the_tree_of_every_past_day_is_as_it_was_on_it(self) -> None:
        for day, told in list(self.found_on.items())[-6:]:
            assert as_it_was(day) == told, day

    @invariant()
    def every_refusal_says_what_to_do(self) -> None:
        assert all(refusal.field and refusal.mend for refusal in self.refusals)

    @invariant()
    def everything_stands_where_it_may(self) -> None:
        for one in Organisation.rows_without_a_reader.filter(dissolved__isnull=True):
            superior = one.parent
            assert superior is None or superior.dissolved is None
            assert may_stand_under(Kind(one.kind), Kind(superior.kind) if superior else None)
            assert len(queries.path_to(one, self.office)) <= 5

    @invariant()
    def nothing_is_left_with_what_is_dissolved(self) -> None:
        for model in (Membership, Coverage, Appointment):
            left = model.rows_without_a_reader.filter(
                until__isnull=True, organisation__dissolved__isnull=False
            )
            assert not left.exists()

    def teardown(self) -> None:
        assert list(trail_faults()) == []
        for model in (Membership, Coverage, Appointment, Period):
            model.rows_without_a_reader.all().delete()
        Organisation.rows_without_a_reader.update(parent=None, merged_into=None)
        Organisation.rows_without_a_reader.all().delete()


def as_it_is() -> set[tuple[str, str | None]]:
    """Name and superior of every organisation by its own row."""
    rows = Organisation.rows_without_a_reader.filter(dissolved__isnull=True)
    return {(o.name, str(o.parent_id)) for o in rows}


def as_it_was(day: datetime.date) -> set[tuple[str, str | None]]:
    """The same by the periods that run on a day."""
    rows = Period.rows_without_a_reader.filter(queries.running(day))
    return {(p.name, str(p.parent_id)) for p in rows}


@pytest.mark.django_db
def test_whatever_is_done_the_tree_of_every_day_stays_as_it_was() -> None:
    assert timezone.localdate() > datetime.date(2022, 1, 1)  # the days of the walk are in the past
    run_state_machine_as_test(
        District,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

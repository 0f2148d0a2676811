"""One chief at a time and no duty twice, whoever writes at once; rights are what duties and absences say."""

import datetime
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from louyu.accounts.models import Grant, User
from louyu.accounts.queries import trail_faults
from louyu.core.errors import Refusal
from louyu.duties import commands
from louyu.duties.models import Absence, Duty
from louyu.duties.queries import who_answers
from louyu.people.models import Person
from louyu.places.models import Building
from tests.factories import BuildingFactory, PersonFactory, UserFactory, user_with

CLIENTS = 8


def chiefs_at_once(clients: int) -> tuple[int, int]:
    """So many clients name a chief of one building at the same moment: how many were taken, how many are there."""
    building = BuildingFactory()
    persons = [PersonFactory() for _ in range(clients)]
    start, taken = threading.Barrier(clients), []

    def name_chief(person: Person) -> None:
        start.wait()
        try:
            Duty(person=person, role="chief", building=building).save(force_insert=True)
            taken.append(1)
        except DatabaseError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=name_chief, args=(p,)) for p in persons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken), Duty.rows_without_a_reader.filter(building=building).count()


@pytest.mark.django_db(transaction=True)
def test_of_many_chiefs_at_once_exactly_one_is_named() -> None:
    assert chiefs_at_once(CLIENTS) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_the_race_is_lost() -> None:
    """The race above can fail: with the constraint dropped, all of them get in."""
    constraint = next(c for c in Duty._meta.constraints if c.name == "one_chief_at_a_time")
    triggers: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'one_chief%%'"
            )
            triggers = cursor.fetchall()
            assert len(triggers) == 2
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("ALTER TABLE duties_duty DROP CONSTRAINT one_chief_at_a_time")
    try:
        assert chiefs_at_once(CLIENTS) == (CLIENTS, CLIENTS)
    finally:
        Duty.rows_without_a_reader.all().delete()
        with connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)
        if not triggers:
            with connection.schema_editor() as editor:
                editor.add_constraint(Duty, constraint)


@pytest.mark.django_db
def test_other_roles_are_many_and_chiefs_follow_one_another() -> None:
    building, today = BuildingFactory(), timezone.localdate()
    for role in ("administrator", "administrator", "specialist", "specialist"):
        Duty(person=PersonFactory(), role=role, building=building).save()
    Duty(person=PersonFactory(), role="chief", building=building, until=today).save()
    Duty(person=PersonFactory(), role="chief", building=building, since=today).save()
    assert Duty.rows_without_a_reader.filter(building=building).count() == 6


def _day(n: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=n)


LOOKED_AT = range(16)
NUMBERS = st.integers(0, 3)


class Deputies(RuleBasedStateMachine):
    """People are appointed, leave, go away and come back; on every day the rights follow."""

    office: User
    persons: list[Person]
    buildings: list[Building]

    def __init__(self) -> None:
        super().__init__()
        self.office = user_with("office")
        self.persons = [PersonFactory(user=UserFactory()) for _ in range(4)]
        self.buildings = [BuildingFactory() for _ in range(2)]

    @property
    def duties(self) -> list[Duty]:
        """Those of this walk; earlier ones left theirs."""
        return list(Duty.rows_without_a_reader.filter(building__in=self.buildings).order_by("pk"))

    @property
    def absences(self) -> list[Absence]:
        return list(Absence.rows_without_a_reader.filter(person__in=self.persons).order_by("pk"))

    def _try(self, what: object, *args: object, **kwargs: object) -> None:
        try:
            with transaction.atomic():
                what(*args, **kwargs, by=self.office)  # type: ignore[operator]
        except Refusal:
            pass

    @rule(person=NUMBERS, building=st.integers(0, 1), start=st.integers(0, 6))
    def appoint(self, person: int, building: int, start: int) -> None:
        self._try(
            commands.appoint,
            self.buildings[building],
            role="administrator",
            person=self.persons[person],
            since=_day(start),
        )

    @precondition(lambda self: bool(self.duties))
    @rule(which=st.integers(0, 20), end=st.integers(0, 14))
    def leave(self, which: int, end: int) -> None:
        self._try(commands.end_duty, self.duties[which % len(self.duties)], until=_day(end))

    @precondition(lambda self: bool(self.duties))
    @rule(
        which=st.integers(0, 20),
        start=st.integers(0, 10),
        length=st.integers(1, 6),
        deputy=st.none() | NUMBERS,
    )
    def go_away(self, which: int, start: int, length: int, deputy: int | None) -> None:
        self._try(
            commands.record_absence,
            self.duties[which % len(self.duties)],
            since=_day(start),
            until=_day(start + length),
            deputy=None if deputy is None else self.persons[deputy],
        )

    @precondition(lambda self: bool(self.absences))
    @rule(which=st.integers(0, 20), end=st.integers(0, 12))
    def come_back(self, which: int, end: int) -> None:
        self._try(commands.end_absence, self.absences[which % len(self.absences)], until=_day(end))

    @invariant()
    def rights_are_what_the_facts_say(self) -> None:
        grants = list(Grant.rows_without_a_reader.filter(role="administrator"))
        absences = self.absences
        for building in self.buildings:
            for n in LOOKED_AT:
                on = _day(n)
                granted = {
                    g.user_id
                    for g in grants
                    if g.scope_id == building.pk and g.since <= on and (g.until is None or g.until > on)
                }
                acting = {a.person.user_id for a in who_answers(building, "administrator", day=on)}
                assert acting <= granted, "whoever acts has the rights"
                holders = {
                    d.person_id
                    for d in Duty.rows_without_a_reader.filter(building=building)
                    if (d.since or on) <= on and (d.until is None or d.until > on)
                }
                assert granted <= self._may_have(holders, absences, on), "and nobody else has them"

    def _may_have(self, holders: set[object], absences: list[Absence], on: datetime.date) -> set[object]:
        """Users of the holders and, step by step, of those who stand in for somebody of them away that day."""
        reached = set(holders)
        for _ in self.persons:
            reached |= {
                a.deputy_id
                for a in absences
                if a.person_id in reached and a.since <= on < a.until and a.deputy_id
            }
        return {p.user_id for p in self.persons if p.pk in reached}

    def teardown(self) -> None:
        """Every walk leaves a trail without a fault."""
        assert list(trail_faults()) == []


@pytest.mark.django_db
def test_rights_follow_duties_and_absences_on_every_day() -> None:
    run_state_machine_as_test(
        Deputies,
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

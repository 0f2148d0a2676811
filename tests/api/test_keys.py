"""``Idempotency-Key``: the same request is done once and answered the same way, whatever happens on the way."""

import datetime
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, connections
from django.utils import timezone

from louyu.cases.models import Case
from louyu.integrations.models import KeyedAnswer
from louyu.integrations.rules import KEPT
from tests.factories import BuildingFactory, CaseFactory, user_with

CASE = {"category": "parking", "text": "地下车库车位不够"}


def count():
    return Case.rows_without_a_reader.count()


def keyed(key):
    return {"Idempotency-Key": key}


@pytest.mark.django_db
def test_same_key_and_body_get_the_same_answer_and_one_case(machine):
    system = machine()
    first = system.post("cases", CASE, **keyed("k"))
    again = system.post("cases", CASE, **keyed("k"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["Location"], again["Content-Type"]) == (
        first.content,
        first["Location"],
        first["Content-Type"],
    )
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert count() == 1


@pytest.mark.django_db
def test_the_answer_stays_although_the_case_has_moved_on(machine):
    system = machine()
    case = system.post("cases", CASE, **keyed("k")).json()
    system.post(f"cases/{case['id']}/take")
    assert system.post("cases", CASE, **keyed("k")).json() == case


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused_and_nothing_done(machine):
    system = machine()
    system.post("cases", CASE, **keyed("k"))
    refused = system.post("cases", CASE | {"text": "电梯坏了"}, **keyed("k"))
    assert refused.status_code == 422
    assert refused.json()["field"] == "Idempotency-Key"
    assert refused.json()["value"] == "k"
    assert count() == 1


@pytest.mark.django_db
def test_another_address_under_the_same_key_is_refused(machine):
    system, case = machine(), CaseFactory()
    assert system.post(f"cases/{case.pk}/note", {"text": "已去现场"}, **keyed("k")).status_code == 200
    assert system.post(f"cases/{case.pk}/ask_asker", {"text": "已去现场"}, **keyed("k")).status_code == 422


@pytest.mark.django_db
def test_keys_are_each_user_s_own(machine):
    for system in (machine(), machine()):
        assert system.post("cases", CASE, **keyed("k")).status_code == 201
    assert count() == 2


@pytest.mark.django_db
def test_a_refused_write_leaves_its_key_free_to_be_mended(machine):
    system = machine()
    assert system.post("cases", CASE | {"category": "lunch"}, **keyed("k")).status_code == 422
    assert KeyedAnswer.rows_without_a_reader.count() == 0
    assert system.post("cases", CASE, **keyed("k")).status_code == 201


@pytest.mark.django_db
def test_a_transition_repeated_by_its_key_is_done_once_and_not_refused(machine):
    system, case = machine(), CaseFactory()
    answers = [system.post(f"cases/{case.pk}/take", **keyed("k")) for _n in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert system.post(f"cases/{case.pk}/take").status_code == 409


@pytest.mark.django_db
def test_writes_without_a_key_are_each_done(machine):
    system = machine()
    ids = {system.post("cases", CASE).json()["id"] for _n in range(2)}
    assert len(ids) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused_with_its_form(machine, key):
    refused = machine().post("cases", CASE, **keyed(key))
    assert (refused.status_code, refused.json()["field"]) == (422, "Idempotency-Key")
    assert "255" in refused.json()["mend"]
    assert count() == 0


@pytest.mark.django_db
def test_answers_are_kept_for_a_day_and_forgotten_later(machine):
    system = machine()
    case = system.post("cases", CASE, **keyed("k")).json()
    now = timezone.now()
    with time_machine.travel(now + datetime.timedelta(hours=24)):
        assert system.post("cases", CASE, **keyed("k")).json() == case
    with time_machine.travel(now + KEPT + datetime.timedelta(hours=1)):
        system.get("cases")
        assert KeyedAnswer.rows_without_a_reader.count() == 0


def _at_once(system, building, times=6):
    """The same write from so many clients at the same moment; their answers."""
    gate = threading.Barrier(times)
    body = CASE | {"building": str(building.pk)}

    def write(_n):
        try:
            gate.wait()
            return system.post("cases", body, **keyed("race"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as clients:
        return list(clients.map(write, range(times)))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_one_key_exactly_one_is_done(machine):
    answers = _at_once(machine(), BuildingFactory())
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert sum("Idempotent-Replayed" not in a for a in answers) == 1
    assert count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_the_race_doubles(machine):
    """So the test above can fail. On SQLite the one writer at a time decides before the constraint is asked."""
    (constraint,) = KeyedAnswer._meta.constraints
    with connection.schema_editor() as editor:
        editor.remove_constraint(KeyedAnswer, constraint)
    try:
        _at_once(machine(), BuildingFactory())
        assert count() > 1
    finally:
        KeyedAnswer.rows_without_a_reader.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(KeyedAnswer, constraint)


@pytest.mark.django_db
def test_a_write_that_fails_in_the_middle_leaves_neither_case_nor_key(machine, monkeypatch):
    system = machine(user_with("office"))
    system.client.raise_request_exception = False
    monkeypatch.setattr("louyu.integrations.door.keep_answer", lambda *a, **k: 1 / 0)
    assert system.post("cases", CASE, **keyed(str(uuid.uuid4()))).status_code == 500
    assert (count(), KeyedAnswer.rows_without_a_reader.count()) == (0, 0)

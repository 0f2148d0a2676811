"""I10: every command leaves an entry, and whatever is done to the trail behind its back is found."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from louyu.accounts.commands import alone, command, console_user, record, save_changed
from louyu.accounts.models import AuditChange, AuditEntry, User
from louyu.accounts.queries import trail_faults
from tests.imports.books import bring_in, building, buildings, enterprise, enterprises

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(db: None) -> None:
    """A few entries with changes, made by commands."""
    bring_in(buildings(building("云帆大厦")))
    bring_in(enterprises(enterprise(1), enterprise(2, "1302")))
    bring_in(enterprises(enterprise(1, staff=20), enterprise(2, "1302")))
    assert list(trail_faults()) == []
    assert AuditEntry.rows_without_a_reader.count() >= 5


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def newest() -> int:
    return AuditEntry.rows_without_a_reader.order_by("-sequence").values_list("sequence", flat=True)[0]


def alter_reason() -> None:
    sql("UPDATE accounts_auditentry SET reason = 'x' WHERE sequence = 2")


def alter_a_value() -> None:
    change = AuditChange.rows_without_a_reader.filter(after__contains='"staff":20').get()
    sql(
        "UPDATE accounts_auditchange SET after = %s WHERE id = %s",
        change.after.replace("20", "21"),
        change.pk,
    )


def remove_an_entry() -> None:
    sql("DELETE FROM accounts_auditchange WHERE entry_id = 3")
    sql("DELETE FROM accounts_auditentry WHERE sequence = 3")


def remove_the_newest() -> None:
    last = newest()
    sql("DELETE FROM accounts_auditchange WHERE entry_id = %s", last)
    sql("DELETE FROM accounts_auditentry WHERE sequence = %s", last)


def remove_a_change() -> None:
    sql("DELETE FROM accounts_auditchange WHERE id = (SELECT MIN(id) FROM accounts_auditchange)")


def insert_a_change() -> None:
    sql(
        "INSERT INTO accounts_auditchange (entry_id, position, model, subject, after)"
        " SELECT 2, 9999, model, subject, after FROM accounts_auditchange ORDER BY id LIMIT 1"
    )


def insert_an_entry() -> None:
    sql(
        "INSERT INTO accounts_auditentry (sequence, at, by_id, action, reason, changes_digest, digest)"
        " SELECT %s, at, by_id, action, 'x', changes_digest, digest FROM accounts_auditentry WHERE sequence = 2",
        newest() + 1,
    )


def swap_two_entries() -> None:
    for name in ("reason", "action", "at"):
        sql(
            f"UPDATE accounts_auditentry SET {name} = (SELECT o.{name} FROM accounts_auditentry o"
            " WHERE o.sequence = 5 - accounts_auditentry.sequence) WHERE sequence IN (2, 3)"
        )


@pytest.mark.parametrize(
    "tamper",
    [
        alter_reason,
        alter_a_value,
        remove_an_entry,
        remove_the_newest,
        remove_a_change,
        insert_a_change,
        insert_an_entry,
        swap_two_entries,
    ],
)
def test_tampering_is_found(trail: None, tamper: Callable[[], None]) -> None:
    tamper()
    assert list(trail_faults()) != []


def test_a_command_without_an_entry_is_an_error_and_keeps_nothing(db: None) -> None:
    @command("accounts.keep_users")
    def forgetful(user: User, *, by: User) -> None:
        save_changed(user, name="changed")

    user = console_user()
    with pytest.raises(RuntimeError):
        forgetful(user, by=user)
    assert User.rows_without_a_reader.get(pk=user.pk).name != "changed"


def test_commands_within_commands_and_what_was_taken_back_leave_a_whole_chain(db: None) -> None:
    user = console_user()

    @command("accounts.keep_users")
    def inner(user: User, name: str, *, by: User) -> None:
        alone()
        record(save_changed(user, name=name))

    @command("accounts.keep_users")
    def outer(user: User, *, by: User) -> None:
        alone()
        inner(user, "甲", by=by)
        with transaction.atomic():
            inner(user, "乙", by=by)
            record(save_changed(user, name="丙"))
            transaction.set_rollback(True)
        user.refresh_from_db()
        record(save_changed(user, name="丁"))
        record(save_changed(user, name="戊"))

    before = newest()
    outer(user, by=user)
    assert newest() == before + 3
    assert list(trail_faults()) == []


def test_a_head_that_was_taken_back_is_not_built_on(db: None) -> None:
    user = console_user()

    @command("accounts.keep_users")
    def mistaken(user: User, *, by: User) -> None:
        with transaction.atomic():
            record(save_changed(user, name="甲"))
            alone()
            transaction.set_rollback(True)
        record(save_changed(user, name="乙"))

    before = newest()
    with pytest.raises(RuntimeError):
        mistaken(user, by=user)
    assert newest() == before
    assert list(trail_faults()) == []

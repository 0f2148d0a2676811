"""The desk by machine: whose notifications and views, and that they are read once."""

import pytest

from louyu.desk import commands, queries
from tests.factories import BuildingFactory, user_with

pytestmark = pytest.mark.django_db


def tell(user, *things):
    commands.notify(*(commands.Telling([user.pk], "handed", "交给您办理", t, urgent=True) for t in things))


def test_a_machine_reads_what_its_user_was_told(machine):
    user, building = user_with("office"), BuildingFactory(name="云帆大厦")
    tell(user, building)
    tell(user_with("office"), building)
    (told,) = machine(user).items("notifications")
    assert (told["text"], told["about_words"], told["read_at"]) == ("交给您办理", "云帆大厦", None)
    assert told["link"] == f"/buildings/{building.pk}/"


def test_it_is_read_once_and_only_by_its_user(machine):
    user, building = user_with("office"), BuildingFactory()
    tell(user, building)
    system = machine(user)
    (told,) = system.items("notifications?unread=true")
    assert machine(user_with("office")).post(f"notifications/{told['id']}/read").status_code == 404
    first = system.post(f"notifications/{told['id']}/read").json()
    assert first["read_at"]
    assert system.post(f"notifications/{told['id']}/read").json() == first
    assert system.items("notifications?unread=true") == []
    assert len(system.items("notifications")) == 1


def test_reading_asks_for_its_scope(machine):
    user = user_with("office")
    tell(user, BuildingFactory())
    system = machine(user, scopes=["notifications:read"])
    (told,) = system.items("notifications")
    assert system.post(f"notifications/{told['id']}/read").status_code == 403
    assert len(queries.unread_keys(user)) == 1


def test_a_machine_reads_its_users_views_and_those_shared_with_them(machine):
    user, other = user_with("office"), user_with("office")
    for by, name, shared in ((user, "我的", ""), (other, "别人的", ""), (other, "大家的", "everybody")):
        commands.keep_view(
            list_name="cases", path="/cases/", query="state=open", name=name, shared=shared, by=by
        )
    found = machine(user).items("views")
    assert sorted((v["name"], v["own"], v["link"], v["fault"]) for v in found) == [
        ("大家的", False, "/cases/?state=open", ""),
        ("我的", True, "/cases/?state=open", ""),
    ]


def test_the_number_of_queries_does_not_grow_with_the_notifications(machine, django_assert_num_queries):
    user = user_with("office")
    system = machine(user)
    system.get("notifications")  # the day of the first use is noted
    for count in (1, 8):
        tell(user, *BuildingFactory.create_batch(count))
        with django_assert_num_queries(
            4
        ):  # the token with its user; grants; the rows; the buildings they are about
            assert len(system.items("notifications?limit=100")) >= count

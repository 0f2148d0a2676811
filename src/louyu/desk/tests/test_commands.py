"""Notes, follows and named views: what each may hold, who may do what, what the trail keeps."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from louyu.accounts.models import AuditEntry
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.desk import commands, queries
from louyu.desk.models import Follow, NamedView, Note, Notification
from tests.factories import BuildingFactory, CaseFactory, EnterpriseFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def building():
    return BuildingFactory()


@pytest.fixture
def administrator(building):
    return user_with("administrator", building, name="林管理员")


@pytest.fixture
def office():
    return user_with("office", name="区楼宇办")


# Notes


def test_a_note_is_read_by_the_staff_that_see_the_thing(building, administrator, office):
    commands.write_note(about=building, text="大堂的灯坏了", by=administrator)
    assert [n.text for n in queries.notes_on(office, building.pk)] == ["大堂的灯坏了"]
    assert queries.notes_on(user_with("administrator", BuildingFactory()), building.pk) == []


def test_no_liaison_reads_or_writes_notes_on_their_enterprise(office):
    enterprise = EnterpriseFactory()
    liaison = user_with("liaison", enterprise)
    commands.write_note(about=enterprise, text="续租意向不强", by=office)
    assert queries.notes_on(liaison, enterprise.pk) == []
    with pytest.raises(NotPermitted):
        commands.write_note(about=enterprise, text="我来写", by=liaison)


def test_who_does_not_see_a_thing_writes_no_note_on_it(administrator):
    with pytest.raises(ObjectDoesNotExist):
        commands.write_note(about=BuildingFactory(), text="别处", by=administrator)


def test_a_case_has_notes_of_its_own(building, administrator):
    with pytest.raises(Refusal) as refused:
        commands.write_note(about=CaseFactory(building=building), text="这里", by=administrator)
    assert refused.value.field == "about_model"


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 1001, "联系 13812342046"])
def test_a_note_that_says_nothing_too_much_or_a_number_is_refused(building, administrator, text):
    with pytest.raises(Refusal) as refused:
        commands.write_note(about=building, text=text, by=administrator)
    assert refused.value.field == "text"
    assert refused.value.mend
    assert not Note.rows_without_a_reader.exists()


def test_a_note_is_corrected_and_withdrawn_by_its_writer_alone_and_the_trail_keeps_both(
    building, administrator, office
):
    note = commands.write_note(about=building, text="灯坏了", by=administrator)
    with pytest.raises(NotPermitted):
        commands.correct_note(note, text="没坏", by=office)
    commands.correct_note(note, text="二楼灯坏了", by=administrator)
    last = AuditEntry.rows_without_a_reader.order_by("-sequence").first().changes.get()
    assert ("灯坏了" in last.before, "二楼灯坏了" in last.after) == (True, True)
    commands.withdraw_note(note, by=administrator)
    assert queries.notes_on(office, building.pk) == []
    with pytest.raises(Conflict):
        commands.withdraw_note(note, by=administrator)


def test_who_follows_a_thing_is_told_of_a_note_on_it(building, administrator, office):
    commands.follow(about=building, by=office)
    commands.write_note(about=building, text="大堂的灯坏了", by=administrator)
    (told,) = Notification.rows_without_a_reader.all()
    assert (told.user, told.kind) == (office, "note")
    (followed,) = queries.followed(office)
    assert followed.changed == "林管理员写了备注"


# Following


def test_following_twice_changes_nothing_and_stops_at_once(building, office):
    commands.follow(about=building, by=office)
    commands.follow(about=building, by=office)
    assert Follow.rows_without_a_reader.count() == 1
    commands.unfollow(about=building.pk, by=office)
    commands.unfollow(about=building.pk, by=office)
    assert queries.followed(office) == []


def test_who_does_not_see_a_thing_cannot_follow_it(administrator):
    with pytest.raises(ObjectDoesNotExist):
        commands.follow(about=BuildingFactory(), by=administrator)


def test_what_went_out_of_sight_is_not_listed_any_more(building, administrator):
    commands.follow(about=building, by=administrator)
    administrator.grants.update(scope_id=BuildingFactory().pk)
    del administrator.running_grants
    assert queries.followed(administrator) == []


def test_what_many_things_of_an_import_change_is_told_to_who_follows_one(building, administrator, office):
    commands.follow(about=building, by=office)
    touched = [BuildingFactory().pk, building.pk, None]
    commands.tell_followers(touched, "imported_here", "导入改动了这里", by=administrator)
    assert [n.about for n in Notification.rows_without_a_reader.all()] == [building.pk]


def test_where_nobody_follows_an_import_costs_one_query(administrator, django_assert_num_queries):
    with django_assert_num_queries(1):
        commands.tell_followers(iter(()), "imported_here", "导入改动了这里", by=administrator)


# Telling


def test_several_are_told_of_one_matter_in_two_statements(building, office, django_assert_num_queries):
    users = [office.pk, UserFactory().pk]
    with django_assert_num_queries(0):
        commands.notify(commands.Telling([], "kind", "说", building))
    with django_assert_num_queries(2):  # the calendar; the rows
        commands.notify(commands.Telling(users, "kind", "说", building))


def test_the_bell_costs_one_query_while_nothing_is_unread_and_two_else(building, django_assert_num_queries):
    office = user_with("office")
    office.running_grants  # noqa: B018 — read once a request, by the navigation
    with django_assert_num_queries(1):
        assert queries.unread_keys(office) == []
    commands.notify(*(commands.Telling([office.pk], str(n), "说", building, urgent=True) for n in range(9)))
    with django_assert_num_queries(2):
        assert len(queries.unread_keys(office)) == 9


def test_a_message_is_read_in_the_language_of_its_reader(building, office):
    from django.utils import translation

    commands.notify(
        commands.Telling([office.pk], "k", "%(by)s交给您办理", building, {"by": "王"}, urgent=True)
    )
    ((message,), _next) = queries.messages_page(office, only_unread=True)
    assert message.text == "王交给您办理"
    with translation.override("en"):
        ((message,), _next) = queries.messages_page(office, only_unread=True)
        assert "王" in message.text


def test_a_message_whose_places_do_not_fit_any_more_is_still_shown(building, office):
    commands.notify(commands.Telling([office.pk], "k", "%(who)s说了", building, {"by": "王"}, urgent=True))
    ((message,), _next) = queries.messages_page(office, only_unread=True)
    assert message.text == "%(who)s说了"


# Views


def kept(by, name="超期的", query="overdue=yes", list_name="cases", path="/cases/", **more):
    return commands.keep_view(list_name=list_name, path=path, query=query, name=name, by=by, **more)


def names(reader, list_name="cases"):
    return [view.name for view in queries.views_of_list(reader, list_name)]


def test_a_view_is_its_makers_until_it_is_shared(administrator, office):
    view = kept(office)
    assert (names(office), names(administrator)) == (["超期的"], [])
    commands.change_view(view, name="全部超期", shared="everybody", by=office)
    assert names(administrator) == ["全部超期"]
    commands.change_view(view, name="全部超期", shared="", by=office)
    assert names(administrator) == []


def test_a_view_for_the_same_role_or_scope_reaches_nobody_else(building):
    secretary = user_with("secretary", building.area)
    kept(secretary, name="书记的", shared="role")
    kept(secretary, name="本社区的", shared="scope")
    assert sorted(names(user_with("secretary", BuildingFactory().area))) == ["书记的"]
    assert sorted(names(user_with("secretary", building.area))) == ["书记的", "本社区的"]
    assert names(user_with("administrator", building)) == []


@pytest.mark.parametrize(("role", "shared"), [("administrator", "role"), ("secretary", "everybody")])
def test_who_may_not_share_is_refused(building, role, shared):
    user = user_with(role, building if role == "administrator" else building.area)
    with pytest.raises(Refusal):
        kept(user, shared=shared)
    assert not NamedView.rows_without_a_reader.exists()


def test_nobody_changes_or_deletes_the_view_of_another(office):
    view = kept(office, shared="everybody")
    other = user_with("office")
    with pytest.raises(NotPermitted):
        commands.change_view(view, name="我的", by=other)
    with pytest.raises(NotPermitted):
        commands.delete_view(view, by=other)


def test_a_name_is_taken_once_for_each_list(office):
    kept(office)
    kept(office, list_name="buildings", path="/buildings/")
    with pytest.raises(Conflict) as refused:
        kept(office)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"list_name": "nothing"}, "list"),
        ({"query": "q=" + "x" * 700}, "query"),
        ({"shared": "world"}, "shared"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(office, change, field):
    with pytest.raises(Refusal) as refused:
        kept(office, **change)
    assert refused.value.field == field


def test_views_stand_in_the_order_of_their_maker(office):
    for name in ("一", "二", "三"):
        kept(office, name=name)
    commands.move_view(queries.views(office).get(name="三"), up=True, by=office)
    assert names(office) == ["一", "三", "二"]
    commands.delete_view(queries.views(office).get(name="一"), by=office)
    assert names(office) == ["三", "二"]

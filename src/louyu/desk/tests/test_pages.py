"""The desk's pages: messages, following, notes and views, without script, for whoever they are."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from louyu.desk import commands, queries
from louyu.desk.models import NamedView, Note, Notification
from tests.factories import BuildingFactory, CaseFactory, EnterpriseFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def building():
    return BuildingFactory(name="云帆大厦")


@pytest.fixture
def office():
    return user_with("office", name="区楼宇办")


@pytest.fixture
def page(client, office):
    client.force_login(office)
    return client


def tell(user, *things, text="交给您办理", kind="handed"):
    commands.notify(*(commands.Telling([user.pk], kind, text, thing, urgent=True) for thing in things))


def bell(answer):
    return re.search(r'class="visually-hidden">(消息，[^<]*)<', answer.text).group(1)


# Messages


def test_the_bell_says_how_many_are_unread(page, office):
    assert bell(page.get("/desk/")) == "消息，没有未读的"
    tell(office, *BuildingFactory.create_batch(3))
    assert bell(page.get("/desk/")) == "消息，3 条未读"


def test_the_bell_counts_to_99(page, office, building):
    for n in range(101):
        tell(office, building, kind=f"k{n}")
    assert bell(page.get("/desk/")) == "消息，99+ 条未读"


def test_a_message_opens_its_thing_and_is_read_then(page, office, building):
    tell(office, building)
    (told,) = Notification.rows_without_a_reader.all()
    answer = page.get(f"/desk/messages/{told.pk}/")
    assert answer["Location"] == f"/buildings/{building.pk}/"
    assert "没有未读的消息" in page.get("/desk/").text
    assert "交给您办理" in page.get("/desk/?all=1").text


def test_whoever_comes_to_the_thing_another_way_has_read_it_too(page, office, building):
    tell(office, building, BuildingFactory())
    page.head(f"/buildings/{building.pk}/")
    page.get(f"/buildings/{building.pk}/", headers={"Sec-Purpose": "prefetch"})
    assert len(queries.unread_keys(office)) == 2
    assert bell(page.get(f"/buildings/{building.pk}/")) == "消息，1 条未读"
    assert len(queries.unread_keys(office)) == 1


def test_one_or_all_are_put_away(page, office):
    tell(office, *BuildingFactory.create_batch(3))
    first = Notification.rows_without_a_reader.first()
    assert page.post("/desk/messages/read/", {"message": first.pk})["Location"] == "/desk/"
    assert len(queries.unread_keys(office)) == 2
    page.post("/desk/messages/read/", {"message": "no key"})
    assert len(queries.unread_keys(office)) == 2
    page.post("/desk/messages/read/", {"all": "1"})
    assert queries.unread_keys(office) == []


def test_nobody_opens_or_puts_away_the_message_of_another(page, building):
    other = user_with("office")
    tell(other, building)
    (told,) = Notification.rows_without_a_reader.all()
    assert page.get(f"/desk/messages/{told.pk}/").status_code == 404
    page.post("/desk/messages/read/", {"message": told.pk})
    page.post("/desk/messages/read/")
    assert len(queries.unread_keys(other)) == 1


def test_a_message_on_what_went_out_of_sight_is_not_there(client, building):
    administrator = user_with("administrator", building)
    tell(administrator, building)
    (told,) = Notification.rows_without_a_reader.all()
    administrator.grants.update(scope_id=BuildingFactory().pk)
    client.force_login(administrator)
    assert "云帆大厦" not in client.get("/desk/?all=1").text
    assert client.get(f"/desk/messages/{told.pk}/").status_code == 404


def test_older_messages_are_a_page_away(page, office, building):
    for n in range(45):
        tell(office, building, kind=f"k{n}", text=f"第{n}条")
    answer = page.get("/desk/")
    assert ("第44条" in answer.text, "第0条" in answer.text) == (True, False)
    older = re.search(r'href="(\?before=[^"]*)"', answer.text).group(1)
    assert "第0条" in page.get(f"/desk/{older}").text
    assert page.get("/desk/?before=nothing").status_code == 200


def test_pages_of_the_desk_ask_the_same_whatever_lies_there(page, office, building):
    def asked(address):
        page.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(address).status_code == 200
        return len(captured)

    addresses = ("/desk/", "/desk/following/", "/desk/views/")

    def lay(number):
        for n in range(number):
            thing = BuildingFactory()
            tell(office, thing, CaseFactory(building=thing), EnterpriseFactory())
            commands.follow(about=thing, by=office)
            commands.keep_view(
                list_name="cases", path="/cases/", query="state=open", name=f"{number}{n}", by=office
            )

    lay(1)
    few = [asked(a) for a in addresses]
    lay(9)
    more = [asked(a) for a in addresses]
    assert more[:2] == few[:2]
    assert more[2] - few[2] <= 9 * 2, "a view asks for what its filters can be set to"


# Following


def test_a_thing_is_followed_from_its_page_and_listed(page, office, building):
    assert "关注" in page.get(f"/buildings/{building.pk}/").text
    about = {"about_model": "places.Building", "about": building.pk}
    assert page.post("/desk/follow/", about)["Location"] == f"/buildings/{building.pk}/"
    assert "不再关注" in page.get(f"/buildings/{building.pk}/").text
    assert "关注以来没有变化" in page.get("/desk/following/").text
    page.post("/desk/follow/", about | {"stop": "1", "from": "list"})
    assert "还没有关注" in page.get("/desk/following/").text


@pytest.mark.parametrize("about", ["", "x", "5e4ba5ae-0000-4000-8000-000000000000"])
def test_what_is_not_there_cannot_be_followed(page, about):
    assert page.post("/desk/follow/", {"about_model": "places.Building", "about": about}).status_code == 404


@pytest.mark.parametrize("label", ["", "accounts.User", "nothing", "cases.CaseEvent", "\0"])
def test_a_kind_that_is_none_is_refused(page, building, label):
    answer = page.post("/desk/follow/", {"about_model": label, "about": building.pk})
    assert answer.status_code == 422


# Notes


def test_a_note_is_written_corrected_and_withdrawn_on_pages(page, building):
    about = {"about_model": "places.Building", "about": building.pk}
    assert page.post("/desk/notes/", about | {"text": "灯坏了"})["Location"].endswith("#notes")
    note = Note.rows_without_a_reader.get()
    assert "灯坏了" in page.get(f"/buildings/{building.pk}/").text
    assert "灯坏了" in page.get(f"/desk/notes/{note.pk}/").text
    page.post(f"/desk/notes/{note.pk}/", {"text": "二楼灯坏了"})
    assert "二楼灯坏了" in page.get(f"/buildings/{building.pk}/").text
    page.post(f"/desk/notes/{note.pk}/withdraw/")
    assert "二楼灯坏了" not in page.get(f"/buildings/{building.pk}/").text
    assert page.get(f"/desk/notes/{note.pk}/").status_code == 404


def test_a_refused_note_keeps_what_was_typed_and_says_why(page, building):
    about = {"about_model": "places.Building", "about": building.pk}
    answer = page.post("/desk/notes/", about | {"text": "打 13812342046 找沈"})
    assert answer.status_code == 422
    assert "打 13812342046 找沈</textarea>" in answer.text
    assert "备注里像是有手机号或身份证号。" in answer.text


def test_nobody_corrects_the_note_of_another(client, page, building):
    note = commands.write_note(about=building, text="灯坏了", by=user_with("administrator", building))
    assert page.get(f"/desk/notes/{note.pk}/").status_code == 403
    assert page.post(f"/desk/notes/{note.pk}/withdraw/").status_code == 403


def test_who_is_not_of_the_staff_sees_no_notes_on_their_own_enterprise(client):
    enterprise = EnterpriseFactory()
    commands.write_note(about=enterprise, text="续租意向不强", by=user_with("office"))
    client.force_login(user_with("liaison", enterprise))
    answer = client.get(f"/enterprises/{enterprise.pk}/")
    assert answer.status_code == 200
    assert "续租意向不强" not in answer.text


# Views


def kept(page, address="/cases/?overdue=yes", **said):
    """Keep the list at this address as the page's own form does."""
    form = page.get(address).text
    place = re.search(r'name="place" value="([^"]*)"', form).group(1)
    query = re.search(r'name="query" value="([^"]*)"', form).group(1).replace("&amp;", "&")
    return page.post("/desk/views/", {"place": place, "query": query, "name": "超期的", **said})


def test_a_list_is_kept_under_a_name_and_stands_above_it_then(page):
    assert kept(page)["Location"] == "/cases/?overdue=yes"
    answer = page.get("/cases/?overdue=yes")
    assert re.search(r'href="/cases/\?overdue=yes" aria-current="true">超期的', answer.text)


def test_filters_changed_without_a_new_page_are_those_that_are_kept(page):
    form = page.get("/cases/?overdue=yes").text
    place = re.search(r'name="place" value="([^"]*)"', form).group(1)
    page.post(
        "/desk/views/",
        {"place": place, "query": "", "name": "未办结"},
        headers={"Referer": "http://testserver/cases/?state=open&sort=-deadline&after=x"},
    )
    assert NamedView.rows_without_a_reader.get(name="未办结").query == "sort=-deadline&state=open"
    page.post(
        "/desk/views/",
        {"place": place, "query": "state=open", "name": "别处"},
        headers={"Referer": "http://elsewhere/cases/?state=closed"},
    )
    assert NamedView.rows_without_a_reader.get(name="别处").query == "state=open"


def test_no_address_that_is_no_list_is_kept(page):
    assert page.post("/desk/views/", {"place": "cases", "name": "x"}).status_code == 422
    assert not NamedView.rows_without_a_reader.exists()


def test_a_refused_name_comes_back_with_the_reason(page):
    kept(page)
    answer = kept(page, "/cases/?state=open")
    assert answer.status_code == 409
    assert "您已有同名的视图。" in answer.text
    assert 'value="超期的"' in answer.text


def test_a_view_is_renamed_shared_moved_and_deleted(page, office):
    kept(page)
    kept(page, "/buildings/?key=yes", name="重点")
    first, second = queries.views(office)
    page.post(f"/desk/views/{first.pk}/", {"name": "全部超期", "shared": "everybody"})
    page.post(f"/desk/views/{second.pk}/move/", {"up": "1"})
    assert [v.name for v in queries.views(user_with("chief", BuildingFactory()))] == ["全部超期"]
    assert [v.name for v in queries.views(office)] == ["重点", "全部超期"]
    assert "全部超期" in page.get(f"/desk/views/{first.pk}/").text
    page.post(f"/desk/views/{first.pk}/delete/")
    assert [v.name for v in queries.views(office)] == ["重点"]


def test_who_may_not_share_is_not_asked_whom_it_is_for(client, building):
    client.force_login(user_with("administrator", building))
    assert 'name="shared"' not in client.get("/cases/").text


def test_nobody_reaches_a_view_that_is_not_theirs(page):
    view = commands.keep_view(
        list_name="cases", path="/cases/", query="", name="我的", by=user_with("office")
    )
    for address in ("", "delete/", "move/"):
        assert page.post(f"/desk/views/{view.pk}/{address}", {"name": "x"}).status_code == 404


def test_a_view_whose_list_or_filter_is_no_more_says_so(page, office):
    for name, values in {"旧列表": {"list": "gone"}, "旧筛选": {"query": "colour=red"}}.items():
        view = commands.keep_view(list_name="cases", path="/cases/", query="", name=name, by=office)
        NamedView.rows_without_a_reader.filter(pk=view.pk).update(**values)
    BuildingFactory()
    for address in ("/desk/views/", "/"):
        text = page.get(address).text
        assert "这个列表已经没有了。" in text
        assert "colour「red」：这个列表没有这个参数。" in text


def test_the_start_page_counts_the_readers_rows_in_a_view(page, client, building, office):
    CaseFactory.create_batch(3, building=building)
    CaseFactory()
    kept(page, "/cases/?state=accepted", name="受理中", shared="everybody")
    assert re.search(r'counted-number">4<', page.get("/").text)
    client.force_login(user_with("administrator", building))
    assert re.search(r'counted-number">3<', client.get("/").text)


# Everything


@time_machine.travel("2023-09-27 10:00+08:00")
@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/?all=1", "/desk/following/", "/desk/views/", "/monday/"]
)
def test_pages_are_accessible_and_say_what_to_do_when_empty(page, address):
    answer = page.get(address)
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text

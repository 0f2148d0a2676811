"""The list of buildings: whose buildings, in which order, narrowed how."""

import pytest
from django.urls import reverse

from louyu.places.lists import BUILDINGS
from louyu.places.models import Area
from tests.factories import AreaFactory, BuildingFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def see(client):
    def page(user, query="", **headers):
        client.force_login(user)
        return client.get(reverse("places:building_list") + query, **headers)

    return page


def names(answer):
    return [row.record.name for row in answer.context["page"].rows]


def test_each_reader_sees_the_buildings_of_their_scope(see):
    community = AreaFactory()
    here = BuildingFactory(name="华伟总部大厦", area=community)
    BuildingFactory(name="万达广场", area=AreaFactory(parent=community.parent))
    BuildingFactory(name="海门中心")
    assert names(see(user_with("office"))) == ["万达广场", "华伟总部大厦", "海门中心"]
    assert names(see(user_with("subdistrict", community.parent))) == ["万达广场", "华伟总部大厦"]
    assert names(see(user_with("secretary", community))) == ["华伟总部大厦"]
    assert names(see(user_with("administrator", here))) == ["华伟总部大厦"]
    assert names(see(user_with("chief", here))) == ["华伟总部大厦"]
    for role in ("audit", "security", "system"):
        assert names(see(user_with(role))) == []


def test_only_areas_with_buildings_of_the_reader_can_be_chosen(see):
    here, elsewhere = BuildingFactory(), BuildingFactory()
    answer = see(user_with("administrator", here))
    (area,) = (f for f in answer.context["list"].filters if f.filter.name == "area")
    assert [o.label for o in area.fields[0].options] == [here.area.parent.name, here.area.name]
    assert elsewhere.area.name not in answer.content.decode()


def test_an_area_out_of_scope_is_an_option_that_does_not_exist(see):
    here, elsewhere = BuildingFactory(), BuildingFactory()
    answer = see(user_with("administrator", here), f"?area={elsewhere.area.pk}")
    assert names(answer) == [here.name]
    assert [n.field for n in answer.context["list"].notices] == ["area"]


def test_a_subdistrict_takes_in_its_communities_and_what_lies_directly_in_it(see):
    community = AreaFactory()
    BuildingFactory(name="甲", area=community)
    BuildingFactory(name="乙", area=community.parent)
    BuildingFactory(name="丙")
    answer = see(user_with("office"), f"?area={community.parent.pk}")
    assert set(names(answer)) == {"甲", "乙"}
    rows = {row.record.name: "".join(row.cells) for row in answer.context["page"].rows}
    assert community.parent.name in rows["甲"]
    assert community.parent.name in rows["乙"]
    assert community.name not in rows["乙"]


def test_a_building_no_longer_in_use_is_not_listed(see):
    BuildingFactory(active=False)
    assert names(see(user_with("office"))) == []


def test_the_empty_list_says_what_to_do_and_the_narrowed_one_how_to_widen(see):
    office = user_with("office")
    assert "请在「导入」中上传楼宇台账" in see(office).content.decode()
    assert "清除全部条件" in see(office, "?q=nothing").content.decode()


def test_the_table_alone_answers_when_only_it_is_exchanged(see):
    BuildingFactory(name="华伟总部大厦")
    query = "?q=&area=&key=yes&sort=name&after=broken"
    answer = see(user_with("office"), query, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="list")
    text = answer.content.decode()
    assert text.lstrip().startswith('<div id="list"')
    assert "<html" not in text
    assert "华伟总部大厦" in text
    assert "HX-Target" in answer["Vary"]
    assert answer["HX-Push-Url"] == "/buildings/?key=yes"


def test_the_page_works_as_a_plain_form(see):
    BuildingFactory(name="华伟总部大厦", search="华伟总部大厦 hwzbds")
    text = see(user_with("office"), "?q=hwz&sort=-floor_area").content.decode()
    assert '<form class="filters"' in text
    assert 'name="q" value="hwz"' in text
    assert 'name="sort" value="-floor_area"' in text
    assert "华伟总部大厦" in text


def test_the_file_comes_from_the_same_address(see):
    BuildingFactory(name="华伟总部大厦")
    answer = see(user_with("office"), "?format=xlsx")
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert b"".join(answer.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize(
    "query", ["?page=1000000000", "?sort=area__code", "?after=x", "?area=7", "?format=pdf"]
)
def test_bad_addresses_are_answered_with_a_notice(see, query):
    BuildingFactory()
    answer = see(user_with("office"), query)
    assert answer.status_code == 200
    assert 'class="notice mend"' in answer.content.decode()


def test_every_sort_and_export_column_can_be_used(see):
    BuildingFactory(area=None, floor_area=None, floors_above=None)
    BuildingFactory()
    BuildingFactory(area=AreaFactory(kind=Area.Kind.SUBDISTRICT, name="独立街道"))
    for column in BUILDINGS.columns:
        if column.sort is not None:
            for way in ("", "-"):
                answer = see(user_with("office"), f"?sort={way}{column.name}")
                assert len(answer.context["page"].rows) == 3
                assert not answer.context["list"].notices


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_list_is_only_read(client, method):
    client.force_login(user_with("office"))
    assert getattr(client, method)(reverse("places:building_list")).status_code == 405

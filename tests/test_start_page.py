"""The start page: a reader's figures and what waits for them, at a cost that does not grow."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from louyu.core import figures
from louyu.site.queries import cases_due, work_for
from louyu.workbooks.models import ImportBatch
from tests.factories import BuildingFactory, CaseFactory, OccupancyFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def see(client):
    def page(user, query=""):
        client.force_login(user)
        return client.get(f"/{query}")

    return page


def shown(answer, code):
    return next(f for g in answer.context["groups"] for f in g.figures if f.indicator.code == code)


def solved(building, since=TODAY):
    case = CaseFactory(building=building)
    figures.fact("cases.solved", case, since=since, building=building.pk).save(force_insert=True)


def test_a_figure_stands_with_its_change_and_the_pages_that_explain_it(see):
    building = BuildingFactory()
    solved(building, since=datetime.date(2024, 5, 1))
    solved(building)
    answer = see(user_with("office"))
    figure = shown(answer, "cases.solved")
    assert (figure.value, figure.change) == ("2", "+1")
    (reason,) = figure.reasons
    assert reason.number == 1
    assert see(user_with("office"), reason.link.lstrip("/")).context["list"].count == 1
    assert "全区数字" in answer.text


def test_a_reader_of_one_subdistrict_sees_its_figures_under_its_name(see):
    here = BuildingFactory()
    solved(here)
    solved(BuildingFactory())
    answer = see(user_with("subdistrict", here.area.parent))
    assert shown(answer, "cases.solved").value == "1"
    assert shown(answer, "places.key_buildings").value == "1"
    assert f"{here.area.parent.name}数字" in answer.text


def test_an_earlier_day_can_be_asked_for(see):
    solved(BuildingFactory(), since=datetime.date(2024, 5, 1))
    assert shown(see(user_with("office"), "?as_of=2024-04-30"), "cases.solved").value == "0"
    assert shown(see(user_with("office"), "?as_of=2024-05-01"), "cases.solved").value == "1"
    assert see(user_with("office"), "?as_of=2024-05-32").status_code == 422


def test_an_empty_district_says_how_to_begin(see):
    answer = see(user_with("office"))
    assert "还没有楼宇" in answer.text
    assert "/imports/" in answer.text


def batch(by, state, **counts):
    return ImportBatch.rows_without_a_reader.create(
        by=by, file_name="台账.xlsx", file_digest=b"", file_key_sealed=b"", state=state, counts=counts
    )


def test_imports_wait_until_nothing_is_left_to_decide_or_mend():
    reader = user_with("office")
    batch(reader, "applied", ask=0, wrong=0)
    batch(reader, "undone", ask=3, wrong=3)
    batch(reader, "applied", ask=0, wrong=2)
    batch(reader, "applied", ask=4, wrong=2)
    batch(reader, "ready")
    told = [(str(line.label), line.text) for line in work_for(reader) if "/imports/" in line.link]
    assert told == [
        ("待导入", "「台账.xlsx」"),
        ("待判断", "「台账.xlsx」有 4 行要您判断"),
        ("待修改", "「台账.xlsx」有 2 行要修改"),
    ]
    assert [line for line in work_for(UserFactory()) if "/imports/" in line.link] == []


def test_what_is_overdue_and_which_building_lacks_an_officer_comes_first(see):
    building = BuildingFactory()
    administrator = user_with("administrator", building)
    CaseFactory(building=building, deadline=timezone.now() - datetime.timedelta(days=2))
    batch(administrator, "ready")
    (overdue,) = cases_due(administrator)
    assert overdue.text == "1 件办件超期"
    assert [line.text for line in work_for(administrator)][-1] == "「台账.xlsx」"
    (gap,) = [line for line in work_for(user_with("office")) if line.label == "空缺"]
    assert (gap.text, gap.place) == ("1 幢楼没有配齐一长两员", building.name)
    assert see(administrator, overdue.link.lstrip("/")).context["list"].count == 1


def test_the_first_cases_of_a_work_list_stand_before_the_figures(see):
    building = BuildingFactory()
    administrator = user_with("administrator", building)
    now = timezone.now()
    cases = [CaseFactory(building=building, deadline=now + datetime.timedelta(days=d)) for d in (9, -2, 3)]
    answer = see(administrator)
    assert [line.case.pk for line in answer.context["cases"]] == [cases[i].pk for i in (1, 2, 0)]
    assert answer.text.index("1 件办件超期") < answer.text.index("figure-group")
    assert "places.key_buildings" not in answer.text  # one building is no figure


def test_figures_of_what_never_began_are_not_on_the_start_page(see):
    building = BuildingFactory()
    assert "入驻企业" not in see(user_with("office")).text
    OccupancyFactory(unit__building=building)
    assert "入驻企业" in see(user_with("office")).text


@pytest.mark.parametrize("role", ["office", "subdistrict"])
def test_the_number_of_queries_does_not_grow_with_the_records(see, role):
    building = BuildingFactory()
    user = user_with(role, building.area.parent if role == "subdistrict" else None)

    def count() -> int:
        see(user)
        with CaptureQueriesContext(connection) as queries:
            assert see(user).status_code == 200
        return len(queries)

    solved(building)
    OccupancyFactory(unit__building=building)
    few = count()
    for n in range(12):
        solved(building, since=TODAY - datetime.timedelta(days=n * 9))
        OccupancyFactory()
    assert count() == few
    assert few <= 84  # most of them ask for the figures, which are kept until the next command

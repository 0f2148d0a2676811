"""The page of a figure and what the command line says: whose figure, of which day, at what cost."""

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from louyu.core import figures
from louyu.core.models import Fact
from louyu.indicators.registry import GROUPS, indicators
from louyu.indicators.words import as_answer
from tests.factories import (
    BuildingFactory,
    CaseFactory,
    EnterpriseFactory,
    OccupancyFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
LAST_MONTH = TODAY.replace(day=1) - datetime.timedelta(days=1)


def solved(building: Any = None, *, since: datetime.date, until: datetime.date | None = None, **values: Any):
    case = CaseFactory(building=building or BuildingFactory(), **values)
    figures.fact("cases.solved", case, since=since, until=until, building=case.building_id).save(
        force_insert=True
    )
    return case


@pytest.fixture
def see(client):
    def page(user, code="cases.solved", **headers):
        client.force_login(user)
        query = headers.pop("query", "")
        return client.get(reverse("indicators:figure", args=[code]) + query, headers=headers)

    return page


def listed(answer) -> set[Any]:
    return {row.record.pk for row in answer.context["page"].rows}


def test_every_figure_has_both_languages_and_a_group():
    for code, indicator in indicators().items():
        assert code == indicator.code
        assert indicator.group in GROUPS
        assert all((indicator.name_zh, indicator.name_en, indicator.definition_zh, indicator.definition_en))
        assert indicator.unit_zh
        assert indicator.unit_en


def test_a_figure_opens_on_the_very_records(see):
    old = solved(since=LAST_MONTH)
    new = solved(since=TODAY)
    back = solved(since=LAST_MONTH - datetime.timedelta(days=9), until=TODAY)
    solved(since=TODAY + datetime.timedelta(days=1))
    answer = see(user_with("office"))
    assert answer.context["shown"].value == "2"
    assert listed(answer) == {old.pk, new.pk}
    proof = answer.context["proof"]
    assert (proof.before.value, proof.came.number, proof.went.number, proof.now.value) == ("2", 1, 1, "2")
    assert listed(see(user_with("office"), query="?part=came")) == {new.pk}
    assert listed(see(user_with("office"), query="?part=went")) == {back.pk}


def test_a_figure_of_an_earlier_day_counts_what_was_true_then(see):
    solved(since=LAST_MONTH, until=TODAY)
    answer = see(user_with("office"), query=f"?as_of={LAST_MONTH}")
    assert answer.context["shown"].value == "1"
    assert answer.context["proof"].before.day == LAST_MONTH.replace(day=1) - datetime.timedelta(days=1)


def test_a_case_solved_again_has_neither_come_nor_gone_but_changed(see):
    case = solved(since=LAST_MONTH - datetime.timedelta(days=3), until=TODAY - datetime.timedelta(days=0))
    figures.fact("cases.solved", case, since=TODAY, building=case.building_id).save(force_insert=True)
    answer = see(user_with("office"), query="?part=changed")
    assert listed(answer) == {case.pk}
    assert answer.context["proof"].came is None
    assert answer.context["proof"].went is None


def test_everybody_sees_the_figure_of_their_scope(see):
    here, there = BuildingFactory(), BuildingFactory()
    mine = solved(here, since=LAST_MONTH)
    solved(there, since=LAST_MONTH)
    for user in (user_with("administrator", here), user_with("subdistrict", here.area.parent)):
        answer = see(user)
        assert answer.context["shown"].value == "1"
        assert listed(answer) == {mine.pk}
    assert see(user_with("office"), query=f"?building={there.pk}").context["shown"].value == "1"
    assert see(user_with("office"), query=f"?area={here.area.parent_id}").context["shown"].value == "1"


@pytest.mark.parametrize("role", ["system", "security", "audit"])
def test_who_sees_no_case_has_no_figure_of_cases(see, role):
    assert see(user_with(role)).status_code == 404


def test_a_figure_nobody_declared_is_not_there(see):
    assert see(user_with("office"), "cases.unheard_of").status_code == 404


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("?as_of=2026-02-30", "2026-02-30"),
        ("?as_of=2999-01-01", "2999-01-01"),
        ("?since=gestern", "gestern"),
        ("?part=all", "all"),
        ("?building=00000000-0000-0000-0000-00000000000x", "00000000-0000-0000-0000-00000000000x"),
        ("?area=1", "1"),
    ],
)
def test_what_cannot_be_followed_is_said_and_left_out(see, query, value):
    solved(since=LAST_MONTH)
    answer = see(user_with("office"), query=query)
    assert answer.status_code == 200
    assert [n.value for n in answer.context["list"].notices] == [value]
    assert answer.context["shown"].value == "1"


def test_other_days_draw_the_whole_figure_anew_and_another_order_only_the_list(see):
    solved(since=LAST_MONTH)
    address = "http://testserver/figures/cases.solved/"
    asking = {"HX-Request": "true", "HX-Target": "list", "HX-Current-URL": address}
    answer = see(user_with("office"), query=f"?as_of={LAST_MONTH}", **asking)
    assert answer["HX-Retarget"] == "#figure"
    assert "indicators/figure_opened.html" in {t.name for t in answer.templates}
    answer = see(user_with("office"), query="?sort=number", **asking)
    assert "HX-Retarget" not in answer
    assert "indicators/figure_opened.html" not in {t.name for t in answer.templates}


def test_the_excel_file_holds_the_records_and_the_definition(see):
    case = solved(since=LAST_MONTH)
    solved(since=TODAY)
    answer = see(user_with("office"), query=f"?as_of={LAST_MONTH}&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    first, note = book.worksheets
    texts = [str(c.value) for row in first.iter_rows() for c in row]
    assert case.number in texts
    assert first.max_row == 3  # whose file it is, the headings, the one case
    assert indicators()["cases.solved"].definition_zh in [c.value for row in note.iter_rows() for c in row]


def test_an_enterprise_that_moved_within_the_district_moved_for_its_buildings_only(see):
    enterprise, here, there = EnterpriseFactory(), BuildingFactory(), BuildingFactory()
    OccupancyFactory(enterprise=enterprise, unit=UnitFactory(building=here), until=TODAY)
    OccupancyFactory(enterprise=enterprise, unit=UnitFactory(building=there), since=TODAY)
    office = user_with("office")
    whole = see(office, "tenants.enterprises")
    assert (whole.context["shown"].value, whole.context["proof"].came) == ("1", None)
    left = see(office, "tenants.enterprises", query=f"?building={here.pk}")
    assert (left.context["shown"].value, left.context["proof"].went.number) == ("0", 1)


def test_the_link_to_the_rooms_list_leads_to_as_many_records(see, client):
    for _ in range(3):
        OccupancyFactory()
    OccupancyFactory(since=datetime.date(2020, 1, 1), until=datetime.date(2021, 1, 1))
    BuildingFactory(key=False)
    for code in ("tenants.enterprises", "places.key_buildings"):
        answer = see(user_with("office"), code)
        there = client.get(answer.context["in_room"])
        assert there.context["list"].count == answer.context["list"].count
        assert there.context["list"].notices == []


def test_the_vacancy_rate_names_its_two_terms(see):
    building = BuildingFactory()
    OccupancyFactory(unit=UnitFactory(building=building, area=300))
    UnitFactory(building=building, area=100)
    UnitFactory(building=building, area=None)
    UnitFactory(building=building, area=50, use="party")
    answer = see(user_with("office"), "tenants.vacancy_rate")
    assert answer.context["shown"].value == "25.0"
    now = answer.context["proof"].now
    assert (now.above, now.below) == ("100", "400")


def test_the_answer_holds_what_others_need_and_leaves_out_what_cannot_be_said():
    solved(since=TODAY)
    told = {one["code"]: one for one in as_answer(user_with("office"), TODAY)}
    assert told["cases.solved"] | {"definition_zh": "", "definition_en": ""} == {
        "code": "cases.solved",
        "name_zh": indicators()["cases.solved"].name_zh,
        "name_en": indicators()["cases.solved"].name_en,
        "definition_zh": "",
        "definition_en": "",
        "unit": "件",
        "value": 1,
        "records": 1,
        "declared": 0,
    }
    assert "tenants.vacancy_rate" not in told


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("code", list(indicators()))
def test_the_number_of_queries_does_not_grow_with_the_records(client, code):
    address = reverse("indicators:figure", args=[code])
    client.force_login(user_with("office"))

    def more(times: int) -> None:
        for _ in range(times):
            OccupancyFactory()
            solved(since=TODAY)

    more(2)
    few = queries_of(client, address)
    more(12)
    assert queries_of(client, address) == few


def test_declared_parts_are_told_apart(see):
    case = CaseFactory()
    fact = figures.fact("cases.solved", case, since=TODAY, building=case.building_id, declared=True)
    Fact.rows_without_a_reader.bulk_create([fact])
    solved(since=TODAY)
    assert see(user_with("office")).context["shown"].counted_percent == 50

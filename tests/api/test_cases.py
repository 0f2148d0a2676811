"""Cases by machine: opened, read, moved by every transition that the machine declares."""

import pytest

from louyu.cases.models import Case
from louyu.cases.states import CASES
from louyu.core.models import new_id
from tests.factories import (
    BuildingFactory,
    CaseFactory,
    DepartmentFactory,
    EnterpriseFactory,
    OccupancyFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

CASE = {"category": "parking", "text": "地下车库车位不够"}


def test_a_case_is_opened_for_a_building_and_found_again(machine):
    system, building = machine(), BuildingFactory()
    answer = system.post("cases", CASE | {"building": str(building.pk)})
    told = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/cases/{told['id']}"
    assert (told["text"], told["category"], told["building"]) == (CASE["text"], "parking", str(building.pk))
    assert (told["state"], told["origin"], told["version"]) == ("accepted", "api", 1)
    assert told["number"]
    assert told["deadline"] > told["raised_at"]
    assert system.get(f"cases/{told['id']}").json() == told
    assert [c["id"] for c in system.items("cases")] == [told["id"]]


def test_moments_carry_the_zone_of_the_district(machine):
    told = machine().post("cases", CASE).json()
    assert told["deadline"].endswith("T17:30:00+08:00")
    assert told["raised_at"].endswith("+08:00")


def test_a_case_is_opened_for_an_enterprise_or_for_neither(machine):
    system, enterprise = machine(), EnterpriseFactory()
    assert (
        system.post("cases", CASE | {"enterprise": str(enterprise.pk)}).json()["enterprise_name"]
        == enterprise.name
    )
    neither = system.post("cases", CASE).json()
    assert (neither["building"], neither["enterprise"]) == (None, None)


def test_a_liaison_who_opens_a_case_is_its_asker_and_staff_are_not(machine):
    occupancy = OccupancyFactory()
    liaison = machine(user_with("liaison", occupancy.enterprise))
    body = CASE | {"enterprise": str(occupancy.enterprise.pk)}
    assert liaison.post("cases", body).status_code == 201
    assert machine().post("cases", body).status_code == 201
    askers = Case.rows_without_a_reader.order_by("pk").values_list("asker", flat=True)
    assert askers[0] == liaison.user.pk


def test_staff_who_open_a_case_of_no_place_find_it_again(machine):
    system = machine(user_with("administrator", BuildingFactory()))
    told = system.post("cases", CASE).json()
    assert system.get(f"cases/{told['id']}").status_code == 200
    assert Case.rows_without_a_reader.get().asker == system.user


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "车位不够"}, "category"),
        ({"category": "parking"}, "text"),
        (CASE | {"category": "lunch"}, "category"),
        (CASE | {"category": 7}, "category"),
        (CASE | {"text": "a\0b"}, "text"),
        (CASE | {"text": "a\ud800b"}, "text"),
        (CASE | {"text": "字" * 1_000_000}, "text"),
        (CASE | {"text": "一"}, "text"),
        (CASE | {"text": "。。。。。。"}, "text"),
        (CASE | {"text": None}, "text"),
        (CASE | {"text": ["车位不够"]}, "text"),
        (CASE | {"building": "7"}, "building"),
        (CASE | {"building": 10**400}, "building"),
        (CASE | {"building": str(new_id())}, "building"),
        (CASE | {"enterprise": str(new_id())}, "enterprise"),
        (CASE | {"kind": "whim"}, "kind"),
        (CASE | {"state": "closed"}, "state"),
        (["parking"], "body"),
        ("parking", "body"),
        (7, "body"),
    ],
)
def test_a_bad_case_is_refused_with_field_value_and_mend(machine, body, field):
    answer = machine().post("cases", body)
    told = answer.json()
    assert (answer.status_code, told["field"]) == (422, field)
    assert told["reason"]
    assert told["mend"]
    assert len(told["value"]) < 100
    assert Case.rows_without_a_reader.count() == 0


def test_everything_that_is_wrong_is_told_at_once(machine):
    told = machine().post("cases", {"text": "x", "building": "y", "z": 1}).json()
    assert {e["field"] for e in told["errors"]} == {"text", "building", "category", "z"}


def test_a_building_out_of_scope_is_one_that_does_not_exist(machine):
    here, elsewhere = BuildingFactory(), BuildingFactory()
    system = machine(user_with("administrator", here))
    assert system.post("cases", CASE | {"building": str(here.pk)}).status_code == 201
    refused = system.post("cases", CASE | {"building": str(elsewhere.pk)})
    assert (refused.status_code, refused.json()["field"]) == (422, "building")


def test_a_reader_without_the_permission_is_told_so(machine):
    answer = machine(user_with("audit")).post("cases", CASE)
    assert (answer.status_code, answer.json()["field"]) == (403, "cases.open_case")


def test_cases_are_those_of_the_reader_s_scope(machine):
    here, elsewhere = CaseFactory(), CaseFactory()
    system = machine(user_with("administrator", here.building))
    assert [c["id"] for c in system.items("cases")] == [str(here.pk)]
    assert system.get(f"cases/{elsewhere.pk}").status_code == 404
    assert system.post(f"cases/{elsewhere.pk}/take").status_code == 404
    assert system.get(f"cases/{elsewhere.pk}/time_line").status_code == 404


def test_cases_are_narrowed_by_building_and_state(machine):
    here = CaseFactory()
    CaseFactory()
    system = machine()
    assert [c["id"] for c in system.items(f"cases?building={here.building.pk}")] == [str(here.pk)]
    assert len(system.items("cases?state=accepted")) == 2
    assert system.items("cases?state=closed") == []
    refused = system.get("cases?state=lost").json()
    assert (refused["field"], refused["value"]) == ("state", "lost")
    assert "accepted" in refused["mend"]


def test_every_transition_but_those_that_make_a_case_is_an_operation():
    from louyu.integrations.api import api

    paths = api.get_openapi_schema()["paths"]
    offered = {path.rsplit("/", 1)[1] for path in paths if path.startswith("/api/v1/cases/{id}/")} - {
        "time_line"
    }
    assert offered == {t.code for t in CASES.transitions if not t.makes}


def test_a_transition_takes_what_is_declared_and_no_more():
    from louyu.integrations.api import api

    said = api.get_openapi_schema()
    for step in CASES.transitions:
        if not step.makes:
            body = said["paths"][f"/api/v1/cases/{{id}}/{step.code}"]["post"]["requestBody"]
            name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            schema = said["components"]["schemas"][name]
            assert set(schema.get("required", ())) == set(step.needs)
            assert set(schema["properties"]) == {*step.needs, *step.takes, "version"}
            assert schema["additionalProperties"] is False


def test_a_case_is_handed_over_answered_confirmed(machine):
    system, department = machine(), DepartmentFactory()
    specialist = user_with("specialist", department)
    case = system.post("cases", CASE | {"building": str(BuildingFactory().pk)}).json()
    assert "hand_over" in case["possible"]
    handed = system.post(
        f"cases/{case['id']}/hand_over",
        {"department": str(department.pk), "handler": str(specialist.pk), "reason": "请核实"},
    ).json()
    assert (handed["state"], handed["department"], handed["handler"]) == (
        "assigned",
        str(department.pk),
        str(specialist.pk),
    )
    theirs = machine(specialist)
    answered = theirs.post(f"cases/{case['id']}/answer", {"outcome": "solved", "text": "已加车位"}).json()
    assert (answered["state"], answered["outcome"]) == ("answered", "solved")
    assert "confirm" not in answered["possible"]
    closed = system.post(f"cases/{case['id']}/confirm", {"satisfaction": "satisfied"}).json()
    assert (closed["state"], closed["satisfaction"]) == ("closed", "satisfied")
    lines = system.get(f"cases/{case['id']}/time_line").json()["items"]
    assert [line["transition"] for line in lines] == ["open_case", "hand_over", "answer", "confirm"]
    assert department.name in lines[1]["what"]


def test_cases_are_merged_by_their_keys(machine):
    system, into = machine(), CaseFactory()
    case = CaseFactory(building=into.building)
    told = system.post(f"cases/{case.pk}/merge", {"into": str(into.pk)}).json()
    assert (told["state"], told["merged_into"]) == ("merged", str(into.pk))


@pytest.mark.parametrize("name", ["department", "handler", "into"])
def test_a_record_that_is_not_there_is_refused_by_its_field(machine, name):
    step = {"department": "hand_over", "handler": "pass_on", "into": "merge"}[name]
    answer = machine().post(f"cases/{CaseFactory().pk}/{step}", {name: str(new_id())})
    assert (answer.status_code, answer.json()["field"]) == (422, name)


def test_who_saw_an_older_version_is_told_who_was_faster(machine):
    system = machine()
    case = system.post("cases", CASE).json()
    assert system.post(f"cases/{case['id']}/take", {"version": 1}).status_code == 200
    late = system.post(f"cases/{case['id']}/ask_asker", {"version": 1, "text": "是哪一层"})
    assert (late.status_code, late.json()["field"]) == (409, "version")


def test_what_cannot_be_done_in_a_state_says_what_can(machine):
    answer = machine().post(f"cases/{CaseFactory().pk}/confirm")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:louyu:problem:not-possible")
    assert answer.json()["mend"]


def test_notes_among_staff_are_not_for_the_asker(machine):
    occupancy = OccupancyFactory()
    case = CaseFactory(building=occupancy.unit.building, enterprise=occupancy.enterprise)
    machine().post(f"cases/{case.pk}/note", {"text": "企业情绪激动"})
    lines = machine(user_with("liaison", occupancy.enterprise)).get(f"cases/{case.pk}/time_line")
    assert "企业情绪激动" not in lines.content.decode()


def test_one_case_takes_three_queries_and_one_more_within_a_scope(machine, django_assert_num_queries):
    case = CaseFactory()
    for user, queries in ((user_with("office"), 3), (user_with("administrator", case.building), 4)):
        system = machine(user)
        system.get("cases")
        with django_assert_num_queries(queries):  # token with its user, grants, case; what may be done
            system.get(f"cases/{case.pk}")

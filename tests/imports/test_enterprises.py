"""The register of enterprises, brought in: who is who, who sits where, what waits."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from louyu.accounts.commands import console_user
from louyu.core.errors import Conflict
from louyu.people.models import Person
from louyu.places.models import Building, Unit
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy
from louyu.workbooks import commands
from louyu.workbooks.models import ImportBatch
from tests.factories import credit_code
from tests.imports.books import bring_in, building, buildings, cells, enterprise, enterprises

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_buildings(db: None) -> None:
    bring_in(
        buildings(building("云帆大厦"), building("海门国际中心", 30, 6.2), building("海门国际广场", 8, 2))
    )


def stored(number: int) -> Enterprise:
    return Enterprise.rows_without_a_reader.get(credit_code=credit_code(number))


def seats(number: int) -> list[tuple[str, str, Decimal | None, datetime.date | None, datetime.date | None]]:
    found = Occupancy.rows_without_a_reader.filter(enterprise=stored(number)).order_by(
        "unit__number", "since"
    )
    return [(o.unit.building.name, o.unit.number, o.area, o.since, o.until) for o in found]


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in report["counts"].items() if n}


def test_a_row_becomes_an_enterprise_with_seat_contact_and_declared_count() -> None:
    report, batch = bring_in(enterprises(enterprise(1, "1301、1302", area=240)))
    found = stored(1)
    assert counts(report) == {"new": 1}
    day = datetime.date(2021, 3, 1)
    assert seats(1) == [("云帆大厦", "1301", 120, day, None), ("云帆大厦", "1302", 120, day, None)]
    assert Unit.rows_without_a_reader.get(number="1301").floor.number == 13
    person = Contact.rows_without_a_reader.get(enterprise=found).person
    assert (person.name_masked, person.phone_masked) == ("沈**", "138****0001")
    assert DeclaredCount.rows_without_a_reader.get(enterprise=found).as_of == datetime.date(2026, 10, 31)
    assert batch is not None
    assert (found.origin_batch, found.origin_row) == (batch.pk, 3)


def test_the_same_file_again_changes_nothing() -> None:
    data = enterprises(*[enterprise(n, f"{1300 + n}") for n in range(1, 8)])
    bring_in(data)
    before = Occupancy.rows_without_a_reader.count(), Person.rows_without_a_reader.count()
    report, batch = bring_in(data)
    assert counts(report) == {"unchanged": 7}
    assert batch is None
    assert (Occupancy.rows_without_a_reader.count(), Person.rows_without_a_reader.count()) == before


def test_a_wrong_code_lets_the_row_wait_and_the_mended_file_brings_it_in() -> None:
    wrong = credit_code(2)[:-1] + ("0" if credit_code(2)[-1] != "0" else "1")
    report, _ = bring_in(enterprises(enterprise(1), enterprise(2, "1302", code=wrong)))
    assert cells(report) == {("C4", "credit_code_check")}
    assert counts(report) == {"new": 1, "waiting": 1, "wrong": 1}
    report, _ = bring_in(enterprises(enterprise(1), enterprise(2, "1302")))
    assert counts(report) == {"new": 1, "unchanged": 1}


def test_a_letter_typed_for_a_digit_is_told_with_the_code_that_must_be_meant() -> None:
    code = credit_code(1)
    report, _ = bring_in(enterprises(enterprise(1, code=code.replace("0", "O", 3))))
    assert [(w["cell"], w["suggestion"]) for w in report["wrong"]] == [("C3", code)]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"since": "2021年2月30日"}, ("J3", "date_impossible")),
        ({"area": -20}, ("F3", "area_negative")),
        ({"contact": "沈雨晴 138123400"}, ("G3", "phone_short")),
        ({"members": 15}, ("I3", "members_above_staff")),
        ({"members": -1}, ("I3", "count_negative")),
        ({"area": 90000}, ("F3", "area_above_building")),
        ({"room": "2901"}, ("E3", "floor_above_building")),
    ],
)
def test_a_wrong_cell_that_does_not_identify_stays_empty_and_the_rest_goes_in(
    said: dict[str, Any], wrong: tuple[str, str]
) -> None:
    report, _ = bring_in(enterprises(enterprise(1, **said)))
    assert cells(report) == {wrong}
    assert counts(report) == {"new": 1, "wrong": 1}
    assert seats(1)[0][0] == "云帆大厦"


def test_one_enterprise_under_two_spellings_is_one_enterprise() -> None:
    report, _ = bring_in(enterprises(enterprise(1), enterprise(1, name="浙江省台州市第1软件有限责任公司 ")))
    assert counts(report) == {"new": 1, "duplicates": 1}


def test_one_code_with_two_names_is_asked_about() -> None:
    report, _ = bring_in(enterprises(enterprise(1), enterprise(1, name="海门渔家小馆")))
    assert counts(report) == {"new": 1, "ask": 1}
    assert report["ask"][0]["cell"] == "B4"


def test_a_building_nobody_knows_is_asked_about_and_its_rows_go_in_when_answered() -> None:
    data = enterprises(
        enterprise(1, building="葭沚新天地"), enterprise(2, building="葭沚新天地"), enterprise(3)
    )
    report, batch = bring_in(data)
    assert counts(report) == {"new": 1, "ask": 2}
    assert {q["key"] for q in report["ask"]} == {"building:葭沚新天地"}
    assert batch is not None
    by = console_user()
    commands.decide(batch, keys=["building:葭沚新天地"], choice="new", by=by)
    batch = ImportBatch.rows_without_a_reader.get(pk=batch.pk)
    plan = commands.apply(batch, by=by)
    assert plan.count("new") == 2
    assert Building.rows_without_a_reader.filter(name="葭沚新天地").count() == 1
    report, _ = bring_in(data)
    assert counts(report) == {"unchanged": 3}


def test_a_short_name_that_fits_one_building_is_understood_and_one_that_fits_two_is_asked_about() -> None:
    report, _ = bring_in(
        enterprises(enterprise(1, building="云帆"), enterprise(2, "301", building="海门国际"))
    )
    assert counts(report) == {"new": 1, "ask": 1}
    assert seats(1)[0][0] == "云帆大厦"
    assert {c["label"] for c in report["ask"][0]["choices"]} >= {"海门国际中心", "海门国际广场"}


def test_a_row_without_a_code_is_the_known_enterprise_if_name_and_building_agree() -> None:
    bring_in(enterprises(enterprise(1)))
    report, _ = bring_in(enterprises(enterprise(1, code=None, staff=15)))
    assert counts(report) == {"changed": 1}
    assert stored(1).staff == 15


def test_the_same_name_without_a_code_somewhere_else_is_asked_about() -> None:
    bring_in(enterprises(enterprise(1)))
    report, _ = bring_in(enterprises(enterprise(1, "501", code=None, building="海门国际广场")))
    assert counts(report) == {"ask": 1}


def test_a_new_room_in_the_same_building_is_a_move() -> None:
    bring_in(enterprises(enterprise(1)))
    report, _ = bring_in(enterprises(enterprise(1, "1501", since="2026-09-01")))
    assert counts(report) == {"changed": 1}
    moved = datetime.date(2026, 9, 1)
    assert seats(1) == [
        ("云帆大厦", "1301", 120, datetime.date(2021, 3, 1), moved),
        ("云帆大厦", "1501", 120, moved, None),
    ]


def test_one_more_room_is_not_a_move() -> None:
    bring_in(enterprises(enterprise(1)))
    bring_in(enterprises(enterprise(1, "1301、1302", area=240)))
    assert [(number, until) for _b, number, _a, _s, until in seats(1)] == [("1301", None), ("1302", None)]


def test_several_enterprises_share_a_door() -> None:
    report, _ = bring_in(enterprises(enterprise(1), enterprise(2), enterprise(3)))
    assert counts(report) == {"new": 3}
    assert Unit.rows_without_a_reader.filter(number="1301").count() == 1


def test_a_new_phone_of_the_same_contact_keeps_the_person() -> None:
    bring_in(enterprises(enterprise(1)))
    report, _ = bring_in(enterprises(enterprise(1, contact="沈雨晴 13999990000")))
    assert counts(report) == {"changed": 1}
    assert Person.rows_without_a_reader.get().phone_masked == "139****0000"


def test_another_contact_follows_the_old_one() -> None:
    bring_in(enterprises(enterprise(1)))
    bring_in(enterprises(enterprise(1, contact="吴海波 13999990000")))
    ended = Contact.rows_without_a_reader.order_by("pk").values_list("person__name_masked", "until")
    assert [(name, until is None) for name, until in ended] == [("沈**", False), ("吴**", True)]


def test_an_empty_unit_is_on_record_and_no_enterprise() -> None:
    row = (1, "空置", None, "云帆大厦", "1502", 200, None, None, None, None)
    report, _ = bring_in(enterprises(enterprise(1), row))
    assert counts(report) == {"new": 1}
    assert Unit.rows_without_a_reader.get(number="1502").area == 200


def test_who_was_there_last_month_and_is_not_now_is_absent_until_somebody_says() -> None:
    rows = [enterprise(n, f"{1300 + n}") for n in range(1, 6)]
    bring_in(enterprises(*rows))
    report, batch = bring_in(enterprises(*rows[:4], enterprise(9, "1309")))
    assert [a["name"] for a in report["absent"]] == [stored(5).name]
    assert batch is not None
    commands.settle_absent(batch, subjects=[stored(5).pk], left=True, by=console_user())
    assert seats(5)[0][4] == datetime.date(2026, 10, 31)
    report, _ = bring_in(enterprises(*rows[:4], enterprise(9, "1309")))
    assert not report["absent"]


def test_a_list_of_other_enterprises_makes_nobody_absent() -> None:
    bring_in(enterprises(*[enterprise(n, f"{1300 + n}") for n in range(1, 6)]))
    report, _ = bring_in(enterprises(enterprise(1, "1301"), enterprise(9, "1309")))
    assert not report["absent"]


def test_a_batch_is_undone_as_one() -> None:
    bring_in(enterprises(enterprise(1)))
    _, batch = bring_in(enterprises(enterprise(1, staff=20), enterprise(2, "1302")))
    assert batch is not None
    commands.undo(batch, by=console_user())
    assert stored(1).staff == 12
    assert not Enterprise.rows_without_a_reader.filter(credit_code=credit_code(2)).exists()
    assert not Unit.rows_without_a_reader.filter(number="1302").exists()
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_a_batch_on_which_something_later_depends_stays() -> None:
    _, batch = bring_in(enterprises(enterprise(1)))
    bring_in(enterprises(enterprise(1, staff=30)))
    assert batch is not None
    with pytest.raises(Conflict):
        commands.undo(batch, by=console_user())
    assert stored(1).staff == 30


def test_an_enterprise_is_known_again_by_its_code_under_a_new_name() -> None:
    bring_in(enterprises(enterprise(1)))
    report, _ = bring_in(enterprises(enterprise(1, name="浙江云杉软件有限公司")))
    assert counts(report) == {"changed": 1}
    assert stored(1).name == "浙江云杉软件有限公司"


def test_a_file_speaks_of_no_later_day_than_today() -> None:
    bring_in(enterprises(enterprise(1)))
    assert DeclaredCount.rows_without_a_reader.get().as_of <= timezone.localdate()

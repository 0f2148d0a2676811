"""The register of officers (一长两员名单), brought in."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from louyu.accounts.commands import console_user
from louyu.accounts.models import Grant
from louyu.core.errors import Conflict
from louyu.duties.models import Department, Duty
from louyu.duties.queries import officer_name, people_in_place
from louyu.people.models import Person
from louyu.workbooks.commands import apply as apply_batch
from louyu.workbooks.commands import decide, settle_absent, undo
from louyu.workbooks.models import ImportBatch
from tests.factories import BuildingFactory, ContactFactory, PersonFactory, UserFactory
from tests.imports.books import bring_in, cells, workbook

pytestmark = pytest.mark.django_db

BY_BUILDING = ("楼宇", "包干楼长", "楼企管理员", "楼企服务专员", "备注")
BY_PERSON = ("序号", "楼宇名称", "姓名", "角色", "单位及职务", "联系电话")


@pytest.fixture(autouse=True)
def towers() -> None:
    for name in ("巨鼎商务楼", "腾达大厦", "方远广场"):
        BuildingFactory(name=name)


def book(*rows: Sequence[Any], header: Sequence[str] = BY_BUILDING) -> bytes:
    return workbook(header, rows, "重点楼宇“一长两员”名单", "一长两员")


def row(
    building: str, chief: Any = None, administrators: Any = None, specialists: Any = None
) -> tuple[Any, ...]:
    return (building, chief, administrators, specialists, None)


def import_(data: bytes) -> tuple[dict[str, Any], ImportBatch | None]:
    return bring_in(data, "一长两员名单.xlsx")


def told(report: dict[str, Any], *wanted: str) -> tuple[int, ...]:
    return tuple(report["counts"][w] for w in wanted or ("new", "changed", "unchanged", "ask"))


def stored() -> set[tuple[str, str, str, str]]:
    """Building, role, name, and department or position of every duty that has not ended."""
    found = Duty.rows_without_a_reader.select_related("person", "building", "department").filter(until=None)
    return {
        (d.building.name, d.role, officer_name(d.person), d.department.name if d.department else d.position)
        for d in found
    }


FULL = row(
    "巨鼎商务楼", "严娟明（街道党工委委员）", "陈洁、冯勇涛、孔燕月", "戚芳瑞（人社局）\n陶秀（税务局）"
)


def test_one_record_is_one_person_in_one_role_at_one_building() -> None:
    report, batch = import_(book(FULL))
    assert report["kind"] == "duties"
    assert told(report) == (6, 0, 0, 0)
    assert stored() == {
        ("巨鼎商务楼", "chief", "严娟明", "街道党工委委员"),
        ("巨鼎商务楼", "administrator", "陈洁", ""),
        ("巨鼎商务楼", "administrator", "冯勇涛", ""),
        ("巨鼎商务楼", "administrator", "孔燕月", ""),
        ("巨鼎商务楼", "specialist", "戚芳瑞", "人社局"),
        ("巨鼎商务楼", "specialist", "陶秀", "税务局"),
    }
    duty = Duty.rows_without_a_reader.first()
    assert batch is not None
    assert (duty.origin, duty.origin_batch, duty.origin_row) == ("imported", batch.pk, 3)


def test_the_same_file_again_changes_nothing() -> None:
    import_(book(FULL))
    report, batch = import_(book(FULL))
    assert told(report) == (0, 0, 6, 0)
    assert batch is None


def test_departments_that_a_district_usually_has_come_with_what_they_answer_for() -> None:
    import_(
        book(row("巨鼎商务楼", None, None, "陶秀（区税务局）、孔强（市场监督管理局科长）、褚霞（文旅局）"))
    )
    known = {d.name: (d.code, d.categories) for d in Department.rows_without_a_reader.all()}
    assert known == {
        "税务局": ("tax", ["tax"]),
        "市场监管局": ("market", ["registration", "lift"]),
        "文旅局": ("", []),
    }
    assert Duty.rows_without_a_reader.get(department__code="market").position == "科长"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("陈洁、冯勇涛", {"陈洁", "冯勇涛"}),
        ("陈洁 冯勇涛", {"陈洁", "冯勇涛"}),
        ("陈 洁", {"陈洁"}),
        ("陈洁/冯勇涛；孔燕月", {"陈洁", "冯勇涛", "孔燕月"}),
        ("1.陈洁\n2.冯勇涛", {"陈洁", "冯勇涛"}),
        ("税务局：陈洁", {"陈洁"}),
        ("陈洁（税务局 13812342046）", {"陈洁"}),
        ("陈洁 13812342046、冯勇涛 13912342046", {"陈洁", "冯勇涛"}),
        ("陈洁、待定", {"陈洁"}),
        ("空缺", set()),
        ("无", set()),
    ],
)
def test_people_in_a_cell(cell: str, names: set[str]) -> None:
    report, _ = import_(book(row("巨鼎商务楼", "严娟明", "水红桂", cell)))
    assert not report["wrong"]
    found = Duty.rows_without_a_reader.filter(role="specialist").select_related("person")
    assert {officer_name(d.person) for d in found} == names


def test_a_phone_that_is_none_is_told_and_the_name_comes_in() -> None:
    report, _ = import_(book(row("巨鼎商务楼", "严娟明", "陈洁 138123420")))
    assert cells(report) == {("C3", "phone_short")}
    assert ("巨鼎商务楼", "administrator", "陈洁", "") in stored()


def test_one_person_a_row_with_phones() -> None:
    rows = [
        (1, "巨鼎商务楼", "严娟明", "楼长", "街道党工委委员", "13812342046"),
        (2, None, "陈洁", "楼企管理员", "街道", "13812342047"),
        (3, None, "陶秀", "服务专员", "税务局科长", "13812342048"),
        (4, "腾达大厦", "陶秀", "服务专员", "税务局科长", "13812342048"),
    ]
    report, _ = import_(book(*rows, header=BY_PERSON))
    assert report["kind"] == "duties"
    assert told(report) == (4, 0, 0, 0)
    assert Person.rows_without_a_reader.count() == 3
    assert ("腾达大厦", "specialist", "陶秀", "税务局") in stored()
    phones = {p.phone_masked for p in Person.rows_without_a_reader.all()}
    assert phones == {"138****2046", "138****2047", "138****2048"}


def test_the_same_name_in_the_same_post_at_several_buildings_is_one_person() -> None:
    report, _ = import_(book(row("巨鼎商务楼", "严娟明", "陈洁"), row("腾达大厦", "钱春", "陈洁")))
    assert told(report) == (4, 0, 0, 0)
    assert people_in_place(console_user(), timezone.localdate()).count() == 3


def test_the_same_name_with_two_phones_is_two_persons() -> None:
    rows = [
        (1, "巨鼎商务楼", "陈洁", "楼企管理员", "", "13812342046"),
        (2, "腾达大厦", "陈洁", "楼企管理员", "", "13912342046"),
    ]
    report, _ = import_(book(*rows, header=BY_PERSON))
    assert told(report) == (2, 0, 0, 0)
    assert Person.rows_without_a_reader.count() == 2


def test_the_same_name_in_two_posts_is_a_decision() -> None:
    data = book(
        row("巨鼎商务楼", "严娟明", "沈芬荣", "陈洁（税务局）"),
        row("腾达大厦", "钱春", "陈洁", "朱明（税务局）"),
    )
    report, batch = import_(data)
    assert told(report) == (4, 0, 0, 2)
    assert batch is not None
    assert {c["code"] for c in report["ask"][0]["choices"]} == {"same", "other"}
    decide(batch, keys=[q["key"] for q in report["ask"]], choice="same", by=console_user())
    apply_batch(batch, by=console_user())
    persons = {d.person_id for d in Duty.rows_without_a_reader.all() if officer_name(d.person) == "陈洁"}
    assert len(persons) == 1
    assert told(import_(data)[0]) == (0, 0, 6, 0)


@pytest.mark.parametrize(("choice", "persons"), [("known", 1), ("other", 2)])
def test_an_enterprises_contact_of_the_same_name_is_a_decision(choice: str, persons: int) -> None:
    contact = ContactFactory(person=PersonFactory(name="陈洁"))
    data = book(row("巨鼎商务楼", "严娟明", "陈洁"))
    report, batch = import_(data)
    assert told(report) == (1, 0, 0, 1)
    assert batch is not None
    answer = contact.person.pk.hex if choice == "known" else "other"
    decide(batch, keys=[report["ask"][0]["key"]], choice=answer, by=console_user())
    apply_batch(batch, by=console_user())
    named = [p for p in Person.rows_without_a_reader.all() if officer_name(p) == "陈洁"]
    assert len(named) == persons
    assert told(import_(data)[0]) == (0, 0, 2, 0)


def test_a_public_servant_is_no_enterprises_contact() -> None:
    ContactFactory(person=PersonFactory(name="陈洁"))
    report, _ = import_(book(row("巨鼎商务楼", "严娟明", "水红桂", "陈洁（税务局）")))
    assert told(report) == (3, 0, 0, 0)
    assert Person.rows_without_a_reader.filter(contact_of=None).count() == 3


def test_a_known_phone_says_who_it_is() -> None:
    known = ContactFactory(person=PersonFactory(name="陈洁", phone="13812342046")).person
    import_(book((1, "巨鼎商务楼", "陈洁", "楼企管理员", "", "13812342046"), header=BY_PERSON))
    assert Duty.rows_without_a_reader.get().person == known


def test_a_phone_learned_later_stays_with_the_person() -> None:
    import_(book(row("巨鼎商务楼", "严娟明", "陈洁")))
    report, _ = import_(book((1, "巨鼎商务楼", "陈洁", "楼企管理员", "", "13812342046"), header=BY_PERSON))
    assert told(report) == (0, 0, 1, 0)
    assert {p.phone_masked for p in Person.rows_without_a_reader.all()} == {"", "138****2046"}


def test_an_unknown_building_is_asked_about_and_its_people_wait() -> None:
    report, batch = import_(book(FULL, row("星海广场", "潘芳英", "云洋玲")))
    assert told(report) == (6, 0, 0, 1)
    assert batch is not None
    decide(batch, keys=[report["ask"][0]["key"]], choice="new", by=console_user())
    apply_batch(batch, by=console_user())
    assert ("星海广场", "chief", "潘芳英", "") in stored()


def test_a_new_chief_follows_the_one_on_record() -> None:
    import_(book(row("巨鼎商务楼", "严娟明", "陈洁")))
    report, batch = import_(book(row("巨鼎商务楼", "钱春", "陈洁")))
    assert told(report) == (1, 0, 1, 0)
    before, after = Duty.rows_without_a_reader.filter(role="chief").order_by("pk")
    assert before.until == after.since == timezone.localdate()
    assert batch is not None
    undo(batch, by=console_user())
    assert {name for _b, role, name, _p in stored() if role == "chief"} == {"严娟明"}


def test_two_chiefs_in_one_row_are_told() -> None:
    report, _ = import_(book(row("巨鼎商务楼", "严娟明、钱春", "陈洁")))
    assert cells(report) == {("B3", "two_chiefs")}
    assert told(report, "new", "waiting") == (2, 1)


def test_who_is_not_listed_any_more_left_when_somebody_says_so() -> None:
    import_(book(row("巨鼎商务楼", "严娟明", "陈洁、冯勇涛、孔燕月")))
    report, batch = import_(book(row("巨鼎商务楼", "严娟明", "陈洁、冯勇涛、水红桂")))
    assert told(report, "new", "absent") == (1, 1)
    assert batch is not None
    user = UserFactory()
    settle_absent(
        batch, subjects=[Duty.rows_without_a_reader.order_by("pk")[3].pk], left=True, by=console_user()
    )
    assert "孔燕月" not in {name for _b, _r, name, _d in stored()}
    assert not Grant.rows_without_a_reader.filter(user=user).exists()


def test_somebody_with_a_sign_in_gets_the_rights_and_loses_them_with_the_undoing() -> None:
    user = UserFactory()
    PersonFactory(name="陈洁", phone="13812342046", user=user)
    _, batch = import_(book((1, "巨鼎商务楼", "陈洁", "楼企管理员", "", "13812342046"), header=BY_PERSON))
    (grant,) = Grant.rows_without_a_reader.filter(user=user)
    duty = Duty.rows_without_a_reader.get()
    assert (grant.role, grant.scope_id, grant.until) == ("administrator", duty.building_id, None)
    assert batch is not None
    undo(batch, by=console_user())
    assert not Grant.rows_without_a_reader.filter(user=user).exists()


def test_a_batch_is_undone_as_one() -> None:
    before = Person.rows_without_a_reader.count()
    _, batch = import_(book(FULL))
    assert batch is not None
    undo(batch, by=console_user())
    assert not stored()
    assert (Person.rows_without_a_reader.count(), Department.rows_without_a_reader.count()) == (before, 0)


def test_a_batch_stays_where_a_later_change_stands_on_it() -> None:
    _, batch = import_(book(FULL))
    duty = Duty.rows_without_a_reader.filter(role="chief").get()
    Duty.rows_without_a_reader.filter(pk=duty.pk).update(position="街道党工委书记")
    assert batch is not None
    with pytest.raises(Conflict):
        undo(batch, by=console_user())


def test_a_row_without_a_building_waits() -> None:
    report, _ = import_(book((1, None, "陈洁", "楼企管理员", "街道", "13812342046"), header=BY_PERSON))
    assert told(report, "new", "waiting") == (0, 1)


@pytest.mark.parametrize(
    "header",
    [
        ("楼宇名称", "楼长", "管理员", "服务专员", "备注"),
        ("大厦名称", "包楼领导", "驻楼干部", "部门专员", "备注"),
        ("重点楼宇", "街道楼长", "楼宇管理员", "企业服务专员", "备注"),
    ],
)
def test_other_headings_are_understood(header: Sequence[str]) -> None:
    report, _ = import_(book(FULL, header=header))
    assert (report["kind"], *told(report)) == ("duties", 6, 0, 0, 0)

"""The roster of members (党员名册), brought in."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest

from louyu.accounts.commands import console_user
from louyu.accounts.models import AuditChange
from louyu.core.errors import NotPermitted
from louyu.organisations.models import Coverage, Membership, Organisation
from louyu.workbooks import queries
from louyu.workbooks.commands import apply as apply_batch
from louyu.workbooks.commands import decide, import_file, settle_absent, undo
from louyu.workbooks.models import ImportBatch
from tests.factories import (
    AreaFactory,
    BuildingFactory,
    EnterpriseFactory,
    MembershipFactory,
    OccupancyFactory,
    OrganisationFactory,
    UnitFactory,
    identity_number,
    user_with,
)
from tests.imports.books import bring_in, cells, workbook

pytestmark = pytest.mark.django_db

HEADER = (
    "序号",
    "姓名",
    "性别",
    "公民身份号码",
    "联系电话",
    "入党时间",
    "转正时间",
    "所在企业",
    "所在党组织",
    "组织关系",
)
FIRM = "台州海信律师事务所"


@pytest.fixture(autouse=True)
def firm() -> Any:
    building = BuildingFactory(name="天元广场")
    return OccupancyFactory(
        enterprise=EnterpriseFactory(name=FIRM), unit=UnitFactory(building=building)
    ).enterprise


def member(number: int, **said: Any) -> tuple[Any, ...]:
    """A row of the roster; ``said`` changes what a column says."""
    row = {
        "name": f"华凡{'甲乙丙丁戊己庚辛'[number]}",
        "sex": None,
        "identity": identity_number(number),
        "phone": f"1381234{number:04d}",
        "joined": "2014-03-03",
        "full_on": "2015-03-03",
        "enterprise": FIRM,
        "organisation": f"{FIRM}党支部",
        "standing": "已转入",
    } | said
    return (number, *row.values())


def roster(*rows: Sequence[Any], header: Sequence[str] = HEADER, title: str = "党员名册") -> bytes:
    return workbook(header, rows, title, "名册")


def import_(*rows: Sequence[Any], **said: Any) -> tuple[dict[str, Any], ImportBatch | None]:
    return bring_in(roster(*rows, **said), "党员名册.xlsx")


def told(report: dict[str, Any], *wanted: str) -> tuple[int, ...]:
    return tuple(report["counts"][w] for w in wanted or ("new", "changed", "unchanged", "ask"))


def stored() -> list[tuple[str, str, str]]:
    """Organisation, status and stage of every membership that runs."""
    found = Membership.rows_without_a_reader.select_related("organisation").filter(until=None)
    return sorted((str(m.organisation or ""), m.status, m.stage) for m in found)


BRANCH = f"{FIRM}党支部"


def test_a_roster_founds_its_branch_in_the_enterprises_building_and_keeps_only_what_is_needed(
    firm: Any,
) -> None:
    report, batch = import_(member(1))
    assert (report["kind"], told(report)) == ("members", (1, 0, 0, 0))
    assert batch is not None
    branch = Organisation.rows_without_a_reader.get()
    building = firm.occupancies(manager="rows_without_a_reader").get().unit.building
    assert (branch.name, branch.kind, branch.area) == (BRANCH, "branch", building.area)
    assert (branch.origin, branch.origin_batch) == ("imported", batch.pk)
    assert Coverage.rows_without_a_reader.get().enterprise == firm
    membership = Membership.rows_without_a_reader.get()
    assert (membership.status, membership.basis, membership.enterprise) == ("attached", "roster", firm)
    assert membership.joined_on == datetime.date(2014, 3, 3)
    assert membership.person.opened("identity") == identity_number(1)


def test_the_same_roster_twice_changes_nothing() -> None:
    rows = (member(1), member(2, standing="介绍信在手"), member(3, standing="未转（在原籍）"))
    import_(*rows)
    before = stored()
    report, batch = import_(*rows)
    assert (told(report), batch, stored()) == ((0, 0, 3, 0), None, before)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("已转入", "attached"),
        ("是", "attached"),
        (None, "attached"),
        ("介绍信在手", "unattached"),
        ("口袋党员", "unattached"),
        ("档案在人才市场", "unattached"),
        ("未转（在原籍）", "guest"),
        ("流动党员", "guest"),
        ("双报到", "guest"),
    ],
)
def test_where_the_relation_is_becomes_the_status(said: str | None, status: str) -> None:
    import_(member(1, standing=said))
    assert [s for _name, s, _stage in stored()] == [status]


def test_somebody_who_left_is_not_brought_in_and_ends_where_they_were() -> None:
    import_(member(1))
    report, _batch = import_(member(1, standing="已转出"), member(2, standing="已转出"))
    assert told(report) == (0, 1, 0, 0)
    assert stored() == []


def test_applicants_are_no_members() -> None:
    header = (*HEADER[:-1], "党员类别")
    report, _batch = import_(
        member(1, standing="正式党员"),
        member(2, standing="入党积极分子", joined=None, full_on=None),
        member(3, standing="预备党员", joined="2026-03-01", full_on=None),
        header=header,
    )
    assert told(report) == (2, 0, 0, 0)
    assert stored() == [(BRANCH, "attached", "full"), (BRANCH, "attached", "probationary")]


@pytest.mark.parametrize(
    ("said", "cell", "code"),
    [
        ({"identity": "331002199003072512"}, "D3", "identity_check"),
        ({"identity": 3.31002199003072e17}, "D3", "identity_number"),
        ({"identity": "331002199002302516"}, "D3", "identity_check"),
        ({"phone": "138123400011"}, "E3", "phone_long"),
        ({"joined": "2014-02-30"}, "F3", "date_impossible"),
        ({"full_on": "2014-12-03"}, "G3", "probation_too_short"),
        ({"full_on": "2013-12-03"}, "G3", "full_before_joined"),
        ({"joined": "2099-01-01", "full_on": None}, "F3", "date_range"),
        ({"joined": "2005-01-01", "full_on": None}, "F3", "joined_too_young"),
        ({"organisation": "天元广场综合党委"}, "I3", "organisation_without_members"),
    ],
)
def test_a_wrong_cell_is_told_with_its_reason(said: dict[str, Any], cell: str, code: str) -> None:
    report, _batch = import_(member(1, **said))
    assert cells(report) == {(cell, code)}


def test_birth_and_sex_are_held_against_the_identity_number_and_not_kept() -> None:
    header = ("姓名", "性别", "出生日期", "身份证号", "联系电话", "入党时间", "所在党支部")
    number = identity_number(1)
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    right, other = ("男", "女") if int(number[16]) % 2 else ("女", "男")
    rows = [
        ("沈雨晴", right, birth, number, "13812340001", "2014-03-03", BRANCH),
        ("沈雨明", other, "1961-02-03", number, "13812340002", "2014-03-03", BRANCH),
    ]
    report, _batch = import_(rows[0], header=header)
    assert told(report, "new", "wrong") == (1, 0)
    report, _batch = import_(rows[1], header=header)
    assert cells(report) == {("B3", "sex_not_of_identity"), ("C3", "birth_not_of_identity")}
    said = " ".join(f"{c.before}{c.after}" for c in AuditChange.rows_without_a_reader.all())
    assert birth not in said
    assert number not in said
    assert "沈雨晴" not in said


def test_a_spoiled_number_does_not_keep_the_member_out_and_is_filled_in_later() -> None:
    import_(member(1, identity="331002199003072512"))
    person = Membership.rows_without_a_reader.get().person
    assert not person.identity_masked
    report, _batch = import_(member(1))
    assert told(report) == (0, 1, 0, 0)
    person.refresh_from_db()
    assert person.opened("identity") == identity_number(1)


def test_a_bare_joint_branch_is_that_of_the_building() -> None:
    import_(member(1, organisation="联合党支部"))
    assert stored() == [("天元广场联合党支部", "attached", "full")]


def test_spellings_of_one_branch_are_one() -> None:
    OrganisationFactory(name="中共台州海信律师事务所支部委员会")
    import_(member(1), member(2, organisation="海信律师事务所支部"))
    assert stored() == 2 * [("中共台州海信律师事务所支部委员会", "attached", "full")]


def test_the_title_may_name_the_branch() -> None:
    header = ("姓名", "身份证号", "联系电话", "入党时间")
    row = ("沈雨晴", identity_number(1), "13812340001", "2014-03-03")
    import_(row, header=header, title=f"中共{FIRM}支部委员会党员花名册（2026年10月）")
    assert [name for name, _s, _t in stored()] == [f"中共{FIRM}支部委员会"]


def test_without_any_organisation_somebody_is_asked_and_nobody_is_taken_for_unattached() -> None:
    header = ("姓名", "身份证号", "联系电话", "入党时间")
    row = ("沈雨晴", identity_number(1), "13812340001", "2014-03-03")
    report, batch = import_(row, header=header)
    assert (told(report), stored()) == ((0, 0, 0, 1), [])
    assert batch is not None
    _answer(batch, report, "nowhere")
    assert stored() == [("", "unattached", "full")]


def _answer(batch: ImportBatch, report: dict[str, Any], choice: str) -> None:
    keys = [q["key"] for q in queries.report(batch)["ask"]]
    decide(batch, keys=keys, choice=choice, by=console_user())
    apply_batch(batch, by=console_user())


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("moved", [("乙支部", "attached", "full")]),
        ("guest", [("乙支部", "guest", "full"), ("甲支部", "attached", "full")]),
        ("there", [("甲支部", "attached", "full")]),
    ],
)
def test_one_in_two_organisations_is_a_decision(choice: str, left: list[tuple[str, str, str]]) -> None:
    import_(member(1, organisation="甲支部", enterprise=None))
    rows = (
        member(1, organisation="乙支部", enterprise=None),
        member(2, organisation="乙支部", enterprise=None),
    )
    report, batch = import_(*rows)
    assert told(report) == (1, 0, 0, 1)
    assert batch is not None
    _answer(batch, report, choice)
    assert stored() == sorted([*left, ("乙支部", "attached", "full")])
    report, _batch = import_(*rows)
    assert told(report, "new", "changed", "ask") == (0, 0, 0)


def test_the_same_person_twice_in_two_branches_of_one_file_is_a_decision() -> None:
    report, batch = import_(member(1), member(1, organisation="乙支部"), member(1))
    assert told(report, "new", "duplicates", "ask") == (1, 1, 1)
    assert batch is not None
    _answer(batch, report, "guest")
    assert stored() == [("乙支部", "guest", "full"), (BRANCH, "attached", "full")]


def test_one_number_with_two_names_is_a_decision() -> None:
    report, _batch = import_(member(1), member(2, identity=identity_number(1)))
    assert told(report) == (1, 0, 0, 1)


def test_a_member_in_a_joint_branch_beside_the_enterprises_own_is_a_decision() -> None:
    report, batch = import_(member(1), member(2, organisation="天元广场联合党支部"))
    assert told(report) == (1, 0, 0, 1)
    assert [name for name, _s, _t in stored()] == [BRANCH]
    assert batch is not None
    _answer(batch, report, "joint")
    assert sorted(name for name, _s, _t in stored()) == sorted(["天元广场联合党支部", BRANCH])


def test_a_pocket_member_whom_the_roster_has_now_found_a_home() -> None:
    import_(member(1, standing="介绍信在手"))
    report, _batch = import_(member(1))
    assert told(report) == (0, 1, 0, 0)
    assert Membership.rows_without_a_reader.get(until=None).homed


def test_who_is_attached_is_not_sent_away_by_a_roster_that_does_not_know() -> None:
    import_(member(1))
    report, _batch = import_(member(1, standing="介绍信在手"))
    assert (told(report), stored()) == ((0, 0, 1, 0), [(BRANCH, "attached", "full")])


def test_the_next_roster_asks_about_those_it_does_not_list_and_ends_those_who_left() -> None:
    import_(member(1), member(2), member(3))
    report, batch = import_(member(1), member(2), member(4))
    assert told(report, "new", "absent") == (1, 1)
    assert batch is not None
    gone = Membership.rows_without_a_reader.get(person__phone_masked="138****0003")
    settle_absent(batch, subjects=[gone.pk], left=True, by=console_user())
    gone.refresh_from_db()
    assert gone.until is not None


def test_an_import_can_be_taken_back_whole() -> None:
    _report, batch = import_(member(1), member(2))
    assert batch is not None
    undo(batch, by=console_user())
    assert not Membership.rows_without_a_reader.exists()
    assert not Organisation.rows_without_a_reader.exists()


def test_only_the_organisation_line_brings_rosters_in() -> None:
    for role in ("office", "subdistrict", "administrator"):
        with pytest.raises(NotPermitted):
            import_file(roster(member(1)), file_name="名册.xlsx", kind=None, by=user_with(role))


def test_an_organisations_secretary_brings_in_their_own_roster_and_no_other() -> None:
    own, other = OrganisationFactory(name=BRANCH), OrganisationFactory(name="乙支部")
    secretary = user_with("organisation_secretary", own)
    rows = (member(1), member(2, organisation=other.name), member(3, organisation="新支部"))
    report, _batch = import_file(roster(*rows), file_name="名册.xlsx", kind=None, by=secretary)
    assert told(report) == (1, 0, 0, 0)
    assert {w["code"] for w in report["wrong"]} == {"outside_scope"}


def test_a_communitys_secretary_founds_in_their_community_alone(firm: Any) -> None:
    building = firm.occupancies(manager="rows_without_a_reader").get().unit.building
    here, elsewhere = user_with("secretary", building.area), user_with("secretary", AreaFactory())
    report, _batch = import_file(roster(member(1)), file_name="名册.xlsx", kind=None, by=elsewhere)
    assert {w["code"] for w in report["wrong"]} == {"outside_scope"}
    report, _batch = import_file(roster(member(1)), file_name="名册.xlsx", kind=None, by=here)
    assert told(report) == (1, 0, 0, 0)


def test_a_roster_is_seen_by_its_importer_and_not_by_the_district_office() -> None:
    own = OrganisationFactory(name=BRANCH)
    secretary = user_with("organisation_secretary", own)
    _report, batch = import_file(roster(member(1)), file_name="名册.xlsx", kind=None, by=secretary)
    assert batch is not None
    assert batch in queries.batches(secretary)
    assert batch not in queries.batches(user_with("office"))


def test_a_member_who_stands_elsewhere_by_another_register_is_the_same_person() -> None:
    known = MembershipFactory(person__name="华凡乙", person__phone="13812340001", person__identity=None)
    import_(member(1, organisation=known.organisation.name, enterprise=None))
    assert Membership.rows_without_a_reader.filter(person=known.person).count() == 1

from datetime import date

import pytest

from louyu.workbooks.declare import Table
from louyu.workbooks.rules.headings import is_serial, likeness, normalised, understand
from louyu.workbooks.rules.tables import find_tables, kind_score
from louyu.workbooks.tests.workbooks import BUILDINGS, CODE, ENTERPRISES, column, sheet

HEAD = ["序号", "企业名称", "统一社会信用代码", "所在楼宇", "房号", "联系电话"]


def firm(number, name="台州海信有限公司", building="腾达大厦", room="402"):
    return [number, name, CODE, building, room, "13004311432"]


def only(*rows, columns=ENTERPRISES, **more) -> Table:
    """The one table of a sheet."""
    tables = find_tables(sheet(*rows, **more), columns)
    assert len(tables) == 1
    return tables[0]


def fields(table: Table) -> dict[str, str | None]:
    return {heading.text: heading.field for heading in table.headings}


def numbers(table: Table) -> list[int]:
    return [row.number for row in table.rows]


def values(table: Table, field: str) -> list:
    index = next(h.column for h in table.headings if h.field == field)
    return [row.cells[index] for row in table.rows]


# The header


def test_titles_and_units_above_the_header_are_the_title():
    table = only(
        ["入驻企业花名册"], ["填报单位：        2023年11月"], [], HEAD, firm(1), merged=[(0, 0, 0, 5)]
    )
    assert table.title == "入驻企业花名册\n填报单位：        2023年11月"
    assert table.header_rows == (4, 4)
    assert numbers(table) == [5]


def test_a_header_far_below_is_found():
    table = only(*[[f"第{n}条 填表要求"] for n in range(40)], HEAD, firm(1))
    assert table.header_rows == (41, 41)
    assert numbers(table) == [42]


def test_a_header_of_two_rows_with_merged_cells_is_joined():
    table = only(
        ["序号", "楼宇名称", "所属街道", "坐标", None, "面积（㎡）", None],
        [None, None, None, "经度", "纬度", "建筑", "占地"],
        [1, "腾达大厦", "白云街道", 121.41, 28.64, 8000, 900],
        merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6)],
        columns=BUILDINGS,
    )
    assert table.header_rows == (1, 2)
    assert fields(table) == {
        "序号": None,
        "楼宇名称": "name",
        "所属街道": "subdistrict",
        "坐标 经度": "longitude",
        "坐标 纬度": "latitude",
        "面积（㎡） 建筑": "area",
        "面积（㎡） 占地": None,
    }
    assert numbers(table) == [3]


def test_a_header_of_three_rows_with_merged_cells_is_joined():
    table = only(
        ["企业名称", "基本情况", None, None],
        [None, "信用代码", "联系", None],
        [None, None, "联系人", "电话"],
        ["台州海信有限公司", CODE, "张三", "13004311432"],
        merged=[(0, 0, 2, 0), (0, 1, 0, 3), (1, 1, 2, 1), (1, 2, 1, 3)],
    )
    assert table.header_rows == (1, 3)
    assert [h.field for h in table.headings] == ["name", "credit_code", "contact", "phone"]
    assert numbers(table) == [4]


def test_a_header_of_two_rows_without_merged_cells_is_joined():
    table = only(
        ["楼宇名称", "所属街道", "坐标", None],
        [None, None, "经度", "纬度"],
        ["腾达大厦", "白云街道", 121.41, 28.64],
        columns=BUILDINGS,
    )
    assert table.header_rows == (1, 2)
    assert [h.field for h in table.headings] == ["name", "subdistrict", "longitude", "latitude"]


def test_a_first_record_with_gaps_is_not_taken_into_the_header():
    table = only(HEAD, [1, "台州海信有限公司", None, "腾达大厦", None, None], firm(2))
    assert table.header_rows == (1, 1)
    assert numbers(table) == [2, 3]


def test_a_row_that_numbers_the_columns_is_no_record():
    table = only(HEAD, ["甲", 1, 2, 3, 4, 5], firm(1))
    assert table.skipped == [(2, "column_numbers")]
    assert numbers(table) == [3]


def test_two_headers_that_disagree_are_told_and_the_better_one_counts():
    table = only(["序号", "企业名称", "房号", "说明", "其他", "电话"], HEAD, firm(1))
    assert table.notes == ["headers_disagree"]
    assert fields(table)["统一社会信用代码"] == "credit_code"
    assert numbers(table) == [3]
    below = only(HEAD, ["编号", "房号", "企业名称", "楼宇", "电话", "其他"], firm(1))
    assert below.notes == ["headers_disagree"]
    assert numbers(below) == [3]


@pytest.mark.parametrize(
    "rows",
    [
        [["填表说明"], ["1. 面积保留两位小数；2. 合计行请勿删除"]],
        [["目录"], ["1", "楼宇台账"], ["2", "企业花名册"]],
        [["街道", "组织", "党员"], ["白云街道", 3, 40], ["葭沚街道", 2, 31], ["合计", 5, 71]],
        [["今年以来，全区企业稳步增长。"]],
    ],
)
def test_a_sheet_that_is_no_register_gives_no_table(rows):
    assert find_tables(sheet(*rows), ENTERPRISES) == []


def test_an_empty_sheet_gives_no_table():
    assert find_tables(sheet([""]), ENTERPRISES) == []


# Which rows are records


def test_totals_notes_and_blank_rows_are_no_records():
    table = only(
        HEAD,
        firm(1),
        [None, "小计", None, None, 1, None],
        firm(2),
        [],
        firm(3),
        ["合计", None, None, None, 3, None],
        ["合计：3 家"],
        ["备注：空置房间未列"],
        ["填表人：张三", None, "审核人：李四", None, "2023年11月"],
        ["以上数据由各街道在每月底前汇总，经物业核对后逐级上报，如有变动请及时联系专班办公室进行更正。"],
    )
    assert numbers(table) == [2, 4, 6]
    why = dict(table.skipped)
    assert (why[3], why[7], why[8]) == ("total", "total", "total")
    assert (why[9], why[10], why[11]) == ("note", "note", "note")


@pytest.mark.parametrize(
    "words", ["合计", "小 计", "总计", "共计", "方远广场小计", "合计：12家", "共12家", "平均", "累计"]
)
def test_totals_are_known_in_their_many_words(words):
    table = only(HEAD, firm(1), [None, words, None, None, 12, 30])
    assert table.skipped == [(3, "total")]


def test_a_firm_whose_name_sounds_like_a_total_is_a_record():
    table = only(
        HEAD, firm(1, "合计财务有限公司"), firm(2, "台州总计设计有限公司"), firm(3, "共同会计师事务所")
    )
    assert numbers(table) == [2, 3, 4]


def test_a_row_with_only_its_number_is_no_record():
    table = only(HEAD, firm(1), [2], [3])
    assert numbers(table) == [2]
    assert table.skipped == [(3, "serial_only"), (4, "serial_only")]


def test_a_row_with_only_a_name_is_a_record():
    table = only(HEAD, firm(1), [2, "启和有限公司"], [None, "弘海有限公司"])
    assert numbers(table) == [2, 3, 4]


def test_section_rows_stand_over_the_rows_that_follow():
    table = only(
        HEAD[1:],
        ["白云街道"],
        ["方远广场（共2家）"],
        firm(1)[1:],
        firm(2)[1:],
        ["腾达大厦"],
        firm(3)[1:],
        merged=[(1, 0, 1, 4), (2, 0, 2, 4)],
    )
    assert numbers(table) == [4, 5, 7]
    assert table.sections[4] == table.sections[5] == "白云街道 方远广场（共2家）"
    assert table.sections[7] == "白云街道 腾达大厦"


def test_sections_within_sections_keep_the_one_above():
    rows = [
        ["一、白云街道"],
        ["（一）腾达大厦"],
        firm(1)[1:],
        ["（二）方远广场"],
        firm(2)[1:],
        ["二、葭沚街道"],
        firm(3)[1:],
    ]
    table = only(HEAD[1:], *rows)
    assert [table.sections[n] for n in (4, 6, 8)] == [
        "一、白云街道 （一）腾达大厦",
        "一、白云街道 （二）方远广场",
        "二、葭沚街道",
    ]


def test_a_header_repeated_on_every_printed_page_is_no_record():
    table = only(
        ["入驻企业花名册"],
        HEAD,
        firm(1),
        ["入驻企业花名册"],
        HEAD,
        firm(2),
        merged=[(0, 0, 0, 5), (3, 0, 3, 5)],
    )
    assert numbers(table) == [3, 6]
    assert [why for _number, why in table.skipped] == ["repeated_header", "repeated_header"]
    assert table.sections == {}


def test_tables_beneath_one_another_are_told_apart():
    tables = find_tables(
        sheet(
            ["一、腾达大厦"],
            HEAD,
            firm(1),
            ["合计", None, None, None, None, 1],
            [],
            ["二、方远广场"],
            ["房号", "企业名称", "电话", "入驻时间"],
            ["101", "启和有限公司", "13004311433", date(2023, 1, 1)],
            ["102", "弘海有限公司", "13004311434", date(2023, 1, 2)],
        ),
        ENTERPRISES,
    )
    assert [numbers(table) for table in tables] == [[3], [8, 9]]
    assert [table.title for table in tables] == ["一、腾达大厦", "二、方远广场"]
    assert [h.field for h in tables[1].headings] == ["room", "name", "phone", "moved_in"]


# What merged and blank cells say


def test_merged_cells_hold_for_every_row_and_column_they_cover():
    table = only(
        ["楼层", "房号", "企业名称", "电话"],
        ["1F", "101", "海信有限公司", "13004311432"],
        [None, "102", "启和有限公司", "13004311433"],
        ["2F", "201", "弘海有限公司", "13004311434"],
        [None, None, "同德有限公司", None],
        merged=[(1, 0, 2, 0), (3, 0, 4, 0), (3, 1, 4, 1), (3, 3, 4, 3)],
    )
    assert values(table, "floor") == ["1F", "1F", "2F", "2F"]
    assert values(table, "room") == ["101", "102", "201", "201"]
    assert values(table, "phone")[-1] == "13004311434"


def test_a_blank_below_a_building_is_filled_only_where_the_column_says_so():
    table = only(HEAD, firm(1), [2, "启和有限公司", CODE, None, None, None])
    assert values(table, "building") == ["腾达大厦", "腾达大厦"]
    assert values(table, "room") == ["402", ""]


def test_the_sheet_itself_is_not_changed():
    source = sheet(HEAD, firm(1), [2, "启和有限公司", CODE], merged=[(1, 4, 2, 4)])
    before = [list(row) for row in source.cells]
    find_tables(source, ENTERPRISES)
    assert source.cells == before


# What headings mean


@pytest.mark.parametrize(
    ("heading", "normal"),
    [
        ("面积（㎡）", "面积"),
        (" 企业\n名称* ", "企业名称"),
        ("注册资本(万元)", "注册资本"),
        ("（备注）", "备注"),
        ("ＮＯ．", "no"),
    ],
)
def test_headings_are_compared_without_units_and_punctuation(heading, normal):
    assert normalised(heading) == normal


def test_headings_that_ask_for_another_sort_of_thing_are_not_alike():
    assert likeness("企业数", "企业名称") == 0
    assert likeness("联系电话", "联系人") < 0.5
    assert likeness("所属街道名称", "所属街道") > 0.5


def test_unseen_words_are_understood_by_likeness_and_content():
    table = only(
        [
            "NO.",
            "入驻单位全称",
            "社会信用代码（18位）",
            "哪幢楼",
            "门牌",
            "老板",
            "怎么联系",
            "租用面积",
            "何时入驻",
        ],
        [1, "海信有限公司", CODE, "腾达大厦", "402", "张三", "13004311432", "约120㎡", "2020/10/31"],
        [2, "启和有限公司", CODE, "方远广场", "1501", "李四五", "13004311433", 60, date(2020, 1, 1)],
        [3, "弘海事务所", CODE, "腾达大厦", "1301、1302", "王五", "13004311434", 85, "2021.3.4"],
    )
    assert [h.field for h in table.headings] == [
        None, "name", "credit_code", "building", "room", "contact", "phone", "area", "moved_in",
    ]  # fmt: skip


def test_content_decides_where_the_heading_says_another_thing():
    table = only(["编号", "企业名称", "房号"], [CODE, "海信有限公司", "402"], [CODE, "启和有限公司", "403"])
    assert fields(table)["编号"] == "credit_code"


def test_dates_under_a_heading_that_says_another_date_are_not_taken():
    table = only(
        ["企业名称", "电话", "成立时间"],
        *[[f"海信{n}有限公司", "13004311432", "2020-01-01"] for n in "甲乙丙"],
    )
    assert fields(table)["成立时间"] is None


def test_a_heading_of_two_facts_goes_to_the_field_of_two_facts():
    columns = (
        column("phone", "电话 联系电话", lambda value: "1300" in str(value)),
        column("contact", "负责人及电话"),
    )
    headings = understand([(0, "老板和电话")], {0: ["张三13004311432"] * 5}, columns)
    assert headings[0].field == "contact"


def test_a_serial_number_is_never_a_count_or_a_room():
    assert is_serial("序号", [1.0, 2.0, 4.0])
    assert is_serial("", [1, 2, 3])
    assert not is_serial("编号", ["JJ0001", "JJ0002"])
    assert not is_serial("层数", [22, 14, 28])
    table = only(["号", "企业名称", "电话"], *[[n, f"海信{n}有限公司", "13004311432"] for n in (1, 2, 3)])
    assert fields(table)["号"] is None


def test_two_columns_for_one_field_give_the_better_one():
    table = only(
        ["企业名称", "单位名称", "电话"],
        ["张三", "海信有限公司", "13004311432"],
        ["李四", "启和有限公司", "13004311433"],
    )
    assert fields(table)["单位名称"] == "name"
    assert fields(table)["企业名称"] != "name"


def test_a_field_that_may_stand_twice_keeps_both_columns():
    columns = (column("name", "姓名"), column("phone", "电话 手机", many=True))
    headings = understand([(0, "姓名"), (1, "电话"), (2, "手机")], {}, columns)
    assert [h.field for h in headings] == ["name", "phone", "phone"]


def test_what_people_said_before_decides():
    rows = [["甲栏", "乙栏", "房号"], ["海信", "13004311432", "402"], ["启和", "13004311433", "403"]]
    table = find_tables(sheet(*rows), ENTERPRISES, {"甲栏": "name", "房号": ""})[0]
    assert [(h.field, h.why) for h in table.headings][::2] == [("name", "remembered"), (None, "remembered")]


def test_understanding_is_the_same_every_time():
    headings = [(n, text) for n, text in enumerate(HEAD)]
    samples = {n: [cell] * 5 for n, cell in enumerate(firm(1))}
    first = understand(headings, samples, ENTERPRISES)
    assert all(understand(headings, samples, ENTERPRISES) == first for _time in range(5))


def test_the_kind_of_a_table_is_the_one_whose_fields_it_has():
    rows = [["楼宇名称", "所属街道", "层数"], ["腾达大厦", "白云街道", 14], ["方远广场", "葭沚街道", 28]]
    building = only(*rows, columns=BUILDINGS)
    assert kind_score(building, ("name",)) > 1
    firms = only(HEAD, firm(1))
    assert kind_score(firms, ("name",)) > 1
    assert all(kind_score(t, ("name",)) == 0 for t in find_tables(sheet(*rows), ENTERPRISES))


def test_a_limit_looks_at_the_first_rows_only():
    table = find_tables(sheet(HEAD, *[firm(n) for n in range(1, 50)]), ENTERPRISES, limit=10)[0]
    assert numbers(table) == list(range(2, 11))

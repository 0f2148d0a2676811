"""Names as keys, labels and search texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from louyu.core.words import (
    building_key,
    legal_form_of,
    name_key,
    names_fit,
    normalise,
    search_text,
    short_name,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "浙江省台州市椒江睿博工程设计有限公司",
        "椒江睿博工程设计有限公司",
        "睿博工程设计有限责任公司",
        "睿博工程设计（台州）有限公司",
        "睿博工程设计(台州市椒江区) 有限公司",
        "　睿博工程设计有限公司\u200b",
        "台州睿博工程设计股份有限公司 ",
    ],
)
def test_spellings_of_one_name_share_a_key(spelling: str):
    assert name_key(spelling) == "睿博工程设计"


def test_branch_office_never_has_its_parents_key():
    assert name_key("睿博设计有限公司台州分公司") != name_key("睿博设计有限公司")


def test_key_is_never_empty_for_a_name_of_region_and_form_alone():
    assert name_key("浙江有限公司") == "浙江有限公司"
    assert name_key("中国台州市") == "中国台州市"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("台州云杉软件有限公司", "云杉软件"),
        ("东屿律师事务所", "东屿律师事务所"),
        ("浙江东屿（台州）律师事务所", "东屿律师事务所"),
        ("浙江恒信集团股份有限公司", "恒信集团"),
        ("杭州睿博设计有限公司台州分公司", "杭州睿博设计分公司"),
        ("椒江诚德会计师事务所（普通合伙）", "诚德会计师事务所"),
    ],
)
def test_label_leaves_out_region_and_form(name: str, label: str):
    assert short_name(name) == label


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("台州云杉软件有限公司", "company"),
        ("浙江恒信集团", "company"),
        ("杭州睿博设计有限公司台州分公司", "branch_office"),
        ("中国银行椒江支行", "branch_office"),
        ("诚德会计师事务所（普通合伙）", "partnership"),
        ("台州辰和投资合伙企业（有限合伙）", "partnership"),
        ("东屿律师事务所", "firm"),
        ("王氏咨询（个人独资）", "sole"),
        ("椒江阿明小吃店", "individual"),
        ("椒江区软件行业协会", "social"),
        ("椒江区税务局", "institution"),
        ("白云街道办事处", "institution"),
        ("云杉", ""),
    ],
)
def test_legal_form_is_guessed(name: str, form: str):
    assert legal_form_of(name) == form


@pytest.mark.parametrize(
    ("short", "full", "fits"),
    [
        ("万达", "万达广场", True),
        ("巨鼎", "巨鼎商务楼", True),
        ("巨鼎商务楼", "巨鼎商务楼", True),
        ("椒江万达广场", "万达广场", True),
        ("万达广场", "椒江万达广场", True),
        ("万达广场 ", "万达广场（东塔）", True),
        ("中心", "金茂中心", False),
        ("大厦", "腾达大厦", False),
        ("巨鼎大厦", "巨鼎商务楼", False),
        ("腾", "腾达大厦", False),
        ("", "腾达大厦", False),
    ],
)
def test_shortened_names_of_buildings(short: str, full: str, fits: bool):
    assert names_fit(short, full) is fits


def test_towers_keep_their_own_keys():
    assert building_key("万达广场 (东塔)") == building_key("　万达广场（东塔）")
    assert building_key("万达广场（东塔）") != building_key("万达广场（西塔）")


def test_search_text_holds_name_initials_code_and_pinyin():
    text = search_text("台州云杉软件有限公司", "91331002MA2K00017L")
    for part in ("云杉软件", "tzysrj", "91331002ma2k00017l", "yunshanruanjian"):
        assert part in text


def test_search_text_knows_second_readings():
    assert "cf" in search_text("长风")
    assert "zf" in search_text("长风")


@given(some.text(max_size=2000))
def test_no_text_is_too_strange(text: str):
    assert len(search_text(text)) <= 600
    assert len(name_key(text)) <= 120
    assert normalise(normalise(text)) == normalise(text)
    short_name(text)
    legal_form_of(text)
    names_fit(text[:5], text)

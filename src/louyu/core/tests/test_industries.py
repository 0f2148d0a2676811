"""Industries by code, by word, and guessed from names."""

import pytest

from louyu.core.industries import (
    FAMILIES,
    Industry,
    colour_family,
    find_industry,
    guess_industry,
    industry_name,
    section_of,
    sections,
)


def test_table_is_complete():
    assert "".join(sections()) == "ABCDEFGHIJKLMNOPQRST"
    assert all(industry_name(f"{division:02d}") for division in range(1, 98))
    assert section_of("98") is None
    assert section_of("00") is None


@pytest.mark.parametrize(
    ("text", "section", "code"),
    [
        ("I6510", "I", "6510"),
        ("i 6510", "I", "6510"),
        ("6510", "I", "6510"),
        ("65", "I", "65"),
        ("I", "I", None),
        ("L72商务服务业", "L", "72"),
        ("软件和信息技术服务业", "I", "65"),
        ("软件和信息技术服务业（65）", "I", "65"),
        ("信息传输、软件和信息技术服务业", "I", None),
        ("信息传输软件和信息技术服务业", "I", None),
        ("批发零售", "F", None),
        ("批发和零售业", "F", None),
        ("金融业", "J", None),
        ("建筑业", "E", None),
        ("房地产业", "K", None),
        ("租赁和商务服务业", "L", None),
        ("住宿和餐饮业", "H", None),
        ("律师及相关法律服务", "L", "7231"),
        ("餐饮", "H", "62"),
        ("IT", "I", "65"),
    ],
)
def test_industry_is_found(text: str, section: str, code: str | None):
    assert find_industry(text) == Industry(section, code)


@pytest.mark.parametrize("text", ["", "K6510", "98", "00", "xyz", "？"])
def test_industry_is_not_found(text: str):
    assert find_industry(text) is None


@pytest.mark.parametrize(
    ("name", "section", "family"),
    [
        ("台州海信律师事务所", "L", "business"),
        ("椒江德骏会计师事务所", "L", "business"),
        ("椒江泰睿网络科技有限公司", "I", "software"),
        ("浙江信德物业服务有限公司", "K", "business"),
        ("诚润保险代理有限公司", "J", "finance"),
        ("浙江云辰餐饮管理有限公司", "H", "catering"),
        ("椒江铭启装饰工程有限公司", "E", "construction"),
        ("椒江睿博工程设计有限公司", "M", "research"),
        ("台州德翔人力资源有限公司", "L", "business"),
        ("拓德商贸有限公司", "F", "trade"),
        ("椒江和启电子商务有限公司", "F", "trade"),
        ("浙江辰和投资管理有限责任公司", "L", "business"),
        ("华辰生物科技有限公司", "M", "research"),
        ("翔海文化传媒有限公司", "L", "business"),
        ("云杉软件（台州）有限公司", "I", "software"),
    ],
)
def test_industry_is_guessed_from_a_name(name: str, section: str, family: str):
    guessed = guess_industry(name)
    assert guessed is not None
    assert guessed[0] == section
    assert colour_family(*guessed) == family


def test_no_guess_where_a_name_says_nothing():
    assert guess_industry("台州诚瀚有限公司") is None


def test_every_section_has_a_colour():
    assert {colour_family(section) for section in sections()} == set(FAMILIES)
    assert colour_family("R", "8930") == "catering"
    assert colour_family("R", "88") == "other"


def test_names_fall_back_to_the_level_above():
    assert industry_name("6510") == "软件开发"
    assert industry_name("6510", "en") == "Software development"
    assert industry_name("9999") == ""

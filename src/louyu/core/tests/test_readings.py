"""What every cell of a register means, reader by reader, and why it means nothing."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from louyu.core import readings
from louyu.core.identifiers import identity_check, is_credit_code
from louyu.core.industries import Industry
from louyu.core.readings import Contact, Floors, Room, Unreadable, floor_of_room
from louyu.core.readings.values import chinese_number, leading_number
from louyu.core.reasons import MENDS, REASONS, mend_of, reason_of

TODAY = date(2023, 11, 1)
READERS = [getattr(readings, name) for name in readings.__all__ if name.startswith("read_")]
READERS_OF_MEANING = [reader for reader in READERS if reader.__name__ not in ("read_yes_no",)]


def code_of(reader, value, heading="", **options) -> str:
    with pytest.raises(Unreadable) as refusal:
        reader(value, heading, **options)
    return refusal.value.code


# Emptiness ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS_OF_MEANING, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "　",
        "\u200b",
        "无",
        "/",
        "-",
        "—",
        "——",
        "N/A",
        "n/a",
        "空白",
        "暂无",
        "不详",
        "待定",
        "未知",
        float("nan"),
    ],
)
def test_empty_in_meaning_is_none(reader, value):
    assert reader(value) is None


# Text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("台州海信律师事务所\u200b", "台州海信律师事务所"),
        ("\u3000港汇大厦 ", "港汇大厦"),
        ("\ufeff白云\u00a0街道", "白云 街道"),
        ("第一行\r\n第二行", "第一行 第二行"),
        ("Ａ座１３０１", "A座1301"),
        ("区税务局（第二所）", "区税务局（第二所）"),
        (1301.0, "1301"),
        (8.87, "8.87"),
        (True, "是"),
        (date(2020, 10, 31), "2020-10-31"),
        (datetime(2020, 10, 31, 9, 30), "2020-10-31 09:30"),
        (time(9, 30), "09:30"),
        ("a\x00b\x07c", "abc"),
        ("\u202e恶意\u2066文字", "恶意文字"),
        ("\ud800坏", "坏"),
        ("e" + "\u0301" * 400, "é\u0301\u0301"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("{{ 7*7 }}<script>", "{{ 7*7 }}<script>"),
        ("繁體公司", "繁體公司"),
    ],
)
def test_text(value, text):
    assert readings.read_text(value) == text


def test_text_that_is_too_long():
    assert code_of(readings.read_text, "字" * 501) == "text_too_long"
    assert readings.read_text("字" * 500) == "字" * 500
    assert readings.read_text(" " * 100_000 + "字") == "字"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("台州 云杉软件\u3000有限公司", "台州云杉软件有限公司"),
        ("云杉软件(台州)有限公司", "云杉软件（台州）有限公司"),
        ("云杉软件【台州】有限公司", "云杉软件（台州）有限公司"),
        ("Blue Spruce Software Ltd.", "Blue Spruce Software Ltd."),
        ("1、台州云杉软件有限公司", "台州云杉软件有限公司"),
        ("58同城", "58同城"),
        ("空置", None),
        ("（待租）", None),
    ],
)
def test_enterprise_name(value, name):
    assert readings.read_enterprise_name(value) == name


def test_a_number_is_no_name():
    assert code_of(readings.read_enterprise_name, "1301") == "name_number"
    assert code_of(readings.read_enterprise_name, 12.0) == "name_number"
    assert code_of(readings.read_enterprise_name, "公" * 121) == "name_too_long"


# Codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "91331002MA2K00017L",
        "91331002ma2k00017l",
        " 91331002 MA2K0001 7L ",
        "９１３３１００２ＭＡ２Ｋ０００１７Ｌ",
        "91331002-MA2K0001-7L",
        "'91331002MA2K00017L",
        "统一社会信用代码：91331002MA2K00017L",
        "91331002MA2K00017L（正本）",
        "\u200b91331002MA2K00017L",
    ],
)
def test_credit_code(value):
    assert readings.read_credit_code(value) == "91331002MA2K00017L"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (9.133100211111012e17, "credit_code_number"),
        (913310021111101234, "credit_code_number"),
        ("9.1331E+17", "credit_code_number"),
        ("9.13310021111101E17", "credit_code_number"),
        ("913310021111101000", "credit_code_number"),
        ("91331002MA690FWF3", "credit_code_length"),
        ("91331002MA2K00017LL", "credit_code_length"),
        ("91331002MA2K00017M", "credit_code_check"),
        ("91331002MA2K00027L", "credit_code_check"),
        ("331002000012345", "credit_code_old"),
        (331002000012345.0, "credit_code_old"),
        ("331002MA2K00017", "credit_code_old"),
        ("MA2K0001-7", "credit_code_old"),
        ("91331002MA2K0OO17V", "credit_code_letter"),
        ("已三证合一", "credit_code_letter"),
        (True, "credit_code_number"),
    ],
)
def test_credit_code_refused(value, code):
    assert code_of(readings.read_credit_code, value) == code


@pytest.mark.parametrize("typed", ["9133I002MA2K00017L", "91331OO2MA2KOOO17L", "91331002MAZK00017L"])
def test_letters_typed_for_digits_are_suggested_where_both_checks_agree(typed):
    with pytest.raises(Unreadable) as refusal:
        readings.read_credit_code(typed)
    assert refusal.value.code == "credit_code_letter"
    assert refusal.value.suggestion == "91331002MA2K00017L"


def test_no_suggestion_where_the_checks_disagree():
    with pytest.raises(Unreadable) as refusal:
        readings.read_credit_code("9133I002MA2K00018L")
    assert refusal.value.suggestion is None


def test_enterprise_in_the_making_has_no_code_yet():
    assert readings.read_credit_code("办理中") is None


@pytest.mark.parametrize(
    "value",
    [
        "331002199003072511",
        "331002 19900307 2511",
        "３３１００２１９９００３０７２５１１",
        "331002199003072511（本人）",
    ],
)
def test_identity_number(value):
    assert readings.read_identity_number(value) == "331002199003072511"


def test_identity_number_may_end_in_x():
    assert readings.read_identity_number("33100219710227518x") == "33100219710227518X"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (3.310021971012154e17, "identity_number"),
        ("3.31002E+17", "identity_number"),
        ("331002197101215000", "identity_number"),
        ("33100219900307251", "identity_length"),
        ("3310021990030725111", "identity_length"),
        ("331002900307251", "identity_old"),
        ("331002199003072512", "identity_check"),
        ("33100219900230251" + identity_check("33100219900230251"), "identity_birth"),
        ("331002********2511", "identity_masked"),
        ("33100219900307251A", "identity_sign"),
    ],
)
def test_identity_number_refused(value, code):
    assert code_of(readings.read_identity_number, value) == code


def test_letter_in_an_identity_number_is_mended_where_the_check_agrees():
    with pytest.raises(Unreadable) as refusal:
        readings.read_identity_number("33100219900307251I".replace("00307251I", "OO3072511"))
    assert refusal.value.suggestion == "331002199003072511"


# Telephones --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        ("19004311432", "19004311432"),
        (18004311432, "18004311432"),
        (18004311432.0, "18004311432"),
        ("13008087852", "13008087852"),
        ("１３８００００１２３４", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("+86-13800001234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("(0086)13800001234", "13800001234"),
        ("手机：13800001234", "13800001234"),
        ("13800001234/13900001234", "13800001234"),
        ("13800001234 13900001234", "13800001234"),
        ("13800001234、66123", "13800001234"),
        ("190048267/13800001234", "13800001234"),
        ("88812345", "057688812345"),
        (88812345.0, "057688812345"),
        ("8881-2345", "057688812345"),
        ("0576-88812345", "057688812345"),
        ("（0576）88812345", "057688812345"),
        ("0576 8881 2345", "057688812345"),
        ("057688812345", "057688812345"),
        (57688812345, "057688812345"),
        ("0576-88812345转801", "057688812345"),
        ("0576-88812345-801", "057688812345"),
        ("010-62345678", "01062345678"),
        ("0571-8712345", "05718712345"),
        ("400-800-1234", "4008001234"),
        ("8008101234", "8008101234"),
        ("1.3800001234E+10", "13800001234"),
        ("95588", "95588"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_phone(value, phone):
    assert readings.read_phone(value) == phone


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("190048267", "phone_short"),
        ("180037310381", "phone_long"),
        (180037310381.0, "phone_long"),
        ("1380000123", "phone_short"),
        ("661234", "phone_short"),
        ("0576-8881234", "phone_short"),
        ("12800001234", "phone_wrong"),
        ("电话不通", "phone_wrong"),
        ("138****1234", "phone_masked"),
        ("138 0000 12345", "phone_long"),
        ("1.38E+10", "phone_number"),
        (1.5, "phone_wrong"),
        (True, "phone_wrong"),
        (date(2020, 1, 1), "phone_wrong"),
    ],
)
def test_phone_refused(value, code):
    assert code_of(readings.read_phone, value) == code


def test_letters_typed_for_digits_of_a_mobile_number_are_suggested():
    with pytest.raises(Unreadable) as refusal:
        readings.read_phone("138OOOO1234")
    assert refusal.value.suggestion == "13800001234"


@pytest.mark.parametrize(
    ("value", "name", "phone"),
    [
        ("戚明妹 19004311432", "戚明妹", "19004311432"),
        ("张三13812345678", "张三", "13812345678"),
        ("13812345678 张三", "张三", "13812345678"),
        ("13812345678（张三）", "张三", "13812345678"),
        ("张三（经理）13812345678", "张三", "13812345678"),
        ("张三（13812345678）", "张三", "13812345678"),
        ("张三/13812345678", "张三", "13812345678"),
        ("张三：138-1234-5678", "张三", "13812345678"),
        ("张三\n13812345678", "张三", "13812345678"),
        ("联系人：张三 电话：13812345678", "张三", "13812345678"),
        ("张三 总经理 13812345678", "张三", "13812345678"),
        ("张三经理 13812345678", "张三", "13812345678"),
        ("王经理13812345678", "王经理", "13812345678"),
        ("行政部 张三 13812345678", "张三", "13812345678"),
        ("张三先生13812345678", "张三", "13812345678"),
        ("张 三 13812345678", "张三", "13812345678"),
        ("张三13812345678、李四13912345678", "张三", "13812345678"),
        ("John Smith 13812345678", "John Smith", "13812345678"),
        ("阿依古丽·买买提 13812345678", "阿依古丽·买买提", "13812345678"),
        ("张三 0576-88812345转801", "张三", "057688812345"),
        ("张三 88812345", "张三", "057688812345"),
        ("张三", "张三", None),
        ("13812345678", None, "13812345678"),
        (13812345678.0, None, "13812345678"),
    ],
)
def test_contact(value, name, phone):
    assert readings.read_contact(value) == Contact(name, phone)


def test_contact_with_a_bad_number_keeps_the_name():
    with pytest.raises(Unreadable) as refusal:
        readings.read_contact("吴娜珍 190048267")
    assert refusal.value.code == "phone_short"
    assert refusal.value.params["partial"] == Contact("吴娜珍", None)


# Counts, areas, money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (12, 12),
        (12.0, 12),
        (0, 0),
        ("0", 0),
        ("12人", 12),
        ("约120", 120),
        ("近200人", 200),
        ("１２", 12),
        ("1,000", 1000),
        ("1，000人", 1000),
        ("十二", 12),
        ("两人", 2),
        ("50余人", 50),
        ("五十余人", 50),
        ("100人左右", 100),
        ("20+", 20),
        ("32人次", 32),
        ("共12名", 12),
        ("12（其中党员3）", 12),
        ("1.2万人", 12000),
        ("12.0", 12),
        ("28个", 28),
        ("员工12人", 12),
        ("12人，其中党员3人", 12),
        ("没有党员", None),
    ],
)
def test_count(value, count):
    assert readings.read_count(value) == count


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-5, "count_negative"),
        ("-5", "count_negative"),
        ("－5人", "count_negative"),
        ("−5", "count_negative"),
        (3.5, "count_fraction"),
        ("3.5人", "count_fraction"),
        (1_000_001, "count_absurd"),
        ("1e309", "count_absurd"),
        ("9" * 400, "count_absurd"),
        ("若干", "count_text"),
        ("√", "count_text"),
        ("10-20人", "count_text"),
        ("男5女7", "count_text"),
        ("1O", "count_text"),
        (True, "count_text"),
        (date(2020, 1, 1), "count_text"),
        (float("inf"), "cell_error"),
        ("#REF!", "cell_error"),
    ],
)
def test_count_refused(value, code):
    assert code_of(readings.read_count, value) == code


@pytest.mark.parametrize(
    ("value", "heading", "area"),
    [
        (60.0, "面积（㎡）", "60"),
        ("约120㎡", "面积", "120"),
        ("120左右", "面积", "120"),
        ("120平方米左右", "", "120"),
        ("1,200", "", "1200"),
        ("1,200.50m²", "", "1200.5"),
        ("１２０", "", "120"),
        ("120平米", "", "120"),
        ("120平", "", "120"),
        ("120 M2", "", "120"),
        ("200余平方", "", "200"),
        (8.87, "建筑面积（万㎡）", "88700"),
        ("8.87", "建筑面积(万平方米)", "88700"),
        ("8.87", "建筑面积\n（单位：万平）", "88700"),
        ("8.87万", "建筑面积（㎡）", "88700"),
        ("8.87万㎡", "建筑面积（万㎡）", "88700"),
        ("88683㎡", "建筑面积（万㎡）", "88683"),
        ("8.87", "建筑面积（万）", "88700"),
        ("8.87万方", "", "88700"),
        ("2亩", "", "1333.33"),
        ("120㎡+80㎡", "", "200"),
        ("120（含公摊）", "", "120"),
        ("建筑面积：120㎡", "", "120"),
    ],
)
def test_area(value, heading, area):
    assert readings.read_area(value, heading) == Decimal(area)


@pytest.mark.parametrize(
    ("value", "heading", "code"),
    [
        (-60, "", "area_negative"),
        ("-60㎡", "", "area_negative"),
        (0, "", "area_zero"),
        ("0.001", "", "area_zero"),
        (88683, "建筑面积（万㎡）", "area_absurd"),
        ("1e309", "", "area_absurd"),
        ("很大", "", "area_text"),
        ("120-150㎡", "", "area_text"),
        ("120平方英尺", "", "area_text"),
        (True, "", "area_text"),
    ],
)
def test_area_refused(value, heading, code):
    assert code_of(readings.read_area, value, heading) == code


def test_area_in_chinese_numerals_is_suggested_in_digits():
    with pytest.raises(Unreadable) as refusal:
        readings.read_area("三百二")
    assert refusal.value.code == "area_text"
    assert refusal.value.suggestion == "320"


@pytest.mark.parametrize(
    ("value", "heading", "yuan"),
    [
        (1000.0, "注册资本（万元）", 10_000_000),
        (175800, "本月税收（元）", 175_800),
        (175.8, "累计税收（万元）", 1_758_000),
        ("1000万元人民币", "注册资本", 10_000_000),
        ("人民币1000万元", "注册资本（万元）", 10_000_000),
        ("1000万", "注册资本（万元）", 10_000_000),
        ("10000000元", "注册资本（万元）", 10_000_000),
        ("1000（认缴）", "注册资本（万元）", 10_000_000),
        ("￥1,000.50", "", 1000.5),
        ("RMB 100", "", 100),
        ("壹仟万元整", "", 10_000_000),
        ("1.5亿", "", 150_000_000),
        ("0", "", 0),
        ("认缴500万", "注册资本（万元）", 5_000_000),
        (0.02, "税收（亿元）", 2_000_000),
        ("500", "注册资本(单位:万元)", 5_000_000),
        ("500", "注册资本（万）", 5_000_000),
    ],
)
def test_money_is_in_fen(value, heading, yuan):
    assert readings.read_money(value, heading) == round(yuan * 100)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("100万美元", "money_currency"),
        ("USD 100", "money_currency"),
        ("$100", "money_currency"),
        (-5, "money_negative"),
        ("-￥5", "money_negative"),
        ("1e309", "money_absurd"),
        ("若干", "money_text"),
        (True, "money_text"),
    ],
)
def test_money_refused(value, code):
    assert code_of(readings.read_money, value) == code


def test_refunds_are_negative_where_allowed():
    assert readings.read_money("-12.5", "本月税收（万元）", may_be_negative=True) == -12_500_000


@pytest.mark.parametrize(
    ("value", "heading", "ratio"),
    [
        ("85%", "", "0.85"),
        ("85.5％", "", "0.855"),
        (0.855, "", "0.855"),
        (85.5, "", "0.855"),
        (1, "", "1"),
        (1, "出租率（%）", "0.01"),
        ("九成", "", "0.9"),
        ("八成五", "", "0.85"),
        ("百分之八十五", "", "0.85"),
    ],
)
def test_percentage(value, heading, ratio):
    assert readings.read_percentage(value, heading) == Decimal(ratio)


def test_percentage_refused():
    assert code_of(readings.read_percentage, "120%") == "percentage_range"
    assert code_of(readings.read_percentage, -0.5) == "percentage_range"
    assert code_of(readings.read_percentage, "很高") == "percentage_text"


# Dates and years ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2021, 12, 28), (2021, 12, 28)),
        (datetime(2021, 12, 28, 23, 59), (2021, 12, 28)),
        (datetime(2021, 12, 28, 20, 0, tzinfo=UTC), (2021, 12, 29)),
        ("2020/10/31", (2020, 10, 31)),
        ("2021-01-06", (2021, 1, 6)),
        ("20230112", (2023, 1, 12)),
        (20230112.0, (2023, 1, 12)),
        ("2021年1月4日", (2021, 1, 4)),
        ("2021年 1月 4日", (2021, 1, 4)),
        ("２０２１年１月４日", (2021, 1, 4)),
        ("二〇二一年一月四日", (2021, 1, 4)),
        ("二○二一年十二月三十一日", (2021, 12, 31)),
        ("2016.7.26", (2016, 7, 26)),
        ("2016.7.26.", (2016, 7, 26)),
        ("2021.6", (2021, 6, 1)),
        ("2021年6月", (2021, 6, 1)),
        ("2021年6月份", (2021, 6, 1)),
        ("2021-06", (2021, 6, 1)),
        ("202106", (2021, 6, 1)),
        (2021.6, (2021, 6, 1)),
        (2021.12, (2021, 12, 1)),
        ("2021", (2021, 1, 1)),
        (2021.0, (2021, 1, 1)),
        ("2021年", (2021, 1, 1)),
        ("2021、6、3", (2021, 6, 3)),
        ("2021 6 3", (2021, 6, 3)),
        ("2021年六月", (2021, 6, 1)),
        ("2021年6月至今", (2021, 6, 1)),
        ("44197.0", (2021, 1, 1)),
        ("2021年底", (2021, 12, 31)),
        ("2021年2月底", (2021, 2, 28)),
        ("2021年6月中旬", (2021, 6, 11)),
        ("21.6.3", (2021, 6, 3)),
        ("21年6月3日", (2021, 6, 3)),
        ("98.5.1", (1998, 5, 1)),
        (44197, (2021, 1, 1)),
        (44197.75, (2021, 1, 1)),
        ("44197", (2021, 1, 1)),
        ("2021-01-06 09:30:00", (2021, 1, 6)),
        ("2021年1月6日 上午9时", (2021, 1, 6)),
        ("2021-01-06T09:30:00", (2021, 1, 6)),
        ("2021-01-06T20:00:00Z", (2021, 1, 7)),
        ("2021-01-06T09:30:00+08:00", (2021, 1, 6)),
        ("2021年1月6日（星期三）", (2021, 1, 6)),
        ("2021年1月6日星期三", (2021, 1, 6)),
        ("约2021年1月", (2021, 1, 1)),
        ("2021年1月入驻", (2021, 1, 1)),
        ("31/12/2021", (2021, 12, 31)),
        ("12/31/2021", (2021, 12, 31)),
    ],
)
def test_date(value, day):
    assert readings.read_date(value, today=TODAY) == date(*day)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2023-02-30", "date_impossible"),
        ("2023-13-01", "date_impossible"),
        ("2023年2月29日", "date_impossible"),
        ("20230230", "date_impossible"),
        ("2023.6.31", "date_impossible"),
        ("2023年13月", "date_impossible"),
        (0, "date_impossible"),
        (60, "date_impossible"),
        ("60", "date_impossible"),
        ("1948-01-01", "date_range"),
        ("0000-01-01", "date_range"),
        ("9999-12-31", "date_range"),
        (date(9999, 12, 31), "date_range"),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), "date_range"),
        ("2026-01-01", "date_range"),
        (60000, "date_range"),
        ("3/4/2021", "date_ambiguous"),
        (2021.1, "date_ambiguous"),
        ("腊月初八", "date_text"),
        ("昨天", "date_text"),
        ("若干年前", "date_text"),
        (-44197, "date_text"),
        (True, "date_text"),
        (time(9, 30), "date_text"),
        (1e300, "date_text"),
    ],
)
def test_date_refused(value, code):
    assert code_of(readings.read_date, value, today=TODAY) == code


def test_open_ends_are_empty():
    assert readings.read_date("至今") is None
    assert readings.read_date("长期") is None


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("2016年建成", 2016),
        (2016, 2016),
        (2016.0, 2016),
        ("建于2016年7月", 2016),
        ("2016.7", 2016),
        ("20160701", 2016),
        (date(2016, 7, 1), 2016),
        ("二〇一六年", 2016),
        ("16年", 2016),
        ("98年", 1998),
        (42552, 2016),
    ],
)
def test_year(value, year):
    assert readings.read_year(value, today=TODAY) == year


def test_year_refused():
    assert code_of(readings.read_year, "2090", today=TODAY) == "year_range"
    assert code_of(readings.read_year, "新楼") == "year_text"
    assert code_of(readings.read_year, True) == "year_text"


# Floors and rooms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "floor"),
    [
        (13, 13),
        (13.0, 13),
        ("13F", 13),
        ("13f", 13),
        ("１３Ｆ", 13),
        ("13层", 13),
        ("13楼", 13),
        ("第13层", 13),
        ("F13", 13),
        ("十三层", 13),
        ("13#", 13),
        ("B1", -1),
        ("B1层", -1),
        ("-1", -1),
        (-1.0, -1),
        ("-1F", -1),
        ("负一层", -1),
        ("负1楼", -1),
        ("地下一层", -1),
        ("地下室", -1),
        ("底层", 1),
        ("13层整层", 13),
        ("13楼1301", 13),
        ("1-3层", 1),
        ("13F（部分）", 13),
        ("A座13层", 13),
        ("裙楼3层", 3),
    ],
)
def test_floor(value, floor):
    assert readings.read_floor(value) == floor


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "floor_zero"),
        ("0层", "floor_zero"),
        ("三十层半", "floor_fraction"),
        (13.5, "floor_fraction"),
        ("13.5层", "floor_fraction"),
        (1301, "floor_absurd"),
        ("B99", "floor_absurd"),
        ("天台", "floor_text"),
        (date(2023, 1, 3), "floor_text"),
        (True, "floor_text"),
    ],
)
def test_floor_refused(value, code):
    assert code_of(readings.read_floor, value) == code


@pytest.mark.parametrize(
    ("value", "above", "below"),
    [
        (22, 22, None),
        (22.0, 22, None),
        ("22层", 22, None),
        ("22F", 22, None),
        ("二十二层", 22, None),
        ("共22层", 22, None),
        ("地上22层，地下2层", 22, 2),
        ("地下2层，地上22层", 22, 2),
        ("地上二十二层地下二层", 22, 2),
        ("地上22地下2", 22, 2),
        ("22/2", 22, 2),
        ("22/-2", 22, 2),
        ("22/0", 22, 0),
        ("22F/B2", 22, 2),
        ("22层/地下2层", 22, 2),
        ("-2~22", 22, 2),
        ("-2至22层", 22, 2),
        ("B2-22F", 22, 2),
        ("1-22层", 22, None),
        ("22（地下2层）", 22, 2),
        ("22层（地下二层）", 22, 2),
        ("22+2", 22, 2),
        ("22-2", 22, 2),
        ("22/20", 22, None),
        ("地上部分22层，地下部分2层", 22, 2),
        ("22层，地下室2层", 22, 2),
        ("主楼22层裙楼4层", 22, None),
        ("主楼22层，裙楼4层，地下2层", 22, 2),
        ("A座22层，B座18层", 22, None),
        ("地下2层", None, 2),
    ],
)
def test_storeys(value, above, below):
    assert readings.read_floors(value) == Floors(above, below)


def test_storeys_under_a_heading_of_those_below_ground():
    assert readings.read_floors(2.0, "地下层数") == Floors(None, 2)
    assert readings.read_floors("-2", "地下层数") == Floors(None, 2)
    assert readings.read_floors("22/2", "层数（地上/地下）") == Floors(22, 2)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("三十层半", "floors_fraction"),
        (30.5, "floors_fraction"),
        ("30.5层", "floors_fraction"),
        (-5, "floors_negative"),
        (0, "floors_zero"),
        (300, "floors_absurd"),
        ("很高", "floors_text"),
        ("多层", "floors_text"),
        (date(2023, 1, 22), "floors_text"),
        (True, "floors_text"),
    ],
)
def test_storeys_refused(value, code):
    assert code_of(readings.read_floors, value) == code


@pytest.mark.parametrize(
    ("number", "floor"),
    [
        ("1301", 13),
        ("110", 1),
        ("905", 9),
        ("2211", 22),
        ("0301", 3),
        ("1301A", 13),
        ("1301-1", 13),
        ("B101", -1),
        ("12", None),
        ("11301", None),
        ("001", None),
        ("B1001", None),
        ("商铺12号", None),
        ("整层", None),
    ],
)
def test_floor_of_a_room(number, floor):
    assert floor_of_room(number) == floor


@pytest.mark.parametrize(
    ("value", "rooms"),
    [
        ("402", [("402", 4, None)]),
        (402, [("402", 4, None)]),
        (402.0, [("402", 4, None)]),
        ("１３０１", [("1301", 13, None)]),
        ("1301室", [("1301", 13, None)]),
        ("1301号房", [("1301", 13, None)]),
        ("1301A", [("1301A", 13, None)]),
        ("1301-1", [("1301-1", 13, None)]),
        ("110、111", [("110", 1, None), ("111", 1, None)]),
        ("1301,1302", [("1301", 13, None), ("1302", 13, None)]),
        ("1301/1302", [("1301", 13, None), ("1302", 13, None)]),
        ("1301 1302", [("1301", 13, None), ("1302", 13, None)]),
        ("1301\\1302", [("1301", 13, None), ("1302", 13, None)]),
        ("301东", [("301东", 3, None)]),
        ("8F（801）", [("801", 8, None)]),
        ("1301（东）", [("1301", 13, None)]),
        ("16楼B区", [("B区", 16, None)]),
        ("整层13F", [("整层", 13, None)]),
        ("1001-1002-1003", [("1001", 10, None), ("1002", 10, None), ("1003", 10, None)]),
        ("1301.1302", [("1301", 13, None), ("1302", 13, None)]),
        ("1301\n1302", [("1301", 13, None), ("1302", 13, None)]),
        ("1301室、1302室", [("1301", 13, None), ("1302", 13, None)]),
        ("1301和1302", [("1301", 13, None), ("1302", 13, None)]),
        ("1301、02、03", [("1301", 13, None), ("1302", 13, None), ("1303", 13, None)]),
        ("1703-1705", [("1703", 17, None), ("1704", 17, None), ("1705", 17, None)]),
        ("1703-05", [("1703", 17, None), ("1704", 17, None), ("1705", 17, None)]),
        ("1703—1705室", [("1703", 17, None), ("1704", 17, None), ("1705", 17, None)]),
        ("1703室至1705室", [("1703", 17, None), ("1704", 17, None), ("1705", 17, None)]),
        ("1703~1705", [("1703", 17, None), ("1704", 17, None), ("1705", 17, None)]),
        ("1703-1704、1801", [("1703", 17, None), ("1704", 17, None), ("1801", 18, None)]),
        ("13F 1301室", [("1301", 13, None)]),
        ("13楼1301", [("1301", 13, None)]),
        ("十三楼1301", [("1301", 13, None)]),
        ("13层01室", [("1301", 13, None)]),
        ("13楼1301、1302", [("1301", 13, None), ("1302", 13, None)]),
        ("13-01", [("1301", 13, None)]),
        ("13-1301", [("1301", 13, None)]),
        ("A座1301", [("1301", 13, "A座")]),
        ("A座1301、1302", [("1301", 13, "A座"), ("1302", 13, "A座")]),
        ("A-1301", [("1301", 13, "A座")]),
        ("A1301", [("1301", 13, "A座")]),
        ("A座13楼1301室", [("1301", 13, "A座")]),
        ("2号楼1301", [("1301", 13, "2号楼")]),
        ("2幢1301室", [("1301", 13, "2号楼")]),
        ("2#1301", [("1301", 13, "2号楼")]),
        ("2-1301", [("1301", 13, "2号楼")]),
        ("东塔1301", [("1301", 13, "东塔")]),
        ("主楼1301", [("1301", 13, "主楼")]),
        ("B1-05", [("B105", -1, None)]),
        ("B101", [("B101", -1, None)]),
        ("-101", [("B101", -1, None)]),
        ("负一层101", [("B101", -1, None)]),
        ("整层", [("整层", None, None)]),
        ("13层整层", [("整层", 13, None)]),
        ("13楼全层", [("整层", 13, None)]),
        ("13F", [("整层", 13, None)]),
        ("十三层", [("整层", 13, None)]),
        ("A座13层", [("整层", 13, "A座")]),
        ("1-3层", [("整层", 1, None), ("整层", 2, None), ("整层", 3, None)]),
        ("1F-3F", [("整层", 1, None), ("整层", 2, None), ("整层", 3, None)]),
        ("12、13层", [("整层", 12, None), ("整层", 13, None)]),
        ("-1至1层", [("整层", -1, None), ("整层", 1, None)]),
        ("商铺12号", [("商铺12号", None, None)]),
        ("1层商铺", [("商铺", 1, None)]),
        ("一楼大厅", [("大厅", 1, None)]),
        ("开元路606号腾达大厦1301室", [("1301", 13, None)]),
    ],
)
def test_rooms(value, rooms):
    assert readings.read_rooms(value) == tuple(Room(*room) for room in rooms)


def test_long_range_is_kept_as_a_range():
    (room,) = readings.read_rooms("1301-1390")
    assert (room.number, room.last, room.floor) == ("1301", "1390", 13)
    assert room.door == "1301-1390"


def test_door_says_the_tower():
    (room,) = readings.read_rooms("A座1301")
    assert room.door == "A座1301"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (date(2023, 1, 13), "room_date"),
        (time(13, 1), "room_date"),
        (True, "room_text"),
        (0, "room_text"),
        ("前往", "room_text"),
        ("???x", "room_text"),
    ],
)
def test_rooms_refused(value, code):
    assert code_of(readings.read_rooms, value) == code


# Coordinates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "pair"),
    [
        ("121.4,28.6", (121.4, 28.6)),
        ("28.6，121.4", (121.4, 28.6)),
        ("121.4 28.6", (121.4, 28.6)),
        ("121.4、28.6", (121.4, 28.6)),
        ("(121.4, 28.6)", (121.4, 28.6)),
        ("经度121.4 纬度28.6", (121.4, 28.6)),
        ("lng:121.4 lat:28.6", (121.4, 28.6)),
        ("E121.4 N28.6", (121.4, 28.6)),
        ("121.4E,28.6N", (121.4, 28.6)),
        ("东经121°24′ 北纬28°39′", (121.4, 28.65)),
        ("北纬28°39′00″，东经121°24′00″", (121.4, 28.65)),
        ("121°24'0\"E 28°39'0\"N", (121.4, 28.65)),
        ("121度24分 28度39分", (121.4, 28.65)),
    ],
)
def test_pair_of_coordinates(value, pair):
    assert readings.read_coordinate_pair(value) == pytest.approx(pair)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("121.4", "coordinate_text"),
        ("121.4,28.6,5", "coordinate_text"),
        ("在路口", "coordinate_text"),
        (121.4, "coordinate_text"),
        ("2.35,48.85", "coordinate_range"),
        ("121.4,121.4", "coordinate_range"),
        ("121°75′ 28°39′", "coordinate_text"),
    ],
)
def test_pair_of_coordinates_refused(value, code):
    assert code_of(readings.read_coordinate_pair, value) == code


def test_single_coordinates():
    assert readings.read_longitude(121.423619) == 121.423619
    assert readings.read_longitude("121.423619") == 121.423619
    assert readings.read_longitude("东经121°24′") == pytest.approx(121.4)
    assert readings.read_latitude("28°39′36″N") == pytest.approx(28.66)
    assert code_of(readings.read_longitude, 28.66099) == "longitude_is_latitude"
    assert code_of(readings.read_latitude, "121.419637") == "latitude_is_longitude"
    assert code_of(readings.read_longitude, 0) == "coordinate_range"
    assert code_of(readings.read_latitude, 2866) == "coordinate_range"
    assert code_of(readings.read_latitude, "北边") == "coordinate_text"
    assert code_of(readings.read_latitude, float("inf")) == "cell_error"


# Yes and no, industries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["√", "✓", "是", "有", "Y", "yes", "1", 1, 1.0, True, "true", "●", "对", "分公司", "是（分公司）"],
)
def test_yes(value):
    assert readings.read_yes_no(value, "是否分支机构") is True


@pytest.mark.parametrize("value", ["×", "否", "N", "0", 0, False, "不是", "无", "独立法人", "有限公司", "X"])
def test_no(value):
    assert readings.read_yes_no(value, "是否分支机构") is False


@pytest.mark.parametrize("value", [None, "", "/", "—", "不详"])
def test_neither_yes_nor_no(value):
    assert readings.read_yes_no(value) is None


def test_yes_no_refused():
    assert code_of(readings.read_yes_no, "也许") == "yes_no_text"
    assert code_of(readings.read_yes_no, 7) == "yes_no_text"
    assert code_of(readings.read_yes_no, "x" * 1_000_000) == "yes_no_text"
    assert readings.read_yes_no("分公司", "是否法人") is False


def test_industry():
    assert readings.read_industry("I6510") == Industry("I", "6510")
    assert readings.read_industry(6510.0) == Industry("I", "6510")
    assert code_of(readings.read_industry, "不清楚的行当") == "industry_unknown"


# Numbers in words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("三百二", 320),
        ("三百二十", 320),
        ("两千", 2000),
        ("一千零五十", 1050),
        ("一万二", 12_000),
        ("三万五千", 35_000),
        ("一亿二千万", 120_000_000),
        ("二〇二一", 2021),
        ("壹仟", 1000),
        ("〇", 0),
        ("百", None),
        ("两三百", None),
        ("十二人", None),
        ("", None),
    ],
)
def test_chinese_numbers(text, number):
    assert chinese_number(text) == number


def test_leading_number_leaves_out_vague_words():
    assert leading_number("约1,200m2左右") == (Decimal(1200), "m2")
    assert leading_number("很多") is None


# Anything ----------------------------------------------------------------------------------------------------

HEADINGS = ["", "建筑面积（万㎡）", "注册资本（万元）", "地下层数", "是否法人", "出租率%"]
SIGNS_OF_REGISTERS = (
    "0123456789零一二三十百千万亿半余约层楼室座号FBX-~/、，.%㎡年月日°′″()（）+ \u200b\u202e\ud800１"
)
CELLS = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(),
    some.dates(),
    some.datetimes(timezones=some.none() | some.just(UTC)),
    some.times(),
    some.text(some.one_of(some.characters(), some.sampled_from(SIGNS_OF_REGISTERS)), max_size=30),
    some.text(some.sampled_from(SIGNS_OF_REGISTERS), max_size=12),
)
STRANGE = [
    *(
        "x" * 1_000_000,
        "1" * 1_000_000,
        " " * 1_000_000,
        "一" * 400,
        "9" * 499,
        "1" + "\u0301" * 400,
        "-" * 400,
    ),
    *("1-" * 200, "1、" * 200, "(" * 400, "万" * 300, "°" * 300, "😀" * 300, "\x00", "\u202e1301", "\ud800"),
    *("1e309", "1e999", "-1e309", "NaN", "inf", "²", "①②③", "٣٤", "'; DROP TABLE x; --", "{{7*7}}", "=1+1"),
    *(
        float("inf"),
        float("-inf"),
        float("nan"),
        -0.0,
        1e300,
        5e-324,
        10**400,
        -(10**400),
        "0",
        "-0",
        "000000",
    ),
    *(date.min, date.max, datetime.min, datetime.max, datetime.max.replace(tzinfo=UTC), time(0, 0)),
]


def answer_of(reader, value, heading="") -> tuple[str, str] | None:
    """The texts with which a reader refuses a value; None where it reads it. Any other exception is a failure."""
    try:
        reader(value, heading)
    except Unreadable as problem:
        return reason_of(problem), mend_of(problem)
    return None


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@given(value=CELLS, heading=some.sampled_from(HEADINGS))
def test_nothing_but_unreadable_is_ever_raised(reader, value, heading):
    answer = answer_of(reader, value, heading)
    assert answer is None or all(answer)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_strange_values_are_met_with_an_answer(reader, value):
    answer = answer_of(reader, value)
    assert answer is None or all(answer)


@given(CELLS)
def test_a_credit_code_that_is_read_is_right(value):
    try:
        code = readings.read_credit_code(value)
    except Unreadable:
        return
    assert code is None or is_credit_code(code)


def test_every_reason_has_a_mend():
    assert REASONS.keys() == MENDS.keys()

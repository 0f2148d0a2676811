"""Why a cell cannot be read, and how to mend it, in the words of the people who fill in registers.

Both texts may name the parameters of ``Unreadable.params`` as ``%(name)s``. They are short: they stand beside
the cell on the page and in its comment in the workbook.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from louyu.core.readings.values import Unreadable

REASONS: Final[dict[str, Any]] = {
    "text_too_long": _("文字太长，有 %(length)s 个字符"),
    "cell_error": _("单元格里是出错的公式或数值：%(value)s"),
    "name_number": _("名称里没有文字，只有数字或符号"),
    "name_too_long": _("名称太长，有 %(length)s 个字"),
    "credit_code_number": _("代码变成了数字，后几位已经丢失"),
    "credit_code_length": _("统一社会信用代码应为 18 位，这里是 %(length)s 位"),
    "credit_code_letter": _("统一社会信用代码里不会出现：%(signs)s"),
    "credit_code_check": _("校验位错误：第 %(place)s 位是 %(given)s，按其余各位应为 %(expected)s"),
    "credit_code_old": _("这是旧的注册号或组织机构代码（%(length)s 位），不是统一社会信用代码"),
    "identity_number": _("身份证号变成了数字，后几位已经丢失"),
    "identity_length": _("身份证号应为 18 位，这里是 %(length)s 位"),
    "identity_old": _("这是 15 位的旧身份证号"),
    "identity_masked": _("身份证号被星号遮住了"),
    "identity_sign": _("身份证号里有不该出现的字符"),
    "identity_check": _("身份证号校验位错误"),
    "identity_birth": _("身份证号里的出生日期不存在：%(birth)s"),
    "phone_short": _("电话号码位数不够，只有 %(digits)s 位"),
    "phone_long": _("电话号码多了，有 %(digits)s 位"),
    "phone_wrong": _("不是有效的电话号码"),
    "phone_number": _("电话号码变成了科学计数，后几位已经丢失"),
    "phone_masked": _("电话号码被星号遮住了"),
    "count_negative": _("数量不能是负数"),
    "count_fraction": _("数量应为整数"),
    "count_text": _("读不出数量"),
    "count_absurd": _("数量过大，超过 %(largest)s"),
    "area_negative": _("面积不能是负数"),
    "area_zero": _("面积不能是 0"),
    "area_text": _("读不出面积"),
    "area_absurd": _("面积过大，超过 %(largest)s 平方米，可能是单位不对"),
    "money_currency": _("不是人民币金额"),
    "money_negative": _("金额不能是负数"),
    "money_absurd": _("金额过大，可能是单位不对"),
    "money_text": _("读不出金额"),
    "date_impossible": _("日期不存在"),
    "date_ambiguous": _("日期有两种读法，分不清是哪一种"),
    "date_range": _("日期不在 %(first)s 年至 %(last)s 年之间"),
    "date_text": _("读不出日期"),
    "year_range": _("年份不合理，应在 1840 年至 %(last)s 年之间"),
    "year_text": _("读不出年份"),
    "floor_zero": _("没有 0 层"),
    "floor_fraction": _("楼层不是整数"),
    "floor_absurd": _("楼层过高或过低"),
    "floor_text": _("读不出楼层"),
    "floors_fraction": _("层数不是整数"),
    "floors_negative": _("层数不能是负数"),
    "floors_zero": _("层数不能是 0"),
    "floors_absurd": _("层数过大，超过 %(highest)s 层"),
    "floors_text": _("读不出层数"),
    "room_date": _("房号被表格软件变成了日期"),
    "room_text": _("读不出房号"),
    "longitude_is_latitude": _("经度里填的是纬度，经纬度可能颠倒了"),
    "latitude_is_longitude": _("纬度里填的是经度，经纬度可能颠倒了"),
    "coordinate_range": _("坐标不在国内"),
    "coordinate_text": _("读不出坐标"),
    "percentage_range": _("比率应在 0 与 1 之间"),
    "percentage_text": _("读不出比率"),
    "yes_no_text": _("读不出是或否"),
    "industry_unknown": _("不是国民经济行业分类里的行业"),
}
"""Code → why not, one sentence."""

MENDS: Final[dict[str, Any]] = {
    "text_too_long": _("请缩短到 %(longest)s 个字符以内。"),
    "cell_error": _("请改正公式，或直接填写数值。"),
    "name_number": _("请填写营业执照上的名称。"),
    "name_too_long": _("请填写营业执照上的名称，不超过 %(longest)s 个字。"),
    "credit_code_number": _("请把单元格设为文本格式，再照营业执照重新填写。"),
    "credit_code_length": _("请照营业执照补全 18 位。"),
    "credit_code_letter": _("请照营业执照核对；代码不用字母 I、O、S、V、Z。"),
    "credit_code_check": _("请照营业执照逐位核对。"),
    "credit_code_old": _("请填写营业执照上 18 位的统一社会信用代码。"),
    "identity_number": _("请把单元格设为文本格式，再照身份证重新填写。"),
    "identity_length": _("请照身份证补全 18 位。"),
    "identity_old": _("请填写 18 位的公民身份号码。"),
    "identity_masked": _("请填写完整的号码。"),
    "identity_sign": _("请照身份证核对；前 17 位都是数字。"),
    "identity_check": _("请照身份证逐位核对。"),
    "identity_birth": _("请照身份证核对第 7 至 14 位。"),
    "phone_short": _("请补全：手机 11 位，固定电话带区号。"),
    "phone_long": _("请核对：手机 11 位；几个号码之间请用顿号隔开。"),
    "phone_wrong": _("请填写手机号，或带区号的固定电话。"),
    "phone_number": _("请把单元格设为文本格式，再重新填写号码。"),
    "phone_masked": _("请填写完整的号码。"),
    "count_negative": _("请填写 0 或更大的整数。"),
    "count_fraction": _("请填写整数。"),
    "count_text": _("请填写数字，例如 12。"),
    "count_absurd": _("请核对数字。"),
    "area_negative": _("请填写大于 0 的面积。"),
    "area_zero": _("请填写实际面积；不清楚的请留空。"),
    "area_text": _("请填写数字，例如 120；单位写在表头或数字后面。"),
    "area_absurd": _("请核对表头的单位是平方米还是万平方米。"),
    "money_currency": _("请折算成人民币填写。"),
    "money_negative": _("请填写 0 或更大的金额。"),
    "money_absurd": _("请核对表头的单位是元还是万元。"),
    "money_text": _("请填写数字，例如 1000；单位写在表头或数字后面。"),
    "date_impossible": _("请核对年、月、日。"),
    "date_ambiguous": _("请按“年-月-日”填写，例如 2021-10-01。"),
    "date_range": _("请核对年份。"),
    "date_text": _("请按“年-月-日”填写，例如 2021-10-01。"),
    "year_range": _("请核对年份。"),
    "year_text": _("请填写四位年份，例如 2016。"),
    "floor_zero": _("地上从 1 层起，地下从 -1 层起。"),
    "floor_fraction": _("请填写整数层，例如 13；夹层请写进备注。"),
    "floor_absurd": _("请填写楼层，例如 13；房号请填在房号一栏。"),
    "floor_text": _("请填写楼层，例如 13 或 -1。"),
    "floors_fraction": _("请填写整数层数，例如 30。"),
    "floors_negative": _("请填写地上层数；地下层数可写成“22/-2”。"),
    "floors_zero": _("请填写实际层数；不清楚的请留空。"),
    "floors_absurd": _("请核对层数。"),
    "floors_text": _("请填写层数，例如 22 或“地上22层，地下2层”。"),
    "room_date": _("请把单元格设为文本格式，再重新填写房号。"),
    "room_text": _("请填写房号，例如 1301；整层请写“13层整层”。"),
    "longitude_is_latitude": _("请对调经度与纬度。"),
    "latitude_is_longitude": _("请对调经度与纬度。"),
    "coordinate_range": _("请填写十进制度数，例如经度 121.42、纬度 28.66。"),
    "coordinate_text": _("请填写十进制度数，例如 121.42 或“121.42,28.66”。"),
    "percentage_range": _("请填写百分数，例如 85%%。"),
    "percentage_text": _("请填写百分数，例如 85%%。"),
    "yes_no_text": _("请填写“是”或“否”。"),
    "industry_unknown": _("请填写行业代码或门类名称，例如 I65 或“软件和信息技术服务业”。"),
}
"""Code → what to do instead, one sentence."""


def reason_of(problem: Unreadable) -> str:
    """The reason of an unreadable cell, in the reader's language."""
    return _filled(REASONS, problem.code, problem.params)


def mend_of(problem: Unreadable) -> str:
    """How to mend an unreadable cell, in the reader's language."""
    return _filled(MENDS, problem.code, problem.params)


def _filled(texts: Mapping[str, Any], code: str, params: Mapping[str, Any]) -> str:
    return str(texts[code]) % dict(params)

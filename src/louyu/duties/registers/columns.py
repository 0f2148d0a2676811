"""What a register of officers (一长两员名单) says, and in which words offices say it.

Some offices write one building a row with several people in a cell (「戚芳瑞（人社局）\\n陶秀（税务局）」), others one
person a row. Either way a cell gives ``Said``: name, where from, phone.
"""

import re
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import Role
from louyu.core import readings
from louyu.places.registers.columns import fits
from louyu.workbooks.declare import CellValue, Column, words


@dataclass(frozen=True)
class Said:
    """One person as a cell names them: ``unit`` is what stands in brackets or before the name."""

    name: str
    unit: str = ""
    phone: str | None = None


NOBODY = frozenset(words("空缺 暂缺 待定 缺 待补 无 没有 待配 待安排 待明确 暂无 未配 - — / ／ 空"))
"""What stands in the cell where the post is not filled."""

_OUTSIDE_BRACKETS = r"(?![^（]*）)"
_BETWEEN_PEOPLE = re.compile(rf"[、，,;；\n/／|]{_OUTSIDE_BRACKETS}")
_BRACKETS = re.compile(r"（([^（）]*)）")
_DIGITS = re.compile(r"\+?\(?\d[\d \-–—()]{5,}\d")
_NUMBER_BEFORE = re.compile(r"^\s*(?:\d{1,2}[.、．)）]|[①-⑳])\s*")
_UNIT_BEFORE = re.compile(
    r"^(?P<unit>.{1,16}?(?:局|委|办|大队|中队|街道|中心|支队|分局|派出所|公司|所|院|社区|科|站))"
    r"(?:\s*[:：]\s*|\s+)(?P<name>\S.*)$"
)
_LABEL = re.compile(r"^(?:包干楼长|楼长|楼企管理员|管理员|楼企服务专员|服务专员|专员|姓名)\s*[:：]\s*")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,8}\Z")
_POLITE = re.compile(r"(?<=[\u3400-\u9fff]{2})(?:同志|先生|女士|等)\Z")


def read_people(value: CellValue, heading: str = "") -> tuple[Said, ...] | None:
    """The people in a cell, in order; None where the post is not filled.

    Raises Unreadable: ``name_number`` where a part has no name in it, and what ``readings.read_phone`` raises; then
    ``params["partial"]`` holds the people that could be read.
    """
    text = readings.read_text(_line_breaks_kept(value))
    if text is None or text in NOBODY:
        return None
    people: list[Said] = []
    refused: readings.Unreadable | None = None
    for part in _parts(text.replace("(", "（").replace(")", "）")):
        try:
            people += _people_in(part)
        except readings.Unreadable as problem:
            refused = refused or problem
            if isinstance(partial := problem.params.get("partial"), Said):
                people.append(partial)
    if refused is not None:
        raise readings.Unreadable(
            refused.code, refused.suggestion, **{**refused.params, "partial": tuple(people) or None}
        )
    return tuple(dict.fromkeys(people)) or None


def _line_breaks_kept(value: CellValue) -> CellValue:
    return value.replace("\r\n", "\n").replace("\n", "；") if isinstance(value, str) else value


def _parts(text: str) -> list[str]:
    return [
        part.strip() for part in _BETWEEN_PEOPLE.split(text) if part.strip() and part.strip() not in NOBODY
    ]


def _people_in(part: str) -> list[Said]:
    """One person; or several with only spaces between their names."""
    part = _LABEL.sub("", _NUMBER_BEFORE.sub("", part))
    digits = _DIGITS.search(part)
    bare = part.replace(digits[0], " ") if digits else part
    unit = "；".join(b.strip() for b in _BRACKETS.findall(bare) if b.strip())
    name = _LABEL.sub("", _BRACKETS.sub(" ", bare).replace("：", " ").replace(":", " ").strip())
    before = _UNIT_BEFORE.match(_BRACKETS.sub(" ", bare).strip())
    if before:
        name, unit = before["name"].strip(), unit or before["unit"]
    pieces = name.split()
    if len(pieces) > 1 and all(len(p) == 1 for p in pieces):
        pieces = ["".join(pieces)]
    elif len(pieces) > 1 and digits:
        pieces = pieces[:1] if len(pieces[0]) > 1 else ["".join(pieces)]
    names = [_POLITE.sub("", p) for p in pieces]
    if not names or not all(_NAME.match(n) for n in names):
        raise readings.Unreadable("name_number")
    people = [Said(n, unit) for n in names]
    if digits:
        try:
            phone = readings.read_phone(digits[0])
        except readings.Unreadable as problem:
            problem.params["partial"] = people[0]
            raise
        people[0] = replace(people[0], phone=phone)
    return people


_ROLES = (
    (Role.CHIEF, ("楼长",)),
    (Role.SPECIALIST, ("专员", "服务员", "指导员")),
    (Role.ADMINISTRATOR, ("管理员", "楼管", "管家", "楼企干部")),
)


def read_role(value: CellValue, heading: str = "") -> Role | None:
    """The role that a cell names: 楼长, 楼企管理员, 服务专员; None where it says something else (a position)."""
    text = readings.read_text(value) or ""
    return next((role for role, said in _ROLES if any(word in text for word in said)), None)


def _looks_like_people(value: CellValue) -> bool:
    return isinstance(value, str) and 2 <= len(value) <= 60 and fits(read_people)(value)


COLUMNS = (
    Column(
        "building",
        _("楼宇"),
        words(
            "楼宇 楼宇名称 大厦 大厦名称 楼名 商务楼宇 重点楼宇 所在楼宇 包联楼宇 包干楼宇 负责楼宇 联系楼宇 服务楼宇 "
            "楼栋 楼栋名称 责任楼宇"
        ),
        readings.read_text,
        lambda v: (
            isinstance(v, str) and v.strip().endswith(("大厦", "广场", "中心", "商务楼", "大楼", "写字楼"))
        ),
        identity=True,
        fill_down=True,
    ),
    Column(
        "chief",
        _("楼长"),
        words(
            "楼长 包干楼长 包楼领导 包干领导 楼长姓名 楼长(街道领导) 街道楼长 联系领导 包联领导 总楼长 责任楼长"
        ),
        read_people,
    ),
    Column(
        "administrator",
        _("楼企管理员"),
        words("楼企管理员 管理员 楼宇管理员 楼管员 驻楼干部 驻楼管理员 管理员姓名 楼企干部 街道管理员"),
        read_people,
    ),
    Column(
        "specialist",
        _("服务专员"),
        words("服务专员 楼企服务专员 专员 企业服务专员 部门专员 服务员 专员姓名 部门服务专员 助企服务专员"),
        read_people,
    ),
    Column("name", _("姓名"), words("姓名 人员 人员姓名 名字 干部姓名 责任人 责任人姓名"), read_people),
    Column(
        "role",
        _("角色"),
        words("角色 身份 岗位 类别 人员类别 职责 一长两员类别 两员类别 担任角色 岗位类别"),
        read_role,
        fits(read_role),
    ),
    Column(
        "unit",
        _("单位"),
        words("单位 部门 所在单位 工作单位 派出单位 派出部门 所属单位 所在部门 单位部门 选派单位 所属部门"),
        readings.read_text,
    ),
    Column(
        "position", _("职务"), words("职务 职位 单位职务 单位及职务 现任职务 行政职务"), readings.read_text
    ),
    Column(
        "phone",
        _("电话"),
        words("电话 联系电话 手机 手机号 手机号码 联系方式 电话号码 联系手机"),
        readings.read_phone,
    ),
    Column(
        "chief_phone",
        _("楼长电话"),
        words("楼长电话 楼长联系电话 楼长手机 楼长联系方式"),
        readings.read_phone,
    ),
    Column(
        "administrator_phone",
        _("管理员电话"),
        words("管理员电话 管理员联系电话 管理员手机 管理员联系方式 楼企管理员电话"),
        readings.read_phone,
    ),
    Column(
        "specialist_phone",
        _("服务专员电话"),
        words("专员电话 服务专员电话 专员联系电话 专员手机 服务专员联系电话"),
        readings.read_phone,
    ),
    Column(
        "since",
        _("任职日期"),
        words("任职日期 任职时间 到岗时间 到岗日期 任命时间 聘任时间 起始时间 派驻时间 入驻时间"),
        readings.read_date,
    ),
)

PEOPLE = {"chief": Role.CHIEF, "administrator": Role.ADMINISTRATOR, "specialist": Role.SPECIALIST}
"""Columns that hold the people of one role."""

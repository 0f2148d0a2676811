"""What a roster of members (党员名册) says that its purpose needs, and in which words offices say it.

Kept: name, telephone, identity number (a letter of introduction needs it), enterprise, organisation, full or
probationary, the day of joining. Read to check the row and not kept: sex, day of birth, the day of becoming full.
Not read at all: what offices keep beside it (民族, 籍贯, 学历, 住址, 党费 …).
"""

import datetime
import re
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from louyu.core import readings
from louyu.core.identifiers import birth_of_identity
from louyu.core.words import legal_form_of
from louyu.organisations.rules.terms import months_later, probation_ends
from louyu.organisations.rules.thresholds import DEFAULTS
from louyu.places.registers.columns import fits
from louyu.workbooks.declare import CellValue, Column, Entry, Wrong, words

PARTY_FOUNDED = 1921
OF_AGE = 18
"""Who joins is 18 or older. Source: Party Constitution, art. 1."""


class Stage(StrEnum):
    """What a row says somebody is; applicants are no members and are not kept."""

    FULL = "full"
    PROBATIONARY = "probationary"
    APPLICANT = "applicant"


class Standing(StrEnum):
    """Where a row says the relation (组织关系) is."""

    HERE = "attached"
    NOWHERE = "unattached"
    """With no active organisation, or the letter was never handed in (口袋党员)."""
    ON_ITS_WAY = "transfer_pending"
    ELSEWHERE = "guest"
    """With an organisation elsewhere; takes part here (双报到)."""
    LEFT = "left"


_REMARK = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_GAPS = re.compile(r"\s+")


def read_name(value: CellValue, heading: str = "") -> str | None:
    """A person's name without gaps (「张　三」) and remarks in brackets. Raises Unreadable like ``read_text``,
    ``name_number`` where there is no letter in it."""
    text = readings.read_text(value)
    if text is None:
        return None
    name = _GAPS.sub("" if re.search(r"[\u3400-\u9fff]", text) else " ", _REMARK.sub("", text)).strip(
        "*,，、.。"
    )
    if not name:
        return None
    if any(sign.isdigit() for sign in name) or not any(sign.isalpha() for sign in name):
        raise readings.Unreadable("name_number")
    return name[:40]


def read_birth(value: CellValue, heading: str = "") -> datetime.date | None:
    """A day of birth, or the first of its month where only that is written; of the last century, too."""
    return readings.read_date(value, heading, first_year=1900)


def read_joined(value: CellValue, heading: str = "") -> datetime.date | None:
    """A day in the life of a member; not before there was a party."""
    return readings.read_date(value, heading, first_year=PARTY_FOUNDED)


_UNIT = re.compile(
    r".*?(?:公司|事务所|集团|中心|银行|支行|学校|医院|协会|商会|店|厂|社|院)(?!.*(?:公司|事务所))"
)


def read_unit(value: CellValue, heading: str = "") -> str | None:
    """The unit in a cell, under 「工作单位及职务」 without the position. Raises Unreadable like enterprises."""
    name = readings.read_enterprise_name(value, heading)
    if name is None or "职务" not in heading:
        return name
    unit = _UNIT.match(name)
    return unit[0] if unit else name


def read_sex(value: CellValue, heading: str = "") -> str | None:
    """「男」 or 「女」; None where the cell says neither."""
    text = readings.read_text(value) or ""
    return next((sex for sex in ("男", "女") if text.startswith(sex)), None)


_STAGES = (
    (Stage.APPLICANT, ("积极分子", "发展对象", "申请人", "群众", "团员")),
    (Stage.PROBATIONARY, ("预备",)),
    (Stage.FULL, ("正式", "党员")),
)


def read_stage(value: CellValue, heading: str = "") -> Stage | None:
    """Full, probationary or not (yet) a member; None where the cell says something else."""
    text = readings.read_text(value) or ""
    return next((stage for stage, said in _STAGES if any(word in text for word in said)), None)


_STANDINGS = (
    (Standing.HERE, ("未转出", "没有转出", "未转走")),
    (Standing.LEFT, ("转出", "转走", "除名", "出党", "停止党籍", "去世", "死亡", "已故", "退党")),
    (
        Standing.NOWHERE,
        (
            "介绍信",
            "在手",
            "口袋",
            "挂空",
            "空挂",
            "失联",
            "未落实",
            "人才",
            "档案",
            "未接",
            "待接",
            "尚未落实",
        ),
    ),
    (Standing.ON_ITS_WAY, ("在途", "办理中", "转接中", "正在", "转入中", "待转入")),
    (
        Standing.ELSEWHERE,
        ("原籍", "原单位", "老家", "外地", "区外", "双报到", "流动", "未转", "没转", "不在"),
    ),
    (Standing.HERE, ("已", "转入", "在册", "在本", "正常", "本支部", "接收", "落实", "是", "有", "√", "在")),
    (Standing.NOWHERE, ("否", "无")),
)


def read_standing(value: CellValue, heading: str = "") -> Standing | None:
    """Where the relation is; None where the cell says something else."""
    text = readings.read_text(value) or ""
    return next((where for where, said in _STANDINGS if any(word in text for word in said)), None)


def _looks_like_a_name(value: CellValue) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\u3400-\u9fff·]{2,4}", _GAPS.sub("", value)) is not None


def _looks_like_an_identity(value: CellValue) -> bool:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value > 1e16
    return isinstance(value, str) and re.fullmatch(r"\d{14,17}[\dXx]", value.strip()) is not None


def _looks_like_a_phone(value: CellValue) -> bool:
    text = str(value).strip().removesuffix(".0")
    return re.fullmatch(r"\+?[\d\- ]{7,15}", text) is not None and 7 <= sum(c.isdigit() for c in text) <= 13


def _looks_like_an_enterprise(value: CellValue) -> bool:
    return isinstance(value, str) and len(value.strip()) >= 4 and bool(legal_form_of(value.strip()))


def _looks_like_an_organisation(value: CellValue) -> bool:
    return isinstance(value, str) and any(w in value for w in ("支部", "党委", "党总支"))


def _looks_like_a_stage(value: CellValue) -> bool:
    return isinstance(value, str) and len(value) <= 8 and read_stage(value) is not None


COLUMNS = (
    Column(
        "name",
        _("姓名"),
        words("姓名 党员姓名 党员 名字 人员姓名 党员名字 姓　名"),
        read_name,
        _looks_like_a_name,
        identity=True,
    ),
    Column("sex", _("性别"), words("性别 男女"), read_sex, fits(read_sex)),
    Column(
        "birth",
        _("出生日期"),
        words("出生日期 出生年月 出生年月日 出生时间 生日 出生"),
        read_birth,
    ),
    Column(
        "identity",
        _("身份证号"),
        words(
            "公民身份号码 身份证号 身份证号码 身份证 公民身份证号码 证件号码 证件号 居民身份证号 身份号码 公民身份证号 "
            "居民身份证号码 有效身份证件号码"
        ),
        readings.read_identity_number,
        _looks_like_an_identity,
    ),
    Column(
        "phone",
        _("电话"),
        words("联系电话 手机 手机号 手机号码 电话 联系方式 移动电话 电话号码 本人电话 联系手机 本人手机"),
        readings.read_phone,
        _looks_like_a_phone,
    ),
    Column(
        "joined",
        _("入党日期"),
        words(
            "入党时间 入党日期 入党年月 加入党组织日期 加入党组织时间 加入中共组织的时间 何时入党 接收为预备党员日期 "
            "接收预备党员时间 加入中国共产党时间 入党 确定为预备党员时间 成为预备党员时间 吸收为预备党员时间"
        ),
        read_joined,
    ),
    Column(
        "full_on",
        _("转正日期"),
        words(
            "转正时间 转正日期 转为正式党员时间 转为正式党员日期 成为正式党员时间 按期转正时间 转正年月 转正"
        ),
        read_joined,
    ),
    Column(
        "stage",
        _("党员类别"),
        words("党员类别 人员类别 党员类型 类别 政治面貌 党员身份 正式或预备 是否正式党员 身份类别 党员性质"),
        read_stage,
        _looks_like_a_stage,
    ),
    Column(
        "enterprise",
        _("所在企业"),
        words(
            "所在企业 工作单位 所在单位 企业 企业名称 单位 单位名称 工作单位及职务 所属企业 公司 公司名称 就职企业 "
            "任职单位 现工作单位 工作企业 所在公司 就业单位"
        ),
        read_unit,
        _looks_like_an_enterprise,
    ),
    Column(
        "organisation",
        _("所在组织"),
        words(
            "所在党组织 所在党支部 所在支部 所属党组织 所属党支部 所属支部 党组织名称 党支部名称 支部名称 党支部 支部 "
            "党组织 组织关系所在党组织 组织关系所在党支部 组织关系所在单位 所在组织 隶属党组织 "
            "所在党支部全称 现所在党组织"
        ),
        readings.read_enterprise_name,
        _looks_like_an_organisation,
    ),
    Column(
        "standing",
        _("组织关系"),
        words(
            "组织关系 组织关系状态 组织关系情况 组织关系是否转入 是否转入组织关系 转接状态 关系状态 组织关系转接情况 "
            "党组织关系 组织关系是否在本支部 转接情况 组织关系落实情况 接转情况"
        ),
        read_standing,
        fits(read_standing),
    ),
    Column(
        "since",
        _("转入日期"),
        words(
            "转入时间 转入日期 组织关系转入时间 组织关系转入日期 进入支部日期 进入党支部日期 转入支部时间 到本支部时间 "
            "进入支部时间 接转时间 接转日期"
        ),
        read_joined,
    ),
)

OTHER_THINGS = words(
    "民族 籍贯 学历 学位 文化程度 职务 职称 岗位 家庭住址 现居住地 户籍地 户籍所在地 住址 地址 备注 入党介绍人 "
    "介绍人 申请入党时间 申请入党日期 递交入党申请书时间 确定积极分子时间 列为积极分子时间 确定入党积极分子时间 "
    "列为发展对象时间 参加工作时间 参加工作日期 转出时间 转出日期 转出单位 转出党组织 原党组织 原所在党组织 "
    "原组织关系所在地 党费 党费缴纳 每月党费 党龄 年龄 党内职务 毕业院校 毕业时间 专业 流动原因 流出地 流入地 "
    "QQ 微信 邮箱 婚姻状况 一线情况 新社会阶层 个人身份 党籍状态"
)


def check(entry: Entry) -> list[Wrong]:
    """What a row's own days say against each other and against the identity number."""
    said = entry.values
    found: list[Wrong] = []
    number = said.get("identity")
    birth = said.get("birth")
    if number:
        inside = birth_of_identity(number)
        if inside and birth and not _same_birth(birth, inside):
            found.append(entry.wrong("birth_not_of_identity", "birth", inside=inside))
        if said.get("sex") and said["sex"] != ("男" if int(number[16]) % 2 else "女"):
            found.append(entry.wrong("sex_not_of_identity", "sex"))
        birth = inside or birth
    return found + _days(entry, birth)


def _same_birth(written: datetime.date, inside: datetime.date) -> bool:
    """Whether the written day is the number's; the first of a month may stand for the month, of a year for the year."""
    if written.day == 1 and written.month == 1:
        return written.year == inside.year
    same_month = (written.year, written.month) == (inside.year, inside.month)
    return same_month and written.day in (1, inside.day)


def _days(entry: Entry, birth: datetime.date | None) -> list[Wrong]:
    """What is impossible about the days; a day that cannot be is not taken."""
    joined, full_on = entry.values.get("joined"), entry.values.get("full_on")
    today = datetime.date.today()
    if birth is not None and birth > today:
        return [entry.wrong("born_in_the_future", "birth")]
    if joined is None:
        return []
    if joined > today:
        del entry.values["joined"]
        return [entry.wrong("joined_in_the_future", "joined")]
    if birth is not None and _before(joined, months_later(birth, 12 * OF_AGE)):
        del entry.values["joined"]
        return [entry.wrong("joined_too_young", "joined", birth=birth)]
    if full_on is None:
        return []
    ends = probation_ends(joined, DEFAULTS)
    if full_on < joined or _before(full_on, ends):
        del entry.values["full_on"]
        early = full_on < joined
        return [
            entry.wrong("full_before_joined", "full_on", joined=joined)
            if early
            else entry.wrong("probation_too_short", "full_on", ends=ends)
        ]
    return []


def _before(day: datetime.date, limit: datetime.date) -> bool:
    """Whether a written day lies before a limit; a month's first may stand for the month, a year's for the year."""
    if day >= limit:
        return False
    month = day.day == 1 and (day.year, day.month) == (limit.year, limit.month)
    year = (day.day, day.month) == (1, 1) and day.year == limit.year
    return not (month or year)

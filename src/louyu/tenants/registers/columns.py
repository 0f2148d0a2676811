"""What a register of enterprises can say of each, and in which words offices say it."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from louyu.core import readings
from louyu.core.industries import Industry
from louyu.core.words import legal_form_of
from louyu.places.registers.columns import fits
from louyu.workbooks.declare import CellValue, Column, Entry, Wrong, words

SQUARE_METRES = ("㎡", "m²", "m2", "平方米", "平米")
VACANT = frozenset(words("空置 空 空房 空闲 闲置 待租 待出租 招租 招租中 未出租 未租 空铺 空关 空置中"))
"""What stands in the name column where nobody sits."""
NOT_LET = frozenset(
    words("避难层 设备层 设备用房 设备房 机房 大堂 物业用房 物业管理用房 消控室 配电房 不出租 自用 公共区域")
)
"""What stands there for space that is not let."""
SHARED_SPACES = words("党群共享空间 党群服务中心 党群服务站 党群会客厅 共享空间 会客厅 党建阵地")
"""Words in it for spaces that serve all tenants."""


class Named(NamedTuple):
    """A contact's name and phone out of one cell."""

    contact_name: str | None
    contact_phone: str | None


def read_named(value: CellValue, heading: str = "") -> Named | None:
    """A contact's name and phone, in whatever order they share a cell."""
    try:
        found = readings.read_contact(value, heading)
    except readings.Unreadable as refused:
        part = refused.params.get("partial")
        if part is not None:
            refused.params["partial"] = Named(part.name, part.phone)
        raise
    return None if found is None else Named(found.name, found.phone)


def read_industry(value: CellValue, heading: str = "") -> Industry | None:
    """The industry that a cell names; words that no classification knows are no error, they just say nothing."""
    try:
        return readings.read_industry(value, heading)
    except readings.Unreadable:
        return None


def _looks_like_named_phone(value: CellValue) -> bool:
    found = _read_or_none(value)
    return found is not None and bool(found.contact_name) and bool(found.contact_phone)


def _read_or_none(value: CellValue) -> Named | None:
    try:
        return read_named(value)
    except readings.Unreadable as refused:
        part: Named | None = refused.params.get("partial")
        return part


def _looks_like_phone(value: CellValue) -> bool:
    """Digits and what goes between them, no name; right or wrong, it is meant as a phone."""
    text = str(value).strip()
    digits = sum(c.isdigit() for c in text)
    return 7 <= digits <= 14 and all(c.isdigit() or c in "+-()（） .－" for c in text.removesuffix(".0"))


def _looks_like_enterprise(value: CellValue) -> bool:
    return isinstance(value, str) and len(value.strip()) >= 4 and bool(legal_form_of(value.strip()))


def _looks_like_code(value: CellValue) -> bool:
    if isinstance(value, float):
        return value > 1e16
    return isinstance(value, str) and 15 <= len(value.strip()) <= 20 and value.strip()[:2].isalnum()


def _looks_like_date(value: CellValue) -> bool:
    return not isinstance(value, (int, float)) and fits(readings.read_date)(value)


COLUMNS = (
    Column(
        "name",
        _("企业名称"),
        words(
            "企业名称 单位名称 公司名称 入驻企业 入驻企业名称 企业 公司 单位 商户名称 商户 "
            "机构名称 单位全称 企业全称 公司全称 入驻单位 入驻单位名称 租户名称 租户 承租单位 "
            "承租人 名称 市场主体名称 经营主体 经营主体名称 企业(单位)名称 法人单位名称 "
            "店铺名称 营业执照名称 楼企名称"
        ),
        readings.read_enterprise_name,
        _looks_like_enterprise,
        identity=True,
    ),
    Column(
        "credit_code",
        _("统一社会信用代码"),
        words(
            "统一社会信用代码 信用代码 社会信用代码 统一信用代码 统一代码 营业执照号 营业执照号码 "
            "执照号 税号 纳税人识别号 注册号 组织机构代码 机构代码 代码 统一社会信用码 执照编号 "
            "证照号码 证照编号 税务登记号"
        ),
        readings.read_credit_code,
        _looks_like_code,
        identity=True,
    ),
    Column(
        "building",
        _("所在楼宇"),
        words(
            "所在楼宇 楼宇 楼宇名称 所属楼宇 入驻楼宇 大厦 楼栋 大楼 楼名 所在大厦 所在大楼 "
            "大厦名称 办公楼宇 楼盘 所在商务楼 商务楼宇 所在楼栋 楼宇载体 入驻大厦 落户楼宇 幢"
        ),
        readings.read_text,
        fill_down=True,
    ),
    Column("tower", _("楼座"), words("座 楼座 座号 塔楼 单元 幢号 栋号 楼号"), readings.read_text),
    Column(
        "floor",
        _("楼层"),
        words("楼层 所在楼层 层 几楼 层数 楼层号 所在层 入驻楼层 层号 第几层 层次"),
        readings.read_floor,
        fill_down=True,
    ),
    Column(
        "rooms",
        _("房号"),
        words(
            "房号 室号 门牌 门牌号 房间号 房间 单元号 单元房号 室 房间号码 铺位号 铺位 "
            "商铺号 房屋编号 房号室 房号单元 办公室号 间号 门牌室号 房室号 楼层房号 入驻房间 具体房号"
        ),
        readings.read_rooms,
    ),
    Column(
        "place",
        _("楼宇和房号"),
        words(
            "地址 经营地址 办公地址 办公地点 具体位置 详细地址 位置 所在位置 楼宇及房号 "
            "所在楼宇及房号 楼宇房号 入驻地址 经营场所 实际经营地址 楼宇和房号 入驻位置 楼宇门牌 "
            "办公场所 所在楼宇房号 租赁位置 坐落 楼宇室号"
        ),
        readings.read_text,
    ),
    Column(
        "area",
        _("使用面积"),
        words(
            "面积 租赁面积 办公面积 建筑面积 使用面积 租用面积 承租面积 入驻面积 经营面积 "
            "占用面积 实用面积 房屋面积 租赁建筑面积 场地面积 出租面积"
        ),
        readings.read_area,
        units=SQUARE_METRES,
    ),
    Column(
        "contact",
        _("联络人和电话"),
        words(
            "联系人及电话 联系人电话 联系人及联系电话 联系人联系方式 联系人和电话 联系人手机 "
            "负责人及电话 联络人及电话 联系人及手机 联络员及电话 联系人姓名电话 负责人联系方式 "
            "姓名电话 联系人姓名及电话"
        ),
        read_named,
        _looks_like_named_phone,
        facts=("contact_name", "contact_phone"),
    ),
    Column(
        "contact_name",
        _("联络人"),
        words(
            "联系人 联络人 联络员 负责人 联系人姓名 企业联系人 企业联络员 主要负责人 对接人 "
            "企业负责人 经办人 姓名 联系人员 负责人姓名"
        ),
        read_named,
        facts=("contact_name", "contact_phone"),
    ),
    Column(
        "contact_phone",
        _("电话"),
        words(
            "电话 手机 联系电话 联系方式 手机号 手机号码 电话号码 联系手机 移动电话 联系人电话 "
            "联系号码 负责人电话 固话 座机 办公电话"
        ),
        readings.read_phone,
        _looks_like_phone,
    ),
    Column("position", _("职务"), words("职务 职位 岗位 联系人职务"), readings.read_text),
    Column(
        "staff",
        _("从业人数"),
        words(
            "从业人数 员工数 员工人数 职工人数 人数 从业人员 从业人员数 职工数 在职人数 "
            "用工人数 企业人数 现有员工 从业人员人数 总人数 职工总数 员工总数 规模人数 "
            "期末从业人数"
        ),
        readings.read_count,
    ),
    Column(
        "members",
        _("党员数（申报）"),
        words(
            "党员数 党员人数 党员 党员数量 党员总数 正式党员 其中党员 其中党员数 党员名数 员工党员数 职工党员"
        ),
        readings.read_count,
    ),
    Column(
        "capital",
        _("注册资本"),
        words("注册资本 注册资金 注册资本金 资本金 认缴资本 注册资本额 认缴注册资本"),
        readings.read_money,
    ),
    Column(
        "since",
        _("入驻日期"),
        words(
            "入驻时间 入驻日期 入驻年月 进驻时间 何时入驻 起租时间 起租日期 租赁开始时间 租期起 "
            "入驻年份 迁入时间 迁入日期 搬入时间 租赁起始日期 入驻日 合同起始日 进场时间 "
            "入楼时间 租赁起始"
        ),
        readings.read_date,
        _looks_like_date,
    ),
    Column(
        "until",
        _("迁出日期"),
        words("迁出时间 迁出日期 搬离时间 退租时间 退租日期 搬出时间 离开时间 撤离时间"),
        readings.read_date,
    ),
    Column(
        "branch_office",
        _("非法人分支机构"),
        words(
            "是否分支机构 分支机构 是否分公司 分公司 非法人分支机构 是否为分支机构 是否非法人 "
            "是否非法人分支机构"
        ),
        readings.read_yes_no,
        fits(readings.read_yes_no),
    ),
    Column(
        "parent",
        _("总公司"),
        words("总公司 母公司 上级公司 总部 所属集团 上级单位 总部名称"),
        readings.read_enterprise_name,
    ),
    Column(
        "industry",
        _("行业"),
        words(
            "行业 所属行业 行业类别 行业门类 行业代码 行业分类 行业类型 国民经济行业 业态 "
            "企业类别 经营业态 行业名称 产业类别"
        ),
        read_industry,
    ),
    Column("note", _("备注"), words("备注 说明 备注说明 其他 备注信息"), readings.read_text),
)


def check(entry: Entry) -> list[Wrong]:
    """Contradictions within a row: more members than staff, gone before it came."""
    values, found = entry.values, []
    staff, members = values.get("staff"), values.get("members")
    if staff is not None and members is not None and members > staff:
        found.append(entry.wrong("members_above_staff", "members", staff=staff))
        del values["members"]
    since, until = values.get("since"), values.get("until")
    if since is not None and until is not None and until < since:
        found.append(entry.wrong("left_before_arrival", "until", since=since))
        del values["until"]
    return found


OTHER_THINGS = words(
    "企业级别 企业状态 经营状态 登记状态 法人 法人代表 法定代表人 注册时间 注册日期 成立时间 成立日期 "
    "租期 租赁期限 合同期限 经营范围 主营业务 主营产品 企业数 入驻企业数 企业总数 网格员 专属网格员 是否规上 是否走访 "
    "社保人数 纳税额 上年度税收 税收 产值 营业收入 物业公司 物业 物业管理单位 物业电话 产权单位 楼长 楼长姓名 楼管员 "
    "空置率 楼宇类型 建成时间 支部 所在党组织 身份证号 性别 入党时间"
)

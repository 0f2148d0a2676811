"""What a ledger of problems (问题需求交办清单) can say of each, and in which words offices say it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from louyu.cases.rules import MOST_TEXT
from louyu.cases.rules.ledger import read_category, read_satisfaction, state_of
from louyu.core import readings
from louyu.core.readings.values import cleaned
from louyu.places.registers.columns import fits
from louyu.workbooks.declare import CellValue, Column, Entry, Wrong, words


def read_long_text(value: CellValue, heading: str = "") -> str | None:
    """The text of a cell, however long a description may be; what no case holds is cut off."""
    if isinstance(value, str) and len(value) > 400:
        return cleaned(value)[:MOST_TEXT] or None
    return readings.read_text(value, heading)


def _says(read: Any) -> Any:
    return lambda value: isinstance(value, str) and bool(read(value.strip()))


def _looks_like_department(value: CellValue) -> bool:
    ends = ("局", "街道", "公司", "委", "办", "中心", "所", "大队", "社区", "分局", "部", "办公室", "支队")
    return isinstance(value, str) and 2 <= len(value.strip()) <= 20 and value.strip().endswith(ends)


def _looks_like_date(value: CellValue) -> bool:
    return not isinstance(value, (int, float)) and fits(readings.read_date)(value)


COLUMNS = (
    Column(
        "number",
        _("编号"),
        words(
            "编号 工单号 工单编号 办件编号 诉求编号 问题编号 件号 登记号 受理编号 事项编号 流水号 "
            "需求编号 交办编号 交办单号 单号"
        ),
        readings.read_text,
    ),
    Column(
        "raised_on",
        _("反映日期"),
        words(
            "反映时间 反映日期 登记时间 登记日期 受理时间 受理日期 提出时间 提出日期 收集时间 "
            "收集日期 上报时间 上报日期 诉求时间 来件时间 填报时间 发生时间 走访时间 走访日期 "
            "接单时间 接件时间 收件时间 问题提出时间 反映年月 时间 日期"
        ),
        readings.read_date,
        _looks_like_date,
        identity=True,
    ),
    Column(
        "enterprise",
        _("反映企业"),
        words(
            "反映企业 企业名称 企业 诉求企业 提出企业 反映单位 单位名称 诉求主体 反映主体 来访企业 "
            "问题企业 公司名称 企业(单位) 反映企业名称 诉求单位 需求企业 反映人单位 所属企业 "
            "提出单位 反映对象 商户名称"
        ),
        readings.read_enterprise_name,
    ),
    Column(
        "building",
        _("所在楼宇"),
        words("所在楼宇 楼宇 楼宇名称 所属楼宇 大厦 楼栋 所在大厦 大楼 涉及楼宇 商务楼宇"),
        readings.read_text,
        fill_down=True,
    ),
    Column(
        "category",
        _("问题类别"),
        words(
            "问题类别 类别 诉求类别 问题类型 诉求类型 需求类别 需求类型 类型 事项类别 分类 问题分类 "
            "诉求分类 事项类型 服务类别 所属类别"
        ),
        readings.read_text,
        _says(read_category),
    ),
    Column(
        "text",
        _("内容"),
        words(
            "具体内容 问题内容 诉求内容 问题描述 具体问题 问题及需求 主要问题 反映问题 内容 需求内容 "
            "事项内容 存在问题 具体诉求 诉求 问题 企业诉求 反映内容 主要诉求 困难问题 问题需求 "
            "存在的问题 企业反映的问题 反映的问题 问题和需求 具体事项 事项 诉求描述 问题详情 困难诉求 "
            "问题诉求"
        ),
        read_long_text,
    ),
    Column(
        "department",
        _("交办部门"),
        words(
            "交办部门 责任部门 承办部门 牵头部门 办理部门 责任单位 承办单位 主办单位 交办单位 "
            "对接部门 处理部门 转办部门 牵头单位 办理单位 处置部门 处置单位 交办对象 主责部门 "
            "负责部门 协调部门 主办部门"
        ),
        readings.read_text,
        _looks_like_department,
    ),
    Column(
        "state",
        _("办理情况"),
        words(
            "办理情况 办理状态 办理进度 状态 进展 进展情况 办结情况 完成情况 解决情况 落实情况 "
            "办理进展 当前状态 处理状态 处理情况 办理结果 处理结果 是否办结 是否解决 办理阶段 进度 "
            "工作进展 处置情况 销号情况 当前进度 处理进度"
        ),
        read_long_text,
        _says(state_of),
    ),
    Column(
        "closed_on",
        _("办结日期"),
        words(
            "办结时间 办结日期 完成时间 完成日期 解决时间 解决日期 结案时间 销号时间 销号日期 "
            "办理完成时间 实际办结时间 答复时间 反馈时间 处理时间 办理时间 办完时间 处结时间"
        ),
        readings.read_date,
        _looks_like_date,
    ),
    Column(
        "satisfaction",
        _("满意度"),
        words(
            "满意度 评价 满意情况 企业评价 是否满意 满意度评价 回访结果 回访情况 回访满意度 "
            "企业满意度 满意程度 回访评价"
        ),
        readings.read_text,
        _says(read_satisfaction),
    ),
    Column(
        "remarks",
        _("办理说明"),
        words(
            "答复内容 办理意见 处理意见 办理措施 解决措施 反馈内容 备注 说明 办理说明 答复 答复意见 "
            "反馈意见 采取措施 工作措施 办理过程 具体措施 解决办法 其他"
        ),
        read_long_text,
    ),
)


def check(entry: Entry) -> list[Wrong]:
    """Contradictions within a row: closed before it was raised, dates that lie ahead."""
    values, found, today = entry.values, [], timezone.localdate()
    raised, closed = values.get("raised_on"), values.get("closed_on")
    if raised is not None and raised > today:
        found.append(entry.wrong("raised_ahead", "raised_on"))
        entry.waits = True
        entry.outcome = "wrong"
        raised = None
    if closed is not None and closed > today:
        found.append(entry.wrong("closed_ahead", "closed_on"))
        del values["closed_on"]
    elif raised is not None and closed is not None and closed < raised:
        found.append(entry.wrong("closed_before_raised", "closed_on", raised=raised))
        del values["closed_on"]
    return found

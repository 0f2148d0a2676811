"""What the words of an office's ledger of problems mean: states, outcomes, categories, satisfaction. Pure.

Source: the ledgers themselves. In last year's ledgers 已办结 and 已解决 both mean solved, unless the row says
otherwise (未解决, 无法解决, 已解释).
"""

import re
from functools import lru_cache
from typing import NamedTuple


class Said(NamedTuple):
    """What a ledger says of a case: its state, and its outcome where it is over."""

    state: str
    outcome: str


_SPACES = re.compile(r"\s+")
_NOT_POSSIBLE = re.compile(
    r"(?:未能|没能|未予|没有|尚未|仍未|未|不)(?:得到)?(?:彻底|完全)?解决|无法(?:解决|办理|满足|协调|实现)"
    r"|不能(?:解决|办理|满足)|不(?:予|具备条件|符合政策|可行)|解决不了|难以解决"
)
_EXPLAINED = re.compile(
    r"(?:已|作|做|进行|予以|向企业|给予)(?:了|好)?(?:政策)?(?:解释|说明|宣传)|解释(?:到位|清楚|说明)"
)
_WITHDRAWN = re.compile(r"(?:已|企业)?(?:撤回|撤销|撤诉|取消)|不再(?:需要|反映)")
_MERGED = re.compile(r"(?:已)?(?:合并|并案)|重复(?:件|反映|诉求|工单)")
_NOT_DONE = re.compile(r"(?:未|没有|尚未|还未|待|拟|正在|即将)(?:办结|完成|办完|完结|结案|销号)|未完")
_CLOSED = re.compile(
    r"办结|已解决|解决到位|妥善解决|完成|办妥|完结|结案|销号|已处理|处理完毕|已落实|落实到位|已办理|办理完毕|已协调解决|\A(?:是|解决|已结|√|结)\Z"
)
_ANSWERED = re.compile(r"已?(?:答复|反馈|回复)|待(?:确认|回访|评价)|回访中")
_RETURNED = re.compile(r"退回|退件|退办|驳回|不属(?:于)?本(?:单位|部门)|非本(?:单位|部门)")
_REOPENED = re.compile(r"重办|重新办理|再次办理|二次办理|返工")
_WAITING = re.compile(r"挂起|暂停|暂缓|待企业|待补充|等待企业|待反映人|待提供")
_ACCEPTED = re.compile(
    r"(?:待|未|拟|尚未|等待)(?:交办|转办|派单|分派|受理|处理|办理|分办|签收|研究)|已?(?:受理|登记|收集|立案)|新增|待办|\A未办\Z"
)
_IN_HAND = re.compile(
    r"(?:办理|处理|承办|协调|推进|跟进|解决|对接|落实|研究|整改|实施|进行|核实|沟通)(?:之)?中|正在|持续|已对接|\A(?:在办|否|已联系)\Z|长期"
)
_ASSIGNED = re.compile(r"已?(?:交办|转办|派单|分派|分办|转交|转至|移交|签收)")


@lru_cache(maxsize=4096)
def read_state(words: str, remarks: str, *, department: bool, closed: bool) -> Said:
    """The state and outcome that a row says.

    words: its cell of the state; remarks: what else it says of what was done. closed: it gives a closing date;
    department: it names one.
    """
    plain = _SPACES.sub("", words).replace(":", "：")
    first, _colon, rest = plain.partition("：")
    state = state_of(first) or state_of(rest) or ("closed" if closed else "")
    outcome = _outcome(f"{plain} {remarks}")
    match state:
        case "closed":
            return Said("closed", outcome)
        case "explained":
            return Said("closed", "explained")
        case "not_possible":
            return Said("closed", "not_possible") if closed else Said("in_hand", "")
        case "withdrawn" | "merged":
            return Said(state, state)
        case "answered":
            return Said("closed" if closed else "answered", outcome)
        case "":
            return Said(_unsaid(plain, department=department), "")
    return Said(state, "")


def _unsaid(words: str, *, department: bool) -> str:
    """The state of a case of which the ledger says none: something was done where there are words about it."""
    if not department:
        return "accepted"
    return "in_hand" if words else "assigned"


def state_of(text: str) -> str:
    """The state of some words; "" where they say none."""
    if not text:
        return ""
    for state, pattern in (
        ("withdrawn", _WITHDRAWN),
        ("merged", _MERGED),
        ("not_possible", _NOT_POSSIBLE),
        ("returned", _RETURNED),
        ("reopened", _REOPENED),
        ("waiting", _WAITING),
        ("accepted", _ACCEPTED),
        ("in_hand", _NOT_DONE),
        ("in_hand", _IN_HAND),
        ("closed", _CLOSED),
        ("explained", _EXPLAINED),
        ("answered", _ANSWERED),
        ("assigned", _ASSIGNED),
    ):
        if pattern.search(text):
            return state
    return ""


def _outcome(text: str) -> str:
    """Solved, unless the row says otherwise."""
    if _NOT_POSSIBLE.search(text):
        return "not_possible"
    return "explained" if _EXPLAINED.search(text) else "solved"


CATEGORY_WORDS: tuple[tuple[str, str], ...] = (
    ("social_insurance", "社保 公积金 医保 养老保险 社会保险 参保 生育津贴 失业保险 工伤"),
    ("tax", "税 发票 开票"),
    ("registration", "注册 登记 营业执照 执照 工商 变更 注销 开办 迁址 许可 资质"),
    ("rent", "房租 租金 租赁 续租 减租 免租"),
    ("housing", "人才公寓 公寓 住房 宿舍 公租房 人才房 安居"),
    ("parking", "停车 车位 泊车 充电桩"),
    ("lift", "电梯 扶梯 升降梯"),
    ("fire_safety", "消防 安全出口 通道堆 灭火 疏散 隐患"),
    ("network", "网络 宽带 5G 信号 通信 通讯 光纤 基站"),
    ("canteen", "食堂 餐饮 用餐 就餐 吃饭 外卖 早餐"),
    ("recruitment", "招聘 用工 招工 人才引进 招人 劳务 缺工"),
    ("schooling", "入学 子女 上学 教育 幼儿园 学位 托育 托管"),
    ("financing", "融资 贷款 补贴 资金 补助 奖励 政策兑现 信贷 金融 扶持"),
    ("legal", "法律 合同 维权 诉讼 纠纷 知识产权 商标 专利"),
    ("residence", "居住证 户口 落户 签证 出入境 身份证件"),
    ("utilities", "水电 用电 停电 供电 用水 停水 供水 燃气 电费 水费 电力 空调"),
    ("environment", "噪音 噪声 油烟 异味 气味 卫生 垃圾 保洁 环境 扰民 污水"),
    ("property", "物业 大厅 门禁 维修 漏水 保安 公共区域"),
)
"""Codes of categories and the words that tell them, the more telling ones first."""


@lru_cache(maxsize=4096)
def read_category(words: str) -> str:
    """The code of the category that some words mean; "" where none is told."""
    plain = _SPACES.sub("", words)
    best = min(
        (
            (plain.find(word), order, code)
            for order, (code, told) in enumerate(CATEGORY_WORDS)
            for word in told.split()
            if word in plain
        ),
        default=(0, 0, ""),
    )
    return best[2]


def read_satisfaction(words: str) -> str:
    """The code of how content the asker is; "" where nothing of that sort is said."""
    plain = _SPACES.sub("", words)
    for code, pattern in (
        ("very_dissatisfied", r"(?:非常|很|极|十分)不满意"),
        ("dissatisfied", r"不太?满意|差评|\A差\Z"),
        ("very_satisfied", r"(?:非常|很|十分|特别)满意"),
        ("fair", r"基本满意|较满意|一般|尚可|\A中\Z"),
        ("satisfied", r"满意|好评|\A[优良好是]\Z"),
    ):
        if re.search(pattern, plain):
            return code
    return ""

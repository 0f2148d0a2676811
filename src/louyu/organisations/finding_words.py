"""The words of findings, of their sources and of the numbers behind them; the rules are pure and know no language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.organisations.models import Kind
from louyu.organisations.rules.findings import FEW, Code, Finding
from louyu.organisations.rules.meetings import Meeting
from louyu.organisations.rules.thresholds import Source

SOURCES = {
    Source.CONSTITUTION_30: gettext_lazy("党章第三十条"),
    Source.BRANCH_4: gettext_lazy("党支部工作条例（试行）第四条"),
    Source.BRANCH_5: gettext_lazy("党支部工作条例（试行）第五条"),
    Source.BRANCH_COMMITTEES: gettext_lazy("党支部工作条例（试行），党支部委员会建设"),
    Source.BRANCH_LIFE: gettext_lazy("党支部工作条例（试行），组织生活"),
    Source.CONSTITUTION_MEMBERS: gettext_lazy("党章，党员"),
    Source.MEMBERS_2019: gettext_lazy("党员教育管理工作条例"),
    Source.ELECTIONS_AT_THE_BASE: gettext_lazy("基层组织选举和设置的有关规定，非公企业由区里设定"),
    Source.PRACTICE: gettext_lazy("本区做法"),
}
"""Where a rule is written, in words."""

KINDS = {
    Code.NO_SECRETARY: gettext_lazy("没有书记（负责人）"),
    Code.TOO_FEW_MEMBERS: gettext_lazy("正式党员不足"),
    Code.MEMBERS_WITHOUT_BRANCH: gettext_lazy("党员没有组织"),
    Code.UNIT_WITHOUT_BRANCH: gettext_lazy("有党员的企业没有组织"),
    Code.UNITS_WITHOUT_BRANCH: gettext_lazy("企业没有组织（按社区）"),
    Code.TERM_OVER: gettext_lazy("任期已满"),
    Code.TOO_MANY_UNITS: gettext_lazy("联合单位过多"),
    Code.NO_UNITS: gettext_lazy("联合单位不足"),
    Code.NO_COMMITTEE: gettext_lazy("支委会未配齐"),
    Code.COMMITTEE_TOO_LARGE: gettext_lazy("支委会超员"),
    Code.NO_SUPERIOR: gettext_lazy("没有上级组织"),
    Code.NO_VENUE: gettext_lazy("没有活动场所"),
    Code.MEETING_OVERDUE: gettext_lazy("组织生活逾期"),
    Code.LETTER_RUN_OUT: gettext_lazy("介绍信过期"),
    Code.TOO_MANY_MEMBERS: gettext_lazy("党员数过多"),
    Code.UNIT_COULD_FOUND: gettext_lazy("可以单独建支部"),
    Code.COVERED_TWICE: gettext_lazy("企业被重复覆盖"),
    Code.ELECTION_DUE: gettext_lazy("该换届了"),
    Code.PROBATION_OVER: gettext_lazy("预备期已满"),
    Code.TERM_UNKNOWN: gettext_lazy("任期不详"),
    Code.COMMITTEE_LARGE: gettext_lazy("支委会偏大"),
}
"""What is found, in words."""

MEETINGS = {
    Meeting.ASSEMBLY: gettext_lazy("党员大会"),
    Meeting.COMMITTEE: gettext_lazy("支委会"),
    Meeting.GROUP: gettext_lazy("党小组会"),
    Meeting.LECTURE: gettext_lazy("党课"),
    Meeting.THEME_DAY: gettext_lazy("主题党日"),
}

NUMBERS: dict[str, tuple[Any, Any, Source]] = {
    "founding_members": (gettext_lazy("单独建支部的正式党员"), gettext_lazy("名"), Source.BRANCH_4),
    "branch_most": (gettext_lazy("一个支部的党员，一般不超过"), gettext_lazy("名"), Source.BRANCH_4),
    "committee_from": (gettext_lazy("设党委的党员，从"), gettext_lazy("名"), Source.ELECTIONS_AT_THE_BASE),
    "joint_units": (gettext_lazy("联合党支部的单位，一般不超过"), gettext_lazy("个"), Source.BRANCH_5),
    "near_metres": (gettext_lazy("算作相邻的楼宇，相距不超过"), gettext_lazy("米"), Source.PRACTICE),
    "elects_committee_from": (
        gettext_lazy("设支委会的正式党员，从"),
        gettext_lazy("名"),
        Source.BRANCH_COMMITTEES,
    ),
    "committee_least": (gettext_lazy("支委会，至少"), gettext_lazy("名"), Source.BRANCH_COMMITTEES),
    "committee_usual": (gettext_lazy("支委会，一般不超过"), gettext_lazy("名"), Source.BRANCH_COMMITTEES),
    "committee_most": (gettext_lazy("支委会，最多"), gettext_lazy("名"), Source.BRANCH_COMMITTEES),
    "community_term_years": (gettext_lazy("社区的任期"), gettext_lazy("年"), Source.BRANCH_COMMITTEES),
    "term_years": (gettext_lazy("其他基层组织的任期"), gettext_lazy("年"), Source.BRANCH_COMMITTEES),
    "election_notice_days": (gettext_lazy("届满前提醒换届"), gettext_lazy("天"), Source.PRACTICE),
    "probation_months": (gettext_lazy("预备期"), gettext_lazy("个月"), Source.CONSTITUTION_MEMBERS),
    "letter_days": (gettext_lazy("介绍信的有效期"), gettext_lazy("天"), Source.MEMBERS_2019),
    "settled_months": (gettext_lazy("外出多久应转接组织关系"), gettext_lazy("个月"), Source.MEMBERS_2019),
    "assembly_months": (gettext_lazy("党员大会，每隔"), gettext_lazy("个月"), Source.BRANCH_LIFE),
    "committee_meeting_months": (gettext_lazy("支委会会议，每隔"), gettext_lazy("个月"), Source.BRANCH_LIFE),
    "group_months": (gettext_lazy("党小组会，每隔"), gettext_lazy("个月"), Source.BRANCH_LIFE),
    "lecture_months": (gettext_lazy("党课，每隔"), gettext_lazy("个月"), Source.BRANCH_LIFE),
    "theme_day_months": (gettext_lazy("主题党日，每隔"), gettext_lazy("个月"), Source.BRANCH_LIFE),
}
"""Each number that the rules go by: what it is, its unit, and the rule that names it."""

_SAID: dict[Code, tuple[Any, Any]] = {
    Code.NO_SECRETARY: (
        gettext_lazy("现在没有人任书记（负责人）。"),
        gettext_lazy("请选举或任命，并登记任职。"),
    ),
    Code.TOO_FEW_MEMBERS: (
        gettext_lazy("正式党员 %(full)s 名，建支部要 %(needed)s 名。"),
        gettext_lazy("请与相邻、行业相近的单位联合，或并入其他支部。"),
    ),
    Code.MEMBERS_WITHOUT_BRANCH: (
        gettext_lazy("组织关系不在任何组织的党员 %(persons)s 名。"),
        gettext_lazy("请逐名联系，办理组织关系转接。"),
    ),
    Code.UNIT_WITHOUT_BRANCH: (
        gettext_lazy("有正式党员 %(persons)s 名，没有党支部覆盖。"),
        gettext_lazy("请看建议，加入或组建联合党支部；达到人数的单独建支部。"),
    ),
    Code.UNITS_WITHOUT_BRANCH: (
        gettext_lazy("有一两名党员、没有党支部覆盖的企业 %(persons)s 家。"),
        gettext_lazy("请社区书记看名单和建议，组建联合党支部。"),
    ),
    Code.TERM_OVER: (
        gettext_lazy("任期到 %(term_end)s 届满。"),
        gettext_lazy("请按期换届；需要延期的，报上级党组织批准。"),
    ),
    Code.TOO_MANY_UNITS: (
        gettext_lazy("覆盖 %(units)s 个单位，一般不超过 %(most)s 个。"),
        gettext_lazy("请分设，或让够人数的单位单独建支部。"),
    ),
    Code.NO_UNITS: (
        gettext_lazy("登记的覆盖单位 %(units)s 个，联合党支部至少两个。"),
        gettext_lazy("请登记它覆盖的单位，或改设。"),
    ),
    Code.NO_COMMITTEE: (
        gettext_lazy("正式党员 %(full)s 名，应设支委会 %(least)s 至 %(usual)s 人，现有 %(seated)s 人。"),
        gettext_lazy("请选举支委会委员。"),
    ),
    Code.COMMITTEE_TOO_LARGE: (
        gettext_lazy("支委会 %(seated)s 人，最多 %(most)s 人。"),
        gettext_lazy("请在换届时减少委员。"),
    ),
    Code.NO_SUPERIOR: (
        gettext_lazy("没有登记上级党组织。"),
        gettext_lazy("请登记它隶属的楼宇综合党委或社区大党委。"),
    ),
    Code.NO_VENUE: (
        gettext_lazy("所在楼宇没有登记党群共享空间。"),
        gettext_lazy("请协调一处活动场所，在楼宇单元里登记为党群共享空间。"),
    ),
    Code.MEETING_OVERDUE: (
        gettext_lazy("%(meeting)s应在 %(last_day)s 前召开，已缺 %(periods)s 次。"),
        gettext_lazy("请补开，或登记已开的。"),
    ),
    Code.LETTER_RUN_OUT: (
        gettext_lazy("有 %(persons)s 封介绍信已过有效期。"),
        gettext_lazy("请重开介绍信，或取消转接。"),
    ),
    Code.TOO_MANY_MEMBERS: (
        gettext_lazy("党员 %(members)s 名，按人数可设%(fitting)s。"),
        gettext_lazy("请报上级党组织研究改设。"),
    ),
    Code.UNIT_COULD_FOUND: (
        gettext_lazy("有 %(units)s 个单位的正式党员已够单独建支部。"),
        gettext_lazy("请让这些单位单独建支部。"),
    ),
    Code.COVERED_TWICE: (
        gettext_lazy("有 %(units)s 家企业同时被另一个党支部覆盖。"),
        gettext_lazy("请核对，从其中一个支部去掉。"),
    ),
    Code.ELECTION_DUE: (
        gettext_lazy("任期到 %(term_end)s 届满。"),
        gettext_lazy("请准备换届选举。"),
    ),
    Code.PROBATION_OVER: (
        gettext_lazy("预备期已满的预备党员 %(persons)s 名。"),
        gettext_lazy("请讨论能否按期转正。"),
    ),
    Code.TERM_UNKNOWN: (
        gettext_lazy("没有登记任期届满的日期。"),
        gettext_lazy("请在任职里补上，到期会提醒换届。"),
    ),
    Code.COMMITTEE_LARGE: (
        gettext_lazy("支委会 %(seated)s 人，一般不超过 %(usual)s 人。"),
        gettext_lazy("确有需要的可以保留。"),
    ),
}


@dataclass(frozen=True)
class Said:
    """A finding in words: what it is, why, what to do, and the rule behind it."""

    finding: Finding
    what: str
    why: str
    mend: str
    source: str


def number_of_persons(number: int, *, line: bool) -> str:
    """A number of persons as this reader may be told it: 「不足 3」 outside the organisation line."""
    return str(number) if line or number == 0 or number >= FEW else _("不足 %s") % FEW


def said(finding: Finding, *, line: bool) -> Said:
    """A finding in words; ``line``: the reader is of the organisation line of its subject."""
    why, mend = _SAID[finding.code]
    told: dict[str, Any] = {name: _value(name, value) for name, value in finding.values}
    if finding.persons is not None:
        told["persons"] = number_of_persons(finding.persons, line=line)
        if "full" in told:
            told["full"] = told["persons"]
    return Said(
        finding,
        str(KINDS[finding.code]),
        str(why) % told,
        str(mend),
        str(SOURCES[finding.source]),
    )


_VALUES: dict[str, Callable[[Any], Any]] = {
    "meeting": lambda code: MEETINGS[Meeting(code)],
    "fitting": lambda code: Kind(code).label,
}


def _value(name: str, value: Any) -> str:
    return str(_VALUES[name](value) if name in _VALUES else value)

"""The roster of members (党员名册)."""

from django.utils.translation import gettext_lazy as _

from louyu.organisations.models import Coverage, Membership, Organisation, Period, Seat
from louyu.organisations.registers.columns import COLUMNS, OTHER_THINGS, check
from louyu.organisations.registers.planning import absent, leave, plan
from louyu.people.models import Person
from louyu.tenants.models import Enterprise
from louyu.workbooks.declare import Register

REASONS = {
    "birth_not_of_identity": (
        _("与身份证号里的出生日期（%(inside)s）不一致。"),
        _("请核对这两格，改正写错的一格。"),
    ),
    "sex_not_of_identity": (_("与身份证号里的性别不一致。"), _("请核对这两格，改正写错的一格。")),
    "born_in_the_future": (_("出生日期还没有到。"), _("请核对年份。")),
    "joined_in_the_future": (_("入党日期还没有到。"), _("请核对年份。")),
    "joined_too_young": (
        _("入党时不满 18 周岁（出生日期 %(birth)s）。"),
        _("请核对入党日期和出生日期。"),
    ),
    "full_before_joined": (_("转正日期早于入党日期（%(joined)s）。"), _("请核对这两个日期。")),
    "probation_too_short": (_("预备期不满一年，最早 %(ends)s 转正。"), _("请核对入党日期和转正日期。")),
    "member_without_name": (_("这一行没有姓名。"), _("请补上姓名。")),
    "organisation_without_members": (
        _("社区大党委和楼宇综合党委不直接管理党员。"),
        _("请填写党员所在的党支部。"),
    ),
}

REGISTERS = (
    Register(
        kind="members",
        label=_("党员名册"),
        columns=COLUMNS,
        required=("name", "joined"),
        action="organisations.keep_members",
        order=(Enterprise, Organisation, Period, Seat, Coverage, Person, Membership),
        plan=plan,
        check=check,
        absent=absent,
        leave=leave,
        reasons=REASONS,
        other_things=OTHER_THINGS,
    ),
)

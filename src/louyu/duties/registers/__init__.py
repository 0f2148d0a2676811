"""The register of officers (一长两员名单)."""

from django.utils.translation import gettext_lazy as _

from louyu.accounts.models import Grant
from louyu.duties.models import Department, Duty, Right
from louyu.duties.registers.columns import COLUMNS
from louyu.duties.registers.planning import absent, leave, plan
from louyu.people.models import Person
from louyu.places.models import Building
from louyu.workbooks.declare import Register

REASONS = {
    "duty_without_building": (_("这一行没有楼宇名称。"), _("请补上楼宇名称。")),
    "two_chiefs": (_("同一幢楼写了两位楼长。"), _("每幢楼只留一位楼长，其余请写进楼企管理员。")),
    "chief_before_the_last": (_("任职日期早于现任楼长。"), _("请核对任职日期。")),
}

REGISTERS = (
    Register(
        kind="duties",
        label=_("一长两员名单"),
        columns=COLUMNS,
        required=("building",),
        action="duties.keep_duties",
        order=(Building, Department, Person, Duty, Grant, Right),
        plan=plan,
        absent=absent,
        leave=leave,
        reasons=REASONS,
    ),
)

"""The register of enterprises (入驻企业台账)."""

from django.utils.translation import gettext_lazy as _

from louyu.people.models import Person
from louyu.places.models import Building, Floor, Unit
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy
from louyu.tenants.registers.columns import COLUMNS, OTHER_THINGS, check
from louyu.tenants.registers.leaving import absent, leave
from louyu.tenants.registers.planning import plan
from louyu.workbooks.declare import Register

REASONS = {
    "name_missing": (_("这一行没有企业名称。"), _("请补上企业名称；没人入驻的单元请写“空置”。")),
    "members_above_staff": (_("党员数大于从业人数（%(staff)s 人）。"), _("请核对这两格，改正写错的一格。")),
    "left_before_arrival": (_("迁出日期早于入驻日期（%(since)s）。"), _("请核对这两个日期。")),
    "floor_above_building": (_("这幢楼只有地上 %(top)s 层。"), _("请改正房号或楼层。")),
    "area_above_building": (_("比整幢楼的建筑面积（%(whole)s m²）还大。"), _("请核对面积和单位。")),
    "area_above_floor": (_("比整层的建筑面积（%(whole)s m²）还大。"), _("请核对面积和单位。")),
}

REGISTERS = (
    Register(
        kind="enterprises",
        label=_("入驻企业台账"),
        columns=COLUMNS,
        required=("name",),
        action="tenants.keep_enterprises",
        order=(Building, Floor, Unit, Person, Enterprise, Occupancy, Contact, DeclaredCount),
        plan=plan,
        check=check,
        absent=absent,
        leave=leave,
        reasons=REASONS,
        other_things=OTHER_THINGS,
    ),
)

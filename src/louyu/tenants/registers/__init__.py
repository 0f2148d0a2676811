"""The register of enterprises (入驻企业台账)."""

from django.utils.translation import gettext_lazy as _

from louyu.people.models import Person
from louyu.places.models import Building, Floor, Unit
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy
from louyu.tenants.registers.columns import COLUMNS, check
from louyu.tenants.registers.leaving import absent, leave
from louyu.tenants.registers.planning import plan
from louyu.workbooks.declare import Register

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
    ),
)

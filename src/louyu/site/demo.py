"""The small invented district to look around in: the project's own sample registers, brought in as any office would."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from louyu import places
from louyu.accounts.commands import add_user, console_user, grant
from louyu.accounts.models import User
from louyu.accounts.rules import Role, ScopeKind
from louyu.core.errors import Conflict
from louyu.duties.commands import join_sign_in
from louyu.duties.queries import departments, duties_on, officer_name
from louyu.people.commands import reveal
from louyu.people.models import Person
from louyu.places.commands import draw_areas
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.site.demo_cases import Hands, Work
from louyu.site.sign_ins import add_sign_in
from louyu.tenants.models import Contact
from louyu.tenants.queries import contacts, occupancies_today
from louyu.workbooks.commands import import_file

OUTLINES = Path(places.__file__).parent / "outlines.json"
SAMPLES = Path(__file__).parent / "samples"
PASSWORD = "louyu-demo-2026"
HOME = "华伟总部大厦"
"""The building of which the demo has every officer signed in."""

KEEPERS = (
    ("office", Role.OFFICE, None, "周敏华"),
    ("security", Role.SECURITY, None, "吴守一"),
    ("audit", Role.AUDIT, None, "钱明鉴"),
    ("system", Role.SYSTEM, None, "赵维运"),
    ("subdistrict", Role.SUBDISTRICT, "白云街道", "沈白云"),
    ("secretary", Role.SECRETARY, "云港社区", "何云港"),
)
"""User name, role, scope and the person's name of those on no register."""

OFFICERS = (
    ("chief", Role.CHIEF, ""),
    ("administrator", Role.ADMINISTRATOR, ""),
    ("specialist", Role.SPECIALIST, "税务局"),
)
"""User name, role and department of those whom the register of officers names for HOME."""

LEAD_OF = "市场监管局"
ORDER = ("楼宇台账", "企业登记表", "系统导出", "街道报来", "一长两员", "交办清单")
"""What the names of the samples hold, in the order in which they are brought in: each needs those before it."""


def load_demo() -> Iterator[str]:
    """Import the samples, make one sign-in per role and let a day's work be done; lines to print.

    Raises Conflict in a district that is in use.
    """
    by = console_user()
    if Building.objects.for_reader(by).exists():
        raise Conflict(
            _("这里已经有楼宇了，示例只能装进空的数据库。"),
            field="database",
            mend=_("请换一个空的 LOUYU_HOME。"),
        )
    for file in registers_in_order():
        report, _batch = import_file(file.read_bytes(), file_name=file.name, kind=None, by=by)
        found = report["counts"]
        yield (
            f"{file.name}: {found['new']} new, {found['changed']} changed, "
            f"{found['wrong']} wrong cells, {found['ask']} to decide"
        )
    draw_areas(json.loads(OUTLINES.read_text(encoding="utf-8")), by=by)
    cast = Cast(by)
    Work(cast.hands()).do()
    yield ""
    yield "Sign-ins (password " + PASSWORD + "):"
    for user, role, scope in cast.sign_ins:
        yield f"  {user.username:16} {user.name}, {role.value}{' · ' + scope if scope else ''}"


def registers_in_order() -> list[Path]:
    """The sample registers that the demo imports: all but next month's."""
    files = [p for p in SAMPLES.iterdir() if p.suffix in (".xlsx", ".xls", ".csv") and "12月" not in p.name]
    return sorted(files, key=lambda p: next(n for n, word in enumerate(ORDER) if word in p.name))


class Cast:
    """One sign-in for each role, in the order in which they are made; officers are persons of their register."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.sign_ins: list[tuple[User, Role, str]] = []
        """User, role and scope in words."""
        self.home = buildings(by).get(name=HOME)
        for username, role, scope, name in KEEPERS:
            self._user(username, name, role, scope or "")
            add_sign_in(username, role=role, scope=scope, password=PASSWORD)
        for username, role, department in OFFICERS:
            person = self._officer(role, department)
            scope = " · ".join(word for word in (HOME, department) if word)
            join_sign_in(self._user(username, officer_name(person), role, scope), person=person, by=by)
        market = departments(by).get(name=LEAD_OF)
        lead = self._user("department_lead", "郑明正", Role.DEPARTMENT_LEAD, LEAD_OF)
        grant(lead, role=Role.DEPARTMENT_LEAD, scope_kind=ScopeKind.DEPARTMENT, scope_id=market.pk, by=by)
        contact = self._contact()
        self.enterprise = contact.enterprise
        shown = reveal(contact, fields=["name"], reason="示例：联络员的用户名写本人姓名", by=by)
        liaison = self._user("liaison", shown["name"], Role.LIAISON, self.enterprise.name)
        join_sign_in(liaison, person=contact.person, by=by)
        scope_id = contact.enterprise_id
        grant(liaison, role=Role.LIAISON, scope_kind=ScopeKind.ENTERPRISE, scope_id=scope_id, by=by)

    def hands(self) -> Hands:
        """Those who have cases to do."""
        users = {user.username: user for user, _role, _scope in self.sign_ins}
        return Hands(
            office=users["office"],
            administrator=users["administrator"],
            specialist=users["specialist"],
            lead=users["department_lead"],
            liaison=users["liaison"],
            home=self.home,
            enterprise=self.enterprise,
        )

    def _user(self, username: str, name: str, role: Role, scope: str) -> User:
        user = add_user(username, name=name, password=PASSWORD, by=self.by)
        self.sign_ins.append((user, role, scope))
        return user

    def _officer(self, role: Role, department: str) -> Person:
        """The first by name of those who hold a duty in HOME, sent by that department."""
        held = duties_on(timezone.localdate(), self.by).filter(building=self.home, role=role)
        if department:
            held = held.filter(department__name=department)
        persons: list[Person] = [duty.person for duty in held]
        return min(persons, key=officer_name)

    def _contact(self) -> Contact:
        """A contact of an enterprise of HOME: the one of the first credit code."""
        sitting = occupancies_today(self.by).filter(unit__building=self.home).values("enterprise")
        found = contacts(self.by).filter(enterprise__in=sitting, until__isnull=True)
        contact: Contact = found.order_by("enterprise__credit_code", "pk")[0]
        return contact

"""What all parts of the demo share: the invented truth, and the records and sign-ins that stand for it."""

import datetime
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from louyu.accounts.models import User
from louyu.cases import rules
from louyu.cases.models import Category
from louyu.cases.queries import categories
from louyu.duties.models import Department
from louyu.duties.queries import departments
from louyu.places.models import Building as StoredBuilding
from louyu.places.queries import buildings
from louyu.site.demo.buildings import Building
from louyu.site.demo.clock import Hours, Moment, at
from louyu.site.demo.names import Enterprise, Human, Invention
from louyu.tenants.models import Enterprise as StoredEnterprise
from louyu.tenants.queries import enterprises

if TYPE_CHECKING:
    from louyu.site.demo.officers import Officers
    from louyu.site.demo.organisations import Organisations
    from louyu.site.demo.sign_ins import SignIns

YEARS = 2


@dataclass
class World:
    """The invented district from ``start`` to ``as_of``; everything happens before ``as_of`` begins.

    A part draws from its own source of chance (``world.chance("cases")``), so that it stays as it is when another
    part draws more.
    """

    seed: int
    as_of: datetime.date
    scale: float
    hours: Hours
    invention: Invention
    buildings: list[Building]
    signs: "SignIns"
    officers: "Officers" = field(init=False)
    organisations: "Organisations" = field(init=False)
    _stored: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def start(self) -> datetime.date:
        """The first day of the history."""
        return years_before(self.as_of, YEARS)

    @property
    def live(self) -> datetime.date:
        """The day from which cases are worked on here; those before come in by a ledger."""
        return years_before(self.as_of, 1)

    @property
    def end(self) -> Moment:
        """The moment before which everything happens."""
        return at(self.as_of)

    def chance(self, part: str) -> Random:
        """A source of chance of a part's own."""
        return Random(f"{self.seed} {part}")

    # People and records at the moment at which an event happens

    @staticmethod
    def today() -> datetime.date:
        """The day on which the event that happens now happens."""
        return timezone.localdate()

    def user(self, who: Human | str) -> User:
        """The sign-in of a person, or of this user name, with the rights of the day."""
        return self.signs.user(who if isinstance(who, str) else who.username)

    def stored(self, building: Building) -> StoredBuilding:
        """A building's record."""
        found: StoredBuilding = self._record("building", building.name, buildings, "name")
        return found

    def enterprise(self, enterprise: Enterprise) -> StoredEnterprise:
        """An enterprise's record."""
        found: StoredEnterprise = self._record("enterprise", enterprise.code, enterprises, "credit_code")
        return found

    def department(self, code: str) -> Department:
        """A department's record."""
        found: Department = self._record("department", code, departments, "code")
        return found

    def category(self, code: str) -> Category:
        """A category's record."""
        found: Category = self._record("category", code, categories, "code")
        return found

    def limit(self, category: str, kind: str = "") -> rules.Limit:
        """How long a case of a category may take, of its own kind or another."""
        found = self.category(category)
        if found.working_days and not kind:
            return rules.Limit(working_days=found.working_days)
        return rules.LIMITS[kind or found.kind]

    def _record(self, kind: str, key: str, rows: Any, field: str) -> Any:
        if (kind, key) not in self._stored:
            self._stored[kind, key] = rows(self.user("office")).get(**{field: key})
        return self._stored[kind, key]


def years_before(day: datetime.date, years: int) -> datetime.date:
    """The same day so many years earlier (28 February for a leap day)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

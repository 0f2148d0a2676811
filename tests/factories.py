"""Valid records by default; a test names only what matters to it.

Factories write rows directly, past permission and audit trail: they arrange, they are not what is tested.
What a command does is tested by calling the command.
"""

import datetime
import itertools
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from louyu.accounts.models import Grant, User
from louyu.accounts.rules import Role, ScopeKind
from louyu.cases.models import Case, CaseEvent, Category, Outcome
from louyu.core.words import search_text
from louyu.duties.models import Department
from louyu.organisations.models import Appointment, Coverage, Kind, Membership, Organisation, Period, Seat
from louyu.people.models import Person
from louyu.places.models import Area, Building, Floor, Unit
from louyu.tenants.models import Contact, Enterprise, Occupancy

PASSWORD = "correct horse battery"

_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_person_numbers = itertools.count()


def with_check_characters(sixteen: str) -> str:
    """A unified social credit code from its first 16 characters.

    Source: GB 11714-1997 (mod 11, the ninth character of the body code), GB 32100-2015 (mod 31, the last).
    """
    remainder = (
        11 - sum(int(s, 36) * weight for s, weight in zip(sixteen[8:], _BODY_WEIGHTS, strict=True)) % 11
    )
    code = sixteen + "0123456789X0"[remainder]
    total = sum(_CODE_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + _CODE_SIGNS[(31 - total % 31) % 31]


def credit_code(number: int, *, region: str = "331002", kind: str = "91") -> str:
    """The valid credit code of the ``number``-th invented enterprise.

    kind: registering department and category (91: company, 92: individual business, 31: law firm …).
    """
    return with_check_characters(f"{kind}{region}MA{number:06d}")


def identity_number(
    number: int, *, born: datetime.date = datetime.date(1990, 3, 7), region: str = "331002"
) -> str:
    """An invented resident identity number with a true check character. Source: GB 11643-1999 (mod 11-2)."""
    seventeen = f"{region}{born:%Y%m%d}{number % 1000:03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen))
    return seventeen + "10X98765432"[total % 11]


class RecordFactory(DjangoModelFactory):
    """Base of all factories: writes without naming a reader."""

    class Meta:
        abstract = True

    @classmethod
    def _get_manager(cls, model_class: Any) -> Any:
        return model_class._default_manager


class UserFactory(RecordFactory):
    """Somebody who can sign in with PASSWORD and has no role yet."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class GrantFactory(RecordFactory):
    """The district office's role, since yesterday."""

    class Meta:
        model = Grant

    user = factory.SubFactory(UserFactory)
    role = Role.OFFICE
    scope_kind = ScopeKind.DISTRICT
    scope_id = None
    since = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=1))


class AreaFactory(RecordFactory):
    """A community in a subdistrict of the district; ``kind`` says otherwise."""

    class Meta:
        model = Area

    kind = Area.Kind.COMMUNITY
    name = factory.Sequence(lambda n: f"{'海云枫白葭'[n % 5]}门第{n}社区")
    parent = factory.Maybe(
        factory.LazyAttribute(lambda area: area.kind == Area.Kind.COMMUNITY),
        factory.SubFactory(
            "tests.factories.AreaFactory",
            kind=Area.Kind.SUBDISTRICT,
            name=factory.Sequence(lambda n: f"第{n}街道"),
        ),
        None,
    )


class BuildingFactory(RecordFactory):
    """A key building of 20 storeys and 24,000 m² in a community."""

    class Meta:
        model = Building

    name = factory.Sequence(lambda n: f"云帆大厦{n}座")
    area = factory.SubFactory(AreaFactory)
    key = True
    address = factory.Sequence(lambda n: f"市府大道{n + 1}号")
    floors_above = 20
    floors_below = 2
    floor_area = 24000
    longitude = 121.42
    latitude = 28.66
    coordinate_system = "WGS84"


class FloorFactory(RecordFactory):
    """A let storey of 1,200 m²; numbers run upwards from 1, whatever the building."""

    class Meta:
        model = Floor

    building = factory.SubFactory(BuildingFactory)
    number = factory.Sequence(lambda n: n % 300 + 1)
    area = 1200


class UnitFactory(RecordFactory):
    """A let unit of 120 m² on a floor: ``building=`` or ``floor=`` alone settle the other."""

    class Meta:
        model = Unit

    number = factory.Sequence(lambda n: f"{n + 100}")
    area = 120

    @classmethod
    def _adjust_kwargs(cls, **values: Any) -> dict[str, Any]:
        if "floor" not in values:
            values["floor"] = FloorFactory(**{name: values[name] for name in ("building",) if name in values})
        if values["floor"] is not None:
            values.setdefault("building", values["floor"].building)
        return values


class EnterpriseFactory(RecordFactory):
    """A company with a credit code of its own."""

    class Meta:
        model = Enterprise

    name = factory.Sequence(lambda n: f"台州海之星{n}科技有限公司")
    credit_code = factory.Sequence(credit_code)
    legal_form = Enterprise.LegalForm.COMPANY
    industry_section = "I"
    industry_class = "6510"


class OccupancyFactory(RecordFactory):
    """A company that uses a whole unit since 1 March 2022, and still does."""

    class Meta:
        model = Occupancy

    enterprise = factory.SubFactory(EnterpriseFactory)
    unit = factory.SubFactory(UnitFactory)
    area = factory.SelfAttribute("unit.area")
    since = datetime.date(2022, 3, 1)


class PersonFactory(RecordFactory):
    """A person with name and mobile number; ``name``, ``phone``, ``identity`` are given in the clear."""

    class Meta:
        model = Person

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Person:
        number = next(_person_numbers)
        person = model_class(**{k: v for k, v in kwargs.items() if k not in ("name", "phone", "identity")})
        person.put(
            name=kwargs.get("name", f"沈雨晴{number}"),
            phone=kwargs.get("phone", f"138{number:08d}"),
            identity=kwargs.get("identity"),
        )
        person.save()
        return person  # type: ignore[no-any-return]


class ContactFactory(RecordFactory):
    """The person whom an enterprise names as its liaison."""

    class Meta:
        model = Contact

    enterprise = factory.SubFactory(EnterpriseFactory)
    person = factory.SubFactory(PersonFactory)
    position = "联络员"


class DepartmentFactory(RecordFactory):
    """A department of the district."""

    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"区第{n}局")


class CaseFactory(RecordFactory):
    """A parking case of a company in a building, accepted today, with its whole time ahead; ``state`` says otherwise.

    ``category`` may be named by its code. It counts in no figure: facts are the commands' to write.
    """

    class Meta:
        model = Case

    number = factory.Sequence(lambda n: f"T-{n:06d}")
    building = factory.SubFactory(BuildingFactory)
    enterprise = factory.SubFactory(EnterpriseFactory)
    category = "parking"
    kind = "help"
    text = "访客车位不够，请协调"
    state = "accepted"
    raised_at = factory.LazyFunction(timezone.now)
    raised_on = factory.LazyAttribute(lambda case: timezone.localdate(case.raised_at))
    deadline = factory.LazyAttribute(lambda case: case.raised_at + datetime.timedelta(days=7))

    @classmethod
    def _adjust_kwargs(cls, **values: Any) -> dict[str, Any]:
        if isinstance(values["category"], str):
            values["category"] = Category.rows_without_a_reader.get(code=values["category"])
        state = values["state"]
        if state in ("assigned", "in_hand", "returned") and "department" not in values:
            values["department"] = DepartmentFactory()
        if values.get("department"):
            values.setdefault("handed_over", True)
        if state == "waiting":
            values.setdefault("clock_stopped_at", values["raised_at"])
        if state in ("answered", "closed"):
            values.setdefault("outcome", Outcome.SOLVED)
            values.setdefault("answered_at", values["raised_at"])
        if state in ("closed", "withdrawn", "merged"):
            values.setdefault("closed_on", values["raised_on"])
        return values


class CaseEventFactory(RecordFactory):
    """A note among staff."""

    class Meta:
        model = CaseEvent

    case = factory.SubFactory(CaseFactory)
    at = factory.LazyFunction(timezone.now)
    transition = "note"
    to_state = factory.SelfAttribute("case.state")
    text = "已电话联系"
    visible = False


class OrganisationFactory(RecordFactory):
    """A branch in a community since 1 July 2023 with its founding; ``kind`` and ``parent`` say otherwise.

    ``buildings`` and ``enterprises`` are those in which it sits and which it covers.
    """

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"海之星{n}楼企党支部")
    kind = Kind.BRANCH.value
    area = factory.SubFactory(AreaFactory)
    founded = datetime.date(2023, 7, 1)
    search = factory.LazyAttribute(lambda organisation: search_text(organisation.name))

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Organisation:
        buildings, enterprises = kwargs.pop("buildings", ()), kwargs.pop("enterprises", ())
        made: Organisation = super()._create(model_class, *args, **kwargs)
        since, until = made.founded, made.dissolved
        Period.rows_without_a_reader.create(
            organisation=made,
            name=made.name,
            kind=made.kind,
            parent=made.parent,
            area=made.area,
            since=since,
            until=until,
            began=Period.Began.FOUNDED,
        )
        for building in buildings:
            Seat.rows_without_a_reader.create(organisation=made, building=building, since=since, until=until)
        for enterprise in enterprises:
            Coverage.rows_without_a_reader.create(
                organisation=made, enterprise=enterprise, since=since, until=until
            )
        return made


class AppointmentFactory(RecordFactory):
    """The secretary of a branch, elected at its founding for three years."""

    class Meta:
        model = Appointment

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory)
    office = "secretary"
    since = datetime.date(2023, 7, 1)


class MembershipFactory(RecordFactory):
    """A full member attached to a branch since its founding; ``organisation=None`` is one without."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    status = factory.LazyAttribute(lambda m: "attached" if m.organisation else "unattached")
    since = datetime.date(2023, 7, 1)
    basis = "roster"


_SCOPE_OF_RECORD = {
    Organisation: ScopeKind.ORGANISATION,
    Building: ScopeKind.BUILDING,
    Enterprise: ScopeKind.ENTERPRISE,
    Department: ScopeKind.DEPARTMENT,
}


def user_with(role: Role | str, scope: Any = None, **values: Any) -> User:
    """A user who holds ``role`` over ``scope``: an area, a building, an enterprise, a department, an
    organisation; None: the district.

    A role that its holder has over themselves only (member) takes no scope.
    """
    user: User = UserFactory(**values)
    role = Role(role)
    if role == Role.MEMBER:
        kind, scope_id = ScopeKind.SELF, user.pk
    elif scope is None or (isinstance(scope, Area) and scope.kind == Area.Kind.DISTRICT):
        kind, scope_id = ScopeKind.DISTRICT, None
    else:
        kind = ScopeKind(scope.kind) if isinstance(scope, Area) else _SCOPE_OF_RECORD[type(scope)]
        scope_id = scope.pk
    GrantFactory(user=user, role=role, scope_kind=kind, scope_id=scope_id)
    return user

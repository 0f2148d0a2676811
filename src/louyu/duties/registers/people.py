"""Which human a register of officers means. Without a phone the same name is a decision, not a guess."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from louyu.accounts.rules import Role
from louyu.duties.models import Department, Duty
from louyu.duties.queries import officer_name
from louyu.duties.registers.columns import Said
from louyu.people.models import Person, name_digest, phone_digest
from louyu.workbooks.declare import Choice, Context, Entry, Plan, Question, Writes

MOST_CHOICES = 5


@dataclass(frozen=True)
class Post:
    """Somebody as one row names them: whom, as what, from where."""

    entry: Entry
    field: str
    """The column in which the name stands."""
    said: Said
    role: Role
    department: Department | None
    position: str

    @property
    def post(self) -> tuple[str, str]:
        """The same name with the same role and the same department (a chief: whatever their position) is one person."""
        return self.role.value, self.department.name if self.department else ""


@dataclass
class _Known:
    """Somebody on record with a name of this file."""

    person: Person
    duties: list[Duty] = field(default_factory=list)
    contact: bool = False
    """Also an enterprise's contact."""

    @property
    def posts(self) -> set[tuple[str, str]]:
        return {(d.role, d.department.name if d.department else "") for d in self.duties}


class Humans:
    """The persons on record that this file may mean, and those that it adds."""

    def __init__(self, plan: Plan, context: Context, posts: Iterable[Post]) -> None:
        self.plan, self.context, self.writes = plan, context, plan.writes
        posts = list(posts)
        self.posts_of: dict[str, set[tuple[str, str]]] = {}
        for post in posts:
            if post.said.phone is None:
                self.posts_of.setdefault(post.said.name, set()).add(post.post)
        self.known = self._load({name_digest(p.said.name) for p in posts})
        self.answered: dict[tuple[str, str | None, tuple[str, str]], Person | None] = {}
        self.fresh: dict[str, list[tuple[str | None, tuple[str, str], Person]]] = {}

    def _load(self, digests: set[bytes]) -> dict[bytes, list[_Known]]:
        found: dict[bytes, list[_Known]] = {}
        persons = Person.rows_without_a_reader.filter(name_digest__in=digests).order_by("pk")
        by_key: dict[UUID, _Known] = {}
        for person in persons.prefetch_related("contact_of"):
            one = _Known(person, contact=bool(person.contact_of.all()))
            by_key[person.pk] = one
            found.setdefault(bytes(person.name_digest), []).append(one)
        for duty in Duty.rows_without_a_reader.filter(person__in=list(by_key)).select_related(
            "department", "building"
        ):
            by_key[duty.person_id].duties.append(duty)
        return found

    def person(self, post: Post) -> Person | None:
        """The person that this post means, new or on record; None: the post waits for a decision."""
        key = (post.said.name, post.said.phone, post.post)
        if key not in self.answered:
            self.answered[key] = self._person(post)
        return self.answered[key]

    def _person(self, post: Post) -> Person | None:
        said = post.said
        known = self.known.get(name_digest(said.name), [])
        if said.phone is not None:
            by_phone = [k for k in known if bytes(k.person.phone_digest) == phone_digest(said.phone)]
            same_post = [k for k in known if not k.person.phone_digest and post.post in k.posts]
            for found in (by_phone, same_post):
                if found:
                    return self._with_phone(found[0].person, said.phone)
            return self._in_file(post) or self._new(post)
        same = [k for k in known if post.post in k.posts]
        if len(same) == 1:
            return same[0].person
        in_file = self._in_file(post)
        if in_file is not None:
            return in_file
        others = [k for k in known if _may_be(k, post)]
        several = len(self.posts_of.get(said.name, ())) > 1
        return self._ask(post, same or others) if same or others or several else self._new(post)

    def _in_file(self, post: Post) -> Person | None:
        """Somebody whom this file named before: the same post, and no other phone."""
        for phone, other, person in self.fresh.get(post.said.name, []):
            if other == post.post and (phone is None or post.said.phone in (None, phone)):
                return self._with_phone(person, post.said.phone) if post.said.phone else person
        return None

    def _with_phone(self, person: Person, phone: str) -> Person:
        if bytes(person.phone_digest) != phone_digest(phone):
            other = Person(key_sealed=person.key_sealed).put(phone=phone)
            self.writes.change(
                person,
                phone_sealed=other.phone_sealed,
                phone_digest=other.phone_digest,
                phone_masked=other.phone_masked,
            )
        return person

    def _new(self, post: Post) -> Person:
        said = post.said
        person = Person(**self.context.origin(post.entry)).put(name=said.name, phone=said.phone)
        self.fresh.setdefault(said.name, []).append((said.phone, post.post, person))
        return make(self.writes, person)

    def _ask(self, post: Post, known: list[_Known]) -> Person | None:
        """Whether the name is one on record, one named in another post of this file, or somebody new."""
        role, department = post.post
        key = f"officer:{post.said.name}:{role}:{department}"
        answer = self.context.answer(key)
        if answer == "other":
            return self._new(post)
        for one in known:
            if answer == one.person.pk.hex:
                return one.person
        if answer == "same":
            earlier = self.fresh.get(post.said.name, [])
            return earlier[0][2] if earlier else self._new(post)
        choices = [Choice(k.person.pk.hex, _("是，%s") % _what(k)) for k in known[:MOST_CHOICES]]
        if len(self.posts_of.get(post.said.name, ())) > 1:
            choices.append(Choice("same", _("表里的几处是同一个人")))
        self.plan.questions.append(
            Question(
                post.entry.sheet,
                post.entry.row,
                post.entry.column(post.field),
                key,
                _("「%(name)s」没写电话，是不是已登记的同名人员？") % {"name": post.said.name}
                if known
                else _("「%(name)s」在表里有几种角色或单位，是同一个人吗？") % {"name": post.said.name},
                (*choices, Choice("other", _("不是，另立一人"))),
                tuple((_("单位、职务"), _what(k), _as_said(post)) for k in known[:MOST_CHOICES]),
            )
        )
        return None


def make(writes: Writes, person: Person) -> Person:
    """Queue a new person."""
    writes.make(person)
    return person


def _may_be(known: _Known, post: Post) -> bool:
    """Whether somebody on record may be meant by a name without a phone.

    An officer with another post may. So may an enterprise's contact, unless the post is a public servant's (chief,
    specialist of a department): who holds one may not work for an enterprise. Source: Civil Servant Law, art. 59 (16).
    """
    if known.duties:
        return True
    public_servant = post.role == Role.CHIEF or (
        post.role == Role.SPECIALIST and post.department is not None and not post.department.outside
    )
    return not (known.contact and public_servant)


def _what(known: _Known) -> str:
    """What somebody on record is, in words."""
    for duty in known.duties:
        unit = duty.department.name if duty.department else duty.position
        return "，".join(w for w in (f"{duty.building.name} {duty.get_role_display()}", unit) if w)
    if known.contact:
        return _("企业联络人 %s") % known.person.phone_masked
    return _("已登记的 %s") % officer_name(known.person)[:1]


def _as_said(post: Post) -> str:
    unit = post.department.name if post.department else post.position
    return "，".join(w for w in (str(Duty.Role(post.role.value).label), unit) if w)

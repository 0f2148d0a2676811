"""Invented people and enterprises. The telephone numbers all begin with 199000: plausible, and plainly made up."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from pypinyin import lazy_pinyin

from louyu.core.identifiers import CREDIT_CODE_ALPHABET, credit_code_check_character, organisation_code_check
from louyu.site.demo.pools import table, words

REGIONS = ("台州", "台州", "台州市", "浙江", "椒江", "台州椒江", "")
CODE_REGIONS = {"331002": 80, "331000": 15, "330000": 5}
"""Where they are registered, of a hundred."""
MEMBERS_AMONG_STAFF = (0.03, 0.08)
"""3 to 8 in 100 workers are members."""


@dataclass(eq=False)
class Human:
    """A person: name, phone, and the user name they sign in with."""

    name: str
    phone: str
    username: str = ""


@dataclass(eq=False)
class Enterprise:
    """An enterprise as it truly is. Capital in 万元; members: as it declares them."""

    name: str
    code: str
    trade: str
    contact: Human
    position: str
    staff: int
    members: int
    capital: int
    branch_office: bool


@dataclass
class Invention:
    """What can be invented without end, each once."""

    rng: Random
    _names: set[str] = field(default_factory=set)
    _brands: set[tuple[str, str]] = field(default_factory=set)
    _organisations: set[str] = field(default_factory=set)
    _phones: list[int] = field(default_factory=list)
    _usernames: dict[str, int] = field(default_factory=dict)

    def human(self, *, once: bool = False) -> Human:
        """Somebody; with ``once`` of a name that nobody else has, and with a user name."""
        while True:
            name = self.rng.choice(words("surnames")) + self.rng.choice(words("given"))
            if not once or name not in self._names:
                break
        self._names.add(name)
        return Human(name, self._phone(), self.username(name) if once else "")

    def _phone(self) -> str:
        if not self._phones:
            self._phones = self.rng.sample(range(100_000), 100_000)
        return f"199000{self._phones.pop():05}"

    def username(self, name: str) -> str:
        """A user name for somebody: their name in letters, numbered where it is taken."""
        spelled = "".join(lazy_pinyin(name))
        self._usernames[spelled] = number = self._usernames.get(spelled, 0) + 1
        return spelled if number == 1 else f"{spelled}{number}"

    def enterprise(self, letter: str, area: float) -> Enterprise:
        """An enterprise of a trade, with staff that fits in ``area`` m²."""
        rng = self.rng
        pattern, trade = rng.choice([row[2:] for row in table("trades") if row[0] == letter])
        brand = self._brand(pattern)
        name = pattern.format(r=rng.choice(REGIONS), b=brand, road=rng.choice(words("roads")))
        branch_office = any(word in name for word in ("支公司", "营业部", "支行"))
        staff = max(1, round(area / rng.uniform(10, 26) * (0.5 if letter in "餐批" else 1)))
        members = round(staff * rng.uniform(*MEMBERS_AMONG_STAFF) + rng.random() * 0.6)
        return Enterprise(
            name=name,
            code=self._code("92" if "个体" in name else "91"),
            trade=trade,
            contact=self.human(),
            position=rng.choice(("行政主管", "办公室主任", "总经理助理", "财务经理", "人事专员", "店长"))
            if letter != "餐"
            else rng.choice(("店长", "老板", "值班经理")),
            staff=staff,
            members=members if rng.random() < 0.7 else 0,
            capital=self._capital(name, branch_office),
            branch_office=branch_office,
        )

    def _brand(self, pattern: str) -> str:
        heads, tails = words("brands")
        while True:
            brand = self.rng.choice(heads) + self.rng.choice(tails)
            if self.rng.random() < 0.2:
                brand += self.rng.choice(tails)
            if (brand, pattern) not in self._brands and len(set(brand)) == len(brand):
                self._brands.add((brand, pattern))
                return brand

    def _code(self, kind: str) -> str:
        """A unified social credit code with both check characters right (GB 32100-2015, GB 11714)."""
        rng = self.rng
        while True:
            organisation = "MA" + "".join(rng.choices(CREDIT_CODE_ALPHABET, k=6))
            if organisation not in self._organisations:
                break
        self._organisations.add(organisation)
        region = rng.choices(list(CODE_REGIONS), list(CODE_REGIONS.values()))[0]
        first = kind + region + organisation + organisation_code_check(organisation)
        return first + credit_code_check_character(first)

    def _capital(self, name: str, branch_office: bool) -> int:
        """Registered capital in 万元; none for branch offices and law firms, little for a shop."""
        if branch_office or "事务所" in name:
            return 0
        if "个体" in name:
            return self.rng.choice((5, 10, 10, 20))
        if "集团" in name:
            return self.rng.choice((5000, 8000, 10000))
        return self.rng.choice((10, 50, 100, 100, 200, 300, 500, 500, 1000, 2000, 5000))


def day_between(rng: Random, first: date, last: date) -> date:
    """A day from ``first`` to ``last``, both counted."""
    return date.fromordinal(rng.randint(first.toordinal(), max(first.toordinal(), last.toordinal())))

"""Figures: what one is, the dated facts behind those of large tables, and the small sums that count them.

A figure of a small table (buildings, enterprises, duties) is counted over its list. A figure of a large table
(cases, visits, service records) is counted over facts: the room's commands write, in their own transaction and
trail, that a record counts from a day until a day; the database tallies them (``core.tallies``). Decision 0009.

In a command, under ``alone()``::

    fact = figures.fact("cases.solved", case, since=day, building=case.building_id)
    Fact.rows_without_a_reader.bulk_create([fact])
    changes += made(fact)
    ...
    for standing in figures.standing("cases.solved", case):
        changes += save_changed(standing, until=day)

In a register's plan ``writes.make(figures.fact(…))``, with ``Fact`` behind the room's models in its ``order``; the
undoing of the batch takes facts and tallies back with the rest.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import get_language

from louyu.core.lists import List
from louyu.core.models import NOWHERE, Fact, Tally
from louyu.core.tallies import WHOLE

Day = datetime.date
FEW = 20_000
"""Up to so many facts it is quicker to look them up first and then their records, beyond it the other way round."""


@dataclass(frozen=True)
class Place:
    """The part of the district that a figure is asked for; ``buildings`` None: all that the reader sees."""

    buildings: frozenset[UUID] | None = None

    def q(self, path: str) -> Q:
        """The rows whose building (``path``: "building", "unit__building", "pk") lies in this part."""
        return Q() if self.buildings is None else Q(**{f"{path}__in": self.buildings})


EVERYWHERE = Place()


@dataclass(frozen=True)
class Measure:
    """What a figure is on a day. records: how many lie behind it; declared: how much of it is somebody's word.

    value None: it cannot be said. numerator, denominator: of a ratio.
    """

    value: int | Decimal | None
    records: int
    declared: int | Decimal = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure: its names, what it counts, and the very records behind it.

    rows: the records that count on a day, for a reader, in a part of the district.
    among: instead, for a figure counted by facts of this code: all records that may count, for a reader, in a part;
        their building is where ``building`` leads.
    each: what counts once: the record, or what this path names ("person": each person once).
    measure: the figure where it is more than a number of records (a ratio, an amount); it rests on ``rows``.
    part: of a ratio, the records in its numerator; ``terms`` its two terms in Chinese, then in English.
    listing: how the records are shown. link: the address of the room's own page with exactly these records, from
        the day and the parameters ``area`` and ``building`` where chosen; "" where that page cannot show them.
    dated: whether its records say from which day they count; otherwise it does not change with the date.
    came, went: words for records that began and ceased to count, in Chinese and English.
    group: under which heading of the start page; the first figure of a group leads it.
    divide_by, decimals: how the value is shown (fen in 亿元: 10_000_000_000, 1).
    """

    code: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    unit_zh: str
    unit_en: str
    group: str
    listing: List
    rows: Callable[[Any, Day, Place], QuerySet[Any]] | None = None
    among: Callable[[Any, Place], QuerySet[Any]] | None = None
    building: str = "building"
    each: str = "pk"
    measure: Callable[[Any, Day, Place], Measure] | None = None
    part: Callable[[Any, Day, Place], QuerySet[Any]] | None = None
    terms: tuple[str, str, str, str] | None = None
    link: Callable[[Day, Mapping[str, str]], str] | None = None
    dated: bool = True
    came: tuple[str, str] = ("新增", "added")
    went: tuple[str, str] = ("撤销", "taken back")
    divide_by: int = 1
    decimals: int = 0

    def __post_init__(self) -> None:
        if (self.rows is None) == (self.among is None):
            raise ValueError(f"{self.code}: name either rows or among")
        if (self.measure is None) != (self.part is None):
            raise ValueError(f"{self.code}: a ratio names its measure and the records in its numerator")

    @property
    def held(self) -> bool:
        """Whether facts count it."""
        return self.among is not None

    def counted(self, reader: Any, day: Day, place: Place = EVERYWHERE) -> QuerySet[Any]:
        """The records that count on a day, for a reader, in a part of the district; each once."""
        if self.among is not None:
            return holding(self.among(reader, place), self.code, day)
        assert self.rows is not None
        return self.rows(reader, day, place)

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if _english() else self.name_zh

    @property
    def definition(self) -> str:
        """The definition in the reader's language."""
        return self.definition_en if _english() else self.definition_zh

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return self.unit_en if _english() else self.unit_zh

    @property
    def words(self) -> dict[str, str]:
        """The words ``came``, ``went`` and the terms of a ratio, ``above`` and ``below``, in the reader's language."""
        place = 1 if _english() else 0
        found = {"came": self.came[place], "went": self.went[place]}
        if self.terms is not None:
            found["above"], found["below"] = self.terms[2 * place : 2 * place + 2]
        return found


def _english() -> bool:
    return (get_language() or "").startswith("en")


# Facts


def fact(
    code: str,
    subject: Any,
    *,
    since: Day | None,
    until: Day | None = None,
    building: UUID | None,
    amount: int = 1,
    declared: bool = False,
) -> Fact:
    """That a record counts in a figure from a day until a day; not yet written. subject: the record or its key."""
    return Fact(
        code=code,
        subject=getattr(subject, "pk", subject),
        building=building or NOWHERE,
        since=since,
        until=until,
        amount=amount,
        declared=declared,
    )


def standing(code: str | Iterable[str], subject: Any) -> "QuerySet[Fact]":
    """The facts of a record that have not ended, of one code or several; at most one of each."""
    codes = [code] if isinstance(code, str) else list(code)
    found: QuerySet[Fact] = Fact.rows_without_a_reader.filter(
        subject=getattr(subject, "pk", subject), code__in=codes, until__isnull=True
    )
    return found


def facts_of(subjects: Iterable[Any]) -> "QuerySet[Fact]":
    """All facts of these records, ended ones too: what moves with them when they change their building."""
    found: QuerySet[Fact] = Fact.rows_without_a_reader.filter(
        subject__in=[getattr(s, "pk", s) for s in subjects]
    )
    return found


def on_day(day: Day) -> Q:
    """The facts that count on this day; one without a known beginning counts."""
    return (Q(since__isnull=True) | Q(since__lte=day)) & (Q(until__isnull=True) | Q(until__gt=day))


def holding(rows: "QuerySet[Any]", code: str, day: Day) -> "QuerySet[Any]":
    """Those of a room's rows that count in a figure on this day."""
    known = Fact.rows_without_a_reader.filter(on_day(day), code=code)
    if tallied([code], day)[code].records <= FEW:
        return rows.filter(pk__in=known.values("subject"))
    return rows.filter(Exists(known.filter(subject=OuterRef("pk"))))


def arrived(rows: "QuerySet[Any]", code: str, first: Day, last: Day) -> "QuerySet[Any]":
    """Those of a room's rows that count on the last day and did not on the first."""
    begun = Fact.rows_without_a_reader.filter(on_day(last), code=code, since__gt=first)
    before = Fact.rows_without_a_reader.filter(on_day(first), code=code, subject=OuterRef("pk"))
    return rows.filter(pk__in=begun.values("subject")).exclude(Exists(before))


def recounted(rows: "QuerySet[Any]", code: str, first: Day, last: Day) -> "QuerySet[Any]":
    """Those of a room's rows that count on both days but did not in between, or count otherwise since."""
    begun = Fact.rows_without_a_reader.filter(on_day(last), code=code, since__gt=first)
    before = Fact.rows_without_a_reader.filter(on_day(first), code=code, subject=OuterRef("pk"))
    return rows.filter(Exists(before), pk__in=begun.values("subject"))


def departed(rows: "QuerySet[Any]", code: str, first: Day, last: Day) -> "QuerySet[Any]":
    """Those of a room's rows that counted on the first day and do not on the last."""
    ended = Fact.rows_without_a_reader.filter(on_day(first), code=code, until__lte=last)
    after = Fact.rows_without_a_reader.filter(on_day(last), code=code, subject=OuterRef("pk"))
    return rows.filter(pk__in=ended.values("subject")).exclude(Exists(after))


# Tallies


@dataclass(frozen=True)
class Sums:
    """What the tallies add up to."""

    records: int = 0
    amount: int = 0
    declared: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.records + other.records, self.amount + other.amount, self.declared + other.declared)


def tallied(codes: Iterable[str], day: Day, buildings: Iterable[UUID] | None = None) -> "dict[str, Sums]":
    """What the facts of these codes come to on a day, in these buildings (None: wherever). One query.

    Whole years before, whole months since, days since: the sum touches at most some 50 rows a code and building for
    ten years of facts, however many there are; the whole district is a building of its own.
    """
    year, month = day.replace(month=1, day=1), day.replace(day=1)
    codes = list(codes)
    places = [WHOLE] if buildings is None else list(buildings)
    told = Tally.rows_without_a_reader.filter(code__in=codes, building__in=places)
    reaches = (
        {"span": "year", "start__lt": year},
        {"span": "month", "start__gte": year, "start__lt": month},
        {"span": "day", "start__gte": month, "start__lte": day},
    )
    # A union and not an "or": SQLite then looks each span up by its index.
    parts = [
        told.filter(**reach).values_list("code").annotate(Sum("records"), Sum("amount"), Sum("declared"))
        for reach in reaches
    ]
    found = dict.fromkeys(codes, Sums())
    for code, *sums in parts[0].union(*parts[1:], all=True):
        found[code] += Sums(*sums)
    return found


def sums_of(code: str, day: Day, subjects: Any) -> Sums:
    """What the facts of these records (a queryset of keys) come to on a day, one by one. One query."""
    found = Fact.rows_without_a_reader.filter(on_day(day), code=code, subject__in=subjects)
    told = found.aggregate(
        number=Count("pk"), whole=Sum("amount"), stated=Sum("amount", filter=Q(declared=True))
    )
    return Sums(told["number"], told["whole"] or 0, told["stated"] or 0)


@dataclass(frozen=True)
class Difference:
    """A tally that is not what its facts come to."""

    key: tuple[str, str, Day, UUID]
    tally: Sums
    facts: Sums = field(default_factory=Sums)


def differences() -> Iterator[Difference]:
    """Every tally that differs from a recount of the facts; for ``louyu check``."""
    recounted: dict[tuple[str, str, Day, UUID], list[int]] = {}
    stored = Fact.rows_without_a_reader.values_list(
        "code", "building", "since", "until", "amount", "declared"
    )
    for code, building, since, until, amount, declared in stored.iterator(5000):
        for day, sign in ((since or Day.min, 1), (until, -1)):
            if day is None:
                continue
            for span, start in (
                ("day", day),
                ("month", day.replace(day=1)),
                ("year", day.replace(month=1, day=1)),
            ):
                for place in (building, WHOLE):
                    sums = recounted.setdefault((code, span, start, place), [0, 0, 0])
                    sums[0] += sign
                    sums[1] += sign * amount
                    sums[2] += sign * amount * declared
    kept = Tally.rows_without_a_reader.values_list(
        "code", "span", "start", "building", "records", "amount", "declared"
    )
    for *key, records, amount, declared in kept.iterator(5000):
        told, true = Sums(records, amount, declared), Sums(*recounted.pop(tuple(key), (0, 0, 0)))
        if told != true:
            yield Difference(tuple(key), told, true)
    for left, sums in recounted.items():
        if any(sums):
            yield Difference(left, Sums(), Sums(*sums))

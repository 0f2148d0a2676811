"""Whom an enterprise with too few members should join: several proposals, each with its reasons and what it costs.

Source: Branch Work Regulations (2018), art. 5: units with fewer than three full members found joint branches, near
each other, alike in trade, of fitting size, easy to run, of at most five units in general.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from louyu.organisations.rules.founding import may_found_branch, may_found_joint_branch
from louyu.organisations.rules.thresholds import Thresholds

PARTNERS_LOOKED_AT = 12
"""So many of the nearest units are tried with each other."""
STEP = 250
"""Metres: distances within one step are equally near."""


class Trade(IntEnum):
    """How alike two trades are by GB/T 4754, the most alike first."""

    SAME_DIVISION = 0
    SAME_SECTION = 1
    OTHER = 2


@dataclass(frozen=True)
class Unit:
    """A unit without a branch of its own. full_members: as far as they are known.

    building: the key of where it sits; trade: a code of GB/T 4754-2017 with the section letter before it ("I6510",
    "I", "" where it is not known).
    """

    key: Hashable
    building: Hashable
    full_members: int
    trade: str = ""


@dataclass(frozen=True)
class Joint:
    """A joint branch there is already, with its units."""

    key: Hashable
    units: tuple[Unit, ...]


Metres = Callable[[Hashable, Hashable], float | None]
"""How far two buildings are apart; None where that is not known."""


@dataclass(frozen=True)
class Proposal:
    """One way to a branch: to join one there is (``joins``), or to found one together with ``partners``.

    full_members, units: what the branch would have. metres: how far its farthest unit is. unlike: how many of the
    other units are of another section of trade; alike: how many of the same division. left_behind: units of the
    same building that would still have no branch and could not found one among themselves.
    """

    joins: Hashable | None
    partners: tuple[Unit, ...]
    full_members: int
    units: int
    metres: float
    alike: int
    unlike: int
    left_behind: int

    @property
    def same_building(self) -> bool:
        """Whether all units are neighbours in one building."""
        return self.metres == 0

    @property
    def cost(self) -> tuple[int, int, int, bool, int, float]:
        """What proposals are ranked by, the smallest first.

        Near before all (in steps of 250 m), then nobody left behind, then like trades, then a branch that is there
        before a new one, then few units.
        """
        return (
            math.ceil(self.metres / STEP),
            self.left_behind,
            self.unlike,
            self.joins is None,
            self.units,
            self.metres,
        )


def alike(one: str, other: str) -> Trade:
    """How alike two trades are; an unknown one is like no other. Source: GB/T 4754-2017, section and division."""
    if not one or not other or one[0] != other[0]:
        return Trade.OTHER
    return Trade.SAME_DIVISION if len(one) > 2 and one[:3] == other[:3] else Trade.SAME_SECTION


def proposals(
    unit: Unit,
    others: Iterable[Unit],
    joints: Iterable[Joint],
    metres: Metres,
    numbers: Thresholds,
    *,
    most: int = 3,
) -> list[Proposal]:
    """How a unit with too few full members comes to a branch, the best first; nothing where no way is allowed.

    others: units without a branch that have members; joints: joint branches there are. Units farther than what counts
    as near are not asked to come. A unit that can found a branch itself gets no proposal.
    """
    if may_found_branch(unit.full_members, numbers).holds:
        return []
    distance = _Distance(unit, metres, numbers)
    near = [
        o
        for o in others
        if o.key != unit.key
        and distance.near(o)
        and o.full_members > 0
        and not may_found_branch(o.full_members, numbers).holds
    ]
    neighbours = [o for o in near if o.building == unit.building]
    found = [
        _proposal(unit, joint.units, joint.key, distance, neighbours, numbers)
        for joint in joints
        if all(distance.near(u) for u in joint.units)
        and may_found_joint_branch([u.full_members for u in (unit, *joint.units)], numbers).holds
    ]
    found += [
        _proposal(unit, partners, None, distance, neighbours, numbers)
        for partners in _groups(unit, near, distance, numbers)
    ]
    return sorted(found, key=lambda p: p.cost)[:most]


@dataclass(frozen=True)
class _Distance:
    unit: Unit
    metres: Metres
    numbers: Thresholds

    def to(self, other: Unit) -> float | None:
        """Metres; none where both are in one building."""
        return 0 if other.building == self.unit.building else self.metres(self.unit.building, other.building)

    def near(self, other: Unit) -> bool:
        """Whether it counts as near."""
        metres = self.to(other)
        return metres is not None and metres <= self.numbers.near_metres

    def farthest(self, units: Sequence[Unit]) -> float:
        """Of several near units."""
        return max((self.to(u) or 0 for u in units), default=0)


def _groups(
    unit: Unit, near: list[Unit], distance: _Distance, numbers: Thresholds
) -> Iterator[tuple[Unit, ...]]:
    """Partners with whom the unit may found a joint branch: the smallest such groups, and all of the building."""

    def first(other: Unit) -> tuple[float, Trade, int]:
        return (
            math.ceil((distance.to(other) or 0) / STEP),
            alike(unit.trade, other.trade),
            -other.full_members,
        )

    candidates = sorted(near, key=first)[:PARTNERS_LOOKED_AT]
    for size in range(1, numbers.joint_units):
        for group in combinations(candidates, size):
            if _needs_all(unit, group, numbers) and _allowed(unit, group, numbers):
                yield group
    whole = tuple(o for o in near if o.building == unit.building)
    if whole and not _needs_all(unit, whole, numbers) and _allowed(unit, whole, numbers):
        yield whole


def _needs_all(unit: Unit, group: Sequence[Unit], numbers: Thresholds) -> bool:
    """Whether without any one of them there would be too few full members."""
    spare = unit.full_members + sum(o.full_members for o in group) - numbers.founding_members
    return all(o.full_members > spare for o in group)


def _allowed(unit: Unit, group: Sequence[Unit], numbers: Thresholds) -> bool:
    return may_found_joint_branch([unit.full_members, *(o.full_members for o in group)], numbers).holds


def _proposal(
    unit: Unit,
    partners: tuple[Unit, ...],
    joins: Hashable | None,
    distance: _Distance,
    neighbours: list[Unit],
    numbers: Thresholds,
) -> Proposal:
    likeness = [alike(unit.trade, p.trade) for p in partners]
    keys = {p.key for p in partners}
    rest = [n for n in neighbours if n.key not in keys]
    alone = sum(n.full_members for n in rest) < numbers.founding_members
    return Proposal(
        joins,
        partners,
        unit.full_members + sum(p.full_members for p in partners),
        1 + len(partners),
        distance.farthest(partners),
        likeness.count(Trade.SAME_DIVISION),
        likeness.count(Trade.OTHER),
        len(rest) if alone else 0,
    )

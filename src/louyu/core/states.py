"""What a record can be, what can be done with it, and who may: one declaration for pages, API, checks and docs.

A machine is declared once and checked where it is declared; buttons, API operations, permission checks, the diagram
and the tests are made from it. It decides nothing about rows: a room's one ``transition()`` does.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any


class Clock(StrEnum):
    """Whether the time allowed runs on in a state."""

    RUNNING = "running"
    STOPPED = "stopped"
    """It waits, and runs on when the state is left."""
    NONE = "none"
    """What the time was allowed for is done."""


@dataclass(frozen=True)
class State:
    """What a record can be. ``open``: there is still something to be done about it."""

    code: str
    label: Any
    open: bool = True
    clock: Clock = Clock.RUNNING


@dataclass(frozen=True)
class Transition:
    """What can be done with a record.

    sources: the states in which it can be done; none: it makes the record.
    target: the state afterwards; "" leaves it as it is. Several are named in ``targets`` where the record's own
        history says which (records brought in as history).
    action: the permission it needs.
    needs: what has to be given with it; ``takes``: what may be.
    asks_back: pages ask once more before they do it.
    beside: it may be done whatever somebody else did to the record meanwhile.
    """

    code: str
    label: Any
    sources: tuple[str, ...]
    target: str
    action: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    asks_back: bool = False
    beside: bool = False

    @property
    def makes(self) -> bool:
        """Whether it makes the record."""
        return not self.sources

    def reached_from(self, state: str) -> tuple[str, ...]:
        """The states in which a record can be after it was done in ``state``."""
        return self.targets or (self.target or state,)

    def missing(self, given: Mapping[str, Any]) -> list[str]:
        """What it needs and was not given."""
        return [name for name in self.needs if given.get(name) in (None, "")]

    def unknown(self, given: Iterable[str]) -> list[str]:
        """What was given and it does not take."""
        return sorted(set(given) - set(self.needs) - set(self.takes))


class WrongMachine(Exception):
    """A declaration of states that cannot be meant."""


@dataclass(frozen=True)
class Machine:
    """All states of a kind of record and all that can be done. Raises WrongMachine when they do not fit together."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    ends: frozenset[str] = field(default_factory=frozenset)
    """States that are meant to be left no more."""

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise WrongMachine(f"{self.name}: {'; '.join(faults)}")

    def _faults(self) -> Iterable[str]:
        yield from (f"state {code} is declared twice" for code in _doubled(s.code for s in self.states))
        yield from (
            f"transition {code} is declared twice" for code in _doubled(t.code for t in self.transitions)
        )
        known = {s.code for s in self.states}
        for step in self.transitions:
            strange = {*step.sources, *step.targets, *((step.target,) if step.target else ())} - known
            yield from (f"{step.code} names a state {code} that is not there" for code in sorted(strange))
            if step.makes and not (step.target or step.targets):
                yield f"{step.code} makes a record in no state"
            if step.target and step.targets:
                yield f"{step.code} names one target and several"
            doubled = set(step.needs) & set(step.takes)
            yield from (f"{step.code} needs and takes {name}" for name in sorted(doubled))
        if not any(s.makes for s in self.transitions):
            yield "nothing makes a record"
        yield from (f"{code} cannot be reached" for code in sorted(known - self._reached()))
        left = {
            source
            for t in self.transitions
            for source in t.sources
            if set(t.reached_from(source)) != {source}
        }
        yield from (f"{code} cannot be left" for code in sorted(known - left - self.ends))
        yield from (f"{code} is an end, but can be left" for code in sorted(left & self.ends))

    def _reached(self) -> set[str]:
        """The states to which some way leads from a record's beginning; history brought in is no way."""
        reached = {t.target for t in self.transitions if t.makes and t.target}
        while True:
            further = {
                state
                for t in self.transitions
                for source in reached & set(t.sources)
                for state in t.reached_from(source)
            }
            if further <= reached:
                return reached
            reached |= further

    @cached_property
    def _states(self) -> dict[str, State]:
        return {s.code: s for s in self.states}

    @cached_property
    def _transitions(self) -> dict[str, Transition]:
        return {t.code: t for t in self.transitions}

    def state(self, code: str) -> State:
        """The state of this code. Raises KeyError."""
        return self._states[code]

    def transition(self, code: str) -> Transition:
        """The transition of this code. Raises KeyError."""
        return self._transitions[code]

    def possible(self, state: str) -> tuple[Transition, ...]:
        """What can be done with a record in this state, in the order of the declaration."""
        return tuple(t for t in self.transitions if state in t.sources)

    def can(self, code: str, state: str) -> bool:
        """Whether this can be done with a record in this state."""
        return state in self.transition(code).sources

    def with_clock(self, *clocks: Clock) -> tuple[str, ...]:
        """The states in which the clock does this."""
        return tuple(s.code for s in self.states if s.clock in clocks)

    @property
    def open_states(self) -> tuple[str, ...]:
        """The states in which there is still something to be done."""
        return tuple(s.code for s in self.states if s.open)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Codes and labels of the states, as fields and filters take them."""
        return [(s.code, s.label) for s in self.states]

    def diagram(self, *, but: Collection[str] = ()) -> str:
        """The machine as a Mermaid state diagram; ``but``: transitions left out (notes would only clutter it)."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {s.code} : {s.label}" for s in self.states]
        for step in self.transitions:
            if step.code in but:
                continue
            for source in step.sources or ("[*]",):
                lines += [f"    {source} --> {target} : {step.label}" for target in step.reached_from(source)]
        lines += [f"    {code} --> [*]" for code in sorted(self.ends)]
        return "\n".join(lines) + "\n"


def _doubled(codes: Iterable[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]

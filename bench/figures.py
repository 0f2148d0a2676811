"""Timing, and how a figure is printed beside its aim."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Clock:
    """Seconds by name."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Time a block."""
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        print(f"  {name}: {self.seconds[name]:.2f} s", flush=True)


def figure(name: str, value: float, aim: float, unit: str = "") -> bool:
    """Print a figure that must not be above its aim; whether it holds."""
    holds = value <= aim
    print(f"{'ok  ' if holds else 'MISS'} {name}: {value:.2f}{unit} (aim: at most {aim:g}{unit})", flush=True)
    return holds


def at_least(name: str, value: float, aim: float, unit: str = "") -> bool:
    """Print a figure that must not be below its aim; whether it holds."""
    holds = value >= aim
    print(
        f"{'ok  ' if holds else 'MISS'} {name}: {value:.2f}{unit} (aim: at least {aim:g}{unit})", flush=True
    )
    return holds

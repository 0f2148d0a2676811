"""Spans of days, when two records of one enterprise become one. Pure."""

from datetime import date

Span = tuple[date | None, date | None]
"""First day (None: before anyone knew) and the day after the last (None: still)."""


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a day."""
    return (one[0] or date.min) < (other[1] or date.max) and (other[0] or date.min) < (one[1] or date.max)


def joined_span(one: Span, other: Span) -> Span:
    """One span over both. An unknown beginning yields to a known one; an open end stays open."""
    begins = [d for d in (one[0], other[0]) if d is not None]
    ends = [one[1], other[1]]
    return (min(begins) if begins else None, None if None in ends else max(d for d in ends if d is not None))

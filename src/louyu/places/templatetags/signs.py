"""A building as a sign: a small stack of floors, the same drawing in lists and on the map."""

from collections.abc import Sequence
from typing import TypedDict

from django import template

register = template.Library()

WIDEST_PX = 14
PLAIN_PX = 10
PITCH_PX = 3


class Sign(TypedDict):
    """An SVG path of bars and the box around it, in px."""

    path: str
    width: int
    height: int


def sign(floors: Sequence[float] | int | None, *, floors_per_bar: int) -> Sign:
    """Bars for a stack of floors, bottom to top, all beginning at the left edge.

    floors: the floors' widths from the lowest up, in any one unit (the widest becomes WIDEST_PX); or only
    how many there are, then all are PLAIN_PX wide; none known: a single bar.
    floors_per_bar: how many storeys one bar stands for; a bar is as wide as the widest of them.
    """
    if isinstance(floors, int | None):
        bars = [float(PLAIN_PX)] * -(-max(floors or 1, 1) // floors_per_bar)
    else:
        bars = [max(floors[at : at + floors_per_bar]) for at in range(0, len(floors), floors_per_bar)]
        widest = max(bars, default=0) or 1
        bars = [max(2, WIDEST_PX * bar / widest) for bar in bars]
    height = PITCH_PX * len(bars)
    path = "".join(f"M0 {height - PITCH_PX * at}h{round(bar)}v2H0z" for at, bar in enumerate(bars, start=1))
    return {"path": path, "width": WIDEST_PX, "height": height}


@register.inclusion_tag("places/sign.html")
def building_sign(floors: Sequence[float] | int | None, floors_per_bar: int = 4) -> Sign:
    """``{% building_sign floors %}``: the sign of a building, hidden from readers of the text beside it."""
    return sign(floors, floors_per_bar=floors_per_bar)

"""The words a stacking plan is written with. Plain text, so that the rules stay free of gettext."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Words:
    """Every text of a drawing in one language; `{…}` is filled in by the drawing."""

    floor: str = "{floor} 层"
    vacant: str = "空置"
    shared: str = "共用 {n} 家"
    unknown: str = "面积不详"
    partly_unknown: str = "部分面积不详"
    not_let: str = "不出租"
    party: str = "党群共享空间"
    unrecorded: str = "未登记"
    bare: str = "没有登记"
    together: str = "{n} 家"
    area: str = "{area} m²"
    open_cases: str = "{n} 件未办结"
    overdue_cases: str = "{n} 件超期"
    comma: str = ", "
    families: Mapping[str, str] = field(
        default_factory=lambda: {
            "trade": "批发零售",
            "business": "商务服务",
            "software": "软件信息",
            "construction": "建筑",
            "finance": "金融",
            "research": "科研设计",
            "catering": "餐饮生活",
            "other": "其他",
        }
    )
    colours: Mapping[str, str] = field(
        default_factory=lambda: {"industry": "行业", "since": "入驻年限", "staff": "员工人数"}
    )
    units: Mapping[str, str] = field(default_factory=lambda: {"since": "{range} 年", "staff": "{range} 人"})
    below: str = "不满 {n}"
    above: str = "{n}以上"
    not_known: str = "没有登记"
    shared_units: str = "共用单元"
    key_unknown: str = "面积不详，不计入入驻率"
    key_unrecorded: str = "未登记，不算空置"
    key_merged: str = "太窄，合并画出"
    key_cases: str = "未办结办件"
    key_overdue: str = "其中已超期"
    places: str = "{n} 处"
    cases: str = "{n} 件"


CHINESE = Words()


def square_metres(area: Decimal) -> str:
    """An area as people read it: whole square metres with thousands, one decimal below ten."""
    if area < 10 and area != area.to_integral_value():
        return f"{area.quantize(Decimal('0.1'), ROUND_HALF_UP)}"
    return f"{area.quantize(Decimal(1), ROUND_HALF_UP):,}"


def step_words(words: Words, colour_by: str, bounds: Sequence[float]) -> dict[str, str]:
    """The token of each step → its range in words: 不满 1 年, 1–2 年, …, 10 年以上."""
    unit = words.units.get(colour_by, "{range}")
    whole = all(bound == int(bound) for bound in bounds)
    ranges = [words.below.format(n=unit.format(range=_plain(bounds[0])))]
    for low, high in pairwise(bounds):
        top = high - 1 if whole else high
        ranges.append(unit.format(range=_plain(low) if top == low else f"{_plain(low)}–{_plain(top)}"))
    ranges.append(words.above.format(n=unit.format(range=_plain(bounds[-1]))))
    return {f"step{n}": text for n, text in enumerate(ranges, 1)}


def _plain(value: float) -> str:
    return f"{value:g}"

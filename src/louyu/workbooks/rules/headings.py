"""What the columns of a table mean: by their headings, by what stands below, by what people said before."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from louyu.workbooks.declare import CellValue, Column, Heading

SAMPLES = 50
SAME, SIMILAR, CONTENT, REMEMBERED, UNKNOWN = "same", "similar", "content", "remembered", "unknown"
ENOUGH = 0.5
"""A pairing of column and field below this is no pairing."""

_BRACKETS = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_AND = re.compile("[及和与]")
_NO_WORD = re.compile(r"[\W_]+")
_SERIAL = frozenset(
    ("序号", "序", "编号", "号", "行号", "项次", "顺序号", "no", "id", "编码", "序列", "序数")
)
_CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("share", ("率", "占比", "比例", "百分比")),
    ("phone", ("电话", "手机", "手机号", "手机号码", "联系方式", "座机", "电话号码", "联系号码")),
    ("date", ("时间", "日期", "年月", "年份", "期限", "年月日", "日")),
    ("person", ("身份证", "身份证号", "身份证号码", "身份号码", "证件号", "证件号码")),
    ("code", ("代码", "信用代码", "税号", "识别号", "执照号", "注册号", "信用码", "统一码")),
    ("money", ("资本", "资金", "金额", "租金", "税收", "营收", "收入", "产值", "物业费", "税额")),
    ("area", ("面积", "平方", "平方米", "平米")),
    ("count", ("人数", "数量", "家数", "户数", "个数", "次数", "总数", "层数", "员工数", "党员数", "数")),
    ("address", ("地址", "住址", "位置", "地点", "坐落")),
    ("kind", ("类型", "类别", "性质", "类", "分类", "种类", "行业")),
    ("note", ("备注", "说明", "情况", "描述", "内容", "意见")),
    ("name", ("名称", "姓名", "全称", "名字", "简称", "字号")),
    ("whether", ("是否", "有无")),
)


_UNIT_AT_END = re.compile(r"(?<=..)(?:万?(?:m2|平方米|平米)|万元|亿元)\Z")


@lru_cache(maxsize=8192)
def normalised(heading: str) -> str:
    """A heading without spaces, punctuation, bracketed units and remarks; "面积（㎡）*" → "面积"."""
    text = unicodedata.normalize("NFKC", heading).lower()
    bare = _NO_WORD.sub("", _BRACKETS.sub("", text)).removesuffix("必填")
    return _UNIT_AT_END.sub("", bare) or _NO_WORD.sub("", text)


@lru_cache(maxsize=8192)
def _class(words: str) -> str:
    """What sort of thing the heading asks for: in Chinese its last word says it."""
    if words.startswith(("是否", "有无")):
        return "whether"
    best = max(
        ((len(end), name) for name, ends in _CLASSES for end in ends if words.endswith(end)), default=(0, "")
    )
    return best[1]


@lru_cache(maxsize=65536)
def likeness(heading: str, known: str) -> float:
    """How near two normalised headings are, 0 to 0.95; 1 only for the same.

    Words count by overlap; headings that ask for another sort of thing (企业名称, 企业数) are not near.
    """
    if heading == known:
        return 1.0
    if len(heading) < 2 or len(known) < 2:
        return 0.0
    asked, offered = _class(heading), _class(known)
    if asked and offered and asked != offered:
        return 0.0
    ratio = fuzz.ratio(heading, known) / 100
    score = 0.9 * ratio if ratio >= 0.6 else 0.0
    shorter, longer = sorted((heading, known), key=len)
    if shorter in longer:
        # The last word is what a heading asks for, so sharing it says more than sharing the first.
        score = max(score, (0.6 if longer.endswith(shorter) else 0.5) + 0.35 * len(shorter) / len(longer))
    if bool(asked) != bool(offered):
        score *= 0.75
    several, known_several = _AND.split(heading), _AND.split(known)
    if len(several) > 1 and len(known_several) > 1:
        score = max(score, 0.6 + 0.3 * likeness(several[-1], known_several[-1]))
    elif len(several) != len(known_several):
        score *= 0.8
    return min(score, 0.95)


def _variants(text: str) -> Iterator[tuple[str, float]]:
    """The readings of a heading that was joined from several header rows, and how much each counts."""
    yield normalised(text), 1.0
    parts = text.split()
    if len(parts) > 1:
        yield normalised("".join(reversed(parts))), 0.98
        yield normalised(parts[-1]), 0.95


def word_score(text: str, column: Column) -> float:
    """How well the words of a heading fit a column: 1 for the same, 0 for nothing in common."""
    best = 0.0
    for words, weight in _variants(text):
        if words:
            for known in column.headings:
                best = max(best, weight * likeness(words, normalised(known)))
    return best


def is_serial(text: str, samples: Sequence[CellValue]) -> bool:
    """Whether a column only counts the rows: headed so, or unheaded, and holding 1, 2, 3 …"""
    numbers = [_whole(value) for value in samples]
    if normalised(text) in _SERIAL:
        return not numbers or all(n is not None for n in numbers)
    if len(numbers) < 3 or numbers[0] != 1:
        return False
    steps = [b - a for a, b in pairwise(numbers) if a is not None and b is not None]
    return len(steps) == len(numbers) - 1 and all(step == 1 for step in steps)


def _whole(value: CellValue) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if value == int(value) else None
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) < 8:
        return int(value)
    return None


@dataclass(frozen=True)
class _Pair:
    score: float
    position: int
    order: int
    why: str


def understand(
    headings: Sequence[tuple[int, str]],
    samples: Mapping[int, Sequence[CellValue]],
    columns: Sequence[Column],
    remembered: Mapping[str, str] | None = None,
) -> list[Heading]:
    """Which field each column of a table holds; one column a field, the best of all pairings first.

    headings: column index and text. samples: values below each, in order, blanks left out; 50 are enough.
    remembered: heading (as written or normalised) → field, "" for none; it decides.
    """
    known = {normalised(heading): field for heading, field in (remembered or {}).items()}
    by_field = {column.field: order for order, column in enumerate(columns)}
    pairs: list[_Pair] = []
    decided: set[int] = set()
    for position, (index, text) in enumerate(headings):
        told = known.get(normalised(text))
        if told is None and known.get(normalised(text.split()[-1] if text.split() else "")) == "":
            told = ""  # under a heading of several columns, too
        if told is not None and (told == "" or told in by_field):
            decided.add(position)
            if told:
                pairs.append(_Pair(2.0, position, by_field[told], REMEMBERED))
            continue
        values = list(samples.get(index, ()))[:SAMPLES]
        if is_serial(text, values):
            words = max((word_score(text, column) for column in columns), default=0.0)
            if words < 1 or normalised(text) in _SERIAL:
                continue
        pairs.extend(_pairings(position, text, values, columns))
    pairs.sort(key=lambda pair: (-pair.score, pair.position, pair.order))
    chosen: dict[int, _Pair] = {}
    taken: set[int] = set()
    for pair in pairs:
        if pair.position in chosen or (pair.order in taken and not columns[pair.order].many):
            continue
        chosen[pair.position] = pair
        taken.add(pair.order)
    return [
        Heading(index, text, columns[chosen[position].order].field, chosen[position].why)
        if position in chosen
        else Heading(index, text, None, REMEMBERED if position in decided else UNKNOWN)
        for position, (index, text) in enumerate(headings)
    ]


def _pairings(
    position: int, text: str, values: Sequence[CellValue], columns: Sequence[Column]
) -> Iterator[_Pair]:
    for order, column in enumerate(columns):
        words = word_score(text, column)
        if words < ENOUGH and any(unit in text for unit in column.units):
            words = ENOUGH
        fits = _share_that_fits(column, values)
        if words >= ENOUGH:
            why = SAME if words >= 0.98 else SIMILAR
            # A field that does not say how it looks is believed where its heading is known, and half otherwise.
            looks = fits if fits is not None else 1.0 if why == SAME else 0.5
            denied = fits is not None and len(values) >= 5 and fits < (0.1 if why == SAME else 0.2)
            score = words + 0.4 * looks - (0.3 if denied else 0.0)
        elif fits is None:
            continue
        elif fits >= 0.7 and (words >= 0.3 or not _says_little(column)):
            # Some likeness in words decides between fields that look alike (two dates, two phones).
            score, why = 0.55 * fits + 0.5 * words - _contradiction(text), CONTENT
        else:
            continue
        if score >= ENOUGH:
            yield _Pair(round(score, 6), position, order, why)


def _contradiction(text: str) -> float:
    """What to take off for a heading that says plainly what it asks for, in other words than the field's.

    成立时间 over dates is no date of moving in, however well the dates look.
    """
    words = normalised(text)
    return 0.3 if _class(words) and not any(words in ends for _name, ends in _CLASSES) else 0.0


def _says_little(column: Column) -> bool:
    """Whether any small number looks like this field: then looks alone are no evidence."""
    return any(bool(column.fits(value)) for value in (3, 3.0, "3"))


_UNDECLARED = Column.__dataclass_fields__["fits"].default


def _share_that_fits(column: Column, values: Sequence[CellValue]) -> float | None:
    """How many of the values look like this field; None where the field does not say how it looks."""
    if column.fits is _UNDECLARED or not values:
        return None
    return sum(map(bool, map(column.fits, values))) / len(values)

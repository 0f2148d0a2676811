"""A figure as pages show it: its value, its change and the reasons, in words and with the links behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from louyu.accounts.models import User
from louyu.core.figures import EVERYWHERE, Day, Indicator, Measure, Place
from louyu.core.lists.cells import MINUS, number_words
from louyu.indicators.kept import kept
from louyu.indicators.queries import Moves, any_ever, measures, moves, number_of, shown_to, told_to
from louyu.indicators.registry import GROUPS

NOT_KNOWN = "—"


def value_words(indicator: Indicator, value: int | Decimal | None) -> str:
    """「2,250」, 「76.5」 for fen in 亿元; a dash where it cannot be said."""
    if value is None:
        return NOT_KNOWN
    return number_words(Decimal(value) / indicator.divide_by, indicator.decimals)


def change_words(indicator: Indicator, before: Measure, after: Measure) -> str:
    """「+35」, 「−6」, 「±0」; empty where one of the two cannot be said."""
    if before.value is None or after.value is None:
        return ""
    text = value_words(indicator, abs(Decimal(after.value) - Decimal(before.value)))
    if text == value_words(indicator, 0):
        return f"±{text}"
    return f"+{text}" if after.value > before.value else f"{MINUS}{text}"


def figure_link(indicator: Indicator, **chosen: Any) -> str:
    """The address of a figure's page; parameters that are empty are left out."""
    query = urlencode({k: v for k, v in chosen.items() if v})
    return reverse("indicators:figure", args=[indicator.code]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Reason:
    """A part of a change: how many records came (or went), in words, and the page that lists them."""

    words: str
    number: int
    link: str

    @property
    def number_words(self) -> str:
        """「1,234」."""
        return number_words(self.number)


@dataclass(frozen=True)
class ShownFigure:
    """A figure with its change since an earlier day."""

    indicator: Indicator
    now: Measure
    link: str
    change: str = ""
    reasons: list[Reason] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The value in words."""
        return value_words(self.indicator, self.now.value)

    @property
    def counted_percent(self) -> int:
        """How much of it is counted and not declared, in percent, rounded down: 100 only where nothing is declared."""
        if not self.now.declared or not self.now.value:
            return 100
        return int(100 - Decimal(self.now.declared) * 100 / Decimal(self.now.value))


@dataclass(frozen=True)
class Group:
    """Figures under one heading; the first leads. begun: whether any record stands or ever stood behind them."""

    heading: Any
    figures: list[ShownFigure]
    begun: bool = True


def reasons(
    indicator: Indicator, found: Moves, *, since: Day, as_of: Day, chosen: Mapping[str, str]
) -> list[Reason]:
    """What came and what went, with their lists; what is nothing is left out."""
    told = []
    for part, rows in (("came", found.came), ("went", found.went)):
        number = number_of(indicator, rows)
        if number:
            link = figure_link(
                indicator, as_of=as_of.isoformat(), since=since.isoformat(), part=part, **chosen
            )
            told.append(Reason(indicator.words[part], number, link))
    return told


def figure_groups(
    reader: User,
    *,
    as_of: Day,
    since: Day,
    today: Day,
    place: Place = EVERYWHERE,
    chosen: Mapping[str, str] | None = None,
) -> list[Group]:
    """The reader's figures by group, each with its change between the two days; a constant number of queries.

    One query where they were asked for already and nothing was written since (``indicators.kept``).
    """
    told = dict(chosen or {})
    question = ("figures", as_of, since, today, place, frozenset(told.items()))
    return kept(
        reader, question, lambda: _figure_groups(reader, as_of, since, today=today, place=place, chosen=told)
    )


def _figure_groups(
    reader: User, as_of: Day, since: Day, *, today: Day, place: Place, chosen: Mapping[str, str]
) -> list[Group]:
    shown = told_to(reader)
    dated = [i for i in shown if i.dated]
    now, before = measures(shown, reader, as_of, place), measures(dated, reader, since, place)
    groups: dict[str, list[ShownFigure]] = {}
    for indicator in shown:
        day = "" if as_of == today else as_of.isoformat()
        figure = ShownFigure(indicator, now[indicator.code], figure_link(indicator, as_of=day, **chosen))
        if indicator.dated:
            found = moves(indicator, reader, since, as_of, place)
            figure = ShownFigure(
                indicator,
                figure.now,
                figure.link,
                change_words(indicator, before[indicator.code], figure.now),
                reasons(indicator, found, since=since, as_of=as_of, chosen=chosen),
            )
        groups.setdefault(indicator.group, []).append(figure)
    return [
        Group(
            GROUPS[code],
            figures,
            any(f.now.records for f in figures) or any_ever([f.indicator for f in figures], reader),
        )
        for code, figures in groups.items()
    ]


def as_answer(reader: User, day: Day) -> list[dict[str, Any]]:
    """The figures that can be said on a day, as the command line and other systems get them.

    value: in the indicator's unit, amounts in fen; records: how many lie behind it; declared: how much of the value
    is declared.
    """
    shown = shown_to(reader)
    told = measures(shown, reader, day)
    return [
        {
            "code": i.code,
            "name_zh": i.name_zh,
            "name_en": i.name_en,
            "definition_zh": i.definition_zh,
            "definition_en": i.definition_en,
            "unit": i.unit_zh,
            "value": _plain(told[i.code].value),
            "records": told[i.code].records,
            "declared": _plain(told[i.code].declared),
        }
        for i in shown
        if told[i.code].value is not None
    ]


def _plain(value: int | Decimal | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value


def in_words(answer: list[dict[str, Any]]) -> str:
    """The same, a line for each figure."""
    return "\n".join(
        f"{one['value']:>12} {one['unit']}  {one['name_zh']}  ({one['code']}, {one['records']})"
        for one in answer
    )

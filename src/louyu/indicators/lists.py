"""What a reader may choose on the page of a figure: two days, a part of the district, what of it is listed."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core.lists import Choice, Chosen, Filter, Option
from louyu.core.lists.filters import Field, Misread
from louyu.places.lists import area_filter, building_filter

NARROWS_NOTHING = Q()
"""The rows are already those of the day and place: the choice only has to stand in every link of the list."""


@dataclass(frozen=True)
class DayChoice(Filter):
    """One day, not in the future; ``default`` stands in the input where none was chosen."""

    default: Callable[[Mapping[str, str]], datetime.date] = lambda given: timezone.localdate()

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        text = given.get(self.name, "").strip()
        if not text:
            return None
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError as error:
            raise Misread(self.name, text, _("这不是日期。"), _("请写成 2026-11-24 的样子。")) from error
        if day > timezone.localdate():
            raise Misread(self.name, text, _("这一天还没有到。"), _("请选今天或以前的一天。"))
        return day

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        return [Field(self.name, "date", self.label, given.get(self.name) or self.default(given).isoformat())]


def _nothing(value: Any, chosen: Chosen) -> Q:
    return NARROWS_NOTHING


def end_of_last_month(day: datetime.date) -> datetime.date:
    """The day with which a figure is compared where nobody names another."""
    return day.replace(day=1) - datetime.timedelta(days=1)


def _before_the_month(given: Mapping[str, str]) -> datetime.date:
    try:
        return end_of_last_month(datetime.date.fromisoformat(given.get("as_of", "")))
    except ValueError:
        return end_of_last_month(timezone.localdate())


AS_OF = DayChoice("as_of", gettext_lazy("截至"), _nothing)
COMPARED = DayChoice("since", gettext_lazy("相比"), _nothing, _before_the_month)
AREA = area_filter(_nothing)
BUILDING = building_filter(_nothing)


def part_filter(words: Mapping[str, str], *, changed: bool) -> Choice:
    """What of a figure is listed: all its records, those that came, went, or count otherwise since."""
    options = [Option("came", words["came"]), Option("went", words["went"])]
    if changed:
        options.append(Option("changed", gettext_lazy("间断后重计")))
    return Choice("part", gettext_lazy("变动"), _nothing, options)

"""Rows picked one by one: values pasted from a sheet, and rows that were ticked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core.lists.bulk import MOST_AT_ONCE
from louyu.core.lists.filters import Chosen, Field, Filter, Misread, Option
from louyu.core.words import normalise

MOST_PASTED = 200
MOST_SIGNS = 4_000


@dataclass(frozen=True)
class Pasted(Filter):
    """Any of the values that were pasted, one a line or cell: names, codes, numbers.

    Its value: each as it was pasted → as it is sought.
    """

    @classmethod
    def into(cls, search: str) -> "Pasted":
        """For a list whose words to be found stand in this field; "" where it has no search."""
        return cls("any", gettext_lazy("粘贴的几个"), search)

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        text = given.get(self.name, "")
        if text and not self.condition:
            raise Misread(self.name, text, _("这个列表没有搜索。"), _("请用筛选。"))
        cells = [cell for line in text.splitlines() for part in line.split("\t") if (cell := part.strip())]
        found = {cell: sought for cell in cells if (sought := normalise(cell).casefold())}
        if len(found) > MOST_PASTED:
            raise Misread(
                self.name,
                text,
                _("一次粘贴得太多，有 %(count)s 个。") % {"count": len(found)},
                _("最多 %(most)s 个，请分几次。") % {"most": MOST_PASTED},
            )
        return found or None

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        return [Field(self.name, "lines", self.label, given.get(self.name, ""))]

    def q(self, value: Any, chosen: Chosen) -> Q:
        fits = Q()
        for text in value.values():
            fits |= Q(**{f"{self.condition}__contains": text})
        return fits

    def words(self, value: Any, options: Sequence[Option]) -> str:
        return _("%(count)s 个") % {"count": len(value)}


@dataclass(frozen=True)
class _Only(Filter):
    """The rows of these keys, written one behind the other with commas."""

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        text = given.get(self.name, "")
        try:
            keys = [UUID(part) for part in text.split(",") if part]
        except ValueError as error:
            raise Misread(self.name, text, _("这不是可用的行。"), _("请在列表里勾选。")) from error
        if len(keys) > MOST_AT_ONCE:
            raise Misread(
                self.name,
                text,
                _("一次最多选 %(most)s 条。") % {"most": MOST_AT_ONCE},
                _("请用筛选。"),
            )
        return keys or None

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        return []

    def words(self, value: Any, options: Sequence[Option]) -> str:
        return _("%(count)s 条") % {"count": len(value)}


ONLY = _Only("only", gettext_lazy("选中的"), "pk__in")

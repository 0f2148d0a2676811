"""The filters a list may declare; each reads its own parameters and says what it could not read."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core.scoping import Reader

LONGEST = 100
LARGEST = Decimal(10) ** 12


class Misread(Exception):
    """A parameter that cannot be read: why, and the mend."""

    def __init__(self, parameter: str, value: str, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.parameter, self.value, self.reason, self.mend = parameter, value, reason, mend


@dataclass(frozen=True)
class Chosen:
    """What a reader chose: the values by filter name, and the day it is for."""

    reader: Reader
    today: datetime.date
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One answer of a choice; ``level`` indents it below the one before it."""

    value: str
    label: Any
    level: int = 0


@dataclass(frozen=True)
class Field:
    """One input of a filter, as the page draws it."""

    parameter: str
    kind: str
    label: Any
    value: str
    options: Sequence[Option] = ()

    @property
    def options_drawn(self) -> SafeString:
        """The answers as HTML: a list has hundreds, and a template would take longer over them than over its rows."""
        drawn = (
            f'<option value="{escape(o.value)}"{" selected" if o.value == self.value else ""}>'
            f"{'　' if o.level else ''}{escape(str(o.label))}</option>"
            for o in self.options
        )
        return mark_safe("\n".join(drawn))


Condition = str | Callable[[Any, Chosen], Q]


@dataclass(frozen=True)
class Filter:
    """Base of all filters. condition: field path, or a function of value and everything chosen."""

    name: str
    label: Any
    condition: Condition

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters in the address."""
        return (self.name,)

    def options_for(self, reader: Reader) -> Sequence[Option]:
        """The answers that exist for this reader; asked once per page."""
        return ()

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        """The value chosen, None where nothing was. Raises Misread."""
        raise NotImplementedError

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        """Its inputs with what was given."""
        raise NotImplementedError

    def q(self, value: Any, chosen: Chosen) -> Q:
        """The rows that fit the value."""
        return self.condition(value, chosen) if callable(self.condition) else Q(**{self.condition: value})

    def words(self, value: Any, options: Sequence[Option]) -> str:
        """The chosen value in words."""
        return str(value)


@dataclass(frozen=True)
class Choice(Filter):
    """One of several answers, fixed ones or those a reader has."""

    options: Sequence[Option] | Callable[[Reader], Sequence[Option]] = ()

    def options_for(self, reader: Reader) -> Sequence[Option]:
        return self.options(reader) if callable(self.options) else self.options

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        value = given.get(self.name, "")
        if value and value not in {o.value for o in options}:
            raise Misread(self.name, value, _("没有这个选项。"), _("请从列出的选项中选择。"))
        return value or None

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        return [Field(self.name, "choice", self.label, given.get(self.name, ""), options)]

    def words(self, value: Any, options: Sequence[Option]) -> str:
        return next((str(o.label) for o in options if o.value == value), str(value))


@dataclass(frozen=True)
class Keyed(Choice):
    """A choice among records by their keys. Without options any key will do: the rows are the reader's own anyway."""

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        value = given.get(self.name, "")
        if value and not options:
            try:
                return str(UUID(value))
            except ValueError as error:
                raise Misread(self.name, value, _("没有这个选项。"), _("请从列出的选项中选择。")) from error
        return super().read(given, options)


@dataclass(frozen=True)
class Either(Choice):
    """A choice of two: it holds, or it does not."""


YES, NO = gettext_lazy("是"), gettext_lazy("否")


def yes_or_no(name: str, label: Any, condition: Condition, *, yes: Any = YES, no: Any = NO) -> Either:
    """A choice of two: the condition (or a true field) holds, or it does not."""

    def either(value: str, chosen: Chosen) -> Q:
        holds = condition(value, chosen) if callable(condition) else Q(**{condition: True})
        return holds if value == "yes" else ~holds

    return Either(name, label, either, (Option("yes", yes), Option("no", no)))


@dataclass(frozen=True)
class Text(Filter):
    """A piece of text that a field contains."""

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        return given.get(self.name, "").strip() or None

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        return [Field(self.name, "text", self.label, given.get(self.name, ""))]


@dataclass(frozen=True)
class _Range(Filter):
    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}.from", f"{self.name}.to")

    def _one(self, parameter: str, value: str) -> Any:
        raise NotImplementedError

    def read(self, given: Mapping[str, str], options: Sequence[Option]) -> Any:
        low, high = (self._one(p, v) if (v := given.get(p, "").strip()) else None for p in self.parameters)
        if low is not None and high is not None and low > high:
            raise Misread(self.parameters[1], str(high), _("止值小于起值。"), _("请把两个值调换。"))
        return None if low is None and high is None else (low, high)

    def q(self, value: Any, chosen: Chosen) -> Q:
        if callable(self.condition):
            return self.condition(value, chosen)
        low, high = value
        fits = Q() if low is None else Q(**{f"{self.condition}__gte": low})
        return fits if high is None else fits & Q(**{f"{self.condition}__lte": high})

    def words(self, value: Any, options: Sequence[Option]) -> str:
        low, high = ("" if v is None else str(v) for v in value)
        return f"{low}–{high}"


@dataclass(frozen=True)
class NumberRange(_Range):
    """A number from one value to another, both included."""

    def _one(self, parameter: str, value: str) -> Decimal:
        try:
            number = Decimal(value.replace(",", "").replace("，", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > LARGEST:
            raise Misread(parameter, value, _("这不是可用的数字。"), _("请只写数字，例如 500。"))
        return number

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        low, high = self.parameters
        return [
            Field(low, "number", f"{self.label} ≥", given.get(low, "")),
            Field(high, "number", f"{self.label} ≤", given.get(high, "")),
        ]


@dataclass(frozen=True)
class DateRange(_Range):
    """A day from one date to another, both included."""

    def _one(self, parameter: str, value: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(value)
        except ValueError as error:
            raise Misread(parameter, value, _("这不是日期。"), _("请写成 2026-11-24 的样子。")) from error

    def fields(self, given: Mapping[str, str], options: Sequence[Option]) -> list[Field]:
        low, high = self.parameters
        return [
            Field(low, "date", _("%(label)s自") % {"label": self.label}, given.get(low, "")),
            Field(high, "date", _("%(label)s至") % {"label": self.label}, given.get(high, "")),
        ]

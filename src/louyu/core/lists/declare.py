"""What a list is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet

from louyu.core.exports import Kind
from louyu.core.lists.bulk import Bulk
from louyu.core.lists.filters import Filter
from louyu.core.scoping import Reader


@dataclass(frozen=True)
class Column:
    """One column, for the page and for the Excel file.

    value: path of a field ("area__name") or a function of the row; None is shown as ``absent``.
    unit: stands in the header. decimals: digits after the point of a number.
    sort: field path or expression to sort by; None: cannot be sorted by. ``nullable=False`` promises that it is
        never null, so that an index can serve the order.
    link: the page this cell leads to. secret: masked already; the note in the Excel file says so.
    brief: long texts are cut on the page, the whole shows under the pointer.
    style: a further style name ("quiet", "origin"). tone: a style name for this row's cell ("overdue"), or "".
    width: in the Excel file, in characters.
    priority: 1 is always there, 2 goes on a phone, 3 already on a narrow screen.
    annotations: expressions the column needs on its rows, for a reader; ``sort`` may name one of them.
    prepare: given all rows of a page at once, hangs on them what the column shows (one query, not one a row).
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    unit: Any = ""
    decimals: int = 0
    sort: Any = None
    nullable: bool = True
    link: Callable[[Any], str] | None = None
    secret: bool = False
    priority: int = 1
    annotations: Callable[[Reader], Mapping[str, Any]] | None = None
    prepare: Callable[[Sequence[Any], Reader], None] | None = None
    style: str = ""
    tone: Callable[[Any], str] | None = None
    brief: bool = False
    width: int = 14
    absent: Any = "—"

    def of(self, row: Any) -> Any:
        """The plain value of this column in this row; None where it is not known."""
        if callable(self.value):
            return self.value(row)
        for step in self.value.split("__"):
            row = getattr(row, step, None)
        return None if row == "" else row

    @property
    def heading(self) -> str:
        """The label with its unit: 「面积（m²）」."""
        return f"{self.label}（{self.unit}）" if self.unit else str(self.label)

    @property
    def style_classes(self) -> str:
        """The style names of its cells."""
        number = "number" if self.kind == "number" else ""
        after = f"priority-{self.priority}" if self.priority > 1 else ""
        brief = "brief" if self.brief else ""
        return " ".join(name for name in (number, self.style, brief, after) if name)

    @property
    def order(self) -> Any:
        """The expression to sort by."""
        return F(self.sort) if isinstance(self.sort, str) else self.sort


@dataclass(frozen=True)
class List:
    """A list: ``rows`` for a reader, and what can be done with them.

    load: adds what the shown rows need beside themselves (select_related, prefetch), for a reader.
    search: field that holds the normalised words to be found, or "" where the list has no search.
    default_sort: name of a column, with "-" before it for descending.
    counted: how rows are counted in words, with ``%(count)s`` in it: 「共 %(count)s 座」.
    empty, empty_mend: what is said when there is nothing at all, and what to do then.
    filters_shown: so many filters stand in the open, the others behind 「更多条件」.
    definition: what the list counts, one sentence for the Excel file's second sheet.
    choosable: rows can be chosen, to be exported alone. bulk: what else can be done with several at once;
        bulk_address: name of the address of the page for it.
    keys: further keys of the page and what they do, in words, for the sheet that "?" opens.
    """

    name: str
    title: Any
    counted: Any
    rows: Callable[[Any], QuerySet[Any]]
    columns: tuple[Column, ...]
    default_sort: str
    definition: Any
    empty: Any
    empty_mend: Any = ""
    filters: tuple[Filter, ...] = ()
    filters_shown: int = 4
    search: str = ""
    search_hint: Any = ""
    load: Callable[[QuerySet[Any], Reader], QuerySet[Any]] = lambda rows, reader: rows
    choosable: bool = False
    bulk: tuple[Bulk, ...] = ()
    bulk_address: str = ""
    keys: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        names = [c.name for c in self.columns]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: a column is declared twice")
        self.column(self.default_sort.removeprefix("-"))

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def with_columns(self, *columns: Column, after: str) -> "List":
        """This list with more columns, behind the one named: how a higher room adds what it knows."""
        place = self.columns.index(self.column(after)) + 1
        return replace(self, columns=self.columns[:place] + columns + self.columns[place:])

    def with_filters(self, *filters: Filter) -> "List":
        """This list with more filters at the end."""
        return replace(self, filters=self.filters + filters)

"""A list as one reader asked for it: the address read, the rows of one page, the links to the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from louyu.core.lists.bulk import MOST_AT_ONCE, Bulk
from louyu.core.lists.cells import Drawn, box, words
from louyu.core.lists.cursors import SORTED_BY, Broken, Cursor, beyond, read_cursor
from louyu.core.lists.declare import Column, List
from louyu.core.lists.filters import LONGEST, Chosen, Field, Filter, Keyed, Misread, Option
from louyu.core.lists.picked import MOST_SIGNS, ONLY, Pasted
from louyu.core.scoping import Reader
from louyu.core.words import normalise

SIZES = (25, 50, 100)
COUNTED_UP_TO = 10_000
MOST_TERMS = 8
CHUNK = 2_000
MOST_LOOKED_THROUGH = 20_000
"""Rows in which it is looked which of the values pasted were found."""
OWN_PARAMETERS = ("q", "any", "only", "sort", "size", "after", "before", "format")
LONG_PARAMETERS = {"after": 2000, "before": 2000, "any": MOST_SIGNS, "only": MOST_AT_ONCE * 33}
"""Parameters that may be longer than LONGEST, and how long."""


@dataclass(frozen=True)
class Notice:
    """A parameter that was not followed: its name, what it held, why not, and the mend."""

    field: str
    value: str
    reason: str
    mend: str


@dataclass(frozen=True)
class Heading:
    """A column's header: its words, the link that sorts by it, and how the rows are sorted by it now."""

    column: Column
    href: str
    sorted: str
    """``ascending``, ``descending`` or empty."""


@dataclass
class BoundFilter:
    """A filter with what was given for it; ``words`` and ``without`` (link that drops it) where it is in use."""

    filter: Filter
    reader: Reader
    given: dict[str, str]
    value: Any = None
    words: str = ""
    without: str = ""

    @cached_property
    def options(self) -> Sequence[Option]:
        """Its answers; read when it is drawn or used."""
        return self.filter.options_for(self.reader)

    @property
    def fields(self) -> Sequence[Field]:
        """Its inputs, as the page draws them."""
        return self.filter.fields(self.given, self.options)


@dataclass(frozen=True)
class ShownRow:
    """One row: the record and its cells, the first of them its box where rows can be chosen."""

    record: Any
    cells: Sequence[SafeString]


@dataclass
class Page:
    """The rows of one page and the links around it (empty: there is none)."""

    rows: Sequence[ShownRow]
    previous: str = ""
    next: str = ""


class Listing:
    """The list of a declaration for a reader, as an address asks for it.

    Whatever in the address cannot be followed becomes a notice and is left out; nothing in it raises.
    by_machine: keys of records are taken as they come, whether or not a page would offer them.
    """

    def __init__(
        self,
        declared: List,
        reader: Reader,
        parameters: QueryDict,
        *,
        path: str = "",
        by_machine: bool = False,
    ) -> None:
        self.declared, self.reader, self.path, self.by_machine = declared, reader, path, by_machine
        self.notices: list[Notice] = []
        self.given = self._readable(parameters)
        self.size = self._size()
        self.column, self.descending = self._sort()
        self.terms = self._terms()
        self.filters = [self._bind(f) for f in declared.filters]
        self.picked = [self._bind(f) for f in (Pasted.into(declared.search), ONLY)]

    # The address

    def _readable(self, parameters: QueryDict) -> dict[str, str]:
        known = {*OWN_PARAMETERS, *(p for f in self.declared.filters for p in f.parameters)}
        given: dict[str, str] = {}
        parameters = self._with_ticked(parameters)
        for name in parameters:
            values = parameters.getlist(name)
            value = values[-1]
            if name not in known:
                self.note(name, value, _("这个列表没有这个参数。"), _("请用页面上的筛选和翻页。"))
            elif "\0" in value or len(value) > LONG_PARAMETERS.get(name, LONGEST):
                self.note(name, value, _("内容过长，或含有不能使用的字符。"), _("请缩短后再试。"))
            elif value.strip():
                given[name] = value
                if len(values) > 1:
                    self.note(name, values[0], _("这个参数写了不止一次。"), _("只按最后一次的值处理。"))
        return given

    def _with_ticked(self, parameters: QueryDict) -> QueryDict:
        """Rows ticked on the page, as ``only`` has them."""
        ticked = [*parameters.getlist("row"), *parameters.getlist("rows")]
        if not ticked or not self.choosable:
            return parameters
        told = parameters.copy()
        for name in ("row", "rows"):
            told.pop(name, None)
        told["only"] = ",".join(dict.fromkeys(key for text in ticked for key in text.split(",")))
        return told

    def note(self, field: str, value: object, reason: str, mend: str) -> None:
        """Say that a parameter was not followed; the first five are enough."""
        if len(self.notices) < 5:
            text = str(value)
            self.notices.append(Notice(field, text if len(text) <= 40 else text[:40] + "…", reason, mend))

    def _size(self) -> int:
        text = self.given.pop("size", str(SIZES[0]))
        if text in {str(s) for s in SIZES}:
            return int(text)
        self.note("size", text, _("每页只能是 25、50 或 100 行。"), _("已按每页 25 行显示。"))
        return SIZES[0]

    def _sort(self) -> tuple[Column, bool]:
        text = self.given.pop("sort", self.declared.default_sort)
        column = {c.name: c for c in self.declared.columns if c.sort is not None}.get(text.removeprefix("-"))
        if column is not None:
            return column, text.startswith("-")
        self.note("sort", text, _("不能按这一列排序。"), _("请点列名排序；已按默认顺序显示。"))
        default = self.declared.default_sort
        return self.declared.column(default.removeprefix("-")), default.startswith("-")

    def _terms(self) -> list[str]:
        words = self.given.get("q", "")
        if words and not self.declared.search:
            self.note("q", self.given.pop("q"), _("这个列表没有搜索。"), _("请用筛选。"))
            return []
        return [t for w in words.split()[:MOST_TERMS] if (t := normalise(w).casefold())]

    def _bind(self, declared: Filter) -> BoundFilter:
        bound = BoundFilter(declared, self.reader, self.given)
        if not any(p in self.given for p in declared.parameters):
            return bound
        try:
            free = self.by_machine and isinstance(declared, Keyed)
            bound.value = declared.read(self.given, () if free else bound.options)
        except Misread as wrong:
            self.note(wrong.parameter, wrong.value, wrong.reason, wrong.mend)
        if bound.value is None:
            for parameter in declared.parameters:
                self.given.pop(parameter, None)
        else:
            if not self.by_machine:
                bound.words = declared.words(bound.value, bound.options)
            bound.without = self.link(**dict.fromkeys(declared.parameters, ""))
        return bound

    @property
    def sort(self) -> str:
        """The sort in force as the address writes it."""
        return ("-" if self.descending else "") + self.column.name

    def link(self, **changes: Any) -> str:
        """The address of this list with these parameters changed ("" drops one); it begins at its first row."""
        kept = {k: v for k, v in self.given.items() if k not in ("after", "before", "format")}
        if self.sort != self.declared.default_sort:
            kept["sort"] = self.sort
        if self.size != SIZES[0]:
            kept["size"] = str(self.size)
        kept |= {k: str(v) for k, v in changes.items()}
        query = urlencode({k: v for k, v in kept.items() if v != ""})
        return f"{self.path}?{query}" if query else self.path or "?"

    @property
    def own_link(self) -> str:
        """The address of this very page."""
        return self.link(**{k: self.given[k] for k in ("after", "before") if k in self.given})

    # The rows

    @cached_property
    def today(self) -> Any:
        """The day for which "today" stands in filters."""
        return timezone.localdate()

    @cached_property
    def narrowed(self) -> QuerySet[Any]:
        """The reader's rows that fit search and filters, in no order."""
        chosen = Chosen(
            self.reader, self.today, {f.filter.name: f.value for f in self.filters if f.value is not None}
        )
        fits = Q()
        for term in self.terms:
            fits &= Q(**{f"{self.declared.search}__contains": term})
        for bound in self.in_use:
            fits &= bound.filter.q(bound.value, chosen)
        found: QuerySet[Any] = self.declared.rows(self.reader).filter(fits).order_by()
        return found

    @cached_property
    def count(self) -> int:
        """How many rows there are, counted no further than to COUNTED_UP_TO + 1."""
        return self.narrowed.values("pk")[: COUNTED_UP_TO + 1].count()

    @property
    def count_words(self) -> str:
        """The count in words: 「共 386 家」, 「共 10,000+ 家」."""
        shown = f"{COUNTED_UP_TO:,}+" if self.count > COUNTED_UP_TO else f"{self.count:,}"
        return str(self.declared.counted) % {"count": shown}

    @cached_property
    def _sortable(self) -> QuerySet[Any]:
        needed = self.column.annotations(self.reader) if self.column.annotations else {}
        found: QuerySet[Any] = self.narrowed.annotate(**needed).annotate(**{SORTED_BY: self.column.order})
        return found

    def _keys(self, cursor: Cursor | None, size: int, *, backwards: bool = False) -> list[tuple[Any, Any]]:
        """Keys and sort values of the next rows behind the cursor, in the order of the page."""
        rows, down = self._sortable, self.descending != backwards
        if cursor is not None:
            rows = rows.filter(
                beyond(cursor, descending=self.descending, backwards=backwards, nullable=self.column.nullable)
            )
        nulls: dict[str, Any] = {}
        if self.column.nullable:
            nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        by = F(SORTED_BY).desc(**nulls) if down else F(SORTED_BY).asc(**nulls)
        found = list(rows.order_by(by, "-pk" if down else "pk").values_list("pk", SORTED_BY)[:size])
        return found[::-1] if backwards else found

    def records(self, keys: Sequence[Any]) -> list[Any]:
        """The records of these keys, in this order, with all that the columns show."""
        rows = self.declared.rows(self.reader).filter(pk__in=keys).order_by()
        for column in self.declared.columns:
            if column.annotations:
                rows = rows.annotate(**column.annotations(self.reader))
        by_key = {row.pk: row for row in self.declared.load(rows, self.reader)}
        found = [by_key[key] for key in keys if key in by_key]
        for column in self.declared.columns:
            if column.prepare:
                column.prepare(found, self.reader)
        return found

    def _cursor(self) -> tuple[Cursor | None, bool]:
        """Where the page begins, and whether it is the one before."""
        name = "after" if "after" in self.given else "before"
        text = self.given.get(name, "")
        if not text:
            return None, False
        try:
            return self._read_cursor(text), name == "before"
        except Broken:
            del self.given[name]
            self.note(name, text, _("这个翻页位置已失效。"), _("已从第一页显示。"))
            return None, False

    def _read_cursor(self, text: str) -> Cursor:
        field = self._sortable.query.annotations[SORTED_BY].output_field
        key: Any = self._sortable.model._meta.pk
        return read_cursor(text, self.sort, field, key.to_python)

    def keys_behind(self, text: str, most: int) -> tuple[list[Any], str]:
        """The keys of so many rows behind a cursor ("": from the beginning), and the cursor behind them; "" at the end.

        Raises Broken for a cursor of another sort, or none at all.
        """
        found = self._keys(self._read_cursor(text) if text else None, most + 1)
        more, shown = len(found) > most, found[:most]
        behind = Cursor(self.sort, shown[-1][1], shown[-1][0]).text() if more else ""
        return [key for key, _value in shown], behind

    @cached_property
    def page(self) -> Page:
        """The page that was asked for; the first one where its position cannot be read."""
        cursor, backwards = self._cursor()
        keys = self._keys(cursor, self.size + 1, backwards=backwards)
        more = len(keys) > self.size
        if backwards and not more:  # the beginning: a whole first page is worth more than a short one
            cursor, backwards = None, False
            keys = self._keys(None, self.size + 1)
            more = len(keys) > self.size
        keys = (keys[1:] if backwards else keys[:-1]) if more else keys
        drawn = [Drawn(column, first=n == 0) for n, column in enumerate(self.declared.columns)]
        records = self.records([k for k, _value in keys])
        boxes = [self._box(record) for record in records]
        page = Page(
            [
                ShownRow(record, [*first, *(d.cell(record) for d in drawn)])
                for record, first in zip(records, boxes, strict=True)
            ]
        )
        if keys and (more if backwards else cursor is not None):
            page.previous = self.link(before=Cursor(self.sort, keys[0][1], keys[0][0]).text())
        if keys and (backwards or more):
            page.next = self.link(after=Cursor(self.sort, keys[-1][1], keys[-1][0]).text())
        return page

    def _box(self, record: Any) -> list[SafeString]:
        if not self.choosable:
            return []
        first = self.declared.columns[0]
        return [box(record, words(first, first.of(record)))]

    def first_keys(self, most: int) -> list[Any]:
        """The keys of so many rows from the beginning, in order."""
        return [key for key, _value in self._keys(None, most)]

    def every_record(self) -> Iterator[Any]:
        """All rows in order, read in chunks; for the export."""
        cursor = None
        while keys := self._keys(cursor, CHUNK):
            yield from self.records([k for k, _value in keys])
            if len(keys) < CHUNK:
                return
            cursor = Cursor(self.sort, keys[-1][1], keys[-1][0])

    # What the template asks

    @property
    def headings(self) -> list[Heading]:
        """The headers; the column sorted by turns round, another one begins ascending."""
        return [
            Heading(
                c,
                ""
                if c.sort is None
                else self._sort_link(
                    ("" if self.descending else "-") + c.name if c is self.column else c.name
                ),
                ("descending" if self.descending else "ascending") if c is self.column else "",
            )
            for c in self.declared.columns
        ]

    def _sort_link(self, sort: str) -> str:
        return self.link(sort="" if sort == self.declared.default_sort else sort)

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """The page sizes with their links; the one in force has none."""
        return [(s, "" if s == self.size else self.link(size="" if s == SIZES[0] else s)) for s in SIZES]

    @property
    def filters_shown(self) -> list[BoundFilter]:
        """The filters that stand in the open."""
        return self.filters[: self.declared.filters_shown]

    @property
    def filters_behind(self) -> list[BoundFilter]:
        """The filters behind 「更多条件」."""
        return self.filters[self.declared.filters_shown :]

    @property
    def behind_in_use(self) -> bool:
        """Whether one of those is in use: then they are open."""
        return any(f.words for f in self.filters_behind)

    @property
    def in_use(self) -> list[BoundFilter]:
        """The filters that narrow the list now."""
        return [f for f in (*self.filters, *self.picked) if f.value is not None]

    @property
    def narrowed_by_reader(self) -> bool:
        """Whether search or a filter is in use: an empty page then means something else."""
        return bool(self.terms or self.in_use)

    @property
    def query(self) -> str:
        """The search as it was typed."""
        return self.given.get("q", "")

    @property
    def without_words(self) -> str:
        """The address of this list without the search."""
        return self.link(q="")

    @property
    def export_link(self) -> str:
        """The address of this very list as an Excel file."""
        return self.link(format="xlsx")

    @property
    def sort_words(self) -> str:
        """The order in words, for the Excel file."""
        if self.descending:
            return _("%(column)s，从大到小") % {"column": self.column.label}
        return _("%(column)s，从小到大") % {"column": self.column.label}

    # Several rows at once

    @property
    def choosable(self) -> bool:
        """Whether rows can be chosen."""
        return self.declared.choosable or bool(self.declared.bulk_address)

    @cached_property
    def bulk(self) -> list[Bulk]:
        """What this reader may do with several rows at once."""
        reader: Any = self.reader
        return [b for b in self.declared.bulk if reader.may(b.action)]

    @property
    def choosable_at_once(self) -> bool:
        """Whether all that match can be chosen at once: there are more than this page, and not too many."""
        return bool(self.page.previous or self.page.next) and self.count <= MOST_AT_ONCE

    @property
    def keys_of_page(self) -> str:
        """The keys of the rows of this page, as one box holds them."""
        return ",".join(row.record.pk.hex for row in self.page.rows)

    @property
    def all_words(self) -> str:
        """「符合条件的全部 386 条」."""
        return _("符合条件的全部 %(count)s 条") % {"count": f"{self.count:,}"}

    @property
    def address_of_rows(self) -> str:
        """What stands behind the path in this list's address, for the page of the rows chosen."""
        return self.link().removeprefix(self.path)

    @cached_property
    def missing(self) -> list[str]:
        """Of the values pasted those that no row has; empty where nothing was pasted."""
        pasted = self.picked[0]
        if pasted.value is None:
            return []
        texts = list(self.narrowed.values_list(self.declared.search, flat=True)[:MOST_LOOKED_THROUGH])
        return [told for told, text in pasted.value.items() if not any(text in t for t in texts)]

    @property
    def pasted(self) -> str:
        """The values pasted, as they were."""
        return self.given.get("any", "")

    @property
    def missing_words(self) -> str:
        """「20 个里找到 18 个，2 个没找到：…」."""
        value = self.picked[0].value
        if not value:
            return ""
        if not self.missing:
            return _("粘贴的 %(all)s 个都找到了。") % {"all": len(value)}
        return _("粘贴了 %(all)s 个，找到 %(found)s 个，%(count)s 个没找到：%(missing)s") % {
            "all": len(value),
            "found": len(value) - len(self.missing),
            "count": len(self.missing),
            "missing": "、".join(self.missing[:50]) + ("…" if len(self.missing) > 50 else ""),
        }

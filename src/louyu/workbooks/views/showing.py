"""What the import page shows of a report: figures, columns with samples, cells to mend, questions, absent records."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from louyu.people.rules import mask_identity, mask_name, mask_phone
from louyu.workbooks.declare import Register
from louyu.workbooks.queries import question_digest
from louyu.workbooks.reports import mend_text, reason_text
from louyu.workbooks.understanding import registers

CELLS_A_PAGE = 50
ABSENT_NAMED = 500
"""More absent records than this are not listed one by one; they can still be answered all alike."""
NOT_NOW = "skip"
"""The answer that lets the rows wait; the question stays, set aside."""

EVIDENCE = {
    "same": _("列名一致"),
    "similar": _("列名相近"),
    "content": _("内容像"),
    "remembered": _("记得"),
    "corrected": _("已更正"),
    "unknown": _("列名不认识"),
}
NOTES = {
    "macro": _("表里有宏，没有运行，也没有导入。"),
    "external_links": _("表里有指向别的文件的链接，读的是表里存下的数值。"),
    "formulas_without_values": _("有些公式没有算好的数值，读成了空格。请用表格软件打开、保存后再传。"),
    "bad_bytes": _("有些字节无法识别，已在格子里标出。"),
}


@dataclass(frozen=True)
class Part:
    """One outcome of rows: how many, in words, and its mark in the bar."""

    rows: int
    style: str
    label: Any


@dataclass(frozen=True)
class Figures:
    """The one answer to a file, in rows. ``right`` can go in; ``first`` need a person."""

    goes_in: tuple[Part, ...]
    waits: tuple[Part, ...]
    absent: int
    others: int = 0
    """Rows that are no record: vacant rooms, notes, totals."""

    @property
    def right(self) -> int:
        return sum(p.rows for p in self.goes_in)

    @property
    def first(self) -> int:
        return sum(p.rows for p in self.waits)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the bar: those with any row."""
        return tuple(p for p in (*self.goes_in, *self.waits) if p.rows)


def figures(counts: Mapping[str, int], absent: int, rows: int = 0) -> Figures:
    """The figures of a batch's counts; ``rows`` are all rows of its tables."""
    of = {**dict.fromkeys(("new", "changed", "unchanged", "duplicates", "waiting", "ask"), 0), **counts}
    return Figures(
        (
            Part(of["new"], "part-new", pgettext_lazy("rows", "新增")),
            Part(of["changed"], "part-changed", pgettext_lazy("rows", "更新")),
            Part(of["unchanged"], "part-unchanged", pgettext_lazy("rows", "未变")),
        ),
        (
            Part(of["duplicates"], "part-duplicate", pgettext_lazy("rows", "重复")),
            Part(of["waiting"], "part-wrong", pgettext_lazy("rows", "需修改")),
            Part(of["ask"], "part-ask", pgettext_lazy("rows", "需您决定")),
        ),
        absent,
        max(
            rows - sum(of[name] for name in ("new", "changed", "unchanged", "duplicates", "waiting", "ask")),
            0,
        ),
    )


@dataclass(frozen=True)
class ShownColumn:
    """A column of the user's table: its heading, what it was understood as, on what evidence, cells to mend."""

    letter: str
    heading: str
    field: str
    label: Any
    evidence: Any
    to_mend: int
    samples: Sequence[str]


@dataclass(frozen=True)
class ShownTable:
    """A table of the file with its columns and first rows (a row: its number, a cell per column)."""

    sheet: str
    title: str
    columns: Sequence[ShownColumn]
    rows: Sequence[tuple[int, Sequence[str]]]


def tables(report: Mapping[str, Any]) -> list[ShownTable]:
    """Every table of the report, personal values in the samples masked."""
    register = registers()[report["kind"]]
    to_mend = Counter((w["sheet"], w["cell"].rstrip("0123456789")) for w in report["wrong"])
    return [_table(t, register, to_mend) for t in report["tables"]]


def _table(told: Mapping[str, Any], register: Register, to_mend: Mapping[tuple[str, str], int]) -> ShownTable:
    columns = [
        ShownColumn(
            c["letter"],
            c["heading"],
            c["field"],
            register.field_label(c["field"]) if c["field"] else _("不导入"),
            EVIDENCE.get(c["why"], ""),
            to_mend.get((told["sheet"], c["letter"]), 0) if c["field"] else 0,
            [masked(s, field=c["field"], heading=c["heading"]) for s in c["samples"]],
        )
        for c in told["columns"]
    ]
    rows = [
        (number, [c.samples[n] if n < len(c.samples) else "" for c in columns])
        for n, number in enumerate(told["sample_rows"][:2])
    ]
    return ShownTable(told["sheet"], told["title"], columns, rows)


_PERSONS = {"contact", "contact_name"}
_MAY_HOLD_NUMBERS = {"", "note", "contact", "contact_name", "contact_phone"}
_NAMES_A_PERSON = re.compile("姓名|联系人|联络|法人|代表|负责人|经办|对接|党员姓名")
_NAME = re.compile("[\u4e00-\u9fff·]{2,}")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)(?:1\d{2}[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)")


def masked(text: str, *, field: str, heading: str) -> str:
    """A sample as it may be shown: names of persons, phones and identity numbers masked.

    Columns that nobody has understood yet are judged by their heading.
    """
    if field in _MAY_HOLD_NUMBERS:
        text = _IDENTITY.sub(lambda found: mask_identity(found[0]), text)
        text = _PHONE.sub(lambda found: mask_phone(re.sub("[- ]", "", found[0])), text)
    if field in _PERSONS or (not field and _NAMES_A_PERSON.search(heading)):
        text = _NAME.sub(lambda found: mask_name(found[0]), text)
    return text


@dataclass(frozen=True)
class ShownCell:
    """A wrong cell: where, which field, the value with its wrong signs marked, why, what to write."""

    sheet: str
    cell: str
    label: Any
    value: SafeString
    reason: str
    mend: str
    suggestion: str


@dataclass(frozen=True)
class CellsToMend:
    """A page of wrong cells. ``fields``: field, label, how many; ``more`` counts those after this page."""

    total: int
    fields: Sequence[tuple[str, Any, int]]
    field: str
    cells: Sequence[ShownCell]
    first: int
    more: int
    several_sheets: bool

    @property
    def next(self) -> int:
        return self.first + len(self.cells)

    @property
    def previous(self) -> int | None:
        return max(self.first - CELLS_A_PAGE, 0) if self.first else None


def cells_to_mend(report: Mapping[str, Any], field: str = "", first: int = 0) -> CellsToMend:
    """The wrong cells of one field (or of all), from the ``first``-th on."""
    register, wrong = registers()[report["kind"]], report["wrong"]
    fields = [(f, register.field_label(f), n) for f, n in Counter(w["field"] for w in wrong).most_common()]
    chosen = [w for w in wrong if w["field"] == field] if field in {f for f, _label, _n in fields} else wrong
    first = first if 0 <= first < len(chosen) else 0
    page = chosen[first : first + CELLS_A_PAGE]
    return CellsToMend(
        len(wrong),
        fields,
        field if chosen is not wrong else "",
        [
            ShownCell(
                w["sheet"],
                w["cell"],
                register.field_label(w["field"]),
                differing(w["value"], w["suggestion"] or ""),
                reason_text(w["code"], w["params"]),
                mend_text(w["code"], w["params"], w["suggestion"]),
                w["suggestion"] or "",
            )
            for w in page
        ],
        first,
        len(chosen) - first - len(page),
        len(report["sheets"]) > 1,
    )


def differing(value: str, suggestion: str) -> SafeString:
    """The value as HTML; where a suggestion of the same length differs, those signs are emphasised."""
    if len(value) != len(suggestion):
        return conditional_escape(value)
    signs = [
        format_html("<em>{}</em>", a) if a != b else conditional_escape(a)
        for a, b in zip(value, suggestion, strict=True)
    ]
    # Every sign was escaped above.
    return mark_safe("".join(signs).replace("</em><em>", ""))


@dataclass
class ShownQuestion:
    """A question with all its rows: asked once. ``digest`` names it in forms: no personal value, no position."""

    digest: str
    sort: str
    sheet: str
    cell: str
    text: str
    choices: Sequence[Mapping[str, str]]
    sides: Sequence[tuple[str, str, str, bool]]
    keys: list[str] = field(default_factory=list)
    rows: int = 0
    alike: int = 0
    """How many other open questions are of the same sort."""


def questions(
    report: Mapping[str, Any], decided: Mapping[str, str]
) -> tuple[list[ShownQuestion], list[ShownQuestion]]:
    """The open questions, and those that somebody set aside."""
    found: dict[str, ShownQuestion] = {}
    for q in report["ask"]:
        digest = question_digest(report["kind"], q["key"])
        if digest not in found:
            sides = [(label, held, said, held != said) for label, held, said in q["sides"]]
            sort = q["key"].partition(":")[0]
            found[digest] = ShownQuestion(
                digest, sort, q["sheet"], q["cell"], q["question"], q["choices"], sides, [q["key"]]
            )
        found[digest].rows += 1
    aside = [q for q in found.values() if decided.get(q.digest) == NOT_NOW]
    waiting = [q for q in found.values() if decided.get(q.digest) != NOT_NOW]
    sorts = Counter(q.sort for q in waiting)
    for question in waiting:
        question.alike = sorts[question.sort] - 1
    return waiting, aside


def answered_alike(question: ShownQuestion, choice: str, others: Sequence[ShownQuestion]) -> list[str]:
    """The keys of this question and of all others of its sort that offer the same answer."""
    same = [q for q in others if q.sort == question.sort and choice in {c["code"] for c in q.choices}]
    return [key for q in [question, *(q for q in same if q is not question)] for key in q.keys]


@dataclass(frozen=True)
class ShownAbsent:
    """A record that the last list held and this one does not, and nobody has answered for."""

    subject: UUID
    name: str
    place: str


def absent(report: Mapping[str, Any], decided: Mapping[str, str]) -> list[ShownAbsent]:
    """Those of the report that are still there and not said to be."""
    told = [ShownAbsent(UUID(a["subject"]), a["name"], a["place"]) for a in report["absent"]]
    if not told:
        return []
    kind = report["kind"]
    there = {a.subject for a in registers()[kind].absent({a.subject for a in told})}
    return [
        a
        for a in told
        if a.subject in there and decided.get(question_digest(kind, f"absent:{a.subject.hex}")) != "here"
    ]

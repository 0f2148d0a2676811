"""No read without a reader: ``objects`` refuses until one is named, and its unscoped twin has few callers."""

import ast

from tests.architecture.source import breaches, kind_of, managers

READS = {"models", "queries", "commands", "indicators", "lists", "registers"}
"""Kinds of module that read."""

WITHOUT_A_READER = {"commands", "registers"}
"""Kinds of module that may read past the reader's scope: they have asked the access row first."""

FOUNDATION = {
    "core/models.py",  # declares the managers
    "core/scoping.py",
    "accounts/models.py",  # what a user was granted decides what they may read
    "accounts/policy.py",  # turns grants into rows
}

PERMITTED: dict[str, str] = {
    "people/queries.py::recent_reveals": "everybody may know how often they looked themselves",
    "workbooks/queries.py::remembered_headings": "what a heading means is the office's common memory, no record",
    "workbooks/queries.py::decisions": "an answer counts for everybody, or it would be asked again",
    "workbooks/queries.py::earlier_lists": "keys only, to tell who is absent from this month's file",
    "workbooks/queries.py::file_names": "who sees a record may know which file it is from",
}
"""Other places that read without a reader (``module::function``), and why."""

unscoped = managers("rows_without_a_reader", "_default_manager", "_base_manager")
scoped = managers("objects")


def test_the_guard_sees_a_read_in_a_view() -> None:
    tree = ast.parse(
        "def page(request):\n    return Building.objects.all(), Unit.rows_without_a_reader.count()\n"
    )
    assert [line for line, _ in scoped(tree)] == [2]
    assert [line for line, _ in unscoped(tree)] == [2]


def test_reads_stand_where_reads_belong() -> None:
    assert breaches(scoped, lambda module: kind_of(module) in READS) == []


def test_reads_without_a_reader_are_few() -> None:
    assert breaches(unscoped, lambda m: kind_of(m) in WITHOUT_A_READER or m in FOUNDATION, PERMITTED) == []

"""Decision records are numbered without a gap, titled, dated, and stand in the index."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "decisions"
HEADINGS = ("## Constraint", "## Decision", "## Consequences")


def faults(name: str, text: str) -> list[str]:
    """What is wrong with one record."""
    number = name[:4]
    wrong = []
    if not re.match(rf"# {number} \S", text):
        wrong.append("the title does not begin with the number")
    if not re.search(r"^\d{4}-\d\d-\d\d · (accepted|replaced by \d{4})$", text, re.MULTILINE):
        wrong.append("no date and standing")
    wrong += [f"no {heading}" for heading in HEADINGS if heading not in text]
    return wrong


def records() -> list[Path]:
    return sorted(FOLDER.glob("[0-9]*.md"))


def test_a_faulty_record_is_noticed() -> None:
    assert len(faults("0002-rooms.md", "# 3 Rooms\n\nyesterday\n\n## Decision\n")) == 4


@pytest.mark.parametrize("record", records(), ids=lambda path: path.stem)
def test_record_has_its_form(record: Path) -> None:
    assert faults(record.name, record.read_text(encoding="utf-8")) == []


def test_numbers_have_no_gap_and_the_index_names_every_record_by_its_title() -> None:
    names = [path.name for path in records()]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in records():
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({path.name})" in index

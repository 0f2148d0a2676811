"""What ``louyu check`` says of stored files."""

import pytest

from louyu.cases.commands import attach
from louyu.core.files import file_path
from louyu.site.checking import findings
from louyu.workbooks.commands import upload
from tests.factories import CaseFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["import", "attachment"])
def stored(request):
    """A stored file: its key, and what the check calls it."""
    office = user_with("office")
    if request.param == "import":
        batch = upload("楼宇名称\n华伟总部大厦\n".encode(), file_name="a.csv", by=office)
        return batch.pk, f"the file of import {batch.pk}"
    case = CaseFactory()
    attached = attach(case, name="letter.pdf", data=b"%PDF-1.7 parking", by=office)
    return attached.pk, f"attachment {attached.pk} of case {case.number}"


def told(what):
    return [
        text.removeprefix(what).strip() for level, text in findings() if level == "error" and what in text
    ]


def test_a_file_in_its_place_is_well(stored):
    assert told(stored[1]) == []


def test_a_missing_file_is_told(stored):
    key, what = stored
    file_path(key).unlink()
    assert told(what) == ["is missing"]


def test_an_altered_file_is_told(stored):
    key, what = stored
    kept = bytearray(file_path(key).read_bytes())
    kept[-1] ^= 1
    file_path(key).write_bytes(kept)
    (words,) = told(what)
    assert words.startswith("cannot be opened")

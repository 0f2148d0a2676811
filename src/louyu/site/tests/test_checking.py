"""What ``louyu check`` says of stored files."""

import pytest

from louyu.cases.commands import attach
from louyu.core.commands import file_part
from louyu.core.files import file_path
from louyu.core.jobs import at_once
from louyu.site.checking import findings
from louyu.workbooks.commands import upload
from tests.factories import CaseFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["import", "attachment", "job"])
def stored(request):
    """A stored file: where it lies, and what the check calls it."""
    office = user_with("office")
    if request.param == "import":
        batch = upload("楼宇名称\n华伟总部大厦\n".encode(), file_name="a.csv", by=office)
        return file_path(batch.pk), f"the file of import {batch.pk}"
    if request.param == "job":
        job = at_once("desk.export", by=office.pk, address="/buildings/", narrowed=[])
        return file_path(job.pk, file_part(1)), f"the file of job {job.pk}"
    case = CaseFactory()
    attached = attach(case, name="letter.pdf", data=b"%PDF-1.7 parking", by=office)
    return file_path(attached.pk), f"attachment {attached.pk} of case {case.number}"


def told(what):
    return [
        text.removeprefix(what).strip() for level, text in findings() if level == "error" and what in text
    ]


def test_a_file_in_its_place_is_well(stored):
    assert told(stored[1]) == []


def test_a_missing_file_is_told(stored):
    path, what = stored
    path.unlink()
    assert told(what) == ["is missing"]


def test_an_altered_file_is_told(stored):
    path, what = stored
    kept = bytearray(path.read_bytes())
    kept[-1] ^= 1
    path.write_bytes(kept)
    (words,) = told(what)
    assert words.startswith("cannot be opened")

"""What is attached to a case: what it is by its content, what a picture leaves behind, what is refused and why."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from louyu.accounts.rules import Role
from louyu.cases.commands import attach
from louyu.cases.models import Attachment, Case
from louyu.cases.queries import content_of
from louyu.cases.rules.attachments import kept_name, kind_by_content
from louyu.core.errors import NotPermitted, Refusal
from louyu.core.files import file_path
from tests.factories import CaseFactory, user_with

pytestmark = pytest.mark.django_db

GPS, PLACE = 0x8825, {1: "N", 2: (28.0, 39.0, 36.0), 3: "E", 4: (121.0, 25.0, 12.0)}


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture as a phone takes it: with the place, the camera's name, lying on its side."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "Phone of somebody"
    exif[0x0112] = 6
    exif[GPS] = PLACE
    Image.new("RGB", size, "red").save(out, form, exif=exif)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name in names:
            book.writestr(name, "<x/>")
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A picture that says it has so many pixels, in a few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.fixture
def case() -> Case:
    return CaseFactory()


def attached(case: Case, name: str, data: bytes) -> Attachment:
    return attach(case, name=name, data=data, by=user_with(Role.ADMINISTRATOR, case.building))


@pytest.mark.parametrize(("form", "name"), [("JPEG", "门口.JPG"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_picture_leaves_place_and_camera_behind_and_stands_upright(
    case: Case, form: str, name: str
) -> None:
    kept = attached(case, name, picture(form))
    written = Image.open(io.BytesIO(content_of(kept)))
    assert written.format == form
    assert written.size == (20, 40)
    assert not written.getexif()
    assert b"Phone of somebody" not in content_of(kept)


def test_a_file_lies_encrypted_on_the_disk(case: Case) -> None:
    data = b"%PDF-1.7 a letter about parking"
    kept = attached(case, "letter.pdf", data)
    assert b"parking" not in file_path(kept.pk).read_bytes()
    assert content_of(kept) == data
    assert (kept.media_type, kept.size) == ("application/pdf", len(data))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", packed("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")),
    ],
)
def test_documents_of_offices_are_taken(case: Case, name: str, data: bytes) -> None:
    assert attached(case, name, data).name == name


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.jpg", b"", "空的"),
        ("a.jpg", b"\x00\x00\x00\x18ftypmp42" + bytes(40), "不接受"),
        ("a.svg", b"<svg><script>alert(1)</script></svg>", "不接受"),
        ("a.png", b"<html>", "不接受"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + bytes(40), "不接受"),
        ("a.zip", packed("a.txt"), "不接受"),
        ("a.docx", b"PK\x03\x04 broken", "不接受"),
        ("a.png", b"%PDF-1.7", "不符"),
        ("a.pdf", picture(), "不符"),
        ("a", picture(), "不符"),
        ("a.jpg", picture()[:60], "打不开"),
        ("a.png", huge_png(60_000, 60_000), "太大"),
        ("a.png", huge_png(9_000, 9_000), "太大"),
        ("a.pdf", b"%PDF-" + bytes(20 * 1024 * 1024), "太大"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_taken_says_why_and_leaves_nothing(
    case: Case, name: str, data: bytes, why: str
) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        attached(case, name, data)
    assert (refused.value.field, refused.value.value) == ("file", kept_name(name))
    assert refused.value.mend
    assert not Attachment.rows_without_a_reader.exists()


def test_a_case_takes_so_many_files(case: Case) -> None:
    by = user_with(Role.OFFICE)
    for n in range(20):
        attach(case, name=f"{n}.pdf", data=b"%PDF-1.7", by=by)
    with pytest.raises(Refusal, match="够多"):
        attach(case, name="21.pdf", data=b"%PDF-1.7", by=by)


def test_nobody_attaches_to_a_case_they_do_not_see(case: Case) -> None:
    with pytest.raises(NotPermitted):
        attach(case, name="a.pdf", data=b"%PDF-1.7", by=user_with(Role.LIAISON, CaseFactory().enterprise))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\照片\\门口.jpg", "门口.jpg"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("con<1>|?.pdf", "con1.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_names_are_kept_without_what_no_disk_takes(given: str, kept: str) -> None:
    assert kept_name(given) == kept


def test_a_packed_file_is_known_by_what_is_in_it() -> None:
    assert kind_by_content(b"PK\x03\x04", frozenset({"word/document.xml"})) is None

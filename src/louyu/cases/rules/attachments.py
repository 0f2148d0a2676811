"""Which files a case takes, told by their content and held against their names. Pure."""

from typing import NamedTuple

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20
MOST_PIXELS = 60_000_000
"""Beyond any phone's camera; a picture of 60,000 × 60,000 would take the memory of the machine."""
LONGEST_NAME = 120


class FileKind(NamedTuple):
    """A kind of file that a case takes: its media type, and the endings of names that fit it."""

    media_type: str
    endings: tuple[str, ...]
    picture: bool = False


JPEG = FileKind("image/jpeg", ("jpg", "jpeg"), picture=True)
PNG = FileKind("image/png", ("png",), picture=True)
WEBP = FileKind("image/webp", ("webp",), picture=True)
PDF = FileKind("application/pdf", ("pdf",))
DOCX = FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
KINDS = (JPEG, PNG, WEBP, PDF, DOCX, XLSX)


def kind_by_content(head: bytes, names_inside: frozenset[str] = frozenset()) -> FileKind | None:
    """What a file is by its first bytes; names_inside: of the parts of a packed file. None: nothing a case takes."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04") and "[Content_Types].xml" in names_inside:
        if "word/document.xml" in names_inside:
            return DOCX
        if "xl/workbook.xml" in names_inside:
            return XLSX
    return None


def name_fits(name: str, kind: FileKind) -> bool:
    """Whether a name says what the file is."""
    return name.rpartition(".")[2].lower() in kind.endings


def kept_name(name: str) -> str:
    """A name for showing and saving: without folders and signs that no file system takes, cut before its ending."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in bare if c.isprintable() and c not in '<>:"|?*').strip(" .") or "file"
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if stem else plain[:LONGEST_NAME]

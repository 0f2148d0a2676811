"""What a file really is, and whether it may be unpacked: looked at before any parser sees it.

A parser that meets a bomb is dead before it can refuse. So the parts of a zip are inflated here in small
pieces, thrown away as they pass, and counted: bytes, rows, columns, cells, and text that many cells share.
"""

import io
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from louyu.core.errors import Refusal

MEBIBYTE = 1 << 20
UNPACKED_LIMIT = 512 * MEBIBYTE
PART_LIMIT = 256 * MEBIBYTE
RATIO_LIMIT = 200
RATIO_FROM = 10 * MEBIBYTE
"""A part that unpacks to less than this may have any ratio: empty sheets shrink by a thousand."""
ROW_LIMIT = 1_048_576
COLUMN_LIMIT = 16_384
SHEET_LIMIT = 500
CELL_LIMIT = 3_000_000
"""Filled cells in a file; each costs about 280 bytes while it is parsed, and all must fit into 1 GiB."""
TEXT_CELL_LIMIT = 5_000_000
"""Cells of a text file, of about 90 bytes each; an empty one costs nearly nothing."""
AREA_LIMIT = 12_000_000
"""Cells of the rectangle around a sheet's filled cells: the parser makes room for each of them (32 bytes)."""
TEXT_LIMIT = 160 * MEBIBYTE
"""Bytes of text after shared texts were handed out to their cells."""

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PIECE = 4 * MEBIBYTE
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
)


@dataclass
class Contents:
    """What an .xlsx holds, counted without keeping it."""

    notes: list[str] = field(default_factory=list)
    durations: bool = False
    """Whether a cell format shows hours beyond a day; only then can a cell be a duration."""
    errors: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Sheet name → address and text of its error values (#REF!), which the parser leaves out."""


def refusal(code: str, file_name: str, reason: str, mend: str) -> Refusal:
    """The refusal of a whole file."""
    return Refusal(reason, field="file", value=file_name, mend=mend, code=code)


def wrong_type(file_name: str, kind: str) -> Refusal:
    """The file is something else, whatever its name says."""
    return refusal(
        "wrong_type",
        file_name,
        _("这个文件的内容是 %(kind)s，不是电子表格。") % {"kind": kind},
        _("请用 Excel 或 WPS 打开原表，另存为 .xlsx 后再导入。"),
    )


def damaged(file_name: str) -> Refusal:
    """The file breaks off or its parts contradict each other."""
    return refusal(
        "damaged",
        file_name,
        _("文件不完整或已损坏，读不出来。"),
        _("请重新下载或请对方重发；能打开的话，另存为 .xlsx 后再导入。"),
    )


def encrypted(file_name: str) -> Refusal:
    """The file needs a password."""
    return refusal(
        "encrypted",
        file_name,
        _("文件有打开密码，读不出来。"),
        _("请在 Excel 或 WPS 里取消打开密码，保存后再导入。"),
    )


def too_large(file_name: str, what: str) -> Refusal:
    """The file holds more than memory allows; ``what`` says how much of what."""
    return refusal(
        "too_large",
        file_name,
        _("文件太大：%(what)s。") % {"what": what},
        _("请删去没有用到的行、列和工作表，或把表分成几个文件，分次导入。"),
    )


def bomb(file_name: str) -> Refusal:
    """The file unpacks to very much more than it seems."""
    return refusal(
        "zip_bomb",
        file_name,
        _("文件解开后异常巨大，没有读取。"),
        _("请确认文件来源；内容正常的话，把数据复制到新表里再导入。"),
    )


def recognise(data: bytes, file_name: str) -> str:
    """xlsx, xls or text, by content; raises Refusal for anything else that can be told apart."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise refusal("empty", file_name, _("文件是空的。"), _("请检查是否选错了文件，或重新导出。"))
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "xlsx"
    if data[:8] == _OLE:
        return _recognise_ole(data, file_name)
    if data[:2] == b"\x09\x08" or data[:4] == b"\x09\x04\x06\x00":
        return "xls"
    for start, kind in _OTHERS:
        if data.startswith(start) and not (kind in ("BMP", "EXE") and b"\0" not in data[:4096]):
            raise wrong_type(file_name, kind)
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not utf16 and b"\0" in data:
        raise wrong_type(file_name, _("二进制数据"))
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head")):
        raise wrong_type(file_name, _("网页或 XML"))
    return "text"


def _recognise_ole(data: bytes, file_name: str) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise encrypted(file_name)
    if holds("WordDocument"):
        raise wrong_type(file_name, "Word")
    if holds("PowerPoint Document"):
        raise wrong_type(file_name, "PowerPoint")
    if holds("Workbook") or holds("Book"):
        if _has_password(data):
            raise encrypted(file_name)
        return "xls"
    if len(data) < 1536 or len(data) % 512:
        raise damaged(file_name)
    raise wrong_type(file_name, _("其他 Office 文件"))


def _has_password(data: bytes) -> bool:
    """Whether one of the first records of an .xls is FilePass (0x2F), of whichever kind of encryption."""
    at = max(data.find(b"\x09\x08\x10\x00\x00\x06"), data.find(b"\x09\x08\x08\x00\x00\x05"))
    for _record in range(12):
        if not 0 <= at <= len(data) - 4:
            break
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == 0x2F:
            return True
        at += 4 + length
    return False


def check_xlsx(data: bytes, file_name: str) -> Contents:
    """Count what an .xlsx unpacks to, piece by piece, and refuse what would not fit into memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        raise damaged(file_name) from error
    names = {p.filename for p in parts}
    _check_kind(names, file_name)
    if any(p.flag_bits & 1 for p in parts):
        raise encrypted(file_name)
    if sum(p.file_size for p in parts) > UNPACKED_LIMIT:
        raise bomb(file_name)
    if any(p.file_size > RATIO_FROM and p.file_size > RATIO_LIMIT * max(1, p.compress_size) for p in parts):
        raise bomb(file_name)
    if len(names) < len(parts):
        raise damaged(file_name)
    if sum("/worksheets/" in n and n.endswith(".xml") for n in names) > SHEET_LIMIT:
        raise too_large(file_name, _("工作表超过 %(count)s 张") % {"count": SHEET_LIMIT})
    by_name = {p.filename: p for p in parts}
    count = _Count(file_name, lambda name: _inflated(data, by_name[name], file_name))
    for name in by_name:
        count.part(name)
    count.refuse_repeated_texts()
    contents = Contents(durations=count.durations)
    if count.errors:
        paths = _sheet_names(lambda name: b"".join(_inflated(data, by_name[name], file_name)))
        contents.errors = {paths[name]: found for name, found in count.errors.items() if name in paths}
    if any(n.endswith("vbaProject.bin") for n in names):
        contents.notes.append("macro")
    if any("/externalLinks/" in n for n in names):
        contents.notes.append("external_links")
    if count.formulas_without_values:
        contents.notes.append("formulas_without_values")
    return contents


def _check_kind(names: set[str], file_name: str) -> None:
    if any(n.endswith("workbook.xml") for n in names):
        return
    for part, kind in (
        ("word/", "Word"),
        ("ppt/", "PowerPoint"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
        ("AndroidManifest.xml", "APK"),
    ):
        if any(n.startswith(part) for n in names):
            raise wrong_type(file_name, kind)
    raise wrong_type(file_name, _("压缩包"))


def _sheet_names(read: Callable[[str], bytes]) -> dict[str, str]:
    """Part → sheet name, as the workbook's own lists say; empty where they cannot be read."""
    try:
        links = ElementTree.fromstring(read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(read("xl/workbook.xml"))
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    names: dict[str, str] = {}
    for sheet in book.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"):
        target = targets.get(sheet.get(f"{{{_RELATIONSHIPS}}}id", ""), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        names[part] = sheet.get("name", "")
    return names


def _inflated(data: bytes, part: zipfile.ZipInfo, file_name: str) -> Iterator[bytes]:
    """The part's bytes, piece by piece; refuses a part that unpacks to more than its directory entry says."""
    header = data[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise damaged(file_name)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(data)[start : start + part.compress_size]
    if len(packed) < part.compress_size:
        raise damaged(file_name)
    if part.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged(file_name)
    inflater, done, rest = zlib.decompressobj(-15), 0, bytes(packed)
    while not inflater.eof:
        try:
            piece = inflater.decompress(rest, _PIECE)
        except zlib.error as error:
            raise damaged(file_name) from error
        if not piece and not inflater.unconsumed_tail:
            break
        rest, done = inflater.unconsumed_tail, done + len(piece)
        if done > part.file_size:
            raise bomb(file_name)
        yield piece
    if done < part.file_size:
        raise damaged(file_name)


_NEITHER_NEAR_NOR_ADDRESSED = re.compile(rb'<c[\s>/](?!r="[A-Za-z]\d{1,5}")')
"""A cell beyond Z99999, or one whose address is missing or written otherwise. One pass decides for most files."""
_UNADDRESSED = re.compile(rb"<c[>/\t\r\n]|<\w+:c[\s>/]")
_PREFIXED = re.compile(rb"<\w+:c[\s>/]")
_LETTERS = re.compile(rb'<c r="([A-Za-z]+)')
_ROWS = re.compile(rb'<c r="[A-Za-z]+(\d+)"')
_FAR_ROWS = re.compile(rb'<c r="[A-Za-z]+(\d{6,})"')
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>")
_PIECE_HEAD = 64 * 1024
"""A generator that writes prefixes (<x:c) writes them from the first cell on."""
_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_NO_VALUE = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*\st="e"[^>]*>(?:<f(?:\s[^>]*)?(?:/>|>[^<]*</f>))?<v>(#[^<]{1,20})</v>'
)
_SHARED = re.compile(rb't="s"[^>]*>\s*<v>(\d+)<')


@dataclass
class _Count:
    """The running count over the parts of one file. ``pieces_of`` inflates a part once more, by name."""

    file_name: str
    pieces_of: Callable[[str], Iterator[bytes]]
    cells: int = 0
    lengths: "array[int]" = field(default_factory=lambda: array("I"))
    sheets: list[str] = field(default_factory=list)
    formulas_without_values: bool = False
    durations: bool = False
    errors: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def part(self, name: str) -> None:
        """Count one part; what it is, its beginning tells."""
        pieces = self._limited(self.pieces_of(name))
        first = next(pieces, b"")
        if b"<sst" in first[:4096] or b":sst" in first[:4096]:
            self._texts(chain([first], pieces))
        elif b"sheetData" in first or "worksheets/" in name:
            self.sheets.append(name)
            self._sheet(name, chain([first], pieces))
        else:
            self.durations |= b"[h" in first.lower()
            for _piece in pieces:
                pass

    def _limited(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > PART_LIMIT:
                raise too_large(self.file_name, _("有一部分超过 %(count)s MB") % {"count": PART_LIMIT >> 20})
            yield piece

    def _texts(self, pieces: Iterator[bytes]) -> None:
        for body in _between(b"</si>", pieces):
            self.lengths.extend(map(len, body.split(b"</si>")))

    def _sheet(self, name: str, pieces: Iterator[bytes]) -> None:
        extent = _Extent()
        for body in _between(b"<c", pieces):
            cells = extent.widen(body)
            self.cells += cells
            if self.cells > CELL_LIMIT:
                raise too_large(self.file_name, _("单元格超过 %(count)s 个") % {"count": CELL_LIMIT})
            if b't="e"' in body:
                found = ((at.decode(), text.decode("utf-8", "replace")) for at, text in _ERROR.findall(body))
                self.errors.setdefault(name, []).extend(found)
            if not self.formulas_without_values and b"</f>" in body:
                self.formulas_without_values = _NO_VALUE.search(body) is not None
        if extent.rows * extent.columns > AREA_LIMIT and extent.rough:
            extent = _Extent(exact=True)
            for body in _between(b"<c", self.pieces_of(name)):
                extent.widen(body)
        if extent.rows > ROW_LIMIT:
            raise too_large(self.file_name, _("行数超过 %(count)s") % {"count": ROW_LIMIT})
        if extent.columns > COLUMN_LIMIT:
            raise too_large(self.file_name, _("列数超过 %(count)s") % {"count": COLUMN_LIMIT})
        if extent.rows * extent.columns > AREA_LIMIT:
            where = {"rows": extent.rows, "columns": extent.columns}
            raise too_large(self.file_name, _("用到第 %(rows)s 行、第 %(columns)s 列") % where)

    def refuse_repeated_texts(self) -> None:
        """Refuse a file whose few long texts stand in very many cells."""
        if max(self.lengths, default=0) * self.cells <= TEXT_LIMIT:
            return
        total = 0
        for name in self.sheets:
            for body in _between(b"<c", self.pieces_of(name)):
                for number in map(int, _SHARED.findall(body)):
                    total += self.lengths[number] if number < len(self.lengths) else 0
                if total > TEXT_LIMIT:
                    raise bomb(self.file_name)


def _between(mark: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut before a mark instead of anywhere."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(mark)
        if cut > 0:
            yield text[:cut]
        rest = text[max(cut, 0) :]
    if rest:
        yield rest


@dataclass
class _Extent:
    """How far the cells of one sheet reach; ``rough`` where only an upper bound was taken."""

    exact: bool = False
    rough: bool = False
    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = 0

    def widen(self, body: bytes) -> int:
        """Take in a piece that ends before a cell; returns how many cells it holds."""
        cells = body.count(b'<c r="')
        if _NEITHER_NEAR_NOR_ADDRESSED.search(body) is None and _PREFIXED.search(body[:_PIECE_HEAD]) is None:
            if cells and not self.exact:
                self.rough, self.rows, self.columns = True, max(self.rows, 99_999), max(self.columns, 26)
                return cells
        elif cells != body.count(b"<c ") or _UNADDRESSED.search(body) is not None:
            return self._step(body)
        letters, far = set(_LETTERS.findall(body)), set((_ROWS if self.exact else _FAR_ROWS).findall(body))
        self.rough = not self.exact
        self.rows = max([self.rows, 0 if self.exact else 99_999, *map(int, far)])
        self.columns = max([self.columns, *map(_column_number, letters)])
        return cells

    def _step(self, body: bytes) -> int:
        """The slow way, for files that leave out addresses or write them otherwise."""
        cells = 0
        for tag in _TAG.finditer(body):
            at = _REFERENCE.search(tag[2])
            if tag[1] == b"row":
                self.row, self.column = int(at[2]) if at else self.row + 1, 0
                continue
            cells += 1
            if at and at[1]:
                self.column, self.row = _column_number(at[1]), int(at[2])
            else:
                self.column += 1
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        return cells


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number

"""I9: phones and names in a register stand nowhere in the clear: not in the database, its log, the files, the trail."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import Deployment
from tests.imports.books import building, buildings, enterprise, enterprises

PHONES = [f"1390576{n:04d}" for n in range(20)]
NAME = "欧阳标记人"


def layers(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and what is packed in them."""
    yield data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield from layers(packed.read(name))
    if data[:2] == b"\x1f\x8b":
        yield from layers(gzip.decompress(data))


def finds(home: Path, *texts: str) -> list[str]:
    """Files of the deployment in which one of the texts stands, in either encoding."""
    wanted = [t.encode(e) for t in texts for e in ("utf-8", "utf-16-le", "gb18030")]
    return [
        f"{path.name}: {text!r}"
        for path in home.rglob("*")
        if path.is_file()
        for layer in layers(path.read_bytes())
        for text in wanted
        if text in layer
    ]


@pytest.mark.sqlite
def test_after_an_import_no_phone_and_no_name_stands_in_the_clear(
    deployment: Deployment, tmp_path: Path
) -> None:
    path = tmp_path / "楼宇.xlsx"
    path.write_bytes(buildings(building("云帆大厦")))
    deployment.must("import", path, "--apply")
    path = tmp_path / "花名册.xlsx"
    rows = [enterprise(n, f"13{n + 1:02d}", contact=f"{NAME} {phone}") for n, phone in enumerate(PHONES)]
    rows.append(
        enterprise(90, "1301", contact=f"{NAME} {PHONES[0]}9")
    )  # a wrong phone is quoted in the report
    path.write_bytes(enterprises(*rows))
    assert finds(tmp_path, PHONES[0])  # the search finds what is there
    deployment.must("import", path, "--apply", "--json")
    assert finds(deployment.home, *PHONES, NAME) == []


def test_a_backup_holds_none_either(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "楼宇.xlsx"
    path.write_bytes(buildings(building("云帆大厦")))
    deployment.must("import", path, "--apply")
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(
        enterprises(*[enterprise(n, f"13{n + 1:02d}", contact=f"{NAME} {p}") for n, p in enumerate(PHONES)])
    )
    deployment.must("import", path, "--apply")
    kept = tmp_path / "kept"
    kept.mkdir()
    deployment.must("backup", kept / "louyu.backup")
    assert finds(kept, *PHONES, NAME) == []

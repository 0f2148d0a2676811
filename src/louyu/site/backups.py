"""Backup while everything runs, and restore: the database as of one moment, with the encrypted files.

A backup is a tar file: ``manifest.json`` (engine, version, newest audit entry, SHA-256 of every part), the
database (SQLite's own backup, or ``pg_dump -Fc``) and ``files/``. The keys are not in it: whoever finds the file
cannot read personal values, and whoever restores it elsewhere brings ``LOUYU_HOME/keys`` along.
"""

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from louyu import __version__
from louyu.core.errors import Conflict, Refusal
from louyu.core.sealing import keyed_digest

MANIFEST = "manifest.json"


def back_up(target: Path) -> str:
    """Write the backup to ``target`` (whole or not at all) and verify it; says what is in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as directory:
        work = Path(directory)
        database = work / "database"
        if connection.vendor == "sqlite":
            _copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), database)
        else:
            subprocess.run(["pg_dump", "-Fc", "-f", str(database), _postgres_url()], check=True)
        files = sorted(
            p for p in (Path(settings.HOME) / "files").rglob("*") if p.is_file() and p.suffix != ".part"
        )
        made = work / "backup.tar"
        sums = {"database": _sha256(database)}
        with tarfile.open(made, "w") as tar:
            tar.add(database, "database")
            for file in files:
                name = f"files/{file.relative_to(Path(settings.HOME) / 'files')}"
                sums[name] = _sha256(file)
                tar.add(file, name)
            manifest = json.dumps(
                {
                    "louyu": __version__,
                    "engine": connection.vendor,
                    "trail": _newest(),
                    "keys": _keys_sign(),
                    "parts": sums,
                },
                indent=1,
            ).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(manifest)
            tar.addfile(entry, io.BytesIO(manifest))
        made.chmod(0o600)
        made.replace(target)
    return (
        f"{target}: database ({connection.vendor}) and {len(files)} files; keep LOUYU_HOME/keys apart from it"
    )


def put_back(source: Path, *, replace: bool) -> str:
    """Restore a backup into this deployment.

    Raises Refusal for a file that is no whole backup, Conflict when the database is not empty (without ``replace``).
    """
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        manifest = _unpacked(source, work)
        if manifest["engine"] != connection.vendor:
            raise Refusal(
                _("这份备份来自另一种数据库。"),
                field="engine",
                value=manifest["engine"],
                mend=_("请把 LOUYU_DATABASE_URL 设为同一种数据库。"),
            )
        if manifest.get("keys") != _keys_sign():
            raise Refusal(
                _("这份备份要用另一套密钥才能读。"),
                field="keys",
                value=str(Path(settings.HOME) / "keys"),
                mend=_("请先把原来的 keys 目录放到这里，再恢复。"),
            )
        if not replace and not _is_empty():
            raise Conflict(
                _("当前数据库不是空的。"), field="database", value=settings.DATABASES["default"]["NAME"],
                mend=_("请恢复到空的 LOUYU_HOME，或加上 --replace。"),
            )  # fmt: skip
        connection.close()
        if connection.vendor == "sqlite":
            _put_sqlite(work / "database")
        else:
            subprocess.run(
                [
                    "pg_restore",
                    "--clean",
                    "--if-exists",
                    "--no-owner",
                    "--single-transaction",
                    "-d",
                    _postgres_url(),
                    str(work / "database"),
                ],
                check=True,
            )
        home = Path(settings.HOME) / "files"
        if (work / "files").exists():
            shutil.copytree(work / "files", home, dirs_exist_ok=True)
    return (
        f"restored: audit entry {manifest['trail']}, {len(manifest['parts']) - 1} files; now run louyu check"
    )


def _keys_sign() -> str:
    """By which a backup knows the keys it was made under; nothing of them can be read from it."""
    return keyed_digest("backup", b"keys").hex()


def _unpacked(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(work, filter="data")
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text())
        for name, told in manifest["parts"].items():
            if _sha256(work / name) != told:
                raise ValueError(name)
    except (tarfile.TarError, OSError, KeyError, ValueError, EOFError) as error:
        raise Refusal(
            _("这不是一份完整的楼宇备份。"), field="file", value=source.name, mend=_("请换一份备份文件。")
        ) from error
    return manifest


def _copy_sqlite(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise RuntimeError("the copy is not whole")
    live.close()
    copy.close()


def _put_sqlite(copy: Path) -> None:
    name = Path(settings.DATABASES["default"]["NAME"])
    name.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(copy) as source, sqlite3.connect(name) as target:
        source.backup(target)
    source.close()
    target.close()


def _postgres_url() -> str:
    found = connection.settings_dict
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(sequence), 0) FROM accounts_auditentry")
        return int(cursor.fetchone()[0])


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "accounts_auditentry" not in tables:
            return True
        cursor.execute("SELECT COUNT(*) FROM accounts_auditentry")
        return not cursor.fetchone()[0]

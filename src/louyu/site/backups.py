"""Backup while everything runs, and restore: the database as of one moment, with the encrypted files.

A backup is a tar file: ``manifest.json`` (engine, version, newest audit entry, SHA-256 of every part), the
database (SQLite's own backup, or ``pg_dump -Fc``) and ``files/``. The keys are not in it: whoever finds the file
cannot read personal values, and whoever restores it elsewhere brings ``LOUYU_HOME/keys`` along.
"""

import datetime
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu import __version__
from louyu.core.errors import Conflict, Refusal
from louyu.core.sealing import keyed_digest

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Kept:
    """A backup that was made: when, where to, how many bytes, as of which entry of the trail."""

    at: datetime.datetime
    file: str
    size: int
    trail: int


def last_backup() -> Kept | None:
    """The newest backup that this deployment made; None where it made none."""
    try:
        told = json.loads(_note().read_text(encoding="utf-8"))
        return Kept(datetime.datetime.fromisoformat(told["at"]), told["file"], told["size"], told["trail"])
    except (OSError, ValueError, KeyError):
        return None


def _note() -> Path:
    return Path(settings.HOME) / "last_backup.json"


def back_up(target: Path) -> str:
    """Write the backup to ``target`` (whole or not at all) and verify it; says what is in it. Raises Refusal."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as directory:
            return _back_up(target, Path(directory))
    except OSError as error:
        raise Refusal(
            _("备份写不进去：%s。") % (error.strerror or error),
            field="file",
            value=str(target),
            mend=_("请换一个能写、空间够的地方。"),
        ) from error


def _back_up(target: Path, work: Path) -> str:
    database, held = work / "database", work / "files"
    _hold(held)  # before the database is copied: what it names is there, even if it is dropped meanwhile
    newest = _copy_sqlite(database) if connection.vendor == "sqlite" else _copy_postgresql(database)
    _hold(held)  # and after: what came in meanwhile
    files = sorted(path for path in held.rglob("*") if path.is_file())
    made = work / "backup.tar"
    sums = {"database": _sha256(database)} | {str(f.relative_to(work)): _sha256(f) for f in files}
    with tarfile.open(made, "w") as tar:
        for name in sums:
            tar.add(work / name, name)
        manifest = json.dumps(
            {
                "louyu": __version__,
                "engine": connection.vendor,
                "trail": newest,
                "keys": _keys_sign(),
                "parts": sums,
            },
            indent=1,
        ).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        tar.addfile(entry, io.BytesIO(manifest))
    _verify(made, sums)
    made.chmod(0o600)
    made.replace(target)
    kept = Kept(timezone.now(), str(target.absolute()), target.stat().st_size, newest)
    _note().write_text(json.dumps(asdict(kept) | {"at": kept.at.isoformat()}), encoding="utf-8")
    return (
        f"{target}: database ({connection.vendor}) and {len(files)} files; keep LOUYU_HOME/keys apart from it"
    )


def _hold(held: Path) -> None:
    """Keep what is in ``files/`` now: by a second name where the disk allows it, else by a copy."""
    home = Path(settings.HOME) / "files"
    for path in home.rglob("*"):
        if path.suffix == ".part" or not path.is_file():
            continue
        name = held / path.relative_to(home)
        if name.exists():
            continue
        name.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, name)
        except FileNotFoundError:
            continue  # dropped between being listed and being held: nothing names it
        except OSError:
            shutil.copy2(path, name)


def _verify(made: Path, sums: dict[str, str]) -> None:
    """Read the file that was written and hold every part of it against its sum."""
    with tarfile.open(made) as tar:
        for name, told in sums.items():
            part = tar.extractfile(name)
            if part is None or hashlib.file_digest(part, "sha256").hexdigest() != told:  # type: ignore[arg-type]
                raise OSError(f"{name} was not written as it is")


def put_back(source: Path, *, replace: bool) -> str:
    """Restore a backup into this deployment.

    Raises Refusal for a file that is no whole backup, Conflict when the database is not empty (without ``replace``).
    """
    Path(settings.HOME).mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.HOME) as directory:
        work = Path(directory)
        manifest = _unpacked(source, work)
        if manifest["engine"] != connection.vendor:
            raise Refusal(
                _("这份备份来自另一种数据库。"),
                field="engine",
                value=manifest["engine"],
                mend=_("请把 LOUYU_DATABASE_URL 设为同一种数据库。"),
            )
        if _numbers(manifest["louyu"]) > _numbers(__version__):
            raise Refusal(
                _("这份备份来自更新的版本 %s。") % manifest["louyu"],
                field="louyu",
                value=manifest["louyu"],
                mend=_("请先更新程序，再恢复。"),
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
        if _is_open():
            raise Conflict(
                _("服务还在运行，不能在它脚下换数据库。"),
                field="database",
                value=settings.DATABASES["default"]["NAME"],
                mend=_("请先停止服务，再恢复。"),
            )
        if connection.vendor == "sqlite":
            _put_sqlite(work / "database")
        else:
            _run(
                "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
                "-d", _postgres_url(), str(work / "database"),
            )  # fmt: skip
        home = Path(settings.HOME) / "files"
        if (work / "files").exists():
            shutil.copytree(work / "files", home, dirs_exist_ok=True)
    return (
        f"restored: audit entry {manifest['trail']}, {len(manifest['parts']) - 1} files; now run louyu check"
    )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _run(*command: str) -> None:
    """Run one of PostgreSQL's programs. Raises Refusal with what it says when it fails or is not there."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise Refusal(
            _("没有 %s 这个程序。") % command[0],
            field="engine",
            value="postgresql",
            mend=_("请安装与服务器同版本的 PostgreSQL 客户端。"),
        ) from error
    except subprocess.CalledProcessError as error:
        said = next(iter(error.stderr.strip().splitlines()), "")
        raise Refusal(
            _("%s 没有成功，什么也没有改。") % command[0], field="engine", value="postgresql", mend=said
        ) from error


def _is_open() -> bool:
    """Whether anybody else has the database open: a server, a runner of jobs, a shell."""
    if connection.vendor == "sqlite":
        name = Path(settings.DATABASES["default"]["NAME"])
        if not name.exists():
            return False
        with closing(sqlite3.connect(name, timeout=0.5)) as alone:
            try:
                alone.execute("PRAGMA journal_mode = DELETE")  # only the last one to leave can close the log
            except sqlite3.OperationalError:
                return True
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = int(cursor.fetchone()[0])
    connection.close()
    return others > 0


def _keys_sign() -> str:
    """By which a backup knows the keys it was made under; nothing of them can be read from it."""
    return keyed_digest("backup", b"keys").hex()


def _unpacked(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(work, filter="data")
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text())
        _numbers(manifest["louyu"]), manifest["engine"], manifest["trail"]
        for name, told in manifest["parts"].items():
            if _sha256(work / name) != told:
                raise ValueError(name)
    except (tarfile.TarError, OSError, KeyError, ValueError, EOFError, TypeError) as error:
        raise Refusal(
            _("这不是一份完整的楼宇备份。"), field="file", value=source.name, mend=_("请换一份备份文件。")
        ) from error
    return manifest


def _copy_sqlite(target: Path) -> int:
    """Copy the database as of one moment; the newest entry of the trail in the copy."""
    source = Path(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise RuntimeError("the copy is not whole")
        return int(copy.execute("SELECT COALESCE(MAX(sequence), 0) FROM accounts_auditentry").fetchone()[0])


def _copy_postgresql(target: Path) -> int:
    """The same: the archive and the entry are read from one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        cursor.execute("SELECT COALESCE(MAX(sequence), 0) FROM accounts_auditentry")
        (newest,) = cursor.fetchone()
        _run("pg_dump", "-Fc", f"--snapshot={snapshot}", "-f", str(target), _postgres_url())
        return int(newest)


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


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "accounts_auditentry" not in tables:
            return True
        cursor.execute("SELECT COUNT(*) FROM accounts_auditentry")
        return not cursor.fetchone()[0]

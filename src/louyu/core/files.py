"""Stored files, encrypted: uploads and what is made from them never lie in the clear on the disk."""

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from louyu.core.sealing import Sealed, decrypt, encrypt, open_key


def file_path(key: UUID, part: str = "file") -> Path:
    """Where the file of a record lies: ``LOUYU_HOME/files/ab/<key>.<part>``."""
    return Path(settings.HOME) / "files" / key.hex[-2:] / f"{key.hex}.{part}"


def keep_file(key: UUID, plain: bytes, *, sealed_key: Sealed, part: str = "file") -> None:
    """Write the file encrypted, whole or not at all, and make sure that it is on the disk."""
    path = file_path(key, part)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_suffix(f".{os.getpid()}.part")
    with made.open("wb") as out:
        out.write(encrypt(plain, open_key(sealed_key)))
        out.flush()
        os.fsync(out.fileno())
    made.replace(path)


def kept_file(key: UUID, *, sealed_key: Sealed, part: str = "file") -> bytes:
    """The file in the clear. Raises FileNotFoundError; CannotOpen if it was altered."""
    return decrypt(file_path(key, part).read_bytes(), open_key(sealed_key))


def drop_file(key: UUID, part: str = "file") -> None:
    """Take the file away; nothing happens if it is not there."""
    file_path(key, part).unlink(missing_ok=True)

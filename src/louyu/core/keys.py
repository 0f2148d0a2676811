"""The deployment's keys: kept in files outside the database, readable by their owner only.

``LOUYU_HOME/keys/`` holds ``django`` (sessions, CSRF), ``seal-N`` (SM4 keys that wrap each person's key and
each stored file's key; the highest N seals, all of them open) and ``digest`` (keyed hashes to find a phone or
identity number again, and to chain the audit trail). Without these files a backup cannot be read.
"""

import os
import secrets
from functools import cache
from pathlib import Path


def _key_file(directory: Path, name: str, size: int) -> bytes:
    """The key in this file; made on first use. Two processes starting at once agree on one key."""
    path = directory / name
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = directory / f".{name}.{secrets.token_hex(4)}"
        made.write_text(secrets.token_hex(size))
        made.chmod(0o600)
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return bytes.fromhex(path.read_text().strip())


def django_secret(home: Path) -> str:
    """The key that signs sessions and forms of the deployment in ``home``."""
    return _key_file(home / "keys", "django", 32).hex()


def _directory() -> Path:
    from django.conf import settings

    return Path(settings.HOME) / "keys"


@cache
def _sealing_keys(directory: Path) -> dict[int, bytes]:
    numbers = [int(p.name.removeprefix("seal-")) for p in directory.glob("seal-*")] or [1]
    return {n: _key_file(directory, f"seal-{n}", 16) for n in numbers}


def sealing_key(number: int | None = None) -> tuple[int, bytes]:
    """Number and bytes of a sealing key; without a number the newest, which is the one to seal with.

    Raises KeyError when that key is not on this machine.
    """
    keys = _sealing_keys(_directory())
    number = max(keys) if number is None else number
    return number, keys[number]


def has_sealing_key(number: int) -> bool:
    """Whether the sealing key of this number is on this machine."""
    return number in _sealing_keys(_directory())


def add_sealing_key() -> int:
    """Make the next sealing key; from now on it seals, the older ones still open."""
    number = max(_sealing_keys(_directory())) + 1
    _key_file(_directory(), f"seal-{number}", 16)
    _sealing_keys.cache_clear()
    return number


@cache
def _digest_key(directory: Path) -> bytes:
    return _key_file(directory, "digest", 32)


def digest_key() -> bytes:
    """The key of all keyed hashes."""
    return _digest_key(_directory())

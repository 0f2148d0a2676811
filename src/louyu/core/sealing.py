"""Encryption at rest (SM4-GCM) and keyed hashes (HMAC-SM3).

A sealed value is ``nonce (12) + ciphertext + tag (16)``. A person's values are sealed with the person's own
key, which is itself sealed by a key of the deployment: destroying the person's key erases the values
wherever they stand, in rows, in audit entries and in batches.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.utils.translation import gettext_lazy as _

from louyu.core.errors import Refusal
from louyu.core.keys import digest_key, sealing_key

Sealed = bytes | memoryview
"""What a BinaryField holds: bytes on SQLite, a memoryview on PostgreSQL."""

NONCE = 12
TAG = 16


class CannotOpen(Refusal):
    """The sealed value was altered, or its key is not on this machine. Whatever needs no such value goes on."""

    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(
            _("这项加密的内容打不开：密钥不在这台机器上，或者内容被改过。"),
            field="key",
            value=why,
            mend=_("请系统管理员运行 louyu check，把缺少的密钥文件放回 keys 目录。"),
        )


def encrypt(plain: bytes, key: bytes) -> bytes:
    """``plain`` sealed with a 16-byte key."""
    nonce = os.urandom(NONCE)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def decrypt(sealed: bytes, key: bytes) -> bytes:
    """What was sealed with this key. Raises CannotOpen if it was altered or sealed with another."""
    from cryptography.exceptions import InvalidTag

    nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
    try:
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        return decryptor.update(body) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("altered, or sealed with another key") from error


def new_sealed_key() -> bytes:
    """A fresh 16-byte key, sealed by the deployment's newest key: ``key number (2) + sealed``."""
    number, master = sealing_key()
    return number.to_bytes(2, "big") + encrypt(os.urandom(16), master)


def rewrapped(sealed: Sealed) -> bytes:
    """The same key, sealed by the deployment's newest key. Raises CannotOpen."""
    number, master = sealing_key()
    return number.to_bytes(2, "big") + encrypt(open_key(sealed), master)


def key_number(sealed: Sealed) -> int:
    """The number of the deployment's key by which a key is sealed."""
    return int.from_bytes(bytes(sealed)[:2], "big")


def key_fields() -> Iterator[tuple[Any, str]]:
    """Every model and field that holds keys sealed by the deployment's: named ``key_sealed`` or ``…_key_sealed``."""
    from django.apps import apps
    from django.db.models import BinaryField

    for model in apps.get_models():
        if not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, BinaryField) and field.name.endswith("key_sealed"):
                    yield model, field.name


def open_key(sealed: Sealed) -> bytes:
    """The key inside. Raises CannotOpen when the deployment's key of that number is missing."""
    sealed = bytes(sealed)
    try:
        _, master = sealing_key(int.from_bytes(sealed[:2], "big"))
    except KeyError as error:
        raise CannotOpen("the deployment's sealing key is not on this machine") from error
    return decrypt(sealed[2:], master)


def seal_text(plain: str, sealed_key: Sealed) -> bytes:
    """A text sealed with the key inside ``sealed_key``; an empty text stays empty."""
    return encrypt(plain.encode(), open_key(sealed_key)) if plain else b""


def open_text(sealed: Sealed, sealed_key: Sealed) -> str:
    """The text; empty where nothing is held or its key was destroyed."""
    if not sealed or not sealed_key:
        return ""
    return decrypt(bytes(sealed), open_key(sealed_key)).decode()


def keyed_digest(purpose: str, value: bytes | str) -> bytes:
    """HMAC-SM3 (32 bytes) of a value for one purpose: equal values are found again, nothing is read back."""
    return keyed_digest_of_parts(purpose, (value.encode() if isinstance(value, str) else value,))


@cache
def _begun(key: bytes, purpose: str) -> hmac.HMAC:
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(purpose.encode() + b"\0")
    return mac


def keyed_digest_of_parts(purpose: str, parts: Iterable[bytes]) -> bytes:
    """The same over a value that comes in parts, which need not all be in memory."""
    mac = _begun(digest_key(), purpose).copy()
    for part in parts:
        mac.update(part)
    return mac.finalize()

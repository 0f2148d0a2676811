"""The keys that seal what is personal, made anew."""

from typing import Any

from django.utils.translation import gettext as _

from louyu.accounts.commands.trail import alone, command, record
from louyu.accounts.models import User
from louyu.core.keys import add_sealing_key, has_sealing_key
from louyu.core.sealing import key_fields, key_number, rewrapped


@command("accounts.rotate_keys")
def rotate_keys(*, by: User) -> tuple[int, int]:
    """Make the deployment's next sealing key and seal every key anew with it; its number, and how many keys.

    The values stay sealed by the same inner keys, so nothing else is written. Older keys stay where they are:
    backups from before need them. A key whose own is not on this machine stays as it is (``louyu check`` names it).
    """
    alone()
    number, sealed = add_sealing_key(), 0
    for model, name in key_fields():
        waiting: list[Any] = []
        rows = model.rows_without_a_reader.exclude(**{name: b""}).only("pk", name)
        for row in rows.iterator(KEYS_AT_ONCE):
            if has_sealing_key(key_number(getattr(row, name))):
                setattr(row, name, rewrapped(getattr(row, name)))
                waiting.append(row)
            if len(waiting) == KEYS_AT_ONCE:
                model.rows_without_a_reader.bulk_update(waiting, [name])
                sealed, waiting = sealed + len(waiting), []
        model.rows_without_a_reader.bulk_update(waiting, [name])
        sealed += len(waiting)
    record([], reason=_("第 %(number)s 号密钥") % {"number": number})
    return number, sealed


KEYS_AT_ONCE = 500

"""What is done with users and keys, and what makes a function of any room a command that leaves a trail."""

from louyu.accounts.commands.keys import rotate_keys
from louyu.accounts.commands.trail import CHUNK, alone, command, made, one_batch, record, revert, save_changed
from louyu.accounts.commands.users import (
    CONSOLE,
    add_user,
    choose_password,
    console_user,
    drop_second_step,
    end_grant,
    end_sessions,
    grant,
    new_password,
    public_user,
    rename_user,
    reset_password,
    set_active,
)

__all__ = [
    "CHUNK", "CONSOLE", "add_user", "alone", "choose_password", "command", "console_user",
    "drop_second_step", "end_grant", "end_sessions", "grant", "made", "new_password", "one_batch",
    "public_user", "record", "rename_user", "reset_password", "revert", "rotate_keys", "save_changed",
    "set_active",
]  # fmt: skip

"""Who may give and take tokens."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import Role

ROWS = (
    Row.of(
        "integrations.keep_tokens",
        Role.SECURITY,
        why="a token lets a machine in as a user: whoever keeps users gives it and takes it back",
    ),
    Row.of("integrations.see_token", Role.SECURITY, why="whoever keeps users sees what is let in by machine"),
)

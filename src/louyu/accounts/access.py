"""Who may see and change users, grants and the trail."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import Role

ROWS = (
    Row.of(
        "accounts.see_user",
        Role.SECURITY,
        Role.MEMBER,
        why="security administrators keep users and roles; everybody else sees names where a record shows them",
    ),
    Row.of("accounts.see_grant", Role.SECURITY, why="security administrators keep users and roles"),
    Row.of("accounts.keep_users", Role.SECURITY, why="duties are separate: no other role makes users"),
    Row.of(
        "accounts.rotate_keys",
        Role.SYSTEM,
        why="keys belong to the machine, which the system administrator keeps",
    ),
    Row.for_everybody("accounts.choose_password", "everybody chooses their own password, nobody another's"),
    Row.of("accounts.see_trail", Role.AUDIT, why="audit readers read the trail and nothing else"),
)

"""Who may see what the deployment itself lacks, and its settings."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import Role

ROWS = (
    Row.of(
        "site.see_missing",
        Role.OFFICE,
        Role.SECURITY,
        Role.SYSTEM,
        why="whoever starts a district sees in numbers what is still missing: registers, users, calendar, backup",
    ),
    Row.of(
        "site.see_settings",
        Role.SYSTEM,
        why="settings, version, disk and backups are the system administrator's; no personal data is among them",
    ),
)

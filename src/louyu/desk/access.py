"""Who has what on their desk."""

from louyu.accounts.policy import Row

ROWS: tuple[Row, ...] = ()

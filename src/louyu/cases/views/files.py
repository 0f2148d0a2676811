"""Files sent with a form."""

from collections.abc import Iterable
from typing import Any

from louyu.accounts.models import User
from louyu.cases.commands.attaching import attach
from louyu.cases.models import Attachment, Case
from louyu.core.files import drop_file


def attach_each(case: Case, sent: Iterable[Any], *, by: User) -> None:
    """Attach them all within the caller's transaction; where one is refused, none stays on the disk."""
    kept: list[Attachment] = []
    try:
        for file in sent:
            kept.append(attach(case, name=file.name or "", data=file.read(), by=by))
    except BaseException:
        for attachment in kept:
            drop_file(attachment.pk)
        raise

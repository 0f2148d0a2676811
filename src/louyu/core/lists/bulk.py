"""What can be done with several rows of a list at once: the declaration, and what could not be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.utils.translation import gettext as _

from louyu.core.errors import Conflict, Refusal
from louyu.core.scoping import Reader

MOST_AT_ONCE = 200
"""Rows of one piece of work: it holds the trail until it ends, and others wait for it a few seconds at most."""

Seen = Mapping[UUID, str]
"""Of each row chosen, how it was when the reader saw it (its version); "" where nothing was kept of it."""


class NotAll(Conflict):
    """With some of the rows it cannot be done: nothing was done with any. ``left``: those, and why not."""

    def __init__(self, left: Mapping[UUID, Refusal]) -> None:
        self.left = left
        first = next(iter(left.values()))
        super().__init__(
            _("有 %(count)s 条不能这样办，所有的都还没有办。") % {"count": len(left)},
            field="row",
            value=first.value,
            mend=_("请看过它们的原因，再办其余的。"),
        )


@dataclass(frozen=True)
class Bulk:
    """Something that can be done with several rows of a list in one go.

    name: in the address. label: on the button (「交办」). done: 「交办 %(count)s 件」, on the button that does it.
    action: whoever may do it somewhere is offered the button.
    form: what is said with it, made of (data or None, the rows, the reader); ``form.given`` is handed on.
    why_not: the rows with which it cannot be done whatever is said → why; asked before anything is filled in.
    do: does it with all rows in one transaction, or raises NotAll (or Refusal for what was said), as
        ``do(seen, by=…, batch=…, **form.given)``; once for a batch. Gives the address of what was done.
    seen: what is kept of a row as the reader saw it, so that ``do`` notices who was faster.
    """

    name: str
    label: Any
    done: Any
    action: str
    form: Callable[[Any, Sequence[Any], Reader], Form]
    why_not: Callable[[Sequence[Any], Reader], Mapping[UUID, Refusal]]
    do: Callable[..., str]
    seen: Callable[[Any], str] = lambda row: ""

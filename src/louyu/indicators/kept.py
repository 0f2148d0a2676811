"""Answers that this process keeps as long as nothing was written.

What moves a figure, or opens a gap, is the next day or a command; and every command moves the head of the audit trail
in its own transaction. So an answer holds for the head under which it was read: who finds the same head finds the same
records. A change made past the commands (by hand in the database) is not seen before the next one. See decision 0009.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from louyu.accounts.models import User
from louyu.accounts.queries import head_digest

A = TypeVar("A")

MOST = 256
"""Answers kept at a time; the one that was not asked for longest goes first."""

_answers: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def kept(reader: User, question: Hashable, answer: Callable[[], A]) -> A:
    """The answer to a reader's question: the kept one where nothing was written since, else a new one. One query.

    An answer is a reader's own, under the grants they act with, in their language, on this day. It is handed to
    several: nobody changes it. Not for the inside of a command, whose writes are not in the trail before its end.
    Nothing is kept before the first command, or without the setting ``FIGURES_KEPT``.
    """
    head = head_digest() if settings.FIGURES_KEPT else None
    if head is None:
        return answer()
    key = (head, _who(reader), get_language(), timezone.localdate(), question)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            found: A = _answers[key]
            return found
    new = answer()
    if head_digest() == head:  # else some of it may be read before a command and some after
        with _lock:
            _answers[key] = new
            while len(_answers) > MOST:
                _answers.popitem(last=False)
    return new


def _who(reader: User) -> Hashable:
    """The reader with what they act with: grants read before a command must not answer for those after it."""
    grants = frozenset((g.role, g.scope_kind, g.scope_id) for g in reader.running_grants)
    return reader.pk, reader.is_active, grants

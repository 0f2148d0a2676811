"""What the program says when it will not do something: the field, the value, and how to mend it."""

from typing import Any


class Refusal(Exception):
    """A domain refusal. Pages and API show the same words.

    field: name of the field or cell; empty when the whole request is meant.
    value: what was given, as the user wrote it.
    reason: why not, one sentence, translated.
    mend: what to do instead, one sentence, translated.
    """

    status = 422

    def __init__(
        self, reason: Any, *, field: str = "", value: Any = "", mend: Any = "", code: str = ""
    ) -> None:
        self.field, self.value, self.reason, self.mend = field, value, reason, mend
        self.code = code or type(self).__name__
        super().__init__(reason)

    def __str__(self) -> str:
        where = f"{self.field}「{self.value}」: " if self.field else ""
        return f"{where}{self.reason} {self.mend}".strip()


class NotPermitted(Refusal):
    """The reader sees the thing but may not do this to it."""

    status = 403


class Conflict(Refusal):
    """Somebody else was faster, or something that came later depends on it."""

    status = 409

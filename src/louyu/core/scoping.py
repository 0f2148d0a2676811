"""Reads that fail closed: no rows until a reader is named."""

from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


class ReaderMissing(Exception):
    """A read was tried without saying who reads."""


class Reader(Protocol):
    """Whoever reads; knows which rows of a model exist for them."""

    def visible_rows(self, model: type[models.Model]) -> Q: ...


class ScopedManager(models.Manager[M]):
    """``Model.objects``: refuses every read until ``for_reader(reader)`` was said. Migrations read without one."""

    use_in_migrations = True

    def get_queryset(self) -> "models.QuerySet[M]":
        if self.model.__module__ == "__fake__":  # a historical model, inside a migration
            return super().get_queryset()
        raise ReaderMissing(f"{self.model.__name__}.objects.for_reader(reader) first")

    def for_reader(self, reader: Reader) -> "models.QuerySet[M]":
        """The rows that exist for this reader; what they may not see is not there (404)."""
        rows: Any = models.QuerySet(self.model, using=self._db)
        return rows.filter(reader.visible_rows(self.model))  # type: ignore[no-any-return]

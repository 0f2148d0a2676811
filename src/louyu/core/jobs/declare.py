"""How a room declares a kind of long work, and how one is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar

from django.apps import apps

from louyu.core.models import Job

Tell = Callable[[str, int, int], None]
"""Called with a stage, rows done, rows in all (0: not counted), as often as one likes. May raise Cancelled."""
Finish = Callable[[], Mapping[str, Any] | None]
"""Writes the effect of a job, within the transaction that ends it; gives the job's result."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers who show no progress."""


class Cancelled(Exception):
    """Whoever asked for the job does not want it any more."""


class GivenBack(Exception):
    """The runner is told to end: the job waits for the next one, nothing of it was done."""


class NotOurs(Exception):
    """Another runner has the job: this one was taken for dead. Nothing of what it did is kept."""


@dataclass(frozen=True)
class Run:
    """One attempt at a job: what its function works with.

    tell: says how far it is. keep: keeps a file (content, its name) that came of it, sealed, for whoever asked.
    """

    job: Job
    tell: Tell
    keep: Callable[[bytes, str], None]


Work = Callable[..., Finish]


@dataclass(frozen=True)
class Kind:
    """A kind of long work.

    work: called with a Run and the job's arguments. It prepares and writes nothing that counts: it may be done a
        second time, and be cut off anywhere. What it returns writes, once, in the transaction that ends the job.
    label: what is done, in words. stages: the words of what ``tell`` says.
    page: where the job is shown, for those that have a page of their own.
    otherwise: called, in the transaction that ends it, for a job that comes to nothing (failed, cancelled).
    """

    name: str
    work: Work
    label: Any
    stages: Mapping[str, Any] = field(default_factory=dict)
    page: Callable[[Job], str] | None = None
    otherwise: Callable[[Job], None] | None = None


_kinds: dict[str, Kind] = {}
W = TypeVar("W", bound=Work)


def job(
    name: str,
    label: Any,
    *,
    stages: Mapping[str, Any] | None = None,
    page: Callable[[Job], str] | None = None,
    otherwise: Callable[[Job], None] | None = None,
) -> Callable[[W], W]:
    """Declare a function of a room's ``jobs.py`` as a kind of job, named ``room.what`` (see ``Kind``)."""

    def declare(work: W) -> W:
        if name in _kinds:
            raise RuntimeError(f"{name} is declared twice")
        _kinds[name] = Kind(name, work, label, stages or {}, page, otherwise)
        return work

    return declare


def kinds() -> dict[str, Kind]:
    """Every kind of job that the rooms declare, by name."""
    for config in apps.get_app_configs():
        if config.name.startswith("louyu.") and config.name != "louyu.core":
            module = f"{config.name}.jobs"
            try:
                import_module(module)
            except ModuleNotFoundError as error:
                if error.name != module:
                    raise
    return _kinds

"""Doing one job: its attempt, its end, and what it comes to where it does not end well."""

import datetime
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from louyu.core import commands
from louyu.core.errors import Refusal
from louyu.core.files import keep_file
from louyu.core.jobs.declare import Cancelled, Finish, GivenBack, Kind, NotOurs, Run, kinds
from louyu.core.models import Job
from louyu.core.sealing import new_sealed_key

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""A job that was cut off so often (by the machine, or by what it does to the machine) is not begun again."""
TOLD_EVERY = 0.5
"""Seconds between two writes of a job's progress."""
BEAT = 5.0
"""Seconds between two signs of life of a job that says nothing."""
FILE_KEPT = datetime.timedelta(days=7)
State = Job.State


def runner_name() -> str:
    """This process, as a job names who has it."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def do(job: Job, stopping: threading.Event | None = None) -> Refusal | None:
    """Do a job that is in our hands, to its end; why it came to nothing, if it was refused.

    Raises what the job's function raises unforeseen, after the job was ended by it; DatabaseError when the database
    is gone or busy, with the job to be begun again.
    """
    attempt = _Attempt(job, stopping)
    refusal = None
    with translation.override(job.language):
        try:
            if job.attempts > MOST_ATTEMPTS:
                raise _cut_off()
            kind = kinds()[job.kind]
            with _signs_of_life(job):
                finish = kind.work(Run(job, attempt.tell, attempt.keep), **job.arguments)
            _finish(job, finish, attempt.kept)
        except Cancelled:
            _end_without(job, State.CANCELLED)
        except GivenBack:
            commands.give_back(job)
        except NotOurs:
            logger.warning("job %s was taken over by another runner", job.pk)
        except Refusal as refused:
            refusal = refused
            _end_without(job, State.FAILED, refusal=in_words(refused))
        except OperationalError:
            with suppress(DatabaseError):
                commands.let_go(job)
            raise
        except Exception:
            _end_without(job, State.FAILED, refusal=in_words(_unforeseen()))
            raise
    return refusal


class _Attempt:
    """How far one attempt is: said at most every TOLD_EVERY seconds, however often it is told."""

    def __init__(self, job: Job, stopping: threading.Event | None) -> None:
        self.job, self.stopping = job, stopping
        self.kept: dict[str, Any] = {}
        self._stage, self._told = "", -TOLD_EVERY

    def tell(self, stage: str, done: int, total: int) -> None:
        if self.stopping is not None and self.stopping.is_set():
            raise GivenBack
        now = time.monotonic()
        if stage == self._stage and now - self._told < TOLD_EVERY:
            return
        self._stage, self._told = stage, now
        stands = commands.renew(self.job, progress={"stage": stage, "done": done, "total": total})
        if stands is None:
            raise NotOurs
        if stands.cancel_asked:
            raise Cancelled

    def keep(self, plain: bytes, name: str) -> None:
        key = new_sealed_key()
        keep_file(self.job.pk, plain, sealed_key=key, part=commands.file_part(self.job.attempts))
        self.kept = {"file_key_sealed": key, "file_until": timezone.now() + FILE_KEPT, "name": name}


@contextmanager
def _signs_of_life(job: Job) -> Iterator[None]:
    """Renew the lease while the block is busy; not within a transaction, which nobody could see into."""
    if connection.in_atomic_block:
        yield
        return
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            with suppress(DatabaseError):
                commands.renew(job)
        connection.close()

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def _finish(job: Job, finish: Finish, kept: Mapping[str, Any]) -> None:
    """The effect and the end, in one transaction; nothing of it when the job was cancelled or is not ours."""
    with transaction.atomic():
        held = commands.hold(job)
        if held is None:
            raise NotOurs
        if held.cancel_asked:
            raise Cancelled
        result = dict(finish() or {})
        if kept:
            result["file"] = kept["name"]
        values = {k: v for k, v in kept.items() if k != "name"}
        commands.end_job(held, State.DONE, result=result, **values)
        commands.drop_files(held, but=commands.file_part(held.attempts))


def _end_without(job: Job, state: Job.State, **values: Any) -> None:
    """End a job that comes to nothing, together with what its kind does then."""
    with transaction.atomic():
        held = commands.hold(job)
        if held is not None:
            commands.drop_files(held)
            commands.end_job(held, state, **values)
            otherwise(held)


def otherwise(job: Job) -> None:
    """Let the kind of a job that came to nothing put its record in order; the job's own end is more important."""
    kind: Kind | None = kinds().get(job.kind)
    if kind is None or kind.otherwise is None:
        return
    try:
        with transaction.atomic():
            kind.otherwise(job)
    except OperationalError:
        raise
    except Exception:
        logger.exception("job %s: what should follow its end failed", job.pk)


def in_words(refusal: Refusal) -> dict[str, str]:
    """A refusal as a job keeps it."""
    return {
        "code": refusal.code,
        "field": str(refusal.field),
        "value": str(refusal.value),
        "reason": str(refusal.reason),
        "mend": str(refusal.mend),
    }


def _cut_off() -> Refusal:
    return Refusal(
        _("办了 %(times)s 次都被中断，没有再试。") % {"times": MOST_ATTEMPTS},
        mend=_("没有写入一半的数据。请把内容分小后再试，或请系统管理员查看服务器的内存和日志。"),
        code="cut_off",
    )


def _unforeseen() -> Refusal:
    return Refusal(
        _("程序出了意外，没有办成。"),
        mend=_("没有写入一半的数据。可以再试一次；还是这样，请系统管理员查看服务器日志。"),
        code="unforeseen",
    )

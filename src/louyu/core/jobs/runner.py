"""The runner: takes jobs from the database and does them, one after another, until it is told to end."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection

from louyu.core import commands, queries
from louyu.core.jobs.doing import do, runner_name

logger = logging.getLogger(__name__)

LOOKS_EVERY = 0.5
"""Seconds between two looks at an empty queue."""
KEEPS_HOUSE_EVERY = 600.0
"""Seconds between two rounds of what has to be done now and then."""
HOUSEKEEPING: list[Callable[[], object]] = []
"""What higher rooms have to do now and then; a room adds to it in its ``AppConfig.ready()``. Done twice it does no
harm: every runner keeps house."""


def run_next(stopping: threading.Event | None = None) -> bool:
    """Do the next job, if there is one; whether there was."""
    job = commands.take_job(runner_name())
    if job is None:
        return False
    try:
        do(job, stopping)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
    return True


def run_until(stopping: threading.Event) -> None:
    """Do jobs until told to end; the job at hand is then given back at its next word."""
    kept_house = -KEEPS_HOUSE_EVERY
    while not stopping.is_set():
        try:
            if time.monotonic() - kept_house >= KEEPS_HOUSE_EVERY:
                kept_house = time.monotonic()
                keep_house()
            if run_next(stopping):
                continue
        except DatabaseError:
            logger.exception("the database did not answer; trying again")
            connection.close()
        close_old_connections()
        stopping.wait(LOOKS_EVERY)


def keep_house() -> None:
    """What has to be done now and then. Where one thing fails, the others are done all the same."""
    for what in (release_of_the_dead, commands.drop_old_files, *HOUSEKEEPING):
        try:
            what()
        except DatabaseError:
            raise
        except Exception:
            logger.exception("housekeeping failed")


def release_of_the_dead() -> None:
    """Take up at once what processes of this machine had when they died; others' jobs wait for their lease.

    A process that has our own number is dead too: we have just begun.
    """
    here, own = socket.gethostname(), runner_name()
    dead = [
        name
        for name in queries.runners_at_work()
        if name.rpartition(":")[0] == here and (name == own or not _lives(int(name.rpartition(":")[2])))
    ]
    if dead:
        commands.release(dead)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""The one runner for long work: imports, exports, whatever takes longer than a page may.

A room declares a kind in its ``jobs.py``::

    @job("workbooks.bring_in", _("导入表格"))
    def bring_in(run: Run, *, batch: str) -> Finish:
        found = …                                    # prepares; may be cut off anywhere and done again
        run.tell("reading", 0, 0)
        return lambda: commands.apply(found, …)      # the effect, in the transaction that ends the job

and asks for one with ``start("workbooks.bring_in", by=user.pk, batch=…)`` in its own transaction. A runner beside the
server (``louyu serve``) does it. A runner that dies holds a lease that runs out; the job is then begun anew. Its
effect and its end are one transaction, so it happens once, or the job says why not.
"""

from louyu.core.jobs.asking import at_once, cancel, start
from louyu.core.jobs.declare import Cancelled, Finish, Kind, Run, Tell, job, kinds, no_progress

__all__ = [
    "Cancelled",
    "Finish",
    "Kind",
    "Run",
    "Tell",
    "at_once",
    "cancel",
    "job",
    "kinds",
    "no_progress",
    "start",
]

"""Long work on the trail: holding every entry against its digest."""

import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from louyu.accounts.queries import newest_entry, trail_faults
from louyu.core.jobs import Finish, Run, job

CHECK_TRAIL = "accounts.check_trail"
MOST_FAULTS = 20


@job(CHECK_TRAIL, gettext_lazy("核对审计记录"), page=lambda _job: reverse("accounts:check_trail"))
def check_trail(run: Run) -> Finish:
    """What is wrong with the trail, the first of it, and how far it was looked at."""
    begun = time.monotonic()
    faults = list(islice(trail_faults(), MOST_FAULTS + 1))
    found = {
        "faults": faults[:MOST_FAULTS],
        "more": len(faults) > MOST_FAULTS,
        "entries": newest_entry(),
        "seconds": round(time.monotonic() - begun, 1),
    }

    def told() -> Mapping[str, Any]:
        return found

    return told

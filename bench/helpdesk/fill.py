"""``python -m bench.helpdesk.fill COUNT``: so many tickets with follow-ups; prints a session of its staff.

The same cases that Louyu gets: their states, dates and texts, what was done about each, ten handlers in ten queues.
"""

import datetime
import sys
from importlib import import_module
from typing import Any

import django

CHUNK = 2000


def main() -> None:
    """Make the database that the settings name, and fill it."""
    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.core.management import call_command
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    from bench.sample import Told, cases

    call_command("migrate", verbosity=0)
    users = get_user_model()
    desk = users.objects.create_superuser("desk", "desk@example.org", "of a measurement")
    staff = [
        desk,
        *(users.objects.create_user(f"staff{n}", is_staff=True, password="-") for n in range(9)),
    ]
    queues = [Queue.objects.create(title=f"部门{n}", slug=f"q{n}") for n in range(10)]
    for name in ("created", "modified"):  # they are told, not taken from the clock
        field = Ticket._meta.get_field(name)
        field.auto_now = field.auto_now_add = False
    statuses = {"closed": Ticket.CLOSED_STATUS, "answered": Ticket.RESOLVED_STATUS}

    def ticket(told: Told) -> Any:
        return Ticket(
            id=told.number,
            title=told.text[:60],
            description=told.text,
            queue=queues[told.number % 10],
            created=told.raised_at,
            modified=told.steps[-1][1],
            submitter_email=f"firm{told.number % 2000}@example.org",
            assigned_to=None if told.state == "accepted" else staff[told.number // 10 % 10],
            status=statuses.get(told.state, Ticket.OPEN_STATUS),
            on_hold=told.state == "waiting",
            resolution=told.outcome,
            due_date=told.raised_at + datetime.timedelta(days=7),
        )

    def follow_ups(told: Told) -> list[Any]:
        return [
            FollowUp(
                ticket_id=told.number,
                date=at,
                title=step,
                comment=told.text,
                public=True,
                user=staff[told.number % 10],
            )
            for step, at in told.steps
        ]

    pending: list[Told] = []

    def write() -> None:
        Ticket.objects.bulk_create([ticket(t) for t in pending])
        FollowUp.objects.bulk_create([f for t in pending for f in follow_ups(t)])
        pending.clear()

    for told in cases(int(sys.argv[1]), timezone.now()):
        pending.append(told)
        if len(pending) == CHUNK:
            write()
    write()

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(desk.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = desk.get_session_auth_hash()
    session.save()
    print(session.session_key)


if __name__ == "__main__":
    main()

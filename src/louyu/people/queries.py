"""Reads of persons: always for a reader."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from louyu.accounts.models import User
from louyu.people.models import RevealLog

WINDOW = datetime.timedelta(hours=1)


def reveals(reader: User) -> "QuerySet[RevealLog]":
    """The looks at values in the clear that this reader may know of, newest first."""
    found: QuerySet[RevealLog] = RevealLog.objects.for_reader(reader).select_related("person", "by")
    return found.order_by("-at")


def recent_reveals(by: User) -> int:
    """How many values this user had shown within the last hour; everybody may know their own number."""
    return RevealLog.rows_without_a_reader.filter(by=by, at__gt=timezone.now() - WINDOW).count()

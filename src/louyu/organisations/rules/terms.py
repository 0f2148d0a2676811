"""Terms of office, probation, letters: from which day until which."""

import datetime
from calendar import monthrange

from louyu.organisations.rules.kinds import Kind
from louyu.organisations.rules.thresholds import Thresholds

Day = datetime.date


def months_later(day: Day, months: int) -> Day:
    """The same day of the month so many months later (or earlier); the month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return day.replace(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_years(kind: Kind, numbers: Thresholds) -> int:
    """How many years the committee of such an organisation is elected for.

    Source: Branch Regulations, branch committees: community and village 5 years, other basic units 3 in general.
    """
    return numbers.community_term_years if kind == Kind.COMMUNITY_COMMITTEE else numbers.term_years


def term_ends(elected: Day, kind: Kind, numbers: Thresholds) -> Day:
    """The first day after a term that began with this election."""
    return months_later(elected, 12 * term_years(kind, numbers))


def election_is_due(term_end: Day, day: Day, numbers: Thresholds) -> bool:
    """Whether the election at the end of a running term is to be prepared. Source: the district's practice."""
    return day < term_end <= day + datetime.timedelta(days=numbers.election_notice_days)


def probation_ends(joined: Day, numbers: Thresholds) -> Day:
    """The first day on which a probationary member can become a full one.

    joined: the day on which the assembly admitted them. Source: Party Constitution: probation is one year.
    """
    return months_later(joined, numbers.probation_months)


def may_be_full(joined: Day, day: Day, numbers: Thresholds) -> bool:
    """Whether somebody admitted on that day can be a full member on this one."""
    return probation_ends(joined, numbers) <= day


def letter_valid_until(issued: Day, numbers: Thresholds) -> Day:
    """The first day on which a letter of introduction is not valid any more.

    Source: Member Regulations (2019): at most 90 days in general.
    """
    return issued + datetime.timedelta(days=numbers.letter_days)


def should_transfer(working_there_since: Day, day: Day, numbers: Thresholds) -> bool:
    """Whether somebody who works in a settled place should have the relation transferred there.

    Source: Member Regulations (2019): over 6 months.
    """
    return months_later(working_there_since, numbers.settled_months) < day

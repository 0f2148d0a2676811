"""What is done to organisations: founding, changing, ending, offices; the spine of what is done to members."""

from louyu.organisations.commands.changing import change_coverage, move, rename
from louyu.organisations.commands.founding import dissolve, found, merge
from louyu.organisations.commands.members import attach, end_membership, enrol, register_member
from louyu.organisations.commands.officers import appoint, end_appointment, set_term
from louyu.organisations.commands.settings import set_thresholds

__all__ = [
    "appoint",
    "attach",
    "change_coverage",
    "dissolve",
    "end_appointment",
    "end_membership",
    "enrol",
    "found",
    "merge",
    "move",
    "register_member",
    "rename",
    "set_term",
    "set_thresholds",
]

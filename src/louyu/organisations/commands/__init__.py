"""What is done to organisations: founding, changing, ending, offices; the spine of what is done to members."""

from louyu.organisations.commands.changing import change_coverage, move, rename
from louyu.organisations.commands.founding import dissolve, found, merge
from louyu.organisations.commands.members import attach, end_membership, enrol, register_member
from louyu.organisations.commands.officers import appoint, end_appointment, set_term
from louyu.organisations.commands.registering import register_oneself
from louyu.organisations.commands.settings import set_thresholds
from louyu.organisations.commands.transfers import (
    ask_transfer,
    call_off,
    let_go,
    refuse,
    renew_letter,
    take_in,
)

__all__ = [
    "appoint",
    "ask_transfer",
    "attach",
    "call_off",
    "change_coverage",
    "dissolve",
    "end_appointment",
    "end_membership",
    "enrol",
    "found",
    "let_go",
    "merge",
    "move",
    "refuse",
    "register_member",
    "register_oneself",
    "rename",
    "renew_letter",
    "set_term",
    "set_thresholds",
    "take_in",
]

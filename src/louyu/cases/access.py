"""Who may see cases, and who may do what with them. One row per transition of ``cases.states``."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import KEEPERS, STAFF, Role, ScopeKind

OPENERS = (Role.LIAISON, Role.MEMBER, Role.CHAIR, Role.API)
"""Who speaks for somebody who has a need: for themselves, an enterprise, a building's tenants, whoever called."""
ASKERS = (Role.LIAISON, Role.MEMBER, (Role.CHAIR, ScopeKind.SELF), (Role.API, ScopeKind.SELF))
"""What they do with it afterwards. A chair and a machine do so with what they asked for, not with all in their scope:
the matters of other tenants are none of the chair's, and may name persons."""
OF_DEPARTMENT = ((Role.SPECIALIST, ScopeKind.DEPARTMENT), Role.DEPARTMENT_LEAD)
"""Who does a department's work. A specialist's duty at a building lets them see its cases; to do something about one
it must have been handed to their department."""

ROWS = (
    Row.of(
        "cases.see_case",
        *STAFF,
        *ASKERS,
        own="asker",
        why="staff see the cases of their buildings, a department those handed to it, an enterprise and an asker "
        "their own, a chair and a machine those they asked for; the chief looks at what is overdue in the building",
    ),
    Row.of(
        "cases.see_caseevent",
        *STAFF,
        *ASKERS,
        own="case__asker",
        why="the time line is seen with its case",
    ),
    Row.of(
        "cases.see_attachment",
        *STAFF,
        *ASKERS,
        own="case__asker",
        why="an attachment is seen with its case",
    ),
    Row.of("cases.see_notes", *STAFF, why="notes among staff are not for the asker"),
    Row.for_everybody("cases.see_category", "whoever has a need says what it is about"),
    Row.for_everybody("cases.see_timelimit", "how long an answer may take is a promise to everybody"),
    Row.of(
        "cases.keep_categories",
        Role.OFFICE,
        why="categories and time limits hold for the whole district",
    ),
    Row.of(
        "cases.move_deadlines",
        Role.SYSTEM,
        why="whoever loads the State Council's notice sets right the deadlines that were counted without it; no case "
        "is shown for it",
    ),
    Row.of(
        "cases.open_case",
        *STAFF,
        *OPENERS,
        why="staff pass on what they hear in their scope; an enterprise and a member speak for themselves, a chair "
        "for the building's tenants, a machine (hotline, mini-program) for whoever called",
    ),
    Row.of(
        "cases.record_history",
        *KEEPERS,
        why="whoever keeps the registers brings in last year's ledgers",
    ),
    Row.of(
        "cases.take",
        *KEEPERS,
        *OF_DEPARTMENT,
        why="the building's administrator, or the department it was handed to, takes it up",
    ),
    Row.of(
        "cases.answer",
        *KEEPERS,
        *OF_DEPARTMENT,
        why="whoever has it answers: the building's administrator first, a department once it was handed over",
    ),
    Row.of(
        "cases.hand_over",
        *KEEPERS,
        why="the building's administrator and those above know which department is in charge; a department returns",
    ),
    Row.of("cases.pass_on", *OF_DEPARTMENT, why="within a department, colleagues hand on to each other"),
    Row.of(
        "cases.return_case",
        *OF_DEPARTMENT,
        why="only who was handed a case can say that it is not theirs",
    ),
    Row.of(
        "cases.ask_asker",
        *KEEPERS,
        *OF_DEPARTMENT,
        why="whoever has it may lack something only the asker knows",
    ),
    Row.of(
        "cases.reply",
        *KEEPERS,
        *OF_DEPARTMENT,
        *ASKERS,
        own="asker",
        why="the asker replies, or somebody who has it writes down what the asker said on the phone",
    ),
    Row.of(
        "cases.extend",
        *KEEPERS,
        *OF_DEPARTMENT,
        why="whoever has it asks for more time, once, with a reason on record",
    ),
    Row.of(
        "cases.confirm",
        *KEEPERS,
        *ASKERS,
        own="asker",
        why="the asker says whether it is done, or the administrator who called back (回访); a department does not "
        "confirm its own answer",
    ),
    Row.of(
        "cases.close",
        *KEEPERS,
        why="an answer that the asker never takes up is closed by the building's side",
    ),
    Row.of(
        "cases.reopen",
        *KEEPERS,
        *ASKERS,
        own="asker",
        why="the asker is not content, or the building's side sees that it is not done",
    ),
    Row.of(
        "cases.withdraw",
        *KEEPERS,
        *ASKERS,
        own="asker",
        why="the asker no longer needs it, or told the building's side so",
    ),
    Row.of("cases.merge", *KEEPERS, why="who sees the cases of a building sees that two are one"),
    Row.of("cases.note", *STAFF, why="all who work on it, the chief too, write down what they know"),
    Row.of("cases.attach", *STAFF, *ASKERS, own="asker", why="a picture says what words cannot"),
)

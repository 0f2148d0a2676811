"""Who may see cases, and who may do what with them. One row per transition of ``cases.states``."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import DESK, KEEPERS, STAFF, Role

ASKERS = (Role.LIAISON, Role.MEMBER)

ROWS = (
    Row.of(
        "cases.see_case",
        *STAFF,
        *ASKERS,
        own="asker",
        why="staff see the cases of their buildings, a department those handed to it, an enterprise and an asker "
        "their own; the chief looks at what is overdue in the building",
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
        "cases.open_case",
        *STAFF,
        *ASKERS,
        why="staff pass on what they hear in their scope; an enterprise and a member speak for themselves",
    ),
    Row.of(
        "cases.record_history",
        *KEEPERS,
        why="whoever keeps the registers brings in last year's ledgers",
    ),
    Row.of(
        "cases.take",
        *KEEPERS,
        *DESK,
        why="the building's administrator, or the department it was handed to, takes it up",
    ),
    Row.of(
        "cases.answer",
        *KEEPERS,
        *DESK,
        why="whoever has it answers: the building's administrator first, a department once it was handed over",
    ),
    Row.of(
        "cases.hand_over",
        *KEEPERS,
        why="the building's administrator and those above know which department is in charge; a department returns",
    ),
    Row.of("cases.pass_on", *DESK, why="within a department, colleagues hand on to each other"),
    Row.of(
        "cases.return_case",
        *DESK,
        why="only who was handed a case can say that it is not theirs",
    ),
    Row.of("cases.ask_asker", *KEEPERS, *DESK, why="whoever has it may lack something only the asker knows"),
    Row.of(
        "cases.reply",
        *KEEPERS,
        *DESK,
        *ASKERS,
        own="asker",
        why="the asker replies, or somebody who has it writes down what the asker said on the phone",
    ),
    Row.of(
        "cases.extend",
        *KEEPERS,
        *DESK,
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

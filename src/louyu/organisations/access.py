"""Who may see and keep organisations, offices and members.

The organisation line is the secretary of the community and those of the organisations themselves, each for their own
and what stands under it. The office and the subdistricts found and dissolve and see how many members there are, not
who. Nobody who only serves a building or an enterprise sees anything here.
"""

from louyu.accounts.policy import Row
from louyu.accounts.rules import Role

LINE = (Role.SECRETARY, Role.ORGANISATION_SECRETARY)
"""Who answers for members."""
LEADING = (Role.OFFICE, Role.SUBDISTRICT, Role.SECRETARY)
"""Who decides about organisations."""
ALL = (*LEADING, Role.ORGANISATION_SECRETARY)

_PART = "is seen with the organisation it belongs to"

ROWS = (
    Row.of(
        "organisations.see_organisation",
        *ALL,
        why="who leads organisations, or one and what stands under it, works with them; a building's or an "
        "enterprise's general view does not say that there are members",
    ),
    Row.of("organisations.see_period", *ALL, why=f"what it was before {_PART}"),
    Row.of("organisations.see_seat", *ALL, why=f"where it sits {_PART}"),
    Row.of("organisations.see_coverage", *ALL, why=f"which enterprises it covers {_PART}"),
    Row.of(
        "organisations.see_appointment",
        *ALL,
        why=f"who holds an office {_PART}, masked: that somebody is a member follows from it",
    ),
    Row.of(
        "organisations.see_membership",
        *LINE,
        why="membership is sensitive: only who answers for a member sees whose it is, masked",
    ),
    Row.of(
        "organisations.see_countedmembership",
        *ALL,
        why="how many members are served and managed is a figure of the district; nothing of the person is shown",
    ),
    Row.of("organisations.see_transfer", *LINE, why="a transfer is seen by the line of both its sides"),
    Row.of(
        "organisations.keep_organisations",
        *LEADING,
        why="founding, merging and dissolving are decisions of the level above; nobody dissolves the own one",
    ),
    Row.of(
        "organisations.keep_officers",
        *LEADING,
        why="an election is approved by the level above, which enters its result",
    ),
    Row.of("organisations.keep_members", *LINE, why="who answers for members keeps the roster"),
    Row.for_everybody(
        "organisations.register_oneself",
        why="a member says so themselves, with or without a sign-in; it is never inferred",
    ),
    Row.of("organisations.ask_transfer", *LINE, why="a transfer is asked for by the line"),
    Row.of("organisations.let_go", *LINE, why="the side that lets go confirms by its letter"),
    Row.of(
        "organisations.take_in", *LINE, why="the side that takes in confirms when the letter is handed in"
    ),
    Row.of(
        "organisations.keep_thresholds",
        Role.OFFICE,
        why="what the regulations leave open is set once for the district",
    ),
)

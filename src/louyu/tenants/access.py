"""Who may see and keep enterprises, occupancies, contacts and declared counts."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import KEEPERS, STAFF, Role

ROWS = (
    Row.of(
        "tenants.see_enterprise",
        *STAFF,
        Role.LIAISON,
        Role.API,
        why="staff serve the enterprises of their scope; a liaison sees the own enterprise; other systems offer them "
        "to choose. One that moved out stays on record where it sat (a figure as of an earlier day lists it), its "
        "contacts do not",
    ),
    Row.of(
        "tenants.see_occupancy",
        *STAFF,
        Role.LIAISON,
        Role.API,
        why="where an enterprise sits is seen for the buildings of one's scope, and by the enterprise itself",
    ),
    Row.of(
        "tenants.see_contact",
        *STAFF,
        Role.LIAISON,
        why="whoever serves an enterprise sees its contact, masked, until it has moved out of their scope; showing "
        "more is a permission of its own, and a machine needs none",
    ),
    Row.of(
        "tenants.see_declaredcount",
        Role.SECRETARY,
        Role.ORGANISATION_SECRETARY,
        why="a declared number of party members is kept for the organisation line, where the enterprise sits now",
    ),
    Row.of(
        "tenants.see_declaredcount_from_three",
        Role.OFFICE,
        why="the office plans with declared numbers; below 3 a number could point at a person",
    ),
    Row.of(
        "tenants.keep_enterprises",
        *KEEPERS,
        why="the office keeps the register; subdistrict, community and the building's administrator keep their part",
    ),
    Row.of(
        "tenants.merge_enterprises",
        *KEEPERS,
        why="whoever keeps the register joins its double records, where both are in their scope",
    ),
)

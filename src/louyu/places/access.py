"""Who may see and keep areas, buildings, floors and units."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import KEEPERS, STAFF, Role

ROWS = (
    Row.for_everybody(
        "places.see_area", "the division into subdistricts and communities is published by the state"
    ),
    Row.of(
        "places.see_building",
        *STAFF,
        Role.CHAIR,
        Role.API,
        why="staff work with the buildings of their scope; a chair speaks for one; other systems offer them to choose",
    ),
    Row.of(
        "places.see_floor", *STAFF, Role.API, why="a floor is seen with its building by who sees its tenants"
    ),
    Row.of(
        "places.see_unit", *STAFF, Role.API, why="a unit is seen with its building by who sees its tenants"
    ),
    Row.of(
        "places.keep_buildings",
        *KEEPERS,
        why="the office keeps the register; subdistrict, community and the building's administrator keep their part",
    ),
    Row.of("places.draw_areas", Role.OFFICE, why="the district's map is one, and the office keeps it"),
)

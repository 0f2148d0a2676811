"""The name of a list means one list: views, exports and the API find it by it."""

from collections.abc import Iterable
from dataclasses import replace

from louyu.core.lists import List
from louyu.core.lists.registry import lists_by_name, lists_of_rooms
from louyu.places.lists import BUILDINGS
from louyu.site.lists import BUILDINGS_WITH_ENTERPRISES


def names_of_several(found: Iterable[tuple[str, List]]) -> list[str]:
    """Names under which there are other rows than those of the first list of the name.

    A higher room that adds columns or filters to a list keeps its rows and its name.
    """
    first: dict[str, List] = {}
    return [
        f"{module}: {declared.name}"
        for module, declared in found
        if first.setdefault(declared.name, declared).rows is not declared.rows
    ]


def test_a_name_taken_twice_is_noticed() -> None:
    other = replace(BUILDINGS, rows=lambda reader: None)
    assert names_of_several([("places", BUILDINGS), ("site", BUILDINGS_WITH_ENTERPRISES)]) == []
    assert names_of_several([("places", BUILDINGS), ("other", other)]) == ["other: buildings"]


def test_every_name_means_one_list() -> None:
    assert names_of_several(lists_of_rooms()) == []


def test_what_a_higher_room_adds_to_a_list_counts() -> None:
    assert lists_by_name()["buildings"] is BUILDINGS_WITH_ENTERPRISES
    assert {"jobs", "exports", "imports", "enterprises", "cases", "officers"} <= set(lists_by_name())

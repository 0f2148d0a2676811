"""A building's sign says how tall it is and where it grows narrower."""

from louyu.places.templatetags.signs import PITCH_PX, PLAIN_PX, WIDEST_PX, sign


def test_one_bar_for_every_four_storeys_begun() -> None:
    drawn = sign(9, floors_per_bar=4)
    assert drawn["height"] == 3 * PITCH_PX
    assert drawn["path"].count(f"h{PLAIN_PX}") == 3


def test_podium_is_wider_than_the_tower_and_lies_below_it() -> None:
    drawn = sign([800, 400], floors_per_bar=1)
    assert drawn["path"] == f"M0 3h{WIDEST_PX}v2H0zM0 0h{WIDEST_PX // 2}v2H0z"


def test_building_whose_storeys_nobody_knows_is_one_bar() -> None:
    assert (
        sign(None, floors_per_bar=4)
        == sign(1, floors_per_bar=4)
        == {"path": "M0 0h10v2H0z", "width": 14, "height": 3}
    )
    assert sign([], floors_per_bar=4)["height"] == 0

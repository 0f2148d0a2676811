"""Points in the three systems, and what is plausible."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from louyu.core.coordinates import (
    bd09_of_wgs84,
    gcj02_of_wgs84,
    in_china,
    kilometres_between,
    plausible_near,
    to_wgs84,
    wgs84_of_bd09,
    wgs84_of_gcj02,
)

JIAOJIANG = (121.42, 28.66)


def test_shifts_are_some_hundred_metres():
    assert 0.3 < kilometres_between(JIAOJIANG, gcj02_of_wgs84(*JIAOJIANG)) < 0.8
    assert 0.5 < kilometres_between(JIAOJIANG, bd09_of_wgs84(*JIAOJIANG)) < 1.8


def test_known_point_of_beijing():
    """Tiananmen: WGS 84 116.3913, 39.9075 lies at about 116.3975, 39.9089 on maps in GCJ-02."""
    longitude, latitude = gcj02_of_wgs84(116.3913, 39.9075)
    assert longitude == pytest.approx(116.3975, abs=0.0005)
    assert latitude == pytest.approx(39.9089, abs=0.0005)


@given(some.floats(75, 134), some.floats(18, 53))
def test_ways_there_and_back_meet(longitude: float, latitude: float):
    assert wgs84_of_gcj02(*gcj02_of_wgs84(longitude, latitude)) == pytest.approx(
        (longitude, latitude), abs=1e-6
    )
    assert wgs84_of_bd09(*bd09_of_wgs84(longitude, latitude)) == pytest.approx(
        (longitude, latitude), abs=1e-6
    )


def test_wgs84_stays_and_unknown_systems_are_refused():
    assert to_wgs84(*JIAOJIANG, "WGS84") == JIAOJIANG
    assert to_wgs84(*gcj02_of_wgs84(*JIAOJIANG), "GCJ02") == pytest.approx(JIAOJIANG, abs=1e-6)
    with pytest.raises(KeyError):
        to_wgs84(*JIAOJIANG, "ED50")


def test_nothing_is_shifted_abroad():
    assert not in_china(2.35, 48.85)
    assert gcj02_of_wgs84(2.35, 48.85) == (2.35, 48.85)


def test_plausible_is_a_matter_of_kilometres():
    assert plausible_near(121.45, 28.65, JIAOJIANG, 30)
    assert not plausible_near(120.15, 30.28, JIAOJIANG, 30)
    assert not plausible_near(28.66, 121.42, JIAOJIANG, 30)

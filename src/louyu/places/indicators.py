"""The figures that buildings give."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from louyu.core.figures import Day, Indicator, Place
from louyu.core.scoping import Reader
from louyu.places.lists import BUILDINGS
from louyu.places.models import Building
from louyu.places.queries import buildings


def key_buildings(reader: Reader, day: Day, place: Place) -> "QuerySet[Building]":
    """The buildings marked key and active; the register says no day from which they are."""
    return buildings(reader).filter(place.q("pk"), key=True)


def _in_the_list(day: Day, chosen: Mapping[str, str]) -> str:
    if "building" in chosen:
        return ""
    return f"{reverse('places:building_list')}?{urlencode({'key': 'yes', **chosen})}"


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        code="places.key_buildings",
        name_zh="重点楼宇",
        name_en="Key buildings",
        definition_zh="登记为重点、仍在使用的楼宇，一幢计一次。台账不写认定日期，任何一天都按现在的登记计。",
        definition_en="Buildings marked key and active, each once. The register gives no day of marking: "
        "any day counts by what is on record now.",
        unit_zh="幢",
        unit_en="buildings",
        group="reach",
        rows=key_buildings,
        listing=BUILDINGS,
        link=_in_the_list,
        building="pk",
        dated=False,
    ),
)

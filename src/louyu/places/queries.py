"""Reads of places: always for a reader."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from louyu.core.lists import Option
from louyu.core.scoping import Reader
from louyu.places.models import Area, Building


def buildings(reader: Reader) -> "QuerySet[Building]":
    """The buildings in use that exist for this reader."""
    found: QuerySet[Building] = Building.objects.for_reader(reader)
    return found.filter(active=True)


def all_buildings(reader: Reader) -> "QuerySet[Building]":
    """Every building that exists for this reader, those no longer in use too, each with its area."""
    found: QuerySet[Building] = Building.objects.for_reader(reader)
    return found.select_related("area__parent")


def areas(reader: Reader) -> "QuerySet[Area]":
    """The areas that exist for this reader, each with the one above it."""
    found: QuerySet[Area] = Area.objects.for_reader(reader)
    return found.select_related("parent")


def community_named_by(key: UUID) -> Area | None:
    """The community of this key, for a public page that is about it: its name is no secret."""
    found: Area | None = Area.rows_without_a_reader.filter(pk=key, kind=Area.Kind.COMMUNITY).first()
    return found


def area_options(reader: Reader) -> list[Option]:
    """Subdistricts with their communities below them, those in which the reader has buildings; one query."""
    shown = areas(reader).only("kind", "name", "parent__name")
    with_buildings = list(shown.filter(pk__in=buildings(reader).values("area")))
    under: dict[Area, set[Area]] = {}
    for area in with_buildings:
        if area.kind == Area.Kind.COMMUNITY and area.parent:
            under.setdefault(area.parent, set()).add(area)
        else:
            under.setdefault(area, set())
    options = []
    for top in sorted(under, key=lambda a: a.name):
        options.append(Option(str(top.pk), top.name))
        options += [Option(str(a.pk), a.name, 1) for a in sorted(under[top], key=lambda a: a.name)]
    return options


def building_options(reader: Reader) -> list[Option]:
    """The reader's buildings by name; one query."""
    named = buildings(reader).order_by("name").values_list("pk", "name")
    return [Option(str(key), name) for key, name in named]


def map_features(reader: Reader) -> dict[str, Any]:
    """What the map draws, as GeoJSON (WGS 84): outlines of areas, points of buildings; ``unplaced``: those without."""
    outlines = [
        {
            "type": "Feature",
            "geometry": area.outline,
            "properties": {"name": area.name, "kind": area.kind},
        }
        for area in areas(reader).filter(outline__isnull=False)
    ]
    found = list(buildings(reader).select_related("area__parent").order_by("name"))
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [b.longitude, b.latitude]},
            "properties": {
                "id": str(b.pk),
                "name": b.name,
                "key": b.key,
                "floors": b.floors_above,
                "area": b.area.name if b.area else "",
                "href": reverse("site:building", args=[b.pk]),
            },
        }
        for b in found
        if b.longitude is not None
    ]
    return {
        "areas": {"type": "FeatureCollection", "features": outlines},
        "buildings": {"type": "FeatureCollection", "features": points},
        "unplaced": [b for b in found if b.longitude is None],
    }

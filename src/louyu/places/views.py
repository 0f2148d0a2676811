"""Pages of places: the list of buildings, the district's map."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from louyu.core.lists import List, show
from louyu.places.lists import BUILDINGS
from louyu.places.queries import map_features


@require_safe
def building_list(request: HttpRequest, declared: List = BUILDINGS) -> HttpResponseBase:
    """The list of buildings; a higher room may hand in a declaration with more columns."""
    return show(request, declared, "places/building_list.html")


@require_safe
def district_map(request: HttpRequest, features: Any = map_features) -> HttpResponse:
    """The district's outlines with the reader's buildings on them."""
    drawn = features(request.user)
    return render(request, "places/map.html", {"map": drawn, "tiles": settings.MAP_TILES_URL})

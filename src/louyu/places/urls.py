"""Addresses of places."""

from django.urls import path

from louyu.places import views

app_name = "places"
urlpatterns = [
    path("buildings/", views.building_list, name="building_list"),
    path("map/", views.district_map, name="map"),
]

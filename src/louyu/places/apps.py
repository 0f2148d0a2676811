from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "louyu.places"
    label = "places"

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "louyu.places"
    label = "places"

    def ready(self) -> None:
        from louyu.desk.things import Thing, declare

        declare(Thing("places.Building", page="site:building", followed=True, noted=True))

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "louyu.people"
    label = "people"

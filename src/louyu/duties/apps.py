from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "louyu.duties"
    label = "duties"

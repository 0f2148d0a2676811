from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "louyu.desk"
    label = "desk"

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "louyu.integrations"
    label = "integrations"

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "louyu.indicators"
    label = "indicators"

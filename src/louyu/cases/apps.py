from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "louyu.cases"
    label = "cases"

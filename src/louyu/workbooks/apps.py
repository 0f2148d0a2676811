from django.apps import AppConfig


class WorkbooksConfig(AppConfig):
    name = "louyu.workbooks"
    label = "workbooks"

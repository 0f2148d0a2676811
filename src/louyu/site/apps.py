from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "louyu.site"
    label = "site"

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "louyu.site"
    label = "site"

    def ready(self) -> None:
        from louyu.site.told import tell

        tell()

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "louyu.tenants"
    label = "tenants"

    def ready(self) -> None:
        from louyu.desk.things import Thing, declare

        declare(Thing("tenants.Enterprise", page="tenants:enterprise", followed=True, noted=True))

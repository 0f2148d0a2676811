from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    name = "louyu.organisations"
    label = "organisations"

    def ready(self) -> None:
        from louyu.organisations.commands.settings import seed

        post_migrate.connect(seed, sender=self, dispatch_uid="organisations.seed")

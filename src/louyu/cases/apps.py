from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "louyu.cases"
    label = "cases"

    def ready(self) -> None:
        from louyu.cases.commands.settings import seed

        post_migrate.connect(seed, sender=self, dispatch_uid="cases.seed")

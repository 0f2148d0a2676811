from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "louyu.people"
    label = "people"

    def ready(self) -> None:
        from louyu.people.commands import seed

        post_migrate.connect(seed, sender=self, dispatch_uid="people.seed")

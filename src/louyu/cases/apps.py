from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "louyu.cases"
    label = "cases"

    def ready(self) -> None:
        from louyu.cases.commands.settings import seed
        from louyu.cases.commands.telling import remind
        from louyu.cases.views.words import number_and_matter
        from louyu.core.jobs.runner import HOUSEKEEPING
        from louyu.desk.things import Thing, declare

        post_migrate.connect(seed, sender=self, dispatch_uid="cases.seed")
        HOUSEKEEPING.append(remind)
        declare(Thing("cases.Case", page="cases:case", words=number_and_matter, followed=True))

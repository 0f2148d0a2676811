from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    name = "louyu.organisations"
    label = "organisations"

    def ready(self) -> None:
        from louyu.organisations.commands.settings import seed
        from louyu.organisations.commands.transfers import end_what_consent_carried, rests_on_an_organisation
        from louyu.people import commands as people

        people.WHEN_WITHDRAWN.append(end_what_consent_carried)
        people.RESTS_ELSEWHERE.append(rests_on_an_organisation)
        people.CONSENT_ALONE.update(("organisations.Membership", "organisations.Transfer"))
        post_migrate.connect(seed, sender=self, dispatch_uid="organisations.seed")

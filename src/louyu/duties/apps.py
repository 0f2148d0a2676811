from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "louyu.duties"
    label = "duties"

    def ready(self) -> None:
        from louyu.desk.things import Thing, declare

        declare(
            Thing(
                "duties.Absence",
                page="duties:officer_list",
                of_one=False,
                words=lambda absence: f"{absence.since} – {absence.last_day}",
            )
        )

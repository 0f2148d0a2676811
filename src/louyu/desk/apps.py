from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "louyu.desk"
    label = "desk"

    def ready(self) -> None:
        from louyu.core.lists.show import BESIDE, EXPORTERS
        from louyu.desk.jobs import answer_export
        from louyu.desk.views.named import beside_a_list

        BESIDE.append(beside_a_list)
        EXPORTERS.append(answer_export)

from django.apps import AppConfig


class WorkbooksConfig(AppConfig):
    name = "louyu.workbooks"
    label = "workbooks"

    def ready(self) -> None:
        from louyu.desk.things import Thing, declare

        declare(Thing("workbooks.ImportBatch", page="workbooks:batch", words=lambda batch: batch.file_name))

"""Long work for whoever keeps the deployment: the check of everything, a backup."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from louyu.core.jobs import Finish, Run, job
from louyu.core.models import Job
from louyu.site.backups import back_up, last_backup
from louyu.site.checking import findings

CHECK, BACKUP = "site.check", "site.backup"
MOST_FINDINGS = 200


def settings_page(_job: Job) -> str:
    """Where both are shown."""
    return reverse("site:settings")


@job(CHECK, gettext_lazy("检查整个部署"), page=settings_page)
def check(run: Run) -> Finish:
    """What ``louyu check`` finds, as lines of level and text."""
    found = [list(line) for line, _n in zip(findings(), range(MOST_FINDINGS), strict=False)]

    def told() -> Mapping[str, Any]:
        return {"findings": found, "wrong": sum(level == "error" for level, _text in found)}

    return told


@job(BACKUP, gettext_lazy("备份"), page=settings_page)
def backup(run: Run) -> Finish:
    """A backup into the deployment's own folder ``backups``; taking it elsewhere is for whoever keeps the machine."""
    name = f"louyu-{timezone.localtime():%Y-%m-%d-%H%M%S}.tar"
    back_up(Path(settings.HOME) / "backups" / name)
    kept = last_backup()

    def told() -> Mapping[str, Any]:
        return {"written": name, "size": kept.size if kept else 0}

    return told

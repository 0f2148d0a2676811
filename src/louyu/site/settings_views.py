"""The deployment's settings, read only, its health, and the buttons that check it and back it up."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from louyu import __version__
from louyu.accounts.policy import require
from louyu.core.jobs import start
from louyu.core.models import Job
from louyu.core.queries import jobs
from louyu.site.backups import last_backup
from louyu.site.jobs import BACKUP, CHECK

SETTINGS = {
    "LOUYU_HOME": gettext_lazy("数据放在哪里：数据库、密钥、加密的文件"),
    "LOUYU_DATABASE_URL": gettext_lazy("数据库；不设就是数据目录里的 SQLite"),
    "LOUYU_DISTRICT": gettext_lazy("区名"),
    "LOUYU_DISTRICT_CODE": gettext_lazy("区的行政区划代码"),
    "LOUYU_MAP_TILES_URL": gettext_lazy("地图底图的地址；不设就只画本区轮廓"),
    "LOUYU_HOSTS": gettext_lazy("浏览器用哪些名字访问"),
    "LOUYU_ORIGINS": gettext_lazy("允许从哪些地址提交表单"),
    "LOUYU_TLS": gettext_lazy("浏览器是否用 https 访问"),
    "LOUYU_TWO_FACTOR": gettext_lazy("哪些角色必须两步登录"),
    "LOUYU_DEBUG": gettext_lazy("出错时显示内部细节；别人能访问的机器上不要开"),
    "LOUYU_UPLOAD_MAX_MB": gettext_lazy("上传表格最大多少 MB"),
}
"""What each setting is for, in words; their defaults stand in ``settings.py``."""


@dataclass(frozen=True)
class Setting:
    """A setting as the page shows it: whether it was chosen, and its value with passwords left out."""

    name: str
    meaning: Any
    value: str
    chosen: bool


def told_settings() -> list[Setting]:
    """Every setting with where its value comes from."""
    by_default = {
        "LOUYU_HOME": str(settings.HOME),
        "LOUYU_DISTRICT": settings.DISTRICT_NAME,
        "LOUYU_DISTRICT_CODE": settings.DISTRICT_CODE,
        "LOUYU_HOSTS": ",".join(settings.ALLOWED_HOSTS),
        "LOUYU_UPLOAD_MAX_MB": str(settings.UPLOAD_MAX_BYTES // 1024**2),
    }
    return [
        Setting(
            name,
            meaning,
            _without_password(os.environ.get(name, "")) or by_default.get(name, ""),
            bool(os.environ.get(name)),
        )
        for name, meaning in SETTINGS.items()
    ]


def _without_password(value: str) -> str:
    """The value; of an address with a password in it, all but the password."""
    found = urlsplit(value) if "://" in value else None
    if found is None or found.password is None:
        return value
    return value.replace(f":{found.password}@", ":***@")


@require_safe
@never_cache
def settings_page(request: HttpRequest) -> HttpResponse:
    """Version, disk, backup, the last check, and the settings with where each comes from."""
    reader: Any = request.user
    require(reader, "site.see_settings")
    home = Path(settings.HOME)
    disk = shutil.disk_usage(home if home.exists() else home.parent)
    newest: dict[str, Job] = {}
    for job in jobs(reader).filter(kind__in=(CHECK, BACKUP), by_id=reader.pk).order_by("-id")[:20]:
        newest.setdefault(job.kind, job)
    return render(
        request,
        "site/settings.html",
        {
            "version": __version__,
            "engine": {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor],
            "database_size": _database_size(),
            "free": disk.free,
            "low": disk.free < LOW_DISK,
            "home": home,
            "backup": last_backup(),
            "settings": told_settings(),
            "check": newest.get(CHECK),
            "backing_up": newest.get(BACKUP),
        },
    )


LOW_DISK = 2 * 1024**3
"""Bytes below which an import or a backup may not find room."""


def _database_size() -> int:
    """The size of the database in bytes."""
    if connection.vendor == "sqlite":
        path = Path(settings.DATABASES["default"]["NAME"])
        return path.stat().st_size if path.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _asked(kind: str, words: Any) -> Any:
    """A page that asks for a job of this kind and goes back to the settings."""

    @require_POST
    def page(request: HttpRequest) -> HttpResponse:
        reader: Any = request.user
        require(reader, "site.see_settings")
        if not jobs(reader).filter(kind=kind, by_id=reader.pk, state__in=Job.OPEN).exists():
            start(kind, by=reader.pk, title=str(words))
        return redirect("site:settings")

    return page


check = _asked(CHECK, gettext_lazy("检查整个部署"))
back_up = _asked(BACKUP, gettext_lazy("备份"))

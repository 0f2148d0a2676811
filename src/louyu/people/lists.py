"""The list of who looked at whose values, and why."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from louyu.core.lists import Choice, Column, List, Option
from louyu.core.lists.filters import DateRange, Text
from louyu.people.queries import reveals

FIELDS = {"name": gettext_lazy("姓名"), "phone": gettext_lazy("电话"), "identity": gettext_lazy("身份证号")}


def _fields(log: Any) -> str:
    return _("、").join(str(FIELDS.get(field, field)) for field in log.fields.split(","))


def _moment(log: Any) -> str:
    return f"{timezone.localtime(log.at):%Y-%m-%d %H:%M}"


REVEALS = List(
    name="reveals",
    title=gettext_lazy("查看个人信息的记录"),
    counted=pgettext_lazy("reveals", "共 %(count)s 次"),
    rows=reveals,
    columns=(
        Column("at", gettext_lazy("时间"), _moment, sort="pk", nullable=False, width=18),
        Column("by", gettext_lazy("谁看的"), lambda log: str(log.by), width=14),
        Column("person", gettext_lazy("看的是谁"), lambda log: str(log.person), secret=True, width=14),
        Column("fields", gettext_lazy("看了什么"), _fields, width=16),
        Column("reason", gettext_lazy("理由"), "reason", style="wrap", width=44),
    ),
    filters=(
        Text("by", gettext_lazy("用户名"), lambda value, chosen: Q(by__username=value)),
        Choice(
            "what",
            gettext_lazy("看了什么"),
            lambda value, chosen: Q(fields__contains=value),
            tuple(Option(code, words) for code, words in FIELDS.items()),
        ),
        DateRange("day", gettext_lazy("日期"), "at__date"),
    ),
    default_sort="-at",
    definition=gettext_lazy("每次把一个人打码的信息看全，记一条；姓名在这里仍然打码。"),
    empty=gettext_lazy("还没有人看过"),
    empty_mend=gettext_lazy("有人写理由看全联络员的姓名或电话时，会记在这里。"),
)

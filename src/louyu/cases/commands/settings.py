"""Categories and time limits: what a district begins with, and what it makes of them."""

import datetime
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change, snapshot
from louyu.accounts.commands import CHUNK, alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.cases.models import Case, CaseEvent, Category, Kind, TimeLimit
from louyu.cases.rules import LIMITS, Due, Limit, due_by_new_notice
from louyu.cases.states import CASES
from louyu.core.calendar import WorkingDays
from louyu.core.errors import Refusal
from louyu.core.queries import working_days

CATEGORIES = (
    ("tax", "税务", "Tax", "trt", "help"),
    ("registration", "注册登记", "Registration", "trt", "help"),
    ("rent", "房租", "Rent", "trt", "help"),
    ("property", "物业", "Property management", "", "complaint"),
    ("parking", "停车", "Parking", "", "help"),
    ("utilities", "水电气", "Power, water and gas", "", "help"),
    ("lift", "电梯", "Lift", "", "complaint"),
    ("fire_safety", "消防", "Fire safety", "", "complaint"),
    ("network", "网络", "Network", "", "help"),
    ("canteen", "食堂", "Canteen", "", "help"),
    ("recruitment", "招聘", "Recruitment", "", "help"),
    ("housing", "人才公寓", "Talent housing", "", "help"),
    ("schooling", "子女入学", "Schooling", "", "help"),
    ("financing", "融资与补贴", "Financing and subsidies", "", "help"),
    ("legal", "法律", "Legal", "", "advice"),
    ("residence", "居住证件", "Residence paperwork", "", "help"),
    ("environment", "噪音、气味、卫生", "Noise, smell, hygiene", "", "complaint"),
    ("social_insurance", "社保与公积金", "Social insurance and housing fund", "", "help"),
    ("other", "其他", "Other", "", "help"),
)
"""Code, Chinese and English name, group, kind: what every district begins with."""


def seed(*, apps: Any = installed, sender: AppConfig | None = None, **_signal: Any) -> None:
    """Make the categories and time limits that are not there yet; called whenever migrations have run."""
    category, limit = apps.get_model("cases", "Category"), apps.get_model("cases", "TimeLimit")
    known = set(category.rows_without_a_reader.values_list("code", flat=True))
    category.rows_without_a_reader.bulk_create(
        category(code=code, name_zh=zh, name_en=en, group=group, kind=kind, position=place)
        for place, (code, zh, en, group, kind) in enumerate(CATEGORIES)
        if code not in known
    )
    set_already = set(limit.rows_without_a_reader.values_list("code", flat=True))
    limit.rows_without_a_reader.bulk_create(
        limit(code=code, working_days=allowed.working_days, hours=allowed.hours)
        for code, allowed in LIMITS.items()
        if code not in set_already
    )


@command("cases.keep_categories")
def add_category(
    code: str,
    *,
    name_zh: str,
    name_en: str,
    group: str = "",
    kind: str = Kind.HELP,
    department_name: str = "",
    by: User,
) -> Category:
    """Add a category of the district's own. Raises Refusal when the code is taken or no plain word."""
    if not code.replace("_", "").isalnum() or not code.isascii() or code != code.lower():
        raise Refusal(
            _("代码只能用小写字母、数字和下划线。"), field="code", value=code[:40], mend=_("例如：parking。")
        )
    if Category.rows_without_a_reader.filter(code=code).exists():
        raise Refusal(_("这个代码已经用过。"), field="code", value=code, mend=_("请换一个代码。"))
    category = Category(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        group=group,
        kind=kind,
        department_name=department_name,
        position=Category.rows_without_a_reader.count(),
    )
    category.save(force_insert=True)
    record(made(category))
    return category


@command("cases.keep_categories")
def set_limit(code: str, *, limit: Limit, by: User) -> TimeLimit:
    """Say how long a kind of case, or its acceptance, may take; cases that are open keep their deadline."""
    stored: TimeLimit | None = TimeLimit.rows_without_a_reader.filter(code=code).first()
    if stored is None:
        raise Refusal(
            _("没有这种时限。"), field="code", value=code[:40], mend=_("可以是：%s。") % "、".join(LIMITS)
        )
    record(save_changed(stored, working_days=limit.working_days, hours=limit.hours))
    return stored


@command("cases.keep_categories")
def change_category(category: Category, *, by: User, **values: Any) -> None:
    """Change a category: name_zh, name_en, group, kind, working_days, department_name, active.

    Cases that are open keep their deadline; an inactive one cannot be chosen any more and stays for old cases.
    Raises Refusal for a name that says nothing, for working days below one, when the last one is put out of use.
    """
    alone()
    for field in ("name_zh", "name_en"):
        if field in values and not str(values[field]).strip():
            raise Refusal(_("还没有写名称。"), field=field, mend=_("请写中文和英文名称。"))
    days = values.get("working_days")
    if days is not None and not 1 <= days <= MOST_WORKING_DAYS:
        raise Refusal(
            _("工作日数不对。"),
            field="working_days",
            value=str(days),
            mend=_("请写 1 到 %s，或不填，按性质的时限。") % MOST_WORKING_DAYS,
        )
    if values.get("active") is False and not _others_in_use(category):
        raise Refusal(_("这是最后一个在用的类别。"), field="active", mend=_("请先启用另一个类别。"))
    record(save_changed(category, **values))


MOST_WORKING_DAYS = 250


def _others_in_use(category: Category) -> bool:
    return Category.rows_without_a_reader.filter(active=True).exclude(pk=category.pk).exists()


@command("cases.move_deadlines")
def move_deadlines(*, before: WorkingDays, by: User) -> int:
    """Count the provisional deadlines of open cases anew by what is known now; how many moved.

    before: what was known when they were counted. A deadline that moves lies as many working days behind its
    beginning as before; its time of day stays. Each case that moves is told so in its time line.
    """
    alone()
    known, now = working_days(), timezone.localtime()
    changes: list[Change] = []
    moved: list[Case] = []
    events: list[CaseEvent] = []
    later_or_earlier = 0
    provisional = Case.rows_without_a_reader.filter(deadline_provisional=True, state__in=CASES.open_states)
    for case in provisional.order_by("pk"):
        was = timezone.localtime(case.deadline)
        due = due_by_new_notice(timezone.localtime(case.raised_at), was, before, known)
        if (due.at, due.provisional) == (was, True):
            continue
        told = snapshot(case, ("deadline", "deadline_provisional"))
        case.deadline, case.deadline_provisional = due
        changes.append(
            Change(case._meta.label, case.pk, told, snapshot(case, ("deadline", "deadline_provisional")))
        )
        moved.append(case)
        later_or_earlier += due.at != was
        events.append(_moved_event(case, was, due, now, by))
    Case.rows_without_a_reader.bulk_update(moved, ["deadline", "deadline_provisional"], batch_size=CHUNK)
    CaseEvent.rows_without_a_reader.bulk_create(events, batch_size=CHUNK)
    record([*changes, *made(*events)], reason=_("按新的放假通知重算时限"))
    return later_or_earlier


def _moved_event(case: Case, was: datetime.datetime, due: Due, now: datetime.datetime, by: User) -> CaseEvent:
    day = f"{was:%Y-%m-%d}"
    text = _("放假通知发布，办理时限由 %(was)s 改为 %(now)s。") % {"was": day, "now": f"{due.at:%Y-%m-%d}"}
    if due.at == was:
        text = _("放假通知发布，办理时限 %s 不再是暂定的。") % day
    return CaseEvent(
        case=case, at=now, by=by, transition="note", from_state=case.state, to_state=case.state, text=text
    )

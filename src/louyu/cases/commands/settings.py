"""Categories and time limits: what a district begins with, and what it makes of them."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.utils.translation import gettext as _

from louyu.accounts.commands import command, made, record, save_changed
from louyu.accounts.models import User
from louyu.cases.models import Category, Kind, TimeLimit
from louyu.cases.rules import LIMITS, Limit
from louyu.core.errors import Refusal

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

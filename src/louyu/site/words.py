"""The stacking plan's words in the reader's language."""

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from louyu.core.industries import FAMILIES
from louyu.tenants.rules.plan_words import Words


def plan_words() -> Words:
    """Every text of a drawing in the language of the running request."""
    chosen = 1 if (get_language() or "").startswith("en") else 0
    return Words(
        floor=_("{floor} 层"),
        vacant=_("空置"),
        shared=_("共用 {n} 家"),
        unknown=_("面积不详"),
        partly_unknown=_("部分面积不详"),
        not_let=_("不出租"),
        party=_("党群共享空间"),
        unrecorded=_("未登记"),
        bare=_("没有登记"),
        together=_("{n} 家"),
        area=_("{area} m²"),
        open_cases=_("{n} 件未办结"),
        overdue_cases=_("{n} 件超期"),
        comma=", ",
        families={code: names[chosen] for code, names in FAMILIES.items()},
        colours={"industry": _("行业"), "since": _("入驻年限"), "staff": _("员工人数")},
        units={"since": _("{range} 年"), "staff": _("{range} 人")},
        below=_("不满 {n}"),
        above=_("{n}以上"),
        not_known=pgettext("plan", "没有登记"),
        shared_units=_("共用单元"),
        key_unknown=_("面积不详，不计入入驻率"),
        key_unrecorded=_("未登记，不算空置也不算出租"),
        key_merged=_("窄于 4 像素的合并"),
        key_cases=_("未办结办件"),
        key_overdue=_("其中已超期"),
        places=_("{n} 处"),
        cases=_("{n} 件"),
    )

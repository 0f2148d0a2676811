"""The ledger of problems handed over (问题需求交办清单): last year's cases come in as history."""

from django.utils.translation import gettext_lazy as _

from louyu.cases.models import Case, CaseEvent
from louyu.cases.registers.columns import COLUMNS, check
from louyu.cases.registers.history import plan
from louyu.core.models import Fact
from louyu.duties.models import Department
from louyu.workbooks.declare import Register

REASONS = {
    "closed_before_raised": (
        _("办结早于反映（%(raised)s）。"),
        _("请核对这两个日期；改正之前，这一件不计入已解决。"),
    ),
    "raised_ahead": (_("反映日期还没有到。"), _("请核对年份。")),
    "closed_ahead": (_("办结日期还没有到。"), _("请核对年份；还没有办结的请留空。")),
    "text_missing": (_("这一行没有写反映的内容。"), _("请补上内容，或写明类别。")),
}

REGISTERS = (
    Register(
        kind="ledger",
        label=_("问题需求交办清单"),
        columns=COLUMNS,
        required=("text", "state"),
        action="cases.record_history",
        order=(Department, Case, CaseEvent, Fact),
        plan=plan,
        check=check,
        reasons=REASONS,
    ),
)

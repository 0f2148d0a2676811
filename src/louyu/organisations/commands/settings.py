"""The numbers that the rules go by: what a district begins with, and what it makes of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.utils.translation import gettext as _

from louyu.accounts.commands import alone, command, record, save_changed
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.organisations.models import Threshold
from louyu.organisations.rules.thresholds import (
    CODES,
    DEFAULTS,
    RANGES,
    Thresholds,
    can_be,
    contradiction,
    thresholds,
)


def seed(*, apps: Any = installed, sender: AppConfig | None = None, **_signal: Any) -> None:
    """Make the numbers that are not there yet; called whenever migrations have run."""
    threshold = apps.get_model("organisations", "Threshold")
    known = set(threshold.rows_without_a_reader.values_list("code", flat=True))
    threshold.rows_without_a_reader.bulk_create(
        threshold(code=code, value=getattr(DEFAULTS, code)) for code in CODES if code not in known
    )


def district_numbers() -> Thresholds:
    """The district's numbers, for a command that asks a rule."""
    return thresholds(dict(Threshold.rows_without_a_reader.values_list("code", "value")))


@command("organisations.keep_thresholds")
def set_thresholds(numbers: Mapping[str, int], *, document: str = "", by: User) -> None:
    """Set numbers that the rules go by; findings follow them from now on. document: by what it was decided.

    Raises Refusal for an unknown code, a value out of its range, or one that contradicts the others.
    """
    alone()
    for code, value in numbers.items():
        _refuse_wrong(code, value)
    if wrong := contradiction(replace(district_numbers(), **numbers)):
        raise Refusal(
            _("与其他数值矛盾。"),
            field=wrong,
            value=str(numbers.get(wrong, "")),
            mend=_("请核对相关的人数和上下限。"),
        )
    stored = {t.code: t for t in Threshold.rows_without_a_reader.filter(code__in=numbers)}
    changes = [c for code, value in numbers.items() for c in save_changed(stored[code], value=value)]
    record(changes, reason=document.strip()[:100])


def _refuse_wrong(code: str, value: int) -> None:
    if code not in CODES:
        raise Refusal(
            _("没有这个数值。"), field="code", value=code[:40], mend=_("可以是：%s。") % "、".join(CODES)
        )
    if not can_be(code, value):
        least, greatest = RANGES.get(code, (1, 100))
        raise Refusal(
            _("这个数值不合理。"),
            field=code,
            value=str(value),
            mend=_("请填 %(least)s 到 %(greatest)s。") % {"least": least, "greatest": greatest},
        )

"""All figures of all rooms, by code, and the groups in which pages show them."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from louyu.core.figures import Indicator

GROUPS: dict[str, Any] = {
    "reach": _("走进楼宇"),
    "organise": _("建强组织"),
    "cases": _("办成事情"),
    "attract": _("引来留住"),
}
"""Code → heading, in the order of the start page."""

_indicators: dict[str, Indicator] = {}


def indicators() -> dict[str, Indicator]:
    """Every figure that a room declares in its ``indicators.py``, in the order of groups and rooms."""
    if not _indicators:
        found: list[Indicator] = []
        for config in apps.get_app_configs():
            if config.name.startswith("louyu.") and config.name != "louyu.indicators":
                try:
                    room = import_module(f"{config.name}.indicators")
                except ModuleNotFoundError as error:
                    if error.name != f"{config.name}.indicators":
                        raise
                    continue
                found += room.INDICATORS
        if len({i.code for i in found}) < len(found):
            raise RuntimeError("a figure is declared twice")
        if strange := [i.code for i in found if i.group not in GROUPS]:
            raise RuntimeError(f"{strange} name no group of {list(GROUPS)}")
        order = list(GROUPS)
        _indicators.update({i.code: i for i in sorted(found, key=lambda i: order.index(i.group))})
    return _indicators

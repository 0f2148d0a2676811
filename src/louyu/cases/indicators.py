"""The figures of cases. They are counted by dated facts, which the commands write (see ``core.figures``)."""

from typing import Any

from django.db.models import QuerySet

from louyu.cases.lists import LIST
from louyu.cases.models import Case
from louyu.cases.queries import cases
from louyu.core.figures import Indicator, Place


def _in(reader: Any, place: Place) -> "QuerySet[Case]":
    return cases(reader).filter(place.q("building"))


REOPENED = ("重办", "reopened")
INDICATORS = (
    Indicator(
        code="cases.solved",
        name_zh="交办部门解决的问题",
        name_en="Problems handed over and solved",
        definition_zh="交办给部门、并以「已解决」办结的办件，从办结之日起计；重办的从重办之日起不计。",
        definition_en="Cases handed to a department and closed as solved, from the day of closing on; a case that is "
        "reopened no longer counts from that day.",
        unit_zh="件",
        unit_en="cases",
        group="cases",
        listing=LIST,
        among=_in,
        went=REOPENED,
    ),
    Indicator(
        code="cases.solved_trt",
        name_zh="解决的税收、注册、房租等问题",
        name_en="Tax, registration and rent problems solved",
        definition_zh="税收、注册、房租等类别中以「已解决」办结的办件，不论由谁解决，从办结之日起计；重办的从重办之日起不计。",
        definition_en="Cases of the group tax, registration, rent and the like closed as solved, whoever solved them, "
        "from the day of closing on; a case that is reopened no longer counts from that day.",
        unit_zh="件",
        unit_en="cases",
        group="cases",
        listing=LIST,
        among=_in,
        went=REOPENED,
    ),
    Indicator(
        code="cases.open",
        name_zh="未办结的办件",
        name_en="Open cases",
        definition_zh="已经提出、还没有办结、撤回或合并的办件，从反映之日起计。",
        definition_en="Cases raised and not yet closed, withdrawn or merged, from the day they were raised on.",
        unit_zh="件",
        unit_en="cases",
        group="cases",
        listing=LIST,
        among=_in,
        came=("新提出", "raised"),
        went=("办结、撤回、合并", "closed, withdrawn, merged"),
    ),
)

"""The figure of duties: who is in place."""

from louyu.core.figures import Indicator
from louyu.duties.lists import DUTIES
from louyu.duties.queries import duties_in_place

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        code="duties.officers_in_place",
        name_zh="一长两员到位",
        name_en="Officers in place",
        definition_zh="当天在任的楼长、楼企管理员、服务专员，一人计一次，任几项、在几幢楼都只计一次；任职日期不详的视为一直在任。",
        definition_en="Persons with a duty of chief, administrator or specialist that runs on the day, each once.",
        unit_zh="人",
        unit_en="persons",
        group="reach",
        rows=duties_in_place,
        each="person",
        listing=DUTIES,
        came=("到任", "came into a duty"),
        went=("离任", "left"),
    ),
)

"""Cases of three years, so many as asked for: what ``bench.cases`` writes into either program. Knows neither of them.

The older nine tenths are closed; the newest tenth is open, in all the states there are.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

ZONE = datetime.timezone(datetime.timedelta(hours=8))
YEARS = datetime.timedelta(days=3 * 365)
OPEN_STATES = ("accepted", "assigned", "in_hand", "waiting", "answered")
OUTCOMES = ("solved", "solved", "solved", "solved", "explained", "not_possible")
MATTERS = (
    "租金发票的税率与合同不一致，请税务部门说明应按哪一档开具",
    "地下二层访客车位不够，客户来访常常停到路边",
    "公司要变更注册地址，不清楚要带哪些材料",
    "十二楼空调早上九点还没有开，员工反映室内很热",
    "想申请今年的青年人才公寓，请告知条件和办理地点",
    "电梯在早高峰排队超过十分钟，请物业调整停靠楼层",
    "消防通道堆放杂物，担心检查时被要求整改",
)


@dataclass(frozen=True)
class Told:
    """One case. state: "closed" or an open one; steps: what was done, oldest first, with its moment."""

    number: int
    text: str
    raised_at: datetime.datetime
    state: str
    outcome: str
    steps: tuple[tuple[str, datetime.datetime], ...]


_STEPS = {
    "accepted": ("open_case",),
    "assigned": ("open_case", "hand_over"),
    "in_hand": ("open_case", "hand_over", "take"),
    "waiting": ("open_case", "hand_over", "take", "ask_asker"),
    "answered": ("open_case", "hand_over", "take", "answer"),
    "closed": ("open_case", "hand_over", "answer", "close"),
}


def cases(count: int, now: datetime.datetime) -> Iterator[Told]:
    """So many cases, the oldest first, the newest a minute before ``now``."""
    for number in range(1, count + 1):
        raised_at = (now - YEARS * ((count - number) / count) - datetime.timedelta(minutes=1)).astimezone(
            ZONE
        )
        is_open = number > count - count // 10
        state = OPEN_STATES[number % len(OPEN_STATES)] if is_open else "closed"
        yield Told(
            number=number,
            text=f"{MATTERS[number % len(MATTERS)]}（{number}）",
            raised_at=raised_at,
            state=state,
            outcome=OUTCOMES[number % len(OUTCOMES)] if state in ("closed", "answered") else "",
            steps=tuple(
                (step, raised_at + datetime.timedelta(hours=7 * n)) for n, step in enumerate(_STEPS[state])
            ),
        )

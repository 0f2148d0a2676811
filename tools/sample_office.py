"""Who answers for the buildings of the invented district, and the problems of its year: as they truly are.

All people are invented. The same seed gives the same problems.
"""

# ruff: noqa: E501 - the tables are read by the line

import random
from dataclasses import dataclass
from datetime import date, timedelta

from sample_district import REGISTER_DAY, District, Enterprise

CHIEFS = {
    "白云街道": (("严知衡", "街道党工委委员"), ("骆书惠", "街道党工委副书记")),
    "葭沚街道": (("章牧远", "街道办事处副主任"), ("俞采薇", "街道党工委委员")),
    "海门街道": (("祝砚秋", "街道人大工委主任"),),
    "洪家街道": (("柯望舒", "街道党工委委员"),),
    "三甲街道": (("童亦行", "街道纪工委书记"),),
    "章安街道": (("裘若谷", "街道党工委委员"),),
    "前所街道": (("毛景和", "街道办事处副主任"),),
}
"""Chiefs by subdistrict, in the order of its buildings; 下陈街道 has named none."""

ADMINISTRATORS = {
    "华伟总部大厦": ("陈疏桐", "冯听澜", "孔怀瑾"),
    "前后科技大厦": ("方知夏", "邵临川"),
    "橘洲大厦": ("洪照晚",),
    "万达广场": ("颜予安", "江枕书", "程见深"),
    "山海国际大厦": ("潘惟新", "夏清和"),
    "潮汐科创园A座": ("温如玉",),
    "潮汐科创园B座": ("温如玉",),
    "东港航运中心": ("倪云舒", "贺平野"),
    "海棠湾商务中心": (),
    "永宁商会大厦": ("屠景明", "丁若水"),
    "杨府电商楼": ("翁长乐",),
    "滨塘创业大厦": ("盛以宁",),
    "回浦文创楼": ("施南乔",),
    "临港国贸大厦": ("褚望北", "秦予晴"),
}
"""海棠湾商务中心 has one of the name of an enterprise's contact: whether it is the same person, nobody can guess."""

SPECIALISTS = {
    "华伟总部大厦": (("陶行止", "税务局"), ("戚芳洲", "市监局"), ("史怀安", "人社局")),
    "前后科技大厦": (("陶行止", "税务局"), ("任见微", "经信局")),
    "橘洲大厦": (("戚芳洲", "市监局"),),
    "万达广场": (("尹青禾", "市监局"), ("庄思齐", "综合执法局"), ("龚守拙", "消防大队")),
    "山海国际大厦": (("苗若兰", "税务局"), ("侯建章", "住建局")),
    "潮汐科创园A座": (("任见微", "经信局"),),
    "潮汐科创园B座": (("任见微", "经信局"), ("史怀安", "人社局")),
    "东港航运中心": (("苗若兰", "税务局"), ("庄思齐", "综合执法局")),
    "海棠湾商务中心": (("尹青禾", "市监局"),),
    "永宁商会大厦": (("侯建章", "住建局"), ("龚守拙", "消防大队")),
    "杨府电商楼": (("尹青禾", "市监局"),),
    "滨塘创业大厦": (("史怀安", "人社局"),),
    "回浦文创楼": (),
    "临港国贸大厦": (("苗若兰", "税务局"),),
}


def chief_of(district: District, building: str) -> tuple[str, str] | None:
    """Name and position of a building's chief; None where the subdistrict has named none."""
    subdistrict = next(b.subdistrict for b in district.buildings if b.name == building)
    chiefs = CHIEFS.get(subdistrict, ())
    own = [b.name for b in district.buildings if b.subdistrict == subdistrict]
    return chiefs[own.index(building) % len(chiefs)] if chiefs else None


PROBLEMS: tuple[tuple[int, str, tuple[str, ...], tuple[str, ...]], ...] = (
    # share in 100, department in the office's words, categories in its words, what enterprises said
    (24, "税务局", ("税务", "涉税问题", "税收"), ("电子发票额度不够，月底开不出票", "研发费用加计扣除的口径不清楚，希望上门辅导", "小规模转一般纳税人后不会申报", "跨区迁移后税务登记未同步", "个税手续费返还一直没有到账")),
    (20, "市监局", ("注册登记", "证照办理", "工商注册"), ("迁址变更要跑几趟，希望一次办好", "食品经营许可证到期，换证材料不清楚", "新设子公司核名多次被驳回", "注册地址与实际门牌不一致，无法变更", "营业执照遗失，急用于投标")),
    (16, "街道", ("房租", "房租减免", "租金问题"), ("续租租金涨幅大，希望协调", "业主不肯按约定免租装修期", "国有房产减租政策不知道怎么申请", "转租后押金退不回来")),
    (9, "综合执法局", ("停车难", "停车"), ("访客车位太少，客户来了没处停", "地下车库月租车位要排队半年", "楼前人行道乱停车堵住出入口", "希望增设新能源充电桩")),
    (7, "住建局", ("物业服务", "物业"), ("大厅空调夏天不够冷", "公共区域漏水，天花板掉了两块", "门禁系统经常失灵，访客进不来", "物业费标准没有公示")),
    (4, "人社局", ("招工用工",), ("招不到会日语的外贸跟单员", "希望组织一场楼宇专场招聘会")),
    (2, "人社局", ("社保",), ("新员工社保转移接续办不下来",)),
    (5, "消防大队", ("消防安全",), ("疏散通道堆了装修材料", "消防栓水压不足，物业没有修", "二次装修消防验收流程不清楚")),
    (3, "经信局", ("网络通信",), ("地下车库没有手机信号", "宽带只有一家运营商，价格高")),
    (2, "经信局", ("水电",), ("中午用电高峰经常跳闸",)),
    (4, "住建局", ("人才公寓",), ("外地员工申请人才公寓排不上", "人才公寓离得远，希望协调近一点的房源")),
    (4, "教育局", ("子女入学",), ("高管子女转学缺少居住证明", "希望协调附近幼儿园的学位")),
)  # fmt: skip

SOLVED = ("已办结", "已办结", "已解决：已与企业对接", "已解决：已协调到位", "已解决：当场办好", "办结")
EXPLAINED = ("已解释：政策已说明", "已解释")
NOT_POSSIBLE = ("无法解决：权限在上级部门", "无法解决：业主不同意")
OPEN = ("办理中", "已交办", "办理中：正在核实", "退回：不属本部门", "待交办")


@dataclass
class Problem:
    """One problem of the year. enterprise: None where only the building is known; closed_on: None while open."""

    number: str
    raised_on: date
    enterprise: Enterprise | None
    building: str
    category: str
    text: str
    department: str
    state: str
    closed_on: date | None
    satisfaction: str


def the_problems(
    district: District, rng: random.Random, *, how_many: int = 160, still_open: int = 14
) -> list[Problem]:
    """The year's problems in the order in which they were raised; the last ones are not all done."""
    first = date(2026, 1, 5)
    settled_by = REGISTER_DAY - timedelta(days=14)
    days = sorted(
        first + timedelta(days=rng.randrange((settled_by - first).days)) for _ in range(how_many - still_open)
    )
    days += sorted(settled_by + timedelta(days=rng.randrange(13)) for _ in range(still_open))
    seats = [s for s in district.seats(*(b.name for b in district.buildings)) if s.tenants]
    problems = []
    for place, raised_on in enumerate(days):
        seat = rng.choice(seats)
        _share, department, categories, texts = rng.choices(PROBLEMS, [p[0] for p in PROBLEMS])[0]
        problem = Problem(
            number=f"椒楼〔2026〕{place + 1:03}",
            raised_on=raised_on,
            enterprise=None if rng.random() < 0.06 else rng.choice(seat.tenants),
            building=seat.building.name,
            category=rng.choice(categories),
            text=rng.choice(texts),
            department=department,
            state=OPEN[place % len(OPEN)],
            closed_on=None,
            satisfaction="",
        )
        if place < how_many - still_open:
            settle(problem, rng)
        elif problem.state == "待交办":
            problem.department = ""
        problems.append(problem)
    return problems


def settle(problem: Problem, rng: random.Random) -> None:
    """Close a problem within two weeks: solved for the most part."""
    problem.state = rng.choice(rng.choices((SOLVED, EXPLAINED, NOT_POSSIBLE), (88, 7, 5))[0])
    problem.closed_on = problem.raised_on + timedelta(days=rng.randint(1, 13))
    said = ("满意", "非常满意", "基本满意", "不满意", "")
    problem.satisfaction = rng.choices(
        said, (45, 30, 10, 3, 12) if problem.state in SOLVED else (10, 0, 30, 30, 30)
    )[0]

"""The invented district behind the sample registers: buildings, floors, enterprises, as they truly are.

Nothing here is messy; `make_samples.py` writes it down the way offices do. All people, telephone numbers and
enterprises are invented. The same seed gives the same district.
"""

# ruff: noqa: E501 - the tables of buildings and floors are read by the line

import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
REGISTER_DAY = date(2026, 10, 31)
DOOR_AREA = 130
"""About how many m² one door stands for; larger units have several doors."""


@dataclass
class Enterprise:
    """One enterprise. Capital in 万元."""

    name: str
    brand: str
    code: str
    industry: str
    contact: str
    phone: str
    staff: int
    members: int
    capital: int
    branch_office: bool
    since: date


@dataclass
class Seat:
    """A unit on a floor: its doors, its area (m², None unknown) and who sits there (nobody: vacant or not let)."""

    building: "Building"
    floor: int
    doors: tuple[int, ...]
    area: int | None
    tenants: list[Enterprise] = field(default_factory=list)
    use: str = "let"
    """let, lobby, refuge or party."""


@dataclass
class Building:
    """A building; ``plates`` maps each floor above ground to its lettable area in m²."""

    name: str
    subdistrict: str
    community: str
    address: str
    floors: int
    basement: int
    plates: dict[int, int]
    longitude: float
    latitude: float
    built: int
    key: bool
    manager: str
    tenants_wanted: int
    seats: list[Seat] = field(default_factory=list)


TRADES: dict[str, tuple[int, tuple[tuple[str, str], ...]]] = {
    # letter of a floor plan → share in 100, names ({r} region, {b} brand) with the trade in an office's words
    "批": (
        26,
        (
            ("{r}{b}贸易有限公司", "批发业"),
            ("{r}{b}进出口有限公司", "批发和零售业"),
            ("{r}{b}电子商务有限公司", "零售业"),
            ("{r}{b}缝纫设备有限公司", "批发业"),
            ("{r}{b}塑料模具有限公司", "批发业"),
            ("{r}{b}医药有限公司", "批发和零售业"),
            ("{r}{b}建材有限公司", "批发和零售业"),
            ("{r}{b}水泵销售有限公司", "批发业"),
            ("{r}{b}眼镜有限公司", "零售业"),
        ),
    ),
    "商": (
        21,
        (
            ("浙江{b}律师事务所", "租赁和商务服务业"),
            ("{r}{b}会计师事务所（普通合伙）", "商务服务业"),
            ("{r}{b}企业管理咨询有限公司", "商务服务业"),
            ("{r}{b}人力资源有限公司", "租赁和商务服务业"),
            ("{r}{b}广告传媒有限公司", "商务服务业"),
            ("{r}{b}财务咨询有限公司", "商务服务业"),
            ("{r}{b}知识产权代理有限公司", "商务服务业"),
            ("{r}{b}会展服务有限公司", "商务服务业"),
            ("{r}{b}控股集团有限公司", "租赁和商务服务业"),
        ),
    ),
    "软": (
        17,
        (
            ("{r}{b}软件有限公司", "软件和信息技术服务业"),
            ("{r}{b}网络科技有限公司", "互联网和相关服务"),
            ("{r}{b}信息技术有限公司", "软件和信息技术服务业"),
            ("{r}{b}数据服务有限公司", "信息传输、软件和信息技术服务业"),
            ("{r}{b}智能科技股份有限公司", "软件业"),
        ),
    ),
    "建": (
        10,
        (
            ("{r}{b}建设有限公司", "建筑业"),
            ("{r}{b}装饰工程有限公司", "建筑装饰业"),
            ("{r}{b}市政园林有限公司", "建筑业"),
            ("{r}{b}工程监理有限公司", "建筑业"),
        ),
    ),
    "金": (
        8,
        (
            ("台州{b}股权投资合伙企业（有限合伙）", "金融业"),
            ("{b}财产保险股份有限公司台州中心支公司", "保险业"),
            ("{b}证券股份有限公司台州市府大道营业部", "金融业"),
            ("{r}{b}融资租赁有限公司", "货币金融服务"),
            ("{r}{b}保险代理有限公司", "保险业"),
        ),
    ),
    "科": (
        6,
        (
            ("{r}{b}建筑设计院有限公司", "专业技术服务业"),
            ("{r}{b}检测技术有限公司", "科学研究和技术服务业"),
            ("{r}{b}工程勘测有限公司", "专业技术服务业"),
            ("{r}{b}新材料研究院有限公司", "研究和试验发展"),
        ),
    ),
    "餐": (
        8,
        (
            ("{r}{b}餐饮管理有限公司", "餐饮业"),
            ("椒江{b}面馆（个体工商户）", "餐饮业"),
            ("椒江{b}咖啡店（个体工商户）", "餐饮业"),
            ("{r}{b}健身服务有限公司", "居民服务业"),
            ("{r}{b}美容有限公司", "居民服务业"),
            ("{r}{b}酒店管理有限公司", "住宿业"),
        ),
    ),
    "他": (
        4,
        (
            ("{r}{b}教育咨询有限公司", "教育"),
            ("{r}{b}国际货运代理有限公司", "交通运输、仓储和邮政业"),
            ("{r}{b}物业服务有限公司", "房地产业"),
            ("{r}{b}文化艺术有限公司", "文化、体育和娱乐业"),
            ("{r}{b}环境工程有限公司", "水利、环境和公共设施管理业"),
        ),
    ),
}
REGIONS = ("台州", "台州", "台州市", "浙江", "椒江", "台州椒江", "")
BRAND_HEADS = "柏橙棠汀砚岚屿梧湛澄笙麦榆帆礁橘枫栖沐澜禾朴霁鹭筠"
BRAND_TAILS = "川野石桥木青芒谷原立拾知洲舟山亭峰溪湾田"
SURNAMES = "陈林王李张徐郑叶沈吴蔡金许谢杨卢应项冯鲍罗阮戴梁管牟"
GIVEN = """
    晓岚 志远 慧敏 建国 丽君 文博 雨桐 海波 国平 佳宁 立新 思远 雅琴 伟东 静怡 卫红 俊杰 梦琪 春燕 永强
    嘉树 若溪 明辉 爱珍 子涵 小军 秀芬 启航 婉清 德明
""".split()
PHONE_HEADS = ("130", "135", "138", "139", "150", "157", "158", "177", "180", "186", "188", "199")

# One character is one unit: its trade, 空 vacant, 堂 lobby, 避 refuge floor, 党 space of the Party and the masses;
# a number behind it: shared by so many enterprises; a question mark: area unknown.
HEADQUARTERS = {
    28: "商", 27: "商他", 26: "金金商空", 25: "金", 24: "金金金", 23: "软14", 22: "商商商商", 21: "科科科科",
    20: "建建建空", 19: "建建商3", 18: "空软软软", 17: "软软软软?空", 16: "软软科软软", 15: "避", 14: "他他他批批",
    13: "批批批批批", 12: "批批批批餐", 11: "空批批批?", 10: "商商5商商商商", 9: "商商商商商", 8: "他他餐空餐",
    7: "他他他他", 6: "餐餐餐", 5: "餐", 4: "餐餐餐空", 3: "餐批餐餐", 2: "批批党餐餐", 1: "堂金批批餐批?",
}  # fmt: skip


def credit_code(rng: random.Random, kind: str = "91", region: str = "331002") -> str:
    """A credit code of an invented enterprise with both check characters right (GB 32100-2015, GB 11714)."""
    organisation = "MA" + "".join(rng.choice(CODE_ALPHABET) for _ in range(6))
    total = sum(w * int(c, 36) for w, c in zip(ORGANISATION_WEIGHTS, organisation, strict=True))
    body = kind + region + organisation + "0123456789X0"[(11 - total % 11)]
    total = sum(w * CODE_ALPHABET.index(c) for w, c in zip(CODE_WEIGHTS, body, strict=True))
    return body + CODE_ALPHABET[(31 - total % 31) % 31]


def plates(floors: int, area: int, *, podium: int = 0, podium_area: int = 0, top: int = 0) -> dict[int, int]:
    """Lettable m² by floor: a podium below, a tower, ``top`` set-back floors of two thirds above."""
    result = {f: podium_area if f <= podium else area for f in range(1, floors + 1)}
    return result | dict.fromkeys(range(floors - top + 1, floors + 1), area * 2 // 30 * 10)


def the_buildings() -> list[Building]:
    """The fourteen buildings. Names of three come from the public article that the demo follows; no tenant does."""
    row = Building
    return [
        row("华伟总部大厦", "白云街道", "云港社区", "市府大道1188号", 28, 2, plates(28, 1280, podium=4, podium_area=1850, top=2), 121.42163, 28.66187, 2016, True, "云港物业", 110),
        row("前后科技大厦", "白云街道", "云港社区", "东海大道366号", 22, 2, plates(22, 980), 121.42718, 28.66391, 2014, True, "云港物业", 48),
        row("橘洲大厦", "白云街道", "枫香社区", "中心大道518号", 16, 1, plates(16, 760), 121.41372, 28.65544, 2009, False, "橘乡物业", 18),
        row("万达广场", "葭沚街道", "明珠社区", "开元路1号", 12, 2, plates(12, 1150, podium=3, podium_area=5200), 121.39835, 28.66829, 2013, True, "明珠商业管理", 46),
        row("山海国际大厦", "葭沚街道", "星月社区", "广场中路288号", 33, 3, plates(33, 1100, podium=3, podium_area=1600), 121.40467, 28.67115, 2019, True, "山海物业", 52),
        row("潮汐科创园A座", "葭沚街道", "明珠社区", "葭沚路77号", 12, 1, plates(12, 640), 121.39112, 28.65978, 2020, False, "潮汐园区运营", 16),
        row("潮汐科创园B座", "葭沚街道", "明珠社区", "葭沚路79号", 12, 1, plates(12, 640), 121.39168, 28.65931, 2020, False, "潮汐园区运营", 13),
        row("东港航运中心", "海门街道", "老码头社区", "江滨路209号", 18, 2, plates(18, 900, podium=2, podium_area=1300), 121.44521, 28.67563, 2011, True, "东港物业", 24),
        row("海棠湾商务中心", "海门街道", "岭前社区", "解放南路55号", 11, 1, plates(11, 700), 121.43877, 28.67208, 2006, False, "东港物业", 11),
        row("永宁商会大厦", "洪家街道", "永宁社区", "洪家大道600号", 24, 2, plates(24, 950, podium=3, podium_area=1400), 121.41926, 28.62735, 2017, True, "永宁物业", 28),
        row("杨府电商楼", "下陈街道", "杨府社区", "下陈工业路12号", 7, 0, plates(7, 820), 121.45304, 28.61947, 2015, False, "", 8),
        row("滨塘创业大厦", "三甲街道", "滨塘社区", "三甲大道33号", 9, 1, plates(9, 680), 121.47826, 28.63512, 2018, False, "滨塘物业", 9),
        row("回浦文创楼", "章安街道", "回浦社区", "章安老街8号", 8, 0, plates(8, 420), 121.44013, 28.69417, 2010, False, "", 8),
        row("临港国贸大厦", "前所街道", "椒北社区", "椒北大道901号", 19, 2, plates(19, 880, podium=2, podium_area=1250), 121.42549, 28.69806, 2021, True, "临港物业", 22),
    ]  # fmt: skip


class District:
    """All buildings with their seats filled."""

    def __init__(self, seed: int = 331002) -> None:
        self.rng = random.Random(seed)
        self.brands = [h + t for h in BRAND_HEADS for t in BRAND_TAILS]
        self.rng.shuffle(self.brands)
        self.phones: set[str] = set()
        self.lately: list[str] = []
        self.buildings = the_buildings()
        for building in self.buildings:
            plan = HEADQUARTERS if building.tenants_wanted > 100 else self.invent_plan(building)
            for floor in sorted(plan):
                self.fill_floor(building, floor, plan[floor])
        self.seat_the_bank_twice()

    def invent_plan(self, building: Building) -> dict[int, str]:
        """A floor plan in the notation of HEADQUARTERS with about as many tenants as the building should have."""
        rng, letters = self.rng, list(TRADES)
        shares = [share for share, _ in TRADES.values()]
        upper = [f for f in building.plates if f > 1]
        plan = dict.fromkeys(building.plates, "")
        main = {f: rng.choices(letters, shares)[0] for f in plan}
        for position in range(building.tenants_wanted):
            floor = position % building.floors + 1 if position < building.floors else rng.choice(upper)
            if building.plates[floor] > 2000 and rng.random() < 0.9:
                plan[floor] += rng.choice("批餐餐批金他")
            wide = [f for f, area in building.plates.items() if area > 2000]
            floor = rng.choice(wide) if wide and position >= building.floors and rng.random() < 0.5 else floor
            plan[floor] += main[floor] if rng.random() < 0.6 else rng.choices(letters, shares)[0]
        for floor in upper:
            if rng.random() < 0.22:
                plan[floor] = plan[floor] + "空" if rng.random() < 0.6 else "空" + plan[floor]
        shared, torn = rng.sample(upper, 2)
        plan[shared] += f"{main[shared]}{rng.randint(2, 4)}"
        plan[torn] = re.sub(r"^([批商软建金科餐他])(?!\d)", r"\1?", plan[torn])
        if building.floors > 20:
            plan[building.floors // 2] = "避"
        return plan

    def fill_floor(self, building: Building, floor: int, plan: str) -> None:
        """Part a floor's plate among its units, from the left, and seat a tenant in each."""
        rng = self.rng
        units = re.findall(r"([批商软建金科餐他空避堂党])(\d*)(\??)", plan)
        weights = [
            rng.uniform(0.5, 1.6) * (0.55 if u[0] in "空党" else 1) * (1.3 if u[1] else 1) for u in units
        ]
        plate, door = building.plates[floor], floor * 100 + 1
        for (letter, count, torn), weight in zip(units, weights, strict=True):
            area = max(60, round(plate * weight / sum(weights) / 5) * 5)
            if len(units) == 1:
                area = plate
            doors = tuple(range(door, door + min(max(1, round(area / DOOR_AREA)), 6)))
            door = doors[-1] + 1
            seat = Seat(building, floor, doors, None if torn else area)
            seat.use = {"避": "refuge", "堂": "lobby", "党": "party"}.get(letter, "let")
            if letter in TRADES:
                each = area // int(count or 1)
                letters = [letter] + [rng.choice([letter, *TRADES]) for _ in range(int(count or 1) - 1)]
                seat.tenants = [self.invent_enterprise(c, building, each) for c in letters]
            building.seats.append(seat)

    def invent_enterprise(self, letter: str, building: Building, area: int) -> Enterprise:
        """An enterprise of a trade, with staff that fits in ``area`` m²."""
        rng, brand = self.rng, self.brands.pop()
        patterns = TRADES[letter][1]
        pattern, industry = rng.choice([p for p in patterns if p[0] not in self.lately[-3:]] or patterns)
        self.lately.append(pattern)
        name = pattern.format(r=rng.choice(REGIONS), b=brand)
        branch_office = any(word in name for word in ("支公司", "营业部"))
        region = rng.choices(("331002", "331000", "330000"), (80, 15, 5))[0]
        staff = max(1, round(area / rng.uniform(11, 26) * (0.5 if letter in "餐批" else 1)))
        members = round(staff * rng.uniform(0.02, 0.11)) if rng.random() < 0.6 else 0
        first = date(max(building.built, 2016), 11, 1)
        days = (REGISTER_DAY - first).days
        since = first + timedelta(days=round(days * rng.random() ** 0.7))
        return Enterprise(
            name=name,
            brand=brand,
            code=credit_code(rng, "92" if "个体" in name else "91", region),
            industry=industry,
            contact=rng.choice(SURNAMES) + rng.choice(GIVEN),
            phone=self.invent_phone(),
            staff=staff,
            members=members,
            capital=self.invent_capital(name, branch_office),
            branch_office=branch_office,
            since=since,
        )

    def invent_capital(self, name: str, branch_office: bool) -> int:
        """Registered capital in 万元; none for branch offices and law firms, little for a shop."""
        if branch_office or "事务所" in name:
            return 0
        if "个体" in name:
            return self.rng.choice((5, 10, 10, 20))
        if "集团" in name:
            return self.rng.choice((5000, 8000, 10000))
        return self.rng.choice((10, 50, 100, 100, 200, 300, 500, 500, 1000, 2000, 5000))

    def invent_phone(self) -> str:
        """A mobile number that nobody else in the district has."""
        while True:
            phone = self.rng.choice(PHONE_HEADS) + "00" + f"{self.rng.randrange(10**6):06}"
            if phone not in self.phones:
                self.phones.add(phone)
                return phone

    def seat_the_bank_twice(self) -> None:
        """The bank of the headquarters building has a whole floor, a part of the next and the hall below."""
        at = {s.floor: s for s in reversed(self.buildings[0].seats) if s.tenants}
        bank = at[25].tenants[0]
        bank.name, bank.brand, bank.industry = (
            "台州橘洲湾银行股份有限公司椒江支行",
            "橘洲湾银行",
            "货币金融服务",
        )
        bank.branch_office, bank.capital, bank.staff, bank.members = True, 0, 96, 14
        at[24].tenants = [bank]

    def seats(self, *names: str) -> list[Seat]:
        """The seats of the named buildings, in their order."""
        return [s for b in self.buildings if b.name in names for s in b.seats]

"""Industries of GB/T 4754-2017 (国民经济行业分类): codes, names, colour families, and guesses from a firm's name.

The table beside this module (``industries.tsv``) holds all 20 sections and 97 divisions, and those groups and
classes that tenants of commercial buildings have. A code below a known division is accepted without a name of
its own. Source: GB/T 4754-2017 with amendment 1 of 2019.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal

Family = Literal["trade", "business", "software", "construction", "finance", "research", "catering", "other"]

FAMILIES: Final[dict[Family, tuple[str, str]]] = {
    "trade": ("批发零售", "Wholesale and retail"),
    "business": ("商务服务", "Business services"),
    "software": ("软件信息", "Software and information"),
    "construction": ("建筑", "Construction"),
    "finance": ("金融", "Finance"),
    "research": ("科研设计", "Research and design"),
    "catering": ("餐饮生活", "Catering and daily life"),
    "other": ("其他", "Other"),
}
"""The eight colours of the stacking plan: code → Chinese and English name, in the order of the legend."""

_FAMILY_OF_SECTION: Final[dict[str, Family]] = {
    "F": "trade", "L": "business", "K": "business", "I": "software", "E": "construction", "J": "finance",
    "M": "research", "H": "catering", "O": "catering",
}  # fmt: skip
_FAMILY_OF_DIVISION: Final[dict[str, Family]] = {"89": "catering", "90": "catering"}

_LAST_DIVISION_OF_SECTION: Final = (
    (5, "A"), (12, "B"), (43, "C"), (46, "D"), (50, "E"), (52, "F"), (60, "G"), (62, "H"), (65, "I"), (69, "J"),
    (70, "K"), (72, "L"), (75, "M"), (79, "N"), (82, "O"), (83, "P"), (85, "Q"), (90, "R"), (96, "S"), (97, "T"),
)  # fmt: skip


@dataclass(frozen=True)
class Industry:
    """An industry: its section letter, and its division (2), group (3) or class (4 digits) where known."""

    section: str
    code: str | None = None


@cache
def _table() -> dict[str, tuple[str, str]]:
    lines = Path(__file__).with_suffix(".tsv").read_text("utf-8").splitlines()[1:]
    return {code: (chinese, english) for code, chinese, english in (line.split("\t") for line in lines)}


def section_of(code: str) -> str | None:
    """The section letter of a division, group or class code; None where there is no such division."""
    if len(code) < 2 or not (code[:2].isascii() and code[:2].isdigit()) or code[:2] == "00":
        return None
    division = int(code[:2])
    return next((letter for last, letter in _LAST_DIVISION_OF_SECTION if division <= last), None)


def industry_name(code: str, language: str = "zh") -> str:
    """The name of a section, division, group or class, or of the nearest level above that has one; "" for none."""
    table = _table()
    while code and code not in table:
        code = code[:-1] if len(code) > 2 else ""
    if not code:
        return ""
    chinese, english = table[code]
    return english if language.startswith("en") else chinese


def sections() -> dict[str, tuple[str, str]]:
    """All section letters with their Chinese and English names."""
    return {code: names for code, names in _table().items() if len(code) == 1}


def colour_family(section: str, code: str | None = "") -> Family:
    """The colour family of an industry; property management and estate agents (K) count as business services."""
    division = (code or "")[:2]
    return _FAMILY_OF_DIVISION.get(division) or _FAMILY_OF_SECTION.get(section) or "other"


# From words --------------------------------------------------------------------------------------------------


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


_CODE = re.compile(r"(?:(?P<letter>[A-T])[ \-.]?)?(?P<digits>\d{2,4})?(?!\d)", re.I)
_FILLERS = re.compile(
    r"[、,，和与及/\s()（）\-·.:：;；]|行业|产业|(?<=.)业(?=$|[、,，和与及/\s()（）])|(?<=..)类$"
)

_SAID_AS: Final = _pairs(
    """
    批发零售:F 批零:F 商贸:F 贸易:F 商业:F 零售:52 批发:51 电商:5292 电子商务:5292 信息技术:65 信息传输:I 信息:I
    软件:65 软件信息:65 软件开发:651 IT:65 信息服务:I 数字经济:I 互联网:64 网络:64 软件信息技术服务:65
    信息软件:65 高新技术:M 金融保险:J 金融:J 银行:66 证券:67 保险:68 房地产:K 房产:K 物业:702 物业服务:702
    商务服务:72 商务:72 租赁商务服务:L 现代服务:L 法律:723 法律服务:723 律师:7231 财务:7241 会计:7241 财税:7241
    咨询:724 咨询服务:724 广告:725 传媒:725 人力资源:726 劳务:726 旅游:7291 投资:7212 会展:728 科研设计:M
    科研:73 设计:748 工程设计:7484 科技:M 科技服务:M 科学研究:M 技术服务:M 建筑:E 建筑装饰:50 装修:501 装饰:501
    工程:E 餐饮:62 住宿:61 酒店:61 住宿餐饮:H 餐饮生活:H 生活服务:O 居民服务:O 美容:804 美容美发:804 家政:801
    培训:839 教育培训:P 教育:P 医疗:84 医疗卫生:84 卫生:Q 健康:84 文化:R 文化传媒:R 文体:R 文化娱乐:R 体育:89
    健身:893 娱乐:90 物流:G 运输:G 交通运输:G 仓储:59 货运:54 快递:60 制造:C 生产制造:C 工业:C 加工:C 外贸:51
    农业:A 采矿:B 环保:77 供应链:7224 其他服务:82 服务:O 公共管理:S 社会组织:S 检测:745 知识产权:752
    供应链管理:7224 中介:703 房产中介:703
    """
)


@cache
def _names() -> dict[str, str]:
    """Names without fillers → code, the highest level first where a name stands for several."""
    named: dict[str, str] = {}
    for code, (chinese, _english) in _table().items():
        named.setdefault(_FILLERS.sub("", chinese), code)
    return named | {_FILLERS.sub("", word): code for word, code in _SAID_AS.items()}


def _industry(code: str) -> Industry:
    return Industry(code) if code.isalpha() else Industry(section_of(code) or "", code)


@lru_cache(maxsize=2048)
def find_industry(text: str) -> Industry | None:
    """The industry that a text names, by code (I6510, 6510, 65, I) or by words (批发零售, 金融业); None for none.

    A code's letter must be the section of its digits; a code in front of a name decides.
    """
    text = text.strip().upper()
    found = _CODE.match(text)
    if found and (found["letter"] or found["digits"]):
        rest = text[found.end() :]
        if found["digits"]:
            section = section_of(found["digits"])
            fits = section and found["letter"] in (None, section)
            return Industry(section, found["digits"]) if fits and section else None
        if not rest or not (rest[0].isascii() and rest[0].isalpha()):
            return Industry(found["letter"])
    return _named_industry(text)


def _named_industry(text: str) -> Industry | None:
    key = _FILLERS.sub("", text)
    if not key:
        return None
    names = _names()
    if code := names.get(key) or names.get(key.removesuffix("业")) or names.get(key.removesuffix("服务")):
        return _industry(code)
    if inside := re.search(r"(?<!\d)\d{2,4}(?!\d)", text):
        section = section_of(inside[0])
        return Industry(section, inside[0]) if section else None
    if len(key) >= 2 and (
        longer := [code for name, code in names.items() if name.startswith(key) or name.endswith(key)]
    ):
        return _industry(min(longer, key=lambda code: (len(code), code)))
    contained = [name for name in names if len(name) >= 2 and name in key]
    return _industry(names[max(contained, key=len)]) if contained else None


_WORDS_IN_NAMES: Final = _pairs(
    """
    律师事务所:7231 律师:7231 法律:723 公证:7232 会计师:7241 会计:7241 财务:7241 税务:7241 财税:7241 审计:7241
    代理记账:7241 人力资源:726 劳务:7263 人才:726 广告:725 传媒:725 文化传播:725 品牌策划:725 策划:725 会展:728
    会务:728 旅行社:7291 旅游:7291 翻译:7294 供应链:7224 投资:7212 资产管理:7212 企业管理:721 企业服务:729
    商务:729 商务服务:729 商务咨询:724 咨询:724 信息咨询:724 保安:727 安保:727 知识产权:752 商标:752 专利:752
    租赁:71 软件:651 网络:64 网络科技:65 信息:65 信息技术:65 信息科技:65 数字:65 数码:65 数据:65 智能:65
    互联网:64 物联网:653 云计算:65 通信:63 电信:63 移动通信:63 系统集成:653 人工智能:65 电子商务:5292 商贸:F
    贸易:F 进出口:51 外贸:51 百货:52 超市:52 便利店:52 药店:525 药房:525 大药房:525 建材:516 五金:517 服饰:F
    服装:F 鞋业:F 珠宝:F 家居:F 食品:F 酒业:F 茶叶:F 化妆品:F 汽车销售:526 医疗器械:515 医药:515 眼镜:52 家具:F
    电器:F 销售:F 机电:517 建筑:E 建设:E 建工:E 工程:E 装饰:501 装修:501 装潢:501 装饰工程:501 市政:48 园林:48
    幕墙:50 消防工程:49 安装:49 路桥:48 钢结构:E 工程设计:7484 建筑设计:7484 设计:74 规划:7485 勘察:748
    监理:7482 工程管理:7481 工程咨询:748 造价:748 测绘:744 检测:745 检验:745 认证:745 研究院:73 研究所:73
    生物:73 生物科技:73 环保:77 环境:77 银行:662 信用社:662 农商行:662 证券:671 期货:674 基金:67 保险:68
    人寿:681 财险:682 保险代理:6852 保险经纪:6851 保险公估:6853 小额贷款:66 融资租赁:66 担保:69 典当:66 金融:J
    信托:69 金控:J 物业:702 房地产:70 房产:70 置业:70 地产:70 房产中介:703 餐饮:62 餐厅:62 酒楼:62 饭店:62
    火锅:62 咖啡:623 奶茶:623 茶饮:623 小吃:62 烘焙:62 面馆:62 酒店:61 宾馆:61 民宿:61 美容:804 美发:804
    养生:805 足浴:805 家政:801 洗衣:80 摄影:80 婚庆:80 健身:893 瑜伽:893 体育:89 游泳:89 影城:87 影院:87 娱乐:90
    汽车服务:81 汽修:81 宠物:82 月子:80 教育:83 培训:839 幼儿园:83 学校:83 托育:80 艺术:88 文化:88 文化艺术:88
    影视:87 出版:86 医院:841 门诊:842 诊所:842 口腔:842 医疗:84 医美:84 健康管理:84 养老:85 物流:58 货运:58
    货代:58 国际货运:58 运输:54 仓储:59 快递:60 船务:55 海运:55 航运:55 速递:60 制造:C 机械:C 模具:C 塑业:C
    塑料:C 电子:39 缝纫机:C 阀门:C 卫浴:C 制药:27 化工:26 新材料:C 电力:44 燃气:45 水务:46 能源:D 农业:A 种业:A
    渔业:A 水产:A 生态:77 商会:95 协会:95 基金会:95 委员会:S 党群服务:S
    """
)
_WEAK_WORDS: Final = {"科技": "75", "技术": "75", "科学": "73", "管理": "72", "服务": "72", "事务所": "72"}
_ANY_WORD = re.compile("(?=(" + "|".join(sorted(_WORDS_IN_NAMES, key=len, reverse=True)) + "))")
_PLACE_IN_NAME = re.compile(r"[（(][^（()）]*[)）]")


@lru_cache(maxsize=16_384)
def guess_industry(name: str) -> tuple[str, str] | None:
    """Section and code that the words of an enterprise's name suggest ("" where only the section is plain).

    For colours only, and to be shown as guessed. The word that ends last counts, for a Chinese firm's name puts
    its trade right before its legal form; of words that end together the longest.
    """
    plain = _PLACE_IN_NAME.sub("", name)[:120]
    words = [(found.start(1) + len(found[1]), len(found[1]), found[1]) for found in _ANY_WORD.finditer(plain)]
    if words:
        code = _WORDS_IN_NAMES[max(words)[2]]
    else:
        weak = next((word for word in _WEAK_WORDS if word in plain), None)
        if weak is None:
            return None
        code = _WEAK_WORDS[weak]
    industry = _industry(code)
    return industry.section, industry.code or ""

"""Names as words: keys for finding doubles, labels for drawings, text for the search of lists."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from louyu.core.readings.values import cleaned

REGIONS: Final = ("浙江省", "浙江", "台州市", "台州", "椒江区", "椒江", "中国")
"""Regions that names of the district begin with, or have in brackets, without telling firms apart."""

LONGEST_SEARCH_TEXT: Final = 600

_REGION = "(?:" + "|".join(sorted(REGIONS, key=len, reverse=True)) + ")"
_REGIONS_BEFORE = re.compile(rf"\A(?:{_REGION})+")
_REGIONS_IN_BRACKETS = re.compile(rf"\((?:{_REGION})+\)")
_LEGAL_FORM = re.compile(
    r"\((?:普通合伙|特殊普通合伙|特殊的普通合伙|有限合伙|个人独资|个体工商户|个体|非法人)\)"
    r"|有限责任公司|股份有限公司|有限公司|股份公司|有限责任(?=分公司|\Z)|公司(?=\Z)|(?<=集团)股份(?=\Z)"
)
_PUNCTUATION = re.compile(r"[\W_]+")
_BRANCH = re.compile(
    r"(?:第[一二三四五六七八九十\d]+)?(?:分公司|分所|分店|分行|支行|分部|办事处|代表处|营业部|营业厅|营业所|分理处|支公司|中心支公司|项目部)\Z"
)


def normalise(text: str) -> str:
    """A text for comparing: NFKC, nothing invisible, no spaces at its ends and single ones inside."""
    return " ".join(unicodedata.normalize("NFKC", cleaned(text)).split())


@lru_cache(maxsize=16_384)
def _joined(name: str) -> str:
    """A normalised name without spaces inside Chinese."""
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", normalise(name))


@lru_cache(maxsize=32_768)
def name_key(name: str) -> str:
    """The key by which two spellings of an enterprise's name are found: equal keys *may* be one enterprise.

    Regions at the beginning and in brackets, words of the legal form and punctuation are left out, capital and
    small letters are one. What names a branch office stays, so that it never has its parent's key.
    """
    plain = _REGIONS_IN_BRACKETS.sub("", _joined(name))
    without_region = _REGIONS_BEFORE.sub("", plain)
    key = _PUNCTUATION.sub("", _LEGAL_FORM.sub("", without_region)).casefold()
    if len(key) < 2:
        key = _PUNCTUATION.sub("", plain).casefold()
    return key[:120]


@lru_cache(maxsize=16_384)
def short_name(name: str) -> str:
    """The label of an enterprise in drawings: its name without region and legal form.

    台州云杉软件有限公司 is 云杉软件; 东屿律师事务所 stays; a branch office keeps the word that says so.
    """
    plain = _REGIONS_IN_BRACKETS.sub("", _joined(name))
    branch = _BRANCH.search(plain)
    if branch and (parent := re.match(r"(.+?)(?:有限责任公司|股份有限公司|有限公司)", plain)):
        label = _REGIONS_BEFORE.sub("", parent[1]) + branch[0]
    else:
        label = _LEGAL_FORM.sub("", _REGIONS_BEFORE.sub("", plain))
    label = label.strip(" -·,.()") if len(label) > 1 else plain
    return (label or plain).replace("(", "（").replace(")", "）")


_INSTITUTION_ENDS: Final = (
    "局 委员会 政府 街道办事处 办公室 管理处 服务中心 学校 幼儿园 小学 中学 大学 学院 医院 研究院 图书馆 党校 "
    "法院 检察院 派出所 居委会 村委会"
).split()
_SOCIAL_ENDS: Final = (
    "协会 商会 学会 基金会 联合会 促进会 联谊会 研究会 志愿服务队 公益服务中心 社会工作服务中心".split()
)
_SHOP_ENDS: Final = (
    "店 经营部 工作室 商行 行 馆 铺 坊 厅 吧 超市 餐厅 饭店 小吃 酒楼 理发 诊所 服务部 贸易部 门市部 网吧 茶楼 会所"
).split()


def _ends(words: list[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(words)})\\Z")


_FORMS: Final = (
    ("branch_office", _BRANCH),
    ("partnership", re.compile(r"合伙\)\Z|合伙企业|\(.{0,4}合伙\)")),
    ("sole", re.compile(r"个人独资")),
    ("social", _ends(_SOCIAL_ENDS)),
    ("individual", re.compile(r"个体")),
    ("firm", re.compile(r"事务所")),
    ("company", re.compile(r"公司|集团\Z|LTD\.?\Z|INC\.?\Z", re.I)),
    ("institution", _ends(_INSTITUTION_ENDS)),
    ("individual", _ends(_SHOP_ENDS)),
)
"""The first that fits decides; what a branch office belongs to comes before what its parent is."""


@lru_cache(maxsize=16_384)
def legal_form_of(name: str) -> str:
    """The legal form that a name suggests: a value of ``Enterprise.LegalForm``, or "" where it tells nothing."""
    plain = _joined(name)
    if plain.endswith("街道办事处"):
        return "institution"
    bare = re.sub(r"\((?!.*(?:合伙|独资|个体))[^()]*\)\Z", "", plain)
    return next(
        (form for form, words in _FORMS if words.search(bare)),
        "other" if bare.endswith(("厂", "社", "农场")) else "",
    )


# Buildings ---------------------------------------------------------------------------------------------------

_GENERIC_BUILDING_WORDS = re.compile(
    r"(?:大厦|大楼|广场|中心|商务楼|写字楼|商务|办公楼|综合楼|楼宇|国际|总部|商厦|大酒店|酒店|城|楼|座|栋|幢|塔|[A-Z]|\d)+"
)


_GENERIC_ENDING = re.compile(r"(?:大厦|大楼|广场|中心|商务楼|写字楼|商厦|酒店|城|楼)\Z")


@lru_cache(maxsize=8192)
def building_key(name: str) -> str:
    """A building's name for comparing: no spaces, one kind of brackets, small letters; its towers stay apart."""
    return _joined(name).replace(" ", "").replace("·", "").casefold().strip(".,;:-")


@lru_cache(maxsize=32_768)
def names_fit(short: str, full: str) -> bool:
    """Whether a name may be a shortened form of a building's full name: 万达 of 万达广场, 巨鼎 of 巨鼎商务楼.

    The short one stands inside the full one in one piece and says more than 大厦 or 中心; or it leaves out what
    stands between the proper name and the last word (华伟大厦 of 华伟总部大厦). Regions in front do not matter. A name
    fits itself.
    """
    one, other = building_key(short), building_key(full)
    if not one or not other:
        return False
    if one == other:
        return True
    one, other = (_REGIONS_BEFORE.sub("", key) or key for key in (one, other))
    if len(one) < 2 or not _GENERIC_BUILDING_WORDS.sub("", one.upper()):
        return False
    if one in other:
        return True
    proper = _GENERIC_ENDING.sub("", one)
    return len(proper) >= 2 and other.startswith(proper) and other.endswith(one[len(proper) :])


# Search ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16_384)
def search_text(name: str, *more: str) -> str:
    """What the search of lists looks in: the name, its pinyin initials, ``more`` (a code), its full pinyin.

    Small letters, at most 600 characters. Signs with two readings bring a second row of initials where those
    differ (长: c and z).
    """
    plain = normalise(name).casefold()
    initials, other_initials, full = _pinyin(plain)
    parts = (plain, initials, other_initials, *(normalise(part).casefold() for part in more if part), full)
    return " ".join(dict.fromkeys(part for part in parts if part))[:LONGEST_SEARCH_TEXT]


def as_typed(name: str) -> str:
    """A name as one types it: the full pinyin of its signs in small letters, without gaps (林国平: linguoping)."""
    plain = normalise(name).casefold()
    full = _pinyin(plain)[2] or plain
    return "".join(sign for sign in full if sign.isascii() and sign.isalnum())


def _pinyin(plain: str) -> tuple[str, str, str]:
    """Initials, second initials ("" where none differ), and full pinyin of a name; other signs stay."""
    if plain.isascii():
        return "", "", ""
    initials, others, full = [], [], []
    for run in _CHINESE_RUN.split(plain):
        if not _CHINESE_RUN.match(run):
            initials.append(run)
            others.append(run)
            full.append(run)
            continue
        for sign, syllable in zip(run, _syllables(run), strict=True):
            initials.append(syllable[:1])
            others.append(_other_initial(sign, syllable[:1]))
            full.append(syllable)
    first, second = "".join(initials), "".join(others)
    return first, second if second != first else "", "".join(full)


_CHINESE_RUN = re.compile(r"([\u3400-\u9fff]+)")

_TWO_INITIALS: Final = dict(
    pair.split(":")
    for pair in (
        "长:zc 重:zc 行:xh 乐:ly 厦:xs 朝:cz 曾:zc 单:ds 车:cj 参:cs 仇:cq 解:jx 盛:sc 藏:cz 传:cz 调:dt 弹:dt 校:xj "
        "系:xj 会:hk 便:bp 尉:wy 翟:zd 查:cz 区:qo 说:sy"
    ).split()
)
"""Signs of names whose two readings begin with different letters."""


def _syllables(run: str) -> list[str]:
    """The pinyin of each sign; a sign of two readings is read together with its neighbours."""
    return [
        _syllable(run[max(0, place - 1) : place + 2], min(place, 1))
        if sign in _TWO_INITIALS
        else _syllable(sign)
        for place, sign in enumerate(run)
    ]


@lru_cache(maxsize=16_384)
def _syllable(signs: str, place: int = 0) -> str:
    from pypinyin import lazy_pinyin  # a table of forty thousand signs, read when first needed

    syllables = lazy_pinyin(signs)
    return syllables[place] if place < len(syllables) else signs[place]


def _other_initial(sign: str, initial: str) -> str:
    both = _TWO_INITIALS.get(sign)
    return initial if both is None else both.replace(initial, "", 1)[:1] or initial

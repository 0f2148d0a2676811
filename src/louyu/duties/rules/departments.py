"""The departments that a district usually has: how they are called, and which categories of case they answer for.

A starting point for a district that has entered none. Codes of categories are those of ``louyu.cases``; the first
department that names a category is asked first. Source: domain.md R10, R12; the division of work differs from
district to district, so it is data that an administrator changes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SUBDISTRICT = "subdistrict"
"""Code of the subdistrict's own office (街道): not a department that a specialist comes from."""


@dataclass(frozen=True)
class Seed:
    """One usual department: its code, its names (full one first), the categories it answers for."""

    code: str
    names: tuple[str, ...]
    categories: tuple[str, ...]
    outside: bool = False
    """Not a part of the government: a property company, an operator."""


USUAL = (
    Seed("tax", ("税务局", "税务"), ("tax",)),
    Seed("market", ("市场监管局", "市场监督管理局", "市监局", "市场监管"), ("registration", "lift")),
    Seed(
        "labour",
        ("人社局", "人力资源和社会保障局", "人力社保局", "人社"),
        ("recruitment", "social_insurance"),
    ),
    Seed("construction", ("住建局", "住房和城乡建设局", "建设局"), ("housing", "property")),
    Seed("enforcement", ("综合执法局", "综合行政执法局", "城管局"), ("environment", "parking")),
    Seed("fire", ("消防救援大队", "消防大队", "消防"), ("fire_safety",)),
    Seed("education", ("教育局",), ("schooling",)),
    Seed("police", ("公安分局", "公安局", "派出所", "交警大队"), ("residence", "parking")),
    Seed("industry", ("经信局", "经济和信息化局"), ("utilities", "network", "financing")),
    Seed("justice", ("司法局", "司法所"), ("legal",)),
    Seed("health", ("卫健局", "卫生健康局"), ("canteen",)),
    Seed(SUBDISTRICT, ("街道", "街道办事处"), ("rent", "other")),
    Seed("property_company", ("物业公司", "物业"), ("property", "lift", "parking"), outside=True),
)


_BEFORE = re.compile(r"^(?:台州市?|椒江区?|区|市(?!场|监))+(?=..)")


def name_of_department(said: str) -> str:
    """How names of departments are compared: without spaces and without the region before them (椒江区, 区, 市)."""
    return _BEFORE.sub("", "".join(said.split()))


def usual_department(said: str) -> Seed | None:
    """The usual department that is called so; None where none is."""
    name = name_of_department(said)
    return next((seed for seed in USUAL if name in seed.names), None)


def first_for(category: str, departments: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Codes of the departments that answer for a category, those that name it earliest first."""
    found = [
        (list(categories).index(category), order, code)
        for order, (code, categories) in enumerate(departments)
        if category in categories
    ]
    return [code for _place, _order, code in sorted(found)]

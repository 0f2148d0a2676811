"""The figures that enterprises and the space they use give."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from louyu.core.figures import Day, Indicator, Measure, Place
from louyu.core.lists import Column, List
from louyu.core.scoping import Reader
from louyu.places.lists import building_link
from louyu.places.models import Floor, Unit
from louyu.tenants.lists import ENTERPRISES
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import enterprises, floor_words, occupancies, running
from louyu.workbooks.lists import ORIGIN

AREA: Any = DecimalField(max_digits=14, decimal_places=2)
LET = Q(use=Unit.Use.LET) & ~Q(floor__use=Floor.Use.NOT_LET) & ~Q(number="")
"""Units that are let or to let by what the registers call them."""


def enterprises_in_buildings(reader: Reader, day: Day, place: Place) -> "QuerySet[Enterprise]":
    """The enterprises with an occupancy that runs on the day."""
    there = occupancies(reader).filter(running(day), place.q("unit__building"), enterprise=OuterRef("pk"))
    return enterprises(reader).filter(Exists(there))


def _in_the_list(day: Day, chosen: Mapping[str, str]) -> str:
    if day != timezone.localdate():
        return ""
    return f"{reverse('tenants:enterprise_list')}?{urlencode({'state': 'sitting', **chosen})}"


def lettable_units(reader: Reader, day: Day, place: Place) -> "QuerySet[Any]":
    """Units on a floor that are let or could be, with ``measured``: their area in m² as it is known on the day.

    The same rule as the stacking plan's (``tenants.rules.plan``): who sits in a unit decides before what a register
    calls it; its own area counts, else what its tenants use; where all of several say the same, it means the unit.
    """
    units: QuerySet[Unit] = Unit.objects.for_reader(reader)
    here = Q(pk__in=occupancies(reader).filter(running(day)).values("unit"))
    runs = running(day, "occupancies__")
    said = "occupancies__area"
    return (
        units.filter(place.q("building"), here | LET, floor__isnull=False)
        .annotate(
            tenants=Count("occupancies", filter=runs),
            saying=Count(said, filter=runs),
            least=Min(said, filter=runs),
            most=Max(said, filter=runs),
            together=Sum(said, filter=runs),
        )
        .annotate(
            measured=Case(
                When(area__isnull=False, then=F("area")),
                When(saying__gt=1, least=F("most"), then=F("least")),
                default=F("together"),
                output_field=AREA,
            )
        )
    )


def measured_units(reader: Reader, day: Day, place: Place) -> "QuerySet[Any]":
    """The lettable units whose area is known: what the vacancy rate rests on."""
    return lettable_units(reader, day, place).filter(measured__isnull=False)


def vacant_units(reader: Reader, day: Day, place: Place) -> "QuerySet[Any]":
    """Those of them in which nobody sits; without tenants to say it, only a unit's own area is known."""
    units: QuerySet[Unit] = Unit.objects.for_reader(reader)
    tenants = FilteredRelation("occupancies", condition=running(day, "occupancies__"))
    known = units.filter(LET, place.q("building"), area__isnull=False, floor__isnull=False)
    return known.annotate(measured=F("area"), tenants=tenants).filter(tenants__isnull=True)


def vacancy(reader: Reader, day: Day, place: Place) -> Measure:
    """Vacant area over lettable area, in percent; no value where no area is known."""
    found = lettable_units(reader, day, place).aggregate(
        records=Count("measured"),
        whole=Sum("measured"),
        vacant=Sum(Case(When(tenants=0, then=F("measured")), default=Decimal(0), output_field=AREA)),
    )
    whole, vacant = found["whole"] or Decimal(0), found["vacant"] or Decimal(0)
    rate = round(vacant * 100 / whole, 2) if whole else None
    return Measure(rate, found["records"], numerator=vacant, denominator=whole)


def _floor(unit: Unit) -> str | None:
    return floor_words(unit.floor.number) if unit.floor else None


def _say_space(units: Sequence[Any], reader: Reader) -> None:
    """Hang ``sitting`` (names of the enterprises there today) and ``used`` (m² they use) on each unit; one query."""
    names: dict[Any, list[str]] = {}
    today = occupancies(reader).filter(running(timezone.localdate()), unit__in=units)
    for unit, name in today.order_by("enterprise__name").values_list("unit", "enterprise__name"):
        names.setdefault(unit, []).append(name)
    for unit in units:
        unit.sitting = "、".join(names.get(unit.pk, ())) or _("空置")


def _of_building(unit: Any) -> str:
    return building_link(unit.building)


UNITS = List(
    name="units",
    title=gettext_lazy("单元"),
    counted=gettext_lazy("共 %(count)s 处"),
    rows=lambda reader: lettable_units(reader, timezone.localdate(), Place()),
    load=lambda rows, reader: rows.select_related("building", "floor"),
    columns=(
        Column(
            "building",
            gettext_lazy("楼宇"),
            "building__name",
            sort="building__name",
            nullable=False,
            link=_of_building,
            width=28,
        ),
        Column("number", gettext_lazy("房号"), "number", sort="number", nullable=False),
        Column("floor", gettext_lazy("楼层"), _floor, sort="floor__number"),
        Column(
            "area",
            gettext_lazy("面积"),
            "measured",
            "number",
            unit="m²",
            decimals=0,
            sort="measured",
            width=16,
        ),
        Column("tenants", gettext_lazy("现在入驻"), "sitting", prepare=_say_space, brief=True, width=32),
        ORIGIN,
    ),
    default_sort="building",
    definition=gettext_lazy("楼层和面积已知、已出租或可出租的单元，以读者的范围为限。"),
    empty=gettext_lazy("没有这样的单元"),
)

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        code="tenants.enterprises",
        name_zh="入驻企业",
        name_en="Enterprises in buildings",
        definition_zh="当天在楼宇内入驻的企业和非法人分支机构，一家计一次，占几处、在几幢楼都只计一次；"
        "合并的登记只计一家，入驻日期不详的视为一直在。",
        definition_en="Enterprises and unincorporated branch offices sitting in a building on the day, each once "
        "however many units it uses; merged records are one; an unknown move-in counts as always there.",
        unit_zh="家",
        unit_en="enterprises",
        group="attract",
        rows=enterprises_in_buildings,
        listing=ENTERPRISES,
        link=_in_the_list,
        came=("迁入", "moved in"),
        went=("迁出", "moved out"),
    ),
    Indicator(
        code="tenants.vacancy_rate",
        name_zh="空置率",
        name_en="Vacancy rate",
        definition_zh="空置面积 ÷ 可出租面积（%）。可出租面积是楼层和面积已知、已出租或可出租的单元之和；"
        "不出租的、党群共享的空间和面积不详的单元两边都不计。",
        definition_en="Vacant area over lettable area (%). Lettable: units on a known floor, of known area, let or "
        "to let; space not to let, shared party space and units of unknown area are in neither.",
        unit_zh="%",
        unit_en="%",
        group="attract",
        rows=measured_units,
        measure=vacancy,
        part=vacant_units,
        terms=("空置面积（m²）", "可出租面积（m²）", "Vacant area (m²)", "Lettable area (m²)"),
        listing=UNITS,
        came=("新空置", "newly vacant"),
        went=("不再空置", "no longer vacant"),
        decimals=1,
    ),
)

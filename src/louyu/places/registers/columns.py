"""What a register of buildings can say of each, and in which words offices say it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from louyu.core import readings
from louyu.workbooks.declare import CellValue, Column, words


class Point(NamedTuple):
    """A coordinate pair, degrees, as the file gives it; whether the cell says the latitude first."""

    longitude: float
    latitude: float
    latitude_first: bool


def fits(read: Callable[..., Any]) -> Callable[[CellValue], bool]:
    """Whether a cell can be read by this reader: the evidence of a column's content."""

    def look(value: CellValue) -> bool:
        try:
            return read(value, "") is not None
        except readings.Unreadable:
            return False

    return look


def looks_like_a_degree(value: CellValue) -> bool:
    """A number that can be a longitude or a latitude in China, in whichever of the two columns it stands."""
    return fits(readings.read_longitude)(value) or fits(readings.read_latitude)(value)


def read_point(value: CellValue, heading: str = "") -> Point | None:
    """A coordinate pair in one cell."""
    pair = readings.read_coordinate_pair(value, heading)
    return None if pair is None else Point(*pair, readings.latitude_comes_first(value))


def _looks_like_building(value: CellValue) -> bool:
    return isinstance(value, str) and value.strip().endswith(
        ("大厦", "广场", "中心", "商务楼", "大楼", "写字楼", "国际", "城", "园", "座", "楼")
    )


def _one_floor_number(value: CellValue, heading: str = "") -> int | None:
    found = readings.read_floors(value, heading)
    return None if found is None else found.above


def _below(value: CellValue, heading: str = "") -> int | None:
    found = readings.read_floors(value, heading)
    if found is None:
        return None
    return found.below if found.below else found.above


COLUMNS = (
    Column(
        "name",
        _("楼宇名称"),
        words(
            "楼宇名称 楼宇 楼名 大楼名称 大厦名称 名称 商务楼宇名称 重点楼宇名称 重点楼宇 "
            "楼栋名称 楼栋 项目名称 商务楼宇 写字楼名称 建筑名称 楼盘名称 载体名称 大楼 大厦"
        ),
        readings.read_text,
        _looks_like_building,
        identity=True,
    ),
    Column("other_name", _("别名"), words("别名 曾用名 简称 俗称"), readings.read_text),
    Column(
        "subdistrict",
        _("所属街道"),
        words("所属街道 街道 街道办 属地街道 所在街道 镇街 所属镇街 乡镇街道 镇(街道) 街道镇 属地 辖区街道"),
        readings.read_text,
        lambda v: isinstance(v, str) and v.strip().endswith(("街道", "镇", "乡")),
    ),
    Column(
        "community",
        _("所属社区"),
        words("所属社区 社区 所在社区 村社 社区名称 属地社区 村社区 所属村社 社区村"),
        readings.read_text,
        lambda v: isinstance(v, str) and v.strip().endswith(("社区", "村", "居委会")),
    ),
    Column(
        "address",
        _("地址"),
        words("地址 详细地址 楼宇地址 坐落 坐落位置 位置 所在地址 门牌号 具体地址 地理位置 楼宇坐落"),
        readings.read_text,
        lambda v: isinstance(v, str) and "号" in v and any(w in v for w in ("路", "街", "道", "巷")),
    ),
    Column(
        "floors",
        _("层数"),
        words(
            "层数 楼层数 总层数 楼层 楼高 楼高层 建筑层数 地上地下层数 总楼层 层高数 层 层数地上地下 共几层"
        ),
        readings.read_floors,
        facts=("above", "below"),
    ),
    Column(
        "floors_above",
        _("地上层数"),
        words("地上层数 地上 地上楼层 地面层数 地上部分层数 层数地上 楼层地上"),
        _one_floor_number,
    ),
    Column(
        "floors_below",
        _("地下层数"),
        words("地下层数 地下 地下室层数 地下楼层 地下室 层数地下 楼层地下"),
        _below,
    ),
    Column(
        "floor_area",
        _("建筑面积"),
        words("建筑面积 总建筑面积 面积 总面积 建面 建筑总面积 楼宇面积 体量 建筑体量"),
        readings.read_area,
        units=("㎡", "m²", "m2", "平方米", "平米", "平方"),
    ),
    Column(
        "lettable_area",
        _("可出租面积"),
        words("可出租面积 可租面积 商务面积 出租面积 可招商面积 商业面积 可租赁面积 商务办公面积"),
        readings.read_area,
    ),
    Column(
        "longitude",
        _("经度"),
        words("经度 lng lon longitude 坐标经度 东经 x坐标 X"),
        readings.read_longitude,
        looks_like_a_degree,
    ),
    Column(
        "latitude",
        _("纬度"),
        words("纬度 lat latitude 坐标纬度 北纬 y坐标 Y"),
        readings.read_latitude,
        looks_like_a_degree,
    ),
    Column(
        "point",
        _("坐标"),
        words("坐标 经纬度 地理坐标 位置坐标 GPS 坐标经度纬度 经纬坐标 定位 定位坐标"),
        read_point,
        fits(read_point),
        facts=("longitude", "latitude", "latitude_first"),
    ),
    Column(
        "built_year",
        _("建成年份"),
        words("建成年份 建成时间 竣工时间 竣工年份 投用时间 交付时间 建造年份 启用时间"),
        readings.read_year,
    ),
    Column(
        "property_manager",
        _("物业公司"),
        words("物业公司 物业 物业单位 物业服务企业 物业管理公司 物业管理单位 运营单位 管理单位"),
        readings.read_text,
    ),
    Column(
        "owner",
        _("产权单位"),
        words("产权单位 业主单位 开发商 产权人 业主 建设单位 开发单位"),
        readings.read_text,
    ),
    Column(
        "key",
        _("重点楼宇"),
        words("是否重点楼宇 是否重点 重点 是否为重点楼宇 重点标记"),
        readings.read_yes_no,
    ),
)

OTHER_THINGS = words(
    "物业电话 联系电话 联系人 楼长 楼长姓名 楼管员 管理员 空置率 入驻率 楼宇类型 入驻企业数 企业数 企业总数 从业人数 "
    "税收 纳税额 党员数 党组织 网格员 备注"
)

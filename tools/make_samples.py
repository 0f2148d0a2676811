"""Write the sample registers of `make demo`: an invented district, as messy as offices keep it.

`python tools/make_samples.py` writes `src/louyu/site/samples/`. The same seed gives the same bytes.
What is wrong on purpose goes to `truth.json` beside the files, and to the README made from it.
"""

import copy
import csv
import io
import json
import random
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sample_district import REGISTER_DAY, Building, District, Seat
from sample_office import ADMINISTRATORS, SPECIALISTS, Problem, chief_of, the_problems
from sample_spelling import Line, Truth, repeat, spelled_date, spelled_name, spoil, written_lines

SAMPLES = Path(__file__).resolve().parents[1] / "src" / "louyu" / "site" / "samples"
STAMP = (2026, 11, 3, 9, 0, 0)
THIN = Side(style="thin", color="999999")


# A layout is a list of columns: heading above, heading, field. Equal headings above are merged.
Layout = list[tuple[str, str, str]]


class Sheet:
    """Writes lines below a title and a header of one or two rows, and notes where the wrong cells land."""

    def __init__(self, sheet: Worksheet, layout: Layout, truth: Truth, rng: random.Random) -> None:
        self.sheet, self.layout, self.truth, self.rng = sheet, layout, truth, rng
        self.row, self.serial = 0, 0

    def title(self, *texts: str) -> None:
        """Rows of text over the whole width."""
        for number, text in enumerate(texts):
            self.row += 1
            self.sheet.cell(self.row, 1, text).font = Font(size=16 if number == 0 else 10, bold=number == 0)
            self.sheet.cell(self.row, 1).alignment = Alignment(horizontal="center" if number == 0 else "left")
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row, start_column=1, end_column=len(self.layout)
            )

    def header(self) -> None:
        """The headings; two rows where any column has one above."""
        first = self.row + 1
        two = any(above for above, _, _ in self.layout)
        self.row += 2 if two else 1
        for column, (above, heading, _) in enumerate(self.layout, 1):
            self.sheet.cell(first, column, above or heading)
            if two and above:
                self.sheet.cell(self.row, column, heading)
            elif two:
                self.sheet.merge_cells(
                    start_row=first, end_row=self.row, start_column=column, end_column=column
                )
            for row in (first, self.row):
                cell = self.sheet.cell(row, column)
                cell.font = Font(bold=True)
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
                cell.border = Border(bottom=THIN, top=THIN, left=THIN, right=THIN)
            width = (
                34
                if heading in ("企业名称", "单位", "户名")
                else 20
                if "代码" in heading or "电话" in heading
                else 13
            )
            self.sheet.column_dimensions[get_column_letter(column)].width = width
        column = 1
        while two and column <= len(self.layout):
            above = self.layout[column - 1][0]
            end = column
            while above and end < len(self.layout) and self.layout[end][0] == above:
                end += 1
            if end > column:
                self.sheet.merge_cells(start_row=first, end_row=first, start_column=column, end_column=end)
            column = end + 1

    def text(self, text: str, column: int = 1) -> None:
        """A row that is no record: a section, a note."""
        self.row += 1
        self.sheet.cell(self.row, column, text).font = Font(bold=True)

    def write(self, line: Line) -> int:
        """One line; answers its row."""
        self.row += 1
        self.serial += 1
        for column, (_, _, name) in enumerate(self.layout, 1):
            value = self.serial if name == "serial" else line.written.get(name, "")
            cell = self.sheet.cell(self.row, column, value if value != "" else None)
            if isinstance(value, datetime):
                cell.number_format = "yyyy/m/d"
            elif name == "code" and isinstance(value, str):
                cell.number_format = "@"
            self.note_wrong(line, name, get_column_letter(column))
        return self.row

    def note_wrong(self, line: Line, name: str, letter: str) -> None:
        """Put a wrong cell into the truth where this column shows the field."""
        for wrong, what in line.wrong.items():
            joined = {"contact_phone": "phone", "building_doors": "doors"}
            if joined.get(name, name) == wrong:
                self.truth.bad_cells.append((self.sheet.title, f"{letter}{self.row}", what))
                also = {"党员数大于从业人数": "staff", "楼里没有这一层": "floor"}.get(what)
                for column, (_, _, field_name) in enumerate(self.layout, 1):
                    if field_name == also:
                        other = f"{get_column_letter(column)}{self.row}"
                        self.truth.either.append((self.sheet.title, f"{letter}{self.row}", other))

    def write_with_merged_units(self, lines: list[Line]) -> None:
        """Lines in order; the door and area of a unit with four and more tenants are one merged cell."""
        written = [(self.write(line), line) for line in lines]
        for seat in {id(line.seat): line.seat for line in lines}.values():
            rows = [row for row, line in written if line.seat is seat]
            if len(seat.tenants) < 4 or rows[-1] - rows[0] >= len(rows):
                continue
            for column, (_, _, name) in enumerate(self.layout, 1):
                if name in ("doors", "area"):
                    self.sheet.merge_cells(
                        start_row=rows[0], end_row=rows[-1], start_column=column, end_column=column
                    )

    def subtotal(self, word: str, first: int, *names: str) -> None:
        """A row that adds up columns with formulas."""
        self.row += 1
        self.sheet.cell(self.row, 2, word)
        for column, (_, _, name) in enumerate(self.layout, 1):
            if name in names:
                letter = get_column_letter(column)
                self.sheet.cell(self.row, column, f"=SUM({letter}{first}:{letter}{self.row - 1})")


def save(book: Workbook, path: Path) -> None:
    """Save a workbook so that the same content is the same bytes: no clock in it."""
    book.properties.creator = "椒江区楼宇办"
    book.properties.created = book.properties.modified = datetime(*STAMP)
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                start = content.index(b"<dcterms:modified")
                end = content.index(b"</dcterms:modified>")
                opening = content.index(b">", start) + 1
                content = content[:opening] + b"2026-11-03T09:00:00Z" + content[end:]
            target.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)


# ---- the files ----


def buildings_register(district: District, path: Path) -> Truth:
    """重点楼宇台账.xlsx: two-row header, areas in 万㎡, coordinates in one cell, a total, another sheet."""
    rng = random.Random(1)
    truth = Truth(path.name, "buildings", len(district.buildings))
    truth.says = "两行表头，面积以万㎡计，经纬度在一格；合计行、注、填表说明不是楼宇"
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "楼宇台账"
    layout: Layout = [
        ("", "序号", "serial"),
        ("", "楼宇名称", "name"),
        ("所属区域", "街道", "subdistrict"),
        ("所属区域", "社区", "community"),
        ("", "地址", "address"),
        ("层数", "地上", "floors"),
        ("层数", "地下", "basement"),
        ("面积（万㎡）", "总建筑面积", "gross"),
        ("面积（万㎡）", "可出租面积", "lettable"),
        ("", "经纬度", "coordinates"),
        ("", "建成年份", "built"),
        ("", "是否重点楼宇", "key"),
        ("", "物业公司", "manager"),
        ("", "备注", "note"),
    ]
    writer = Sheet(sheet, layout, truth, rng)
    writer.title("椒江区重点楼宇台账", "填报单位：区楼宇办　　　填报时间：2026年10月　　　单位：层、万㎡")
    writer.header()
    first = writer.row + 1
    for building in district.buildings:
        line = Line(Seat(building, 1, (101,), None), None, written=building_cells(building, rng))
        if building.name == "橘洲大厦":
            line.written["coordinates"] = f"{building.latitude},{building.longitude}"
            line.wrong["coordinates"] = "经纬度颠倒"
        if building.name == "回浦文创楼":
            line.written["floors"] = "八层半"
            line.wrong["floors"] = "层数不是整数"
        writer.write(line)
    writer.subtotal("合计", first, "gross", "lettable")
    writer.text("注：1. 面积按房产证填写，保留两位小数；2. 合计行请勿删除。")
    rules = book.create_sheet("填表说明")
    for text in ("1. 层数填地上、地下自然层。", "2. 经纬度用 WGS84。", "3. 每季度末25日前报区楼宇办。"):
        rules.append([text])
    save(book, path)
    return truth


def building_cells(building: Building, rng: random.Random) -> dict[str, Any]:
    """A building's row in the words of the office."""
    lettable = sum(building.plates.values())
    lon, lat = building.longitude, building.latitude
    return {
        "name": building.name,
        "subdistrict": building.subdistrict,
        "community": building.community,
        "address": building.address,
        "floors": rng.choice([building.floors, building.floors, f"{building.floors}层"]),
        "basement": building.basement or rng.choice(["无", 0]),
        "gross": round(lettable * 1.32 / 10000, 2),
        "lettable": round(lettable / 10000, 3),
        "coordinates": rng.choice(
            [f"{lon},{lat}", f"{lon}，{lat}", f"东经{lon}°，北纬{lat}°", f"{lon} {lat}"]
        ),
        "built": rng.choice([building.built, f"{building.built}年"]),
        "key": rng.choice(["是", "√"]) if building.key else rng.choice(["否", ""]),
        "manager": building.manager or "无",
        "note": "",
    }


def main_register(district: District, path: Path) -> Truth:
    """入驻企业登记表.xlsx: a sheet for each subdistrict, each keeping its table in its own way."""
    rng = random.Random(2)
    truth = Truth(path.name, "enterprises", 0)
    truth.says = "一街一表，写法各不相同：分楼小节、合并单元格、隐藏行列、小计、重复表头；填表说明不是登记"
    book = Workbook()
    book.remove(book["Sheet"])
    faults = [
        "校验位错误 校验位错误 代码变成了数字 把0写成了O 日期不存在 手机号少一位 "
        "党员数大于从业人数 面积是负数",
        "校验位错误 把0写成了O 楼里没有这一层 手机号少一位 代码变成了数字",
        "只有17位 日期不存在",
        "校验位错误 把0写成了O 代码变成了数字",
    ]
    sheets = (sheet_of_baiyun, sheet_of_jiazhi, sheet_of_haimen, sheet_of_the_others)
    names = (
        ("华伟总部大厦", "前后科技大厦", "橘洲大厦"),
        ("万达广场", "山海国际大厦"),
        ("东港航运中心", "海棠湾商务中心"),
        ("永宁商会大厦", "回浦文创楼"),
    )
    for write, buildings, wrong in zip(sheets, names, faults, strict=True):
        lines = written_lines(district.seats(*buildings), rng)
        spoil(lines, wrong.split(), rng)
        repeat(lines, 2, rng, truth)
        write(book, lines, truth, rng)
        truth.records += len({line.tenant.code for line in lines if line.tenant})
    truth.repeated_rows = 1  # the bank on two floors
    rules = book.create_sheet("填表说明")
    for text in (
        "一、本表由各街道楼宇专员填报。",
        "二、空置单元也要填。",
        "三、一家企业占几间的，房号用顿号隔开。",
    ):
        rules.append([text])
    save(book, path)
    return truth


def sheet_of_baiyun(book: Workbook, lines: list[Line], truth: Truth, rng: random.Random) -> None:
    """Sections by building, two-row header, subtotals, merged units."""
    layout: Layout = [
        ("", "序号", "serial"),
        ("", "企业名称", "name"),
        ("", "统一社会信用代码", "code"),
        ("入驻位置", "房号", "doors"),
        ("入驻位置", "面积（㎡）", "area"),
        ("", "联系人及电话", "contact_phone"),
        ("人员情况（人）", "从业人数", "staff"),
        ("人员情况（人）", "党员数", "members"),
        ("", "注册资本（万元）", "capital"),
        ("", "入驻时间", "since"),
        ("", "所属行业", "industry"),
        ("", "是否分支机构", "branch"),
        ("", "备注", "note"),
    ]
    writer = Sheet(book.create_sheet("白云街道"), layout, truth, rng)
    writer.title("楼宇入驻企业登记表", "填报单位：白云街道办事处　　（数据截至2026年10月31日）")
    writer.header()
    for number, building in zip(
        "一二三", dict.fromkeys(line.seat.building.name for line in lines), strict=True
    ):
        writer.text(f"{number}、{building}")
        first = writer.row + 1
        writer.write_with_merged_units([line for line in lines if line.seat.building.name == building])
        writer.subtotal("小计", first, "staff", "members")
        writer.row += 1
    writer.text("注：空置单元由物业提供，面积为建筑面积。")


def sheet_of_jiazhi(book: Workbook, lines: list[Line], truth: Truth, rng: random.Random) -> None:
    """A column for the building; the header again after sixty rows; a hidden column and hidden rows."""
    layout: Layout = [
        ("", "序号", "serial"),
        ("", "所在楼宇", "building"),
        ("", "楼层", "floor"),
        ("", "门牌号", "doors"),
        ("", "单位名称", "name"),
        ("", "信用代码", "code"),
        ("", "用房面积（平方米）", "area"),
        ("", "行业", "industry"),
        ("", "联系人", "contact"),
        ("", "联系电话", "phone"),
        ("", "员工数", "staff"),
        ("", "其中党员", "members"),
        ("", "进驻日期", "since"),
        ("", "备注", "note"),
    ]
    sheet = book.create_sheet("葭沚街道")
    writer = Sheet(sheet, layout, truth, rng)
    writer.title("葭沚街道楼宇企业情况表（2026年10月）")
    writer.header()
    for number, line in enumerate(lines):
        if number == 60:
            writer.row += 1
            writer.header()
        row = writer.write(line)
        if number in (17, 18):
            sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["H"].hidden = True


def sheet_of_haimen(book: Workbook, lines: list[Line], truth: Truth, rng: random.Random) -> None:
    """The building once in a merged first column."""
    layout: Layout = [
        ("", "楼宇", "building"),
        ("", "室号", "doors"),
        ("", "企业名称", "name"),
        ("", "社会信用代码", "code"),
        ("", "使用面积㎡", "area"),
        ("", "负责人", "contact"),
        ("", "手机", "phone"),
        ("", "人数", "staff"),
        ("", "注册资金（万元）", "capital"),
        ("", "入驻年月", "since"),
        ("", "主营行业", "industry"),
    ]
    sheet = book.create_sheet("海门街道")
    writer = Sheet(sheet, layout, truth, rng)
    writer.title("海门街道商务楼宇入驻企业明细", "制表：东港航运中心物业　　2026年10月28日")
    writer.header()
    for building in dict.fromkeys(line.seat.building.name for line in lines):
        rows = [writer.write(line) for line in lines if line.seat.building.name == building]
        sheet.merge_cells(start_row=rows[0], end_row=rows[-1], start_column=1, end_column=1)
    writer.text("合计", 1)


def sheet_of_the_others(book: Workbook, lines: list[Line], truth: Truth, rng: random.Random) -> None:
    """Building and door in one cell; blank rows between the buildings."""
    layout: Layout = [
        ("", "序", "serial"),
        ("", "企业", "name"),
        ("", "统一代码", "code"),
        ("", "经营地址", "building_doors"),
        ("", "建筑面积", "area"),
        ("", "联系人、电话", "contact_phone"),
        ("", "职工人数", "staff"),
        ("", "党员人数", "members"),
        ("", "入驻日期", "since"),
        ("", "所属行业", "industry"),
    ]
    writer = Sheet(book.create_sheet("洪家、章安"), layout, truth, rng)
    writer.title("洪家、章安街道楼宇企业名册")
    writer.header()
    last = lines[0].seat.building
    for line in lines:
        if line.seat.building is not last:
            writer.row += 2
            last = line.seat.building
        writer.write(line)


def system_export(district: District, path: Path) -> Truth:
    """系统导出.csv in GB18030: four small buildings, and forty enterprises of the main register again."""
    rng = random.Random(3)
    truth = Truth(path.name, "enterprises", 0)
    truth.says = "GB18030；全列带引号；其中前后科技大厦的企业与登记表重合"
    lines = written_lines(district.seats("杨府电商楼", "滨塘创业大厦", "潮汐科创园A座", "潮汐科创园B座"), rng)
    again = [line for line in written_lines(district.seats("前后科技大厦"), rng) if line.tenant][:40]
    spoil(lines, ["校验位错误", "日期不存在"], rng)
    columns = (
        "name",
        "code",
        "building",
        "floor",
        "doors",
        "area",
        "contact",
        "phone",
        "capital",
        "industry",
        "since",
        "staff",
    )
    headings = ("主体名称", "统一社会信用代码", "楼宇名称", "所在楼层", "房间号", "建筑面积(㎡)", "联系人", "联系电话", "注册资本(万元)", "行业门类", "入驻日期", "从业人员数")  # fmt: skip  # noqa: E501
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        out.writerow([*headings, "录入时间"])
        for number, line in enumerate(line for line in lines + again if line.tenant):
            cells = [line.written.get(name, "") for name in columns]
            cells = [f"{c:%Y-%m-%d}" if isinstance(c, datetime) else c for c in cells]
            out.writerow([*cells, f"2026-10-{number % 28 + 1:02} {9 + number % 8:02}:30:00"])
            for name, what in line.wrong.items():
                cell = f"{get_column_letter(columns.index(name) + 1)}{number + 2}"
                truth.bad_cells.append((path.stem, cell, what))
    truth.records = len({line.tenant.code for line in lines + again if line.tenant})
    return truth


def subdistrict_report(district: District, path: Path) -> Truth:
    """一家街道报来的.xls: the old format, the building only in the title, its own words in the header."""
    rng = random.Random(4)
    truth = Truth(path.name, "enterprises", 0)
    truth.says = "旧格式；楼名只在大标题里；有合计行和签字行"
    lines = written_lines(district.seats("临港国贸大厦"), rng)
    spoil(lines, ["校验位错误", "手机号少一位"], rng)
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("前所街道")
    dates = xlwt.easyxf(num_format_str="yyyy-m-d")
    columns = (
        "serial",
        "name",
        "code",
        "floor",
        "doors",
        "area",
        "contact",
        "phone",
        "staff",
        "since",
        "industry",
        "note",
    )
    headings = ("编号", "单位名称", "营业执照号", "几楼", "门牌", "面积", "负责人", "联系方式", "人数", "搬入时间", "做什么的", "说明")  # fmt: skip  # noqa: E501
    sheet.write_merge(0, 0, 0, len(columns) - 1, "前所街道临港国贸大厦入驻单位一览表")
    sheet.write(1, 0, "2026年11月2日")
    for column, heading in enumerate(headings):
        sheet.write(2, column, heading)
    row = 3
    for row, line in enumerate(lines, 3):
        for column, name in enumerate(columns):
            value = row - 2 if name == "serial" else line.written.get(name, "")
            sheet.write(row, column, value, *([dates] if isinstance(value, datetime) else []))
            if name in line.wrong:
                truth.bad_cells.append(
                    ("前所街道", f"{get_column_letter(column + 1)}{row + 1}", line.wrong[name])
                )
    sheet.write(row + 1, 1, "合计")
    sheet.write(row + 1, 8, sum(line.tenant.staff for line in lines if line.tenant))
    sheet.write(row + 3, 1, "填表人：　　　　　审核人：")
    book.save(str(path))
    truth.records = len({line.tenant.code for line in lines if line.tenant})
    return truth


def officers_register(district: District, path: Path) -> Truth:
    """一长两员名单.xlsx: a row for each building, several people in a cell, posts not filled in the office's ways."""
    rng = random.Random(6)
    truth = Truth(path.name, "duties", 0)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "一长两员"
    layout: Layout = [
        ("", "序号", "serial"),
        ("", "楼宇名称", "building"),
        ("", "包干楼长", "chief"),
        ("", "楼企管理员", "administrators"),
        ("", "楼企服务专员", "specialists"),
        ("", "备注", "note"),
    ]
    writer = Sheet(sheet, layout, truth, rng)
    writer.title("椒江区重点楼宇“一长两员”名单", "区楼宇办　　2026年10月")
    writer.header()
    for building in district.buildings:
        cells, people = officers_cells(district, building, rng)
        truth.records += people
        writer.write(Line(Seat(building, 1, (101,), None), None, written=cells))
    for letter, width in zip("BCDE", (18, 26, 24, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    writer.text("注：人员有调整的，请于每月25日前报区楼宇办。")
    save(book, path)
    truth.says = (
        "一楼一行，一格多人；两幢楼没有配齐；海棠湾商务中心的管理员与一位企业联系人同名，"
        "没写电话，是不是同一个人要由人决定"
    )
    return truth


def officers_cells(district: District, building: Building, rng: random.Random) -> tuple[dict[str, Any], int]:
    """A building's officers in the words of the office, and how many they are."""
    chief = chief_of(district, building.name)
    administrators = ADMINISTRATORS[building.name]
    if not administrators:
        administrators = (next(s.tenants[0].contact for s in building.seats if s.tenants),)
    specialists = SPECIALISTS[building.name]
    cells = {
        "building": building.name,
        "chief": f"{chief[0]}（{chief[1]}）" if chief else "待定",
        "administrators": rng.choice("、、，\n").join(administrators),
        "specialists": rng.choice("\n\n、").join(f"{n}（{d}）" for n, d in specialists) or "空缺",
        "note": "" if chief and specialists else "未配齐",
    }
    return cells, bool(chief) + len(administrators) + len(specialists)


def problems_ledger(district: District, path: Path) -> Truth:
    """问题需求交办清单.xlsx: the year's problems, dates in every spelling, states in the office's own words."""
    rng = random.Random(7)
    problems = the_problems(district, rng)
    truth = Truth(path.name, "ledger", len(problems))
    closed = [p for p in problems if p.closed_on]
    truth.says = (
        f"2026年问题需求 {len(problems)} 件，日期写法各异，办理情况照部门原话；"
        f"{len(problems) - len(closed)} 件还没有办结，两件办结时间不可能"
    )
    wrong = dict(zip(map(id, rng.sample(closed, 2)), ("办结早于反映", "日期不存在"), strict=True))
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "2026年"
    layout: Layout = [
        ("", "交办编号", "number"),
        ("", "反映时间", "raised_on"),
        ("", "反映企业", "enterprise"),
        ("", "所在楼宇", "building"),
        ("", "问题类别", "category"),
        ("", "具体问题", "text"),
        ("", "交办部门", "department"),
        ("", "办理情况", "state"),
        ("", "办结时间", "closed_on"),
        ("", "满意度", "satisfaction"),
    ]
    writer = Sheet(sheet, layout, truth, rng)
    writer.title("楼宇企业问题需求交办清单", "汇总：区楼宇办　　　（2026年1月至10月）")
    writer.header()
    for problem in problems:
        seat = Seat(next(b for b in district.buildings if b.name == problem.building), 1, (101,), None)
        line = Line(seat, problem.enterprise, written=problem_cells(problem, rng))
        spoil_closing(line, problem, wrong.get(id(problem), ""))
        writer.write(line)
    for letter, width in zip("CFH", (34, 44, 26), strict=True):
        sheet.column_dimensions[letter].width = width
    writer.text("注：办结以企业确认为准；退回的由楼企管理员重新交办。")
    save(book, path)
    return truth


def problem_cells(problem: Problem, rng: random.Random) -> dict[str, Any]:
    """A problem's row in the words of the office."""
    return {
        "number": problem.number,
        "raised_on": spelled_date(problem.raised_on, rng),
        "enterprise": spelled_name(problem.enterprise.name, rng) if problem.enterprise else "",
        "building": problem.building,
        "category": problem.category,
        "text": problem.text,
        "department": rng.choices([problem.department, "区" + problem.department], (80, 20))[0]
        if problem.department.endswith("局")
        else problem.department,
        "state": problem.state,
        "closed_on": spelled_day(problem.closed_on, rng) if problem.closed_on else "",
        "satisfaction": problem.satisfaction,
    }


def spelled_day(day: date, rng: random.Random) -> Any:
    """A day in one of the spellings that say the day, not the month alone."""
    while isinstance(spelled := spelled_date(day, rng), str) and spelled.endswith("月"):
        pass
    return spelled


def spoil_closing(line: Line, problem: Problem, fault: str) -> None:
    """Make the closing date impossible."""
    match fault:
        case "办结早于反映":
            line.written["closed_on"] = f"{problem.raised_on - timedelta(days=40):%Y-%m-%d}"
        case "日期不存在":
            line.written["closed_on"] = "2026-09-31"
        case _:
            return
    line.wrong["closed_on"] = fault


SHORT = {
    "华伟总部大厦": ["华伟", "华伟", "华伟总部", "华伟总部大厦"],
    "前后科技大厦": ["前后科技", "前后大厦", "前后科技大厦"],
    "橘洲大厦": ["橘洲", "橘洲大厦"],
    "万达广场": ["万达", "万达"],
    "山海国际大厦": ["山海国际", "山海"],
    "潮汐科创园A座": ["潮汐科创园A座", "潮汐科创园"],
    "潮汐科创园B座": ["潮汐科创园B座", "潮汐科创园"],
    "永宁商会大厦": ["永宁商会", "永宁商会大厦"],
}


def next_month(district: District, path: Path) -> Truth:
    """入驻企业登记表（12月）.xlsx: other headings, short names; who came, went, moved, was renamed."""
    rng = random.Random(5)
    truth = Truth(path.name, "enterprises", 0)
    buildings = [b.name for b in district.buildings if b.subdistrict != "前所街道"]
    seats = copy.deepcopy(district.seats(*buildings))
    changes = change_a_month(seats, district, rng)
    lines = [line for line in written_lines(seats, rng) if line.tenant]
    two_in_doubt = 0
    for line in lines:
        name = line.seat.building.name
        short = rng.choice(SHORT.get(name, [name]))
        if short == "潮汐科创园":
            two_in_doubt += 1
            short = short if two_in_doubt <= 4 else name
        line.written["building"] = short
        change = changes.get(line.tenant.code if line.tenant else "", "")
        line.written["change"] = change
        if line.seat.area and rng.random() > 0.06:
            line.written["area"] = line.seat.area
    for line in rng.sample([line for line in lines if not line.shares], 2):
        line.written["code"] = ""
    spoil(lines, ["校验位错误", "把0写成了O", "日期不存在", "手机号少一位"], rng)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "11月底"
    layout: Layout = [
        ("", "楼栋", "building"),
        ("", "门牌", "doors"),
        ("", "户名", "name"),
        ("", "执照代码", "code"),
        ("", "实际用房（平方米）", "area"),
        ("", "经办人", "contact"),
        ("", "手机号码", "phone"),
        ("", "用工人数", "staff"),
        ("", "何时搬来", "since"),
        ("", "主营", "industry"),
        ("", "本月变化", "change"),
    ]
    writer = Sheet(sheet, layout, truth, rng)
    writer.title("入驻企业登记表（12月报）", "数据截至2026年11月20日，全量")
    writer.header()
    for line in lines:
        writer.write(line)
    save(book, path)
    truth.records = len({line.tenant.code for line in lines if line.tenant})
    kinds = list(changes.values())
    truth.says = (
        f"下月的表，列名全换、楼名简写：新入驻 {kinds.count('新入驻')} 家，更名 {kinds.count('更名')} 家，"
        f"换房 {kinds.count('换房')} 家，有 {kinds.count('迁出')} 家不在表里；"
        f"「潮汐科创园」分不清哪座的 {min(two_in_doubt, 4)} 行"
    )
    return truth


def change_a_month(seats: list[Seat], district: District, rng: random.Random) -> dict[str, str]:
    """Let a month pass over the seats: code → what happened to the enterprise."""
    changes: dict[str, str] = {}
    settled = [s for s in seats if len(s.tenants) == 1 and s.area and not s.tenants[0].branch_office]
    picked = rng.sample(settled, 7 + 4 + 3 + 14)
    for seat in picked[:7]:
        changes[seat.tenants.pop().code] = "迁出"
    for seat in picked[7:11]:
        tenant = seat.tenants[0]
        tenant.name = tenant.name.replace(tenant.brand, district.brands.pop())
        changes[tenant.code] = "更名"
    vacant = [s for s in seats if not s.tenants and s.use == "let" and s.area and s not in picked]
    rng.shuffle(vacant)
    for seat in picked[11:14]:
        tenant = seat.tenants.pop()
        tenant.since = date(2026, 11, 1) + timedelta(days=rng.randrange(15))
        vacant.pop().tenants = [tenant]
        changes[tenant.code] = "换房"
    for seat in picked[14:]:
        seat.tenants[0].staff += rng.randint(1, 9)
    for seat in vacant[:8]:
        tenant = district.invent_enterprise(rng.choice("批商软科"), seat.building, seat.area or 100)
        tenant.since = date(2026, 11, 1) + timedelta(days=rng.randrange(18))
        seat.tenants = [tenant]
        changes[tenant.code] = "新入驻"
    return changes


def readme(truths: list[Truth], district: District) -> str:
    """What is in each file, from what was really written."""
    total = len({e.code for b in district.buildings for s in b.seats for e in s.tenants})
    parts = [
        "# Sample registers",
        "",
        f"An invented district with {len(district.buildings)} buildings and {total} enterprises on",
        f"{REGISTER_DAY:%Y-%m-%d}, as messy as offices keep it. The first six are what an office brings",
        "to an empty district of its own: buildings, enterprises, officers, the ledger of problems; the last is",
        "next month's file, for trying a second import. The demo (`louyu demo`) is another district.",
        "All people, telephone numbers, credit codes and enterprises are invented. Made by",
        "`tools/make_samples.py`; do not edit by hand. `truth.json` says the same for programs.",
        "",
        "| file | kind | records | wrong cells | what it is like |",
        "|---|---|---|---|---|",
        *(f"| {t.file} | {t.kind} | {t.records} | {len(t.bad_cells)} | {t.says} |" for t in truths),
        "",
        "A building's record is a building; an enterprise is one record however many units it has. Rows",
        "that repeat an enterprise under another spelling, vacant and unlet units, subtotals, notes and the",
        "sheet 填表说明 are neither records nor wrong. The bank in 华伟总部大厦 has two rows because it sits",
        "on two floors. A record of 一长两员名单 is one person in one role at one building.",
        "",
        "## Wrong on purpose",
        "",
    ]
    for truth in truths:
        parts += [f"- {truth.file} {sheet}!{cell}: {what}" for sheet, cell, what in truth.bad_cells]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write all files into the package's samples."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    district = District()
    truths = [
        buildings_register(district, SAMPLES / "重点楼宇台账.xlsx"),
        main_register(district, SAMPLES / "入驻企业登记表.xlsx"),
        system_export(district, SAMPLES / "系统导出.csv"),
        subdistrict_report(district, SAMPLES / "一家街道报来的.xls"),
        officers_register(district, SAMPLES / "一长两员名单.xlsx"),
        problems_ledger(district, SAMPLES / "问题需求交办清单.xlsx"),
    ]
    text = json.loads(json.dumps([t.__dict__ for t in truths]))
    last = next_month(district, SAMPLES / "入驻企业登记表（12月）.xlsx")
    description = readme([*truths, last], District())
    (SAMPLES / "README.md").write_text(description, encoding="utf-8")
    truth_text = json.dumps([*text, last.__dict__], ensure_ascii=False, indent=1)
    (SAMPLES / "truth.json").write_text(truth_text + "\n", encoding="utf-8")
    print(description)


if __name__ == "__main__":
    main()

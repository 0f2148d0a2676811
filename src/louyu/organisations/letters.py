"""The letter of introduction (党员组织关系介绍信) as a Word file, from a template that a district may replace.

The template is ``LOUYU_HOME/templates/letter.docx`` where there is one, else the one made here. In either, words in
double braces (「{{姓名}}」) are filled in.
"""

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from louyu.organisations.models import Membership, Transfer
from louyu.organisations.queries import numbers
from louyu.organisations.rules.terms import letter_valid_until

OWN_TEMPLATE = "templates/letter.docx"


def letter(transfer: Transfer, membership: Membership | None, name: str, identity: str, phone: str) -> bytes:
    """The letter of a transfer, filled in. name, identity and phone are given in the clear by a logged reveal."""
    return _saved(_filled(_template(), _words(transfer, membership, name, identity, phone)))


def _words(
    transfer: Transfer, membership: Membership | None, name: str, identity: str, phone: str
) -> dict[str, str]:
    day = transfer.letter_on
    last = letter_valid_until(day, numbers()) if day else None
    return {
        "编号": transfer.letter_number,
        "姓名": name,
        "身份证号": identity,
        "电话": phone,
        "党员类别": str(membership.get_stage_display()) if membership else "",
        "转出组织": str(transfer.from_organisation or transfer.from_outside or ""),
        "转入组织": str(transfer.to_organisation or transfer.to_outside),
        "年": f"{day.year}" if day else "　　",
        "月": f"{day.month}" if day else "　",
        "日": f"{day.day}" if day else "　",
        "有效天数": str(numbers().letter_days),
        "有效期至": f"{last}" if last else "",
    }


def _template() -> Any:
    from docx import Document

    own = Path(settings.HOME) / OWN_TEMPLATE
    return Document(str(own)) if own.exists() else _made()


def _made() -> Any:
    """The usual letter: the letter itself, and the slip that comes back."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "FangSong", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")

    def line(
        text: str, *, centre: bool = False, right: bool = False, size: int = 14, bold: bool = False
    ) -> None:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), bold
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    line("中国共产党党员组织关系介绍信", centre=True, size=20, bold=True)
    line("第 {{编号}} 号", right=True)
    line("{{转入组织}}：")
    line(
        "　　{{姓名}}同志（身份证号 {{身份证号}}），系中共{{党员类别}}，组织关系由{{转出组织}}转到你处，请接转。"
    )
    line("　　（有效期 {{有效天数}} 天）")
    line("{{转出组织}}（盖章）", right=True)
    line("{{年}} 年 {{月}} 月 {{日}} 日", right=True)
    line("党员联系电话：{{电话}}")
    line("- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -", centre=True)
    line("党员组织关系介绍信回执", centre=True, size=18, bold=True)
    line("{{转出组织}}：")
    line("　　{{姓名}}同志的组织关系已转达我处，特此回复。")
    line("{{转入组织}}（盖章）", right=True)
    line("　　　年　　月　　日", right=True)
    return document


def _filled(document: Any, words: dict[str, str]) -> Any:
    paragraphs = [*document.paragraphs]
    for table in document.tables:
        paragraphs += [p for row in table.rows for cell in row.cells for p in cell.paragraphs]
    for paragraph in paragraphs:
        text = paragraph.text
        if "{{" not in text:
            continue
        for word, said in words.items():
            text = text.replace("{{" + word + "}}", said)
        first, *rest = paragraph.runs
        first.text = text  # the first run's look holds for the line; Word splits a placeholder over several
        for run in rest:
            run.text = ""
    return document


def _saved(document: Any) -> bytes:
    document.core_properties.author = "Louyu"
    document.core_properties.title = _("党员组织关系介绍信")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()

"""A copy of everything held on a person, for themselves: as JSON for machines, as PDF for people (PIPL, art. 45)."""

import io
import json
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.people.queries import Own, consents_of, held_on, looks_at

FONT = "STSong-Light"
"""A font that every reader of PDF has for Chinese; it is named, not embedded."""


def copy_of(one: Own) -> dict[str, Any]:
    """Everything held, with sources, consents, and who looked."""
    return {
        "as_of": timezone.localtime().isoformat(timespec="minutes"),
        "records": [
            {
                "what": held.what,
                "says": dict(held.said),
                "source": held.source,
                "recorded": held.recorded.isoformat(timespec="minutes") if held.recorded else None,
            }
            for held in held_on(one)
        ],
        "consents": [
            {
                "purpose": consent.text.get_purpose_display(),
                "version": consent.text.version,
                "text": consent.text.text,
                "given": consent.given_at.isoformat(timespec="minutes"),
                "withdrawn": consent.withdrawn_at.isoformat(timespec="minutes")
                if consent.withdrawn_at
                else None,
            }
            for consent in consents_of(one)
        ],
        "looks": [
            {
                "at": log.at.isoformat(timespec="minutes"),
                "by": str(log.by),
                "what": log.fields.split(","),
                "why": log.reason,
            }
            for log in looks_at(one)
        ],
    }


def as_json(one: Own) -> bytes:
    """The copy as JSON, readable as it stands."""
    return json.dumps(copy_of(one), ensure_ascii=False, indent=2).encode()


def as_pdf(one: Own) -> bytes:
    """The copy as a PDF of A4 pages."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=17, wordWrap="CJK")
    head = ParagraphStyle("head", parent=body, fontSize=13, leading=24, spaceBefore=10)
    quiet = ParagraphStyle("quiet", parent=body, fontSize=9, textColor="#5b6470")
    title = ParagraphStyle("title", parent=body, fontSize=19, leading=30)
    copy = copy_of(one)

    def line(text: str, style: Any = body) -> Any:
        return Paragraph(escape(text), style)

    told = [line(_("我的个人信息"), title), line(_("生成时间：%s") % copy["as_of"], quiet)]
    for held in copy["records"]:
        told += [line(held["what"], head)]
        told += [line(f"{what}：{said}") for what, said in held["says"].items()]
        told += [
            line(
                _("来源：%(source)s　登记：%(day)s")
                % {"source": held["source"] or "—", "day": (held["recorded"] or "—")[:10]},
                quiet,
            )
        ]
    told += [line(_("我同意过的"), head)]
    for consent in copy["consents"]:
        until = _("，%s 撤回") % consent["withdrawn"][:10] if consent["withdrawn"] else ""
        told += [
            line(f"{consent['purpose']} v{consent['version']}：{consent['given'][:10]}{until}"),
            line(consent["text"], quiet),
        ]
    told += [line(_("谁看过，为什么"), head)]
    told += [line(f"{look['at'][:16]}　{look['by']}　{look['why']}") for look in copy["looks"]]
    if not copy["looks"]:
        told += [line(_("没有人看过。"))]
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, title=_("我的个人信息"), author="Louyu").build([*told, Spacer(1, 12)])
    return out.getvalue()

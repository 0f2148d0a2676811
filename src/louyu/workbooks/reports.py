"""What a file would do or did, in words: for the pages, for ``louyu import --json``, for the marked copy."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from louyu.core.reasons import MENDS, REASONS
from louyu.workbooks.declare import CellValue, Plan, Question, Wrong, excel_cell
from louyu.workbooks.marking import Mark
from louyu.workbooks.understanding import Understood, counts, registers

OF_ANY_TABLE = {
    "undecodable": (_("这一格里有无法识别的字节。"), _("请在原系统里重新导出，或手工改正这一格。")),
    "outside_scope": (_("这不在您管理的范围内。"), _("请交给所在街道或区楼宇办导入。")),
}


def _texts(code: str) -> tuple[Any, Any]:
    """Why and mend of a code: of a single cell, of any table, or of one register's own rules."""
    if code in REASONS:
        return REASONS[code], MENDS[code]
    own = [r.reasons[code] for r in registers().values() if code in r.reasons]
    return own[0] if own else OF_ANY_TABLE[code]


def _filled(text: Any, params: dict[str, Any]) -> str:
    return str(text) % params if params else str(text)


def reason_text(code: str, params: dict[str, Any]) -> str:
    """Why a value cannot be taken, one sentence in the reader's language."""
    return _filled(_texts(code)[0], params)


def mend_text(code: str, params: dict[str, Any], suggestion: str | None) -> str:
    """What to write instead, one sentence in the reader's language."""
    return _filled(_texts(code)[1], params)


def shown(value: CellValue) -> str:
    """A cell's value as the user sees it in the file."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float) and abs(value) >= 1e15:
        return f"{value:.6G}"
    return str(value)[:200]


def wrong_row(understood: Understood, wrong: Wrong) -> dict[str, Any]:
    """A wrong cell as the report keeps it: codes, so that each reader gets it in their language."""
    return {
        "sheet": wrong.sheet,
        "cell": wrong.cell,
        "row": wrong.row,
        "value": shown(wrong.value),
        "field": wrong.field,
        "code": wrong.reason,
        "params": {k: str(v) for k, v in wrong.params.items()},
        "suggestion": wrong.suggestion,
    }


def question_row(question: Question) -> dict[str, Any]:
    """A question as the report keeps it."""
    return {
        "sheet": question.sheet,
        "cell": question.cell,
        "row": question.row,
        "key": question.key,
        "question": str(question.text),
        "choices": [{"code": c.code, "label": str(c.label)} for c in question.choices],
        "sides": [[str(label), held, said] for label, held, said in question.sides],
    }


def report(understood: Understood, plan: Plan) -> dict[str, Any]:
    """Everything the import page shows, as JSON; it quotes cells, so it is kept encrypted."""
    return {
        "kind": understood.register.kind,
        "sheets": sorted({t.sheet for t in understood.tables}),
        "as_of": understood.as_of.isoformat(),
        "rows": sum(len(t.rows) for t in understood.tables),
        "counts": counts(plan),
        "tables": [
            {
                "sheet": t.sheet,
                "title": t.title,
                "columns": [
                    {
                        "letter": excel_cell(1, h.column)[:-1],
                        "heading": h.text,
                        "field": h.field or "",
                        "why": h.why,
                        "samples": [shown(r.cells[h.column]) for r in t.rows[:3] if h.column < len(r.cells)],
                    }
                    for h in t.headings
                ],
                "sample_rows": [r.number for r in t.rows[:3]],
                "skipped": len(t.skipped),
            }
            for t in understood.tables
        ],
        "wrong": [wrong_row(understood, w) for w in plan.wrong],
        "ask": [question_row(q) for q in plan.questions],
        "absent": [{"subject": a.subject.hex, "name": a.name, "place": a.place} for a in plan.absent],
        "notes": [str(n) for n in understood.book.notes],
    }


def as_answer(report: dict[str, Any], batch: str | None) -> dict[str, Any]:
    """The report as ``louyu import --json`` prints it."""
    found = report["counts"]
    return {
        "kind": report["kind"],
        "sheets": report["sheets"],
        "new": found["new"],
        "changed": found["changed"],
        "unchanged": found["unchanged"],
        "duplicates": found["duplicates"],
        "absent": found["absent"],
        "wrong": [
            {
                "sheet": w["sheet"],
                "cell": w["cell"],
                "value": w["value"],
                "field": w["field"],
                "reason": reason_text(w["code"], w["params"]),
                "mend": mend_text(w["code"], w["params"], w["suggestion"]),
                "suggestion": w["suggestion"],
            }
            for w in report["wrong"]
        ],
        "ask": [
            {
                "sheet": q["sheet"],
                "cell": q["cell"],
                "question": q["question"],
                "choices": [c["label"] for c in q["choices"]],
            }
            for q in report["ask"]
        ],
        "batch": batch,
    }


def marks(report: dict[str, Any]) -> list[Mark]:
    """Every cell to be marked in the user's copy, with why and mend."""
    return [
        Mark(
            w["sheet"],
            w["cell"],
            reason_text(w["code"], w["params"]),
            mend_text(w["code"], w["params"], w["suggestion"]),
        )
        for w in report["wrong"]
    ]


def in_words(report: dict[str, Any]) -> str:
    """The report for a terminal."""
    found = report["counts"]
    lines = [
        f"{report['kind']}: {report['rows']} rows in {', '.join(report['sheets'])}",
        f"  new {found['new']}, changed {found['changed']}, unchanged {found['unchanged']}, "
        f"duplicates {found['duplicates']}, absent {found['absent']}",
    ]
    for w in report["wrong"]:
        reason, mend = reason_text(w["code"], w["params"]), mend_text(w["code"], w["params"], w["suggestion"])
        lines.append(f"  {w['sheet']}!{w['cell']} {w['field']} 「{w['value']}」 {reason} {mend}")
    lines += [f"  {q['sheet']}!{q['cell']} {q['question']}" for q in report["ask"]]
    return "\n".join(lines)

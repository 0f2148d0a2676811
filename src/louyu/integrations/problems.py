"""Every refusal of the API in one form: problem details (RFC 9457) with field, value, reason and mend."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, Field

from louyu.core.errors import Refusal

MEDIA_TYPE = "application/problem+json"
LONGEST_VALUE = 80
"""Characters of a wrong value that are told back."""

TITLES = {
    400: gettext_lazy("请求无法读取"),
    401: gettext_lazy("需要有效的令牌"),
    403: gettext_lazy("没有权限"),
    404: gettext_lazy("找不到"),
    405: gettext_lazy("不支持这种方法"),
    409: gettext_lazy("与最新情况冲突"),
    411: gettext_lazy("缺少长度"),
    413: gettext_lazy("请求太大"),
    415: gettext_lazy("不支持这种格式"),
    422: gettext_lazy("内容有误"),
    429: gettext_lazy("请求太频繁"),
    500: gettext_lazy("系统出错"),
    503: gettext_lazy("系统繁忙"),
}


class Fault(BaseModel):
    """One thing that is wrong, and how to mend it."""

    field: str = Field(description="Name of the field, parameter or header; empty: the whole request.")
    value: str = Field(description="What was given, cut where it is long.")
    reason: str
    mend: str


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    type: str = Field(description="What kind of problem, as a URN; stable.")
    title: str
    status: int
    detail: str = Field(description="Reason and mend, as one text.")
    field: str
    value: str
    reason: str
    mend: str
    errors: list[Fault] = Field(description="Everything that is wrong, where it is more than one thing.")


def problem(
    status: int,
    reason: Any = "",
    *,
    code: str,
    field: Any = "",
    value: Any = "",
    mend: Any = "",
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer that says why not. code: names the kind of problem in a few words ("not-found")."""
    title = str(TITLES.get(status, TITLES[400]))
    told = Problem(
        type=f"urn:louyu:problem:{code}",
        title=title,
        status=status,
        detail=f"{reason or title} {mend}".strip(),
        field=str(field),
        value=plain_value(value),
        reason=str(reason or title),
        mend=str(mend),
        errors=list(errors),
    )
    return HttpResponse(told.model_dump_json(), content_type=MEDIA_TYPE, status=status, headers=headers)


def refused(refusal: Refusal) -> HttpResponse:
    """What a command refused, in its own words."""
    code = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", refusal.code).lower()
    return problem(
        refusal.status,
        refusal.reason,
        code=code,
        field=refusal.field,
        value=refusal.value,
        mend=refusal.mend,
    )


def invalid(errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """What does not fit the declared form; ``errors`` as pydantic tells them."""
    faults = [_fault(error) for error in errors]
    first = faults[0]
    return problem(
        422,
        first.reason,
        code="invalid",
        field=first.field,
        value=first.value,
        mend=first.mend,
        errors=faults,
    )


def plain_value(value: Any) -> str:
    """A value as text that any client can read: cut, without halves of characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    cut = text[:LONGEST_VALUE] + ("…" if len(text) > LONGEST_VALUE else "")
    return cut.encode("utf-8", "replace").decode()


def _fault(error: Mapping[str, Any]) -> Fault:
    part, *steps = (str(step) for step in error["loc"])
    field = ".".join(steps[1:] if part == "body" else steps) or part
    kind, more = str(error["type"]), error.get("ctx") or {}
    reason, mend = _words(kind, more)
    missing = kind == "missing"
    return Fault(
        field=plain_value(field),
        value="" if missing else plain_value(error.get("input", "")),
        reason=reason,
        mend=mend,
    )


def _words(kind: str, more: Mapping[str, Any]) -> tuple[str, str]:
    """Reason and mend of a kind of error; ``more``: the limits that it names."""
    match kind:
        case "missing":
            return _("缺少这一项。"), _("请加上这一项。")
        case "extra_forbidden":
            return _("没有这一项。"), _("请去掉这一项，或检查它的名称。")
        case "nul":
            return _("文字中有无法保存的 NUL 字符。"), _("请去掉 NUL 字符。")
        case "string_unicode":
            return _("文字中有不完整的字符。"), _("请用完整的 Unicode 字符。")
        case "string_too_long":
            return _("文字太长。"), _("最多 %(most)s 个字。") % {"most": more.get("max_length", "")}
        case "string_too_short":
            return _("文字太短。"), _("最少 %(least)s 个字。") % {"least": more.get("min_length", "")}
        case "greater_than_equal":
            return _("数值太小。"), _("最小为 %(least)s。") % {"least": more.get("ge", "")}
        case "less_than_equal":
            return _("数值太大。"), _("最大为 %(most)s。") % {"most": more.get("le", "")}
        case "enum" | "literal_error":
            return _("没有这个选项。"), _("可以是：%s。") % more.get("expected", "")
        case "string_pattern_mismatch":
            return _("这个值的写法不对。"), _("请原样使用接口给出的值。")
    if kind.startswith("uuid"):
        return _("这不是记录的编号。"), _("请填写接口给出的 id。")
    if kind.startswith(("int", "float", "decimal")):
        return _("这不是数字。"), _("请填写数字。")
    if kind.startswith("bool"):
        return _("这里只能填是或否。"), _("请填写 true 或 false。")
    if kind.startswith("string"):
        return _("这里要填文字。"), _("请填写一段文字。")
    if kind.startswith("date"):
        return _("这不是日期。"), _("请按 2026-10-01 的写法填写。")
    return _("这个值的类型不对。"), _("请对照 /api/v1/openapi.json 填写。")

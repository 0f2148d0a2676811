"""The door of the API: who comes in, with which scope, and how every answer leaves.

The API stands apart from the pages: it knows no session and no cookie, so nothing that a browser sends by itself
can act through it. A write that carries an ``Idempotency-Key`` is done together with its kept answer, in one
transaction.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.core.signals import got_request_exception
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import ResolverMatch, resolve
from django.utils.translation import gettext as _

from louyu.core.errors import Refusal
from louyu.integrations.commands import claim_key, keep_answer, token_presented
from louyu.integrations.problems import MEDIA_TYPE, problem, refused
from louyu.integrations.rules import LONGEST_KEY, SAFE, is_a_key, same_request, scope_needed

ROOT = "/api/v1/"
OPEN = f"{ROOT}openapi.json"
"""The one address that needs no token: it says how the others are used."""

Respond = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("django.request")


class ApiDoor:
    """Answers everything under ``/api/v1/`` without the middleware of the pages."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return self.respond(request)
        answer = _answer(request)
        if not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "no-store"
        answer._has_been_logged = True  # type: ignore[attr-defined]  # a client's mistake is no event of ours
        answer["Content-Length"] = str(len(answer.content))
        return answer


def _answer(request: HttpRequest) -> HttpResponse:
    """The answer to any request, whatever goes wrong."""
    try:
        request.get_host()
        answer = _let_in(request)
    except Refusal as refusal:
        return refused(refusal)
    except RequestDataTooBig:
        return problem(413, _("请求的内容太大。"), code="too-large", mend=_("请分成几个请求发送。"))
    except (DisallowedHost, SuspiciousOperation, TooManyFilesSent, UnreadablePostError):
        return problem(400, code="bad-request", mend=_("请检查地址和内容。"))
    except OperationalError as error:
        logger.warning("the database did not answer in time: %s", error)
        return problem(503, code="busy", mend=_("请稍后原样重试。"), headers={"Retry-After": "2"})
    except Http404:
        return _nothing_here(request)
    except Exception:
        got_request_exception.send(sender=None, request=request)
        logger.exception("%s %s", request.method, request.path)
        return problem(500, code="error", mend=_("请稍后再试；一再出现时请告知管理员。"))
    if answer.status_code >= 400 and answer.headers.get("Content-Type") != MEDIA_TYPE:
        return _as_problem(answer, request)
    return answer


def _let_in(request: HttpRequest) -> HttpResponse:
    method = request.method or ""
    if request.path_info == OPEN:
        return _run(request, resolve(OPEN)) if method in SAFE else _not_allowed(request, "GET, HEAD")
    came_with = request.headers.get("Authorization", "")
    scheme, _space, text = came_with.partition(" ")
    token = token_presented(text.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        return _unknown(given=bool(came_with))
    match = resolve(request.path_info)
    needed = scope_needed(method, request.path_info.removeprefix(ROOT).partition("/")[0])
    if method in declared(match.route) and needed not in token.scopes:
        return _scope_missing(needed)
    request.auth = token.user  # type: ignore[attr-defined]
    if method in SAFE:
        return _read(request, match)
    return _write(request, match, token.user)


def _read(request: HttpRequest, match: ResolverMatch) -> HttpResponse:
    methods = declared(match.route)
    known = methods.get("GET", frozenset())
    for name in request.GET:
        if name not in known and "GET" in methods:
            raise Refusal(
                _("没有这个参数。"),
                field=name,
                value=request.GET[name],
                mend=_("可以用：%s。") % "、".join(sorted(known)) if known else _("这个地址不用参数。"),
            )
    return _run(request, match)


def _write(request: HttpRequest, match: ResolverMatch, user: Any) -> HttpResponse:
    """Do a write; with a key once, whatever happens: its answer is kept in the transaction that does it."""
    if (request.method or "") not in declared(match.route):
        return _run(request, match)  # says which methods there are
    if not request.headers.get("Content-Length"):
        return problem(
            411,
            _("请求没有说明内容的长度。"),
            code="length-required",
            field="Content-Length",
            mend=_("请不要分块发送，带上 Content-Length。"),
        )
    if request.content_type != "application/json":
        return problem(
            415,
            _("请求的内容要用 JSON。"),
            code="not-json",
            field="Content-Type",
            value=request.content_type or "",
            mend=_("请用 Content-Type: application/json 发送。"),
        )
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _run(request, match)
    if not is_a_key(key):
        raise Refusal(
            _("幂等键的写法不对。"),
            field="Idempotency-Key",
            value=key,
            mend=_("请用 1 到 %(most)s 个可见的 ASCII 字符，例如一个 UUID。") % {"most": LONGEST_KEY},
        )
    asked = same_request(request.method or "", request.get_full_path(), request.body)
    with transaction.atomic():
        kept, fresh = claim_key(user, key, asked)
        if not fresh:
            return _repeated(kept)
        answer = _run(request, match)
        if answer.status_code >= 400:
            transaction.set_rollback(True)  # nothing was done: the key is free again
        else:
            keep_answer(
                kept, status=answer.status_code, location=answer.get("Location", ""), body=answer.content
            )
    return answer


def _repeated(kept: Any) -> HttpResponse:
    answer = HttpResponse(
        bytes(kept.body), status=kept.status, content_type="application/json; charset=utf-8"
    )
    if kept.location:
        answer["Location"] = kept.location
    answer["Idempotent-Replayed"] = "true"
    return answer


def _run(request: HttpRequest, match: ResolverMatch) -> HttpResponse:
    request.resolver_match = match
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"  # the server leaves the body out
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    request.method = asked
    return answer


@cache
def declared(route: str) -> dict[str, frozenset[str]]:
    """The methods of an address and the parameters that each takes in its query; HEAD as GET."""
    from louyu.integrations.api import api

    address = "/" + route.replace("<", "{").replace(">", "}")
    operations: dict[str, Any] = api.get_openapi_schema()["paths"].get(address, {})
    found = {
        method.upper(): frozenset(p["name"] for p in operation["parameters"] if p["in"] == "query")
        for method, operation in operations.items()
    }
    return found | ({"HEAD": found["GET"]} if "GET" in found else {})


def _unknown(*, given: bool) -> HttpResponse:
    challenge = 'Bearer realm="louyu"' + (', error="invalid_token"' if given else "")
    return problem(
        401,
        _("令牌无效、已到期或已吊销。") if given else _("请求没有带令牌。"),
        code="unauthenticated",
        field="Authorization",
        mend=_("请用 Authorization: Bearer 带上有效的令牌；令牌由安全管理员发放。"),
        headers={"WWW-Authenticate": challenge},
    )


def _scope_missing(needed: str) -> HttpResponse:
    return problem(
        403,
        _("这个令牌没有这项权限范围。"),
        code="scope-missing",
        field="scope",
        value=needed,
        mend=_("请向安全管理员申请带有这项范围的令牌。"),
        headers={"WWW-Authenticate": f'Bearer realm="louyu", error="insufficient_scope", scope="{needed}"'},
    )


def _nothing_here(request: HttpRequest) -> HttpResponse:
    return problem(
        404,
        _("没有这个地址，或者它不在您的范围内。"),
        code="not-found",
        field="path",
        value=request.path_info,
        mend=_("请对照 /api/v1/openapi.json 检查地址和 id。"),
    )


def _not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    return problem(
        405,
        _("这个地址不支持这种方法。"),
        code="method-not-allowed",
        field="method",
        value=request.method,
        mend=_("可以用：%s。") % allowed,
        headers={"Allow": allowed},
    )


def _as_problem(answer: HttpResponse, request: HttpRequest) -> HttpResponse:
    """What a library refused in its own form."""
    if answer.status_code == 405:
        methods = {m.strip() for m in answer.get("Allow", "").split(",") if m.strip()}
        return _not_allowed(request, ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set()))))
    if answer.status_code == 404:
        return _nothing_here(request)
    return problem(answer.status_code, code="refused", mend=_("请对照 /api/v1/openapi.json 检查请求。"))

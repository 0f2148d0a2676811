"""Tokens are issued, presented and revoked; the answer to a key is claimed and kept."""

import datetime
import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.commands import command, made, record, save_changed
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.core.prepared import prepared
from louyu.core.sealing import keyed_digest
from louyu.integrations.models import KeyedAnswer, Token
from louyu.integrations.rules import DAYS, KEPT, SCOPES, opens

PREFIX = "louyu_"
"""By which a token is recognised where it should not be."""


class KeyUsedAgain(Refusal):
    """An idempotency key came back with another request."""


@command("integrations.keep_tokens")
def issue_token(
    user: User, *, name: str = "", scopes: Iterable[str] = (), days: int = DAYS, by: User
) -> tuple[Token, str]:
    """Give a user a token for so many days; the token and its text, which is shown once and not kept.

    name: "" numbers it. scopes: none are all there are. Raises Refusal for a name that the user's tokens have
    already, an unknown scope, days below 1 or beyond ten years, a user who may not sign in.
    """
    wanted = list(scopes) or list(SCOPES)
    own = Token.rows_without_a_reader.filter(user=user)
    name = " ".join(name.split())[:60] or _("令牌 %(number)s") % {"number": own.count() + 1}
    if not user.is_active:
        raise Refusal(
            _("这个用户不能登录。"), field="user", value=user.username, mend=_("请先恢复这个用户。")
        )
    if unknown := sorted(set(wanted) - set(SCOPES)):
        raise Refusal(
            _("没有这个权限范围。"),
            field="scope",
            value=unknown[0],
            mend=_("可以是：%s。") % "、".join(SCOPES),
        )
    if not 1 <= days <= 3650:
        raise Refusal(_("有效期不对。"), field="days", value=days, mend=_("请填 1 到 3650 之间的天数。"))
    if own.filter(name=name).exists():
        raise Refusal(_("这个用户已有同名的令牌。"), field="name", value=name, mend=_("请换一个名称。"))
    text = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        user=user,
        name=name,
        digest=_digest(text),
        scopes=[scope for scope in SCOPES if scope in wanted],
        expires_on=timezone.localdate() + datetime.timedelta(days=days),
    )
    token.save(force_insert=True)
    record(made(token))
    return token, text


@command("integrations.keep_tokens")
def revoke_token(token: Token, *, by: User) -> Token:
    """Let a token open nothing from now on. Raises Refusal when it was revoked before."""
    if token.revoked_at is not None:
        raise Refusal(_("这个令牌已经吊销。"), field="name", value=token.name, mend=_("不用再做什么。"))
    record(save_changed(token, revoked_at=timezone.now()))
    return token


def token_presented(text: str) -> Token | None:
    """The token of this text with its user, while it opens anything; once a day its use is noted.

    None: there is no such token, or it expired, was revoked, or its user may not sign in any more.
    """
    if not text.isascii():
        return None
    digest = _digest(text)
    token = next(iter(_tokens(digest)), None)
    today = timezone.localdate()
    if token is None or not token.user.is_active:
        return None
    if not opens(today=today, expires_on=token.expires_on, revoked=token.revoked_at is not None):
        return None
    if token.last_used_on != today:
        Token.rows_without_a_reader.filter(pk=token.pk).update(last_used_on=today)
        _forget_old_answers()
    return token


@prepared
def _tokens(digest: bytes) -> "QuerySet[Token]":
    return Token.rows_without_a_reader.select_related("user").filter(digest=digest)


def claim_key(user: User, key: str, request: bytes) -> tuple[KeyedAnswer, bool]:
    """The answer under this key, and whether it is still to be given; to be called in the write's transaction.

    request: what the key stands for (``rules.same_request``). Whoever comes second waits until the first has ended.
    Raises KeyUsedAgain when the key came with another request.
    """
    digest = keyed_digest("idempotency", request)
    answer = KeyedAnswer(user=user, key=key, request_digest=digest)
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
        return answer, True
    except IntegrityError:
        answer = KeyedAnswer.rows_without_a_reader.get(user=user, key=key)
    if bytes(answer.request_digest) != digest:
        raise KeyUsedAgain(
            _("这个幂等键已用于另一个请求。"),
            field="Idempotency-Key",
            value=key,
            mend=_("请为新的请求换一个新键；重试时请原样重发。"),
        )
    return answer, False


def keep_answer(answer: KeyedAnswer, *, status: int, location: str, body: bytes) -> None:
    """Keep what was answered, in the write's transaction."""
    answer.status, answer.location, answer.body = status, location, body
    answer.save(update_fields=["status", "location", "body"])


def _forget_old_answers() -> None:
    KeyedAnswer.rows_without_a_reader.filter(at__lt=timezone.now() - KEPT).delete()


def _digest(text: str) -> bytes:
    return keyed_digest("api token", text)

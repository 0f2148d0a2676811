"""Tokens on the command line: given, told, taken back."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from louyu.accounts.commands import console_user
from louyu.accounts.models import User
from louyu.core.errors import Refusal
from louyu.integrations.commands import issue_token, revoke_token
from louyu.integrations.queries import tokens, user_named
from louyu.integrations.rules import READING


def give_token(username: str, *, name: str, scopes: Iterable[str], read_only: bool, days: int) -> list[str]:
    """Lines to print for a new token, its text the last. Raises Refusal."""
    wanted = set(scopes)
    if read_only:
        wanted = wanted & set(READING) if wanted else set(READING)
        if not wanted:
            raise Refusal(
                _("只读的令牌不能写。"),
                field="scope",
                value="、".join(scopes),
                mend=_("请去掉 --read-only，或选择 :read 的范围。"),
            )
    token, text = issue_token(_user(username), name=name, scopes=wanted, days=days, by=console_user())
    return [f"{token.name}  until {token.expires_on}  {' '.join(token.scopes)}", text]


def tokens_of(username: str) -> list[str]:
    """A line for each token that the user has or had. Raises Refusal."""
    return [
        f"{token.name}  {'revoked' if token.revoked_at else f'until {token.expires_on}'}"
        f"  last used {token.last_used_on or 'never'}  {' '.join(token.scopes)}"
        for token in tokens(_user(username), console_user())
    ]


def take_token_back(username: str, name: str) -> list[str]:
    """Revoke the user's token of this name. Raises Refusal."""
    token = tokens(_user(username), console_user()).filter(name=name).first()
    if token is None:
        raise Refusal(_("没有这个名称的令牌。"), field="name", value=name, mend=_("请用 --list 查看。"))
    revoke_token(token, by=console_user())
    return [f"{token.name}  revoked"]


def _user(username: str) -> User:
    found = user_named(username, console_user())
    if found is None:
        raise Refusal(
            _("没有这个用户。"), field="user", value=username, mend=_("请先用 louyu user 建立用户。")
        )
    return found

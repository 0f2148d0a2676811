"""Reads of tokens: always for a reader."""

from django.db.models import QuerySet

from louyu.accounts.models import User
from louyu.core.scoping import Reader
from louyu.integrations.models import Token


def user_named(username: str, reader: Reader) -> User | None:
    """The user of this name, if the reader may see users."""
    found: User | None = User.objects.for_reader(reader).filter(username=username).first()
    return found


def tokens(user: User, reader: Reader) -> "QuerySet[Token]":
    """A user's tokens that exist for this reader, revoked and expired ones included, in the order of their issue."""
    found: QuerySet[Token] = Token.objects.for_reader(reader).filter(user=user)
    return found.order_by("pk")

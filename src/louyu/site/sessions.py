"""Sessions in the database, as Django keeps them, and their users; read by prepared queries: every page asks."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from louyu.accounts.models import User, user_of_session
from louyu.core.prepared import prepared


class SessionStore(InDatabase):
    """Ending a session elsewhere deletes its row, and with it what its cookie opens."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        key: Any = self.session_key
        if found := _running(str(key), timezone.now()):
            return found[0]
        self._session_key = None
        return None


@prepared
def _running(key: str, now: Any) -> "QuerySet[Session]":
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SignedIn(AuthenticationBackend):  # type: ignore[misc]
    """Who signs in by name and password, and on every page who is signed in."""

    def get_user(self, user_id: UUID) -> User | None:
        """The user of a session, while they may sign in."""
        user = user_of_session(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

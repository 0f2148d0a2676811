"""How sign-in behaves: nobody registers themselves; too many wrong passwords get a page that says when to try again."""

import base64
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.core.keys import sealing_key
from louyu.core.sealing import decrypt, encrypt


class NoSelfRegistration(DefaultAccountAdapter):  # type: ignore[misc]
    """Users are made by the security administrator only; choosing a password is a command and on record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: Any = None) -> str:
        if user is not None and user.check_password(password):
            raise ValidationError(_("这就是现在的密码。请换一个不同的。"))
        return str(super().clean_password(password, user=user))

    def set_password(self, user: Any, password: str) -> None:
        from louyu.accounts.commands import (
            choose_password,  # commands know the second step, whose room asks us
        )

        choose_password(user, password=password, by=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of the second step are sealed with the deployment's key: the database alone opens no door."""

    def encrypt(self, text: str) -> str:
        number, key = sealing_key()
        return f"{number}:{base64.b64encode(encrypt(text.encode(), key)).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        number, _colon, sealed = encrypted_text.partition(":")
        _number, key = sealing_key(int(number))
        return decrypt(base64.b64decode(sealed), key).decode()


def by_mail(request: HttpRequest, **_parts: Any) -> HttpResponse:
    """The library's pages about e-mail: there is none here; a forgotten password is given anew by an administrator."""
    raise Http404


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer after too many wrong passwords; every further try begins the wait anew, so it counts from now."""
    again_at = timezone.now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    return render(request, "accounts/locked_out.html", {"again_at": again_at}, status=429)

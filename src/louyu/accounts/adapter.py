"""How sign-in behaves: nobody registers themselves; too many wrong passwords get a page that says when to try again."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


class NoSelfRegistration(DefaultAccountAdapter):  # type: ignore[misc]
    """Users are made by the security administrator only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer after too many wrong passwords; every further try begins the wait anew, so it counts from now."""
    again_at = timezone.now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    return render(request, "accounts/locked_out.html", {"again_at": again_at}, status=429)

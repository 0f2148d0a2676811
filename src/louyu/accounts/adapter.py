"""How sign-in behaves: nobody registers themselves; too many wrong passwords get a page that says when to try again."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class NoSelfRegistration(DefaultAccountAdapter):  # type: ignore[misc]
    """Users are made by the security administrator only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer after too many wrong passwords."""
    return render(request, "accounts/locked_out.html", status=429)

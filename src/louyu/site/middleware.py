"""Every page needs a signed-in reader, unless it says that it is public; refusals become pages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from louyu.accounts.models import User
from louyu.accounts.queries import has_second_step
from louyu.core.errors import Refusal

PUBLIC = (
    "/accounts/login/",
    "/accounts/inactive/",
    "/accounts/2fa/authenticate/",
    "/display/",
    "/my/",
    "/join/",
    "/static/",
    "/i18n/",
    "/healthz",
)

SETTLING = ("/accounts/", "/display/", "/static/", "/i18n/", "/healthz")
"""Addresses that somebody comes to who has yet to choose a password or set up the second step."""

MOST_ELSEWHERE = 45 * 1024 * 1024
"""Bytes that a page takes where no register is brought in."""

Respond = Callable[[HttpRequest], HttpResponse]


class BodyOfASize:
    """Refuses what is larger than anything that is taken at an address, before any of it is read.

    Imports take whole registers, other pages a few pictures, strangers a form.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or ""
        length, form = int(said) if said.isdecimal() else 0, settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length > form:
            most = settings.UPLOAD_MAX_BYTES if request.path.startswith("/imports/") else MOST_ELSEWHERE
            if length > (most + form if request.user.is_authenticated else form):
                raise RequestDataTooBig
        return self.respond(request)


class SignInRequired:
    """Sends everybody who is not signed in to the sign-in page, except on the few public addresses."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and not request.path.startswith(PUBLIC):
            return redirect_to_login(request.get_full_path())
        return self.respond(request)


class OwnPasswordFirst:
    """Whoever signs in first has a password that nobody else knows, and the second step that their role asks for."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated and not request.path.startswith(SETTLING):
            if user.password_given:
                return redirect("account_change_password")
            if needs_second_step(user):
                return redirect("mfa_activate_totp")
        return self.respond(request)


def needs_second_step(user: User) -> bool:
    """Whether one of the user's roles asks for a second step that they have not set up."""
    roles = {grant.role for grant in user.running_grants} if settings.TWO_FACTOR else set()
    return bool(roles & settings.TWO_FACTOR) and not has_second_step(user)


class RefusalsAsPages:
    """A refusal raised by a command or query is shown as a page with field, value and mend."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        context: dict[str, Any] = {"refusal": exception}
        return render(request, "site/refusal.html", context, status=exception.status)

"""Every page needs a signed-in reader, unless it says that it is public; refusals become pages."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from louyu.core.errors import Refusal

PUBLIC = ("/accounts/login/", "/accounts/2fa/authenticate/", "/display/", "/static/", "/i18n/", "/healthz")

Respond = Callable[[HttpRequest], HttpResponse]


class SignInRequired:
    """Sends everybody who is not signed in to the sign-in page, except on the few public addresses."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and not request.path.startswith(PUBLIC):
            return redirect_to_login(request.get_full_path())
        return self.respond(request)


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

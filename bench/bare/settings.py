"""Louyu's settings without session, sign-in and all that stands before a view."""

from louyu.site import settings
from louyu.site.settings import *  # noqa: F403

# The account app asks for its middleware.
INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "allauth.account"]
AUTHENTICATION_BACKENDS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.urls"

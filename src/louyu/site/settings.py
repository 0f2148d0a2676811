"""Settings of one deployment, which is one district.

Everything a deployment may choose comes from the environment (``LOUYU_*``); the reference lists them.
"""

import os
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from louyu.accounts.rules import Role
from louyu.core.keys import django_secret

HOME = Path(os.environ.get("LOUYU_HOME", "var")).absolute()
"""Where the deployment keeps its SQLite database, keys and encrypted files."""

DISTRICT_NAME = os.environ.get("LOUYU_DISTRICT", "椒江区")
DISTRICT_CODE = os.environ.get("LOUYU_DISTRICT_CODE", "331002")
MAP_TILES_URL = os.environ.get("LOUYU_MAP_TILES_URL", "")
"""Address pattern of a tile server, ``https://…/{z}/{x}/{y}.png``; empty: the district's own outlines only."""

DEBUG = os.environ.get("LOUYU_DEBUG") == "1"
SECRET_KEY = django_secret(HOME)
ALLOWED_HOSTS = os.environ.get("LOUYU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LOUYU_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("LOUYU_TLS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_vite",
    "axes",
    "louyu.site",  # before allauth: our pages for signing in are found first
    "louyu.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "louyu.core",
    "louyu.people",
    "louyu.desk",
    "louyu.workbooks",
    "louyu.places",
    "louyu.tenants",
    "louyu.duties",
    "louyu.organisations",
    "louyu.cases",
    "louyu.indicators",
    "louyu.integrations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "louyu.integrations.door.ApiDoor",  # the API knows no session, no cookie and no form
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "louyu.site.middleware.BodyOfASize",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "louyu.site.middleware.SignInRequired",
    "louyu.site.middleware.OwnPasswordFirst",
    "louyu.site.middleware.RefusalsAsPages",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "louyu.site.urls"
WSGI_APPLICATION = "louyu.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "louyu.site.navigation.navigation",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("LOUYU_DATABASE_URL") or f"sqlite:///{HOME / 'db.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA mmap_size=67108864; PRAGMA cache_size=-32768;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "louyu.site.sessions.SignedIn",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "louyu.accounts.adapter.NoSelfRegistration"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
"""A session lasts SESSION_COOKIE_AGE: without this one it ends with the browser, which on a phone is any moment."""
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts wrong passwords and says when the lock ends
TWO_FACTOR = frozenset(Role(role) for role in os.environ.get("LOUYU_TWO_FACTOR", "").split(",") if role)
"""Roles whose holders sign in by two steps; until they have set it up they come to no other page."""
MFA_ADAPTER = "louyu.accounts.adapter.SealedSecrets"
MFA_TOTP_ISSUER = f"楼宇 {DISTRICT_NAME}"
USERSESSIONS_TRACK_ACTIVITY = False
"""A last-seen time would be a write on every page view, and on SQLite every view would queue for the one writer."""
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "louyu.accounts.adapter.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_ENGINE = "louyu.site.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *([MAP_TILES_URL.split("{")[0]] if MAP_TILES_URL else [])],
        "style-src": ["'self'", "'unsafe-inline'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = "louyu.site.formats"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "louyu",
        "manifest_path": Path(__file__).parent / "static" / "louyu" / "manifest.json",
    }
}

FIGURES_KEPT = True
"""Whether a process keeps a reader's figures until the next command (``indicators.kept``)."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = int(os.environ.get("LOUYU_UPLOAD_MAX_MB", "100")) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

"""Django's settings, in one file. What differs between machines comes from the environment, all of it listed here.

FILIFORM_DATA        folder of the database and the secret key (default: data/ beside the project)
DATABASE_URL         postgresql://... or sqlite:///path (default: SQLite in FILIFORM_DATA)
FILIFORM_SECRET_KEY  default: the file secret_key in FILIFORM_DATA, made on first use
FILIFORM_DEMO        1 for the demo: sign in by one button, outbox shows links
FILIFORM_HOSTS       host names that may be served, comma separated (default: this machine only)
FILIFORM_HTTPS       1 when served behind TLS: secure cookies and HSTS
"""

from __future__ import annotations

import os
from pathlib import Path

from filiform.config import sqlite
from filiform.config.database import database_from_url
from filiform.config.secret_key import secret_key

sqlite.use_repaired()  # before anything opens a database

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("FILIFORM_DATA") or ROOT / "data")
FILIFORM_DEMO = os.environ.get("FILIFORM_DEMO") == "1"
HTTPS = os.environ.get("FILIFORM_HTTPS") == "1"
DEBUG = False
SECRET_KEY = secret_key(os.environ.get("FILIFORM_SECRET_KEY"), DATA)
ALLOWED_HOSTS = [h for h in os.environ.get("FILIFORM_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "heroicons",
    "filiform.web",  # before allauth: its templates restyle theirs
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "filiform.record",
    *sorted(
        f"filiform.pages.{path.parent.name}"
        for path in (Path(__file__).resolve().parents[1] / "pages").glob("*/apps.py")
    ),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "filiform.web.assets.StaticFilesMiddleware",  # whitenoise
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "filiform.web.access.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "filiform.config.urls"
WSGI_APPLICATION = "filiform.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "filiform.web.context.staff_bar",
            ],
        },
    }
]

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL"), DATA / "filiform.sqlite3")}

AUTH_USER_MODEL = "record.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "filiform.record.signin.PractitionerBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/today/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "filiform.web.signin.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Per address only: a limit per account would let anybody lock a clinician out from everywhere.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/5m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["ip_address", "username"]]
AXES_USERNAME_CALLABLE = "filiform.web.signin.axes_username"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

SESSION_ENGINE = "filiform.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # no STATIC_ROOT: files are served from where they lie, with nothing to collect first
WHITENOISE_MANIFEST_STRICT = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # nothing leaves the machine until its issue
CSRF_FAILURE_VIEW = "filiform.web.errors.csrf_failure"
# W004, W008: TLS ends at the proxy, see FILIFORM_HTTPS. W005, W021: the practice's other host names are its own.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W005", "security.W008", "security.W021"]

# Logs never hold patient data: paths carry opaque ids only, and no request body or query string is logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_tokens": {"()": "filiform.web.logs.HideTokens"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["hide_tokens"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

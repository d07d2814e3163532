"""Django's settings, derived from the few `BACKLINE_*` settings of the environment."""

from __future__ import annotations

import os
import zoneinfo
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP

from backline.config.environment import Environment
from backline.config.postgres import EmbeddedPostgres

# What a connection asks again and again is planned once: that halves what PostgreSQL spends on raising a case.
PLANNED_ONCE = {"server_side_binding": True, "prepare_threshold": 5}


def database(url: str) -> dict[str, Any]:
    """Django's way to say the address of a PostgreSQL database."""
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 10, **PLANNED_ONCE, **options},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


# The same zone data on every machine: the release that is installed with Backline.
zoneinfo.reset_tzpath(to=())
ENVIRONMENT = Environment.read(os.environ)
BACKLINE_HOME = ENVIRONMENT.home
BACKLINE_URL = ENVIRONMENT.url
BACKLINE_SMTP_URL = ENVIRONMENT.smtp_url
BACKLINE_MAIL_FROM = ENVIRONMENT.mail_from
BACKLINE_MAIL_REPLY_TO = ENVIRONMENT.mail_reply_to
BACKLINE_IMAP_URL = ENVIRONMENT.imap_url
BACKLINE_HEARTBEAT_URL = ENVIRONMENT.heartbeat_url
BACKLINE_GATEWAYS = ENVIRONMENT.gateways
SECRET_KEY = ENVIRONMENT.kept_secret()

DATABASES = {"default": database(ENVIRONMENT.database_url or EmbeddedPostgres(ENVIRONMENT.home / "postgres").url())}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "lucide",
    "backline.ledger",
    "backline.calendars",
    "backline.people",
    "backline.policies",
    "backline.jobs",
    "backline.channels",
    "backline.evidence",
    "backline.cases",
    "backline.look",
    "backline.readiness",
    "backline.engine",
    "backline.intake",
    "backline.portal",
    "backline.desk",
    "backline.demo",
    "backline.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backline.config.middleware.Private",
    "backline.config.middleware.Moment",
    "backline.config.middleware.Language",
    "backline.config.middleware.Answers",
    "backline.config.middleware.CleanText",
    "backline.config.middleware.Cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backline.look.middleware.Who",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": dict.fromkeys(("i18n", "static"), "backline.look.unchanging"),
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "backline.look.context.shell",
                "backline.demo.context.demo",
            ],
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # ours take the place of Django's `i18n` and `static` on purpose
FORM_RENDERER = "backline.look.controls.Controls"
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["backline.look.signing.Backend"]
MESSAGE_TAGS = {20: "blue", 25: "green", 30: "amber", 40: "red"}
ROOT_URLCONF = "backline.config.urls"
ALLOWED_HOSTS = ["*"] if ENVIRONMENT.host != "127.0.0.1" else ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS.append(urlsplit(BACKLINE_URL).hostname or "localhost")
CSRF_TRUSTED_ORIGINS = [BACKLINE_URL]
CSRF_FAILURE_VIEW = "backline.config.answers.not_ours"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
STATIC_URL = "/static/"
STATIC_ROOT = BACKLINE_HOME / "static"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # more than a form keeps, so that those too many are named and the rest stays
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "backline.look.sessions"
SESSION_COOKIE_AGE = 14 * 86400
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BACKLINE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Refusals are no news, and the addresses in them may be customers' links, which open to whoever reads them.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.csrf": {"level": "ERROR"}},
}

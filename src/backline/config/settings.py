"""Django's settings, derived from the few `BACKLINE_*` settings of the environment."""

from __future__ import annotations

SECRET_KEY = "replaced by the boot work"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "backline.ledger",
    "backline.people",
    "backline.policies",
    "backline.jobs",
    "backline.channels",
    "backline.evidence",
    "backline.cases",
    "backline.look",
    "backline.engine",
    "backline.intake",
    "backline.portal",
    "backline.desk",
]
AUTH_USER_MODEL = "people.Person"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "backline"}}
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "backline.config.urls"
BACKLINE_URL = "http://127.0.0.1:8000"

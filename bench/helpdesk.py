"""A whole site of django-helpdesk in one file, for an environment of its own: who compares gives it the same server."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

_AT = urlsplit(os.environ["HELPDESK_DATABASE"])
settings.configure(
    SECRET_KEY=token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _AT.path.lstrip("/"),
            "USER": _AT.username,
            "HOST": parse_qs(_AT.query)["host"][0],
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.admin",
        "django.contrib.humanize",
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    SITE_ID=1,
    STATIC_URL="/static/",
    # Its letters are written and then dropped: it need not talk to a mail server while somebody waits.
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    LOGIN_URL="/login/",
    HELPDESK_TEAMS_MODE_ENABLED=False,
    HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[],
)
application = get_wsgi_application()
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def _prepare() -> None:
    """Its tables, and one queue that takes tickets from everybody and writes letters."""
    call_command("migrate", verbosity=0)
    queues: Any = apps.get_model("helpdesk", "Queue").objects
    queues.create(id=1, title="Lifts", slug="lifts", email_address="lifts@example.org", allow_public_submission=True)


def _queries(content: bytes, kind: str) -> int:
    """How many queries a ticket costs."""
    browser = Client(headers={"host": "127.0.0.1"})
    browser.generic("POST", "/tickets/submit/", content, kind)
    with CaptureQueriesContext(connection) as found:
        answer = browser.generic("POST", "/tickets/submit/", content, kind)
    assert answer.status_code == 302, answer.content
    return len(found)


def _escalate(due: int, among: int) -> float:
    """How many seconds `escalate_tickets` takes where so many tickets are due among so many open ones."""
    apps.get_model("helpdesk", "Queue").objects.update(escalate_days=1)
    ticket: Any = apps.get_model("helpdesk", "Ticket")
    said = {"title": "Lift stands still", "queue_id": 1, "priority": 3, "description": "The coupling slips"}
    new = (ticket(submitter_email=f"mara{number}@example.net", **said) for number in range(among))
    ticket.objects.bulk_create(new, batch_size=5_000)
    first = ticket.objects.order_by("id").values("id")[:due]
    ticket.objects.filter(id__in=first).update(created=Now() - timedelta(days=3))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    begun = time.perf_counter()
    call_command("escalate_tickets")
    took = time.perf_counter() - begun
    done = ticket.objects.filter(priority=2, followup__isnull=False).count()
    assert done == due, f"{done} of {due} tickets were escalated"
    return took


if __name__ == "__main__":
    if sys.argv[1:2] == ["escalate"]:
        print(_escalate(*map(int, sys.argv[2:])))
    elif sys.argv[1:]:
        print(_queries(sys.stdin.buffer.read(), sys.argv[1]))
    else:
        _prepare()

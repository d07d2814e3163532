"""Tells Django that the room exists."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room `jobs`."""

    name = "backline.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

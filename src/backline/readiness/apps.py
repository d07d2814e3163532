"""Tells Django that the room exists."""

from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    """The room `readiness`."""

    name = "backline.readiness"
    label = "readiness"
    default_auto_field = "django.db.models.BigAutoField"

"""Tells Django that the room exists."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room `intake`."""

    name = "backline.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

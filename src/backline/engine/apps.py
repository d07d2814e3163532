"""Tells Django that the room exists."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    """The room `engine`."""

    name = "backline.engine"
    label = "engine"
    default_auto_field = "django.db.models.BigAutoField"

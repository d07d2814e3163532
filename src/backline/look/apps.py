"""Tells Django that the room exists."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """The room `look`."""

    name = "backline.look"
    label = "look"
    default_auto_field = "django.db.models.BigAutoField"

"""Tells Django that the room exists."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The room `desk`."""

    name = "backline.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

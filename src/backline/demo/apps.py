"""Tells Django that the room exists."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The room `demo`."""

    name = "backline.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

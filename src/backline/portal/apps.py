"""Tells Django that the room exists."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room `portal`."""

    name = "backline.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

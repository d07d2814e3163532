"""Tells Django that the room exists."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """The room `calendars`."""

    name = "backline.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"

"""Tells Django that the room exists."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room `people`."""

    name = "backline.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

"""Tells Django that the room exists."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room `cases`."""

    name = "backline.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

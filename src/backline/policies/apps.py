"""Tells Django that the room exists."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """The room `policies`."""

    name = "backline.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"

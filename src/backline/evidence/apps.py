"""Tells Django that the room exists."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The room `evidence`."""

    name = "backline.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

"""Tells Django that the room exists."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room `ledger`."""

    name = "backline.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

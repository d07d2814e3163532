"""Tells Django that the room exists."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The room `channels`."""

    name = "backline.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

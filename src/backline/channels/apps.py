"""Tells Django that the room exists."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The room `channels`."""

    name = "backline.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every channel registers itself."""
        from backline.channels import registry

        registry.load()

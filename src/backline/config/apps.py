"""Plugs the ports together when all rooms are loaded."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The fuse box."""

    name = "backline.config"
    label = "config"

    def ready(self) -> None:
        """Wire the ports; here, because the rooms' models are loaded only now."""
        from backline.config.wiring import wire

        wire()

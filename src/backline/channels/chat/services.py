"""The services that a chat may be with: those alone that speak with others over the network, and are known to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service: what it is called, what speaks with it, and how addresses begin: the `open` ones go without TLS."""

    name: str
    module: str
    plugin: str
    schemes: tuple[str, ...]
    open: tuple[str, ...] = ()


SERVICES = (
    Service("Slack", "slack", "NotifySlack", ("slack",)),
    Service("Microsoft Teams", "workflows", "NotifyWorkflows", ("workflow", "workflows")),
    Service("Telegram", "telegram", "NotifyTelegram", ("tgram",)),
    Service("Matrix", "matrix", "NotifyMatrix", ("matrixs",), ("matrix",)),
    Service("Mattermost", "mattermost", "NotifyMattermost", ("mmosts",), ("mmost",)),
    Service("Discord", "discord", "NotifyDiscord", ("discord",)),
    Service("Google Chat", "google_chat", "NotifyGoogleChat", ("gchat",)),
    Service("Webex", "webexteams", "NotifyWebexTeams", ("wxteams", "webex")),
    Service("Rocket.Chat", "rocketchat", "NotifyRocketChat", ("rockets",), ("rocket",)),
    Service("Zulip", "zulip", "NotifyZulip", ("zulip",)),
    Service("ntfy", "ntfy", "NotifyNtfy", ("ntfys",), ("ntfy",)),
    Service("Pushover", "pushover", "NotifyPushover", ("pover",)),
)
AS_COPIED = "https"
"""Several services show an address that a browser would open; who speaks with them knows it again."""
ASKED = frozenset({"api-version", "sp", "sv", "sig", "key", "token"})
"""What may stand after the question mark of such an address; all else there would change how it is spoken."""
CHOICES = {
    "verify": True, "redirect": False, "overflow": "split", "format": "text", "include_image": False, "cto": 5.0,
    "rto": 10.0,
}  # fmt: skip
"""How it is spoken, whatever an address says."""


def of_scheme(scheme: str) -> Service | None:
    """The service whose addresses begin so."""
    return next((one for one in SERVICES if scheme in (*one.schemes, *one.open)), None)

"""Webhooks are told where that is switched on; each has its own address and secret."""

from __future__ import annotations

from datetime import timedelta

from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.registry import Kind, register
from backline.channels.setups import is_on
from backline.channels.webhook.address import read
from backline.channels.webhook.sender import WebhookSender

_SENDER = WebhookSender()


def sender() -> Sender | None:
    """What tells them now."""
    return _SENDER if is_on(Channel.WEBHOOK) else None


register(Kind(Channel.WEBHOOK, sender, timedelta(minutes=2), read))

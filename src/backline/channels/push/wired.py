"""Messages are pushed where somebody switched that on, and the keys that sign them can be read."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.push.sender import PushSender
from backline.channels.push.subscription import read
from backline.channels.push.vapid import Pair
from backline.channels.registry import Kind, register
from backline.channels.setups import secret_in_use


def public_key() -> str:
    """What a browser is told when it is added; empty where nothing is pushed."""
    private = secret_in_use(Channel.PUSH)
    return Pair(private).public if private else ""


def sender() -> Sender | None:
    """What pushes messages now."""
    private = secret_in_use(Channel.PUSH)
    return _sender(Pair(private)) if private else None


# The same one as long as the keys stay.
_sender = lru_cache(maxsize=1)(PushSender)

register(Kind(Channel.PUSH, sender, timedelta(minutes=1), read))

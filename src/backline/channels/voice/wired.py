"""Calls are made where an account is kept for them and switched on."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.registry import Kind, register
from backline.channels.setups import account_in_use
from backline.channels.voice.sender import CallSender


def sender() -> Sender | None:
    """What makes calls now."""
    account = account_in_use(Channel.VOICE)
    return _sender(account) if account else None


# The same one as long as the account stays, so that its connections are used again.
_sender = lru_cache(maxsize=1)(CallSender)

register(Kind(Channel.VOICE, sender, timedelta(minutes=2)))

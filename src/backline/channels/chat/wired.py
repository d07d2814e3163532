"""Chats are told where that is switched on; each address says which service, and brings what that asks for."""

from __future__ import annotations

from datetime import timedelta

from backline.channels.chat.address import read
from backline.channels.chat.sender import ChatSender
from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.registry import Kind, register
from backline.channels.setups import is_on

_SENDER = ChatSender()


def sender() -> Sender | None:
    """What tells them now."""
    return _SENDER if is_on(Channel.CHAT) else None


register(Kind(Channel.CHAT, sender, timedelta(minutes=2), read))

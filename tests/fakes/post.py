"""The outbox of a test: what is due is sent, and all that comes back of it written down, before the next line."""

from __future__ import annotations

from datetime import datetime

from backline.channels.delivery import Post
from backline.channels.notices import Channel
from backline.channels.port import Sender

ALL = 30.0
"""Seconds for which a test waits for answers; they come in a few thousandths of one."""


def deliver(*, at: datetime, sender: Sender | None, limit: int) -> int:
    """Send up to `limit` due notices and wait for what becomes of them; how many were dealt with."""
    post = Post(lambda: {Channel.EMAIL: sender} if sender else {}, lanes=limit, patience=ALL)
    done = post.run(at=at)
    post.end(at=at)
    return done

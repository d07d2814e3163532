"""Hands over the notices that are due, over SMTP, after the transactions that queued them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from backline.channels.delivery import deliver
from backline.channels.port import Sender

BATCH = 50


class Deliver:
    """The duty that touches the network."""

    NAME = "deliver"
    EVERY = 1.0

    def __init__(self, sender: Callable[[], Sender | None]) -> None:
        self._sender = sender

    def run(self, at: datetime) -> int:
        """Send up to a batch; the number dealt with."""
        return deliver(at=at, sender=self._sender(), limit=BATCH)

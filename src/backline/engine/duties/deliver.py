"""Hands over the notices that are due, after the transactions that queued them."""

from __future__ import annotations

from datetime import datetime

from backline.channels.delivery import Post


class Deliver:
    """The duty that touches the network."""

    NAME = "deliver"
    EVERY = 1.0

    def __init__(self, post: Post) -> None:
        self._post = post

    def run(self, at: datetime) -> int:
        """Send what is due, and write down what came back; the number begun or on its way."""
        return self._post.run(at=at)

    def end(self, at: datetime) -> None:
        """Write down what became of all that is on its way."""
        self._post.end(at=at)

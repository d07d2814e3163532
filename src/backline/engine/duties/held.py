"""Rings for what is held until somebody is on call, as soon as somebody is: a take-over, a swap, another plan."""

from __future__ import annotations

from datetime import datetime

from backline.cases import operations as cases

BATCH = 200


class Held:
    """The duty that watches for somebody to be on call; a shift that begins when it should has its own alarm."""

    NAME = "held"
    EVERY = 5.0

    def run(self, at: datetime) -> int:
        """Ring for up to a batch; the number of alarms."""
        return cases.ring_for_held(at=at, most=BATCH)

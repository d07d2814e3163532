"""Gives the clocks their moments anew after a change of calendars."""

from __future__ import annotations

from datetime import datetime

from backline.cases import operations as cases


class Recompute:
    """The duty that hears of new calendars, and of other choices of them."""

    NAME = "recompute"
    EVERY = 2.0

    def run(self, at: datetime) -> int:
        """Recompute one batch; the number of cases."""
        return cases.recompute(at=at)

"""Asks what should have happened by now and whether it did, and says outside that somebody asks."""

from __future__ import annotations

from datetime import datetime

from backline.engine.auditor import heartbeat, passes


class Audit:
    """The one duty of the auditor, in a process of its own."""

    NAME = "audit"
    EVERY = 30.0

    def __init__(self, address: str) -> None:
        self._address = address

    def run(self, at: datetime) -> int:
        """One pass; it goes on at once until every case was read. Where another auditor is at it, nothing."""
        kept = passes.run(at)
        if kept is None:
            return 0
        heartbeat.after(kept, self._address, at)
        return 0 if kept.whole_at else kept.looked

"""Looks every day at what is not ready: people leave, shifts stay empty, feeds stop; who can mend it is told."""

from __future__ import annotations

from datetime import datetime

from backline.readiness import operations


class Readiness:
    """The duty that notices in time what would be missed in the night."""

    NAME = "readiness"
    EVERY = 60.0

    def run(self, at: datetime) -> int:
        """Look, where nobody has today; 0, for there is never more of it to do at once."""
        operations.look(at)
        return 0

"""One duty, one small module: what the engine does again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Duty(Protocol):
    """Something the engine does every so often; `run` answers how much it did, so that a full load goes on at once."""

    NAME: str
    EVERY: float
    """Seconds between two runs that found nothing."""

    def run(self, at: datetime) -> int:
        """Do what is due by `at`."""
        ...

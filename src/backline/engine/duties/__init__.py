"""One duty, one small module: what the engine does again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable


class Duty(Protocol):
    """Something the engine does every so often; `run` answers how much it did, so that a full load goes on at once."""

    NAME: str
    EVERY: float
    """Seconds between two runs that found nothing."""

    def run(self, at: datetime) -> int:
        """Do what is due by `at`."""
        ...


@runtime_checkable
class Lasting(Protocol):
    """A duty that leaves something under way from one run to the next, and brings it to an end when it stops."""

    def end(self, at: datetime) -> None:
        """Finish what is under way."""
        ...

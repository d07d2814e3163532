"""One duty, one small module: what the engine does again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable


class Duty(Protocol):
    """Something the engine does every so often; `run` answers how much it did, so that a full load goes on at once."""

    NAME: str
    EVERY: float
    """Seconds between two runs that found nothing."""

    def run(self, at: datetime) -> int:
        """Do what is due by `at`."""
        ...


class Lately:
    """Since when a duty asks what happened: a week back where its worker begins, and then since its last run."""

    FIRST = timedelta(days=7)
    ON_THE_WAY = timedelta(minutes=2)
    """What was done at a moment can be read by then."""

    def __init__(self) -> None:
        self._since: datetime | None = None

    def since(self, at: datetime) -> datetime:
        """The moment to ask from."""
        return self._since or at - self.FIRST

    def done(self, at: datetime) -> None:
        """All was dealt with that could be read by then."""
        self._since = at - self.ON_THE_WAY


@runtime_checkable
class Lasting(Protocol):
    """A duty that leaves something under way from one run to the next, and brings it to an end when it stops."""

    def end(self, at: datetime) -> None:
        """Finish what is under way."""
        ...

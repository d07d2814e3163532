"""A clock that tests set; the only way in which time moves there."""

from __future__ import annotations

from datetime import datetime, timedelta


class SettableClock:
    """Tells the moment it was set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment."""
        return self.at

    def advance(self, span: timedelta) -> datetime:
        """Time goes by."""
        self.at += span
        return self.at

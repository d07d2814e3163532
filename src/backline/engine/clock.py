"""The engine's time: the database's clock, which all workers share; a host that is off refuses to act."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection

MOST_SKEW = timedelta(seconds=5)


class Clock(Protocol):
    """Tells the moment, aware of its zone."""

    def now(self) -> datetime:
        """The moment."""
        ...


class ClockSkew(Exception):
    """The clock of this host is off; nothing was done. `at` is the moment by the database."""

    def __init__(self, said: str, at: datetime) -> None:
        super().__init__(said)
        self.at = at


class DatabaseClock:
    """The database's clock, held against the host's."""

    def __init__(self, host: Clock) -> None:
        self._host = host

    def now(self) -> datetime:
        """The database's moment; raises `ClockSkew` where the host is off by more than five seconds."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            at: datetime = cursor.fetchone()[0]
        off = abs(self._host.now() - at)
        if off > MOST_SKEW:
            raise ClockSkew(
                f"this host's clock is off by {off.total_seconds():.0f} s from the database's; "
                "set it (NTP), then the worker goes on by itself",
                at,
            )
        return at

"""The time of a soak: a night in which the clocks go back or forward, so many times as fast as the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backline.config.clock import SystemClock
from backline.engine.clock import DatabaseClock

AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)
SPRING = datetime(2027, 3, 27, 22, tzinfo=UTC)
HOURS = 6


@dataclass(frozen=True)
class Night:
    """When it begins, since which moment of the database's clock, and how fast it goes; it stands still at its end."""

    origin: datetime
    begun: datetime
    speed: float

    @property
    def end(self) -> datetime:
        """When everything that is due must be done."""
        return self.origin + timedelta(hours=HOURS)

    def at(self, moment: datetime) -> datetime:
        """What time of the night it is at a moment of the database's clock."""
        return min(self.origin + (moment - self.begun) * self.speed, self.end)

    def as_text(self) -> str:
        """For another process."""
        return f"{self.origin.isoformat()} {self.begun.isoformat()} {self.speed}"

    @classmethod
    def from_text(cls, text: str) -> Night:
        """As another process said it."""
        origin, begun, speed = text.split()
        return cls(datetime.fromisoformat(origin), datetime.fromisoformat(begun), float(speed))


@dataclass(frozen=True)
class HostClock(SystemClock):
    """The clock of a host that is off by so much."""

    off: timedelta = timedelta()

    def now(self) -> datetime:
        """What this host believes."""
        return super().now() + self.off


class NightClock:
    """The engine's own clock, with its refusal of hosts that are off, and the night that it stands for."""

    def __init__(self, night: Night, off: timedelta = timedelta()) -> None:
        self._night, self._clock = night, DatabaseClock(HostClock(off))

    def now(self) -> datetime:
        """The time of the night; raises `ClockSkew` as the engine's clock does."""
        return self._night.at(self._clock.now())

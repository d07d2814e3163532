"""Quiet hours: when by somebody's own clock a letter that can wait does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one minute of the wall clock in a zone to another, over midnight where the second is the smaller one."""

    zone: str
    begins: int
    ends: int

    def over(self, at: datetime) -> datetime:
        """When it is quiet no more: the moment itself where it is not."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        since = (minute - self.begins) % (24 * 60)
        if since >= (self.ends - self.begins) % (24 * 60):
            return at
        day = local.date() + timedelta(days=self.ends <= minute)
        ends = datetime.combine(day, time(*divmod(self.ends, 60)), local.tzinfo)
        return max(at, *(ends.replace(fold=fold).astimezone(UTC) for fold in (0, 1)))  # the last, where it comes twice

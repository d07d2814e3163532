"""Has calendars count by the time zones as they are known now, after a new release of their data."""

from __future__ import annotations

from datetime import datetime

from backline.calendars import operations as calendars
from backline.core.words import Actor, ActorKind


class ZoneData:
    """The duty that notices another release of the zone data; the clocks follow as after any other version."""

    NAME = "zone_data"
    EVERY = 3600.0

    def run(self, at: datetime) -> int:
        """Look at every calendar; how many have a version by the new data."""
        return calendars.renew_zone_data(by=Actor(ActorKind.SYSTEM, "engine", name="Backline"), at=at)

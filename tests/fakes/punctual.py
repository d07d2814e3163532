"""A clock under which the engine never sleeps: as time goes by it stops at each alarm, and the engine looks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min

from backline.cases.models import Alarm
from tests.fakes.clock import SettableClock
from tests.fakes.house import House


class Punctual(SettableClock):
    """Goes by from alarm to alarm."""

    def __init__(self, house: House) -> None:
        super().__init__(house.clock.now())
        self._house = house

    def advance(self, span: timedelta) -> datetime:
        """Time goes by, and whoever is to be told hears of it at that moment."""
        end = self.at + span
        while (alarm := Alarm.objects.aggregate(first=Min("look_at"))["first"]) and alarm <= end:
            self.at = max(self.at, alarm)
            self._house.tick()
        self.at = end
        return end

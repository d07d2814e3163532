"""Calendars that change: versions kept as a log, and the hours that they make together as known at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np

from backline.core.calendar._fault import CalendarRefused
from backline.core.calendar._hours import Hours
from backline.core.calendar._table import Ints, merged
from backline.core.calendar._value import Calendar
from backline.core.calendar._zone import EPOCH, FIRST_YEAR, LAST_YEAR, zone_of
from backline.core.words import CalendarFault


@dataclass(frozen=True, slots=True)
class Stretch:
    """From which moment on a calendar holds."""

    from_at: datetime
    calendar: Calendar


@dataclass(frozen=True)
class Pieced(Hours):
    """One calendar after another, each from a moment on; the first also for all time before.

    A stretch begins with a full second, the next one where its moment is none.
    """

    stretches: tuple[Stretch, ...]

    def __post_init__(self) -> None:
        if not self.stretches or any(one.from_at >= other.from_at for one, other in pairwise(self.stretches)):
            raise CalendarRefused(CalendarFault.BAD_HOURS)

    def calendar_at(self, moment: datetime) -> Calendar:
        """The calendar that holds at a moment."""
        held = [one.calendar for one in self.stretches if _full_second(one.from_at) * _SECOND <= moment - EPOCH]
        return held[-1] if held else self.stretches[0].calendar

    def compiled(self, lo: int, hi: int) -> tuple[Ints, Ints]:
        """The spans of each calendar inside its stretch."""
        begins = [lo, *(min(max(_full_second(one.from_at), lo), hi) for one in self.stretches[1:]), hi]
        found = [
            one.calendar.compiled(begin, end)
            for one, (begin, end) in zip(self.stretches, pairwise(begins), strict=True)
            if begin < end
        ]
        return merged(np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found]))


@dataclass(frozen=True, slots=True)
class Version:
    """One entry of the log: what the calendar is from a day on, and when that was saved.

    `correction` says that it was so in truth, so that it counts before it was saved as well.
    """

    calendar: Calendar
    effective_on: date
    saved_at: datetime
    correction: bool = False

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.effective_on.year <= LAST_YEAR:
            raise CalendarRefused(CalendarFault.OUT_OF_REACH, FIRST_YEAR, LAST_YEAR)
        if self.saved_at.tzinfo is None:
            raise CalendarRefused(CalendarFault.MOMENT_WITHOUT_ZONE, self.saved_at)

    @property
    def counts_from(self) -> datetime:
        """When its effective day begins at the place, but not before it was saved, unless it is a correction."""
        begins = datetime.combine(self.effective_on, time(0), zone_of(self.calendar.zone)).astimezone(EPOCH.tzinfo)
        return begins if self.correction else max(begins, self.saved_at)


@dataclass(frozen=True, slots=True)
class History:
    """The log of one calendar, in the order of saving."""

    versions: tuple[Version, ...]

    def known_at(self, at: datetime) -> Pieced:
        """The hours as they were known at a moment; raises `CalendarRefused` where nothing was saved by then.

        Each version counts until the next one does. One takes the place of what was saved before it for its day or an
        earlier one: that is how a planned change is taken back, and why a correction goes on after the moment at which
        what it corrects was saved.
        """
        begins = self._begins(at)
        return Pieced(tuple(Stretch(EPOCH + begin * _SECOND, begins[begin].calendar) for begin in sorted(begins)))

    def version_at(self, at: datetime) -> Version:
        """The version that counts at a moment, as known then; the earliest where none does yet."""
        begins = self._begins(at)
        begun = [begin for begin in begins if EPOCH + begin * _SECOND <= at]
        return begins[max(begun, default=min(begins))]

    def _begins(self, at: datetime) -> dict[int, Version]:
        """By the second from which each version counts, those known at a moment."""
        known = [version for version in self.versions if version.saved_at <= at]
        if not known:
            raise CalendarRefused(CalendarFault.NOT_KNOWN_THEN, at)
        begins: dict[int, Version] = {}
        for version in known:
            begin = _full_second(version.counts_from)
            begins = {
                other: one for other, one in begins.items() if other < begin or one.effective_on > version.effective_on
            }
            begins[begin] = version
        return begins


_SECOND = timedelta(seconds=1)


def _full_second(moment: datetime) -> int:
    """The epoch second of the moment, or the next one."""
    return -((EPOCH - moment) // _SECOND)

"""Calendars that change: versions kept as a log, and the hours that they make together as known at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np

from backline.core.calendar._fault import CalendarRefused
from backline.core.calendar._hours import Hours
from backline.core.calendar._table import Ints, merged
from backline.core.calendar._value import Calendar
from backline.core.calendar._zone import DAY, EPOCH, FIRST_YEAR, LAST_YEAR, zone_of
from backline.core.words import CalendarFault


@dataclass(frozen=True, slots=True)
class Stretch:
    """From which moment on a calendar holds, or what was pieced together of several.

    `first_day` is the first day of the place that is its own. The hours after midnight of a block that began on a day
    before it are those of the calendar before; without one, all hours from the moment on are its own.
    """

    from_at: datetime
    calendar: Calendar | Pieced
    first_day: date | None = None

    def own(self, lo: int, hi: int) -> tuple[Ints, Ints]:
        """The open spans of its own days."""
        if self.first_day is None or isinstance(self.calendar, Pieced):
            return self.calendar.compiled(lo, hi)
        return self.calendar.compiled_of(lo, hi, self.first_day, date.max)

    def tails(self, lo: int, hi: int, until: datetime) -> tuple[Ints, Ints] | None:
        """The open spans of blocks that began on its own days which were over by a moment; None where none is left."""
        if isinstance(self.calendar, Pieced):
            return None
        last_day = until.astimezone(zone_of(self.calendar.zone)).date() - _ONE_DAY
        return self.calendar.compiled_of(lo, hi, self.first_day or date.min, last_day)


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
        found = held[-1] if held else self.stretches[0].calendar
        return found.calendar_at(moment) if isinstance(found, Pieced) else found

    def own_from(self, number: int) -> datetime:
        """From when on what is open is of a stretch: when the night is over that goes on as it begins, if one does.

        A night is over at the latest when the next stretch begins.
        """
        begin, *later = (_full_second(one.from_at) for one in self.stretches[number : number + 2])
        nights = self._nights_before(number, begin, min([begin + 2 * DAY, *later]))
        over = [int(ends[0]) for starts, ends in nights if starts.size and starts[0] == begin]
        return EPOCH + max([begin, *over]) * _SECOND

    def compiled(self, lo: int, hi: int) -> tuple[Ints, Ints]:
        """The spans of each calendar inside its stretch, and those of a night that began under the one before."""
        begins = [lo, *(min(max(_full_second(one.from_at), lo), hi) for one in self.stretches[1:]), hi]
        found = [
            spans
            for number, (begin, end) in enumerate(pairwise(begins))
            if begin < end
            for spans in (self.stretches[number].own(begin, end), *self._nights_before(number, begin, end))
        ]
        return merged(np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found]))

    def _nights_before(self, number: int, begin: int, end: int) -> Iterator[tuple[Ints, Ints]]:
        """What still goes on of blocks that began on a day before this stretch's own, under the stretches before."""
        until = _FAR
        for earlier, later in pairwise(reversed(self.stretches[: number + 1])):
            day, calendar = earlier.first_day, earlier.calendar
            if day is None or isinstance(calendar, Pieced):
                return
            until = min(until, begins_at(day, calendar.zone))
            if begin >= _full_second(until) + 2 * DAY:
                return  # no block lasts so long
            tails = later.tails(begin, min(end, begin + 2 * DAY), until)
            if tails is not None:
                yield tails


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
        begins = begins_at(self.effective_on, self.calendar.zone)
        return begins if self.correction else max(begins, self.saved_at)


@dataclass(frozen=True, slots=True)
class History:
    """The log of one calendar, in the order of saving."""

    versions: tuple[Version, ...]

    def known_at(self, at: datetime) -> Pieced:
        """The hours as they were known at a moment; raises `CalendarRefused` where nothing was saved by then.

        Each version counts until the next one does, but for the hours after midnight of a block that began on a day
        before the next one's first: they belong to the day on which it began. One takes the place of what was saved
        before it for its day or an earlier one: that is how a planned change is taken back, and why a correction goes
        on after the moment at which what it corrects was saved.
        """
        (first, earliest), *later = self.begun(at)
        begun = (Stretch(begin, one.calendar, one.effective_on) for begin, one in later)
        return Pieced((Stretch(first, earliest.calendar), *begun))

    def begun(self, at: datetime) -> tuple[tuple[datetime, Version], ...]:
        """From when on each version counts that does some time, in order, as known at a moment."""
        begins = self._begins(at)
        return tuple((EPOCH + begin * _SECOND, begins[begin]) for begin in sorted(begins))

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


_SECOND, _ONE_DAY = timedelta(seconds=1), timedelta(days=1)
_FAR = datetime.max.replace(tzinfo=EPOCH.tzinfo)


def begins_at(day: date, zone: str) -> datetime:
    """The moment at which a day begins at a place."""
    return datetime.combine(day, time(0), zone_of(zone)).astimezone(EPOCH.tzinfo)


def full_second(moment: datetime) -> datetime:
    """The moment, or the next full second: from then on counts what was saved or chosen at the moment."""
    return EPOCH + _full_second(moment) * _SECOND


def _full_second(moment: datetime) -> int:
    """The same as the second of the epoch."""
    return -((EPOCH - moment) // _SECOND)
